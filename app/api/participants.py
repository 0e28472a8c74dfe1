"""Participants of cycles and their external scores over HTTP."""

from typing import Annotated, Any, Literal

from fastapi import Path, Query, Response
from pydantic import Field

from app.api.answers import answer, answer_page, no_content, page_request, require_match
from app.api.contract_responses import problem
from app.api.deps import Ctx
from app.api.operations import Operation
from app.api.people import Search
from app.api.routing import TopicRouter
from app.api.schemas.common import NEVER_NULL, Cursor, Id, Limit
from app.api.schemas.participants import (
    ExternalScore,
    ExternalScorePut,
    Participant,
    ParticipantList,
    ParticipantPage,
    ParticipantsAdd,
    ParticipantUpdate,
)
from app.domain.actions import external_scores
from app.domain.actions import participants as actions
from app.domain.errors import PreconditionFailed
from app.domain.ports.cycles import ParticipantFilter
from app.domain.values import Dimension, PositionKind

router = TopicRouter("Cycles")

Sort = Annotated[Literal["name", "-name"], Field(description="By name; `-` is downwards.", examples=["name"])]
DimensionPath = Annotated[Dimension, Path(description="The external dimension.", examples=["work_result"])]
_SCORE = "/v1/cycles/{cycle_id}/participants/{participant_id}/external-scores/{dimension}"
_CREATED: dict[int | str, dict[str, Any]] = {
    201: {"model": ExternalScore, "description": "There was no score of this dimension before."},
    428: problem(428),
}


@router.operation(
    "GET",
    "/v1/cycles/{cycle_id}/participants",
    name="listParticipants",
    summary="List participants",
    answers=ParticipantPage,
)
async def list_participants(
    ctx: Ctx,
    cycle_id: Id,
    limit: Annotated[Limit, Query()] = 50,
    cursor: Annotated[Cursor | None, Query(), NEVER_NULL] = None,
    sort: Annotated[Sort, Query()] = "name",
    unit_id: Annotated[
        Id | None, Query(description="Only participants of this unit (none if unknown)."), NEVER_NULL
    ] = None,
    include_descendants: Annotated[bool, Query(description="With `unit_id`: also of all units below it.")] = False,
    position_kind: Annotated[PositionKind | None, Query(description="Only this kind of position."), NEVER_NULL] = None,
    q: Annotated[Search | None, Query(), NEVER_NULL] = None,
) -> Response:
    """The participants of a cycle, within your subtree or the whole city. Employees list nobody."""
    wanted = ParticipantFilter(
        unit_id=unit_id, include_descendants=include_descendants, position_kind=position_kind, q=q
    )
    page = await actions.list_participants(ctx.uow, ctx.actor, cycle_id, wanted, page_request(limit, cursor, sort))
    return answer_page(ctx, ParticipantPage, page, Participant.of, sort)


@router.operation(
    "POST",
    "/v1/cycles/{cycle_id}/participants",
    name="addParticipants",
    summary="Add participants",
    answers=ParticipantList,
    status=201,
    promise=Operation(conflicts=("already_participant", "cycle_state_forbids")),
)
async def add_participants(ctx: Ctx, cycle_id: Id, body: ParticipantsAdd) -> Response:
    """Add ASN in service, by name or by unit, until rating ends. Administrators, and unit administrators for their subtree.

    A list with a faulty row changes nothing and names each of them. By unit, whoever takes part already is left out.
    """
    added = await actions.add_participants(ctx.uow, ctx.actor, cycle_id, body.to_domain())
    return answer(ctx, ParticipantList(items=[Participant.of(participant) for participant in added]), 201)


