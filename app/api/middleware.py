"""Pure ASGI middleware: request id, access log, security headers, HEAD, body limit, last resort for unexpected errors."""

import re
import secrets
import time
from collections.abc import Mapping
from typing import Final

import structlog
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.problems import HttpProblemError, render
from app.logs import log_request

_log = structlog.get_logger(__name__)
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")
_SECURITY_HEADERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"strict-transport-security", b"max-age=31536000; includeSubDomains"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
_POLICY: Final = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")


class Edge:
    """The outermost layer. It logs what was asked for and how it ended, never bodies, addresses or tokens."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope["request_id"] = _request_id(scope)
        started = time.perf_counter()
        answered: list[int] = []

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                answered.append(message["status"])
                message["headers"] = [*message["headers"], *_headers(scope, message)]
            await send(message)

        await self._app(_as_get(scope) if scope["method"] == "HEAD" else scope, receive, send_with_headers)
        log_request(
            request_id=scope["request_id"],
            method=scope["method"],
            path=scope["path"],
            status=answered[0] if answered else None,
            ms=round((time.perf_counter() - started) * 1000, 1),
        )


def _as_get(scope: Scope) -> Scope:
    """HEAD is GET whose body the server keeps (RFC 9110 section 9.3.2); the server itself still sees HEAD."""
    return {**scope, "method": "GET"}


class LastResort:
    """Whatever nobody expected ends here: logged whole, told in one sentence with the request id.

    It stands inside the CORS layer, so that a page in a browser can read that sentence too.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answered = False

        async def watched(message: Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception:
            if scope["type"] != "http":
                raise
            _log.exception("request_failed", request_id=scope["request_id"], path=scope["path"])
            if not answered:
                await render(Request(scope), 500, "internal_error")(scope, receive, send)


def _headers(scope: Scope, message: Message) -> list[tuple[bytes, bytes]]:
    present = {name for name, _ in message["headers"]}
    headers = [(b"x-request-id", scope["request_id"].encode("ascii")), *_SECURITY_HEADERS]
    if b"content-security-policy" not in present:
        headers.append(_POLICY)
    if b"cache-control" not in present:
        headers.append((b"cache-control", b"no-store"))
    return headers


def _request_id(scope: Scope) -> str:
    """The caller's own id when it is harmless, otherwise a fresh one."""
    for name, value in scope["headers"]:
        if name == b"x-request-id":
            text: str = value.decode("latin-1")
            if _REQUEST_ID.fullmatch(text):
                return text
    return secrets.token_hex(12)


class BodyLimit:
    """Refuse a body over the limit while it streams in, whatever length it claims; some paths have their own limit."""

    def __init__(self, app: ASGIApp, limit: int, by_path: Mapping[str, int]) -> None:
        self._app = app
        self._limit = limit
        self._by_path = by_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._by_path.get(scope["path"], self._limit)
        if _claims_more(scope, limit):
            await render(Request(scope), 413, "body_too_large", {"limit": limit})(scope, receive, send)
            return
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise HttpProblemError(413, "body_too_large", limit=limit)
            return message

        try:
            await self._app(scope, counted, send)
        except HttpProblemError as error:
            await render(Request(scope), error.status, error.code, error.params)(scope, receive, send)


def _claims_more(scope: Scope, limit: int) -> bool:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return not value.isdigit() or len(value) > 18 or int(value) > limit
    return False
