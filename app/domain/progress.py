"""Counts of a cycle: how far rating has come, and which groups will be large enough to be shown."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from app.domain.cycles import Cycle, Policy
from app.domain.rubrics import Rubric
from app.domain.values import ANONYMOUS_TYPES, RaterType

#: From so many invitations on, their numbers stand beside a result.
FEWEST_INVITED: Final = 10


@dataclass(frozen=True, slots=True)
class Audience:
    """For whom assignments are counted.

    ``units`` narrows to participants of these units (``None``: all). ``reader_id`` is the reader's own employee: what
    concerns the anonymous raters of himself is never counted. ``exact`` is for full administrators: everybody else gets
    the counts of an anonymous type only where at least its minimum of other raters is assigned (anonymity.md rule 7).
    """

    units: Collection[UUID] | None
    reader_id: UUID | None
    exact: bool


@dataclass(frozen=True, slots=True)
class AssignmentCounts:
    """Assignments of one rater type. ``assigned`` leaves voided ones out; ``open`` are those still to be submitted."""

    assigned: int
    open: int
    submitted: int
    declined: int
    excused: int
    voided: int


NOTHING = AssignmentCounts(0, 0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a cycle is. ``None`` for a type of which the reader is told nothing, be it absent or too small."""

    cycle: Cycle
    participants: int
    assignments: Mapping[RaterType, AssignmentCounts | None]


def told(counts: Mapping[RaterType, AssignmentCounts], audience: Audience) -> dict[RaterType, AssignmentCounts | None]:
    """A line for every rater type: zero where the reader may know that there is nothing, otherwise ``None``."""
    return {
        rater_type: counts.get(rater_type, NOTHING if audience.exact or not rater_type.anonymous else None)
        for rater_type in RaterType
    }


@dataclass(frozen=True, slots=True)
class GroupCount:
    """``participants`` with this rubric who have ``assigned`` raters of a type."""

    rubric_id: UUID | None
    rater_type: RaterType
    assigned: int
    participants: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """How the participants stand with one anonymous type before anybody has rated.

    ``none`` has nobody assigned, ``below`` fewer than ``minimum``: in both cases the group will not count. ``at_minimum``
    loses it with the first refusal. ``not_asked`` have a rubric that asks the type nothing.
    """

    rater_type: RaterType
    minimum: int
    weight: int
    none: int
    below: int
    at_minimum: int
    above: int
    not_asked: int


def forecast(cycle: Cycle, rubrics: Mapping[UUID, Rubric], groups: Iterable[GroupCount]) -> list[Forecast]:
    """One line per anonymous type, in the order of `RaterType`."""
    kept = list(groups)
    return [
        _forecast(cycle, rater_type, [group for group in kept if group.rater_type is rater_type], rubrics)
        for rater_type in RaterType
        if rater_type in ANONYMOUS_TYPES
    ]


def _forecast(
    cycle: Cycle, rater_type: RaterType, groups: list[GroupCount], rubrics: Mapping[UUID, Rubric]
) -> Forecast:
    asking = {rubric_id for rubric_id, rubric in rubrics.items() if rubric.asked(rater_type)}
    asked = [group for group in groups if group.rubric_id in asking]
    minimum = cycle.policy.minimum(rater_type)

    def count(sizes: Collection[int]) -> int:
        return sum(group.participants for group in asked if group.assigned in sizes)

    total = sum(group.participants for group in asked)
    return Forecast(
        rater_type=rater_type,
        minimum=minimum,
        weight=cycle.policy.weight(rater_type),
        none=count((0,)),
        below=count(range(1, minimum)),
        at_minimum=count((minimum,)),
        above=total - count(range(minimum + 1)),
        not_asked=sum(group.participants for group in groups) - total,
    )


@dataclass(frozen=True, slots=True)
class GroupFate:
    """What became of one participant's assignments of one anonymous type; ``assigned`` leaves voided ones out.

    ``deleted`` counts those that were deleted since rating opened, which are no longer there.
    """

    rater_type: RaterType
    assigned: int
    submitted: int
    declined: int
    voided: int
    deleted: int

    @property
    def ever(self) -> int:
        """All that there have been."""
        return self.assigned + self.voided + self.deleted


@dataclass(frozen=True, slots=True)
class Dropped:
    """Assignments of one anonymous type that gave no sheet; ``None`` where too few people are behind a number."""

    rater_type: RaterType
    declined: int | None
    voided: int | None
    deleted: int | None


@dataclass(frozen=True, slots=True)
class Turnout:
    """What stands beside a result about who took part (anonymity.md rule 12).

    ``dropped`` is empty for readers who are not told. ``issued`` and ``used`` count invitations of citizens: nothing is
    told of a few, and fewer used than the minimum look like none.
    """

    dropped: Sequence[Dropped]
    issued: int | None
    used: int | None


def turnout(policy: Policy, fates: Iterable[GroupFate], *, officially: bool) -> Turnout:
    """``officially``: for the appraiser, administrators and auditors.

    A refusal is counted where the minimum is assigned still, since whoever sees who rates whom sees those. Who was taken
    away is seen by nobody, so it is enough that there ever was the minimum: a group cannot be emptied in silence.
    """
    by_type = {fate.rater_type: fate for fate in fates}
    whole = [by_type.get(one, GroupFate(one, 0, 0, 0, 0, 0)) for one in RaterType if one.anonymous]
    citizens = next(one for one in whole if one.rater_type is RaterType.SERVICE_RECIPIENT)
    issued = citizens.ever if citizens.ever >= FEWEST_INVITED else None
    heard = citizens.submitted >= policy.minimum(citizens.rater_type)
    return Turnout(
        [_dropped(fate, policy.minimum(fate.rater_type)) for fate in whole] if officially else [],
        issued,
        citizens.submitted if issued is not None and heard else None,
    )


def _dropped(fate: GroupFate, minimum: int) -> Dropped:
    ever = fate.ever >= minimum
    return Dropped(
        fate.rater_type,
        fate.declined if fate.assigned >= minimum else None,
        fate.voided if ever else None,
        fate.deleted if ever else None,
    )
