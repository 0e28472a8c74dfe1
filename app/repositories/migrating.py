"""Bringing a database to the newest revision, and giving the app's own role just what it needs."""

from pathlib import Path
from typing import Final

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from app.repositories.database import to_driver_url

_MIGRATIONS: Final = Path(__file__).resolve().parents[2] / "migrations"
#: The app may read and write everything, but of the trail it can only add and read.
_GRANTS: Final = """
GRANT USAGE ON SCHEMA public TO {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};
REVOKE UPDATE, DELETE ON audit_events FROM {role};
REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {role};
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role};
"""


def config(connection: sa.Connection) -> Config:
    """Alembic's configuration over an open connection."""
    settings = Config()
    settings.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    settings.attributes["connection"] = connection
    return settings


async def migrate(owner_url: str, app_role: str | None = None, revision: str = "head") -> None:
    """Upgrade as the owner, one process at a time; then grant ``app_role`` (another role) its rights."""
    engine = create_async_engine(to_driver_url(owner_url), poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            await connection.execute(sa.text("SELECT pg_advisory_xact_lock(hashtext('kinerja.migrations'))"))
            await connection.run_sync(lambda sync: command.upgrade(config(sync), revision))
            if app_role is not None:
                quoted = connection.dialect.identifier_preparer.quote_identifier(app_role)
                for statement in _GRANTS.format(role=quoted).strip().split(";\n"):
                    await connection.execute(sa.text(statement.rstrip(";")))
    finally:
        await engine.dispose()
