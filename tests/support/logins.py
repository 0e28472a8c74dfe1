"""Short ways to log in, to be refused, and to see what is left of it."""

from typing import Any
from uuid import UUID

import httpx
import sqlalchemy as sa

from app.repositories import tables as t
from tests.support.world import World

#: Failures after which a name has to wait (the default of KINERJA_LOGIN_ATTEMPTS).
LIMIT = 10
NEW_PASSWORD = "lima kucing di pasar baru"


def bearer(tokens: dict[str, Any] | str) -> dict[str, str]:
    """Request headers for an access token, or for the answer that brought one."""
    token = tokens if isinstance(tokens, str) else tokens["access_token"]
    return {"Authorization": f"Bearer {token}", "Accept-Language": "en"}


async def attempt(world: World, name: str, password: str | None = None) -> httpx.Response:
    """The answer to a log-in with a password, by default a wrong one."""
    return await world.token(grant_type="password", username=name, password=password or "nine lives of a wrong cat")


async def refreshed(world: World, token: str) -> httpx.Response:
    """The answer to an exchange of a refresh token."""
    return await world.token(grant_type="refresh_token", refresh_token=token)


async def is_good(api: httpx.AsyncClient, tokens: dict[str, Any] | str) -> bool:
    """Whether an access token is accepted."""
    return (await api.get("/v1/me", headers=bearer(tokens))).status_code == 200


def told(answer: httpx.Response) -> dict[str, Any]:
    """A problem document without what differs in every answer."""
    return {name: value for name, value in answer.json().items() if name != "request_id"}


async def rows(world: World, statement: sa.Executable) -> list[Any]:
    """What the database holds."""
    async with world.owner.connect() as connection:
        return list((await connection.execute(statement)).all())


async def actions_of(world: World, account_id: UUID) -> list[str]:
    """What the trail tells of an account, in order."""
    a = t.audit_events
    found = sa.select(a.c.action).where(a.c.object_id == account_id).order_by(a.c.id)
    return [row.action for row in await rows(world, found)]


async def change(api: httpx.AsyncClient, headers: dict[str, str], account: UUID | str, **body: Any) -> httpx.Response:
    """Read an account, then change what was read."""
    where = f"/v1/accounts/{account}"
    etag = (await api.get(where, headers=headers)).headers["etag"]
    return await api.patch(where, json=body, headers=headers | {"If-Match": etag})
