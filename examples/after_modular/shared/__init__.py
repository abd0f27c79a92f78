"""What several modules use and the kernel can do without. It knows no module."""
