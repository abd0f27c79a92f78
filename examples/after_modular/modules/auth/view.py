"""The pages, each kind in a file of its own."""

from . import account, commands, login, registration, reset, session_pages
from .blueprint import blueprint

__all__ = [
    "account",
    "blueprint",
    "commands",
    "login",
    "registration",
    "reset",
    "session_pages",
]
