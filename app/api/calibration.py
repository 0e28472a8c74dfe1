"""Organisational achievements and the distribution check over HTTP."""

from typing import Annotated, Any

from fastapi import Query, Response

from app.api.answers import answer, answer_page, in_language, page_request, require_match
from app.api.contract_responses import problem
from app.api.deps import Ctx
from app.api.operations import Operation
from app.api.routing import TopicRouter
from app.api.schemas.calibration import DistributionCheck, OrgAchievementPut, UnitAchievement, UnitAchievementPage
from app.api.schemas.common import NEVER_NULL, Cursor, Id, Limit
from app.domain.actions import calibration as actions
from app.domain.errors import PreconditionFailed

router = TopicRouter("Results")
achievements = TopicRouter("Cycles")

_ACHIEVEMENT = "/v1/cycles/{cycle_id}/org-achievements/{unit_id}"
_CREATED: dict[int | str, dict[str, Any]] = {
    201: {"model": UnitAchievement, "description": "The unit had none in this cycle before."},
    428: problem(428),
}


@achievements.operation(
    "GET",
    "/v1/cycles/{cycle_id}/org-achievements",
    name="listOrgAchievements",
    summary="List organisational achievements",
    answers=UnitAchievementPage,
)
async def list_org_achievements(
    ctx: Ctx,
    cycle_id: Id,
    limit: Annotated[Limit, Query()] = 50,
    cursor: Annotated[Cursor | None, Query(), NEVER_NULL] = None,
) -> Response:
    """What units achieved in the cycle's period, by code of the unit. All staff may read it."""
    page = await actions.list_achievements(ctx.uow, ctx.actor, cycle_id, page_request(limit, cursor, "code"))
    return answer_page(
        ctx,
        UnitAchievementPage,
        page,
        lambda item: UnitAchievement.of(item, ctx.language),
        "code",
        headers=in_language(ctx),
    )


@achievements.operation(
    "GET",
    _ACHIEVEMENT,
    name="getOrgAchievement",
    summary="Read an organisational achievement",
    answers=UnitAchievement,
    promise=Operation(etag=True),
)
async def get_org_achievement(ctx: Ctx, cycle_id: Id, unit_id: Id) -> Response:
    """What one unit achieved; 404 while nothing was set for it."""
    found = await actions.get_achievement(ctx.uow, ctx.actor, cycle_id, unit_id)
    return answer(ctx, UnitAchievement.of(found, ctx.language), etag=True, headers=in_language(ctx))


@achievements.operation(
    "PUT",
    _ACHIEVEMENT,
    name="setOrgAchievement",
    summary="Set an organisational achievement",
    answers=UnitAchievement,
    others=_CREATED,
    promise=Operation(etag=True, optional_if_match=True, conflicts=("cycle_state_forbids",)),
)
async def set_org_achievement(ctx: Ctx, cycle_id: Id, unit_id: Id, body: OrgAchievementPut) -> Response:
    """Set what a unit achieved, until the cycle is archived. Full administrators only.

    The first time needs no `If-Match`, a change does (428 without). It is the ground of getDistributionCheck and changes
    no result. The same again changes nothing.
    """
    place = await actions.place_to_fill(ctx.uow, ctx.actor, cycle_id, unit_id)
    if place.before is not None:
        require_match(ctx, UnitAchievement.of(place.before, ctx.language))
    elif "if-match" in ctx.request.headers:
        raise PreconditionFailed
    made = await actions.set_achievement(ctx.uow, ctx.actor, place, body.achievement, body.reason)
    status = 201 if place.before is None else 200
    return answer(ctx, UnitAchievement.of(made, ctx.language), status, etag=True, headers=in_language(ctx))


@router.operation(
    "GET",
    "/v1/cycles/{cycle_id}/distribution-check",
    name="getDistributionCheck",
    summary="Check the distribution of predicates",
    answers=DistributionCheck,
    others={404: problem(404, meaning="The cycle or the unit is unknown.")},
    promise=Operation(etag=True, conflicts=("results_not_ready",)),
)
async def get_distribution_check(
    ctx: Ctx, cycle_id: Id, unit_id: Annotated[Id, Query(description="The unit; all units below it are counted too.")]
) -> Response:
    """Predicates of a unit as recommended and as decided, held against the pattern of the unit's own achievement.

    Warnings follow SE MenPANRB 3/2023 and are for consideration: no result is changed. Below ten people a percentage counts
    as missed when a whole person or more is missing. Cycles of PP 30/2019 have no pattern.

    For those who may export results (exportResults), made of the results that they may export: `participants` says how
    many. Whoever you rate anonymously is in no count. Counts are exact, since you may read each of these results; what is to
    be passed on is getCycleSummary.
    """
    check = await actions.check_distribution(ctx.uow, ctx.actor, cycle_id, unit_id)
    return answer(ctx, DistributionCheck.of(check, ctx.language), etag=True, headers=in_language(ctx))
