"""Alembic's environment, the same for every module: it runs what it is handed.

The pattern: https://alembic.sqlalchemy.org/en/latest/cookbook.html#connection-sharing
"""

from alembic import context

context.configure(**context.config.attributes["context"])
with context.begin_transaction():
    context.run_migrations()
