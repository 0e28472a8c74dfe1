"""Rating quality of a cycle, made at the end of rating (scoring.md section 8, anonymity.md rule 8).

Only groups that count are read. Raters are small integers here: whoever stores a diagnosis knows whom they mean. What
leaves this module may be shown: of an anonymous rater one band, all else over at least `FEWEST` ratees.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from app.domain import statistics as stats
from app.domain.scoring import ANONYMOUS, NO_ANSWER, TYPES, Plan, Sheets
from app.domain.severity import Adjustment, Given, adjust
from app.domain.statistics import BOUNDS, LEVELS, Floats, Indices
from app.domain.values import RaterType

#: So many ratees, or sheets of a rater, there are behind anything said; a ratee's own label needs so many raters.
FEWEST: Final = 5
#: So many pairs of a unit there are behind its reciprocity.
FEWEST_PAIRS: Final = 10
#: Below so many ratees figures are to be read with caution.
SMALL_SAMPLE: Final = 30
#: A rater is unusual who lies so many points (of 100) from the others, or gives so large a share of identical points.
FAR: Final = 20.0
IDENTICAL: Final = 0.9
#: So many points above the others is favour; a standard deviation below the second is a narrow spread.
FAVOUR: Final = 10.0
NARROW: Final = 10.0
#: A shorter sheet says nothing about straight-lining or spread.
_SHORTEST: Final = 3
#: The number of a rater who is not in the directory: a citizen.
NOBODY: Final = -1


class Band(StrEnum):
    """All that is said of an anonymous rater."""

    USUAL = "usual"
    UNUSUAL = "unusual"


@dataclass(frozen=True, slots=True, eq=False)
class RatedSheets:
    """The sheets of some participants who share a rubric, with their raters as numbers (`NOBODY`: a citizen).

    ``rater`` has one number per sheet; ``ratee`` and ``unit`` belong to the participants and number the same people as
    ``rater`` does.
    """

    participants: Sequence[UUID]
    units: Sequence[UUID]
    ratee: Indices
    sheets: Sheets
    rater: Indices


@dataclass(frozen=True, slots=True)
class NamedRater:
    """A superior's figures: points of 100 above the anonymous raters of the same ratees, standard deviation, percent."""

    rater: int
    ratees: int
    severity: float | None
    spread: float | None
    identical: int


@dataclass(frozen=True, slots=True, eq=False)
class Diagnosis:
    """All of a cycle: ``report`` and ``labels`` (per participant: type, dimension, level) are ready to be stored as JSON.

    ``adjusted`` has the ratees of each rater type; ``participants`` names the ratees.
    """

    report: dict[str, Any]
    labels: Mapping[UUID, dict[str, dict[str, str]]]
    bands: Mapping[int, Band]
    named: Sequence[NamedRater]
    adjusted: Mapping[RaterType, Sequence[Adjustment]]
    participants: Mapping[int, UUID]


@dataclass(frozen=True, slots=True, eq=False)
class _Answers:
    """The answers that count, one per place: of which sheet and indicator, in points and on 0..100."""

    sheet: Indices
    indicator: Indices
    points: NDArray[np.int64]
    x: Floats


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """The sheets that count, in parallel arrays; ``value`` is a sheet's mean, ``above`` how far above the others.

    ``pattern`` numbers which of the indicators that count were answered.
    """

    ratee: Indices
    unit: Indices
    rater: Indices
    kind: Indices
    value: Floats
    above: Floats
    answers: Indices
    identical: Floats
    spread: Floats
    pattern: Indices


