"""Logging in and out over HTTP, and the keys that verify tokens."""

import base64
import binascii
from datetime import timedelta
from typing import Annotated, Any, Final
from urllib.parse import unquote_plus

from fastapi import Form, Response

from app.api.answers import answer
from app.api.contract_responses import problem
from app.api.deps import Context, Ctx
from app.api.limits import at_the_door
from app.api.operations import Operation
from app.api.passwords import Secret, hash_secret, new_secret
from app.api.routing import TopicRouter
from app.api.schemas.auth import Activated, Activation, Grant, Jwk, JwkSet, Token, TokenRequest, TokenRevocation
from app.api.tokens.access import scope_of
from app.domain.actions import auth as actions
from app.domain.auth import Actor, normal_name
from app.domain.errors import Invalid, Unauthenticated, Violation, raise_if_any
from app.domain.limits import Door

router = TopicRouter("Identity")

_EXAMPLES: Final[Any] = {
    "password": {
        "summary": "A person logs in",
        "value": {"grant_type": "password", "username": "siti.aminah", "password": "empat kucing di pasar baru"},
    },
    "refresh_token": {
        "summary": "A session goes on",
        "value": {"grant_type": "refresh_token", "refresh_token": "kX0c2wQm3Jt5r8vB1nD4fG6hL9pS7yZ0aE2uI5oT8xW"},
    },
    "client_credentials": {
        "summary": "A machine logs in",
        "value": {
            "grant_type": "client_credentials",
            "client_id": "siasn-bridge",
            "client_secret": "kX0c2wQm3Jt5r8vB1nD4fG6hL9pS7yZ0aE2uI5oT8xW",
        },
    },
}
_REFUSALS: Final[dict[int | str, dict[str, Any]]] = {
    401: problem(401, ("invalid_credentials",)),
    429: problem(429, ("too_many_attempts", "rate_limited")),
}


@router.operation(
    "POST",
    "/v1/auth/token",
    name="createToken",
    summary="Log in",
    answers=Token,
    others=_REFUSALS,
    promise=Operation(public=True),
)
async def create_token(ctx: Ctx, body: Annotated[TokenRequest, Form(openapi_examples=_EXAMPLES)]) -> Response:
    """An access token for a password, a refresh token or a service account's secret (OAuth 2 form).

    Whatever is wrong with the credentials, the answer is the same 401. After repeated failures a name has to wait, whether
    or not an account has it: 429 with `Retry-After`, growing to a quarter of an hour at most. A refresh token is good for
    one exchange; using it again ends the whole session.
    """
    if body.grant_type is Grant.CLIENT_CREDENTIALS:
        return _token(ctx, await _client(ctx, body), None)
    fresh = new_secret()
    take = _refresh if body.grant_type is Grant.REFRESH_TOKEN else _log_in
    return _token(ctx, await take(ctx, body, fresh), fresh.text)


async def _log_in(ctx: Context, body: TokenRequest, fresh: Secret) -> Actor:
    name, password = _needed(body, "username", "password")
    settings = ctx.services.settings
    async with at_the_door(ctx, Door.ENTRY, normal_name(name)):
        actor = await actions.log_in(ctx.uow, ctx.services.passwords, name, password, settings.login_attempts)
    await actions.open_session(ctx.uow, actor, fresh.hash, timedelta(days=settings.refresh_token_days))
    return actor


async def _refresh(ctx: Context, body: TokenRequest, fresh: Secret) -> Actor:
    [token] = _needed(body, "refresh_token")
    async with at_the_door(ctx, Door.SESSION, token):
        return await actions.refresh(ctx.uow, hash_secret(token), fresh.hash)


def _token(ctx: Context, actor: Actor, refresh_token: str | None) -> Response:
    tokens = ctx.services.tokens
    token = Token(
        access_token=tokens.mint(actor),
        token_type="Bearer",  # noqa: S106 - the name of a scheme
        expires_in=tokens.lifetime,
        refresh_token=refresh_token,
        scope=scope_of(actor),
    )
    return answer(ctx, token.model_dump_json(exclude_none=True).encode())


def _needed(body: TokenRequest, *names: str) -> list[str]:
    """The fields that this grant cannot do without."""
    raise_if_any([Violation(f"/{name}", "required") for name in names if getattr(body, name) is None])
    return [getattr(body, name) for name in names]


async def _client(ctx: Context, body: TokenRequest) -> Actor:
    header = ctx.request.headers.get("authorization")
    client_id, secret = _needed(body, "client_id", "client_secret") if header is None else _basic(header)
    wanted = None if body.scope is None else frozenset(body.scope.split())
    async with at_the_door(ctx, Door.ENTRY, normal_name(client_id)):
        return await actions.client_log_in(ctx.uow, client_id, hash_secret(secret), wanted)


def _basic(header: str) -> list[str]:
    """Client id and secret of HTTP Basic authentication; both are form-encoded in it (RFC 6749 section 2.3.1)."""
    scheme, _, encoded = header.partition(" ")
    try:
        client_id, colon, secret = base64.b64decode(encoded, validate=True).decode("utf-8").partition(":")
    except (binascii.Error, ValueError) as error:
        raise Unauthenticated("invalid_credentials") from error
    if scheme.lower() != "basic" or not colon or "\x00" in client_id:
        raise Unauthenticated("invalid_credentials")
    return [unquote_plus(client_id), unquote_plus(secret)]


@router.operation(
    "POST",
    "/v1/auth/revoke",
    name="revokeToken",
    summary="Log out",
    promise=Operation(public=True),
)
async def revoke_token(ctx: Ctx, body: Annotated[TokenRevocation, Form()]) -> Response:
    """End the session of a refresh token (RFC 7009). An unknown token is answered in the same way.

    Access tokens live for minutes and cannot be revoked one by one (`token_not_revocable`).
    """
    if body.token.count(".") == 2:
        raise Invalid.at("/token", "token_not_revocable")
    async with at_the_door(ctx, Door.SESSION, body.token):
        await actions.log_out(ctx.uow, hash_secret(body.token))
    return Response(status_code=200)


@router.operation(
    "POST",
    "/v1/auth/activate",
    name="activateAccount",
    summary="Set a password with a one-time code",
    answers=Activated,
    others={410: problem(410, ("activation_code_invalid",))},
    promise=Operation(public=True),
)
async def activate_account(ctx: Ctx, body: Activation) -> Response:
    """Set the password of the account for which an administrator issued this code, and use the code up.

    Every code that is not good gets the same 410: used, expired, replaced, or never issued. Earlier sessions of the account
    end, and forms that were begun under it start empty.
    """
    async with at_the_door(ctx, Door.ENTRY, body.code):
        username = await actions.activate(ctx.uow, ctx.services.passwords, hash_secret(body.code), body.password)
    return answer(ctx, Activated(username=username))


@router.operation(
    "GET",
    "/.well-known/jwks.json",
    name="getJwks",
    summary="Public keys of access tokens",
    answers=JwkSet,
    promise=Operation(public=True),
)
async def get_jwks(ctx: Ctx) -> Response:
    """The keys with which other systems verify our access tokens (RFC 7517); old keys stay while their tokens live."""
    keys = [Jwk(**key) for key in ctx.services.tokens.ring.public]
    return answer(ctx, JwkSet(keys=keys), headers={"Cache-Control": "public, max-age=300"})
