"""The appraiser's decisions as they are sent."""

from typing import Annotated

from pydantic import Field

from app.api.schemas.common import NEVER_NULL, In, NotNull, Reason
from app.api.schemas.results import ParticipantId
from app.domain.actions.results import Ruling
from app.domain.decisions import Expectations
from app.domain.values import Dimension, Expectation


class ExpectationsInput(In):
    """An expectation for each dimension that the result has."""

    work_result: Annotated[
        Expectation | None, NotNull, Field(description="Work results.", examples=["meets"]), NEVER_NULL
    ] = None
    work_behaviour: Annotated[
        Expectation | None, NotNull, Field(description="Work behaviour.", examples=["above"]), NEVER_NULL
    ] = None

    def to_domain(self) -> Expectations:
        """Those that were sent."""
        return {Dimension(name): getattr(self, name) for name in self.model_fields_set}


class DecisionPut(In):
    """The appraiser's decision."""

    expectations: ExpectationsInput
    reason: Annotated[
        Reason | None,
        Field(
            description="Needed when it differs from the recommendation, the result is incomplete or a group was lost."
        ),
    ] = None


class DecisionItem(In):
    """One decision of many; without `expectations` it follows the recommendation."""

    participant_id: ParticipantId
    expectations: Annotated[
        ExpectationsInput | None,
        NotNull,
        Field(description="Absent: as recommended."),
        NEVER_NULL,
    ] = None
    reason: Annotated[Reason | None, Field(description="As for a single decision.")] = None

    def to_domain(self) -> Ruling:
        """For the domain."""
        expectations = None if self.expectations is None else self.expectations.to_domain()
        return Ruling(self.participant_id, expectations, self.reason)


class DecisionsCreate(In):
    """Decisions of one appraiser: all of them, or none."""

    items: Annotated[list[DecisionItem], Field(min_length=1, max_length=200, description="The decisions.")]
