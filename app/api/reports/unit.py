"""The report of a unit: every word and number of it, ready to be set. All of it stands in summaries."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Final

from app.api.charts import Caption, HeatRow, Panel, Point, history_chart, panels_of, row_label
from app.api.charts.heat import WHITE_BELOW, shade, steps
from app.api.reports.days import day_in_words
from app.api.reports.letterhead import Letterhead
from app.api.reports.typesetting import typeset
from app.api.schemas.summaries import SummaryColumn
from app.api.texts import reports as common
from app.api.texts import summaries as summary_texts
from app.api.texts import unit_reports as texts
from app.api.words import Words
from app.domain.actions.summaries import Moment, Seen, UnitReported
from app.domain.cycles import RELEASED
from app.domain.local_time import local_day
from app.domain.rounding import round_half_up
from app.domain.rubrics import Rubric
from app.domain.summaries import Cell, Column, Kind

Json = dict[str, Any]
#: A line from cycle to cycle needs two points.
_SHORTEST_LINE: Final = 2


def unit_report(reported: UnitReported, words: Words, letterhead: Letterhead) -> bytes:
    """The PDF, with the notice that it is not final while results are not published."""
    data = unit_content(reported, words) | letterhead.content()
    return typeset("unit.typ", data, reported.seen.summary.heading.frozen_at, letterhead.files())


def unit_content(reported: UnitReported, words: Words) -> Json:
    """What the template sets: texts, and lists of texts, by name."""
    return {
        "language": words.language,
        "labels": {name: words.say(sentence) for name, sentence in texts.LABELS.items()},
        **_frame(reported.seen, words),
        "figures": _figures(reported.seen, words, Kind.OVERALL, Kind.DIMENSION),
        "groups": _figures(reported.seen, words, Kind.RATER_TYPE),
        "criteria": [
            {"title": rubric.title, "rows": _criteria(reported.seen, rubric, words)} for rubric in reported.seen.rubrics
        ],
        "predicates": _predicates(reported.seen, words),
        **_maps(reported.seen, words),
        **_trend(reported.trend, words),
    }


def _frame(seen: Seen, words: Words) -> Json:
    """What it is about, and what it is."""
    cycle, first, released = seen.cycle, seen.summary.rows[0], seen.cycle.state in RELEASED
    title, name = words.say(texts.TITLE), row_label(first, words)
    period = {"start": day_in_words(words, cycle.period_start), "end": day_in_words(words, cycle.period_end)}
    frozen = day_in_words(words, local_day(seen.summary.heading.frozen_at))
    number = first.participants
    return {
        "title": title,
        "notice": None if released else words.say(texts.NOT_FINAL),
        "footer": [title, name, cycle.title],
        "page": words.say(common.PAGE),
        "of": words.say(common.OF),
        "name": name,
        "code": first.unit and first.unit.code,
        "cycle": cycle.title,
        "period": words.say(common.PERIOD, **period),
        "status": words.say(texts.FROZEN, day=frozen),
        "participants": _withheld(words) if number is None else words.say(texts.COUNTED, number=number),
        "explanation": words.say(texts.EXPLANATION),
    }


def _withheld(words: Words) -> str:
    return f"– ({words.say(summary_texts.WITHHELD)})"


def _cells(seen: Seen, *kinds: Kind) -> list[tuple[Column, Cell]]:
    """Those of the unit itself."""
    part = seen.summary.of(*kinds)
    return list(zip(part.columns, part.rows[0].cells, strict=True))


def _line(label: str, cell: Cell, words: Words) -> list[str]:
    return [label, _people(cell.participants), words.number(_mean(cell))]


def _figures(seen: Seen, words: Words, *kinds: Kind) -> list[list[str]]:
    scheme = seen.summary.heading.scheme
    return [
        _line(SummaryColumn.of(column, scheme, words.language).label, cell, words)
        for column, cell in _cells(seen, *kinds)
    ]


def _criteria(seen: Seen, rubric: Rubric, words: Words) -> list[list[str]]:
    cells = _cells(seen, Kind.CRITERION)
    return [_line(column.title or "", cell, words) for column, cell in cells if column.rubric_id == rubric.id]


def _predicates(seen: Seen, words: Words) -> list[list[str]]:
    """Numbers and shares of all whose predicates are told apart, recommended and decided."""
    scheme = seen.summary.heading.scheme
    recommended, decided = ([cell for _, cell in _cells(seen, kind)] for kind in (Kind.RECOMMENDED, Kind.DECIDED))
    labels = [SummaryColumn.of(column, scheme, words.language).label for column, _ in _cells(seen, Kind.RECOMMENDED)]
    people = [sum(cell.participants or 0 for cell in cells) for cells in (recommended, decided)]
    return [
        [label, *_share(one.participants, people[0], words), *_share(other.participants, people[1], words)]
        for label, one, other in zip(labels, recommended, decided, strict=True)
        if one.participants or other.participants
    ]


def _share(number: int | None, people: int, words: Words) -> list[str]:
    if number is None:
        return ["–", "–"]
    return [str(number), f"{words.figure(round_half_up(Fraction(100 * number, people)))}%"]


def _maps(seen: Seen, words: Words) -> Json:
    """The units directly below, where there are any."""
    panels = panels_of(seen, words) if len(seen.summary.near().rows) > 1 else []
    return {
        "maps": [_map(panel, words) for panel in panels],
        "key": [{"text": text, "fill": shade(least)} for text, least in steps()],
        "withheld": words.say(summary_texts.WITHHELD),
        "map_unit": words.say(texts.MAP),
    }


def _map(panel: Panel, words: Words) -> Json:
    return {"title": panel.title, "columns": list(panel.columns), "rows": [_map_row(row, words) for row in panel.rows]}


def _map_row(row: HeatRow, words: Words) -> Json:
    return {
        "label": row.label,
        "participants": _people(row.participants),
        "cells": [
            {
                "text": words.number(value),
                "fill": None if value is None else shade(value),
                "white": value is not None and value < WHITE_BELOW,
            }
            for value in row.values
        ],
    }


def _trend(trend: Sequence[Moment], words: Words) -> Json:
    if not trend:
        return {"trend": {"columns": [], "rows": []}, "trend_chart": None, "trend_alt": ""}
    newest = trend[-1].summary
    scheme = newest.heading.scheme
    rows = [(moment.cycle.title, moment.summary.rows[0]) for moment in trend]
    points = [Point(title, _mean(row.cells[0])) for title, row in rows]
    told = words.say(texts.TREND, figures="; ".join(f"{one.label} {words.number(one.value)}" for one in points))
    drawn = history_chart(points, Caption(words.say(texts.LABELS["trend"]), told, words.language), "")
    return {
        "trend": {
            "columns": [SummaryColumn.of(column, scheme, words.language).label for column in newest.columns],
            "rows": [
                [
                    title,
                    _people(row.participants),
                    *(words.number(_mean(cell)) for cell in row.cells),
                ]
                for title, row in rows
            ],
        },
        "trend_chart": drawn.decode() if len(points) >= _SHORTEST_LINE else None,
        "trend_alt": told,
    }


def _people(number: int | None) -> str:
    return "–" if number is None else str(number)


def _mean(cell: Cell) -> float | None:
    return None if cell.mean is None else float(cell.mean)
