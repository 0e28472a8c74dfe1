"""The person behind the token."""

from fastapi import Response

from app.api.answers import answer, no_content
from app.api.contract_responses import problem
from app.api.deps import Ctx
from app.api.operations import Operation
from app.api.routing import TopicRouter
from app.api.schemas.auth import Me, PasswordChange
from app.domain.actions import auth as actions

router = TopicRouter("Identity")


@router.operation("GET", "/v1/me", name="getMe", summary="Who am I?", answers=Me, promise=Operation(etag=True))
async def get_me(ctx: Ctx) -> Response:
    """The account behind the token, its employee, and what this token may do."""
    return answer(ctx, Me.of(ctx.actor, await actions.own_employee(ctx.uow, ctx.actor)), etag=True)


@router.operation(
    "PUT",
    "/v1/me/password",
    name="changePassword",
    summary="Change one's own password",
    status=204,
    others={429: problem(429, ("too_many_attempts",))},
)
async def change_password(ctx: Ctx, body: PasswordChange) -> Response:
    """Replace your password, knowing the present one. Every session ends, this one included: log in again.

    A wrong present password counts like a failed log-in.
    """
    await actions.change_password(
        ctx.uow,
        ctx.services.passwords,
        ctx.actor,
        body.current_password,
        body.new_password,
        ctx.services.settings.login_attempts,
    )
    return no_content()
