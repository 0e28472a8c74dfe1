"""The edge as it is on the wire: bodies without an end, lengths that lie, HEAD, and how much memory it costs."""

import base64
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from app.settings import Settings
from tests.support.serving import KINERJA, ROOT, environment, free_port
from tests.support.world import World

pytestmark = pytest.mark.anyio
MEGABYTE = 1_048_576


class Wire:
    """A real `kinerja serve` and bare connections to it."""

    def __init__(self, port: int, process: subprocess.Popen[bytes]) -> None:
        self.port = port
        self._process = psutil.Process(process.pid)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def memory(self) -> int:
        memory: int = self._process.memory_info().rss
        return memory

    def send(self, head: str, pieces: Iterator[bytes] | list[bytes]) -> bytes:
        """Send pieces until the service answers; gives its answer."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as connection:
            connection.sendall(head.replace("\n", "\r\n").encode() + b"\r\n\r\n")
            try:
                for piece in pieces:
                    connection.sendall(piece)
            except (BrokenPipeError, ConnectionResetError):
                pass  # the service has answered and closed
            return connection.recv(65_536)


@pytest.fixture(scope="module")
def wire(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wire]:
    folder, port = tmp_path_factory.mktemp("wire"), free_port()
    more = {
        "DATABASE_URL": settings.database_url,
        "KINERJA_OWNER_DATABASE_URL": settings.owner_database_url,
        "KINERJA_SHEET_KEY": base64.b64encode(settings.sheet_key).decode(),
        "KINERJA_SIGNING_KEYS": str(settings.signing_keys),
        "PORT": str(port),
    }
    process = subprocess.Popen([*KINERJA, "serve"], env=environment(Path(folder), **more), cwd=ROOT)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            httpx.get(f"http://127.0.0.1:{port}/readyz").raise_for_status()
            break
        except httpx.HTTPError:
            time.sleep(0.1)
    yield Wire(port, process)
    process.terminate()
    process.wait(30)


@pytest.fixture
async def token(world: World) -> str:
    return (await world.admin())["Authorization"]


def chunks(number: int) -> Iterator[bytes]:
    piece = b" " * 65_536
    for _ in range(number):
        yield f"{len(piece):x}\r\n".encode() + piece + b"\r\n"
    yield b"0\r\n\r\n"


async def test_twenty_megabytes_without_a_length_cost_one(wire: Wire, token: str) -> None:
    before = wire.memory()
    for _ in range(10):
        head = f"POST /v1/units HTTP/1.1\nHost: x\nAuthorization: {token}\nContent-Type: application/json\nTransfer-Encoding: chunked"
        answer = wire.send(head, chunks(320))
        assert answer.startswith(b"HTTP/1.1 413 "), answer[:300]
    assert wire.memory() - before < 20 * MEGABYTE


async def test_a_length_that_lies_is_not_believed(wire: Wire, token: str) -> None:
    """More than was said is another request, and no good one; less than was said is waited for and leads to nothing."""
    head = f"POST /v1/units HTTP/1.1\nHost: x\nAuthorization: {token}\nContent-Type: application/json\nContent-Length: "
    assert wire.send(head + "20971520", [b"{}"]).startswith(b"HTTP/1.1 413 ")
    answer = wire.send(head + "2", [b"{}" + b" " * MEGABYTE])
    assert answer.startswith((b"HTTP/1.1 422 ", b"HTTP/1.1 400 ")), answer[:300]
    with socket.create_connection(("127.0.0.1", wire.port), timeout=5) as connection:
        connection.sendall((head + "100\n\n{}").replace("\n", "\r\n").encode())
        connection.shutdown(socket.SHUT_WR)
        assert b" 201 " not in connection.recv(65_536)
    both = wire.send(head + "2\nTransfer-Encoding: chunked", [b"0\r\n\r\n"])
    assert not both.startswith(b"HTTP/1.1 2"), "a request that two servers could read in two ways"


def test_head_has_no_body_and_the_server_does_not_say_what_it_is(wire: Wire) -> None:
    with httpx.Client(base_url=wire.url) as client:
        got, head = client.get("/healthz"), client.head("/healthz")
        assert head.headers["content-length"] == got.headers["content-length"]
        assert head.content == b""
        assert client.head("/v1/me").status_code == 401
        assert client.get("/healthz").json() == {"status": "ok"}, "the connection is still in step"
        assert "server" not in got.headers


def test_what_is_no_http_is_refused_and_the_service_goes_on(wire: Wire) -> None:
    for bad in (
        "GET / HTTP/9.9\nHost: x",
        "G\x00T / HTTP/1.1\nHost: x",
        "GET /\x01 HTTP/1.1\nHost: x",
        "\n\n\x16\x03\x01",
    ):
        answer = wire.send(bad, [])
        assert not answer.startswith(b"HTTP/1.1 5"), answer[:200]
        assert not answer.startswith(b"HTTP/1.1 2"), answer[:200]
    assert httpx.get(f"{wire.url}/healthz").status_code == 200
