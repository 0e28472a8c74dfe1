"""Assignments, generation and the rater's work list as the contract shows them."""

from typing import Annotated, Any

from pydantic import Field

from app.api.schemas.common import Bool, Code, Day, Id, In, Int, Moment, Name, NextCursor, Out, ProblemItem, Reason
from app.domain.actions.generation import Report
from app.domain.assignments import MAX_BATCH, Proposal, knows_state
from app.domain.assignments import Assignment as DomainAssignment
from app.domain.assignments import Task as DomainTask
from app.domain.auth import Actor
from app.domain.generation import MAX_SHORTFALLS, PeerRule, PeerScope, Rules
from app.domain.values import AssignmentState, CycleState, RaterType

Kind = Annotated[RaterType, Field(description="In which relation the rater stands to the ratee.", examples=["peer"])]
Count = Annotated[Int, Field(ge=0, le=1_000_000)]


class AssignmentCreate(In):
    """One person who is to rate one participant."""

    participant_id: Annotated[Id, Field(description="The participant to be rated.")]
    rater_type: Kind
    rater_id: Annotated[
        Id | None, Field(description="The employee who rates. Service recipients are invited instead.")
    ] = None


class AssignmentsCreate(In):
    """New assignments: all of them, or none."""

    items: Annotated[
        list[AssignmentCreate], Field(min_length=1, max_length=MAX_BATCH, description="The assignments to make.")
    ]

    def to_domain(self) -> list[Proposal]:
        """For the domain."""
        return [Proposal(item.participant_id, item.rater_type, item.rater_id) for item in self.items]


class Assignment(Out):
    """Who rates whom. What the reader may not know of an anonymous type is null, whatever it is."""

    id: Annotated[Id, Field(description="Id of the assignment.")]
    cycle_id: Annotated[Id, Field(description="The cycle.")]
    participant_id: Annotated[Id, Field(description="The participant who is rated.")]
    ratee_name: Annotated[Name, Field(description="Name of the ratee.", examples=["Siti Aminah"])]
    unit_id: Annotated[Id, Field(description="The ratee's unit.")]
    rater_type: Kind
    rater_id: Annotated[Id | None, Field(description="The employee who rates; null for a service recipient.")]
    rater_name: Annotated[Name | None, Field(description="Name of the rater.", examples=["Budi Santoso"])]
    state: Annotated[
        AssignmentState | None,
        Field(description="Of anonymous types for the rater and full administrators, else null.", examples=["pending"]),
    ]
    submitted_on: Annotated[Day | None, Field(description="Day of submission, for whom the state is shown to.")]
    void_requested: Annotated[
        Bool | None,
        Field(description="A first administrator asked to void the submitted sheet.", examples=[False]),
    ]

    @classmethod
    def of(cls, assignment: DomainAssignment, actor: Actor) -> "Assignment":
        """As this reader may know it."""
        known = knows_state(actor, assignment)
        administering = known and actor.administers(assignment.unit_id)
        return cls(
            id=assignment.id,
            cycle_id=assignment.cycle_id,
            participant_id=assignment.participant_id,
            ratee_name=assignment.ratee_name,
            unit_id=assignment.unit_id,
            rater_type=assignment.rater_type,
            rater_id=assignment.rater_id,
            rater_name=assignment.rater_name,
            state=assignment.state if known else None,
            submitted_on=assignment.submitted_on if known else None,
            void_requested=assignment.void_requested if administering else None,
        )


class AssignmentPage(Out):
    """A page of assignments."""

    items: Annotated[list[Assignment], Field(max_length=200, description="The assignments of this page.")]
    next_cursor: NextCursor


class AssignmentList(Out):
    """Assignments made, in the order asked for."""

    items: Annotated[list[Assignment], Field(max_length=MAX_BATCH, description="The assignments made.")]
    warnings: Annotated[
        list[ProblemItem], Field(max_length=MAX_BATCH, description="Mismatches with the hierarchy; made all the same.")
    ]


class Decline(In):
    """Why the rater does not rate."""

    reason: Annotated[Reason | None, Field(description="Read by administrators; says nothing of the ratee.")] = None


class Explained(In):
    """Why an administrator does this."""

    reason: Reason


class Reassignment(In):
    """Another rater."""

    rater_id: Annotated[Id, Field(description="The employee who rates from now on.")]
    reason: Reason


class TaskCycle(Out):
    """The cycle of a task, with its window."""

    id: Annotated[Id, Field(description="Id of the cycle.")]
    code: Code
    title: Annotated[Name, Field(description="Title of the cycle.", examples=["Triwulan IV 2026"])]
    state: Annotated[CycleState, Field(description="State of the cycle.", examples=["rating"])]
    rating_opens_at: Annotated[Moment, Field(description="Forms can be sent from now on.")]
    rating_closes_at: Annotated[Moment, Field(description="Forms can be sent until just before.")]


class TaskRatee(Out):
    """The person to rate."""

    name: Annotated[Name, Field(description="Name of the ratee.", examples=["Siti Aminah"])]
    position: Annotated[Name, Field(description="Title of the position.", examples=["Kepala Puskesmas"])]
    unit_name: Annotated[Name, Field(description="Name of the unit.", examples=["Puskesmas Serang Kota"])]


class MyAssignment(Out):
    """One line of the reader's own work list."""

    id: Annotated[Id, Field(description="Id of the assignment.")]
    cycle: Annotated[TaskCycle, Field(description="The cycle.")]
    ratee: Annotated[TaskRatee, Field(description="Whom to rate.")]
    rater_type: Kind
    state: Annotated[AssignmentState, Field(description="What became of it.", examples=["draft"])]
    submitted_on: Annotated[Day | None, Field(description="Day of submission.")]

    @classmethod
    def of(cls, task: DomainTask) -> "MyAssignment":
        """From the domain."""
        return cls.model_validate(my_assignment(task))


