"""Making the rating quality of a cycle (scoring.md section 8, anonymity.md rule 8). Only groups that count are read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from app.domain import statistics as stats
from app.domain.quality.agreement import RubricAgreement, agreement
from app.domain.quality.severity import Adjustments, Given, adjust
from app.domain.quality.sheets import ByRater, Collected, Rows
from app.domain.quality.terms import (
    FAR,
    FAVOUR,
    FEWEST,
    FEWEST_PAIRS,
    IDENTICAL,
    NARROW,
    NOBODY,
    SMALL_SAMPLE,
    Band,
    Diagnosis,
    NamedRater,
    RatedSheets,
)
from app.domain.scoring import ANONYMOUS, NO_ANSWER, TYPES, Plan, Sheets
from app.domain.statistics import BOUNDS, LEVELS, Floats, Indices
from app.domain.values import RaterType

#: A shorter sheet says nothing about straight-lining or spread.
_SHORTEST: Final = 3
_SUPERIOR: Final = TYPES.index(RaterType.SUPERIOR)
#: Of a ratee: rater type, dimension, level.
_Labels = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True, eq=False)
class _Answers:
    """The answers that count, one per place: of which sheet and indicator, in points and on 0..100."""

    sheet: Indices
    indicator: Indices
    points: NDArray[np.int64]
    x: Floats


class Assessment:
    """Takes sheets batch by batch (`add`) and then makes the `diagnosis`."""

    def __init__(self) -> None:
        self._rubrics: dict[UUID, RubricAgreement] = {}
        self._labels: dict[UUID, _Labels] = {}
        self._wordings: dict[tuple[UUID, bytes], _Labels] = {}
        self._units: dict[UUID, int] = {}
        self._participants: dict[int, UUID] = {}
        self._patterns: dict[bytes, int] = {}
        self._rows = Collected()
        self._anonymous = ByRater(0)
        self._superior = ByRater(5)

    def add(self, plan: Plan, rated: RatedSheets) -> None:
        """One batch. Answers of groups that do not count are not looked at."""
        sheets, width = rated.sheets, len(TYPES)
        participants, group = len(rated.participants), sheets.participant * width + sheets.rater_type
        asked = (sheets.points != NO_ANSWER) & plan.asked[sheets.rater_type]
        found = stats.dispersion(np.where(asked, sheets.points, np.nan), group, participants * width)
        minimum = np.tile(np.where(plan.weighing, plan.minimum, np.iinfo(np.int64).max), participants)
        counts = found.raters >= minimum[:, None]
        agreed = agreement(plan, found, counts)
        shape = (participants, width, -1)
        self._rubrics.setdefault(plan.rubric.id, RubricAgreement(plan)).add([a.reshape(shape) for a in agreed])
        self._label(plan, rated, agreed[-1].reshape(shape), np.bincount(group, minlength=participants * width))
        counted = asked & counts[group]
        answers = _answers(plan, sheets, counted)
        self._rows.add(self._sheets(rated, answers, group, self._patterns_of(counted)))
        self._participants.update(zip(rated.ratee.tolist(), rated.participants, strict=True))
        means = np.where(counts, 100.0 * (found.mean - plan.lowest) / plan.span, np.nan).reshape(shape)
        self._keep_answers(rated, answers, stats.mean_known(means[:, ANONYMOUS].transpose(0, 2, 1)))

    def _label(self, plan: Plan, rated: RatedSheets, dimensions: Floats, sheets: Indices) -> None:
        """What each ratee may know: a word per dimension for anonymous groups that are large enough."""
        large = sheets.reshape(len(rated.participants), len(TYPES)) >= FEWEST
        told = ~np.isnan(dimensions) & (large & ANONYMOUS)[:, :, None]
        levels = np.where(told, np.digitize(dimensions, BOUNDS), len(LEVELS)).astype(np.int8)
        for place in np.flatnonzero(told.any(axis=(1, 2))).tolist():
            key = (plan.rubric.id, levels[place].tobytes())
            if key not in self._wordings:  # few can be different, so people share them
                self._wordings[key] = _wording(plan, levels[place])
            self._labels[rated.participants[place]] = self._wordings[key]

    def _patterns_of(self, counted: NDArray[np.bool_]) -> Indices:
        """Sheets of one rubric that answer the same indicators have the same number."""
        packed = np.packbits(counted, axis=1)
        width, rows = packed.shape[1], packed.tobytes()
        numbers = self._patterns
        return np.array(
            [numbers.setdefault(rows[at : at + width], len(numbers)) for at in range(0, len(rows), width)],
            dtype=np.int64,
        )

    def _sheets(self, rated: RatedSheets, answers: _Answers, group: Indices, pattern: Indices) -> Rows:
        every = len(group)
        units = np.array([self._units.setdefault(unit, len(self._units)) for unit in rated.units], dtype=np.int64)
        number = np.bincount(answers.sheet, minlength=every)
        kept = np.flatnonzero(number)
        value = (np.bincount(answers.sheet, answers.x, every) / np.maximum(number, 1))[kept]
        participant = rated.sheets.participant[kept]
        long = number[kept] >= _SHORTEST
        return Rows(
            ratee=rated.ratee[participant].astype(np.int32),
            unit=units[participant].astype(np.int32),
            rater=rated.rater[kept].astype(np.int32),
            kind=rated.sheets.rater_type[kept],
            value=value,
            above=stats.leave_one_out(value, group[kept]),
            long=long,
            flat=long & (stats.identical_share(answers.points, answers.sheet, every)[kept] >= IDENTICAL),
            narrow=long & (stats.spread(answers.x, answers.sheet, every)[kept] < NARROW),
            pattern=pattern[kept].astype(np.int32),
        )

    def _keep_answers(self, rated: RatedSheets, answers: _Answers, others: Floats) -> None:
        """Answers of people whose sheets are looked at together; superiors beside the mean of the anonymous groups there."""
        kind, rater = rated.sheets.rater_type[answers.sheet], rated.rater[answers.sheet]
        known = rater != NOBODY
        anonymous = known & ANONYMOUS[kind]
        self._anonymous.add(rater[anonymous], answers.points[anonymous])
        named = known & (kind == _SUPERIOR)
        x = answers.x[named]
        above = x - others[rated.sheets.participant[answers.sheet[named]], answers.indicator[named]]
        compared = ~np.isnan(above)
        figures = (np.ones(len(x)), x, x * x, compared.astype(np.float64), np.where(compared, above, 0.0))
        self._superior.add(rater[named], answers.points[named], *figures)

    def diagnosis(self) -> Diagnosis:
        """What is made of all batches; their sheets are let go."""
        rows, self._rows = self._rows.all(), Collected()
        report = {
            "rater_types": [_of_type(rows, place) for place in range(len(TYPES))],
            "rubrics": [{"rubric_id": str(key), "agreement": one.told()} for key, one in self._rubrics.items()],
            "reciprocity": _reciprocity(rows, list(self._units)),
        }
        adjusted = {TYPES[kind]: _adjusted(rows, kind) for kind in np.flatnonzero(ANONYMOUS).tolist()}
        return Diagnosis(
            report, self._labels, self._bands(rows), self._superiors(rows), adjusted, dict(self._participants)
        )

    def _bands(self, rows: Rows) -> dict[int, Band]:
        """Against the other anonymous raters of the same groups only. A person gives one sheet to a ratee at most."""
        own = ANONYMOUS[rows.kind] & (rows.rater != NOBODY)
        people = self._anonymous.people
        sheets = np.bincount(rows.rater[own], minlength=people)
        above = np.bincount(rows.rater[own], rows.above[own], people) / np.maximum(sheets, 1)
        unusual = (np.abs(above) >= FAR) | (self._anonymous.identical >= IDENTICAL)
        return {one: Band.UNUSUAL if unusual[one] else Band.USUAL for one in np.flatnonzero(sheets >= FEWEST).tolist()}

    def _superiors(self, rows: Rows) -> list[NamedRater]:
        of_superiors = (rows.kind == _SUPERIOR) & (rows.rater != NOBODY)
        ratees = np.bincount(rows.rater[of_superiors], minlength=self._superior.people)
        answers, x, squares, compared, above = self._superior.sums
        severity = above / np.where(compared > 0, compared, np.nan)
        variance = (squares - x * x / np.maximum(answers, 1)) / np.maximum(answers - 1, 1)
        spread = np.where(answers > 1, np.sqrt(np.maximum(variance, 0)), np.nan)
        identical = self._superior.identical
        return [
            NamedRater(one, int(ratees[one]), _rounded(severity[one]), _rounded(spread[one]), _percent(identical[one]))
            for one in np.flatnonzero(ratees).tolist()
        ]


def _wording(plan: Plan, levels: NDArray[np.int8]) -> _Labels:
    """``levels[type, dimension]`` in words, beyond the last level nothing."""
    told: dict[str, dict[str, str]] = {}
    for t, d in np.argwhere(levels < len(LEVELS)).tolist():
        told.setdefault(str(TYPES[t]), {})[str(plan.dimensions[d])] = str(LEVELS[levels[t, d]])
    return told


def _answers(plan: Plan, sheets: Sheets, kept: NDArray[np.bool_]) -> _Answers:
    sheet, indicator = np.nonzero(kept)
    points = sheets.points[sheet, indicator].astype(np.int64)
    return _Answers(sheet, indicator, points, 100.0 * (points - plan.lowest[indicator]) / plan.span[indicator])


def _of_type(rows: Rows, kind: int) -> dict[str, Any]:
    """Reliability of one rater type, and the shares of its sheets that are flat or narrow."""
    own = rows.kind == kind
    ratees = len(np.unique(rows.ratee[own]))
    enough = ratees >= FEWEST
    found = stats.reliability(rows.value[own], rows.ratee[own]) if enough else None
    sheets = int((own & rows.long).sum()) if enough else 0
    return {
        "rater_type": str(TYPES[kind]),
        "ratees": ratees,
        "icc_1": None if found is None else _figure(found.single),
        "icc_1k": None if found is None else _figure(found.mean),
        "level": None if found is None else str(stats.level(found.mean.shown)),
        "small_sample": ratees < SMALL_SAMPLE,
        "straight_lining": _percent(int((own & rows.flat).sum()) / sheets) if sheets else None,
        "narrow_spread": _percent(int((own & rows.narrow).sum()) / sheets) if sheets else None,
    }


def _adjusted(rows: Rows, kind: int) -> Adjustments:
    """Only people can rate several others; a citizen's code is good for one sheet."""
    own = (rows.kind == kind) & (rows.rater != NOBODY)
    return adjust(Given(rows.ratee[own], rows.rater[own], rows.pattern[own], rows.value[own]))


