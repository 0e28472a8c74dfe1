"""The unit of work over one `Session`: repositories made when first used, one clock, commit by the edge alone."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Self
from uuid import UUID, uuid4

import sqlalchemy as sa

from app.repositories.assignments import SqlAssignments
from app.repositories.auth import SqlAccounts, SqlActivationCodes, SqlLoginAttempts, SqlRefreshTokens
from app.repositories.calibration import SqlCalibration
from app.repositories.cycles import SqlCycles
from app.repositories.data_rights import SqlCorrections, SqlOwnData
from app.repositories.database import Database
from app.repositories.decisions import SqlDecisions
from app.repositories.delegations import SqlDelegations
from app.repositories.directory import CHANNEL, Directory
from app.repositories.exports import SqlExports
from app.repositories.idempotency import SqlIdempotencyRecords
from app.repositories.ids import uuid7
from app.repositories.imports import SqlImports
from app.repositories.invitations import SqlInvitations
from app.repositories.jobs import SqlJobs
from app.repositories.limits import SqlRateCounters
from app.repositories.participants import SqlExternalScores, SqlParticipants
from app.repositories.people import SqlEmployees, SqlUnits
from app.repositories.results import SqlResults
from app.repositories.retention import SqlRetention
from app.repositories.rubrics import SqlRubrics
from app.repositories.session import Session
from app.repositories.submissions import SqlSubmissions, TaskMemory
from app.repositories.trail import SqlTrail

# These bring numpy, which whoever does not compute need not load; the API has it from the start.
if TYPE_CHECKING:
    from app.repositories.computations import SqlComputations
    from app.repositories.quality import SqlQuality
    from app.repositories.summaries import SqlSummaries


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all units of work of a process share."""

    database: Database
    directory: Directory
    sheet_key: bytes = field(repr=False)
    clock_offset: timedelta = timedelta(0)
    tasks: TaskMemory = field(default_factory=TaskMemory)


