"""Alembic's way in: one connection, given by `app.repositories.migrating`."""

from alembic import context

from app.repositories.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, compare_server_default=False)
with context.begin_transaction():
    context.run_migrations()
