"""The appraiser's decisions as they are sent, and what waits for them."""

from typing import Annotated, Self

from pydantic import Field

from app.api.languages import Language
from app.api.schemas.common import NEVER_NULL, Bool, Code, Id, In, Name, NextCursor, NotNull, Out, Reason
from app.api.schemas.results import ExpectationWord, ParticipantId, ResultSummary
from app.domain.actions.results import Ruling
from app.domain.decisions import Expectations, reason_grounds, recommended_expectations
from app.domain.ports.decisions import DecisionTask as DomainTask
from app.domain.values import CycleState, Dimension, Expectation


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


class DecisionCycle(Out):
    """The cycle that a decision belongs to."""

    id: Annotated[Id, Field(description="Id of the cycle.")]
    code: Annotated[Code, Field(description="Its code.", examples=["2026-TW4"])]
    title: Annotated[Name, Field(description="Its title.", examples=["Triwulan IV 2026"])]
    state: Annotated[CycleState, Field(description="`review`, or `published`.", examples=["review"])]


class DimensionToDecide(Out):
    """One dimension: what the figures recommend and, beside it, what was decided."""

    dimension: Annotated[Dimension, Field(description="The dimension.", examples=["work_behaviour"])]
    recommended: Annotated[ExpectationWord, Field(description="By its figure; null when it has none.")]
    decided: Annotated[ExpectationWord, Field(description="By the appraiser; null until there is a decision.")]


class DecisionTask(ResultSummary):
    """A result that you may decide on now."""

    cycle: DecisionCycle
    appraiser_id: Annotated[Id, Field(description="You, or the appraiser for whom you stand in today.")]
    dimensions: Annotated[
        list[DimensionToDecide], Field(max_length=2, description="Its dimensions; a decision names all of them.")
    ]
    group_lost: Annotated[
        Bool, Field(description="Whether an anonymous group that should have counted was lost.", examples=[False])
    ]
    reason_required: Annotated[
        Bool, Field(description="Whether even following the recommendation needs a reason.", examples=[False])
    ]

    @classmethod
    def of_task(cls, task: DomainTask, language: Language) -> Self:
        """From the domain."""
        version = task.summary.version
        recommendation, decision = version.recommendation, version.decision
        decided = {} if decision is None else decision.expectations
        cycle = DecisionCycle(id=version.cycle_id, code=task.cycle_code, title=task.cycle_title, state=task.cycle_state)
        dimensions = [
            DimensionToDecide(dimension=dimension, recommended=value, decided=decided.get(dimension))
            for dimension, value in recommendation.expectations.items()
        ]
        return cls(
            **dict(ResultSummary.of(task.summary, language)),
            cycle=cycle,
            appraiser_id=task.appraiser_id,
            dimensions=dimensions,
            group_lost=version.group_lost,
            reason_required=bool(reason_grounds(recommendation, recommended_expectations(recommendation))),
        )


class DecisionTaskPage(Out):
    """A page of what you may decide on."""

    items: Annotated[list[DecisionTask], Field(max_length=200, description="The results of this page.")]
    next_cursor: NextCursor
