"""Invitations over HTTP: one-time codes for service recipients."""

import io
from typing import Any, Final

import segno
from fastapi import Response

from app.api import contract_responses
from app.api.answers import answer
from app.api.deps import Ctx
from app.api.limits import at_the_door
from app.api.operations import Operation
from app.api.routing import TopicRouter
from app.api.schemas.common import Id
from app.api.schemas.invitations import (
    Invitation,
    InvitationBatchCreate,
    InvitationCodeIn,
    InvitationList,
    RecipientToken,
    invitation_url,
)
from app.domain.actions import invitations as actions
from app.domain.limits import Door

router = TopicRouter("Assignments")

_SECRETS: Final = ("code", "url")
_SVG: Final = "image/svg+xml"
_PNG: Final = "image/png"
_QR_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The QR code of the address to hand out, as SVG, or as PNG when `Accept` prefers it.",
        "content": {
            _SVG: {"schema": {"type": "string", "maxLength": 200_000, "description": "SVG.", "examples": ["<svg…"]}},
            _PNG: {"schema": {"type": "string", "format": "binary", "maxLength": 200_000, "description": "PNG."}},
        },
    }
}


@router.operation(
    "POST",
    "/v1/assignments/{assignment_id}/invitation",
    name="createInvitation",
    summary="Issue a fresh code",
    answers=Invitation,
    status=201,
    promise=Operation(conflicts=("not_a_recipient", "cycle_state_forbids", "group_sealed", "assignment_state_forbids")),
)
async def create_invitation(ctx: Ctx, assignment_id: Id) -> Response:
    """A fresh one-time code for a service recipient's assignment; the earlier code is worthless and the form empty again.

    Not after submission. Administrators (unit administrators before rating) who are neither the ratee nor work under him.
    """
    invitation = await actions.create_invitation(ctx.uow, ctx.actor, assignment_id)
    shown = Invitation.of(invitation, ctx.services.settings.public_url)
    return answer(ctx, shown, 201, headers={"Cache-Control": "no-store"}, secrets=_SECRETS)


@router.operation(
    "POST",
    "/v1/cycles/{cycle_id}/participants/{participant_id}/invitations",
    name="createInvitationBatch",
    summary="Invite service recipients",
    answers=InvitationList,
    status=201,
    promise=Operation(
        conflicts=("too_many_invitations", "recipients_not_asked", "cycle_state_forbids", "group_sealed")
    ),
)
async def create_invitation_batch(ctx: Ctx, cycle_id: Id, participant_id: Id, body: InvitationBatchCreate) -> Response:
    """Make assignments of service recipients, each with a one-time code that is told only here.

    Up to the policy's `max_invitations` per participant. Codes can be redeemed only while rating is open. Administrators,
    and unit administrators for their subtree, who are neither the ratee nor work under him.
    """
    made = await actions.create_invitation_batch(ctx.uow, ctx.actor, cycle_id, participant_id, body.count)
    public_url = ctx.services.settings.public_url
    shown = InvitationList(items=[Invitation.of(invitation, public_url) for invitation in made])
    return answer(ctx, shown, 201, headers={"Cache-Control": "no-store"}, secrets=_SECRETS)


@router.operation(
    "POST",
    "/v1/cycles/{cycle_id}/participants/{participant_id}/invitations/qr",
    name="createInvitationQr",
    summary="Draw a code as QR",
    others=_QR_ANSWERS,
    promise=Operation(own_idempotency=True),
)
async def create_invitation_qr(ctx: Ctx, cycle_id: Id, participant_id: Id, body: InvitationCodeIn) -> Response:
    """The address of a code as a QR image, SVG or PNG by `Accept`. Whether the code is any good is not looked up.

    For those who may issue codes for this participant. The image holds the code, so it is never kept.
    """
    await actions.require_inviter(ctx.uow, ctx.actor, cycle_id, participant_id)
    kind = _png_or_svg(ctx.request.headers.get("accept", ""))
    image = io.BytesIO()
    code = segno.make(invitation_url(ctx.services.settings.public_url, body.code), error="m", micro=False)
    code.save(image, kind="png" if kind == _PNG else "svg", scale=8, border=4)
    return Response(image.getvalue(), 200, {"Cache-Control": "no-store"}, kind)


def _png_or_svg(accept: str) -> str:
    """PNG when it is named before SVG or alone; quality values are not weighed between two pictures of the same."""
    named = [part.partition(";")[0].strip().lower() for part in accept.split(",")]
    wanted = [kind for kind in named if kind in {_PNG, _SVG}]
    return wanted[0] if wanted else _SVG


@router.operation(
    "POST",
    "/v1/auth/invitations/redeem",
    name="redeemInvitation",
    summary="Redeem a code",
    answers=RecipientToken,
    others={404: contract_responses.problem(404)},
    promise=Operation(public=True, gone=True, conflicts=("cycle_not_open",)),
)
async def redeem_invitation(ctx: Ctx, body: InvitationCodeIn) -> Response:
    """An access token for one assignment as `service_recipient`, while rating is open.

    A code may be redeemed again until its form is submitted; then it is answered 410. Nothing of the visit is kept.
    """
    async with at_the_door(ctx, Door.ENTRY, body.code):
        recipient = await actions.redeem(ctx.uow, body.code)
    tokens = ctx.services.tokens
    shown = RecipientToken.of(tokens.mint(recipient), tokens.lifetime)
    return answer(ctx, shown, headers={"Cache-Control": "no-store"})
