"""Two results of one person side by side, over HTTP."""

from typing import Annotated

from fastapi import Query, Response

from app.api.answers import answer, in_language
from app.api.deps import Ctx
from app.api.operations import Operation
from app.api.routing import TopicRouter
from app.api.schemas.common import Id
from app.api.schemas.comparison import ResultComparison
from app.domain.actions import results as actions

router = TopicRouter("Results")


@router.operation(
    "GET",
    "/v1/cycles/{cycle_id}/results/{participant_id}/comparison",
    name="compareResults",
    summary="Compare two results of one person",
    answers=ResultComparison,
    promise=Operation(etag=True, conflicts=("results_not_ready",)),
)
async def compare_results(
    ctx: Ctx,
    cycle_id: Id,
    participant_id: Id,
    with_cycle_id: Annotated[Id, Query(alias="with", description="The other cycle in which the employee takes part.")],
) -> Response:
    """The result of a participant against the same employee's current result in another cycle, figure by figure.

    You need to be able to read both (see listResults). Differences are published figures here minus published figures
    there. Criteria are shared when both rubrics have one of the same code in the same dimension; others are left out, and
    `only_here` and `only_there` say which. Dimensions and the overall figure are compared only when both cycles make them in
    the same way: of the same rubric version and dimensions, with the same weights (in proportion), from the same source in
    the same range; otherwise `difference` is null and `reason` says why. Both reads of another person's results are
    recorded.
    """
    compared = await actions.compare_results(ctx.uow, ctx.actor, cycle_id, participant_id, with_cycle_id)
    shown = ResultComparison.of(compared, ctx.language)
    return answer(ctx, shown, etag=True, headers=in_language(ctx))