class Assessment:
    """Takes sheets batch by batch (`add`) and then makes the `diagnosis`."""

    def __init__(self) -> None:
        self._rubrics: dict[UUID, _RubricAgreement] = {}
        self._labels: dict[UUID, dict[str, dict[str, str]]] = {}
        self._units: dict[UUID, int] = {}
        self._participants: dict[int, UUID] = {}
        self._patterns: dict[bytes, int] = {}
        self._rows: list[_Rows] = []
        self._anonymous: list[tuple[Indices, NDArray[np.int64]]] = []
        self._named: list[tuple[Indices, NDArray[np.int64], Floats, Floats]] = []

    def add(self, plan: Plan, rated: RatedSheets) -> None:
        """One batch. Answers of groups that do not count are not looked at."""
        sheets, width = rated.sheets, len(TYPES)
        participants, group = len(rated.participants), sheets.participant * width + sheets.rater_type
        asked = (sheets.points != NO_ANSWER) & plan.asked[sheets.rater_type]
        found = stats.dispersion(np.where(asked, sheets.points, np.nan), group, participants * width)
        minimum = np.tile(np.where(plan.weighing, plan.minimum, np.iinfo(np.int64).max), participants)
        counts = found.raters >= minimum[:, None]
        agreement = _agreement(plan, found, counts)
        shape = (participants, width, -1)
        self._rubrics.setdefault(plan.rubric.id, _RubricAgreement(plan)).add([a.reshape(shape) for a in agreement])
        self._label(plan, rated, agreement[-1].reshape(shape), np.bincount(group, minlength=participants * width))
        counted = asked & counts[group]
        answers = _answers(plan, sheets, counted)
        self._rows.append(self._sheets(rated, answers, group, self._patterns_of(counted)))
        self._participants.update(zip(rated.ratee.tolist(), rated.participants, strict=True))
        means = np.where(counts, 100.0 * (found.mean - plan.lowest) / plan.span, np.nan).reshape(shape)
        self._keep_answers(rated, answers, stats.mean_known(means[:, ANONYMOUS].transpose(0, 2, 1)))

    def _label(self, plan: Plan, rated: RatedSheets, dimensions: Floats, sheets: Indices) -> None:
        """What each ratee may know: a word per dimension for anonymous groups that are large enough."""
        large = sheets.reshape(len(rated.participants), len(TYPES)) >= FEWEST
        told = ~np.isnan(dimensions) & (large & ANONYMOUS)[:, :, None]
        for p, t, d in np.argwhere(told).tolist():
            of_type = self._labels.setdefault(rated.participants[p], {}).setdefault(str(TYPES[t]), {})
            of_type[str(plan.dimensions[d])] = str(stats.level(dimensions[p, t, d]))

    def _patterns_of(self, counted: NDArray[np.bool_]) -> Indices:
        """Sheets of one rubric that answer the same indicators have the same number."""
        packed, pattern = np.unique(np.packbits(counted, axis=1), axis=0, return_inverse=True)
        numbers = [self._patterns.setdefault(row.tobytes(), len(self._patterns)) for row in packed]
        return np.array(numbers, dtype=np.int64)[pattern.reshape(-1)]

    def _sheets(self, rated: RatedSheets, answers: _Answers, group: Indices, pattern: Indices) -> _Rows:
        every = len(group)
        units = np.array([self._units.setdefault(unit, len(self._units)) for unit in rated.units], dtype=np.int64)
        number = np.bincount(answers.sheet, minlength=every)
        kept = np.flatnonzero(number)
        value = (np.bincount(answers.sheet, answers.x, every) / np.maximum(number, 1))[kept]
        participant = rated.sheets.participant[kept]
        return _Rows(
            ratee=rated.ratee[participant],
            unit=units[participant],
            rater=rated.rater[kept],
            kind=rated.sheets.rater_type[kept].astype(np.int64),
            value=value,
            above=stats.leave_one_out(value, group[kept]),
            answers=number[kept],
            identical=stats.identical_share(answers.points, answers.sheet, every)[kept],
            spread=stats.spread(answers.x, answers.sheet, every)[kept],
            pattern=pattern[kept],
        )

    def _keep_answers(self, rated: RatedSheets, answers: _Answers, others: Floats) -> None:
        """Answers of people whose sheets are looked at together; superiors beside the mean of the anonymous groups there."""
        kind, rater = rated.sheets.rater_type[answers.sheet], rated.rater[answers.sheet]
        known = rater != NOBODY
        anonymous = known & ANONYMOUS[kind]
        self._anonymous.append((rater[anonymous], answers.points[anonymous]))
        named = known & (kind == TYPES.index(RaterType.SUPERIOR))
        compared = others[rated.sheets.participant[answers.sheet[named]], answers.indicator[named]]
        self._named.append((rater[named], answers.points[named], answers.x[named], answers.x[named] - compared))

    def diagnosis(self) -> Diagnosis:
        """What is made of all batches."""
        rows = _joined(self._rows)
        report = {
            "rater_types": [_of_type(rows, place) for place in range(len(TYPES))],
            "rubrics": [{"rubric_id": str(key), "agreement": one.told()} for key, one in self._rubrics.items()],
            "reciprocity": _reciprocity(rows, list(self._units)),
        }
        adjusted = {TYPES[kind]: _adjusted(rows, kind) for kind in np.flatnonzero(ANONYMOUS).tolist()}
        return Diagnosis(
            report, self._labels, self._bands(rows), self._superiors(rows), adjusted, dict(self._participants)
        )

    def _bands(self, rows: _Rows) -> dict[int, Band]:
        """Against the other anonymous raters of the same groups only. A person gives one sheet to a ratee at most."""
        own = ANONYMOUS[rows.kind] & (rows.rater != NOBODY)
        rater, points = _flat(self._anonymous, 2)
        people = int(rater.max(initial=NOBODY)) + 1
        sheets = np.bincount(rows.rater[own], minlength=people)
        above = np.bincount(rows.rater[own], rows.above[own], people) / np.maximum(sheets, 1)
        identical = stats.identical_share(points, rater, people)
        unusual = (np.abs(above) >= FAR) | (identical >= IDENTICAL)
        return {one: Band.UNUSUAL if unusual[one] else Band.USUAL for one in np.flatnonzero(sheets >= FEWEST).tolist()}

    def _superiors(self, rows: _Rows) -> list[NamedRater]:
        rater, points, x, above = _flat(self._named, 4)
        people = int(rater.max(initial=NOBODY)) + 1
        of_superiors = (rows.kind == TYPES.index(RaterType.SUPERIOR)) & (rows.rater != NOBODY)
        ratees = np.bincount(rows.rater[of_superiors], minlength=people)
        compared = ~np.isnan(above)
        number = np.bincount(rater[compared], minlength=people)
        severity = np.bincount(rater[compared], above[compared], people) / np.where(number > 0, number, np.nan)
        spread, identical = stats.spread(x, rater, people), stats.identical_share(points, rater, people)
        return [
            NamedRater(one, int(ratees[one]), _rounded(severity[one]), _rounded(spread[one]), _percent(identical[one]))
            for one in np.flatnonzero(ratees).tolist()
        ]


