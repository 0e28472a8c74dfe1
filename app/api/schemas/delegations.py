"""Delegations of appraisers as the contract shows them."""

from typing import Annotated, Self

from pydantic import Field

from app.api.schemas.common import Day, Id, In, Moment, Name, NextCursor, Out, Reason
from app.domain import delegations as domain
from app.domain.actions.delegations import NewDelegation, Standing

Kind = Annotated[
    domain.DelegationKind,
    Field(description="Plt while the post is vacant, Plh while its holder is away.", examples=["plh"]),
]
StartsOn = Annotated[Day, Field(description="The first day, in Jakarta.")]
EndsOn = Annotated[Day, Field(description="The last day, included.")]


class AppraiserDelegationCreate(In):
    """Who stands in for whom, on which days."""

    appraiser_id: Annotated[Id, Field(description="The appraiser who is away.")]
    delegate_id: Annotated[Id, Field(description="Who decides in his place.")]
    kind: Kind
    starts_on: StartsOn
    ends_on: EndsOn
    reason: Reason

    def to_domain(self) -> NewDelegation:
        """For the domain."""
        return NewDelegation(self.appraiser_id, self.delegate_id, self.kind, self.starts_on, self.ends_on, self.reason)


class AppraiserDelegationEnd(In):
    """Why a delegation ends before its last day."""

    reason: Reason


class DelegationPerson(Out):
    """One of the two."""

    id: Annotated[Id, Field(description="The employee.")]
    name: Annotated[Name, Field(description="Name.", examples=["Siti Aminah"])]

    @classmethod
    def of(cls, person: domain.Person) -> Self:
        """From the domain."""
        return cls(id=person.id, name=person.name)


class AppraiserDelegation(Out):
    """A delegate reads and decides as the appraiser while it is active."""

    id: Annotated[Id, Field(description="Id of the delegation.")]
    appraiser: DelegationPerson
    delegate: DelegationPerson
    kind: Kind
    starts_on: StartsOn
    ends_on: EndsOn
    state: Annotated[domain.DelegationState, Field(description="Where it stands today.", examples=["active"])]
    reason: Annotated[str, Field(max_length=2000, description="Why.", examples=["Cuti tahunan."])]
    created_at: Annotated[Moment, Field(description="When it was created.")]
    ended_at: Annotated[Moment | None, Field(description="When it was ended before its last day.")]

    @classmethod
    def of(cls, standing: Standing) -> Self:
        """From the domain."""
        found = standing.delegation
        return cls(
            id=found.id,
            appraiser=DelegationPerson.of(found.appraiser),
            delegate=DelegationPerson.of(found.delegate),
            kind=found.kind,
            starts_on=found.starts_on,
            ends_on=found.ends_on,
            state=standing.state,
            reason=found.reason,
            created_at=found.created_at,
            ended_at=found.ended_at,
        )


class AppraiserDelegationPage(Out):
    """A page of delegations."""

    items: Annotated[list[AppraiserDelegation], Field(max_length=200, description="The delegations of this page.")]
    next_cursor: NextCursor
