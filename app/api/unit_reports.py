"""The report of a unit over HTTP."""

from functools import partial
from typing import Annotated

from fastapi import Query, Response

from app.api.answers import attachment
from app.api.deps import Ctx
from app.api.negotiation import negotiated
from app.api.operations import Operation
from app.api.reports import Letterhead, unit_report
from app.api.result_reports import PDF
from app.api.routing import TopicRouter
from app.api.schemas.common import NEVER_NULL, Id
from app.api.summaries import UNKNOWN
from app.api.words import Words
from app.api.workshop import answer_made
from app.domain.actions.summaries import report_unit

router = TopicRouter("Results")


@router.operation(
    "GET",
    "/v1/cycles/{cycle_id}/summary/report",
    name="getUnitReport",
    summary="Print a summary",
    others={200: {"description": "The document."}, 404: UNKNOWN},
    promise=Operation(etag=True, conflicts=("results_not_ready",), produces={PDF: None}),
)
async def get_unit_report(
    ctx: Ctx,
    cycle_id: Id,
    unit_id: Annotated[Id | None, Query(description="The unit; all units below it belong to it."), NEVER_NULL] = None,
) -> Response:
    """A unit's summary as a PDF document, for whoever may read getCycleSummary and made of nothing else than what it shows.

    Means by dimension, rater type and criterion, predicates, the heat map of getSummaryChart, and getSummaryTrend (each
    time as far as you may read it). Without `unit_id`: the first row of your summary. While results are not published the
    document says that it is not final. Tagged for screen readers (PDF/UA-1), in the language of `Accept-Language`. Few
    documents are made at a time: 503 says when to come again.
    """
    negotiated(ctx, PDF)
    reported = await report_unit(ctx.uow, ctx.actor, cycle_id, unit_id)
    letterhead = Letterhead.of(ctx.services.settings)
    unit = reported.seen.summary.rows[0].unit
    name = "-".join(["unit", *([unit.code] if unit else []), reported.seen.cycle.code]) + ".pdf"
    return answer_made(ctx, PDF, partial(unit_report, reported, Words(ctx.language), letterhead), attachment(name))
