"""The way from the monolith to the modular app."""
