"""Who takes part in a cycle: choosing employees, and what may still be changed about a participant."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from app.domain.cycles import Cycle, ExternalRange, Participant, rubric_for
from app.domain.errors import Conflict, Violation
from app.domain.people import Employee
from app.domain.values import CycleState, Dimension, Employment, PositionKind

#: The innovation flag goes into the predicate of PP 30/2019, so it is fixed with the publication.
BEFORE_PUBLICATION: Final = frozenset({CycleState.DRAFT, CycleState.NOMINATION, CycleState.RATING, CycleState.REVIEW})
BEFORE_ARCHIVE: Final = BEFORE_PUBLICATION | {CycleState.PUBLISHED}
_CLOCKS_APART: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Selection:
    """Whom to add: either these employees, or those of these units with these kinds of position (``None``: all)."""

    employee_ids: tuple[UUID, ...] = ()
    unit_ids: tuple[UUID, ...] = ()
    position_kinds: frozenset[PositionKind] | None = None
    include_descendants: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """An employee who might take part; ``participating`` tells whether he does already."""

    employee: Employee
    unit_name: str
    participating: bool


@dataclass(slots=True)
class Rows:
    """What is wrong with the rows of a list: faults of the values, and clashes with what there is already."""

    invalid: list[Violation]
    conflicts: list[Violation]


def check_candidates(cycle: Cycle, wanted: Sequence[UUID], known: dict[UUID, Candidate]) -> Rows:
    """Every fault of a list of employees. Whoever the actor may not see is missing in ``known``, like the unknown."""
    rows = Rows([], [])
    seen: set[UUID] = set()
    for r, employee_id in enumerate(wanted):
        pointer = f"/employee_ids/{r}"
        candidate = known.get(employee_id)
        if employee_id in seen:
            rows.invalid.append(Violation(pointer, "duplicate_item"))
        elif candidate is None:
            rows.invalid.append(Violation(pointer, "unknown_employee"))
        elif candidate.participating:
            rows.conflicts.append(Violation(pointer, "already_participant"))
        else:
            rows.invalid += _check_employee(cycle, candidate.employee, pointer)
        seen.add(employee_id)
    return rows


def _check_employee(cycle: Cycle, employee: Employee, pointer: str) -> list[Violation]:
    if employee.employment is Employment.NON_ASN:
        return [Violation(pointer, "participant_outside_asn")]
    if not employee.active:
        return [Violation(pointer, "participant_inactive")]
    return check_kinds(cycle, [employee.position_kind], pointer)


def check_kinds(cycle: Cycle, kinds: Iterable[PositionKind], pointer: str) -> list[Violation]:
    """Once rating was opened, every participant must find a rubric at once (scoring.md section 1)."""
    if cycle.opened_at is None:
        return []
    return [
        Violation(pointer, "position_kind_without_rubric", {"position_kind": str(kind)})
        for kind in sorted(set(kinds))
        if rubric_for(cycle.rubrics, kind) is None
    ]


def enrol(candidate: Candidate, cycle: Cycle, participant_id: UUID, now: datetime) -> Participant:
    """The candidate as a participant, with what holds today. Who has no appraiser is appraised by the superior."""
    employee = candidate.employee
    return Participant(
        id=participant_id,
        cycle_id=cycle.id,
        employee_id=employee.id,
        name=employee.name,
        position=employee.position,
        position_kind=employee.position_kind,
        unit_id=employee.unit_id,
        unit_name=candidate.unit_name,
        superior_id=employee.superior_id,
        appraiser_id=employee.appraiser_id or employee.superior_id,
        rubric_id=rubric_for(cycle.rubrics, employee.position_kind),
        innovation=False,
        added_at=now,
    )


def external_range(cycle: Cycle, dimension: Dimension) -> ExternalRange:
    """The values that another system may send for ``dimension``; a rated one takes none (``dimension_is_rated``)."""
    bounds = cycle.policy.external_dimensions.get(dimension)
    if bounds is None:
        raise Conflict("dimension_is_rated", dimension=str(dimension))
    return bounds


def is_to_come(measured_at: datetime, now: datetime) -> bool:
    """Whether a score would have been measured in the future; other systems' clocks may be some minutes ahead."""
    return measured_at > now + _CLOCKS_APART
