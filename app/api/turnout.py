"""Who took part in a result, over HTTP."""

from fastapi import Response

from app.api.answers import answer
from app.api.deps import Ctx
from app.api.operations import Operation
from app.api.routing import TopicRouter
from app.api.schemas.common import Id
from app.api.schemas.turnout import ResultParticipation
from app.domain.actions.results.turnout import get_turnout

router = TopicRouter("Results")


@router.operation(
    "GET",
    "/v1/cycles/{cycle_id}/results/{participant_id}/participation",
    name="getResultParticipation",
    summary="Read who took part, in numbers",
    answers=ResultParticipation,
    promise=Operation(etag=True, conflicts=("results_not_ready",)),
)
async def get_result_participation(ctx: Ctx, cycle_id: Id, participant_id: Id) -> Response:
    """How many anonymous assignments were declined, voided or deleted, and how many invitations were issued and used.

    So that nobody shapes a group in silence. For whoever may read the result (see listResults): the invitations from ten on,
    whose use is told where it reaches the minimum; the rest for the appraiser, administrators and auditors, where the group
    has, or had, its minimum.
    """
    found = await get_turnout(ctx.uow, ctx.actor, cycle_id, participant_id)
    return answer(ctx, ResultParticipation.of(participant_id, found), etag=True)
