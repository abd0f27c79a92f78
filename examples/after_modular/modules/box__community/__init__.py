"""A box: modules that belong together. It has no code of its own."""
