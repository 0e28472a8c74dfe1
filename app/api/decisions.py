"""The appraiser's inbox over HTTP."""

from typing import Annotated, Final, Literal

from fastapi import Query, Response

from app.api.answers import answer_page, in_language, page_request
from app.api.deps import Ctx
from app.api.routing import TopicRouter
from app.api.schemas.common import NEVER_NULL, Cursor, Id, Limit
from app.api.schemas.decisions import DecisionTask, DecisionTaskPage
from app.domain.actions import decisions as actions
from app.domain.ports.decisions import TaskFilter
from app.domain.values import Completeness

router = TopicRouter("Results")
_ANY: Final = "all"
_SORT: Final = "cycle"


@router.operation(
    "GET",
    "/v1/me/decisions",
    name="listMyDecisions",
    summary="List the results that wait for one's decision",
    answers=DecisionTaskPage,
)
async def list_my_decisions(
    ctx: Ctx,
    limit: Annotated[Limit, Query()] = 50,
    cursor: Annotated[Cursor | None, Query(), NEVER_NULL] = None,
    state: Annotated[
        Literal["undecided", "decided", "all"], Query(description="Without your decision, with it, or both.")
    ] = "undecided",
    completeness: Annotated[
        Literal["complete", "incomplete", "all"], Query(description="Publishing waits for complete ones alone.")
    ] = "complete",
    cycle_id: Annotated[Id | None, Query(description="Only of this cycle."), NEVER_NULL] = None,
) -> Response:
    """What you may decide on now as an appraiser or in place of one (createAppraiserDelegation), by cycle and name.

    That is every result of the people you appraise while its cycle is in `review`, and in published cycles those that
    nobody decided yet. As it is asked without parameters, getMyOverview counts it (`decisions.waiting`). Incomplete results
    may be decided on with a reason. People whom you rate anonymously are never among them: another appraiser decides.
    """
    wanted = TaskFilter(
        decided=None if state == _ANY else state == "decided",
        completeness=None if completeness == _ANY else Completeness(completeness),
        cycle_id=cycle_id,
    )
    page = await actions.my_decisions(ctx.uow, ctx.actor, wanted, page_request(limit, cursor, _SORT))
    return answer_page(
        ctx,
        DecisionTaskPage,
        page,
        lambda task: DecisionTask.of_task(task, ctx.language),
        _SORT,
        headers=in_language(ctx),
    )