def my_assignment(task: DomainTask) -> dict[str, Any]:
    """A `MyAssignment`, ready to be written (everybody's front page asks for some: docs/performance.md)."""
    return {
        "id": task.assignment_id,
        "cycle": {
            "id": task.cycle_id,
            "code": task.cycle_code,
            "title": task.cycle_title,
            "state": task.cycle_state,
            "rating_opens_at": task.rating_opens_at,
            "rating_closes_at": task.rating_closes_at,
        },
        "ratee": {"name": task.ratee_name, "position": task.ratee_position, "unit_name": task.unit_name},
        "rater_type": task.rater_type,
        "state": task.state,
        "submitted_on": task.submitted_on,
    }


class MyAssignmentPage(Out):
    """A page of the reader's own work list."""

    items: Annotated[list[MyAssignment], Field(max_length=200, description="The assignments of this page.")]
    next_cursor: NextCursor


class SubordinateRule(In):
    """Direct reports who rate their superior."""

    max: Annotated[
        Int, Field(ge=1, le=200, description="Most per ratee; never fewer than the minimum and two.", examples=[5])
    ]


class PeerRuleIn(In):
    """Colleagues drawn at random, evenly loaded."""

    count: Annotated[
        Int, Field(ge=1, le=50, description="Peers per ratee; never fewer than the minimum and two.", examples=[5])
    ] = 5
    scope: Annotated[PeerScope, Field(description="Same unit, or same superior.", examples=["unit"])] = PeerScope.UNIT
    max_per_rater: Annotated[
        Int, Field(ge=1, le=200, description="Most ratees of one peer in this cycle.", examples=[10])
    ] = 10


class GenerationRules(In):
    """Which assignments the hierarchy is to give."""

    superior: Annotated[Bool, Field(description="The direct superior rates.", examples=[True])] = False
    own: Annotated[Bool, Field(alias="self", description="The ratee rates himself.", examples=[True])] = False
    subordinates: Annotated[SubordinateRule | None, Field(description="Direct reports rate; null: none.")] = None
    peers: Annotated[PeerRuleIn | None, Field(description="Peers rate; null: none.")] = None

    def to_domain(self) -> Rules:
        """For the domain."""
        peers = self.peers
        return Rules(
            superior=self.superior,
            own=self.own,
            subordinates=None if self.subordinates is None else self.subordinates.max,
            peers=None if peers is None else PeerRule(peers.count, peers.scope, peers.max_per_rater),
        )


class GenerationCreate(In):
    """What to generate."""

    rules: Annotated[GenerationRules, Field(description="Which assignments to make.")]
    dry_run: Annotated[Bool, Field(description="Only report; nothing is made.", examples=[True])] = False


class LoadBar(Out):
    """One bar of the histogram."""

    assignments: Annotated[Count, Field(description="This many ratees each …", examples=[5])]
    raters: Annotated[Count, Field(description="… have so many raters.", examples=[120])]


class GenerationLoads(Out):
    """How evenly peers are loaded."""

    min: Annotated[Count, Field(description="Fewest ratees of a possible peer.", examples=[5])]
    median: Annotated[Count, Field(description="Ratees of the middle one.", examples=[5])]
    max: Annotated[Count, Field(description="Most ratees of a peer.", examples=[6])]
    histogram: Annotated[list[LoadBar], Field(max_length=1_000, description="Raters by number of ratees.")]


class GenerationShortfall(Out):
    """A group that stays smaller than wanted."""

    participant_id: Annotated[Id, Field(description="The participant.")]
    rater_type: Kind
    wanted: Annotated[Count, Field(description="Raters wanted.", examples=[5])]
    assigned: Annotated[Count, Field(description="Raters assigned.", examples=[2])]


class GenerationReport(Out):
    """What was generated, or would be in a dry run."""

    seed: Annotated[
        Int,
        Field(
            ge=0,
            le=2**53 - 1,
            description="Drawn by the server and recorded.",
            examples=[7_031_415_926_535],
            json_schema_extra={"format": "int64"},
        ),
    ]
    dry_run: Annotated[Bool, Field(description="Whether nothing was made.", examples=[False])]
    created: Annotated[Count, Field(description="Assignments made, or that would be.", examples=[12_000])]
    created_by_type: Annotated[
        dict[RaterType, Count], Field(max_length=5, description="The same by rater type.", examples=[{"peer": 5000}])
    ]
    existing: Annotated[Count, Field(description="Assignments of these types that were there and stay.", examples=[0])]
    loads: Annotated[GenerationLoads, Field(description="How many ratees the possible peers have now.")]
    shortfalls: Annotated[
        list[GenerationShortfall],
        Field(max_length=MAX_SHORTFALLS, description="Groups left smaller than wanted; the first thousand."),
    ]
    shortfalls_total: Annotated[Count, Field(description="How many such groups there are.", examples=[0])]

    @classmethod
    def of(cls, report: Report, *, dry_run: bool) -> "GenerationReport":
        """From the domain."""
        loads = report.drawing.loads
        return cls(
            seed=report.seed,
            dry_run=dry_run,
            created=report.created.total(),
            created_by_type=dict(report.created),
            existing=report.drawing.existing,
            loads=GenerationLoads(
                min=loads.least,
                median=loads.median,
                max=loads.most,
                histogram=[LoadBar(assignments=number, raters=raters) for number, raters in loads.histogram],
            ),
            shortfalls=[GenerationShortfall(**s._asdict()) for s in report.shortfalls[:MAX_SHORTFALLS]],
            shortfalls_total=len(report.shortfalls),
        )