class _Tally:
    """Figures of ratees, added up: axes ``[type, column]``, levels before them."""

    def __init__(self, columns: int) -> None:
        self._ratees = np.zeros((len(TYPES), columns), dtype=np.int64)
        self._total = np.zeros((len(TYPES), columns))
        self._levels = np.zeros((len(LEVELS), len(TYPES), columns), dtype=np.int64)

    def add(self, figures: Floats) -> None:
        """Figures ``[ratee, type, column]``, ``nan`` where there is none."""
        known = ~np.isnan(figures)
        step = np.digitize(figures, BOUNDS)
        self._ratees += known.sum(axis=0)
        self._total += np.nansum(figures, axis=0)
        self._levels += np.stack([((step == place) & known).sum(axis=0) for place in range(len(LEVELS))])

    def mean(self, kind: int, column: int) -> float | None:
        """Over the ratees, when there are enough."""
        ratees = int(self._ratees[kind, column])
        return round(float(self._total[kind, column]) / ratees, 4) if ratees >= FEWEST else None

    def told(self, kind: int, column: int) -> dict[str, Any]:
        """Mean and how many ratees have which level."""
        ratees = int(self._ratees[kind, column])
        counts = self._levels[:, kind, column].tolist()
        levels = {str(name): count for name, count in zip(LEVELS, counts, strict=True)} if ratees >= FEWEST else None
        return {"ratees": ratees, "mean": self.mean(kind, column), "levels": levels}


class _RubricAgreement:
    """Agreement on one rubric."""

    def __init__(self, plan: Plan) -> None:
        self._indicators = [indicator.code for indicator in plan.indicators]
        self._criteria = [criterion.code for criterion in plan.criteria]
        self._dimensions = [str(dimension) for dimension in plan.dimensions]
        widths = (self._indicators, self._indicators, self._criteria, self._dimensions)
        self._tallies = [_Tally(len(names)) for names in widths]

    def add(self, figures: Sequence[Floats]) -> None:
        """What `_agreement` found."""
        for tally, part in zip(self._tallies, figures, strict=True):
            tally.add(part)

    def told(self) -> list[dict[str, Any]]:
        """One object per rater type."""
        return [self._of_type(kind) for kind in range(len(TYPES))]

    def _of_type(self, kind: int) -> dict[str, Any]:
        deviation, rwg, criteria, dimensions = self._tallies
        return {
            "rater_type": str(TYPES[kind]),
            "indicators": [
                {"code": code, "rwg": rwg.told(kind, place), "ad": deviation.mean(kind, place)}
                for place, code in enumerate(self._indicators)
            ],
            "criteria": [
                {"code": code, "rwg_j": criteria.told(kind, place)} for place, code in enumerate(self._criteria)
            ],
            "dimensions": [
                {"dimension": name, "rwg_j": dimensions.told(kind, place)}
                for place, name in enumerate(self._dimensions)
            ],
        }


