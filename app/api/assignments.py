"""Assignments over HTTP: who rates whom, and the rater's own work list."""

from collections.abc import Callable
from typing import Annotated, Any, Final, Literal

from fastapi import Query, Response
from pydantic import Field

from app.api import contract_responses
from app.api.answers import answer, answer_page, answer_rows, in_language, no_content, page_request, require_match
from app.api.deps import Context, Ctx
from app.api.jobs import Job, answer_or_job
from app.api.operations import Operation
from app.api.routing import TopicRouter
from app.api.schemas.assignments import (
    Assignment,
    AssignmentList,
    AssignmentPage,
    AssignmentsCreate,
    Decline,
    Explained,
    GenerationCreate,
    GenerationReport,
    MyAssignmentPage,
    Reassignment,
    my_assignment,
)
from app.api.schemas.common import NEVER_NULL, Cursor, Id, Limit, ProblemItem
from app.api.texts import VIOLATIONS, say
from app.domain.actions import assignments as actions
from app.domain.actions import declining
from app.domain.actions.generation import generate_assignments as generate
from app.domain.assignments import Assignment as DomainAssignment
from app.domain.errors import Violation
from app.domain.jobs import JobKind
from app.domain.ports.assignments import AssignmentFilter
from app.domain.unit_of_work import UnitOfWork
from app.domain.values import AssignmentState, RaterType

router = TopicRouter("Assignments")

Sort = Annotated[
    Literal["ratee_name", "id"], Field(description="By the ratee's name, or in no telling order.", examples=["id"])
]
TaskSort = Annotated[
    Literal["rating_closes_at", "-rating_closes_at"],
    Field(description="By the end of rating; `-` is downwards.", examples=["-rating_closes_at"]),
]
_CHANGES: Final = ("cycle_state_forbids", "group_sealed", "assignment_state_forbids")
_RULE_SIX: Final = (
    "assignment_duplicate",
    "rater_is_superior",
    "rater_is_appraiser",
    "rater_is_appraisers_superior",
)
_WITH_OPTIONAL_BODY: Final[dict[int | str, dict[str, Any]]] = {
    status: contract_responses.problem(status) for status in (413, 415)
}


def _show(ctx: Context) -> Callable[[DomainAssignment], Assignment]:
    return lambda assignment: Assignment.of(assignment, ctx.actor)


def _warning(ctx: Context, warning: Violation) -> ProblemItem:
    message = say(VIOLATIONS[warning.code], ctx.language, warning.params)
    return ProblemItem(pointer=warning.pointer, code=warning.code, message=message)


@router.operation(
    "POST",
    "/v1/cycles/{cycle_id}/assignments",
    name="createAssignments",
    summary="Assign raters",
    answers=AssignmentList,
    status=201,
    promise=Operation(conflicts=("cycle_state_forbids", "group_sealed", *_RULE_SIX)),
)
async def create_assignments(ctx: Ctx, cycle_id: Id, body: AssignmentsCreate) -> Response:
    """Make up to 1,000 assignments, all or none; every faulty row is listed.

    A person rates a participant at most once. Superior, appraiser and the appraiser's superior hold no anonymous
    assignment; `superior` is the participant's superior only; service recipients are invited. Other mismatches with the
    hierarchy are warnings. Administrators, and unit administrators for participants of their subtree.
    """
    made, warnings = await actions.create_assignments(ctx.uow, ctx.actor, cycle_id, body.to_domain())
    shown = AssignmentList(
        items=[Assignment.of(assignment, ctx.actor) for assignment in made],
        warnings=[_warning(ctx, warning) for warning in warnings],
    )
    return answer(ctx, shown, 201, headers=in_language(ctx))


