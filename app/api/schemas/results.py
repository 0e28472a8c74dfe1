"""Results as the contract shows them; a whole one is composed as bytes (`app.api.results_json`) in the shape of `Result`."""

from typing import Annotated, Any, Self

from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from app.api.languages import Language
from app.api.schemas.common import Code, Id, Int, Moment, Name, NextCursor, Out, Score
from app.api.texts import say
from app.api.texts.results import predicate_label
from app.domain.actions.results import Overview as DomainOverview
from app.domain.actions.results import Report
from app.domain.ports.results import Ratee, Summary
from app.domain.ports.results import Version as DomainVersion
from app.domain.values import (
    Completeness,
    Dimension,
    Expectation,
    Flag,
    PositionKind,
    Predicate,
    RaterType,
    ReasonCode,
    ResultStatus,
    Scheme,
    Source,
    Withheld,
)

Figure = Annotated[Score | None, Field(description="Published figure, 0 to 100.", examples=[87.35])]
Count = Annotated[Int, Field(ge=0, le=100_000_000)]
VersionNumber = Annotated[Int, Field(ge=1, le=1_000_000, description="Number of the version.", examples=[1])]
ParticipantId = Annotated[Id, Field(description="Id of the participant.")]
ComputedAt = Annotated[Moment, Field(description="When the figures were computed.")]
PublishedAt = Annotated[Moment | None, Field(description="When this version was published.")]
Receipt = Annotated[
    str,
    Field(
        min_length=64,
        max_length=64,
        pattern="^[0-9a-f]{64}$",
        description="SHA-256 over everything that went in and a salt of this version; recomputing gives the same.",
        examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
    ),
]
Complete = Annotated[
    Completeness, Field(description="Whether everything that the policy requires is there.", examples=["complete"])
]
Status = Annotated[ResultStatus, Field(description="Where this version stands.", examples=["published"])]
ExpectationWord = Annotated[
    Expectation | None, Field(description="Below, meets or above expectation.", examples=["meets"])
]
PredicateWord = Annotated[Predicate | None, Field(description="Predikat kinerja.", examples=["good"])]
Codes = Annotated[list[Code], Field(max_length=40, description="Codes of criteria.", examples=[["BP"]])]


class ResultParticipant(Out):
    """Whose result it is, as it was when rating opened."""

    id: ParticipantId
    employee_id: Annotated[Id, Field(description="The employee.")]
    name: Annotated[Name, Field(description="Name.", examples=["Siti Aminah"])]
    position: Annotated[Name, Field(description="Title of the position.", examples=["Pengelola Data"])]
    position_kind: Annotated[PositionKind, Field(description="Kind of position.", examples=["executor"])]
    unit_id: Annotated[Id, Field(description="The unit.")]
    unit_name: Annotated[Name, Field(description="Name of the unit.", examples=["Dinas Kesehatan"])]


class ResultPredicate(Out):
    """The predicate: what the figures recommend and what the appraiser decided."""

    scheme: Annotated[Scheme, Field(description="The regulation that gives it.", examples=["permenpanrb_6_2022"])]
    value: Annotated[
        Annotated[Score, Field(le=120)] | None,
        Field(description="Value of PP 30/2019, 0 to 120; null under the other scheme.", examples=[None]),
    ]
    recommended: PredicateWord
    decided: PredicateWord
    label: Annotated[
        str | None,
        Field(
            max_length=40,
            description="The decided predicate in words, otherwise the recommended one.",
            examples=["Baik"],
        ),
    ]


class DecidedExpectations(Out):
    """What was decided; null for a dimension that the result does not have."""

    work_result: ExpectationWord
    work_behaviour: ExpectationWord


class ResultDecision(Out):
    """The appraiser's decision."""

    expectations: DecidedExpectations
    reason: Annotated[
        str | None, Field(max_length=2000, description="Why, when a reason was given.", examples=["Bukti kinerja."])
    ]
    decided_by: Annotated[Id, Field(description="The employee who decided.")]
    on_behalf_of: Annotated[
        Id | None, Field(description="The appraiser for whom he stood in (Plt, Plh); null when he is the appraiser.")
    ]
    decided_at: Annotated[Moment, Field(description="When.")]


