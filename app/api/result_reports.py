"""The report of one result over HTTP."""

from functools import partial
from typing import Final

from fastapi import Response

from app.api.answers import attachment
from app.api.deps import Ctx
from app.api.negotiation import negotiated
from app.api.operations import Operation
from app.api.reports import Letterhead, result_report
from app.api.routing import TopicRouter
from app.api.schemas.common import Id
from app.api.words import Words
from app.api.workshop import answer_made
from app.domain.actions.results.reporting import report_result

router = TopicRouter("Results")
PDF: Final = "application/pdf"


@router.operation(
    "GET",
    "/v1/cycles/{cycle_id}/results/{participant_id}/report",
    name="getResultReport",
    summary="Print a result",
    others={200: {"description": "The document."}},
    promise=Operation(etag=True, conflicts=("results_not_ready",), produces={PDF: None}),
)
async def get_result_report(ctx: Ctx, cycle_id: Id, participant_id: Id) -> Response:
    """The result as a PDF document to be read, signed and kept, for whoever may read the result (see listResults).

    Figures, expectations, predicate and decision, criteria as self and others see them, rater types with the reason where
    one is withheld, strengths and areas to improve, remarks, signatures, receipt. While the result is not published or
    not decided the document says that it is not final. Tagged for screen readers (PDF/UA-1), in the language of
    `Accept-Language`; letterhead and place are the installation's. Few documents are made at a time: 503 says when to
    come again.
    """
    negotiated(ctx, PDF)
    reported = await report_result(ctx.uow, ctx.actor, cycle_id, participant_id)
    letterhead = Letterhead.of(ctx.services.settings)
    shown = reported.shown
    name = f"hasil-{reported.cycle.code}-{shown.ratee.name}-v{shown.version.version}.pdf"
    return answer_made(ctx, PDF, partial(result_report, reported, Words(ctx.language), letterhead), attachment(name))
