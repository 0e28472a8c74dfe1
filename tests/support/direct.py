"""An application called without a client library, where thousands of answers are compared: in a third of the time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlencode

from starlette.types import ASGIApp, Message


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; header names in lower case."""

    status: int
    headers: dict[str, str]
    content: bytes


def asking(path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> dict[str, Any]:
    """What a server hands to an application for a GET."""
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": urlencode(query).encode(),
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()],
        "server": ("kinerja.test", 80),
        "client": ("127.0.0.1", 1),
    }


class Direct:
    """GET and nothing else."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def get(self, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        messages: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message) -> None:
            messages.append(message)

        await self._app(asking(path, query, headers), receive, send)
        told = {name.decode().lower(): value.decode("latin-1") for name, value in messages[0]["headers"]}
        return Answer(messages[0]["status"], told, b"".join(message.get("body", b"") for message in messages[1:]))