@router.operation(
    "POST",
    "/v1/cycles/{cycle_id}/assignments/generation",
    name="generateAssignments",
    summary="Assign raters from the hierarchy",
    answers=GenerationReport,
    others={202: {"model": Job, "description": "It takes longer than ten seconds: see `Location`."}},
    promise=Operation(conflicts=("cycle_state_forbids", "assignment_duplicate")),
)
async def generate_assignments(ctx: Ctx, cycle_id: Id, body: GenerationCreate) -> Response:
    """Make what is missing: superiors, self, direct reports, and peers drawn at random with an even load.

    What exists is kept, so running it twice adds nothing. Groups get at least the policy's minimum and two where the unit
    allows. The seed is drawn by the server and recorded, in a dry run too. Administrators, and unit administrators for
    their subtree.
    """

    async def work(uow: UnitOfWork) -> GenerationReport:
        report = await generate(uow, ctx.actor, cycle_id, body.rules.to_domain(), dry_run=body.dry_run)
        return GenerationReport.of(report, dry_run=body.dry_run)

    return await answer_or_job(ctx, JobKind.GENERATION, cycle_id, work)


@router.operation(
    "GET",
    "/v1/cycles/{cycle_id}/assignments",
    name="listAssignments",
    summary="List assignments of a cycle",
    answers=AssignmentPage,
)
async def list_assignments(
    ctx: Ctx,
    cycle_id: Id,
    limit: Annotated[Limit, Query()] = 50,
    cursor: Annotated[Cursor | None, Query(), NEVER_NULL] = None,
    sort: Annotated[Sort, Query()] = "ratee_name",
    participant_id: Annotated[Id | None, Query(description="Only of this participant."), NEVER_NULL] = None,
    rater_type: Annotated[RaterType | None, Query(description="Only of this rater type."), NEVER_NULL] = None,
    rater_id: Annotated[Id | None, Query(description="Only by this employee."), NEVER_NULL] = None,
    state: Annotated[
        AssignmentState | None,
        Query(description="Only in this state, among those whose state you may know."),
        NEVER_NULL,
    ] = None,
) -> Response:
    """Who rates whom, as far as you may know it: your own as a rater, those of your subtree, or all.

    Who rates a person anonymously is never shown to that person. The state of an anonymous assignment is shown to its
    rater and to full administrators.
    """
    audience = actions.audience_of(ctx.actor)
    wanted = AssignmentFilter(cycle_id, audience, participant_id, rater_type, rater_id, state)
    page = await actions.list_assignments(ctx.uow, ctx.actor, wanted, page_request(limit, cursor, sort))
    return answer_page(ctx, AssignmentPage, page, _show(ctx), sort)


@router.operation(
    "GET",
    "/v1/me/assignments",
    name="listMyAssignments",
    summary="List one's own work",
    answers=MyAssignmentPage,
)
async def list_my_assignments(
    ctx: Ctx,
    limit: Annotated[Limit, Query()] = 50,
    cursor: Annotated[Cursor | None, Query(), NEVER_NULL] = None,
    sort: Annotated[TaskSort, Query()] = "-rating_closes_at",
    cycle_id: Annotated[Id | None, Query(description="Only of this cycle."), NEVER_NULL] = None,
    state: Annotated[AssignmentState | None, Query(description="Only in this state."), NEVER_NULL] = None,
) -> Response:
    """Whom you are asked to rate, with the window of each cycle. A service recipient sees the one of his code."""
    request = page_request(limit, cursor, sort)
    page = await actions.list_my_assignments(ctx.uow, ctx.actor, cycle_id, state, request)
    return answer_rows(ctx, page, my_assignment, sort)


@router.operation(
    "GET",
    "/v1/assignments/{assignment_id}",
    name="getAssignment",
    summary="Read an assignment",
    answers=Assignment,
    promise=Operation(etag=True),
)
async def get_assignment(ctx: Ctx, assignment_id: Id) -> Response:
    """One assignment that you may know."""
    found = await actions.get_assignment(ctx.uow, ctx.actor, assignment_id)
    return answer(ctx, Assignment.of(found, ctx.actor), etag=True)


@router.operation(
    "DELETE",
    "/v1/assignments/{assignment_id}",
    name="deleteAssignment",
    summary="Delete an assignment",
    status=204,
    promise=Operation(if_match=True, conflicts=_CHANGES),
)
async def delete_assignment(ctx: Ctx, assignment_id: Id) -> Response:
    """Only while there is neither a draft nor a sheet; afterwards it is voided.

    Unit administrators change anonymous assignments only before rating.
    """
    held = await actions.hold(ctx.uow, ctx.actor, assignment_id)
    require_match(ctx, Assignment.of(held, ctx.actor))
    await actions.delete_assignment(ctx.uow, ctx.actor, held)
    return no_content()


