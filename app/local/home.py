"""The data folder of `kinerja run`: the embedded database, the sheet key and the signing keys, kept between starts."""

import asyncio
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from app.local.databases import APP, OWNER, ensure_database
from app.local.errors import DataFolderInUse
from app.local.postgres import LocalPostgres, running_dsn
from app.settings import new_secret

DATABASE = "kinerja"


def data_dir(environ: Mapping[str, str]) -> Path:
    """``KINERJA_DATA_DIR``, or ``.data`` in the present folder."""
    return Path(environ.get("KINERJA_DATA_DIR") or ".data").resolve()


def with_kept_secrets(environ: Mapping[str, str], home: Path) -> dict[str, str]:
    """The environment, completed by the secrets that the data folder keeps; made at the first start."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    env = dict(environ)
    env.setdefault("KINERJA_DATA_DIR", str(home))
    if not env.get("KINERJA_SHEET_KEY"):
        env["KINERJA_SHEET_KEY"] = _kept(home / "sheet-key")
    if not env.get("KINERJA_SIGNING_KEYS"):
        env["KINERJA_SIGNING_KEYS"] = str(home / "signing-keys.json")
    return env


def _kept(path: Path) -> str:
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(new_secret())
    return path.read_text("ascii")


@contextmanager
def embedded_database(home: Path, *, share: bool) -> Iterator[dict[str, str]]:
    """Run the embedded PostgreSQL while the block lasts; yields the settings that lead to it.

    With ``share`` a server that another start runs on the same folder is used as it is; without it, or when that one is
    only coming up, raises `DataFolderInUse`.
    """
    folder = home / "postgres"
    try:
        server = LocalPostgres(folder)
        server.start()
    except DataFolderInUse:
        shared = _addresses(lambda user: running_dsn(folder, user, DATABASE)) if share else None
        if shared is None:
            raise
        yield shared
        return
    try:
        asyncio.run(ensure_database(server.dsn("postgres", "postgres"), DATABASE))
        yield _addresses(lambda user: server.dsn(user, DATABASE)) or {}
    finally:
        server.stop()


def _addresses(dsn: Callable[[str], str | None]) -> dict[str, str] | None:
    app, owner = dsn(APP), dsn(OWNER)
    return {"DATABASE_URL": app, "KINERJA_OWNER_DATABASE_URL": owner} if app and owner else None
