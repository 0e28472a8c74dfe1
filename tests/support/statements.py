"""A recorder of everything a block asks the database, through the engine and through the hot pool alike."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import sqlalchemy as sa

from app.repositories.database import Database

#: What the driver asks once per connection about types it meets for the first time.
_DRIVERS_OWN: Final = ("typeinfo_tree", "current_setting('jit')")


@asynccontextmanager
async def recorded(database: Database) -> AsyncIterator[list[str]]:
    """The statements of the block, in order; complete when it ends. Nothing else may use the database meanwhile."""
    statements: list[str] = []

    def on_engine(*arguments: Any) -> None:
        statements.append(arguments[2])

    def on_hot_pool(record: Any) -> None:
        if not any(mark in record.query for mark in _DRIVERS_OWN):
            statements.append(record.query)

    sa.event.listen(database.engine.sync_engine, "before_cursor_execute", on_engine)
    async with database.hot() as connection:  # the pool hands out first what came back last
        connection.add_query_logger(on_hot_pool)
    try:
        yield statements
        await asyncio.sleep(0)  # the driver tells its listeners in the loop's next round
    finally:
        sa.event.remove(database.engine.sync_engine, "before_cursor_execute", on_engine)
        connection.remove_query_logger(on_hot_pool)
