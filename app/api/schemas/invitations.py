"""Invitations of service recipients as the contract shows them."""

from typing import Annotated, Literal

from pydantic import Field

from app.api.schemas.common import Id, In, Int, Moment, Out, Text
from app.domain.assignments import MAX_BATCH
from app.domain.assignments import Invitation as DomainInvitation

InvitationCode = Annotated[
    Text,
    Field(
        min_length=20,
        max_length=100,
        pattern=r"^[A-Za-z0-9_-]+$",
        description="One-time code.",
        examples=["q3Zc0Jt6uTn1c3m0pXv8aB5yEwLkRrSsHhDdFfGgJj0"],
    ),
]


class InvitationBatchCreate(In):
    """How many service recipients to invite."""

    count: Annotated[
        Int,
        Field(ge=1, le=MAX_BATCH, description="Number of codes, within the cycle's `max_invitations`.", examples=[20]),
    ]


class InvitationCodeIn(In):
    """A one-time code."""

    code: InvitationCode


class Invitation(Out):
    """A one-time code, told once: only its hash is stored. A replayed answer holds null instead."""

    assignment_id: Annotated[Id, Field(description="The one assignment the code is good for.")]
    code: Annotated[InvitationCode | None, Field(description="The code; null in a replayed answer.")]
    url: Annotated[
        str | None,
        Field(
            max_length=500,
            description="Address to hand out, with the code after `#`, where no log sees it; null in a replayed answer.",
            examples=["https://kinerja.serangkota.example/invitation#q3Zc0Jt6uTn1c3m0pXv8aB5yEwLkRrSsHhDdFfGgJj0"],
        ),
    ]
    expires_at: Annotated[Moment, Field(description="The code is worthless from then on.")]

    @classmethod
    def of(cls, invitation: DomainInvitation, public_url: str) -> "Invitation":
        """With its secrets."""
        return cls(
            assignment_id=invitation.assignment_id,
            code=invitation.code,
            url=invitation_url(public_url, invitation.code),
            expires_at=invitation.expires_at,
        )


class InvitationList(Out):
    """Fresh codes."""

    items: Annotated[list[Invitation], Field(max_length=MAX_BATCH, description="The invitations made.")]


class RecipientToken(Out):
    """An access token that is good for one assignment."""

    access_token: Annotated[
        str, Field(max_length=8_000, description="Send it as `Authorization: Bearer`.", examples=["eyJhbGciOi…"])
    ]
    token_type: Annotated[Literal["Bearer"], Field(description="Always `Bearer`.", examples=["Bearer"])]
    expires_in: Annotated[Int, Field(ge=1, le=86_400, description="Seconds until it expires.", examples=[900])]
    scope: Annotated[str, Field(max_length=200, description="Always empty: the token has no scopes.", examples=[""])]

    @classmethod
    def of(cls, token: str, lifetime: int) -> "RecipientToken":
        """``lifetime`` in seconds."""
        return cls(access_token=token, token_type="Bearer", expires_in=lifetime, scope="")  # noqa: S106 - no secret


def invitation_url(public_url: str, code: str) -> str:
    """Where a citizen goes. The code stands after ``#``, so that browsers send it to no server and no log keeps it."""
    return f"{public_url.rstrip('/')}/invitation#{code}"
