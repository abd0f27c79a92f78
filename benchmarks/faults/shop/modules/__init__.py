"""The modules of the shop."""
