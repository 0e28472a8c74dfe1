"""A person's rights over his data over HTTP (UU 27/2022)."""

from typing import Annotated

from fastapi import Query, Response

from app.api.answers import answer, answer_page, in_language, page_request, to_json
from app.api.deps import Ctx
from app.api.operations import Operation
from app.api.results_json import result_json
from app.api.routing import TopicRouter
from app.api.schemas.common import NEVER_NULL, Cursor, Id, Limit
from app.api.schemas.data_rights import (
    CorrectionDecision,
    CorrectionRequest,
    DataCorrection,
    DataCorrectionPage,
    MyData,
    MyDataHead,
)
from app.domain.actions import data_rights as actions
from app.domain.data_rights import CorrectionState

router = TopicRouter("Data rights")


@router.operation("GET", "/v1/me/data", name="getMyData", summary="Read everything about oneself", answers=MyData)
async def get_my_data(ctx: Ctx) -> Response:
    """Everything that is stored about you and that you may know, in one document (UU 27/2022 article 32).

    Your record and account, the cycles in which you are rated and your published results, whom you were asked to rate, your
    requests, and what was done with your data by which kind of people. What you answered about others is not in it: forms
    that you may still read are at getSubmission, and anonymous ones are readable by nobody once they are sent. Neither is
    who rates you. That you asked is recorded.
    """
    years = ctx.services.settings.retention_years
    everything = await actions.my_data(ctx.uow, ctx.actor, years)
    results = b",".join(result_json(shown, ctx.language) for shown in everything.results)
    head = to_json(MyDataHead.of(everything, years))
    return answer(ctx, b'%b,"results":[%b]}' % (head[:-1], results), headers=in_language(ctx))


@router.operation(
    "POST",
    "/v1/me/data/corrections",
    name="requestDataCorrection",
    summary="Ask for a correction of one's record",
    answers=DataCorrection,
    status=201,
    promise=Operation(conflicts=("correction_open",)),
)
async def request_data_correction(ctx: Ctx, body: CorrectionRequest) -> Response:
    """Ask for another value of a field of your record. It is decided within 3 × 24 hours (UU 27/2022 article 30).

    The value must be one that the record could hold. One request per field can wait at a time.
    """
    made = await actions.request_correction(ctx.uow, ctx.actor, body.field, body.checked(), body.reason)
    return answer(ctx, DataCorrection.of(made), 201, headers={"Location": f"/v1/data-corrections/{made.id}"})


@router.operation(
    "GET",
    "/v1/data-corrections",
    name="listDataCorrections",
    summary="List requests for correction",
    answers=DataCorrectionPage,
)
async def list_data_corrections(
    ctx: Ctx,
    limit: Annotated[Limit, Query()] = 50,
    cursor: Annotated[Cursor | None, Query(), NEVER_NULL] = None,
    state: Annotated[CorrectionState | None, Query(description="Only requests that stand here."), NEVER_NULL] = None,
) -> Response:
    """Your own requests, soonest due first.

    Administrators and auditors see everybody's, unit administrators those of their subtree.
    """
    page = await actions.list_corrections(ctx.uow, ctx.actor, state, page_request(limit, cursor, "due_at"))
    return answer_page(ctx, DataCorrectionPage, page, DataCorrection.of, "due_at")


@router.operation(
    "GET",
    "/v1/data-corrections/{correction_id}",
    name="getDataCorrection",
    summary="Read a request for correction",
    answers=DataCorrection,
    promise=Operation(etag=True),
)
async def get_data_correction(ctx: Ctx, correction_id: Id) -> Response:
    """One request that you may see, with its outcome and the reason."""
    found = await actions.get_correction(ctx.uow, ctx.actor, correction_id)
    return answer(ctx, DataCorrection.of(found), etag=True)


@router.operation(
    "POST",
    "/v1/data-corrections/{correction_id}/decision",
    name="decideDataCorrection",
    summary="Decide a request for correction",
    answers=DataCorrection,
    promise=Operation(conflicts=("correction_decided", "correction_not_applicable")),
)
async def decide_data_correction(ctx: Ctx, correction_id: Id, body: CorrectionDecision) -> Response:
    """Accept or refuse a request, with a reason that its author reads. Accepting changes the record at once.

    Administrators, and unit administrators for the people of their subtree except themselves.
    """
    accept = body.outcome == "accept"
    decided = await actions.decide_correction(ctx.uow, ctx.actor, correction_id, accept=accept, reason=body.reason)
    return answer(ctx, DataCorrection.of(decided))
