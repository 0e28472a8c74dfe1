"""Units and employees as the contract shows them."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field
from pydantic.json_schema import SkipJsonSchema

from app.api.schemas.common import Bool, Code, Id, In, Name, NextCursor, NotNull, Out, Patch, Text
from app.domain.people import Employee as DomainEmployee
from app.domain.people import Unit as DomainUnit
from app.domain.values import Employment, PositionKind, UnitKind


def _without_spaces(value: Any) -> Any:
    """The usual print has spaces: 19860926 201505 1 001."""
    return value.replace(" ", "") if isinstance(value, str) else value


UnitCode = Annotated[Code, Field(description="Unique code of the unit; names are not unique.", examples=["DINKES"])]
UnitName = Annotated[Name, Field(description="Name of the unit.", examples=["Dinas Kesehatan"])]
Nip = Annotated[
    str,
    Field(
        min_length=18,
        max_length=18,
        pattern=r"^[0-9]{18}$",
        description="NIP, 18 digits as text; null for officials outside the ASN.",
        examples=["198609262015051001"],
    ),
    BeforeValidator(_without_spaces),
]
PersonName = Annotated[Name, Field(description="Full name with titles.", examples=["dr. Siti Aminah, M.Kes."])]
Position = Annotated[Name, Field(description="Title of the position.", examples=["Kepala Puskesmas"])]
Grade = Annotated[
    Text,
    Field(
        min_length=1,
        max_length=8,
        pattern=r"^[IVX]+(/[a-e])?$",
        description="Golongan: `III/c` for PNS, `IX` for PPPK.",
        examples=["III/c"],
    ),
]
Email = Annotated[
    Text,
    Field(
        min_length=3,
        max_length=254,
        pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$",
        description="Office e-mail address.",
        examples=["siti@serang.example"],
    ),
]
Phone = Annotated[
    Text,
    Field(
        min_length=5,
        max_length=20,
        pattern=r"^\+?[0-9 -]+$",
        description="Telephone number.",
        examples=["+62 254 200000"],
    ),
]


class UnitCreate(In):
    """A new unit."""

    code: UnitCode
    name: UnitName
    kind: Annotated[UnitKind, Field(description="Kind of unit.", examples=["department"])]
    parent_id: Annotated[Id | None, Field(description="The unit above; null for the top.")] = None


class UnitUpdate(Patch):
    """Changes of a unit; `parent_id: null` makes it a top unit."""

    code: Annotated[UnitCode | SkipJsonSchema[None], NotNull] = None
    name: Annotated[UnitName | SkipJsonSchema[None], NotNull] = None
    kind: Annotated[UnitKind | SkipJsonSchema[None], NotNull, Field(description="Kind of unit.")] = None
    parent_id: Annotated[Id | None, Field(description="The unit above; null for the top.")] = None


class Unit(Out):
    """A unit of the organisation."""

    id: Annotated[Id, Field(description="Id of the unit.")]
    code: UnitCode
    name: UnitName
    kind: Annotated[UnitKind, Field(description="Kind of unit.", examples=["department"])]
    parent_id: Annotated[Id | None, Field(description="The unit above; null for the top.")]

    @classmethod
    def of(cls, unit: DomainUnit) -> "Unit":
        """From the domain."""
        return cls(id=unit.id, code=unit.code, name=unit.name, kind=unit.kind, parent_id=unit.parent_id)


class UnitPage(Out):
    """A page of units."""

    items: Annotated[list[Unit], Field(max_length=200, description="The units of this page.")]
    next_cursor: NextCursor


class EmployeeCreate(In):
    """A new employee."""

    nip: Annotated[Nip | None, Field(description="NIP, 18 digits as text; null for officials outside the ASN.")] = None
    name: PersonName
    employment: Annotated[Employment, Field(description="PNS, PPPK or outside the ASN.", examples=["pns"])]
    position: Position
    position_kind: Annotated[PositionKind, Field(description="Kind of position.", examples=["functional"])]
    grade: Annotated[Grade | None, Field(description="Golongan.")] = None
    unit_id: Annotated[Id, Field(description="The employee's unit.")]
    superior_id: Annotated[Id | None, Field(description="Direct superior.")] = None
    appraiser_id: Annotated[Id | None, Field(description="Appraising officer (pejabat penilai kinerja).")] = None
    email: Annotated[Email | None, Field(description="Office e-mail address.")] = None
    phone: Annotated[Phone | None, Field(description="Telephone number.")] = None
    active: Annotated[Bool, Field(description="Whether the person is in service.")] = True


class EmployeeUpdate(Patch):
    """Changes of an employee; `nip`, `grade`, `superior_id`, `appraiser_id`, `email` and `phone` can be cleared by null."""

    nip: Annotated[Nip | None, Field(description="NIP; null for officials outside the ASN.")] = None
    name: Annotated[PersonName | SkipJsonSchema[None], NotNull] = None
    employment: Annotated[
        Employment | SkipJsonSchema[None], NotNull, Field(description="PNS, PPPK or outside the ASN.")
    ] = None
    position: Annotated[Position | SkipJsonSchema[None], NotNull] = None
    position_kind: Annotated[PositionKind | SkipJsonSchema[None], NotNull, Field(description="Kind of position.")] = (
        None
    )
    grade: Annotated[Grade | None, Field(description="Golongan.")] = None
    unit_id: Annotated[Id | SkipJsonSchema[None], NotNull, Field(description="The employee's unit.")] = None
    superior_id: Annotated[Id | None, Field(description="Direct superior.")] = None
    appraiser_id: Annotated[Id | None, Field(description="Appraising officer.")] = None
    email: Annotated[Email | None, Field(description="Office e-mail address.")] = None
    phone: Annotated[Phone | None, Field(description="Telephone number.")] = None
    active: Annotated[Bool | SkipJsonSchema[None], NotNull, Field(description="Whether the person is in service.")] = (
        None
    )


class Employee(Out):
    """A person of the city."""

    id: Annotated[Id, Field(description="Id of the employee.")]
    nip: Annotated[Nip | None, Field(description="NIP, 18 digits as text; null for officials outside the ASN.")]
    name: PersonName
    employment: Annotated[Employment, Field(description="PNS, PPPK or outside the ASN.", examples=["pns"])]
    position: Position
    position_kind: Annotated[PositionKind, Field(description="Kind of position.", examples=["functional"])]
    grade: Annotated[Grade | None, Field(description="Golongan.")]
    unit_id: Annotated[Id, Field(description="The employee's unit.")]
    superior_id: Annotated[Id | None, Field(description="Direct superior.")]
    appraiser_id: Annotated[Id | None, Field(description="Appraising officer.")]
    email: Annotated[Email | None, Field(description="Office e-mail address.")]
    phone: Annotated[Phone | None, Field(description="Telephone number.")]
    active: Annotated[Bool, Field(description="Whether the person is in service.")]

    @classmethod
    def of(cls, employee: DomainEmployee) -> "Employee":
        """From the domain."""
        return cls(**{name: getattr(employee, name) for name in cls.model_fields})


class EmployeePage(Out):
    """A page of employees."""

    items: Annotated[list[Employee], Field(max_length=200, description="The employees of this page.")]
    next_cursor: NextCursor


class EmployeeLookup(In):
    """NIPs to look up; a NIP never stands in a URL."""

    nips: Annotated[list[Nip], Field(min_length=1, max_length=200, description="The NIPs.")]


class EmployeeList(Out):
    """Employees found."""

    items: Annotated[
        list[Employee], Field(max_length=200, description="The employees found; unknown NIPs are left out.")
    ]
