"""One transaction as the domain sees it: a repository per topic, a clock and a source of ids."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

# The Protocols are read by mypy and by people: whoever imports this module need not load all topics.
if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager
    from datetime import datetime
    from uuid import UUID

    from app.domain.audit import AuditEvent, OutboxEvent
    from app.domain.auth import Actor
    from app.domain.ports.assignments import Assignments, Invitations
    from app.domain.ports.auth import Accounts, ActivationCodes, LoginAttempts, RefreshTokens
    from app.domain.ports.calibration import Calibration
    from app.domain.ports.computations import Computations
    from app.domain.ports.cycles import Cycles, ExternalScores, Participants
    from app.domain.ports.data_rights import Corrections, OwnData
    from app.domain.ports.decisions import Decisions
    from app.domain.ports.delegations import Delegations
    from app.domain.ports.exports import Exports
    from app.domain.ports.imports import Imports
    from app.domain.ports.jobs import Jobs
    from app.domain.ports.limits import RateCounters
    from app.domain.ports.people import Employees, Units
    from app.domain.ports.quality import Quality
    from app.domain.ports.results import Results
    from app.domain.ports.retention import Retention
    from app.domain.ports.rubrics import Rubrics
    from app.domain.ports.submissions import Submissions
    from app.domain.ports.summaries import Summaries


class Trail(Protocol):
    """Audit rows and outbox rows, written in the same transaction as what they tell of."""

    async def record(self, actor: Actor | None, event: AuditEvent) -> None: ...
    async def announce(self, event: OutboxEvent) -> None: ...

    async def record_read(self, actor: Actor, event: AuditEvent) -> None:
        """Record a read of another person's result at once, before it is answered, whatever becomes of this transaction."""
        ...


class UnitOfWork(Protocol):
    """Actions change the world through this alone and never commit; the edge does (docs/decisions.md)."""

    @property
    def units(self) -> Units: ...
    @property
    def employees(self) -> Employees: ...
    @property
    def accounts(self) -> Accounts: ...
    @property
    def attempts(self) -> LoginAttempts: ...
    @property
    def counters(self) -> RateCounters: ...
    @property
    def refresh_tokens(self) -> RefreshTokens: ...
    @property
    def activations(self) -> ActivationCodes: ...
    @property
    def rubrics(self) -> Rubrics: ...
    @property
    def cycles(self) -> Cycles: ...
    @property
    def participants(self) -> Participants: ...
    @property
    def external_scores(self) -> ExternalScores: ...
    @property
    def assignments(self) -> Assignments: ...
    @property
    def invitations(self) -> Invitations: ...
    @property
    def submissions(self) -> Submissions: ...
    @property
    def imports(self) -> Imports: ...
    @property
    def own_data(self) -> OwnData: ...
    @property
    def corrections(self) -> Corrections: ...
    @property
    def retention(self) -> Retention: ...
    @property
    def jobs(self) -> Jobs: ...
    @property
    def computations(self) -> Computations: ...
    @property
    def quality(self) -> Quality: ...
    @property
    def results(self) -> Results: ...
    @property
    def delegations(self) -> Delegations: ...
    @property
    def decisions(self) -> Decisions: ...
    @property
    def summaries(self) -> Summaries: ...
    @property
    def calibration(self) -> Calibration: ...
    @property
    def exports(self) -> Exports: ...
    @property
    def trail(self) -> Trail: ...

    def new_id(self) -> UUID:
        """A fresh UUIDv7."""
        ...

    def random_id(self) -> UUID:
        """A fresh random UUIDv4, for what must tell nothing of its time."""
        ...

    def new_secret(self) -> str:
        """A fresh one-time code of 256 random bits, in letters that a URL may hold."""
        ...

    def draw_seed(self) -> int:
        """A fresh seed 0..2^53 - 1, which every JSON reader keeps exactly."""
        ...

    async def now(self) -> datetime:
        """The database's time of this transaction, in UTC, plus the demo's offset."""
        ...

    def separate(self) -> AbstractAsyncContextManager[UnitOfWork]:
        """A transaction of its own, committed at its end, for what must survive a refusal."""
        ...

    def directory_changed(self) -> None:
        """Tell every process, after the commit, to forget what it remembers of accounts, roles and units."""
        ...
