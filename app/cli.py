"""The command line: `kinerja run` for a first look, `kinerja serve` for production, and what an operator needs."""

import os
import signal
import sys
import time
from collections.abc import Coroutine, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeVar

import orjson
import typer

from app import serving
from app.api.tokens.key_file import rotating
from app.api.tokens.keys import KeyFileError, KeyRing, read_keys
from app.domain.imports.report import ImportKind
from app.local import home
from app.local.errors import LocalPostgresError
from app.main import create_app
from app.services import AppServices
from app.settings import Settings, SettingsError, load_settings

if TYPE_CHECKING:
    from app.demo.welcome import Door

T = TypeVar("T")
DEMO_EMPLOYEES = 400
DEMO_SEED = 2026
OPENAPI = Path(__file__).resolve().parents[1] / "openapi" / "openapi.json"

cli = typer.Typer(
    name="kinerja",
    help="360-degree appraisal for the civil servants of a city.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


keys = typer.Typer(help="The keys that sign access tokens.", no_args_is_help=True)
cli.add_typer(keys, name="keys")


def main() -> None:
    """Entry point: expected failures are one sentence on standard error and exit status 1."""
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, _end)  # an orderly end, so that the embedded database is stopped too
    try:
        cli()
    except (SettingsError, LocalPostgresError, serving.PortTakenError, KeyFileError) as error:
        _fail(str(error))
    except KeyboardInterrupt:
        raise SystemExit(130) from None


def _end(number: int, _frame: object) -> NoReturn:
    raise SystemExit(128 + number)


def _fail(message: str) -> NoReturn:
    sys.stderr.write(f"kinerja: {message}\n")
    raise SystemExit(1)


@contextmanager
def _environment(*, share: bool = True) -> Iterator[dict[str, str]]:
    """The environment of a command that may use the embedded database: started when ``DATABASE_URL`` is unset.

    A command beside a running `kinerja run` shares its database; a second `kinerja run` does not.
    """
    folder = home.data_dir(os.environ)
    env = home.with_kept_secrets(os.environ, folder)
    if env.get("DATABASE_URL"):
        yield env
        return
    with home.embedded_database(folder, share=share) as database:
        yield {**env, **database, "KINERJA_DEMO": env.get("KINERJA_DEMO") or "1"}


def _port(env: dict[str, str]) -> int:
    text = env.get("PORT") or "8000"
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65_535:
        raise SettingsError("PORT must be a number from 1 to 65535.")
    return int(text)


@cli.command()
def run() -> None:
    """Start everything: embedded PostgreSQL (or DATABASE_URL), migrations, the demo when empty, the API."""
    listener = serving.open_port("127.0.0.1", _port(dict(os.environ)))
    with listener, _environment(share=False) as env:
        settings = load_settings(env)
        admin = serving.first_admin(env, demo=settings.demo)
        doors = _with_loop(_prepare(settings, admin))
        _welcome(settings, admin, doors, env)
        serving.serve(create_app(settings), listener)


async def _prepare(settings: Settings, admin: serving.FirstAdmin | None) -> list["Door"]:
    await serving.bring_up_to_date(settings)
    services = AppServices(settings)
    try:
        if admin is not None:
            await serving.make_first_admin(services, admin)
        if not settings.demo:
            return []
        from app.demo.load import load_demo_when_empty

        return await load_demo_when_empty(services, DEMO_EMPLOYEES, DEMO_SEED)
    finally:
        await services.close()


def _welcome(settings: Settings, admin: serving.FirstAdmin | None, demo: list["Door"], env: dict[str, str]) -> None:
    from app.demo.welcome import Door, welcome

    first = Door(admin.username, admin.password, "administrator") if admin else None
    folder = None if os.environ.get("DATABASE_URL") else env["KINERJA_DATA_DIR"]
    typer.echo(welcome(settings.public_url, first, demo, folder))


