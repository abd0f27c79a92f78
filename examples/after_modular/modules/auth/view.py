"""The pages, each kind in a file of its own."""

from .blueprint import blueprint

__all__ = ["blueprint"]
