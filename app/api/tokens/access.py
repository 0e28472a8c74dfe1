"""Access tokens of our own: RFC 9068 shape, 15 minutes, ES256; verified once and remembered until they expire."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid4

from app.api.tokens import jws
from app.api.tokens.jws import InvalidTokenError
from app.api.tokens.keys import KeyRing
from app.domain.auth import Actor
from app.domain.values import RaterType, Role

TYPE: Final = "at+jwt"
_ALGORITHM: Final = "ES256"
_LEEWAY_SECONDS: Final = 60
_MAX_LIFETIME_SECONDS: Final = 86_400
_MOST_REMEMBERED: Final = 20_000


@dataclass(frozen=True, slots=True)
class Claims:
    """What a verified token says. ``subject`` is the account's id (a recipient's: the assignment's)."""

    subject: UUID
    roles: frozenset[Role]
    rater_types: frozenset[RaterType]
    assignment_id: UUID | None
    scopes: frozenset[str]
    issued_at: int
    expires_at: int
    token_id: str


class AccessTokens:
    """Mints and verifies."""

    def __init__(
        self,
        ring: KeyRing,
        *,
        issuer: str,
        audience: str,
        lifetime: int,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.ring = ring
        self.lifetime = lifetime
        self._issuer = issuer
        self._audience = audience
        self._clock = clock
        self._verified: OrderedDict[str, Claims] = OrderedDict()

    def mint(self, actor: Actor, *, rater_types: frozenset[RaterType] | None = None) -> str:
        """A fresh access token for ``actor`` (narrowed to ``rater_types`` when given)."""
        now = int(self._clock())
        types = actor.rater_types if rater_types is None else rater_types
        claims: dict[str, Any] = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": str(actor.account_id),
            "iat": now,
            "nbf": now,
            "exp": now + self.lifetime,
            "jti": str(uuid4()),
            "roles": sorted(str(role) for role in actor.roles),
            "rater_types": sorted(str(rater_type) for rater_type in types),
            "scope": " ".join(sorted(actor.scopes)),
        }
        if actor.unit_id is not None:
            claims["unit_id"] = str(actor.unit_id)
        if actor.assignment_id is not None:
            claims["assignment_id"] = str(actor.assignment_id)
        key = self.ring.signing
        return jws.sign(claims, key, {"kid": key["kid"], "typ": TYPE})

    def verify(self, token: str) -> Claims:
        """The claims of a valid token. Raises `InvalidTokenError` for every other text, whatever is wrong."""
        known = self._verified.get(token)
        if known is None:
            known = self._check(token)
            self._verified[token] = known
            if len(self._verified) > _MOST_REMEMBERED:
                self._verified.popitem(last=False)
        if known.expires_at <= self._clock():
            self._verified.pop(token, None)
            raise InvalidTokenError
        return known

    def _check(self, token: str) -> Claims:
        header, claims = jws.verify_jws(token, self.ring.public, {_ALGORITHM})
        if header.get("typ") != TYPE:
            raise InvalidTokenError
        try:
            return self._read(claims)
        except (KeyError, TypeError, ValueError) as error:
            raise InvalidTokenError from error

    def _read(self, claims: dict[str, Any]) -> Claims:
        now = self._clock()
        issued, not_before, expires = (_whole(claims[name]) for name in ("iat", "nbf", "exp"))
        timely = max(issued, not_before) <= now + _LEEWAY_SECONDS and now < expires <= issued + _MAX_LIFETIME_SECONDS
        if not timely or claims["iss"] != self._issuer or claims["aud"] != self._audience:
            raise InvalidTokenError
        assignment = claims.get("assignment_id")
        return Claims(
            subject=UUID(_text(claims["sub"])),
            roles=frozenset(Role(role) for role in _texts(claims["roles"])),
            rater_types=frozenset(RaterType(kind) for kind in _texts(claims["rater_types"])),
            assignment_id=None if assignment is None else UUID(_text(assignment)),
            scopes=frozenset(_text(claims["scope"]).split()),
            issued_at=issued,
            expires_at=expires,
            token_id=_text(claims["jti"]),
        )


def _whole(value: Any) -> int:
    if type(value) is not int:
        raise InvalidTokenError
    return value


def _text(value: Any) -> str:
    if type(value) is not str or len(value) > 1000:
        raise InvalidTokenError
    return value


def _texts(value: Any) -> list[str]:
    if type(value) is not list or len(value) > 20:
        raise InvalidTokenError
    return [_text(item) for item in value]
