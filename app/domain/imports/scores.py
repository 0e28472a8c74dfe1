"""Rows that are external scores, recognised by participant and dimension."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.domain.cycles import ExternalRange, ExternalScore
from app.domain.imports.report import Changes, Faults
from app.domain.imports.table import Sheet
from app.domain.participants import is_to_come
from app.domain.values import Dimension


@dataclass(frozen=True, slots=True)
class ScoresThere:
    """Participants of the cycle by NIP, the ranges its policy allows, and the scores that are there."""

    participants: Mapping[str, UUID]
    ranges: Mapping[Dimension, ExternalRange]
    scores: Mapping[tuple[UUID, Dimension], ExternalScore]


def plan_scores(sheet: Sheet, there: ScoresThere, now: datetime, faults: Faults) -> Changes[ExternalScore]:
    """What the rows would do. A score that says the same as the one that is there is left alone."""
    changes: Changes[ExternalScore] = Changes()
    seen: set[tuple[UUID, Dimension]] = set()
    for index in sheet.sound():
        score = _score(sheet, there, index, now, faults)
        if score is None:
            continue
        key = (score.participant_id, score.dimension)
        before = there.scores.get(key)
        if key in seen:
            sheet.fault(faults, index, "nip", "duplicate_item")
        elif before is None:
            changes.created.append(score)
        elif before.says_the_same(score):
            changes.unchanged += 1
        else:
            changes.updated.append(score)
        seen.add(key)
    return changes


def _score(sheet: Sheet, there: ScoresThere, index: int, now: datetime, faults: Faults) -> ExternalScore | None:
    columns = sheet.columns
    dimension, value = columns["dimension"][index], columns["value"][index]
    participant_id = there.participants.get(columns["nip"][index])
    bounds = there.ranges.get(dimension)
    if participant_id is None:
        sheet.fault(faults, index, "nip", "unknown_participant")
    if bounds is None:
        sheet.fault(faults, index, "dimension", "dimension_is_rated")
    elif not bounds.min <= value <= bounds.max:
        limits = {"least": str(bounds.min), "most": str(bounds.max)}
        sheet.fault(faults, index, "value", "external_score_out_of_range", **limits)
    elif is_to_come(columns["measured_at"][index], now):
        sheet.fault(faults, index, "measured_at", "measured_in_the_future")
    elif participant_id is not None:
        source, measured_at = columns["source"][index], columns["measured_at"][index]
        return ExternalScore(participant_id, dimension, value, bounds.min, bounds.max, source, measured_at, now)
    return None
