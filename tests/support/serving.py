"""A real `kinerja run` or `kinerja serve` in a process of its own, or the service in this one."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import httpx
from fastapi import FastAPI

from app.main import create_app
from app.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
KINERJA = [sys.executable, "-c", "from app.cli import main; main()"]
_PATIENCE_SECONDS = 90


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def environment(folder: Path, **more: str) -> dict[str, str]:
    """The environment of a start that has nothing to do with the caller's own."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("KINERJA_", "DATABASE_URL", "PORT"))
    }
    return kept | {"KINERJA_DATA_DIR": str(folder), "KINERJA_LOG_LEVEL": "error"} | more


@asynccontextmanager
async def in_process(settings: Settings) -> AsyncIterator[tuple[FastAPI, httpx.AsyncClient]]:
    """The service with settings of a test's own, and a client that speaks to it without a network."""
    application = create_app(settings)
    async with application.router.lifespan_context(application):
        transport = httpx.ASGITransport(app=application)
        async with httpx.AsyncClient(transport=transport, base_url="http://kinerja.test") as client:
            yield application, client


@contextmanager
def running(folder: Path, *, port: int | None = None, command: str = "run", **more: str) -> Iterator[str]:
    """`kinerja run` (or ``serve``) over its own data folder while the block lasts; yields its address."""
    port = port or free_port()
    log = (folder.parent / f"{folder.name}.log").open("w+")
    env = environment(folder, PORT=str(port), **more)
    process = subprocess.Popen([*KINERJA, command], env=env, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
    url = f"http://127.0.0.1:{port}"
    try:
        _await_ready(url, process, log.name)
        yield url
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)
        log.close()


def _await_ready(url: str, process: subprocess.Popen[bytes], log: str) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            if httpx.get(f"{url}/readyz").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(f"the service did not come up:\n{Path(log).read_text()[-4000:]}")