def _figure(found: stats.Figure) -> dict[str, float | None]:
    return {"value": round(found.shown, 4), "raw": None if found.raw is None else round(found.raw, 4)}


def _reciprocity(rows: Rows, units: Sequence[UUID]) -> list[dict[str, Any]]:
    """Per unit with enough pairs who rated each other anonymously: in how many both favoured the other, in percent."""
    own = np.flatnonzero(ANONYMOUS[rows.kind] & (rows.rater != NOBODY))
    pairs = own[stats.reciprocal_pairs(rows.rater[own].astype(np.int64), rows.ratee[own].astype(np.int64))]
    pairs = pairs[rows.unit[pairs[:, 0]] == rows.unit[pairs[:, 1]]]
    unit, favoured = rows.unit[pairs[:, 0]], (rows.above[pairs] >= FAVOUR).all(axis=1)
    number, both = np.bincount(unit, minlength=len(units)), np.bincount(unit, favoured, len(units))
    told = np.flatnonzero(number >= FEWEST_PAIRS).tolist()
    shares = {str(units[one]): _percent(both[one] / number[one]) for one in told}
    return [{"unit_id": unit_id, "share": share} for unit_id, share in sorted(shares.items())]


def _percent(share: float) -> int:
    return int(share * 100 + 0.5)


def _rounded(figure: float) -> float | None:
    return None if np.isnan(figure) else round(float(figure), 1) + 0.0  # never "-0.0"
