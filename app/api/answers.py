"""Answers: JSON bytes with their ETag, 304, 412 and 428, and pages of lists with their cursor."""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, NoReturn, TypeVar
from uuid import UUID

import orjson
from fastapi import Response
from pydantic import BaseModel

from app.api.deps import Context, header
from app.api.strict_json import has_bad_text
from app.domain.errors import Invalid, PreconditionFailed, PreconditionRequired
from app.domain.paging import Page, PageRequest

T = TypeVar("T")
#: What a file name may not have on some machine, or in a header.
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]")


def to_json(model: BaseModel) -> bytes:
    """The JSON bytes of an output model."""
    return bytes(model.__pydantic_serializer__.to_json(model))


def etag_of(body: bytes) -> str:
    """A strong, opaque ETag: a digest of exactly what this reader is shown (anonymity.md rule 2)."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


class Answer(Response):
    """A JSON answer; ``secrets`` names properties that are not kept for replay."""

    media_type = "application/json"
    background = None

    def __init__(self, body: bytes, status: int, headers: Mapping[str, str], secrets: tuple[str, ...] = ()) -> None:
        # In place of Starlette, which looks for what is given and what is missing (docs/performance.md).
        self.status_code = status
        self.body = body
        named = {"content-length": str(len(body)), "content-type": self.media_type}
        named |= {name.lower(): value for name, value in headers.items()}
        self.raw_headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in named.items()]
        self.secrets = secrets


class Later(Response):
    """An answer that the route makes when the transaction has ended: for long work on what was read.

    Not for operations that take an ``Idempotency-Key``, whose answers are kept in the transaction.
    """

    def __init__(self, make: Callable[[], Awaitable[Response]]) -> None:
        super().__init__()
        self.make = make


def answer(
    context: Context,
    model: BaseModel | bytes,
    status: int = 200,
    *,
    etag: bool | str = False,
    headers: dict[str, str] | None = None,
    secrets: tuple[str, ...] = (),
) -> Response:
    """The answer to this request; with ``etag`` a matching ``If-None-Match`` makes a read a 304.

    The ETag is the digest of the body unless it is given.
    """
    body = model if isinstance(model, bytes) else to_json(model)
    headers = dict(headers or {})
    if etag:
        headers["ETag"] = etag if isinstance(etag, str) else etag_of(body)
        headers.setdefault("Cache-Control", "private, no-cache")
        wanted = header(context.request, b"if-none-match") if context.request.method == "GET" else None
        if wanted is not None and _names(wanted, headers["ETag"], weak=True):
            return Response(status_code=304, headers=headers)
    return Answer(body, status, headers, secrets)


def require_match(context: Context, present: BaseModel | bytes) -> None:
    """Refuse unless ``If-Match`` names what this reader would be shown now (428 when missing, 412 when different)."""
    wanted = header(context.request, b"if-match")
    if wanted is None:
        raise PreconditionRequired
    if not _names(wanted, etag_of(present if isinstance(present, bytes) else to_json(present))):
        raise PreconditionFailed


def match_if_sent(context: Context, present: BaseModel | bytes) -> None:
    """Like `require_match` where ``If-Match`` is optional."""
    if header(context.request, b"if-match") is not None:
        require_match(context, present)


def _names(wanted: str, etag: str, *, weak: bool = False) -> bool:
    if wanted.strip() == "*":
        return True
    tags = [tag.strip() for tag in wanted.split(",")]
    return etag in tags or (weak and f"W/{etag}" in tags)


def in_language(context: Context) -> dict[str, str]:
    """The header of an answer whose texts are in the language that the request asked for."""
    return {"Content-Language": context.language}


def attachment(name: str) -> dict[str, str]:
    """The header that has a browser save the body as ``name``, of which everything but plain characters is replaced."""
    return {"Content-Disposition": f'attachment; filename="{_UNSAFE.sub("_", name)}"'}


def no_content() -> Response:
    """204."""
    return Response(status_code=204)


def page_request(limit: int, cursor: str | None, sort: str) -> PageRequest:
    """The page a client asks for; a cursor belongs to the sort order it was made for."""
    return PageRequest(limit, sort, None if cursor is None else _read_cursor(cursor, sort))


def answer_page(
    context: Context,
    model: type[BaseModel],
    page: Page[T],
    show: Callable[[T], BaseModel],
    sort: str,
    *,
    headers: dict[str, str] | None = None,
) -> Response:
    """``{"items": […], "next_cursor": …}``."""
    following = None if page.next is None else _write_cursor(page.next, sort)
    return answer(context, model(items=[show(item) for item in page.items], next_cursor=following), headers=headers)


def answer_rows(context: Context, page: Page[T], show: Callable[[T], dict[str, Any]], sort: str) -> Response:
    """The same for a hot list, whose items are dictionaries in the model's form, written without building models."""
    following = None if page.next is None else _write_cursor(page.next, sort)
    rows = {"items": [show(item) for item in page.items], "next_cursor": following}
    return answer(context, orjson.dumps(rows, str, orjson.OPT_UTC_Z))  # `str` is for the database driver's own UUIDs


def _write_cursor(position: Sequence[Any], sort: str) -> str:
    text = json.dumps([sort, *(_plain(value) for value in position)], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode("ascii")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID | Decimal) else value


def _never_written(number: str) -> NoReturn:
    """No position has a fraction in it (a `Decimal` is written as text), still less what is no number."""
    raise ValueError(number)


def _read_cursor(cursor: str, sort: str) -> tuple[Any, ...]:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        made_for, *position = json.loads(text, parse_float=_never_written, parse_constant=_never_written)
    except (ValueError, TypeError, binascii.Error, RecursionError) as error:
        raise Invalid.at("/query/cursor", "cursor_invalid") from error
    if made_for != sort or has_bad_text(text):
        raise Invalid.at("/query/cursor", "cursor_invalid")
    return tuple(position)
