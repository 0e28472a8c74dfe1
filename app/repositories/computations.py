"""What results are computed from and where they go: streams of inputs, versions by COPY (docs/performance.md)."""

import hashlib
import secrets
from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import numpy as np
import orjson
import sqlalchemy as sa

from app.domain.cycles import RELEASED, Cycle
from app.domain.ports.computations import Figures, Intake, NewReceipt, NewVersion, Outcome, Present
from app.domain.rubrics import Rubric
from app.domain.scoring import NO_ANSWER, TYPES, Sheets
from app.domain.values import ANONYMOUS_TYPES, Cause, Dimension, RaterType, ResultStatus
from app.repositories import tables as t
from app.repositories.database import translated
from app.repositories.session import Session

_SALT_BYTES: Final = 32
_TYPE_NAMES: Final = [str(rater_type) for rater_type in TYPES]
_PLACES: Final = {name: place for place, name in enumerate(_TYPE_NAMES)}
_ANONYMOUS_NAMES: Final = sorted(str(rater_type) for rater_type in ANONYMOUS_TYPES)

#: In words of 16 bits: what PostgreSQL writes before the elements of an array, and for an element (its length, itself).
_HEADER: Final = 10
_ELEMENT: Final = 3
#: $1 cycle, $2 rubric, $3 one participant or NULL.
_PARTICIPANTS: Final = """
SELECT id, innovation FROM participants
WHERE cycle_id = $1 AND rubric_id = $2 AND ($3::uuid IS NULL OR id = $3) ORDER BY id
"""
#: Versions and seals come from computations alone. During the first one they are not asked for: such a question would be
#: planned on empty tables and then read, for each batch, everything that was written for those before it.
_COMPUTED: Final = "SELECT EXISTS (SELECT FROM results WHERE cycle_id = $1 AND current) AS before"
#: The digest is that of `SqlComputations.content_digest`.
_PRESENT: Final = """
SELECT k.place - 1 AS place, r.version, r.receipt, s.salt,
       sha256(convert_to(concat_ws(
           E'\\n', r.completeness, r.overall::text, r.value::text, r.recommended, r.expectations,
           r.figures, r.reasons, r.officer_reasons
       ), 'UTF8')) AS content
FROM unnest($1::uuid[]) WITH ORDINALITY AS k (participant_id, place)
JOIN results r ON r.participant_id = k.participant_id AND r.current
JOIN receipt_salts s ON s.participant_id = r.participant_id AND s.version = r.version
"""
#: $1 cycle, $2 participants, $3 what stands for no answer. Ids and points as the driver would get them: decoding some two
#: million numbers one by one is what it saves.
_SHEETS: Final = """
SELECT k.place - 1 AS place, s.rater_type, uuid_send(s.id) AS key,
       array_send(array_replace(s.points, NULL, $3::smallint)) AS points
FROM unnest($2::uuid[]) WITH ORDINALITY AS k (participant_id, place)
JOIN sheets s ON s.cycle_id = $1 AND s.participant_id = k.participant_id
"""
_OPENING: Final = """
SELECT k.place - 1 AS place, o.rater_type, o.assigned
FROM unnest($1::uuid[]) WITH ORDINALITY AS k (participant_id, place)
JOIN opening_groups o ON o.participant_id = k.participant_id
"""
_SEALED: Final = """
SELECT k.place - 1 AS place, s.rater_type, 1
FROM unnest($1::uuid[]) WITH ORDINALITY AS k (participant_id, place)
JOIN sealed_groups s ON s.participant_id = k.participant_id
"""
_EXTERNAL: Final = """
SELECT k.place - 1 AS place, e.dimension, e.value
FROM unnest($1::uuid[]) WITH ORDINALITY AS k (participant_id, place)
JOIN external_scores e ON e.participant_id = k.participant_id
"""
_ASSIGNED: Final = """
SELECT k.participant_id, k.rater_type
FROM unnest($1::uuid[], $2::text[]) AS k (participant_id, rater_type)
WHERE EXISTS (
    SELECT FROM assignments a JOIN participants p ON p.id = a.participant_id AND p.cycle_id = a.cycle_id
    WHERE p.id = k.participant_id AND a.rater_type = k.rater_type AND a.state <> 'voided'
)
"""
_RENEW: Final = (
    """
    UPDATE results r SET receipt = n.receipt
    FROM unnest($1::uuid[], $2::int[], $3::text[]) AS n (participant_id, version, receipt)
    WHERE r.participant_id = n.participant_id AND r.version = n.version
    """,
    """
    UPDATE receipt_salts s SET salt = n.salt
    FROM unnest($1::uuid[], $2::int[], $3::bytea[]) AS n (participant_id, version, salt)
    WHERE s.participant_id = n.participant_id AND s.version = n.version
    """,
)
#: One statement each: what was written in one transaction with an assignment is gone, and the rows that take its
#: place lie in the order of fresh random ids (anonymity.md rule 1). $1 cycle, $2 anonymous types.
_CUT_LINKS: Final = (
    """
    WITH gone AS (
        DELETE FROM sheets WHERE cycle_id = $1 AND rater_type = ANY($2)
        RETURNING cycle_id, participant_id, rater_type, points
    )
    INSERT INTO sheets (id, cycle_id, participant_id, rater_type, points)
    SELECT gen_random_uuid() AS id, cycle_id, participant_id, rater_type, points FROM gone ORDER BY id
    """,
    """
    WITH gone AS (
        DELETE FROM comments WHERE cycle_id = $1 AND rater_type = ANY($2)
        RETURNING cycle_id, participant_id, rater_type, criterion_id, kind, text
    )
    INSERT INTO comments (id, sheet_id, cycle_id, participant_id, rater_type, criterion_id, kind, text)
    SELECT gen_random_uuid() AS id, NULL, cycle_id, participant_id, rater_type, criterion_id, kind, text
    FROM gone ORDER BY id
    """,
)
_RESULT_COLUMNS: Final = (
    "participant_id",
    "version",
    "cycle_id",
    "current",
    "status",
    "completeness",
    "scheme",
    "overall",
    "value",
    "recommended",
    "expectations",
    "figures",
    "reasons",
    "officer_reasons",
    "receipt",
    "cause",
    "computed_at",
    "published_at",
)