class SqlUnitOfWork:
    """One transaction. Its repositories share one connection, taken when the first statement runs."""

    def __init__(self, surroundings: Surroundings, request_id: str | None = None) -> None:
        self._surroundings = surroundings
        self._request_id = request_id
        self._session = Session(surroundings.database)
        self._now: datetime | None = None
        self._directory_changed = False

    @cached_property
    def units(self) -> SqlUnits:
        """Units of the organisation."""
        return SqlUnits(self._session)

    @cached_property
    def employees(self) -> SqlEmployees:
        """People of the city."""
        return SqlEmployees(self._session)

    @cached_property
    def submissions(self) -> SqlSubmissions:
        """Drafts and sheets."""
        around = self._surroundings
        return SqlSubmissions(
            self._session,
            around.tasks,
            sheet_key=around.sheet_key,
            clock_offset=around.clock_offset,
            request_id=self._request_id,
        )

    @cached_property
    def rubrics(self) -> SqlRubrics:
        """All versions of all rubrics."""
        return SqlRubrics(self._session)

    @cached_property
    def cycles(self) -> SqlCycles:
        """Cycles of appraisal."""
        return SqlCycles(self._session)

    @cached_property
    def participants(self) -> SqlParticipants:
        """Ratees of cycles."""
        return SqlParticipants(self._session)

    @cached_property
    def external_scores(self) -> SqlExternalScores:
        """Values measured by other systems."""
        return SqlExternalScores(self._session)

    @cached_property
    def assignments(self) -> SqlAssignments:
        """Who rates whom."""
        return SqlAssignments(self._session)

    @cached_property
    def invitations(self) -> SqlInvitations:
        """One-time codes of service recipients."""
        return SqlInvitations(self._session)

    @cached_property
    def accounts(self) -> SqlAccounts:
        """Accounts and the actors they stand for."""
        return SqlAccounts(self._session)

    @cached_property
    def attempts(self) -> SqlLoginAttempts:
        """Failed log-ins by name."""
        return SqlLoginAttempts(self._session)

    @cached_property
    def counters(self) -> SqlRateCounters:
        """Calls by people who have not said who they are."""
        return SqlRateCounters(self._surroundings.database, self._surroundings.sheet_key)

    @cached_property
    def refresh_tokens(self) -> SqlRefreshTokens:
        """Refresh tokens by hash."""
        return SqlRefreshTokens(self._session)

    @cached_property
    def activations(self) -> SqlActivationCodes:
        """One-time codes for setting a password."""
        return SqlActivationCodes(self._session)

    @cached_property
    def imports(self) -> SqlImports:
        """Many rows at once."""
        return SqlImports(self._session)

    @cached_property
    def own_data(self) -> SqlOwnData:
        """What is stored about one person."""
        return SqlOwnData(self._session)

    @cached_property
    def corrections(self) -> SqlCorrections:
        """Requests for correction."""
        return SqlCorrections(self._session)

    @cached_property
    def retention(self) -> SqlRetention:
        """Removal of what has outlived its purpose."""
        return SqlRetention(self._session)

    @cached_property
    def jobs(self) -> SqlJobs:
        """Long work."""
        return SqlJobs(self._session)

    @cached_property
    def computations(self) -> "SqlComputations":
        """What results are computed from, and where they are stored."""
        from app.repositories.computations import SqlComputations  # noqa: PLC0415 - numpy, see above

        return SqlComputations(self._session)

    @cached_property
    def quality(self) -> "SqlQuality":
        """Rating quality."""
        from app.repositories.quality import SqlQuality  # noqa: PLC0415 - numpy, see above

        return SqlQuality(self._session, self._surroundings.sheet_key)

    @cached_property
    def results(self) -> SqlResults:
        """Results as they are read, decided and acknowledged."""
        return SqlResults(self._session)

    @cached_property
    def delegations(self) -> SqlDelegations:
        """Who stands in for whom."""
        return SqlDelegations(self._session)

    @cached_property
    def decisions(self) -> SqlDecisions:
        """What waits for an appraiser."""
        return SqlDecisions(self._session)

    @cached_property
    def summaries(self) -> "SqlSummaries":
        """Frozen figures of results."""
        from app.repositories.summaries import SqlSummaries  # noqa: PLC0415 - numpy, see above

        return SqlSummaries(self._session)

    @cached_property
    def calibration(self) -> SqlCalibration:
        """Organisational achievements, and counts of predicates."""
        return SqlCalibration(self._session)

    @cached_property
    def exports(self) -> SqlExports:
        """Results for files."""
        return SqlExports(self._session)

    @cached_property
    def trail(self) -> SqlTrail:
        """Audit rows and outbox rows."""
        return SqlTrail(self._session, self._request_id)

    @cached_property
    def idempotency(self) -> SqlIdempotencyRecords:
        """Answers kept for replay; used by the edge alone."""
        return SqlIdempotencyRecords(self._session)

    def new_id(self) -> UUID:
        """A fresh UUIDv7."""
        return uuid7()

    def random_id(self) -> UUID:
        """A fresh random UUIDv4."""
        return uuid4()

    def new_secret(self) -> str:
        """A fresh one-time code of 256 random bits."""
        return secrets.token_urlsafe(32)

    def draw_seed(self) -> int:
        """A fresh seed that a JSON number holds exactly."""
        return secrets.randbits(53)

    async def now(self) -> datetime:
        """The database's time of this transaction plus the demo's offset."""
        if self._now is None:
            moment = await self._session.scalar(sa.select(sa.func.now()))
            self._now = moment.astimezone(UTC) + self._surroundings.clock_offset
        return self._now

    @asynccontextmanager
    async def separate(self) -> AsyncIterator["SqlUnitOfWork"]:
        """A transaction of its own, committed when its block ends well."""
        other = SqlUnitOfWork(self._surroundings, self._request_id)
        async with other:
            yield other
            await other.commit()

    def directory_changed(self) -> None:
        """Make every process forget what it remembers of accounts, once this is committed."""
        self._directory_changed = True

    async def commit(self) -> None:
        """Called by the edge, once, before the answer is sent."""
        if self._directory_changed:
            await self._session.execute(sa.text(f"NOTIFY {CHANNEL}"))
        await self._session.commit()
        if self._directory_changed:
            self._surroundings.directory.forget()  # this process does not wait for its own notification

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()
