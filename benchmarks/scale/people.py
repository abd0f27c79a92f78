"""The people of the demo: both apps make up the same addresses and password."""

from __future__ import annotations

ADMIN = "admin@example.com"
MEMBER = "user000007@example.com"
PASSWORD = "inkwell-demo"


def email(number: int) -> str:
    """Return the address of one of them."""
    return f"user{number:06d}@example.com"
