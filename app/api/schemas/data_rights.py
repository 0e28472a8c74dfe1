"""A person's data about himself and his requests for correction as the contract shows them."""

from typing import Annotated, Any, Literal

from fastapi.exceptions import RequestValidationError
from pydantic import Field, ValidationError

from app.api.schemas.assignments import MyAssignment
from app.api.schemas.auth import Account
from app.api.schemas.common import Bool, Code, Day, Id, In, Int, Moment, Name, NextCursor, Out, Reason, Text
from app.api.schemas.participants import ExternalScore, Participant
from app.api.schemas.people import Employee, EmployeeUpdate
from app.api.schemas.results import Result
from app.domain import data_rights as domain
from app.domain.actions.data_rights import Everything, Participated
from app.domain.data_rights import CorrectableField, CorrectionState, Handler
from app.domain.values import CycleState

FieldName = Annotated[CorrectableField, Field(description="The field of the record.", examples=["email"])]
Value = Annotated[Text, Field(min_length=1, max_length=254)]


class CorrectionRequest(In):
    """What is wrong in one's own record. `wanted: null` empties `email`, `phone` or `grade`."""

    field: FieldName
    wanted: Annotated[Value | None, Field(description="What it should say.", examples=["siti@serang.example"])]
    reason: Reason

    def checked(self) -> str | None:
        """The value as updateEmployee would take it. Raises `RequestValidationError` at ``/wanted``."""
        try:
            update = EmployeeUpdate.model_validate({self.field.value: self.wanted})
        except ValidationError as error:
            # "None required" is what the other half of a field that may be absent has to say.
            faults = [fault for fault in error.errors() if fault["type"] != "none_required"]
            at_wanted: list[Any] = [{**fault, "loc": ("body", "wanted")} for fault in faults]
            raise RequestValidationError(at_wanted) from error
        value: str | None = getattr(update, self.field.value)
        return value


class CorrectionDecision(In):
    """What becomes of a request."""

    outcome: Annotated[
        Literal["accept", "refuse"],
        Field(description="`accept` changes the record at once, `refuse` leaves it.", examples=["accept"]),
    ]
    reason: Reason


class DataCorrection(Out):
    """A request to correct one field of a person's record."""

    id: Annotated[Id, Field(description="Id of the request.")]
    employee_id: Annotated[Id, Field(description="Whose record it is.")]
    employee_name: Annotated[Name, Field(description="Name in the record.", examples=["Siti Aminah"])]
    field: FieldName
    present: Annotated[
        str | None, Field(max_length=254, description="What the record says now.", examples=["sitti@serang.example"])
    ]
    wanted: Annotated[
        str | None, Field(max_length=254, description="What it should say.", examples=["siti@serang.example"])
    ]
    reason: Annotated[str, Field(max_length=2000, description="The person's reason.", examples=["Salah eja."])]
    state: Annotated[CorrectionState, Field(description="What became of it.", examples=["open"])]
    requested_at: Annotated[Moment, Field(description="When it was asked for.")]
    due_at: Annotated[Moment, Field(description="By when it has to be decided: 3 × 24 hours after it was asked for.")]
    decided_at: Annotated[Moment | None, Field(description="When it was decided.")]
    decision_reason: Annotated[
        str | None, Field(max_length=2000, description="Why it was decided so.", examples=["Sesuai SK."])
    ]

    @classmethod
    def of(cls, correction: domain.Correction) -> "DataCorrection":
        """From the domain."""
        return cls(**{name: getattr(correction, name) for name in cls.model_fields})


class DataCorrectionPage(Out):
    """A page of requests."""

    items: Annotated[list[DataCorrection], Field(max_length=200, description="The requests of this page.")]
    next_cursor: NextCursor


