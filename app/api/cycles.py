"""Cycles over HTTP."""

from typing import Annotated, Literal

from fastapi import Query, Response
from pydantic import Field

from app.api.answers import answer, answer_page, no_content, page_request, require_match
from app.api.deps import Ctx
from app.api.operations import Operation
from app.api.routing import TopicRouter
from app.api.schemas.common import NEVER_NULL, Code, Cursor, Id, Limit
from app.api.schemas.cycles import Cycle, CycleCreate, CyclePage, CycleUpdate, ExtensionCreate, TransitionCreate
from app.api.schemas.progress import AnonymityForecast, CycleProgress, GroupForecast
from app.domain.actions import cycles as actions
from app.domain.actions import progress, transitions
from app.domain.ports.cycles import CycleFilter
from app.domain.values import CycleState

router = TopicRouter("Cycles")

Sort = Annotated[
    Literal["code", "-code", "rating_opens_at", "-rating_opens_at", "created_at", "-created_at"],
    Field(description="By code, by the beginning of the window, or by age; `-` is downwards.", examples=["code"]),
]


@router.operation("GET", "/v1/cycles", name="listCycles", summary="List cycles", answers=CyclePage)
async def list_cycles(
    ctx: Ctx,
    limit: Annotated[Limit, Query()] = 50,
    cursor: Annotated[Cursor | None, Query(), NEVER_NULL] = None,
    sort: Annotated[Sort, Query()] = "-rating_opens_at",
    state: Annotated[CycleState | None, Query(description="Only cycles in this state."), NEVER_NULL] = None,
    code: Annotated[Code | None, Query(description="Only the cycle with this code."), NEVER_NULL] = None,
) -> Response:
    """All cycles with their policies, the latest window first."""
    wanted = CycleFilter(state=state, code=code)
    page = await actions.list_cycles(ctx.uow, ctx.actor, wanted, page_request(limit, cursor, sort))
    return answer_page(ctx, CyclePage, page, Cycle.of, sort)


@router.operation(
    "POST",
    "/v1/cycles",
    name="createCycle",
    summary="Create a cycle",
    answers=Cycle,
    status=201,
    promise=Operation(etag=True, conflicts=("cycle_code_taken",)),
)
async def create_cycle(ctx: Ctx, body: CycleCreate) -> Response:
    """A new cycle in draft, on its own or after another one. Full administrators only. Several may run at once."""
    created = await actions.create_cycle(ctx.uow, ctx.actor, body.to_domain())
    return answer(ctx, Cycle.of(created), 201, etag=True, headers={"Location": f"/v1/cycles/{created.id}"})


@router.operation(
    "GET",
    "/v1/cycles/{cycle_id}",
    name="getCycle",
    summary="Read a cycle",
    answers=Cycle,
    promise=Operation(etag=True),
)
async def get_cycle(ctx: Ctx, cycle_id: Id) -> Response:
    """One cycle."""
    return answer(ctx, Cycle.of(await actions.get_cycle(ctx.uow, ctx.actor, cycle_id)), etag=True)


@router.operation(
    "PATCH",
    "/v1/cycles/{cycle_id}",
    name="updateCycle",
    summary="Change a cycle",
    answers=Cycle,
    promise=Operation(
        etag=True,
        if_match=True,
        conflicts=("cycle_frozen", "cycle_code_taken", "external_scores_exist", "cycle_state_forbids"),
    ),
)
async def update_cycle(ctx: Ctx, cycle_id: Id, body: CycleUpdate) -> Response:
    """Change anything until rating opens; afterwards the title alone, and the end of the window by an extension.

    What is absent stays, also inside `period` and `policy`. Full administrators only.
    """
    before = await actions.cycle_to_change(ctx.uow, ctx.actor, cycle_id)
    require_match(ctx, Cycle.of(before))
    after = await actions.update_cycle(ctx.uow, ctx.actor, before, body.changes_of(before))
    return answer(ctx, Cycle.of(after), etag=True)


@router.operation(
    "DELETE",
    "/v1/cycles/{cycle_id}",
    name="deleteCycle",
    summary="Delete a draft",
    status=204,
    promise=Operation(if_match=True, conflicts=("cycle_state_forbids",)),
)
async def delete_cycle(ctx: Ctx, cycle_id: Id) -> Response:
    """Drop a cycle in draft with its participants and assignments. Full administrators only."""
    before = await actions.cycle_to_change(ctx.uow, ctx.actor, cycle_id)
    require_match(ctx, Cycle.of(before))
    await actions.delete_cycle(ctx.uow, ctx.actor, before)
    return no_content()


@router.operation(
    "POST",
    "/v1/cycles/{cycle_id}/transitions",
    name="transitionCycle",
    summary="Move a cycle on",
    answers=Cycle,
    promise=Operation(etag=True, conflicts=("transition_not_allowed", "results_undecided")),
)
async def transition_cycle(ctx: Ctx, cycle_id: Id, body: TransitionCreate) -> Response:
    """Take one step of `draft → nomination → rating → review → published → archived`. Full administrators only.

    Opening freezes policy and participants; a cycle that cannot open as it is answers 422, with pointers into the cycle.
    `→ review` computes all results and answers when they are stored.
    """
    return answer(
        ctx,
        Cycle.of(await transitions.transition_cycle(ctx.uow, ctx.actor, cycle_id, body.to_domain())),
        etag=True,
    )


@router.operation(
    "POST",
    "/v1/cycles/{cycle_id}/extensions",
    name="extendCycle",
    summary="Extend the rating window",
    answers=Cycle,
    promise=Operation(etag=True, conflicts=("cycle_state_forbids",)),
)
async def extend_cycle(ctx: Ctx, cycle_id: Id, body: ExtensionCreate) -> Response:
    """A later end of the window while the cycle is in rating. Full administrators only."""
    extended = await actions.extend_cycle(ctx.uow, ctx.actor, cycle_id, body.rating_closes_at, body.reason)
    return answer(ctx, Cycle.of(extended), etag=True)


@router.operation(
    "GET",
    "/v1/cycles/{cycle_id}/progress",
    name="getCycleProgress",
    summary="Read how far a cycle is",
    answers=CycleProgress,
)
async def get_cycle_progress(ctx: Ctx, cycle_id: Id) -> Response:
    """Counts of participants and of assignments by rater type. For administrators, unit administrators and auditors.

    Of an anonymous type everybody but full administrators is told only the sum over groups to which at least the minimum
    of raters other than himself is assigned, and nobody is told of the group that rates himself.
    """
    return answer(ctx, CycleProgress.of(await progress.get_progress(ctx.uow, ctx.actor, cycle_id)))


@router.operation(
    "GET",
    "/v1/cycles/{cycle_id}/anonymity-forecast",
    name="getAnonymityForecast",
    summary="Read which groups are too small",
    answers=AnonymityForecast,
)
async def get_anonymity_forecast(ctx: Ctx, cycle_id: Id) -> Response:
    """How many participants have too few raters assigned for a group to be shown, judged by the assignments alone.

    For administrators, and unit administrators within their subtree.
    """
    cycle, lines = await progress.get_forecast(ctx.uow, ctx.actor, cycle_id)
    return answer(ctx, AnonymityForecast(cycle_id=cycle.id, items=[GroupForecast.of(line) for line in lines]))
