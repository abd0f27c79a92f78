"""What is killed in the middle of publishing and delivering, and what comes of it."""