@router.operation(
    "POST",
    "/v1/assignments/{assignment_id}/decline",
    name="declineAssignment",
    summary="Decline to rate",
    answers=Assignment,
    others=_WITH_OPTIONAL_BODY,
    promise=Operation(conflicts=("cycle_state_forbids", "assignment_state_forbids")),
)
async def decline_assignment(ctx: Ctx, assignment_id: Id, body: Decline | None = None) -> Response:
    """By the rater, before submission; a draft is deleted. While rating is open somebody else may be asked instead."""
    reason = None if body is None else body.reason
    declined = await declining.decline(ctx.uow, ctx.actor, assignment_id, reason)
    return answer(ctx, Assignment.of(declined, ctx.actor))


@router.operation(
    "POST",
    "/v1/assignments/{assignment_id}/decline/undo",
    name="undoDecline",
    summary="Rate after all",
    answers=Assignment,
    promise=Operation(conflicts=("cycle_state_forbids", "assignment_state_forbids")),
)
async def undo_decline(ctx: Ctx, assignment_id: Id) -> Response:
    """By the rater who declined; the form is empty."""
    return answer(ctx, Assignment.of(await declining.undo_decline(ctx.uow, ctx.actor, assignment_id), ctx.actor))


@router.operation(
    "POST",
    "/v1/assignments/{assignment_id}/excuse",
    name="excuseAssignment",
    summary="Excuse a rater",
    answers=Assignment,
    promise=Operation(conflicts=_CHANGES),
)
async def excuse_assignment(ctx: Ctx, assignment_id: Id, body: Explained) -> Response:
    """The rater need not answer any more; a draft is deleted. Not after submission.

    Unit administrators change anonymous assignments only before rating; nobody changes those about himself.
    """
    excused = await actions.excuse_assignment(ctx.uow, ctx.actor, assignment_id, body.reason)
    return answer(ctx, Assignment.of(excused, ctx.actor))


@router.operation(
    "POST",
    "/v1/assignments/{assignment_id}/reassignment",
    name="reassignAssignment",
    summary="Hand over to another rater",
    answers=Assignment,
    promise=Operation(conflicts=(*_CHANGES, *_RULE_SIX)),
)
async def reassign_assignment(ctx: Ctx, assignment_id: Id, body: Reassignment) -> Response:
    """The new rater begins with an empty form; the draft is deleted.

    A superior's assignment handed over to somebody else names the superior's stand-in (Plt., Plh.); full administrators only.

    Not after submission, and under the same rules as new assignments. Unit administrators change anonymous assignments
    only before rating; nobody changes those about himself.
    """
    after = await actions.reassign_assignment(ctx.uow, ctx.actor, assignment_id, body.rater_id, body.reason)
    return answer(ctx, Assignment.of(after, ctx.actor))


@router.operation(
    "POST",
    "/v1/assignments/{assignment_id}/voidance",
    name="voidAssignment",
    summary="Void an assignment",
    answers=Assignment,
    others={
        202: {
            "model": Assignment,
            "description": "Asked for; nothing changes until another administrator sends the same request.",
        }
    },
    promise=Operation(conflicts=_CHANGES),
)
async def void_assignment(ctx: Ctx, assignment_id: Id, body: Explained) -> Response:
    """Take an assignment and its sheet out of the cycle for good.

    A submitted sheet is voided only when a second, different administrator sends the same request: the first one is
    answered 202. Never after a figure of its group was shown. In review all results of the cycle are computed again.
    Unit administrators change anonymous assignments only before rating; nobody changes those about himself.
    """
    after, done = await actions.void_assignment(ctx.uow, ctx.actor, assignment_id, body.reason)
    return answer(ctx, Assignment.of(after, ctx.actor), 200 if done else 202)
