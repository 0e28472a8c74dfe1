"""Building blocks of all models: strict scalars with bounds, base classes, the problem document.

Pydantic would read 1 as a date, "90" as a number and true as 1; these types do not. Fractions arrive as `Decimal`.
"""

import re
import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Final

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainSerializer,
    StrictBool,
    StrictInt,
    StringConstraints,
    WithJsonSchema,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

_TIMESTAMP: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _wrong_type(expected: str) -> PydanticCustomError:
    return PydanticCustomError("wrong_type", "wrong type", {"expected": expected})


def _bad_format(expected: str) -> PydanticCustomError:
    return PydanticCustomError("bad_format", "bad format", {"expected": expected})


def _number(value: Any) -> Any:
    if type(value) not in {int, Decimal}:
        raise _wrong_type("number")
    return value


def _moment(value: Any) -> Any:
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not _TIMESTAMP.fullmatch(value):
        raise _bad_format("RFC 3339: 2026-01-31T08:00:00Z")
    try:
        moment = datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise _bad_format("RFC 3339: 2026-01-31T08:00:00Z") from error
    if not 1900 <= moment.year <= 2200:
        raise PydanticCustomError("out_of_range", "out of range", {"limits": "1900..2200"})
    return moment


def _day(value: Any) -> Any:
    if type(value) is date:
        return value
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise _bad_format("YYYY-MM-DD")
    try:
        day = date.fromisoformat(value)
    except ValueError as error:
        raise _bad_format("YYYY-MM-DD") from error
    if not 1900 <= day.year <= 2200:
        raise PydanticCustomError("out_of_range", "out of range", {"limits": "1900..2200"})
    return day


