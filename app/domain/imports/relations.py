"""Rows that say who rates whom, recognised by the pair."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from app.domain.assignments import Proposal, Surroundings, check_batch
from app.domain.errors import Violation
from app.domain.generation import Pair
from app.domain.imports.report import Changes, Faults
from app.domain.imports.table import Sheet
from app.domain.values import RaterType

#: Pairs of participant and rater that are assigned already.
Held = Mapping[tuple[UUID, UUID], RaterType]
_COLUMNS: Final = {"participant_id": "nip_ratee", "rater_id": "nip_rater", "rater_type": "rater_type"}


@dataclass(frozen=True, slots=True)
class Cast:
    """The people of the file: employees by NIP, participants of the cycle by employee, and who imports."""

    people: Mapping[str, UUID]
    participants: Mapping[UUID, UUID]
    importer_id: UUID | None


def plan_relations(sheet: Sheet, cast: Cast, held: Held, around: Surroundings, faults: Faults) -> Changes[Proposal]:
    """What the rows would do, under the same rules as assignments made by hand (anonymity.md rule 6).

    A pair that is ``held`` in the same relation is unchanged, in another one a fault.
    """
    changes: Changes[Proposal] = Changes()
    fresh: list[tuple[int, Proposal]] = []
    for index in sheet.sound():
        proposal = _proposal(sheet, cast, index, faults)
        if proposal is None or proposal.rater_id is None:
            continue
        if held.get((proposal.participant_id, proposal.rater_id)) is proposal.rater_type:
            changes.unchanged += 1
        else:
            fresh.append((index, proposal))
    findings = check_batch([proposal for _, proposal in fresh], replace(around, held=held.keys()))
    for violation in sorted([*findings.invalid, *findings.conflicts], key=_place):
        position, column = _place(violation)
        sheet.fault(faults, fresh[position][0], _COLUMNS.get(column), violation.code, **violation.params)
    changes.created = [proposal for index, proposal in fresh if index not in sheet.faulty]
    return changes


def _proposal(sheet: Sheet, cast: Cast, index: int, faults: Faults) -> Proposal | None:
    ratee, rater_type, rater = (sheet.columns[name][index] for name in ("nip_ratee", "rater_type", "nip_rater"))
    ratee_id = cast.people.get(ratee)
    participant_id = None if ratee_id is None else cast.participants.get(ratee_id)
    if participant_id is None:
        sheet.fault(faults, index, "nip_ratee", "unknown_participant")
    elif rater_type is RaterType.SERVICE_RECIPIENT:
        sheet.fault(faults, index, "rater_type", "recipient_by_invitation")
    elif rater_type.anonymous and ratee_id == cast.importer_id:
        sheet.fault(faults, index, "nip_ratee", "own_anonymous_raters")
    elif rater is None and rater_type is RaterType.SELF:
        return Proposal(participant_id, rater_type, ratee_id)
    elif rater is None:
        sheet.fault(faults, index, "nip_rater", "required")
    elif rater not in cast.people:
        sheet.fault(faults, index, "nip_rater", "unknown_employee")
    else:
        return Proposal(participant_id, rater_type, cast.people[rater])
    return None


def held_pairs(pairs: Sequence[Pair], participants: Mapping[UUID, UUID], importer_id: UUID | None) -> Held:
    """Who is assigned already, as far as the importer may know: not who rates himself anonymously (rule 2)."""
    own = participants.get(importer_id) if importer_id else None
    return {
        (pair.participant_id, pair.rater_id): pair.rater_type
        for pair in pairs
        if pair.participant_id != own or not pair.rater_type.anonymous
    }


def _place(violation: Violation) -> tuple[int, str]:
    """Position in the batch and property: ``/items/3/rater_id``."""
    _, _, position, *rest = violation.pointer.split("/")
    return int(position), "".join(rest)
