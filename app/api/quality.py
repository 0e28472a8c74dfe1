"""Rating quality over HTTP."""

from typing import Annotated

from fastapi import Query, Response

from app.api.answers import answer, answer_page, in_language, page_request
from app.api.deps import Ctx
from app.api.operations import Operation
from app.api.routing import TopicRouter
from app.api.schemas.common import NEVER_NULL, Cursor, Id, Limit
from app.api.schemas.quality import (
    AdjustedMean,
    AdjustedMeanPage,
    RaterQuality,
    RaterQualityPage,
    RatingQuality,
    ResultAgreement,
)
from app.domain.actions import quality as actions
from app.domain.ports.quality import AdjustedFilter, RaterFilter
from app.domain.values import Band, RaterKind, RaterType

router = TopicRouter("Results")
_PROMISE = Operation(conflicts=("results_not_ready",))
_WITH_ETAG = Operation(etag=True, conflicts=("results_not_ready",))


@router.operation(
    "GET",
    "/v1/cycles/{cycle_id}/rating-quality",
    name="getRatingQuality",
    summary="Read the rating quality of a cycle",
    answers=RatingQuality,
    promise=_WITH_ETAG,
)
async def get_rating_quality(ctx: Ctx, cycle_id: Id) -> Response:
    """Agreement, reliability, straight-lining, spread and reciprocity, as they were when rating ended.

    Made of groups that count alone, and never changes a figure. Administrators and auditors, from `review`.
    """
    report = await actions.get_rating_quality(ctx.uow, ctx.actor, cycle_id)
    shown = RatingQuality.of(cycle_id, report, ctx.language)
    return answer(ctx, shown, etag=True, headers=in_language(ctx))


@router.operation(
    "GET",
    "/v1/cycles/{cycle_id}/rating-quality/raters",
    name="listRaterQuality",
    summary="List raters with their quality",
    answers=RaterQualityPage,
    promise=_PROMISE,
)
async def list_rater_quality(
    ctx: Ctx,
    cycle_id: Id,
    limit: Annotated[Limit, Query()] = 50,
    cursor: Annotated[Cursor | None, Query(), NEVER_NULL] = None,
    kind: Annotated[RaterKind | None, Query(description="Only superiors, or others."), NEVER_NULL] = None,
    band: Annotated[Band | None, Query(description="Only anonymous raters in this band."), NEVER_NULL] = None,
) -> Response:
    """Superiors with figures, and one band for each anonymous rater with five sheets or more that count.

    `unusual`: on average 20 of 100 points or more from the other anonymous raters of the same groups, or nine of ten points
    identical. It says nothing about who is right. Administrators and auditors, from `review`; superiors who rated somebody
    whom you rate anonymously are left out.
    """
    wanted = RaterFilter(cycle_id, kind=kind, band=band)
    page = await actions.list_raters(ctx.uow, ctx.actor, wanted, page_request(limit, cursor, "name"))
    return answer_page(ctx, RaterQualityPage, page, RaterQuality.of, "name")


@router.operation(
    "GET",
    "/v1/cycles/{cycle_id}/rating-quality/adjusted-means",
    name="listAdjustedMeans",
    summary="List severity-adjusted means",
    answers=AdjustedMeanPage,
    promise=_PROMISE,
)
async def list_adjusted_means(
    ctx: Ctx,
    cycle_id: Id,
    limit: Annotated[Limit, Query()] = 50,
    cursor: Annotated[Cursor | None, Query(), NEVER_NULL] = None,
    rater_type: Annotated[RaterType | None, Query(description="Only of this rater type."), NEVER_NULL] = None,
    component: Annotated[
        int | None, Query(ge=1, le=100_000_000, description="Only ratees of this component.", examples=[1]), NEVER_NULL
    ] = None,
) -> Response:
    """What ratees would have had, had all been rated equally strictly: additive least squares, as it was when rating ended.

    Figures compare only within one component of one rater type, and never change a result. They are told where each rater
    has four others beside him who rated exactly the same people on the same indicators (panels, juries, whole teams);
    where everybody rates his own choice of colleagues, an adjusted mean would tell how strict single raters were. Full
    administrators, from `review`; yourself and people whom you rate anonymously are left out.
    """
    wanted = AdjustedFilter(cycle_id, rater_type=rater_type, component=component)
    page = await actions.list_adjusted(ctx.uow, ctx.actor, wanted, page_request(limit, cursor, "name"))
    return answer_page(ctx, AdjustedMeanPage, page, AdjustedMean.of, "name")


@router.operation(
    "GET",
    "/v1/cycles/{cycle_id}/results/{participant_id}/agreement",
    name="getResultAgreement",
    summary="Read how far raters agreed",
    answers=ResultAgreement,
    promise=_WITH_ETAG,
)
async def get_result_agreement(ctx: Ctx, cycle_id: Id, participant_id: Id) -> Response:
    """One word for the agreement (rwg(J)) of each anonymous group of five and more, by dimension.

    For whoever may read the result (see listResults); of a group that is not shown there nothing is said.
    """
    labels = await actions.get_agreement(ctx.uow, ctx.actor, cycle_id, participant_id)
    return answer(ctx, ResultAgreement.of(participant_id, labels), etag=True)
