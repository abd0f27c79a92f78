"""Dispatchers: engines that others maintain, which deliver what the outbox stores."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Offer the engines to the outbox."""
