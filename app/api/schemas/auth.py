"""Log-in, accounts and the person behind the token as the contract shows them."""

from collections.abc import Set as AbstractSet
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Final, Literal, TypeVar

from pydantic import AfterValidator, ConfigDict, Field

from app.api.schemas.common import NEVER_NULL, Bool, Id, In, Moment, NextCursor, NotNull, Out, Patch, distinct
from app.api.schemas.people import Employee
from app.domain.auth import MAX_PASSWORD, MIN_PASSWORD, Scope
from app.domain.auth import Account as DomainAccount
from app.domain.auth import Actor as DomainActor
from app.domain.people import Employee as DomainEmployee
from app.domain.values import RaterType, Role

_E = TypeVar("_E", bound=StrEnum)
_ROLES: Final = {"max_length": 4, "description": "What the account may do besides rating.", "examples": [["employee"]]}
_RATER_TYPES: Final = {
    "max_length": 4,
    "description": "In which relations the account may rate; all four unless narrowed.",
    "examples": [["superior", "peer", "subordinate", "self"]],
}
_SCOPES: Final = {"max_length": 20, "description": "What a service account may do.", "examples": [["results:read"]]}
_UNIT_ID: Final = "The unit whose subtree a unit administrator answers for."
_EMPLOYEE_ID: Final = "The employee behind the account; one account per employee."

Username = Annotated[
    str,
    Field(
        min_length=3,
        max_length=60,
        pattern=r"^[A-Za-z0-9._@-]+$",
        description="Account name, kept in lower case. A NIP only for the employee who has it.",
        examples=["siti.aminah"],
    ),
    AfterValidator(str.lower),
]
NewPassword = Annotated[
    str,
    Field(
        min_length=MIN_PASSWORD,
        max_length=MAX_PASSWORD,
        description="New password, 12 to 128 characters; not the account's own name or NIP.",
        examples=["tiga kucing di pasar lama"],
        json_schema_extra={"format": "password"},
    ),
]
PresentPassword = Annotated[
    str,
    Field(
        min_length=1,
        max_length=512,
        description="The present password.",
        examples=["empat kucing di pasar baru"],
        json_schema_extra={"format": "password"},
    ),
]
SecretText = Annotated[
    str,
    Field(
        min_length=1,
        max_length=512,
        description="A code or token as it was handed out.",
        examples=["kX0c2wQm3Jt5r8vB1nD4fG6hL9pS7yZ0aE2uI5oT8xW"],
    ),
]


class Grant(StrEnum):
    """How a token is asked for (RFC 6749)."""

    PASSWORD = "password"  # noqa: S105 - the name of a grant
    REFRESH_TOKEN = "refresh_token"  # noqa: S105 - ditto
    CLIENT_CREDENTIALS = "client_credentials"


def _branch(grant: Grant, *required: str) -> dict[str, Any]:
    """One way to fill the form; given to clients as part of its schema."""
    chosen = {"grant_type": {"const": str(grant)}}
    return {"title": str(grant), "properties": chosen, "required": ["grant_type", *required]}


