"""Summaries as the contract shows them."""

from enum import StrEnum
from typing import Annotated, Final, Self

from pydantic import Field

from app.api.languages import Language
from app.api.schemas.common import Code, Id, Int, Moment, Name, Out, Score
from app.api.texts import say
from app.api.texts.results import WORDS, predicate_label
from app.api.texts.summaries import NO_PREDICATE
from app.domain import summaries as domain
from app.domain.actions.summaries import Moment as DomainMoment
from app.domain.summaries import COUNTED, Kind, Withholding
from app.domain.values import Predicate, Scheme

_MOST_COLUMNS: Final = 1_000
_MOST_UNITS: Final = 100_000


class By(StrEnum):
    """Which figures a summary has."""

    UNIT = "unit"
    CRITERION = "criterion"
    RATER_TYPE = "rater_type"
    PREDICATE = "predicate"


KINDS: Final = {
    By.UNIT: (Kind.OVERALL, Kind.DIMENSION),
    By.CRITERION: (Kind.CRITERION,),
    By.RATER_TYPE: (Kind.RATER_TYPE,),
    By.PREDICATE: (Kind.RECOMMENDED, Kind.DECIDED),
}
Participants = Annotated[
    Int | None,
    Field(ge=5, le=100_000_000, description="Participants counted; null when withheld.", examples=[24]),
]
Withheld = Annotated[
    Withholding | None,
    Field(
        description=(
            "Why there is nothing: `too_few` participants (perhaps none, perhaps not yours to read) could be counted "
            "without telling of fewer than five."
        ),
        examples=[None],
    ),
]


class SummaryUnit(Out):
    """A unit by name."""

    id: Annotated[Id, Field(description="Id of the unit.")]
    code: Annotated[Code, Field(description="Its code.", examples=["DINKES"])]
    name: Annotated[Name, Field(description="Its name.", examples=["Dinas Kesehatan"])]

    @classmethod
    def of(cls, office: domain.Office) -> Self:
        """From the domain."""
        return cls(id=office.id, code=office.code, name=office.name)


class SummaryColumn(Out):
    """What the cells at one place of every row are about."""

    kind: Annotated[Kind, Field(description="Which sort of figure.", examples=["criterion"])]
    key: Annotated[
        str | None,
        Field(
            max_length=60,
            description="Dimension, rater type or predicate, or a criterion's id; null: without a predicate.",
            examples=["work_behaviour"],
        ),
    ]
    label: Annotated[str, Field(max_length=200, description="In words.", examples=["Perilaku Kerja"])]
    rubric_id: Annotated[Id | None, Field(description="The rubric of a criterion; null for all others.")]

    @classmethod
    def of(cls, column: domain.Column, scheme: Scheme, language: Language) -> Self:
        """From the domain."""
        label = column.title or _label(column, scheme, language)
        return cls(kind=column.kind, key=column.key, label=label, rubric_id=column.rubric_id)


def _label(column: domain.Column, scheme: Scheme, language: Language) -> str:
    if column.kind not in COUNTED:
        return say(WORDS[column.key or ""], language, {})
    if column.key is None:
        return say(NO_PREDICATE, language, {})
    return say(predicate_label(scheme, Predicate(column.key)), language, {})


class SummaryCell(Out):
    """The participants counted with a figure and its mean, or with a predicate."""

    participants: Participants
    mean: Annotated[
        Score | None,
        Field(
            description="Mean of their published figures, each with the same weight; null for predicates.",
            examples=[81.25],
        ),
    ]
    withheld: Withheld

    @classmethod
    def of(cls, cell: domain.Cell) -> Self:
        """From the domain."""
        return cls(participants=cell.participants, mean=cell.mean, withheld=cell.withheld)


class SummaryRow(Out):
    """A unit with all units below it, or its own members alone where it has both."""

    unit: Annotated[SummaryUnit | None, Field(description="The unit; null for several that have none above them.")]
    parent_id: Annotated[Id | None, Field(description="The unit whose part this is; null for the first row.")]
    own_members: Annotated[bool, Field(description="Only the unit's own members.", examples=[False])]
    participants: Participants
    withheld: Withheld
    cells: Annotated[list[SummaryCell], Field(max_length=_MOST_COLUMNS, description="One per column, in their order.")]


class CycleSummary(Out):
    """Means or counts by unit, from the top down."""

    cycle_id: Annotated[Id, Field(description="The cycle.")]
    by: Annotated[By, Field(description="Which figures these are.", examples=["criterion"])]
    frozen_at: Annotated[Moment, Field(description="Of which moment the figures are.")]
    columns: Annotated[list[SummaryColumn], Field(max_length=_MOST_COLUMNS, description="What the cells are about.")]
    rows: Annotated[list[SummaryRow], Field(max_length=_MOST_UNITS, description="Units, each before those below it.")]

    @classmethod
    def of(cls, whole: domain.Summary, by: By, language: Language) -> Self:
        """From the domain."""
        summary = whole.of(*KINDS[by])
        above = {row.place: row.unit for row in summary.rows}
        return cls(
            cycle_id=summary.heading.cycle_id,
            by=by,
            frozen_at=summary.heading.frozen_at,
            columns=[SummaryColumn.of(column, summary.heading.scheme, language) for column in summary.columns],
            rows=[_row(row, None if row.parent is None else above.get(row.parent)) for row in summary.rows],
        )


def _row(row: domain.Row, above: domain.Office | None) -> SummaryRow:
    return SummaryRow(
        unit=None if row.unit is None else SummaryUnit.of(row.unit),
        parent_id=None if above is None else above.id,
        own_members=row.own,
        participants=row.participants,
        withheld=row.withheld,
        cells=[SummaryCell.of(cell) for cell in row.cells],
    )


class TrendPoint(Out):
    """One unit in one cycle."""

    cycle_id: Annotated[Id, Field(description="The cycle.")]
    title: Annotated[Name, Field(description="Its title.", examples=["Penilaian 2026"])]
    frozen_at: Annotated[Moment, Field(description="Of which moment the figures are.")]
    participants: Participants
    withheld: Withheld
    cells: Annotated[list[SummaryCell], Field(max_length=3, description="One per column, in their order.")]

    @classmethod
    def of(cls, moment: DomainMoment) -> Self:
        """From the domain."""
        (row,) = moment.summary.rows
        return cls(
            cycle_id=moment.cycle.id,
            title=moment.cycle.title,
            frozen_at=moment.summary.heading.frozen_at,
            participants=row.participants,
            withheld=row.withheld,
            cells=[SummaryCell.of(cell) for cell in row.cells],
        )


class SummaryTrend(Out):
    """One unit from cycle to cycle, oldest first."""

    unit_id: Annotated[Id, Field(description="The unit.")]
    columns: Annotated[list[SummaryColumn], Field(max_length=3, description="What the cells are about.")]
    points: Annotated[list[TrendPoint], Field(max_length=8, description="The newest eight published cycles.")]
