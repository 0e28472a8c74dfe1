"""How long a developer waits: importing the application, the first start with its demo, the second start."""

import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Final

from benchmarks.report import Line, absolute, compared
from benchmarks.servers import ROOT, free_port

_FLOOR: Final = "import fastapi, sqlalchemy.ext.asyncio"
_PRODUCT: Final = "import app.main"
_MAKE: Final = "from app.main import create_app; create_app()"
_RUN: Final = "from app.cli import main; main()"
_ROUNDS: Final = 7
_PATIENCE: Final = 120


def measure_import() -> Iterator[Line]:
    """Processor seconds of a fresh interpreter that imports the application, against its two frameworks.

    The second line imports and makes it, without settings: that loads what the import leaves to those who serve.
    """
    for path, code, target in (("import the app", _PRODUCT, 1.5), ("import and make the app", _MAKE, None)):
        for each in (code, _FLOOR):
            _spent(each)  # compiled files are there from now on
        pairs = [(_spent(code), _spent(_FLOOR)) for _ in range(_ROUNDS)]
        yield compared(path, "s", pairs, target=target, better="lower", n=1)


def _spent(code: str) -> float:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measure_start() -> Iterator[Line]:
    """`kinerja run` (which is what `make run` does) until it is ready, in an empty folder and once more in the same."""
    with tempfile.TemporaryDirectory(prefix="kinerja-start-") as folder:
        for path, limit in (("first start with the demo", 15.0), ("second start", 3.0)):
            yield absolute(path, "s", [_start(folder)], target=limit, better="lower", n=1)


def _start(folder: str) -> float:
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("KINERJA_", "DATABASE_"))}
    environment |= {"KINERJA_DATA_DIR": folder, "PORT": str(port)}
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", _RUN, "run"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while not _is_ready(port):
            if process.poll() is not None or time.perf_counter() - started > _PATIENCE:
                raise RuntimeError("kinerja run did not become ready")
            time.sleep(0.02)
        return time.perf_counter() - started
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(_PATIENCE)


def _is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