class TokenRequest(In):
    """The form of an OAuth 2 token request.

    `password` needs `username` and `password`, `refresh_token` needs `refresh_token`, `client_credentials` needs
    `client_id` and `client_secret`, here or as HTTP Basic authentication.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={
            "oneOf": [
                _branch(Grant.PASSWORD, "username", "password"),
                _branch(Grant.REFRESH_TOKEN, "refresh_token"),
                _branch(Grant.CLIENT_CREDENTIALS),
            ]
        }
    )
    grant_type: Annotated[Grant, Field(description="How the token is asked for.", examples=["password"])]
    username: Annotated[
        str | None,
        Field(min_length=1, max_length=100, description="Account name or NIP.", examples=["siti.aminah"]),
        NEVER_NULL,
    ] = None
    password: Annotated[PresentPassword | None, NEVER_NULL] = None
    refresh_token: Annotated[SecretText | None, NEVER_NULL] = None
    client_id: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=100,
            description="Name of the service account; of no meaning with other grants.",
            examples=["siasn-bridge"],
        ),
        NEVER_NULL,
    ] = None
    client_secret: Annotated[SecretText | None, NEVER_NULL] = None
    scope: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=400,
            description="Scopes wanted by a service account, separated by spaces; all of its own when absent.",
            examples=["people:read results:read"],
        ),
        NEVER_NULL,
    ] = None


class Token(Out):
    """An access token and, for people, a refresh token that is good once."""

    access_token: Annotated[
        str, Field(max_length=8192, description="Send it as `Authorization: Bearer …`.", examples=["eyJhbGciOi…"])
    ]
    token_type: Annotated[Literal["Bearer"], Field(description="Always `Bearer`.", examples=["Bearer"])]
    expires_in: Annotated[int, Field(ge=1, le=86400, description="Seconds until it expires.", examples=[900])]
    refresh_token: Annotated[
        str | None,
        Field(
            max_length=512,
            description="Good for one exchange; using it twice ends the session. Service accounts get none.",
            examples=["kX0c2wQm3Jt5r8vB1nD4fG6hL9pS7yZ0aE2uI5oT8xW"],
        ),
        NEVER_NULL,
    ] = None
    scope: Annotated[
        str,
        Field(
            max_length=400,
            description="`api` for people (what their roles allow), the granted scopes for service accounts.",
            examples=["api"],
        ),
    ]


class TokenRevocation(In):
    """The form of a revocation (RFC 7009)."""

    token: SecretText
    token_type_hint: Annotated[
        Literal["refresh_token", "access_token"] | None,
        Field(description="What kind of token it is; of no meaning here.", examples=["refresh_token"]),
        NEVER_NULL,
    ] = None


class Activation(In):
    """A one-time code and the password its owner chooses."""

    code: SecretText
    password: NewPassword


class Activated(Out):
    """An account whose password was set."""

    username: Annotated[str, Field(max_length=60, description="Log in with it.", examples=["siti.aminah"])]


class PasswordChange(In):
    """The present password and a new one."""

    current_password: PresentPassword
    new_password: NewPassword


class Jwk(Out):
    """A public key (RFC 7517)."""

    kty: Annotated[Literal["EC"], Field(description="Kind of key.", examples=["EC"])]
    crv: Annotated[Literal["P-256"], Field(description="Curve.", examples=["P-256"])]
    x: Annotated[
        str, Field(max_length=43, description="Coordinate.", examples=["MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4"])
    ]
    y: Annotated[
        str, Field(max_length=43, description="Coordinate.", examples=["4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"])
    ]
    kid: Annotated[str, Field(max_length=64, description="Which key signed a token.", examples=["0f3a2b9c1d4e5f60"])]
    alg: Annotated[Literal["ES256"], Field(description="Algorithm.", examples=["ES256"])]
    use: Annotated[Literal["sig"], Field(description="For signatures.", examples=["sig"])]


class JwkSet(Out):
    """The public keys that verify access tokens."""

    keys: Annotated[list[Jwk], Field(max_length=20, description="The signing key first, then those it replaced.")]


def _listed(members: AbstractSet[_E]) -> list[_E]:
    return sorted(members)


class Account(Out):
    """A way to log in."""

    id: Annotated[Id, Field(description="Id of the account.")]
    username: Annotated[str, Field(max_length=60, description="Account name.", examples=["siti.aminah"])]
    employee_id: Annotated[Id | None, Field(description=_EMPLOYEE_ID)]
    roles: Annotated[list[Role], Field(**_ROLES)]
    rater_types: Annotated[list[RaterType], Field(**_RATER_TYPES)]
    unit_id: Annotated[Id | None, Field(description=_UNIT_ID)]
    scopes: Annotated[list[Scope], Field(**_SCOPES)]
    active: Annotated[Bool, Field(description="Whether it can be used.", examples=[True])]
    has_password: Annotated[Bool, Field(description="False until its owner has activated it.", examples=[True])]
    locked_until: Annotated[
        Moment | None, Field(description="After failed log-ins: from when on the next one is heard.")
    ]
    created_at: Annotated[Moment, Field(description="When it was made.")]

    @classmethod
    def of(cls, account: DomainAccount) -> "Account":
        """From the domain."""
        return cls(
            id=account.id,
            username=account.username,
            employee_id=account.employee_id,
            roles=_listed(account.roles),
            rater_types=_listed(account.rater_types),
            unit_id=account.unit_id,
            scopes=[Scope(scope) for scope in sorted(account.scopes)],
            active=account.active,
            has_password=account.has_password,
            locked_until=account.locked_until,
            created_at=account.created_at,
        )


class AccountPage(Out):
    """A page of accounts."""

    items: Annotated[list[Account], Field(max_length=200, description="The accounts of this page.")]
    next_cursor: NextCursor


RoleList = Annotated[list[Role], Field(min_length=1, **_ROLES), AfterValidator(distinct)]
RaterTypeList = Annotated[list[RaterType], Field(**_RATER_TYPES), AfterValidator(distinct)]
ScopeList = Annotated[list[Scope], Field(min_length=1, **_SCOPES), AfterValidator(distinct)]


class AccountCreate(In):
    """A new account of a person. Without a password it waits for its activation code."""

    username: Username
    employee_id: Annotated[Id | None, Field(description=_EMPLOYEE_ID)] = None
    password: Annotated[NewPassword | None, NotNull, NEVER_NULL] = None
    roles: RoleList
    rater_types: Annotated[RaterTypeList | None, NotNull, NEVER_NULL] = None
    unit_id: Annotated[Id | None, Field(description=_UNIT_ID + " Required for that role.")] = None


class AccountUpdate(Patch):
    """Changes of an account; `employee_id` and `unit_id` can be cleared by null.

    Of a service account only `username`, `scopes` and `active` can change.
    """

    username: Annotated[Username | None, NotNull, NEVER_NULL] = None
    employee_id: Annotated[Id | None, Field(description=_EMPLOYEE_ID)] = None
    password: Annotated[NewPassword | None, NotNull, NEVER_NULL] = None
    roles: Annotated[RoleList | None, NotNull, NEVER_NULL] = None
    rater_types: Annotated[RaterTypeList | None, NotNull, NEVER_NULL] = None
    unit_id: Annotated[Id | None, Field(description=_UNIT_ID)] = None
    scopes: Annotated[ScopeList | None, NotNull, NEVER_NULL] = None
    active: Annotated[Bool | None, NotNull, Field(description="Whether it can be used."), NEVER_NULL] = None

    def to_domain(self) -> dict[str, Any]:
        """The changes of the account itself; the password goes its own way."""
        sent = {name: value for name, value in self.changes().items() if name != "password"}
        return {name: frozenset(value) if isinstance(value, list) else value for name, value in sent.items()}


class ActivationCode(Out):
    """A one-time code with which the owner of an account sets its password."""

    code: Annotated[
        str | None,
        Field(
            max_length=512,
            description="Shown this once; null when the answer is replayed.",
            examples=["kX0c2wQm3Jt5r8vB1nD4fG6hL9pS7yZ0aE2uI5oT8xW"],
        ),
    ]
    expires_at: Annotated[Moment, Field(description="Until when it can be used.")]


class ServiceAccountCreate(In):
    """A new account of a machine."""

    username: Username
    scopes: ScopeList


class ServiceAccount(Out):
    """An account of a machine with what it logs in with."""

    id: Annotated[Id, Field(description="Id of the account.")]
    client_id: Annotated[
        str, Field(max_length=60, description="Send it with the `client_credentials` grant.", examples=["siasn-bridge"])
    ]
    client_secret: Annotated[
        str | None,
        Field(
            max_length=512,
            description="Shown this once; null when the answer is replayed.",
            examples=["kX0c2wQm3Jt5r8vB1nD4fG6hL9pS7yZ0aE2uI5oT8xW"],
        ),
    ]
    scopes: Annotated[list[Scope], Field(**_SCOPES)]
    created_at: Annotated[Moment, Field(description="When it was made.")]


class Me(Out):
    """Who the token speaks for, and what it may do."""

    account_id: Annotated[Id | None, Field(description="The account; null for a service recipient.")]
    username: Annotated[
        str | None,
        Field(max_length=60, description="Its name; null for a service recipient.", examples=["siti.aminah"]),
    ]
    employee: Annotated[Employee | None, Field(description="The employee behind the account.")]
    roles: Annotated[list[Role], Field(**_ROLES)]
    rater_types: Annotated[
        list[RaterType],
        Field(max_length=5, description="In which relations this token may rate.", examples=[["peer", "self"]]),
    ]
    unit_id: Annotated[Id | None, Field(description=_UNIT_ID)]
    assignment_id: Annotated[Id | None, Field(description="The one assignment of a service recipient.")]
    scopes: Annotated[list[Scope], Field(**_SCOPES)]

    @classmethod
    def of(cls, actor: DomainActor, employee: DomainEmployee | None) -> "Me":
        """From the domain."""
        return cls(
            account_id=None if actor.is_recipient else actor.account_id,
            username=None if actor.is_recipient else actor.username,
            employee=None if employee is None else Employee.of(employee),
            roles=_listed(actor.roles),
            rater_types=_listed(actor.rater_types),
            unit_id=actor.unit_id,
            assignment_id=actor.assignment_id,
            scopes=[Scope(scope) for scope in sorted(actor.scopes)],
        )
