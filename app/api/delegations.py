"""Delegations of appraisers over HTTP."""

from typing import Annotated, Final

from fastapi import Query, Response

from app.api.answers import answer, answer_page, page_request
from app.api.deps import Ctx
from app.api.operations import Operation
from app.api.routing import TopicRouter
from app.api.schemas.common import NEVER_NULL, Cursor, Id, Limit
from app.api.schemas.delegations import (
    AppraiserDelegation,
    AppraiserDelegationCreate,
    AppraiserDelegationEnd,
    AppraiserDelegationPage,
)
from app.domain.actions import delegations as actions
from app.domain.ports.delegations import DelegationFilter

router = TopicRouter("Organisation")
_SORT: Final = "-starts_on"


@router.operation(
    "POST",
    "/v1/appraiser-delegations",
    name="createAppraiserDelegation",
    summary="Name who stands in for an appraiser",
    answers=AppraiserDelegation,
    status=201,
    promise=Operation(conflicts=("delegation_overlaps",)),
)
async def create_appraiser_delegation(ctx: Ctx, body: AppraiserDelegationCreate) -> Response:
    """A Plt or Plh reads results and decides as the appraiser, on these days. Full administrators only.

    It holds in all cycles. Decisions say by whom and on whose behalf they were taken. A delegate never decides about himself,
    nor about people whom he rates anonymously: those wait for the appraiser. An appraiser has one delegate on a day.
    """
    made = await actions.create_delegation(ctx.uow, ctx.actor, body.to_domain())
    return answer(ctx, AppraiserDelegation.of(made), 201)


@router.operation(
    "GET",
    "/v1/appraiser-delegations",
    name="listAppraiserDelegations",
    summary="List delegations of appraisers",
    answers=AppraiserDelegationPage,
)
async def list_appraiser_delegations(
    ctx: Ctx,
    limit: Annotated[Limit, Query()] = 50,
    cursor: Annotated[Cursor | None, Query(), NEVER_NULL] = None,
    appraiser_id: Annotated[Id | None, Query(description="Only of this appraiser."), NEVER_NULL] = None,
    delegate_id: Annotated[Id | None, Query(description="Only to this delegate."), NEVER_NULL] = None,
) -> Response:
    """All of them for administrators and auditors, the latest first; for others those in which they are one of the two."""
    wanted = DelegationFilter(appraiser_id=appraiser_id, delegate_id=delegate_id)
    page = await actions.list_delegations(ctx.uow, ctx.actor, wanted, page_request(limit, cursor, _SORT))
    return answer_page(ctx, AppraiserDelegationPage, page, AppraiserDelegation.of, _SORT)


@router.operation(
    "POST",
    "/v1/appraiser-delegations/{delegation_id}/end",
    name="endAppraiserDelegation",
    summary="End a delegation of an appraiser",
    answers=AppraiserDelegation,
    promise=Operation(conflicts=("delegation_over",)),
)
async def end_appraiser_delegation(ctx: Ctx, delegation_id: Id, body: AppraiserDelegationEnd) -> Response:
    """End it at once, also before its first day. What the delegate decided stays. Full administrators only."""
    ended = await actions.end_delegation(ctx.uow, ctx.actor, delegation_id, body.reason)
    return answer(ctx, AppraiserDelegation.of(ended))