def _rfc3339(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


_TIME_SCHEMA: Final = {
    "type": "string",
    "format": "date-time",
    "maxLength": 40,
    "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9:.]+([Zz]|[+-][0-9]{2}:[0-9]{2})$",
    "examples": ["2026-01-31T08:00:00Z"],
}
_DATE_SCHEMA: Final = {
    "type": "string",
    "format": "date",
    "maxLength": 10,
    "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
    "examples": ["2026-01-31"],
}
_ID_SCHEMA: Final = {
    "type": "string",
    "format": "uuid",
    "maxLength": 36,
    "pattern": "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
    "examples": ["01997c1e-5d1c-7a3e-9b60-2f4f0c9a1b2c"],
}
_UUID_LENGTH: Final = 36


def _uuid(value: Any) -> Any:
    """Of the forms that Pydantic reads, only the usual one with hyphens has this length."""
    if isinstance(value, str) and len(value) != _UUID_LENGTH:
        raise _bad_format("UUID")
    return value


Id = Annotated[uuid.UUID, BeforeValidator(_uuid), WithJsonSchema(_ID_SCHEMA)]
Moment = Annotated[
    datetime,
    BeforeValidator(_moment),
    PlainSerializer(_rfc3339, return_type=str),
    WithJsonSchema(_TIME_SCHEMA),
]
Day = Annotated[date, BeforeValidator(_day), WithJsonSchema(_DATE_SCHEMA)]
Int = StrictInt
Bool = StrictBool

#: A number with at most two decimals in answers (a published score).
Score = Annotated[Decimal, PlainSerializer(float, return_type=float, when_used="json"), Field(ge=0, le=100)]
Text = Annotated[str, StringConstraints(strip_whitespace=True)]
Name = Annotated[Text, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
Title = Name
LongText = Annotated[Text, Field(min_length=1, max_length=4000)]
Reason = Annotated[
    Text,
    Field(
        min_length=3,
        max_length=2000,
        description="Why, in words the people concerned may read.",
        examples=["Salah pilih penilai."],
    ),
]
Code = Annotated[
    Text,
    Field(
        min_length=1,
        max_length=40,
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$",
        description="Short unique code.",
        examples=["2026-TW4"],
    ),
]


@dataclass(frozen=True, slots=True)
class Number:
    """Stands in ``Annotated[Decimal, Number(…)]``: a number taken exactly, with bounds and a largest count of decimals."""

    least: int
    most: int
    decimals: int = 4

    def __get_pydantic_core_schema__(self, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        exact = core_schema.decimal_schema(ge=Decimal(self.least), le=Decimal(self.most), decimal_places=self.decimals)
        shown = core_schema.plain_serializer_function_ser_schema(_shortest, when_used="json")
        return core_schema.no_info_before_validator_function(_number, exact, serialization=shown)

    def __get_pydantic_json_schema__(self, _schema: CoreSchema, _handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"type": "number", "minimum": self.least, "maximum": self.most}


def _shortest(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


class In(BaseModel):
    """The base of every input: unknown properties are refused."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Out(BaseModel):
    """The base of every output: no defaults, every property is always there."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True)


class Patch(In):
    """The base of partial updates: what is absent stays; ``null`` is refused except where a property says it clears."""

    def changes(self) -> dict[str, Any]:
        """The properties the client sent."""
        return {name: getattr(self, name) for name in self.model_fields_set}


def distinct(value: list[Any]) -> list[Any]:
    """Refuse a list that names something twice."""
    if len(set(value)) != len(value):
        raise PydanticCustomError("duplicate_item", "named twice")
    return value


def not_null(value: Any) -> Any:
    """Refuse ``null`` for a property that can be absent but not cleared."""
    if value is None:
        raise PydanticCustomError("not_nullable", "cannot be null")
    return value


NotNull = BeforeValidator(not_null)


class _NeverNull:
    """Keeps ``null`` out of the contract of ``X | None`` that may be absent but not null.

    ``X | SkipJsonSchema[None]`` would do so too, but makes a union, whose names then stand in the pointers of errors.
    """

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        shown = handler(schema)
        either = [one for one in shown.pop("anyOf", ()) if one != {"type": "null"}]
        return shown | either[0] if either else shown


#: Stands last in an ``Annotated[X | None, NotNull, …, NEVER_NULL]``.
NEVER_NULL: Final = _NeverNull()


class ProblemItem(Out):
    """One faulty place of an input."""

    pointer: Annotated[
        str,
        Field(
            max_length=500,
            description="JSON pointer into the body; `/query/…` and `/path/…` for parameters.",
            examples=["/scores/3/points"],
        ),
    ]
    code: Annotated[str, Field(max_length=60, description="Stable code of the fault.", examples=["out_of_range"])]
    message: Annotated[
        str,
        Field(
            max_length=1000,
            description="What is wrong, in the reader's language.",
            examples=["Di luar batas: 1–5."],
        ),
    ]


class Problem(BaseModel):
    """A problem document (RFC 9457)."""

    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "/problems/not-found",
                    "title": "Tidak ditemukan",
                    "status": 404,
                    "detail": "Yang diminta tidak ada atau bukan untuk Anda ketahui.",
                    "code": "not_found",
                    "instance": "/v1/cycles/01997c1e-5d1c-7a3e-9b60-2f4f0c9a1b2c",
                    "request_id": "5f3c2b9e41d84c0a9f6e7a12",
                }
            ]
        }
    )
    type: Annotated[
        str,
        Field(
            max_length=100,
            description="Relative URI of the kind of problem.",
            examples=["/problems/not-found"],
        ),
    ]
    title: Annotated[
        str, Field(max_length=200, description="The kind of problem in words.", examples=["Tidak ditemukan"])
    ]
    status: Annotated[int, Field(ge=400, le=599, description="The HTTP status.", examples=[404])]
    detail: Annotated[
        str,
        Field(
            max_length=2000,
            description="What happened here and how to mend it.",
            examples=["Unit ini tidak ada."],
        ),
    ]
    code: Annotated[str, Field(max_length=60, description="The slug of `type`.", examples=["not_found"])]
    instance: Annotated[str, Field(max_length=2000, description="The path that was asked for.", examples=["/v1/units"])]
    request_id: Annotated[
        str,
        Field(max_length=64, description="Quote it when you ask the operator.", examples=["5f3c2b9e41d84c0a"]),
    ]
    errors: Annotated[
        list[ProblemItem], Field(max_length=1000, description="Each faulty place of an invalid input.")
    ] = []


Limit = Annotated[int, Field(ge=1, le=200, description="Largest number of items on the page.", examples=[50])]
Cursor = Annotated[
    str,
    Field(
        min_length=1,
        max_length=1000,
        pattern=r"^[A-Za-z0-9_-]+$",
        description="`next_cursor` of the page before.",
        examples=["WyIiLCJBIl0"],
    ),
]
NextCursor = Annotated[
    str | None,
    Field(
        max_length=1000,
        description="Send it as `cursor` for the next page; null on the last one.",
        examples=[None],
    ),
]