@router.operation(
    "GET",
    "/v1/cycles/{cycle_id}/participants/{participant_id}",
    name="getParticipant",
    summary="Read a participant",
    answers=Participant,
    promise=Operation(etag=True),
)
async def get_participant(ctx: Ctx, cycle_id: Id, participant_id: Id) -> Response:
    """One participant whom you may see, or yourself."""
    participant = await actions.get_participant(ctx.uow, ctx.actor, cycle_id, participant_id)
    return answer(ctx, Participant.of(participant), etag=True)


@router.operation(
    "PATCH",
    "/v1/cycles/{cycle_id}/participants/{participant_id}",
    name="updateParticipant",
    summary="Change a participant",
    answers=Participant,
    promise=Operation(etag=True, if_match=True, conflicts=("appraiser_is_rater", "cycle_state_forbids")),
)
async def update_participant(ctx: Ctx, cycle_id: Id, participant_id: Id, body: ParticipantUpdate) -> Response:
    """Set the innovation flag (until publication), or name another appraiser with a reason.

    Unit administrators name an appraiser only until rating opens. Neither he nor his superior may rate the participant
    anonymously.
    """
    cycle, before = await actions.participant_to_change(ctx.uow, ctx.actor, cycle_id, participant_id)
    require_match(ctx, Participant.of(before))
    after = await actions.update_participant(ctx.uow, ctx.actor, cycle, before, body.to_domain())
    return answer(ctx, Participant.of(after), etag=True)


@router.operation(
    "DELETE",
    "/v1/cycles/{cycle_id}/participants/{participant_id}",
    name="removeParticipant",
    summary="Remove a participant",
    status=204,
    promise=Operation(if_match=True, conflicts=("participant_has_sheets", "group_sealed", "cycle_state_forbids")),
)
async def remove_participant(ctx: Ctx, cycle_id: Id, participant_id: Id) -> Response:
    """Take somebody out with his assignments: until rating opens, or as a full administrator while nothing was submitted."""
    cycle, before = await actions.participant_to_remove(ctx.uow, ctx.actor, cycle_id, participant_id)
    require_match(ctx, Participant.of(before))
    await actions.remove_participant(ctx.uow, ctx.actor, cycle, before)
    return no_content()


@router.operation(
    "GET",
    _SCORE,
    name="getExternalScore",
    summary="Read an external score",
    answers=ExternalScore,
    promise=Operation(etag=True),
)
async def get_external_score(ctx: Ctx, cycle_id: Id, participant_id: Id, dimension: DimensionPath) -> Response:
    """The value another system measured for a dimension of this participant, with source and time.

    For whoever sees the participant, and for whoever may read the result that is made of it (see listResults).
    """
    score = await external_scores.get_external_score(ctx.uow, ctx.actor, cycle_id, participant_id, dimension)
    return answer(ctx, ExternalScore.of(score), etag=True)


@router.operation(
    "PUT",
    _SCORE,
    name="setExternalScore",
    summary="Set an external score",
    answers=ExternalScore,
    others=_CREATED,
    promise=Operation(etag=True, optional_if_match=True, conflicts=("dimension_is_rated", "cycle_state_forbids")),
)
async def set_external_score(
    ctx: Ctx, cycle_id: Id, participant_id: Id, dimension: DimensionPath, body: ExternalScorePut
) -> Response:
    """Set the value of an external dimension until the cycle is archived. Creating one needs no `If-Match`, changing does.

    For administrators and service accounts with the scope `external_scores:write`. Where a result exists already it is
    computed again: a new version when a figure changes, published at once in a published cycle. The same measurement sent
    again (with `If-Match`, like any change) changes nothing.
    """
    place = await external_scores.place_to_fill(ctx.uow, ctx.actor, cycle_id, participant_id, dimension)
    if place.before is not None:
        require_match(ctx, ExternalScore.of(place.before))
    elif "if-match" in ctx.request.headers:
        raise PreconditionFailed
    score = await external_scores.set_external_score(ctx.uow, ctx.actor, place, body.to_domain())
    return answer(ctx, ExternalScore.of(score), 201 if place.before is None else 200, etag=True)
