"""One import on its way."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from app.domain.auth import Actor
from app.domain.imports.report import Changes, Faults, ImportKind
from app.domain.imports.table import Sheet
from app.domain.jobs import Phase
from app.domain.unit_of_work import UnitOfWork

#: A fresh one-time code and the hash under which it is stored.
NewCode = Callable[[], tuple[str, bytes]]
#: Hears what is being done, for a progress bar or a job.
Tell = Callable[[Phase], None]


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for. ``cycle_id`` is given for kinds that belong to a cycle, and only for these."""

    kind: ImportKind
    dry_run: bool = False
    cycle_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class IssuedCode:
    """A one-time activation code of a new account, told once."""

    username: str
    code: str


@dataclass(frozen=True, slots=True)
class Effect:
    """What the rows did or would do, what the trail is told besides, and codes for the importer's eyes."""

    changes: Changes[Any]
    details: Mapping[str, Any] = field(default_factory=dict)
    codes: tuple[IssuedCode, ...] = ()


@dataclass(frozen=True, slots=True)
class Importing:
    """An import whose cells have been read."""

    uow: UnitOfWork
    actor: Actor
    order: Order
    sheet: Sheet
    faults: Faults
    new_code: NewCode | None
    tell: Tell

    @property
    def writes(self) -> bool:
        """Whether anything may be written: no dry run, and no fault so far."""
        return not self.order.dry_run and not self.faults.count

    def begin_writing(self) -> bool:
        """Whether the rows, now all judged, are written."""
        if self.writes:
            self.tell(Phase.WRITING)
        return self.writes