@cli.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, envvar="PORT", help="Port to listen on.")] = 8000,
) -> None:
    """Serve the API over DATABASE_URL. Never migrates, never loads the demo."""
    settings = load_settings()
    listener = serving.open_port(host, port)
    admin = serving.first_admin(dict(os.environ), demo=False)
    if admin is not None:
        _with_loop(_ensure_first_admin(settings, admin))
    if _with_loop(serving.owns_its_tables(settings)):
        sys.stderr.write(
            "kinerja: the service's database role owns its tables: the audit trail is kept append-only by a trigger "
            "alone, not by privilege. Give the service a role of its own (see deployment in README.md).\n"
        )
    with listener:
        serving.serve(create_app(settings), listener)


async def _ensure_first_admin(settings: Settings, admin: serving.FirstAdmin) -> None:
    services = AppServices(settings)
    try:
        await serving.make_first_admin(services, admin)
    finally:
        await services.close()


@cli.command()
def migrate() -> None:
    """Bring the database to the newest schema and give the app's role its rights."""
    with _environment() as env:
        _with_loop(serving.bring_up_to_date(load_settings(env)))
    typer.echo("The schema is up to date.")


@cli.command()
def demo(
    employees: Annotated[int, typer.Option(min=20, max=50_000, help="How many ASN.")] = DEMO_EMPLOYEES,
    seed: Annotated[int, typer.Option(help="The same seed makes the same city.")] = DEMO_SEED,
) -> None:
    """Load the demo city into an empty database, with a progress bar."""
    from app.demo.load import DatabaseNotEmptyError, load_demo

    async def load(settings: Settings) -> None:
        await serving.bring_up_to_date(settings)
        services = AppServices(settings)
        try:
            await serving.make_first_admin(services, serving.first_admin(dict(os.environ), demo=True))
            await load_demo(services, employees=employees, seed=seed, progress=True)
        finally:
            await services.close()

    with _environment() as env:
        try:
            _with_loop(load(load_settings(env)))
        except DatabaseNotEmptyError as error:
            _fail(str(error))


@cli.command()
def token(
    username: Annotated[str, typer.Option(help="Whose account.")],
) -> None:
    """Mint an access token for an operator with the signing key: it can rate nobody, and the trail keeps it."""
    from app.domain.actions.auth import account_for_operator

    async def mint(services: AppServices) -> str | None:
        async with services.unit_of_work("operator") as uow:
            actor = await account_for_operator(uow, username)
            await uow.commit()
        return services.tokens.mint(actor, rater_types=frozenset()) if actor is not None else None

    text = _on_database(mint)
    if text is None:
        _fail(f"there is no active account named {username!r}.")
    typer.echo(text)


@keys.command("rotate")
def rotate_keys(
    retire_after: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=31_536_000,
            help="For how many seconds the present keys still verify; 0 for a stolen one. "
            "[default: a token's lifetime and an hour]",
        ),
    ] = None,
) -> None:
    """Sign with a fresh key from now on; running processes follow within two seconds, and the trail keeps it."""
    from app.domain.audit import AuditEvent

    async def rotate(services: AppServices) -> KeyRing:
        settings = services.settings
        overlap = settings.access_token_seconds + 3600 if retire_after is None else retire_after
        async with services.unit_of_work("operator") as uow:
            with rotating(settings.signing_keys, int(time.time()), overlap) as ring:
                details = {"kid": ring.signing["kid"], "retire_after": overlap, "verifying": len(ring.keys)}
                await uow.trail.record(None, AuditEvent("keys.rotated", "signing_keys", None, details))
            await uow.commit()
        return ring

    _tell_keys(_on_database(rotate))


@keys.command("list")
def list_keys() -> None:
    """Tell which key signs and how long the others verify, by their kid."""
    env = home.with_kept_secrets(os.environ, home.data_dir(os.environ))
    _tell_keys(read_keys(Path(env["KINERJA_SIGNING_KEYS"])))


def _tell_keys(ring: KeyRing) -> None:
    now = time.time()
    for key in ring.keys:
        end = key.get("retire_at")
        until = "" if end is None else f"{datetime.fromtimestamp(end, UTC):%Y-%m-%dT%H:%M:%SZ}"
        state = "signs" if end is None else f"verifies until {until}" if end > now else f"retired at {until}"
        typer.echo(f"{key['kid']}  {state}")


