"""Starting the service: the port first, then the schema, the first administrator, the demo, the server."""

import asyncio
import gc
import socket
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

import asyncpg
import uvicorn
from fastapi import FastAPI

from app.api.passwords import hash_password
from app.domain.actions.auth import ensure_admin
from app.repositories.database import to_plain_url
from app.repositories.migrating import migrate
from app.services import AppServices
from app.settings import Settings, SettingsError

DEMO_ADMIN = "admin"
DEMO_ADMIN_PASSWORD = "serang-admin-2026"  # noqa: S105 - printed at every start of the demo, and nowhere else accepted
_GRACE_SECONDS = 10


class PortTakenError(RuntimeError):
    """Another program listens there already."""


@dataclass(frozen=True, slots=True)
class FirstAdmin:
    """Name and password of the first administrator."""

    username: str
    password: str


def first_admin(environ: dict[str, str], *, demo: bool) -> FirstAdmin | None:
    """``KINERJA_ADMIN_USERNAME`` and ``KINERJA_ADMIN_PASSWORD``; the demo has defaults for both."""
    username = environ.get("KINERJA_ADMIN_USERNAME", "")
    password = environ.get("KINERJA_ADMIN_PASSWORD", "")
    if demo:
        return FirstAdmin(username or DEMO_ADMIN, password or DEMO_ADMIN_PASSWORD)
    if not username and not password:
        return None
    if not username or not password:
        raise SettingsError("KINERJA_ADMIN_USERNAME and KINERJA_ADMIN_PASSWORD belong together: set both or none.")
    return FirstAdmin(username, password)


def open_port(host: str, port: int) -> socket.socket:
    """A listening socket. Raises `PortTakenError` with a sentence that names the port."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(2048)
    except OSError as error:
        listener.close()
        raise PortTakenError(f"Port {port} on {host} is taken by another program; choose one with PORT=….") from error
    listener.setblocking(False)  # noqa: FBT003 - the standard library's own signature
    return listener


def role_of(url: str) -> str | None:
    """The role a database URL logs in as."""
    parts = urlsplit(url)
    named = parse_qs(parts.query).get("user")
    return named[0] if named else unquote(parts.username) if parts.username else None


async def bring_up_to_date(settings: Settings) -> None:
    """Migrate as the owner; grant the app's own role its rights when it is another one."""
    role = role_of(settings.database_url)
    other = role if settings.roles_separated and role != role_of(settings.owner_database_url) else None
    await migrate(settings.owner_database_url, other)


async def make_first_admin(services: AppServices, admin: FirstAdmin | None) -> bool:
    """Create the administrator unless none is named or the account exists; tells whether it was made."""
    if admin is None:
        return False
    password_hash = await asyncio.to_thread(hash_password, admin.password)
    async with services.unit_of_work("start") as uow:
        made = await ensure_admin(uow, admin.username, password_hash)
        await uow.commit()
    return made


async def owns_its_tables(settings: Settings) -> bool:
    """Whether the service's own role could take the protection of the trail away."""
    connection = await asyncpg.connect(to_plain_url(settings.database_url))
    try:
        owner = "SELECT pg_has_role(relowner, 'MEMBER') FROM pg_class WHERE oid = to_regclass('audit_events')"
        return bool(await connection.fetchval(owner))
    finally:
        await connection.close()


def serve(app: FastAPI, listener: socket.socket) -> None:
    """Answer requests until SIGINT or SIGTERM; requests under way are finished."""
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http="httptools",
        lifespan="on",
        access_log=False,
        log_level="warning",
        server_header=False,
        date_header=True,
        timeout_graceful_shutdown=_GRACE_SECONDS,
        ws="none",
        proxy_headers=False,
    )
    server = uvicorn.Server(config)
    settle()
    server.run(sockets=[listener])


def settle() -> None:
    """Take what start-up made out of the garbage collector's sight, and let it look more seldom at the rest.

    Going through half a million lasting objects again and again cost a third of a submission's time, and pauses of a tenth
    of a second (docs/performance.md).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
