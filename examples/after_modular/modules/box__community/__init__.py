"""A box: a folder that groups modules. It contains no code."""
