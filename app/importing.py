"""Importing a file from the command line: the same reading, rules and trail as over HTTP."""

import csv
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO
from uuid import UUID

from rich.progress import Progress

from app.api.deps import Services
from app.api.passwords import new_secret
from app.api.problems import HttpProblemError
from app.api.spreadsheets import CSV, XLSX, read_lines
from app.api.texts import PROBLEMS, VIOLATIONS, say
from app.domain.actions.imports import IssuedCode, Order, Outcome, operator, run_import
from app.domain.errors import DomainError, Invalid
from app.domain.imports.report import ImportKind, ImportReport, ImportStatus
from app.domain.jobs import Phase
from app.domain.unit_of_work import UnitOfWork

_MEDIA_TYPES: Final = {".csv": CSV, ".xlsx": XLSX}
_STEPS: Final = len(Phase)
Tell = Callable[[Phase], None]


class ImportRefusedError(RuntimeError):
    """The import could not even begin; the message says why."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the operator asks for: a file, in the name of an account; ``cycle`` is a code."""

    path: Path
    kind: ImportKind
    username: str
    dry_run: bool
    cycle: str | None
    with_codes: bool


async def import_file(services: Services, wish: Wish) -> Outcome:
    """Import the file with a progress bar. Raises `ImportRefusedError` when it cannot begin."""
    try:
        async with services.unit_of_work("operator") as uow, uow.separate() as own:
            with _bar(wish.path.name) as tell:
                return await _import(own, services, wish, tell)
    except OSError as error:
        raise ImportRefusedError(f"{wish.path}: {error.strerror}") from error
    except (DomainError, HttpProblemError) as error:
        raise ImportRefusedError(f"{wish.path}: {_sentence(error)}") from error


async def _import(uow: UnitOfWork, services: Services, wish: Wish, tell: Tell) -> Outcome:
    media_type = _MEDIA_TYPES.get(wish.path.suffix.lower())
    if media_type is None:
        raise ImportRefusedError(f"{wish.path}: the name must end in .csv or .xlsx.")
    actor = await operator(uow, wish.username)
    if actor is None:
        raise ImportRefusedError(f"there is no active account named {wish.username!r}.")
    order = Order(wish.kind, wish.dry_run, await _cycle_id(uow, wish))
    lines = read_lines(media_type, wish.path.read_bytes(), services.settings.max_import_rows)
    return await run_import(uow, actor, order, lines, new_code=_new_code if wish.with_codes else None, tell=tell)


async def _cycle_id(uow: UnitOfWork, wish: Wish) -> UUID | None:
    if wish.kind.of_cycle != (wish.cycle is not None):
        raise ImportRefusedError(f"--cycle is {'needed' if wish.kind.of_cycle else 'not'} for {wish.kind}.")
    if wish.cycle is None:
        return None
    cycle = await uow.cycles.by_code(wish.cycle)
    if cycle is None:
        raise ImportRefusedError(f"there is no cycle {wish.cycle!r}.")
    return cycle.id


def _new_code() -> tuple[str, bytes]:
    secret = new_secret()
    return secret.text, secret.hash


@contextmanager
def _bar(name: str) -> Iterator[Tell]:
    with Progress() as progress:
        task = progress.add_task(name, total=_STEPS)

        def tell(step: Phase) -> None:
            progress.update(task, description=f"{name}: {step}", advance=1)

        yield tell
        progress.update(task, description=f"{name}: done", completed=_STEPS)


def _sentence(error: DomainError | HttpProblemError) -> str:
    if isinstance(error, Invalid) and error.violations:
        first = error.violations[0]
        return say(VIOLATIONS[first.code], "en", first.params)
    return say(PROBLEMS[error.code].detail, "en", error.params)


def told(report: ImportReport) -> Iterator[str]:
    """The report in lines: every listed fault, then the counts."""
    for error in report.errors:
        place = f"row {error.row}" + (f", {error.column}" if error.column else "")
        yield f"{place}: {say(VIOLATIONS[error.code], 'en', dict(error.params))}"
    if report.status is ImportStatus.FAILED:
        yield f"{report.rows} rows, {report.error_count} faults: nothing was changed."
        return
    counts = f"{report.rows} rows: {report.created} created, {report.updated} updated, {report.unchanged} unchanged"
    yield f"{counts} (dry run: nothing was changed)." if report.dry_run else f"{counts}."


@contextmanager
def codes_file(path: Path | None) -> Iterator[Callable[[tuple[IssuedCode, ...]], None]]:
    """A new file that its owner alone can read, opened before any code is made and gone again when none was.

    Without a path codes go nowhere.
    """
    if path is None:
        yield lambda _: None
        return
    try:
        file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8", newline="")
    except OSError as error:
        raise ImportRefusedError(f"{path}: {error.strerror}") from error
    try:
        with file:
            yield lambda codes: _write_codes(file, codes)
    finally:
        if not path.stat().st_size:
            path.unlink()


def _write_codes(file: TextIO, codes: tuple[IssuedCode, ...]) -> None:
    if codes:
        writer = csv.writer(file)
        writer.writerow(("username", "code"))
        writer.writerows((one.username, one.code) for one in codes)
