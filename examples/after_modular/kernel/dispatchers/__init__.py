"""Dispatchers: engines that others maintain, which deliver what the outbox holds."""
