"""What a heat map shows of a summary: a unit and those directly below it, by the criteria of each rubric."""

from collections.abc import Iterator, Sequence
from typing import Final

from app.api.charts.heat import HeatRow, Panel
from app.api.texts import summaries as texts
from app.api.words import Words
from app.domain.actions.summaries import Seen
from app.domain.rubrics import Rubric
from app.domain.summaries import Cell, Kind, Row, Summary

#: So many criteria stand side by side.
WIDEST: Final = 12
#: More rows than these are found in the table only.
LONGEST: Final = 100


def panels_of(seen: Seen, words: Words) -> list[Panel]:
    """One per rubric of which anything is shown, more where it has more than `WIDEST` criteria."""
    summary = seen.summary.near().of(Kind.CRITERION)
    every = [panel for rubric in seen.rubrics for panel in _panels(rubric, summary, words)]
    return [panel for panel in every if any(row.participants for row in panel.rows)] or every[:1]


def _panels(rubric: Rubric, summary: Summary, words: Words) -> Iterator[Panel]:
    places = [place for place, column in enumerate(summary.columns) if column.rubric_id == rubric.id]
    parts = [places[start : start + WIDEST] for start in range(0, len(places), WIDEST)]
    for number, part in enumerate(parts, start=1):
        yield Panel(
            title=rubric.title if len(parts) == 1 else f"{rubric.title} ({number}/{len(parts)})",
            columns=[summary.columns[place].title or "" for place in part],
            rows=[_row(row, [row.cells[place] for place in part], words) for row in summary.rows[:LONGEST]],
        )


def _row(row: Row, cells: Sequence[Cell], words: Words) -> HeatRow:
    numbers = [cell.participants for cell in cells if cell.participants is not None]
    values = [None if cell.mean is None else float(cell.mean) for cell in cells]
    return HeatRow(row_label(row, words), max(numbers, default=None), values)


def row_label(row: Row, words: Words) -> str:
    """The unit by name."""
    if row.unit is None:
        return words.say(texts.ALL_UNITS)
    return words.say(texts.OWN_MEMBERS, name=row.unit.name) if row.own else row.unit.name
