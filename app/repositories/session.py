"""One transaction, opened at the first statement, so that a refused request costs no connection."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any, cast

import asyncpg
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from app.repositories.database import Database, translated


class Session:
    """What every repository runs its statements through."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._connection: AsyncConnection | None = None

    @property
    def is_open(self) -> bool:
        """Whether a transaction has begun."""
        return self._connection is not None

    async def connection(self) -> AsyncConnection:
        """The transaction's connection, begun when first asked for."""
        if self._connection is None:
            with translated():
                self._connection = await self.database.engine.connect()
        return self._connection

    async def execute(self, statement: sa.Executable, parameters: Any = None) -> sa.CursorResult[Any]:
        """Run one statement; expected driver errors leave as domain errors."""
        connection = await self.connection()
        with translated():
            return await connection.execute(statement, parameters)

    async def all(self, statement: sa.Executable, parameters: Any = None) -> Sequence[sa.Row[Any]]:
        """All rows."""
        return (await self.execute(statement, parameters)).all()

    async def first(self, statement: sa.Executable, parameters: Any = None) -> sa.Row[Any] | None:
        """The first row or ``None``."""
        return (await self.execute(statement, parameters)).first()

    async def scalar(self, statement: sa.Executable, parameters: Any = None) -> Any:
        """The first column of the first row or ``None``."""
        return (await self.execute(statement, parameters)).scalar()

    async def changed(self, statement: sa.Executable, parameters: Any = None) -> int:
        """How many rows the statement changed."""
        return (await self.execute(statement, parameters)).rowcount

    async def driver(self) -> Any:
        """The asyncpg connection inside this same transaction (for COPY)."""
        connection = await self.connection()
        with translated():
            if not connection.in_transaction():  # the adapter begins its transaction at the first statement
                await connection.execute(sa.text("SELECT 1"))
            return (await connection.get_raw_connection()).driver_connection

    async def quick(self, statement: str, *arguments: Any) -> Any:
        """One row by the bare driver: in this transaction when it has begun, otherwise in one of its own, at once."""
        if self._connection is None:
            async with self.database.hot() as connection:
                return await connection.fetchrow(statement, *arguments)
        driver = await self.driver()
        with translated():
            return await driver.fetchrow(statement, *arguments)

    async def quick_all(self, statement: str, *arguments: Any) -> Sequence[Any]:
        """Like `quick`, all rows."""
        if self._connection is None:
            async with self.database.hot() as connection:
                return cast("Sequence[Any]", await connection.fetch(statement, *arguments))
        return await self.fetch(statement, *arguments)

    async def fetch(self, statement: str, *arguments: Any) -> Sequence[Any]:
        """All rows by the bare driver, in this transaction."""
        driver = await self.driver()
        with translated():
            return cast("Sequence[Any]", await driver.fetch(statement, *arguments))

    async def copy(self, table: sa.Table, columns: Sequence[str], records: Iterable[tuple[Any, ...]]) -> None:
        """Write many rows with COPY, in this transaction."""
        driver = await self.driver()
        with translated():
            await driver.copy_records_to_table(table.name, columns=list(columns), records=records)

    async def freeze(self) -> None:
        """Read one state of the database to the end of this transaction; PostgreSQL refuses it after the first statement."""
        await self.execute(sa.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))

    async def commit(self) -> None:
        """Make everything durable; without a statement there is nothing to do."""
        if self._connection is not None:
            with translated():
                await self._connection.commit()

    async def close(self) -> None:
        """Roll back what was not committed and give the connection back."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(sa.exc.SQLAlchemyError, asyncpg.PostgresError, asyncpg.InternalClientError, OSError):
                await connection.close()  # a connection that was lost meanwhile has nothing left to roll back