class ResultHead(Out):
    """What a result says beside its figures."""

    cycle_id: Annotated[Id, Field(description="The cycle.")]
    participant: ResultParticipant
    status: Status
    version: VersionNumber
    predicate: ResultPredicate
    decision: Annotated[ResultDecision | None, Field(description="The appraiser's decision; null until there is one.")]
    receipt: Receipt
    computed_at: ComputedAt
    published_at: PublishedAt
    acknowledged_at: Annotated[Moment | None, Field(description="When the ratee acknowledged this version.")]


def result_head(ratee: Ratee, version: DomainVersion, language: Language) -> dict[str, Any]:
    """The properties of `ResultHead`, not yet checked or written."""
    return {
        "cycle_id": version.cycle_id,
        "participant": result_participant(ratee),
        "status": version.status,
        "version": version.version,
        "predicate": result_predicate(version, language),
        "decision": result_decision(version),
        "receipt": version.receipt,
        "computed_at": version.computed_at,
        "published_at": version.published_at,
        "acknowledged_at": version.acknowledged_at,
    }


def result_participant(ratee: Ratee) -> dict[str, Any]:
    """The properties of `ResultParticipant`."""
    return {
        "id": ratee.participant_id,
        "employee_id": ratee.employee_id,
        "name": ratee.name,
        "position": ratee.position,
        "position_kind": ratee.position_kind,
        "unit_id": ratee.unit_id,
        "unit_name": ratee.unit_name,
    }


def result_predicate(version: DomainVersion, language: Language) -> dict[str, Any]:
    """The properties of `ResultPredicate`, not yet checked or written."""
    valid = version.decided if version.decision else version.recommended
    return {
        "scheme": version.scheme,
        "value": version.value,
        "recommended": version.recommended,
        "decided": version.decided,
        "label": None if valid is None else say(predicate_label(version.scheme, valid), language, {}),
    }


def result_decision(version: DomainVersion) -> dict[str, Any] | None:
    """The properties of `ResultDecision`."""
    decision = version.decision
    if decision is None:
        return None
    return {
        "expectations": {
            "work_result": decision.expectations.get(Dimension.WORK_RESULT),
            "work_behaviour": decision.expectations.get(Dimension.WORK_BEHAVIOUR),
        },
        "reason": decision.reason,
        "decided_by": decision.decided_by,
        "on_behalf_of": decision.on_behalf_of,
        "decided_at": decision.decided_at,
    }


class ResultSummary(ResultHead):
    """A result in a list."""

    completeness: Complete
    overall: Figure

    @classmethod
    def of(cls, summary: Summary, language: Language) -> Self:
        """From the domain."""
        version = summary.version
        figures = {"completeness": version.completeness, "overall": version.overall}
        return cls.model_validate(result_head(summary.ratee, version, language) | figures)


class ResultPage(Out):
    """A page of results."""

    items: Annotated[list[ResultSummary], Field(max_length=200, description="The results of this page.")]
    next_cursor: NextCursor


class RaterTypeFigure(Out):
    """The figure of one rater type alone; `withheld` says why there is none."""

    value: Figure
    withheld: Annotated[
        Withheld | SkipJsonSchema[None],
        Field(description="Only there when the figure is withheld.", examples=["below_min_raters"]),
    ] = None


ByRaterType = Annotated[
    dict[RaterType, RaterTypeFigure], Field(max_length=5, description="The same figure of each rater type alone.")
]


class DimensionResult(Out):
    """One dimension."""

    dimension: Annotated[Dimension, Field(description="The dimension.", examples=["work_behaviour"])]
    value: Figure
    expectation: ExpectationWord
    source: Annotated[Source, Field(description="Rated here, or sent by another system.", examples=["rated"])]
    by_rater_type: Annotated[ByRaterType, Field(description="Empty for an external dimension.")]