class SqlComputations:
    """Streams of inputs; results, receipts and seals."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def intakes(
        self, cycle: Cycle, rubric: Rubric, participant_id: UUID | None = None, *, size: int
    ) -> AsyncIterator[Intake]:
        """One cursor over the participants; what belongs to a batch is read beside it."""
        driver = await self._session.driver()
        (computed,) = await self._session.fetch(_COMPUTED, cycle.id)
        with translated():
            cursor = await driver.cursor(_PARTICIPANTS, cycle.id, rubric.id, participant_id)
        while True:
            with translated():
                rows = await cursor.fetch(size)
            if not rows:
                return
            yield await self._intake(cycle, rubric, rows, was_computed=computed["before"])

    async def _intake(self, cycle: Cycle, rubric: Rubric, rows: Sequence[Any], *, was_computed: bool) -> Intake:
        ids = [row["id"] for row in rows]
        present = await self._session.fetch(_PRESENT, ids) if was_computed else ()
        sealed = await self._session.fetch(_SEALED, ids) if was_computed else ()
        sheets = await self._session.fetch(_SHEETS, cycle.id, ids, NO_ANSWER)
        return Intake(
            participants=ids,
            sheets=_to_sheets(sheets, sum(1 for _ in rubric.indicators())),
            sheet_keys=[row["key"] for row in sheets],
            assigned_at_opening=_by_type(await self._session.fetch(_OPENING, ids), len(ids)),
            innovation=np.array([row["innovation"] for row in rows], dtype=np.bool_),
            external=await self._external(cycle, ids),
            present=_to_present(present, len(ids)),
            sealed=_by_type(sealed, len(ids)) > 0,
        )

    async def _external(self, cycle: Cycle, ids: Sequence[UUID]) -> dict[Dimension, list[Decimal | None]]:
        scores: dict[Dimension, list[Decimal | None]] = {
            dimension: [None] * len(ids) for dimension in cycle.policy.external_dimensions
        }
        if scores:
            for place, dimension, value in await self._session.fetch(_EXTERNAL, ids):
                if dimension in scores:
                    scores[Dimension(dimension)][place] = value
        return scores

    async def assigned(self, wanted: Collection[tuple[UUID, RaterType]]) -> frozenset[tuple[UUID, RaterType]]:
        """Those of ``wanted`` that have an assignment which is not voided."""
        if not wanted:
            return frozenset()
        participants, types = zip(*wanted, strict=True)
        rows = await self._session.fetch(_ASSIGNED, participants, [str(rater_type) for rater_type in types])
        return frozenset((row["participant_id"], RaterType(row["rater_type"])) for row in rows)

    def write_json(self, content: object) -> str:
        """JSON text."""
        return orjson.dumps(content).decode()

    def content_digest(self, figures: Figures) -> bytes:
        """SHA-256 over all parts that are there; `_PRESENT` makes the same of a stored version."""
        parts = (
            str(figures.completeness),
            _two_decimals(figures.overall),
            _two_decimals(figures.value),
            figures.recommended,
            self._expectations(figures),
            figures.figures,
            figures.reasons,
            figures.officer_reasons,
        )
        return hashlib.sha256("\n".join(part for part in parts if part is not None).encode()).digest()

    def _expectations(self, figures: Figures) -> str:
        return self.write_json({dimension.value: value for dimension, value in figures.expectations.items()})

    def salts(self, count: int) -> Sequence[bytes]:
        """Fresh random salts of 256 bits."""
        drawn = secrets.token_bytes(_SALT_BYTES * count)
        return [drawn[start : start + _SALT_BYTES] for start in range(0, len(drawn), _SALT_BYTES)]

    async def store(self, cycle: Cycle, outcome: Outcome, *, cause: Cause, now: datetime) -> None:
        """Write new versions, receipts and seals, each kind at once."""
        await self._add(cycle, outcome.versions, cause, now)
        await self._renew(outcome.receipts)
        if outcome.sealed:
            seals = [(participant_id, str(rater_type)) for participant_id, rater_type in outcome.sealed]
            await self._session.copy(t.sealed_groups, ("participant_id", "rater_type"), seals)

    async def _add(self, cycle: Cycle, versions: Sequence[NewVersion], cause: Cause, now: datetime) -> None:
        if not versions:
            return
        superseding = [version.participant_id for version in versions if version.version > 1]
        if superseding:
            await self.supersede(superseding)
        released = cycle.state in RELEASED
        status = str(ResultStatus.PUBLISHED if released else ResultStatus.COMPUTED)
        last = (cause, now, now if released else None)
        scheme = str(cycle.policy.scheme)
        records = [
            (
                *(version.participant_id, version.version, cycle.id, True, status),
                *self._written(version.figures, scheme),
                *(version.receipt, *last),
            )
            for version in versions
        ]
        await self._session.copy(t.results, _RESULT_COLUMNS, records)
        salts = [(version.participant_id, version.version, version.salt) for version in versions]
        await self._session.copy(t.receipt_salts, ("participant_id", "version", "salt"), salts)

    def _written(self, figures: Figures, scheme: str) -> tuple[Any, ...]:
        return (
            str(figures.completeness),
            scheme,
            _decimal(figures.overall),
            _decimal(figures.value),
            figures.recommended,
            self._expectations(figures),
            figures.figures,
            figures.reasons,
            figures.officer_reasons,
        )

    async def supersede(self, participant_ids: Collection[UUID]) -> None:
        """Make room for new current versions."""
        await self._session.fetch(
            "UPDATE results SET current = false, status = 'superseded' WHERE participant_id = ANY($1) AND current",
            list(participant_ids),
        )

    async def _renew(self, receipts: Sequence[NewReceipt]) -> None:
        if not receipts:
            return
        participants = [receipt.participant_id for receipt in receipts]
        versions = [receipt.version for receipt in receipts]
        written = ([receipt.receipt for receipt in receipts], [receipt.salt for receipt in receipts])
        for statement, values in zip(_RENEW, written, strict=True):
            await self._session.fetch(statement, participants, versions, values)

    async def publish(self, cycle_id: UUID, now: datetime) -> int:
        """Publish all current results and tell how many."""
        r = t.results
        current = sa.update(r).where(r.c.cycle_id == cycle_id, r.c.current)
        return await self._session.changed(current.values(status=ResultStatus.PUBLISHED.value, published_at=now))

    async def cut_links(self, cycle_id: UUID) -> None:
        """Rewrite the anonymous sheets and comments, delete all drafts."""
        for statement in _CUT_LINKS:
            await self._session.fetch(statement, cycle_id, _ANONYMOUS_NAMES)
        d, p = t.drafts, t.participants
        of_cycle = sa.select(p.c.id).where(p.c.cycle_id == cycle_id)
        await self._session.execute(sa.delete(d).where(d.c.participant_id.in_(of_cycle)))

    async def freeze_view(self) -> None:
        """One state of the database from now on; before the first statement."""
        await self._session.freeze()


def _to_sheets(rows: Sequence[Any], columns: int) -> Sheets:
    words = np.frombuffer(b"".join([row["points"] for row in rows]), ">i2")
    arrays = words.reshape(len(rows), _HEADER + _ELEMENT * columns)
    return Sheets(
        participant=np.array([row["place"] for row in rows], dtype=np.int64),
        rater_type=np.array([_PLACES[row["rater_type"]] for row in rows], dtype=np.int8),
        points=arrays[:, _HEADER + _ELEMENT - 1 :: _ELEMENT].astype(np.int16),
    )


def _by_type(rows: Iterable[Any], participants: int) -> Any:
    """``[participant, type]`` from rows of place, rater type and number."""
    numbers = np.zeros((participants, len(TYPES)), dtype=np.int64)
    for place, rater_type, number in rows:
        numbers[place, _PLACES[rater_type]] = number
    return numbers


def _to_present(rows: Iterable[Any], participants: int) -> list[Present | None]:
    present: list[Present | None] = [None] * participants
    for place, version, receipt, salt, content in rows:
        present[place] = Present(version, content, receipt, salt)
    return present


def _decimal(hundredths: int | None) -> Decimal | None:
    return None if hundredths is None else Decimal(hundredths).scaleb(-2)


def _two_decimals(hundredths: int | None) -> str | None:
    """As PostgreSQL writes a ``numeric(5,2)``."""
    return None if hundredths is None else f"{hundredths // 100}.{hundredths % 100:02d}"
