"""The file of the city's own single sign-on: which issuers of access tokens are trusted, and for what.

Read once at start (``KINERJA_OIDC_ISSUERS``); nothing in a token can add an issuer, a key or a rule to it.
"""

import ipaddress
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic import model_validator as validator

from app.domain.auth import PERSONAL_ROLES
from app.domain.values import Role

_MOST_ISSUERS: Final = 20


class IssuerFileError(ValueError):
    """The file of issuers cannot be used; the message names the file, the place in it, and what is wrong there."""


class Algorithm(StrEnum):
    """Signatures with public keys; a shared secret or no signature at all can never be allowed."""

    RS256 = "RS256"
    RS384 = "RS384"
    RS512 = "RS512"
    ES256 = "ES256"
    ES384 = "ES384"
    ES512 = "ES512"


def _secure_url(text: str) -> str:
    parts = urlsplit(text)
    _ = parts.port  # raises when it is not a number, or too large
    if parts.username or parts.password or parts.query or parts.fragment or not parts.hostname:
        raise ValueError("must be an address without user, query and fragment")
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(parts.hostname)):
        raise ValueError("must start with https:// (http:// only on this machine's own addresses)")
    return text


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _steps(value: Any) -> Any:
    """``realm_access.roles`` as the names on the way; a list already is one, for names that hold a dot."""
    return value.split(".") if isinstance(value, str) else value


def _personal(role: Role) -> Role:
    if role not in PERSONAL_ROLES:
        raise ValueError("is not a role of people")
    return role


_Name = Annotated[str, Field(min_length=1, max_length=255)]
_Url = Annotated[str, Field(max_length=1000), AfterValidator(_secure_url)]
_PersonalRole = Annotated[Role, AfterValidator(_personal)]


class TrustedIssuer(BaseModel):
    """One issuer: where its keys are, which of its tokens are meant for us, and how it names a person.

    ``nip_claim`` or ``username_claim`` (exactly one) is the claim that holds the person's NIP or account name.
    ``roles_path`` leads to the token's roles; with it, a role that ``role_map`` gives is kept only while the token
    carries one of the names mapped to it. Without ``role_map`` the token's names are our own. Nothing is ever added to
    what the local directory grants.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    issuer: _Url
    jwks_uri: _Url
    audience: _Name
    algorithms: Annotated[frozenset[Algorithm], Field(min_length=1)] = frozenset({Algorithm.RS256})
    typ: Annotated[frozenset[Literal["JWT", "at+jwt"]], Field(min_length=1)] = frozenset({"JWT", "at+jwt"})
    roles_path: Annotated[tuple[_Name, ...], Field(min_length=1, max_length=8), BeforeValidator(_steps)] | None = None
    role_map: Annotated[dict[_Name, _PersonalRole], Field(min_length=1, max_length=100)] | None = None
    nip_claim: _Name | None = None
    username_claim: _Name | None = None

    @validator(mode="after")
    def _agree(self) -> Self:
        if (self.nip_claim is None) == (self.username_claim is None):
            raise ValueError("needs either nip_claim or username_claim")
        if self.role_map is not None and self.roles_path is None:
            raise ValueError("role_map needs roles_path")
        return self

    @property
    def name_claim(self) -> str:
        """The claim that names the person."""
        return self.nip_claim or self.username_claim or ""

    @property
    def mapped_roles(self) -> dict[str, Role]:
        """The token's names of roles and what they stand for here; empty when tokens have no say."""
        if self.roles_path is None:
            return {}
        return self.role_map or {str(role): role for role in PERSONAL_ROLES}


_FILE: Final = TypeAdapter(Annotated[tuple[TrustedIssuer, ...], Field(min_length=1, max_length=_MOST_ISSUERS)])


def load_issuers(path: Path, own: str) -> tuple[TrustedIssuer, ...]:
    """The issuers of a JSON file. Raises `IssuerFileError`; ``own`` is our own issuer, which cannot be among them."""
    try:
        issuers = _FILE.validate_json(path.read_bytes())
    except OSError as error:
        raise IssuerFileError(f"{path} cannot be read: {error.strerror}.") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(step) for step in first["loc"])
        raise IssuerFileError(f"{path}: {place + ': ' if place else ''}{first['msg']}.") from error
    names = [issuer.issuer for issuer in issuers]
    if len({own, *names}) != len(names) + 1:
        raise IssuerFileError(f"{path}: every issuer must stand there once, and not be KINERJA_ISSUER.")
    return issuers