@cli.command("import")
def import_rows(
    file: Annotated[Path, typer.Argument(help="A .csv or .xlsx file.")],
    kind: Annotated[ImportKind, typer.Option(help="What the rows are.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would be.")] = False,
    cycle: Annotated[str | None, typer.Option(help="Code of the cycle, for assignments and external scores.")] = None,
    username: Annotated[
        str, typer.Option("--as", envvar="KINERJA_ADMIN_USERNAME", help="The account in whose name it is done.")
    ] = serving.DEMO_ADMIN,
    codes: Annotated[
        Path | None, typer.Option(help="Write activation codes of new accounts to this new file.", dir_okay=False)
    ] = None,
) -> None:
    """Import units, employees, accounts, assignments or external scores: all rows or none."""
    from app import importing

    if codes is not None and kind is not ImportKind.ACCOUNTS:
        _fail("--codes is for accounts.")
    wish = importing.Wish(file, kind, username, dry_run, cycle, with_codes=codes is not None)
    try:
        with importing.codes_file(codes) as keep:
            outcome = _on_database(lambda services: importing.import_file(services, wish))
            keep(outcome.codes)
    except importing.ImportRefusedError as error:
        _fail(str(error))
    for line in importing.told(outcome.report):
        typer.echo(line)
    if outcome.report.error_count:
        raise SystemExit(1)


@cli.command("verify-results")
def verify_results(
    cycle: Annotated[str, typer.Argument(help="Code of the cycle.")],
) -> None:
    """Recompute every current result of a cycle from its stored inputs; tells how many, and each difference."""
    from app import verifying

    try:
        found = _on_database(lambda services: verifying.verify_results(services, cycle))
    except verifying.NothingToVerifyError as error:
        _fail(str(error))
    _report(verifying.told(found), all_well=not found.differences)


@cli.command("verify-audit")
def verify_audit() -> None:
    """Recompute the digest of every row of the audit trail and report each difference."""
    from app.repositories.trail import changed_rows

    async def verify(services: AppServices) -> list[str]:
        return [f"audit event {number} does not have its digest" for number in await changed_rows(services.database)]

    differences = _on_database(verify)
    _report(differences or ["Every row of the trail has its digest."], all_well=not differences)


@cli.command()
def purge(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would be deleted.")] = False,
) -> None:
    """Delete what is older than KINERJA_RETENTION_YEARS, and expired technical records; prints counts per table."""
    from app.housekeeping import purge as run_purge

    counts = _on_database(lambda services: run_purge(services, dry_run=dry_run))
    typer.echo("Would be deleted:" if dry_run else "Deleted:")
    for name, count in counts.items():
        typer.echo(f"  {name}: {count}")


def _report(lines: Iterable[str], *, all_well: bool) -> None:
    """Say what was found; the exit status is 1 unless all is well."""
    for line in lines:
        typer.echo(line)
    if not all_well:
        raise SystemExit(1)


@cli.command()
def openapi(
    check: Annotated[
        bool, typer.Option("--check", help="Only tell whether the committed file is what the code says.")
    ] = False,
) -> None:
    """Write openapi/openapi.json from the code."""
    text = orjson.dumps(create_app().openapi(), option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2) + b"\n"
    if not check:
        OPENAPI.write_bytes(text)
        typer.echo(f"Wrote {OPENAPI.name}.")
    elif not OPENAPI.exists() or OPENAPI.read_bytes() != text:
        _fail("openapi/openapi.json differs from the code: run `make openapi` and commit the result.")


@cli.command()
def bench(
    full: Annotated[bool, typer.Option("--full", help="The size of the record in benchmarks/RESULTS.md.")] = False,
) -> None:
    """Measure the hot paths against their floors; prints JSON lines and a table."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    from benchmarks.run import run as run_benchmarks

    raise SystemExit(run_benchmarks(full=full))


def _on_database(work: Any) -> Any:
    """Run ``work(services)`` over the configured or the embedded database."""

    async def go(settings: Settings) -> Any:
        services = AppServices(settings)
        try:
            return await work(services)
        finally:
            await services.close()

    with _environment() as env:
        return _with_loop(go(load_settings(env)))


def _with_loop(work: Coroutine[Any, Any, T]) -> T:
    import uvloop

    return uvloop.run(work)
