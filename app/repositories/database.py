"""The way to PostgreSQL: one engine for ordinary work, one small bare pool for the hot paths, errors translated.

The bare pool exists because SQLAlchemy's own cost shows where a request is a single statement (docs/performance.md);
such a statement is its own transaction, committed before it answers.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import asyncpg
import orjson
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from app.domain.errors import DomainError, Unavailable
from app.repositories.constraints import domain_error
from app.repositories.hot_pool import HotPool, Lent

#: Serialization failure, deadlock, lock timeout, cancelled by timeout: the client may simply try again.
_RETRYABLE: Final = frozenset({"40001", "40P01", "55P03", "57014"})
#: The hot statements find their rows by key. Planned once for all, they cost half; with the scan forbidden, the plan is the
#: right one also when it was made on empty tables.
_HOT_SETTINGS: Final = {"plan_cache_mode": "force_generic_plan", "enable_seqscan": "off"}
_SERVER_SETTINGS: Final = {"jit": "off", "timezone": "UTC", "lock_timeout": "5s"}


def to_driver_url(url: str) -> str:
    """``postgresql://…`` as SQLAlchemy must read it to use asyncpg."""
    scheme, separator, rest = url.partition("://")
    if not separator or scheme.split("+")[0] not in {"postgresql", "postgres"}:
        raise ValueError("DATABASE_URL must start with postgresql://")
    return f"postgresql+asyncpg://{rest}"


def to_plain_url(url: str) -> str:
    """The same address for the bare driver."""
    return "postgresql://" + url.partition("://")[2]


def translate(error: BaseException) -> DomainError | None:
    """The domain's word for a driver's error, or ``None`` for a fault of ours."""
    if isinstance(error, sa.exc.TimeoutError | TimeoutError | OSError | asyncpg.InterfaceError):
        return Unavailable()
    driver = error.driver_exception if isinstance(error, sa.exc.DBAPIError) else error
    if isinstance(driver, asyncpg.IntegrityConstraintViolationError):
        return domain_error(driver.constraint_name)
    if isinstance(driver, asyncpg.PostgresConnectionError | asyncpg.InsufficientResourcesError):
        return Unavailable()
    if isinstance(driver, asyncpg.OperatorInterventionError | asyncpg.ReadOnlySQLTransactionError):
        return Unavailable()
    if isinstance(driver, asyncpg.PostgresError) and driver.sqlstate in _RETRYABLE:
        return Unavailable()
    if isinstance(driver, OSError | TimeoutError | asyncpg.InterfaceError | asyncpg.InternalClientError):
        return Unavailable()
    return None


@contextmanager
def translated() -> Iterator[None]:
    """Run database calls so that expected driver errors leave as domain errors."""
    try:
        yield
    except (
        sa.exc.SQLAlchemyError,
        asyncpg.PostgresError,
        asyncpg.InterfaceError,
        asyncpg.InternalClientError,  # a statement met a connection that was just being lost
        OSError,
        TimeoutError,
    ) as error:
        known = translate(error)
        if known is None:
            raise
        raise known from error


class Database:
    """Owner of the pools; made by the application's lifespan and closed by it."""

    def __init__(self, url: str, *, pool_size: int, hot_pool_size: int, timeout: float) -> None:
        self._url = url
        self._timeout = timeout
        #: Places for reading whole cycles: however many ask for files, most of the pool is left for everybody else.
        self.exports = asyncio.Semaphore(max(1, pool_size // 4))
        self._hot = HotPool(self._connect_hot, size=hot_pool_size, patience=timeout)
        self.engine: AsyncEngine = create_async_engine(
            to_driver_url(url),
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=timeout,
            pool_pre_ping=True,
            pool_recycle=1800,
            json_serializer=lambda value: orjson.dumps(value).decode(),
            json_deserializer=orjson.loads,
            connect_args={
                "timeout": 10,
                "command_timeout": 120,
                "server_settings": {**_SERVER_SETTINGS, "application_name": "kinerja"},
            },
        )

    def hot(self) -> Lent:
        """A bare asyncpg connection for one single statement that is its own transaction."""
        return Lent(self._hot, translate)

    async def _connect_hot(self) -> Any:
        return await asyncpg.connect(
            to_plain_url(self._url),
            timeout=self._timeout,
            command_timeout=30,
            server_settings={**_SERVER_SETTINGS, **_HOT_SETTINGS, "application_name": "kinerja-hot"},
        )

    async def ping(self) -> None:
        """Raise `Unavailable` unless the database answers."""
        async with self.hot() as connection:
            await connection.fetchval("SELECT 1", timeout=2)

    async def close(self) -> None:
        """Give all connections back."""
        await self.engine.dispose()
        await self._hot.close()
