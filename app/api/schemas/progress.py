"""Counts of a cycle as the contract shows them."""

from typing import Annotated

from pydantic import Field

from app.api.schemas.common import Id, Int, Out
from app.api.schemas.policy import RaterWeight
from app.domain import progress as counts
from app.domain.values import CycleState, RaterType

_COUNT = Field(ge=0, le=100_000_000, examples=[12])
Count = Annotated[Int, _COUNT]
MaybeCount = Annotated[Int | None, _COUNT]


class AssignmentCounts(Out):
    """Assignments of one rater type. All null: nothing may be told, be there none or too few."""

    rater_type: Annotated[RaterType, Field(description="The rater type.", examples=["peer"])]
    assigned: Annotated[MaybeCount, Field(description="Assigned and not voided.")]
    open: Annotated[MaybeCount, Field(description="Neither submitted nor declined, excused or voided.")]
    submitted: Annotated[MaybeCount, Field(description="Submitted.")]
    declined: Annotated[MaybeCount, Field(description="Declined by the rater.")]
    excused: Annotated[MaybeCount, Field(description="Excused by an administrator.")]
    voided: Annotated[MaybeCount, Field(description="Voided; they no longer count.")]

    @classmethod
    def of(cls, rater_type: RaterType, found: counts.AssignmentCounts | None) -> "AssignmentCounts":
        """From the domain."""
        numbers = {name: getattr(found, name, None) for name in counts.AssignmentCounts.__slots__}
        return cls(rater_type=rater_type, **numbers)


class CycleProgress(Out):
    """How far a cycle has come."""

    cycle_id: Annotated[Id, Field(description="The cycle.")]
    state: Annotated[CycleState, Field(description="Where the cycle stands.", examples=["rating"])]
    participants: Annotated[Count, Field(description="Participants, within what you may see.")]
    assignments: Annotated[list[AssignmentCounts], Field(max_length=5, description="One line per rater type.")]

    @classmethod
    def of(cls, progress: counts.Progress) -> "CycleProgress":
        """From the domain."""
        return cls(
            cycle_id=progress.cycle.id,
            state=progress.cycle.state,
            participants=progress.participants,
            assignments=[AssignmentCounts.of(*line) for line in progress.assignments.items()],
        )


class GroupForecast(Out):
    """How the participants stand with one anonymous rater type. The counts of participants add up."""

    rater_type: Annotated[RaterType, Field(description="An anonymous rater type.", examples=["peer"])]
    minimum: Annotated[Int, Field(ge=3, le=1000, description="How many must answer.", examples=[3])]
    weight: Annotated[RaterWeight, Field(description="Its weight in the policy; with 0 it is shown but never counts.")]
    none: Annotated[Count, Field(description="Participants with nobody assigned.")]
    below: Annotated[Count, Field(description="Participants with fewer assigned than the minimum, but not none.")]
    at_minimum: Annotated[Count, Field(description="Participants who lose the group with the first refusal.")]
    above: Annotated[Count, Field(description="Participants with more assigned than the minimum.")]
    not_asked: Annotated[
        Count, Field(description="Participants whose rubric asks this type nothing, or who have none.")
    ]

    @classmethod
    def of(cls, line: counts.Forecast) -> "GroupForecast":
        """From the domain."""
        return cls(**{name: getattr(line, name) for name in cls.model_fields})


class AnonymityForecast(Out):
    """Which groups will be large enough, judged by the assignments alone."""

    cycle_id: Annotated[Id, Field(description="The cycle.")]
    items: Annotated[list[GroupForecast], Field(max_length=3, description="One line per anonymous rater type.")]