def _agreement(plan: Plan, found: stats.Dispersion, counts: NDArray[np.bool_]) -> list[Floats]:
    """Per group: AD_M and rwg of the indicators, rwg(J) of the criteria, their mean per dimension."""
    variance = np.where(counts, found.variance, np.nan)
    rwg, criteria = np.full(variance.shape, np.nan), np.full((len(variance), len(plan.members)), np.nan)
    for place, members in enumerate(plan.members):
        columns, points = list(members), int(plan.span[members[0]]) + 1
        rwg[:, columns] = stats.rwg(variance[:, columns], points).shown
        criteria[:, place] = stats.rwg_j(variance[:, columns], points).shown
    dimensions = [stats.mean_known(criteria[:, list(members)]) for members in plan.dimension_members]
    return [np.where(counts, found.deviation, np.nan), rwg, criteria, np.stack(dimensions, axis=1)]


def _answers(plan: Plan, sheets: Sheets, kept: NDArray[np.bool_]) -> _Answers:
    sheet, indicator = np.nonzero(kept)
    points = sheets.points[sheet, indicator].astype(np.int64)
    return _Answers(sheet, indicator, points, 100.0 * (points - plan.lowest[indicator]) / plan.span[indicator])


def _joined(parts: Sequence[_Rows]) -> _Rows:
    if not parts:
        whole, fraction = np.zeros(0, dtype=np.int64), np.zeros(0)
        return _Rows(whole, whole, whole, whole, fraction, fraction, whole, fraction, fraction, whole)
    return _Rows(*(np.concatenate([getattr(part, name) for part in parts]) for name in _Rows.__slots__))


def _flat(parts: Sequence[tuple[Any, ...]], columns: int) -> tuple[Any, ...]:
    if not parts:
        return tuple(np.zeros(0, dtype=np.int64) for _ in range(columns))
    return tuple(np.concatenate(column) for column in zip(*parts, strict=True))


def _of_type(rows: _Rows, kind: int) -> dict[str, Any]:
    """Reliability of one rater type, and the shares of its sheets that are flat or narrow."""
    own = rows.kind == kind
    ratees = len(np.unique(rows.ratee[own]))
    enough = ratees >= FEWEST
    found = stats.reliability(rows.value[own], rows.ratee[own]) if enough else None
    long = own & (rows.answers >= _SHORTEST) & enough
    sheets = int(long.sum())
    return {
        "rater_type": str(TYPES[kind]),
        "ratees": ratees,
        "icc_1": None if found is None else _figure(found.single),
        "icc_1k": None if found is None else _figure(found.mean),
        "level": None if found is None else str(stats.level(found.mean.shown)),
        "small_sample": ratees < SMALL_SAMPLE,
        "straight_lining": _percent(float((rows.identical[long] >= IDENTICAL).mean())) if sheets else None,
        "narrow_spread": _percent(float((rows.spread[long] < NARROW).mean())) if sheets else None,
    }


def _adjusted(rows: _Rows, kind: int) -> list[Adjustment]:
    """Only people can rate several others; a citizen's code is good for one sheet."""
    own = (rows.kind == kind) & (rows.rater != NOBODY)
    return adjust(Given(rows.ratee[own], rows.rater[own], rows.pattern[own], rows.value[own]))


def _figure(found: stats.Figure) -> dict[str, float | None]:
    return {"value": round(found.shown, 4), "raw": None if found.raw is None else round(found.raw, 4)}


def _reciprocity(rows: _Rows, units: Sequence[UUID]) -> list[dict[str, Any]]:
    """Per unit with enough pairs who rated each other anonymously: in how many both favoured the other, in percent."""
    own = np.flatnonzero(ANONYMOUS[rows.kind] & (rows.rater != NOBODY))
    pairs = own[stats.reciprocal_pairs(rows.rater[own], rows.ratee[own])]
    pairs = pairs[rows.unit[pairs[:, 0]] == rows.unit[pairs[:, 1]]]
    unit, favoured = rows.unit[pairs[:, 0]], (rows.above[pairs] >= FAVOUR).all(axis=1)
    number, both = np.bincount(unit, minlength=len(units)), np.bincount(unit, favoured, len(units))
    told = np.flatnonzero(number >= FEWEST_PAIRS).tolist()
    shares = {str(units[one]): _percent(both[one] / number[one]) for one in told}
    return [{"unit_id": unit_id, "share": share} for unit_id, share in sorted(shares.items())]


def _percent(share: float) -> int:
    return int(share * 100 + 0.5)


def _rounded(figure: float) -> float | None:
    return None if np.isnan(figure) else round(float(figure), 1)