class CriterionResult(Out):
    """One criterion."""

    criterion_id: Annotated[Id, Field(description="Id of the criterion.")]
    code: Annotated[Code, Field(description="Its code.", examples=["BP"])]
    value: Figure
    others: Annotated[Figure, Field(description="The figure without self.")]
    self: Annotated[Figure, Field(description="The figure of self alone.")]
    gap: Annotated[
        float | None, Field(ge=-100, le=100, description="Published self minus published others.", examples=[-5.0])
    ]
    flag: Annotated[Flag | None, Field(description="What the gap says.", examples=["blind_spot"])]
    by_rater_type: ByRaterType


class IndicatorResult(Out):
    """One indicator."""

    indicator_id: Annotated[Id, Field(description="Id of the indicator.")]
    code: Annotated[Code, Field(description="Its code.", examples=["BP1"])]
    value: Figure
    by_rater_type: ByRaterType


class ResultReason(Out):
    """One thing that is missing or left out; the other properties are there as far as they belong to it."""

    code: Annotated[ReasonCode, Field(description="What it is.", examples=["below_min_raters"])]
    rater_type: Annotated[RaterType | SkipJsonSchema[None], Field(description="Of this rater type.")] = None
    indicator: Annotated[Code | SkipJsonSchema[None], Field(description="On this indicator (code).")] = None
    dimension: Annotated[Dimension | SkipJsonSchema[None], Field(description="Of this dimension.")] = None


class Result(ResultHead):
    """One whole result."""

    completeness: Complete
    overall: Figure
    dimensions: Annotated[list[DimensionResult], Field(max_length=2, description="Its dimensions.")]
    criteria: Annotated[list[CriterionResult], Field(max_length=40, description="The criteria in rubric order.")]
    indicators: Annotated[list[IndicatorResult], Field(max_length=200, description="The indicators in rubric order.")]
    by_rater_type: ByRaterType
    strengths: Annotated[Codes, Field(description="Codes of the strengths, highest first.")]
    improvements: Annotated[Codes, Field(description="Codes of the areas to improve, lowest first.")]
    reasons: Annotated[list[ResultReason], Field(max_length=1000, description="What is missing or left out, and why.")]


class ComputationReport(Out):
    """What a computation did."""

    participants: Annotated[Count, Field(description="Participants that were computed.", examples=[120])]
    computed: Annotated[Count, Field(description="How many got a new version.", examples=[120])]
    unchanged: Annotated[Count, Field(description="How many kept theirs.", examples=[0])]
    complete: Annotated[Count, Field(description="How many are complete.", examples=[117])]
    incomplete: Annotated[Count, Field(description="How many are not.", examples=[3])]

    @classmethod
    def of(cls, report: Report) -> Self:
        """From the domain."""
        return cls(**{name: getattr(report, name) for name in cls.model_fields})


class ResultSummaryList(Out):
    """Results in the order of the request."""

    items: Annotated[list[ResultSummary], Field(max_length=200, description="The results after the decisions.")]


class Acknowledgement(Out):
    """That the ratee has taken note of a version of his result."""

    participant_id: ParticipantId
    version: VersionNumber
    acknowledged_at: Annotated[Moment, Field(description="When, the first time.")]


class OverviewAssignments(Out):
    """Forms that can be filled in now."""

    pending: Annotated[Count, Field(description="Not begun.", examples=[3])]
    drafts: Annotated[Count, Field(description="Begun, not submitted.", examples=[1])]
    closes_at: Annotated[Moment | None, Field(description="When the first window among them closes.")]


class OverviewDecisions(Out):
    """Results that wait for this person's decision."""

    waiting: Annotated[Count, Field(description="Complete results without a decision.", examples=[0])]


class MyOverview(Out):
    """What waits for a person, and his latest results."""

    assignments: OverviewAssignments
    decisions: OverviewDecisions
    results: Annotated[list[ResultSummary], Field(max_length=5, description="The latest published results.")]

    @classmethod
    def of(cls, overview: DomainOverview, language: Language) -> Self:
        """From the domain."""
        tasks = overview.tasks
        return cls(
            assignments=OverviewAssignments(pending=tasks.pending, drafts=tasks.drafts, closes_at=tasks.closes_at),
            decisions=OverviewDecisions(waiting=tasks.decisions),
            results=[ResultSummary.of(summary, language) for summary in overview.results],
        )
