"""What an endpoint is handed: the unit of work, the actor and the request, in one `Context`."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from typing import Annotated, Protocol, cast
from uuid import UUID

from fastapi import Depends, Request

from app.api.languages import Language, choose_language
from app.api.tokens.access import AccessTokens, Claims
from app.api.tokens.jws import InvalidTokenError
from app.domain.auth import Actor
from app.domain.errors import Unauthenticated
from app.domain.ports.idempotency import IdempotencyRecords
from app.domain.unit_of_work import UnitOfWork
from app.settings import Settings


class EdgeUnitOfWork(UnitOfWork, Protocol):
    """What the edge alone may do beyond the domain's view: commit, and keep answers for replay."""

    @property
    def idempotency(self) -> IdempotencyRecords: ...

    async def commit(self) -> None: ...


class Services(Protocol):
    """What `app.main` joins together and hands to the API."""

    @property
    def settings(self) -> Settings: ...
    @property
    def tokens(self) -> AccessTokens: ...

    def unit_of_work(self, request_id: str | None) -> AbstractAsyncContextManager[EdgeUnitOfWork]: ...
    async def actor(self, account_id: UUID) -> Actor | None: ...
    async def ready(self) -> None: ...


@dataclass(slots=True)
class Context:
    """One request as an endpoint sees it. On public operations nobody is behind it and `actor` refuses."""

    request: Request
    services: Services
    uow: EdgeUnitOfWork
    who: Actor | None

    @property
    def actor(self) -> Actor:
        """Who is asking."""
        if self.who is None:
            raise Unauthenticated("unauthenticated")
        return self.who

    @property
    def language(self) -> Language:
        """The reader's language."""
        return choose_language(self.request.headers.get("accept-language"))


def services_of(request: Request) -> Services:
    """The services of the application that serves this request."""
    return cast("Services", request.app.state.services)


async def _context(request: Request) -> Context:
    return cast("Context", request.state.context)


Ctx = Annotated[Context, Depends(_context)]


async def authenticate(request: Request, services: Services) -> Actor:
    """The actor behind the bearer token, as the local directory knows him now.

    Raises `Unauthenticated`, with one and the same answer whatever is wrong.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated("unauthenticated")
    try:
        claims = services.tokens.verify(token)
    except InvalidTokenError as error:
        raise Unauthenticated("unauthenticated") from error
    if claims.assignment_id is not None:
        return recipient(claims)
    known = await services.actor(claims.subject)
    if known is None:
        raise Unauthenticated("unauthenticated")
    return replace(known, roles=known.roles & claims.roles, rater_types=known.rater_types & claims.rater_types)


def recipient(claims: Claims) -> Actor:
    """A citizen with a redeemed invitation: no account, one assignment."""
    assert claims.assignment_id is not None
    return Actor(
        account_id=claims.subject,
        username="",
        employee_id=None,
        roles=claims.roles,
        rater_types=claims.rater_types,
        assignment_id=claims.assignment_id,
    )
