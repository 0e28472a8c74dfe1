"""A lean load generator: keep-alive connections that send prepared requests one after another and check each answer.

It runs in a process of its own and does as little as possible per request, so that it does not become the limit.
"""

import asyncio
import time
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from typing import Final

import uvloop

CONNECTIONS: Final = 16
_END_OF_HEAD: Final = b"\r\n\r\n"
_LENGTH: Final = b"content-length: "


@dataclass(frozen=True, slots=True)
class Load:
    """What a run gave: how long it took and the latency of each request (seconds, sorted)."""

    seconds: float
    latencies: Sequence[float]

    @property
    def rate(self) -> float:
        """Requests per second."""
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """Latency in seconds below which ``share`` of the requests stayed."""
        return self.latencies[min(len(self.latencies) - 1, int(share * len(self.latencies)))]


class UnexpectedAnswerError(RuntimeError):
    """The server answered with another status than 2xx, or hung up."""


def prepare(method: str, path: str, token: str, body: bytes = b"") -> bytes:
    """The bytes of one HTTP/1.1 request."""
    head = [
        f"{method} {path} HTTP/1.1",
        "Host: 127.0.0.1",
        "Accept: application/json",
        "Accept-Language: id",
        f"Authorization: Bearer {token}",
    ]
    if body:
        head += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*head, "", ""]).encode("ascii") + body


def spread(requests: Sequence[bytes], connections: int = CONNECTIONS) -> list[Sequence[bytes]]:
    """The requests dealt out evenly, each connection's share in the given order."""
    return [requests[number::connections] for number in range(connections)]


class LoadGenerator:
    """The process that sends."""

    def __init__(self) -> None:
        self._process = ProcessPoolExecutor(1, mp_context=get_context("spawn"))

    def start(
        self, port: int, requests: Sequence[bytes], *, connections: int = CONNECTIONS, pause: float = 0.0
    ) -> Future[Load]:
        """Begin to send; each connection waits ``pause`` seconds between an answer and its next request."""
        return self._process.submit(_drive, port, spread(requests, connections), pause)

    def run(self, port: int, requests: Sequence[bytes]) -> Load:
        """Send all requests as fast as they are answered. Raises `UnexpectedAnswerError`."""
        return self.start(port, requests).result()

    def close(self) -> None:
        """End the process."""
        self._process.shutdown()


def _drive(port: int, work: Sequence[Sequence[bytes]], pause: float) -> Load:
    return uvloop.run(_send_all(port, work, pause))


async def _send_all(port: int, work: Sequence[Sequence[bytes]], pause: float) -> Load:
    loop = asyncio.get_running_loop()
    connections = [_Connection(requests, pause) for requests in work if requests]
    for connection in connections:
        await loop.create_connection(partial(_itself, connection), "127.0.0.1", port)
    started = time.perf_counter()
    for connection in connections:
        connection.send_next()
    await asyncio.gather(*(connection.over for connection in connections))
    seconds = time.perf_counter() - started
    return Load(seconds, sorted(latency for connection in connections for latency in connection.latencies))


def _itself(connection: "_Connection") -> "_Connection":
    return connection


class _Connection(asyncio.Protocol):
    """One keep-alive connection. It looks at the status and the length of an answer, and at nothing else."""

    def __init__(self, requests: Sequence[bytes], pause: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._requests = iter(requests)
        self._pause = pause
        self._answer = b""
        self._sent_at = 0.0
        self._transport: asyncio.Transport | None = None
        self.latencies: list[float] = []
        self.over: asyncio.Future[None] = self._loop.create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]

    def connection_lost(self, error: Exception | None) -> None:
        if not self.over.done():
            self.over.set_exception(error or UnexpectedAnswerError("the server hung up"))

    def send_next(self) -> None:
        """Send the next request, or end the connection."""
        assert self._transport is not None
        request = next(self._requests, None)
        if request is None:
            self.over.set_result(None)
            self._transport.close()
            return
        self._sent_at = time.perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        answer = self._answer + data if self._answer else data
        head_ends = answer.find(_END_OF_HEAD)
        if head_ends < 0 or len(answer) < head_ends + 4 + _length(answer[:head_ends]):
            self._answer = answer
            return
        self._answer = b""
        if not answer.startswith(b"HTTP/1.1 2"):
            self.over.set_exception(UnexpectedAnswerError(answer[:2000].decode(errors="replace")))
            return
        self.latencies.append(time.perf_counter() - self._sent_at)
        if self._pause:
            self._loop.call_later(self._pause, self.send_next)
        else:
            self.send_next()


def _length(head: bytes) -> int:
    at = head.find(_LENGTH)
    return int(head[at + len(_LENGTH) :].split(b"\r", 1)[0]) if at >= 0 else 0
