"""Summaries of cycles over HTTP."""

from typing import Annotated, Final

from fastapi import Query, Response

from app.api.answers import answer, in_language
from app.api.contract_responses import problem
from app.api.deps import Ctx
from app.api.operations import Operation
from app.api.routing import TopicRouter
from app.api.schemas.common import NEVER_NULL, Id
from app.api.schemas.summaries import By, CycleSummary, SummaryColumn, SummaryTrend, TrendPoint
from app.domain.actions import summaries as actions

router = TopicRouter("Results")
_NOT_READY: Final = ("results_not_ready",)
UNKNOWN: Final = problem(404, meaning="The cycle or the unit is unknown, or you may read nobody of the unit.")


@router.operation(
    "GET",
    "/v1/cycles/{cycle_id}/summary",
    name="getCycleSummary",
    summary="Summarise a cycle",
    answers=CycleSummary,
    others={404: UNKNOWN},
    promise=Operation(etag=True, conflicts=_NOT_READY),
)
async def get_cycle_summary(
    ctx: Ctx,
    cycle_id: Id,
    by: Annotated[By, Query(description="Which figures; see above.")] = By.UNIT,
    unit_id: Annotated[Id | None, Query(description="Only this unit and all below it."), NEVER_NULL] = None,
) -> Response:
    """Means of participants' published figures by unit, each participant with the same weight.

    - `unit`: overall and dimensions; `criterion`; `rater_type`: the overall figure by each type alone.
    - `predicate`: how many have which, as recommended and, from `published`, as decided.

    A row is a unit with all below it; where a unit with others below it has members of its own, they are a row too.
    Participants are counted in blocks of at least five of one team or unit: those who have the same figures, and of the
    others those who have the same dimensions, by the figures that all of the block have. Fewer are counted further up. A
    predicate is counted where at least five of those alike have it, and no fewer than five, or none, another one. So a
    unit's row may miss a few, columns need not have the same numbers, and the units below need not add up to it; but nothing
    can be worked out about fewer than five. All is frozen at publication; later figures are taken over by blocks, where no
    figure changed for one to four, predicates never. Who has no overall figure takes no part.

    Administrators and auditors read it from `review`; from `published` also unit administrators (their subtree), superiors
    and appraisers (their team), service accounts with `results:read`. All see the same numbers, but a unit or team with
    somebody whom you may not read (one whom you rate anonymously, another leader's team) is left out of your rows as a
    whole. A unit without anybody whom you may read is unknown (404).
    """
    summary = (await actions.see_summary(ctx.uow, ctx.actor, cycle_id, unit_id)).summary
    return answer(ctx, CycleSummary.of(summary, by, ctx.language), etag=True, headers=in_language(ctx))


@router.operation(
    "GET",
    "/v1/summaries/trend",
    name="getSummaryTrend",
    summary="Follow a unit over cycles",
    answers=SummaryTrend,
    others={404: problem(404)},
    promise=Operation(etag=True),
)
async def get_summary_trend(
    ctx: Ctx, unit_id: Annotated[Id, Query(description="The unit; all units below it belong to it.")]
) -> Response:
    """The overall figure and the dimensions of a unit in the newest eight published cycles that you may summarise.

    Each point is what getCycleSummary shows you of the unit in that cycle, withheld there as here. 404 when there is none.
    """
    moments = await actions.read_trend(ctx.uow, ctx.actor, unit_id)
    newest = moments[-1].summary
    trend = SummaryTrend(
        unit_id=unit_id,
        columns=[SummaryColumn.of(column, newest.heading.scheme, ctx.language) for column in newest.columns],
        points=[TrendPoint.of(moment) for moment in moments],
    )
    return answer(ctx, trend, etag=True, headers=in_language(ctx))