class HistoryLine(Out):
    """What one kind of people did with your data on one day, and how often."""

    day: Annotated[Day, Field(description="The day in Jakarta.")]
    action: Annotated[str, Field(max_length=60, description="What was done.", examples=["result.read"])]
    by: Annotated[
        Handler,
        Field(
            description="Who did it; `nobody` is the service, or somebody who had not logged in.",
            examples=["superior_or_appraiser"],
        ),
    ]
    fields: Annotated[
        list[Annotated[str, Field(max_length=60)]],
        Field(max_length=50, description="Which fields were changed.", examples=[["position", "grade"]]),
    ]
    count: Annotated[Int, Field(ge=1, le=2**31 - 1, description="How often.", examples=[1])]

    @classmethod
    def of(cls, line: domain.HistoryLine) -> "HistoryLine":
        """From the domain."""
        return cls(day=line.day, action=line.action, by=line.by, fields=list(line.fields), count=line.count)


class ParticipatedCycle(Out):
    """A cycle in which you are rated."""

    id: Annotated[Id, Field(description="Id of the cycle.")]
    code: Code
    title: Annotated[Name, Field(description="Title of the cycle.", examples=["Triwulan IV 2026"])]
    state: Annotated[CycleState, Field(description="State of the cycle.", examples=["rating"])]


class Participation(Out):
    """How you stand in a cycle, and what other systems have sent about you."""

    cycle: Annotated[ParticipatedCycle, Field(description="The cycle.")]
    participant: Annotated[Participant, Field(description="Your place in it.")]
    external_scores: Annotated[
        list[ExternalScore], Field(max_length=2, description="Values measured by other systems.")
    ]

    @classmethod
    def of(cls, one: Participated) -> "Participation":
        """From the domain."""
        cycle = one.of
        return cls(
            cycle=ParticipatedCycle(
                id=cycle.cycle_id, code=cycle.cycle_code, title=cycle.cycle_title, state=cycle.cycle_state
            ),
            participant=Participant.of(one.participant),
            external_scores=[ExternalScore.of(score) for score in one.external_scores],
        )


class MyDataHead(Out):
    """Everything but the results."""

    generated_at: Annotated[Moment, Field(description="When this was put together.")]
    retention_years: Annotated[
        Int, Field(ge=2, le=50, description="How many years results and history are kept.", examples=[5])
    ]
    complete: Annotated[
        Bool,
        Field(description="False when a list was cut at its bound; ask the operator for the rest.", examples=[True]),
    ]
    account: Annotated[Account, Field(description="Your account, without its secrets.")]
    employee: Annotated[Employee | None, Field(description="Your record in the directory.")]
    participations: Annotated[
        list[Participation], Field(max_length=domain.MOST_CYCLES, description="Cycles in which you are rated.")
    ]
    assignments: Annotated[
        list[MyAssignment], Field(max_length=domain.MOST_ASSIGNMENTS, description="Whom you were asked to rate.")
    ]
    corrections: Annotated[
        list[DataCorrection], Field(max_length=domain.MOST_CORRECTIONS, description="Your requests for correction.")
    ]
    history: Annotated[
        list[HistoryLine],
        Field(max_length=domain.MOST_HISTORY, description="What was done with your data, newest day first."),
    ]

    @classmethod
    def of(cls, everything: Everything, retention_years: int) -> "MyDataHead":
        """From the domain."""
        employee = everything.employee
        return MyDataHead(
            generated_at=everything.at,
            retention_years=retention_years,
            complete=everything.complete,
            account=Account.of(everything.account),
            employee=None if employee is None else Employee.of(employee),
            participations=[Participation.of(one) for one in everything.participations],
            assignments=[MyAssignment.of(task) for task in everything.assignments],
            corrections=[DataCorrection.of(correction) for correction in everything.corrections],
            history=[HistoryLine.of(line) for line in everything.history],
        )


class MyData(MyDataHead):
    """Everything that this service holds about you and that you may know."""

    results: Annotated[
        list[Result], Field(max_length=domain.MOST_CYCLES, description="Your published results as you read them.")
    ]
