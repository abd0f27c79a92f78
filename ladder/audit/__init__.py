"""Read a Flask codebase that has outgrown its structure, and plan its migration.

``python -m ladder.audit PATH`` prints which features the app seems to have, the
references between them, and where to begin. It neither imports nor changes the code.
"""
