"""Participants and external scores as the contract shows them."""

from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from app.api.schemas.common import (
    NEVER_NULL,
    Bool,
    Id,
    In,
    Moment,
    Name,
    NextCursor,
    NotNull,
    Out,
    Patch,
    Reason,
    distinct,
)
from app.api.schemas.cycles import PositionKinds
from app.api.schemas.people import PersonName, Position, UnitName
from app.api.schemas.policy import Bound, Highest, Lowest
from app.domain import participants as domain
from app.domain.actions.external_scores import Measurement
from app.domain.actions.participants import ParticipantChange
from app.domain.cycles import ExternalScore as DomainScore
from app.domain.cycles import Participant as DomainParticipant
from app.domain.errors import Invalid, Violation, raise_if_any
from app.domain.values import Dimension, PositionKind

Innovation = Annotated[
    Bool, Field(description="Whether an innovation was confirmed (PP 30/2019: very good needs one).", examples=[False])
]
Value = Annotated[Bound, Field(description="The measured value, in the range of the cycle's policy.", examples=[104.5])]
Source = Annotated[Name, Field(description="Which system measured it.", examples=["e-Kinerja BKN"])]


EmployeeIds = Annotated[list[Id], Field(min_length=1, max_length=10_000, description="These employees.")]
UnitIds = Annotated[list[Id], Field(min_length=1, max_length=500, description="All ASN in service of these units.")]


class ParticipantsAdd(In):
    """Whom to add: either `employee_ids`, or `unit_ids` with what narrows or widens them."""

    employee_ids: Annotated[EmployeeIds | None, NotNull, NEVER_NULL] = None
    unit_ids: Annotated[UnitIds | None, NotNull, NEVER_NULL] = None
    position_kinds: Annotated[
        PositionKinds | None,
        AfterValidator(lambda kinds: kinds and distinct(kinds)),
        Field(description="With `unit_ids`: only these kinds of position; null for all."),
    ] = None
    include_descendants: Annotated[
        Bool | None, NotNull, Field(description="With `unit_ids`: also of all units below them."), NEVER_NULL
    ] = None

    def to_domain(self) -> domain.Selection:
        """For the domain; raises `Invalid` unless exactly one way of choosing is used."""
        if (self.employee_ids is None) == (self.unit_ids is None):
            raise Invalid.at("", "employees_or_units")
        if self.employee_ids is not None:
            narrowing = {"position_kinds": self.position_kinds, "include_descendants": self.include_descendants}
            sent = [name for name, value in narrowing.items() if value is not None]
            raise_if_any([Violation(f"/{name}", "only_with_unit_ids") for name in sent])
        kinds = self.position_kinds
        return domain.Selection(
            employee_ids=tuple(self.employee_ids or ()),
            unit_ids=tuple(self.unit_ids or ()),
            position_kinds=None if kinds is None else frozenset(kinds),
            include_descendants=bool(self.include_descendants),
        )


class ParticipantUpdate(Patch):
    """Changes of a participant. Another appraiser needs a reason."""

    clearable: ClassVar[frozenset[str]] = frozenset()
    innovation: Annotated[Innovation | None, NotNull, NEVER_NULL] = None
    appraiser_id: Annotated[
        Id | None, NotNull, Field(description="The appraising officer of this cycle."), NEVER_NULL
    ] = None
    reason: Annotated[Reason | None, NotNull, NEVER_NULL] = None

    def to_domain(self) -> ParticipantChange:
        """For the domain."""
        return ParticipantChange(self.innovation, self.appraiser_id, self.reason)


class Participant(Out):
    """One ratee of a cycle, as he stood when rating first opened; until then as the directory has him today."""

    id: Annotated[Id, Field(description="Id of the participant.")]
    cycle_id: Annotated[Id, Field(description="The cycle.")]
    employee_id: Annotated[Id, Field(description="The employee.")]
    name: PersonName
    position: Position
    position_kind: Annotated[PositionKind, Field(description="Kind of position.", examples=["functional"])]
    unit_id: Annotated[Id, Field(description="The unit.")]
    unit_name: UnitName
    superior_id: Annotated[Id | None, Field(description="Direct superior.")]
    appraiser_id: Annotated[Id | None, Field(description="Appraising officer; the superior where none is named.")]
    rubric_id: Annotated[Id | None, Field(description="The rubric version; null while the cycle has none for him.")]
    innovation: Innovation
    added_at: Annotated[Moment, Field(description="When he was added.")]

    @classmethod
    def of(cls, participant: DomainParticipant) -> "Participant":
        """From the domain."""
        return cls(**{name: getattr(participant, name) for name in cls.model_fields})


class ParticipantPage(Out):
    """A page of participants."""

    items: Annotated[list[Participant], Field(max_length=200, description="The participants of this page.")]
    next_cursor: NextCursor


class ParticipantList(Out):
    """Participants just added."""

    items: Annotated[
        list[Participant],
        Field(max_length=100_000, description="In the order of `employee_ids`; by name when added by unit."),
    ]


class ExternalScorePut(In):
    """A value measured by another system."""

    value: Value
    source: Source
    measured_at: Annotated[Moment, Field(description="When it was measured.")]

    def to_domain(self) -> Measurement:
        """For the domain."""
        return Measurement(self.value, self.source, self.measured_at)


class ExternalScore(Out):
    """A dimension's value measured by another system."""

    participant_id: Annotated[Id, Field(description="The participant.")]
    dimension: Annotated[Dimension, Field(description="The external dimension.", examples=["work_result"])]
    value: Value
    min: Lowest
    max: Highest
    source: Source
    measured_at: Annotated[Moment, Field(description="When it was measured.")]
    received_at: Annotated[Moment, Field(description="When it came here.")]

    @classmethod
    def of(cls, score: DomainScore) -> "ExternalScore":
        """From the domain."""
        return cls(**{name: getattr(score, name) for name in cls.model_fields})
