"""Roles and databases of the embedded server: an owner for migrations, another role for the app."""

from typing import Final

import asyncpg

OWNER: Final = "kinerja_owner"
APP: Final = "kinerja_app"
_ROLES: Final = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN
        CREATE ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
    END IF;
END $$
"""


async def ensure_database(superuser_dsn: str, database: str) -> None:
    """Make both roles and a database of the owner's, each unless it exists."""
    connection = await asyncpg.connect(superuser_dsn)
    try:
        for role in (OWNER, APP):
            await connection.execute(_ROLES.format(role=role))
        exists = await connection.fetchval("SELECT true FROM pg_database WHERE datname = $1", database)
        if not exists:
            await connection.execute(f'CREATE DATABASE "{database}" OWNER {OWNER} TEMPLATE template0')
    finally:
        await connection.close()
