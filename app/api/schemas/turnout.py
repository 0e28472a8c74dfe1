"""Who took part, as the contract shows it beside a result."""

from typing import Annotated, Self

from pydantic import Field

from app.api.schemas.common import Id, Int, Out
from app.domain.progress import Dropped, Turnout
from app.domain.values import RaterType

_Number = Annotated[Int | None, Field(ge=0, le=100_000_000, examples=[1])]


class DroppedAssignments(Out):
    """Assignments of one anonymous rater type that gave no sheet; null where too few people are behind a number."""

    rater_type: Annotated[RaterType, Field(description="An anonymous rater type.", examples=["peer"])]
    declined: Annotated[_Number, Field(description="Declined by the rater.")]
    voided: Annotated[_Number, Field(description="Voided by administrators.")]
    deleted: Annotated[_Number, Field(description="Deleted by an administrator since rating opened.")]

    @classmethod
    def of(cls, dropped: Dropped) -> Self:
        """From the domain."""
        return cls(**{name: getattr(dropped, name) for name in cls.model_fields})


class ResultParticipation(Out):
    """Who took part, in numbers."""

    participant_id: Annotated[Id, Field(description="Id of the participant.")]
    dropped: Annotated[
        list[DroppedAssignments],
        Field(max_length=3, description="For the appraiser, administrators and auditors; empty for other readers."),
    ]
    invitations_issued: Annotated[
        Int | None,
        Field(ge=10, le=100_000_000, description="Invitations of service recipients; null below 10.", examples=[12]),
    ]
    invitations_used: Annotated[
        Int | None,
        Field(ge=3, le=100_000_000, description="How many of them answered; null below the minimum.", examples=[9]),
    ]

    @classmethod
    def of(cls, participant_id: Id, found: Turnout) -> Self:
        """From the domain."""
        return cls(
            participant_id=participant_id,
            dropped=[DroppedAssignments.of(one) for one in found.dropped],
            invitations_issued=found.issued,
            invitations_used=found.used,
        )
