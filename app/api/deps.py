"""What an endpoint is handed: the unit of work, the actor and the request, in one `Context`."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from typing import Annotated, Protocol, cast
from uuid import UUID

from fastapi import Depends, Request

from app.api.languages import Language, choose_language
from app.api.tokens.access import AccessTokens, Claims
from app.api.tokens.issuers import ExternalTokens, Person
from app.api.tokens.jws import InvalidTokenError
from app.domain.auth import Actor, ExternalName
from app.domain.errors import Forbidden, Unauthenticated
from app.domain.ports.auth import Passwords
from app.domain.ports.idempotency import IdempotencyRecords
from app.domain.unit_of_work import UnitOfWork
from app.domain.values import RaterType, Role
from app.settings import Settings


class EdgeUnitOfWork(UnitOfWork, Protocol):
    """What the edge alone may do beyond the domain's view: commit, and keep answers for replay."""

    @property
    def idempotency(self) -> IdempotencyRecords: ...

    async def commit(self) -> None: ...


class Turnstile(Protocol):
    """Lets everybody through at his pace."""

    def keep(self, actor: Actor) -> None:
        """Raise `TooManyRequests` when the actor calls too often."""
        ...


class Services(Protocol):
    """What `app.main` joins together and hands to the API."""

    @property
    def settings(self) -> Settings: ...
    @property
    def tokens(self) -> AccessTokens: ...
    @property
    def external_tokens(self) -> ExternalTokens: ...
    @property
    def passwords(self) -> Passwords: ...
    @property
    def paces(self) -> Turnstile: ...

    def unit_of_work(self, request_id: str | None) -> AbstractAsyncContextManager[EdgeUnitOfWork]: ...
    async def actor(self, account_id: UUID) -> Actor | None: ...
    async def actor_named(self, name: ExternalName) -> Actor | None: ...
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
        return choose_language(header(self.request, b"accept-language"))


def header(request: Request, name: bytes) -> str | None:
    """The first header of this name (in lower case), or ``None``: Starlette's own look-up decodes all of them."""
    for key, value in request.scope["headers"]:
        if key == name:
            found: str = value.decode("latin-1")
            return found
    return None


def services_of(request: Request) -> Services:
    """The services of the application that serves this request."""
    return cast("Services", request.app.state.services)


async def provide_context(request: Request) -> Context:
    """The context that the route has made."""
    return cast("Context", request.state.context)


Ctx = Annotated[Context, Depends(provide_context)]


async def authenticate(request: Request, services: Services) -> Actor:
    """The actor behind the bearer token, as the local directory knows him now.

    The token can only narrow what the directory says. Raises `Unauthenticated`, with one and the same answer whatever is
    wrong, `Forbidden` (``unknown_person``) for a good token of a trusted issuer about nobody here, and `TooManyRequests`
    when the actor calls too often.
    """
    actor = await _actor(request, services)
    services.paces.keep(actor)
    return actor


async def _actor(request: Request, services: Services) -> Actor:
    try:
        token = _bearer_token(request)
        person = await services.external_tokens.person(token)
        if person is not None:
            return await _known_here(person, services)
        claims = services.tokens.verify(token)
    except InvalidTokenError as error:
        raise Unauthenticated("unauthenticated") from error
    if claims.assignment_id is not None:
        return recipient(claims)
    known = await services.actor(claims.subject)
    if known is None or claims.issued_at < known.not_before:
        raise Unauthenticated("unauthenticated")
    if known.roles <= claims.roles and known.rater_types <= claims.rater_types and known.scopes <= claims.scopes:
        return known
    return replace(
        known,
        roles=known.roles & claims.roles,
        rater_types=known.rater_types & claims.rater_types,
        scopes=known.scopes & claims.scopes,
    )


async def _known_here(person: Person, services: Services) -> Actor:
    """Whoever is logged in elsewhere, as far as he has an account here. Machines log in here, with their own secret."""
    known = None if person.name is None else await services.actor_named(person.name)
    if known is None or known.is_service:
        raise Forbidden("unknown_person")
    if person.issued_at < known.not_before:
        raise Unauthenticated("unauthenticated")
    return person.narrow(known)


def _bearer_token(request: Request) -> str:
    """The one token of the one ``Authorization`` header."""
    found = [value for key, value in request.scope["headers"] if key == b"authorization"]
    scheme, _, token = found[0].partition(b" ") if len(found) == 1 else (b"", b"", b"")
    if scheme.lower() != b"bearer":
        raise InvalidTokenError
    text: str = token.decode("latin-1")
    return text


def recipient(claims: Claims) -> Actor:
    """A citizen with a redeemed invitation: no account, one assignment."""
    assert claims.assignment_id is not None
    return Actor(
        account_id=claims.subject,
        username="",
        employee_id=None,
        roles=claims.roles & {Role.RECIPIENT},
        rater_types=claims.rater_types & {RaterType.SERVICE_RECIPIENT},
        assignment_id=claims.assignment_id,
    )
