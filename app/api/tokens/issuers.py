"""Access tokens of the city's own single sign-on (OpenID Connect; Keycloak's shape is understood).

Such a token says who somebody is, and nothing about what he may do here: the local directory decides that, and a role
in the token can only take away. It must be an access token meant for us; a log-in's ID token is refused.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from app.api.tokens import jws
from app.api.tokens.claims import require_timely, text, texts, whole
from app.api.tokens.jwks import COOLDOWN, TTL, Fetch, HttpFetcher, IssuerKeys, KeySet
from app.api.tokens.jws import InvalidTokenError
from app.domain.auth import Actor, ExternalName, NameKind, normal_name
from app.domain.values import Role

if TYPE_CHECKING:
    from app.issuers import TrustedIssuer

_MOST_REMEMBERED: Final = 20_000
_LONGEST_SUBJECT: Final = 255
_MOST_AUDIENCES: Final = 50
_MOST_ROLES: Final = 500
#: Keycloak names the kind of each token in this claim, besides the header that says ``JWT`` for all of them.
_ACCESS_TYPES: Final = frozenset({"Bearer", "at+jwt"})
#: Claims that tie an ID token to the answer it came in (OpenID Connect Core 1.0 sections 3.1.3.6 and 3.3.2.11).
_ID_TOKEN_CLAIMS: Final = frozenset({"at_hash", "c_hash", "s_hash"})


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a verified token names; ``name`` is ``None`` when its claim is lacking, so that it is nobody we know.

    ``withheld`` are the roles that the issuer has a say in and did not give; times are in seconds since 1970.
    """

    name: ExternalName | None
    withheld: frozenset[Role]
    issued_at: int
    expires_at: int

    def narrow(self, actor: Actor) -> Actor:
        """The actor without the roles that the issuer withholds."""
        return replace(actor, roles=actor.roles - self.withheld) if actor.roles & self.withheld else actor


@dataclass(frozen=True, slots=True)
class _Realm:
    """One issuer: its rules and its keys."""

    rules: "TrustedIssuer"
    keys: IssuerKeys

    async def verify(self, token: str, now: float) -> Person:
        header = jws.read_header(token)
        kid, kind = header.get("kid"), header.get("typ")
        # Before the issuer is asked for a key: nothing it could say would make such a token good.
        if type(kid) is not str or type(kind) is not str:
            raise InvalidTokenError
        if kind not in self.rules.typ or header["alg"] not in self.rules.algorithms:
            raise InvalidTokenError
        header, claims = jws.verify_jws(token, await self.keys.holding(kid), self.rules.algorithms)
        try:
            return self._read(header, claims, now)
        except Exception as error:  # a claim of any shape ends here, and nobody learns which
            raise InvalidTokenError from error

    def _read(self, header: Mapping[str, Any], claims: Mapping[str, Any], now: float) -> Person:
        _require_access_token(header, claims)
        issued, expires = whole(claims["iat"]), whole(claims["exp"])
        require_timely(issued, whole(claims.get("nbf", issued)), expires, now)
        if text(claims["iss"]) != self.rules.issuer or self.rules.audience not in _audiences(claims["aud"]):
            raise InvalidTokenError
        if not 1 <= len(text(claims["sub"])) <= _LONGEST_SUBJECT:
            raise InvalidTokenError
        return Person(self._name(claims), self._withheld(claims), issued, expires)

    def _name(self, claims: Mapping[str, Any]) -> ExternalName | None:
        claim = self.rules.name_claim
        kind = NameKind.NIP if claim == self.rules.nip_claim else NameKind.USERNAME
        return ExternalName(kind, normal_name(text(claims[claim]))) if claim in claims else None

    def _withheld(self, claims: Mapping[str, Any]) -> frozenset[Role]:
        """Every role that the map gives, without those that a name in the token brings."""
        mapped = self.rules.mapped_roles
        if not mapped:
            return frozenset()
        carried = texts(_at(claims, self.rules.roles_path or ()), _MOST_ROLES)
        return frozenset(mapped.values()) - {mapped[name] for name in carried if name in mapped}


class ExternalTokens:
    """Verifies tokens of all trusted issuers, and remembers what it verified until they expire."""

    def __init__(
        self,
        issuers: "Sequence[TrustedIssuer]",
        *,
        fetch: Fetch | None = None,
        ttl: float = TTL,
        cooldown: float = COOLDOWN,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._own_fetch = HttpFetcher()
        self._clock = clock
        self._realms = {
            rules.issuer: _Realm(
                rules, IssuerKeys(rules.jwks_uri, fetch or self._own_fetch, ttl=ttl, cooldown=cooldown)
            )
            for rules in issuers
        }
        self._verified: OrderedDict[str, tuple[Person, _Realm, KeySet | None]] = OrderedDict()

    async def person(self, token: str) -> Person | None:
        """Whom the token names; ``None`` when it does not claim to come from a trusted issuer.

        Raises `InvalidTokenError` when it claims so and is not good, and `Unavailable` when it cannot be judged because
        the issuer's keys were never to be had.
        """
        if not self._realms:
            return None
        person = self._remembered(token)
        if person is None:
            realm = self._realm(jws.read_issuer(token))
            if realm is None:
                return None
            person = await realm.verify(token, self._clock())
            self._remember(token, person, realm)
        if person.expires_at <= self._clock():
            self._verified.pop(token, None)
            raise InvalidTokenError
        return person

    def _realm(self, issuer: Any) -> _Realm | None:
        return self._realms.get(issuer) if type(issuer) is str else None

    def _remembered(self, token: str) -> Person | None:
        """What was verified, as long as the issuer's keys are still those it was verified with."""
        person, realm, keys = self._verified.get(token, (None, None, None))
        return person if realm is not None and realm.keys.current is keys else None

    def _remember(self, token: str, person: Person, realm: _Realm) -> None:
        self._verified[token] = (person, realm, realm.keys.current)
        if len(self._verified) > _MOST_REMEMBERED:
            self._verified.popitem(last=False)

    def start(self) -> None:
        """Fetch every issuer's keys, and keep them fresh."""
        for realm in self._realms.values():
            realm.keys.start()

    async def stop(self) -> None:
        """Fetch no more."""
        for realm in self._realms.values():
            await realm.keys.stop()
        await self._own_fetch.close()


def _require_access_token(header: Mapping[str, Any], claims: Mapping[str, Any]) -> None:
    """Refuse the other tokens that the same keys sign: those of a log-in, of a refresh, of a log-out.

    A header ``at+jwt`` (RFC 9068) is proof enough. With ``JWT`` the token has to show otherwise what it is: by Keycloak's
    claim, or by a scope, which an ID token does not have.
    """
    if "typ" in claims:
        if claims["typ"] not in _ACCESS_TYPES:
            raise InvalidTokenError
    elif header["typ"] == "JWT":
        text(claims["scope"])
    if _ID_TOKEN_CLAIMS & claims.keys() or "events" in claims:
        raise InvalidTokenError


def _audiences(value: Any) -> list[str]:
    return [value] if type(value) is str else texts(value, _MOST_AUDIENCES)


def _at(claims: Any, path: Sequence[str]) -> Any:
    """What stands at the end of the path; a place that is lacking holds no roles."""
    for step in path:
        if type(claims) is not dict:
            raise InvalidTokenError
        if step not in claims:
            return []
        claims = claims[step]
    return claims
