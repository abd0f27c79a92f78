"""The prose linter: terms to replace, spelling and US English, in every text file.

Run it with ``python -m tests.prose``.
"""
