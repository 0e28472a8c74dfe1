"""Access tokens of our own: RFC 9068 shape, 15 minutes, ES256; verified once and remembered until they expire."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid4

from app.api.tokens import jws
from app.api.tokens.claims import require_timely, text, texts, whole
from app.api.tokens.jws import InvalidTokenError
from app.api.tokens.keys import KeyRing, KeySource
from app.domain.auth import Actor
from app.domain.values import RaterType, Role

TYPE: Final = "at+jwt"
#: The scope of a person's token: everything that the account's roles allow. Service accounts name theirs one by one.
FULL_SCOPE: Final = "api"
_ALGORITHM: Final = "ES256"
_MOST_REMEMBERED: Final = 20_000
_LONGEST_LIST: Final = 20


@dataclass(frozen=True, slots=True)
class Claims:
    """What a verified token says. ``subject`` is the account's id (a recipient's: the invitation's)."""

    subject: UUID
    roles: frozenset[Role]
    rater_types: frozenset[RaterType]
    assignment_id: UUID | None
    scopes: frozenset[str]
    issued_at: int
    expires_at: int
    token_id: UUID


def scope_of(actor: Actor) -> str:
    """The ``scope`` of a token for this actor, space-separated as OAuth 2 wants it."""
    return " ".join(sorted(actor.scopes)) if actor.is_service else FULL_SCOPE


class AccessTokens:
    """Mints and verifies."""

    def __init__(
        self,
        keys: KeySource,
        *,
        issuer: str,
        audience: str,
        lifetime: int,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.lifetime = lifetime
        self._keys = keys
        self._ring = keys.current()
        self._issuer = issuer
        self._audience = audience
        self._clock = clock
        self._public = self._ring.public
        self._verified: OrderedDict[str, Claims] = OrderedDict()

    @property
    def ring(self) -> KeyRing:
        """The keys of this moment. When they change, every token has to show anew that one of them signed it."""
        return self._use(self._keys.current())

    def _use(self, ring: KeyRing) -> KeyRing:
        if ring is not self._ring:
            self._ring, self._public = ring, ring.public
            self._verified.clear()
        return ring

    def mint(self, actor: Actor, *, rater_types: frozenset[RaterType] | None = None) -> str:
        """A fresh access token for ``actor`` (narrowed to ``rater_types`` when given).

        ``iat`` is never before the actor's ``not_before``, so that a token minted in the second of a revocation, after
        it, is good, and one minted before it is not.
        """
        now = int(self._clock())
        types = actor.rater_types if rater_types is None else rater_types
        claims: dict[str, Any] = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": str(actor.account_id),
            "iat": max(now, actor.not_before),
            "nbf": now,
            "exp": now + self.lifetime,
            "jti": str(uuid4()),
            "typ": TYPE,
            "roles": sorted(str(role) for role in actor.roles),
            "rater_types": sorted(str(rater_type) for rater_type in types),
            "scope": scope_of(actor),
        }
        if actor.unit_id is not None:
            claims["unit_id"] = str(actor.unit_id)
        if actor.assignment_id is not None:
            claims["assignment_id"] = str(actor.assignment_id)
        key = self.ring.signing
        return jws.sign(claims, key, {"kid": key["kid"], "typ": TYPE})

    def verify(self, token: str) -> Claims:
        """The claims of a valid token. Raises `InvalidTokenError` for every other text, whatever is wrong."""
        self._use(self._keys.current())
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
        self._expect(jws.read_header(token).get("kid"))
        header, claims = jws.verify_jws(token, self._public, {_ALGORITHM})
        if header.get("typ") != TYPE or "kid" not in header:
            raise InvalidTokenError
        try:
            return self._read(claims)
        except Exception as error:  # a claim of any shape ends here, and nobody learns which
            raise InvalidTokenError from error

    def _expect(self, kid: object) -> None:
        """A key that another process has just begun to sign with is not waited for."""
        if all(key["kid"] != kid for key in self._public):
            self._use(self._keys.current(at_once=True))

    def _read(self, claims: dict[str, Any]) -> Claims:
        issued, not_before, expires = (whole(claims[name]) for name in ("iat", "nbf", "exp"))
        require_timely(issued, not_before, expires, self._clock())
        expected = {"iss": self._issuer, "aud": self._audience, "typ": TYPE}
        if any(text(claims[name]) != value for name, value in expected.items()):
            raise InvalidTokenError
        if "unit_id" in claims:
            _uuid(claims["unit_id"])
        return Claims(
            subject=_uuid(claims["sub"]),
            roles=frozenset(Role(role) for role in texts(claims["roles"], _LONGEST_LIST)),
            rater_types=frozenset(RaterType(kind) for kind in texts(claims["rater_types"], _LONGEST_LIST)),
            assignment_id=_uuid(claims["assignment_id"]) if "assignment_id" in claims else None,
            scopes=frozenset(text(claims["scope"]).split(" ")),
            issued_at=issued,
            expires_at=expires,
            token_id=_uuid(claims["jti"]),
        )


def _uuid(value: Any) -> UUID:
    """Only the usual spelling: no braces, no ``urn:``, no capitals."""
    result = UUID(text(value))
    if str(result) != value:
        raise InvalidTokenError
    return result
