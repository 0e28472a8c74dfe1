"""Keyset pages: stable under writes, as fast on the last page as on the first."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar

import sqlalchemy as sa

from app.domain.errors import Invalid
from app.domain.paging import Page, PageRequest
from app.repositories.session import Session

T = TypeVar("T")
_TOO_LARGE: Final = {False: 2**31, True: 2**63}


async def fetch_page(
    session: Session,
    statement: sa.Select[Any],
    request: PageRequest,
    keys: Sequence[sa.ColumnElement[Any]],
    to_item: Callable[[sa.Row[Any]], T],
    *,
    descending: bool = False,
) -> Page[T]:
    """One page of ``statement`` ordered by ``keys`` (the last of which is unique), all in one direction.

    The keys must be NOT NULL. They are selected beside the statement's own columns, so ``to_item`` gets its row by name.
    """
    marks = [key.label(f"page_key_{number}") for number, key in enumerate(keys)]
    statement = statement.add_columns(*marks)
    if request.after is not None:
        statement = statement.where(_after(keys, request.after, descending=descending))
    order = [key.desc() if descending else key.asc() for key in keys]
    rows = await session.all(statement.order_by(*order).limit(request.limit + 1))
    shown = rows[: request.limit]
    position = tuple(getattr(shown[-1], mark.name) for mark in marks) if len(rows) > request.limit else None
    return Page([to_item(row) for row in shown], position)


def read_position(keys: Sequence[sa.ColumnElement[Any]], after: tuple[Any, ...]) -> tuple[Any, ...]:
    """The values of a cursor, read as these columns' types. Raises `Invalid` for a cursor of other keys."""
    if len(after) != len(keys):
        raise Invalid.at("/query/cursor", "cursor_invalid")
    try:
        return tuple(_read(key, value) for key, value in zip(keys, after, strict=True))
    except (TypeError, ValueError, ArithmeticError) as error:  # Decimal's own errors are the last
        raise Invalid.at("/query/cursor", "cursor_invalid") from error


def _after(
    keys: Sequence[sa.ColumnElement[Any]], after: tuple[Any, ...], *, descending: bool
) -> sa.ColumnElement[bool]:
    values = [sa.literal(value, key.type) for key, value in zip(keys, read_position(keys, after), strict=True)]
    left, right = sa.tuple_(*keys), sa.tuple_(*values)
    return left < right if descending else left > right


def _read(key: sa.ColumnElement[Any], value: Any) -> Any:
    """A cursor is JSON, so its values come back as text or numbers and are read as the column's Python type."""
    kind = key.type.python_type
    if kind is bool or not isinstance(value, str | int | float):
        raise TypeError(kind)
    text = str(value)
    text.encode()  # half characters are a ValueError
    read = getattr(kind, "fromisoformat", kind)(text)
    unstorable = (
        "\x00" in text
        or (isinstance(read, int) and abs(read) >= _TOO_LARGE[isinstance(key.type, sa.BigInteger)])
        or (isinstance(read, datetime) and read.tzinfo is None)
    )
    if unstorable:
        raise ValueError(value)
    return read
