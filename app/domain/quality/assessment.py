"""Making the rating quality of a cycle (scoring.md section 8, anonymity.md rule 8). Only groups that count are read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from app.domain import statistics as stats
from app.domain.quality.agreement import RubricAgreement, agreement
from app.domain.quality.severity import Adjustments, Given, adjust
from app.domain.quality.sheets import Collected, Points, Ratees, Rows, Sums
from app.domain.quality.terms import (
    FAR,
    FAVOUR,
    FEWEST,
    FEWEST_PAIRS,
    IDENTICAL,
    NARROW,
    NO_WORDING,
    NOBODY,
    SMALL_SAMPLE,
    Bands,
    Diagnosis,
    Labels,
    NamedRaters,
    RatedSheets,
    Words,
    percent,
)
from app.domain.scoring import ANONYMOUS, NO_ANSWER, TYPES, Plan, Sheets
from app.domain.statistics import BOUNDS, LEVELS, Floats, Indices
from app.domain.values import RaterType

#: A shorter sheet says nothing about straight-lining or spread.
_SHORTEST: Final = 3
_SUPERIOR: Final = TYPES.index(RaterType.SUPERIOR)


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
        self._units: dict[UUID, int] = {}
        self._patterns: dict[bytes, int] = {}
        self._wordings: dict[tuple[UUID, bytes], int] = {}
        self._words: list[Words] = []
        self._ratees, self._participants = Collected(Ratees), 0
        self._rows = [Collected(Rows) for _ in TYPES]
        self._lengths = np.zeros((3, len(TYPES)), dtype=np.int64)
        self._anonymous_points, self._superior_points = Points(), Points()
        self._anonymous_sheets, self._superior_sheets, self._superior_answers = Sums(2), Sums(1), Sums(5)

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
        counted = asked & counts[group]
        answers = _answers(plan, sheets, counted)
        self._keep_sheets(rated, answers, group, counted)
        large = np.bincount(group, minlength=participants * width).reshape(participants, width) >= FEWEST
        self._keep_ratees(rated, self._label(plan, agreed[-1].reshape(shape), large))
        means = np.where(counts, 100.0 * (found.mean - plan.lowest) / plan.span, np.nan).reshape(shape)
        self._keep_answers(rated, answers, stats.mean_known(means[:, ANONYMOUS].transpose(0, 2, 1)))

    def _label(self, plan: Plan, dimensions: Floats, large: NDArray[np.bool_]) -> NDArray[np.int32]:
        """What each ratee may know: a word per dimension for anonymous groups that are large enough."""
        told = ~np.isnan(dimensions) & (large & ANONYMOUS)[:, :, None]
        levels = np.where(told, np.digitize(dimensions, BOUNDS), len(LEVELS)).astype(np.int8)
        wording = np.full(len(levels), NO_WORDING, dtype=np.int32)
        for place in np.flatnonzero(told.any(axis=(1, 2))).tolist():
            key = (plan.rubric.id, levels[place].tobytes())
            if key not in self._wordings:
                self._wordings[key] = len(self._words)
                self._words.append(_wording(plan, levels[place]))
            wording[place] = self._wordings[key]
        return wording

    def _keep_ratees(self, rated: RatedSheets, wording: NDArray[np.int32]) -> None:
        units = [self._units.setdefault(unit, len(self._units)) for unit in rated.units]
        self._ratees.add(
            Ratees(
                id=np.frombuffer(b"".join([one.bytes for one in rated.participants]), "V16"),
                person=rated.ratee.astype(np.int32),
                unit=np.array(units, dtype=np.int32),
                wording=wording,
            )
        )
        self._participants += len(rated.participants)

    def _patterns_of(self, counted: NDArray[np.bool_]) -> NDArray[np.int32]:
        """Sheets of one rubric that answer the same indicators have the same number."""
        packed = np.packbits(counted, axis=1)
        width, rows = packed.shape[1], packed.tobytes()
        numbers = self._patterns
        return np.array(
            [numbers.setdefault(rows[at : at + width], len(numbers)) for at in range(0, len(rows), width)],
            dtype=np.int32,
        )

    def _keep_sheets(self, rated: RatedSheets, answers: _Answers, group: Indices, counted: NDArray[np.bool_]) -> None:
        every = len(group)
        number = np.bincount(answers.sheet, minlength=every)
        kept = np.flatnonzero(number)
        kind, rater = rated.sheets.rater_type[kept], rated.rater[kept]
        value = (np.bincount(answers.sheet, answers.x, every) / np.maximum(number, 1))[kept]
        above = stats.leave_one_out(value, group[kept])
        rows = Rows(
            participant=(self._participants + rated.sheets.participant[kept]).astype(np.int32),
            rater=rater.astype(np.int32),
            value=value,
            favour=above >= FAVOUR,
            pattern=self._patterns_of(counted[kept]),
        )
        for place, collected in enumerate(self._rows):
            collected.add(rows, kind == place)
        long = number[kept] >= _SHORTEST
        flat = stats.identical_share(answers.points, answers.sheet, every)[kept] >= IDENTICAL
        narrow = stats.spread(answers.x, answers.sheet, every)[kept] < NARROW
        self._lengths += [np.bincount(kind[one], minlength=len(TYPES)) for one in (long, long & flat, long & narrow)]
        anonymous, named = ANONYMOUS[kind] & (rater != NOBODY), (kind == _SUPERIOR) & (rater != NOBODY)
        self._anonymous_sheets.add(rater[anonymous], np.ones(int(anonymous.sum())), above[anonymous])
        self._superior_sheets.add(rater[named], np.ones(int(named.sum())))

    def _keep_answers(self, rated: RatedSheets, answers: _Answers, others: Floats) -> None:
        """Answers of people whose sheets are looked at together; superiors beside the mean of the anonymous groups there."""
        kind, rater = rated.sheets.rater_type[answers.sheet], rated.rater[answers.sheet]
        known = rater != NOBODY
        anonymous = known & ANONYMOUS[kind]
        self._anonymous_points.add(rater[anonymous], answers.points[anonymous])
        named = known & (kind == _SUPERIOR)
        self._superior_points.add(rater[named], answers.points[named])
        x = answers.x[named]
        above = x - others[rated.sheets.participant[answers.sheet[named]], answers.indicator[named]]
        compared = ~np.isnan(above)
        figures = (np.ones(len(x)), x, x * x, compared.astype(np.float64), np.where(compared, above, 0.0))
        self._superior_answers.add(rater[named], *figures)

    def diagnosis(self) -> Diagnosis:
        """What is made of all batches; their sheets are let go."""
        ratees, rows = self._ratees.all(), [one.all() for one in self._rows]
        self._rows = []
        types = [_of_type(rows[place], place, *self._lengths[:, place].tolist()) for place in range(len(TYPES))]
        anonymous = {TYPES[place]: rows[place] for place in np.flatnonzero(ANONYMOUS).tolist()}
        del rows  # nobody needs those of the others any more, nor those of one type once they are adjusted
        report = {
            "rater_types": types,
            "rubrics": [{"rubric_id": str(key), "agreement": one.told()} for key, one in self._rubrics.items()],
            "reciprocity": _reciprocity(list(anonymous.values()), ratees, list(self._units)),
        }
        return Diagnosis(
            report=report,
            labels=Labels(ratees.id, ratees.wording, self._words),
            bands=self._bands(),
            named=self._superiors(),
            adjusted={kind: _adjusted(anonymous.pop(kind)) for kind in list(anonymous)},
            participants=ratees.id,
        )

    def _bands(self) -> Bands:
        """Against the other anonymous raters of the same groups only. A person gives one sheet to a ratee at most."""
        sheets, above = self._anonymous_sheets.all
        far = np.abs(above / np.maximum(sheets, 1)) >= FAR
        told = np.flatnonzero(sheets >= FEWEST)
        return Bands(told, (far | (self._anonymous_points.identical >= IDENTICAL))[told])

    def _superiors(self) -> NamedRaters:
        [sheets] = self._superior_sheets.all
        rater = np.flatnonzero(sheets)
        answers, x, squares, compared, above = self._superior_answers.all[:, rater]
        severity = above / np.where(compared > 0, compared, np.nan)
        variance = (squares - x * x / np.maximum(answers, 1)) / np.maximum(answers - 1, 1)
        spread = np.where(answers > 1, np.sqrt(np.maximum(variance, 0)), np.nan)
        ratees = sheets[rater].astype(np.int64)
        return NamedRaters(rater, ratees, severity, spread, self._superior_points.identical[rater])


def _wording(plan: Plan, levels: NDArray[np.int8]) -> Words:
    """``levels[type, dimension]`` in words, beyond the last level nothing."""
    told: dict[str, dict[str, str]] = {}
    for t, d in np.argwhere(levels < len(LEVELS)).tolist():
        told.setdefault(str(TYPES[t]), {})[str(plan.dimensions[d])] = str(LEVELS[levels[t, d]])
    return told


def _answers(plan: Plan, sheets: Sheets, kept: NDArray[np.bool_]) -> _Answers:
    sheet, indicator = np.nonzero(kept)
    points = sheets.points[sheet, indicator].astype(np.int64)
    return _Answers(sheet, indicator, points, 100.0 * (points - plan.lowest[indicator]) / plan.span[indicator])


def _of_type(rows: Rows, kind: int, long: int, flat: int, narrow: int) -> dict[str, Any]:
    """Reliability of one rater type, and the shares of its sheets that are flat or narrow."""
    ratees = int(np.count_nonzero(np.bincount(rows.participant)))
    enough = ratees >= FEWEST
    found = stats.reliability(rows.value, rows.participant) if enough else None
    told = enough and long > 0
    return {
        "rater_type": str(TYPES[kind]),
        "ratees": ratees,
        "icc_1": None if found is None else _figure(found.single),
        "icc_1k": None if found is None else _figure(found.mean),
        "level": None if found is None else str(stats.level(found.mean.shown)),
        "small_sample": ratees < SMALL_SAMPLE,
        "straight_lining": percent(flat / long) if told else None,
        "narrow_spread": percent(narrow / long) if told else None,
    }


def _adjusted(rows: Rows) -> Adjustments:
    """Only people can rate several others; a citizen's code is good for one sheet."""
    known = rows.rater != NOBODY
    own = slice(None) if known.all() else known
    return adjust(Given(rows.participant[own], rows.rater[own], rows.pattern[own], rows.value[own]))


def _figure(found: stats.Figure) -> dict[str, float | None]:
    return {"value": round(found.shown, 4), "raw": None if found.raw is None else round(found.raw, 4)}


def _reciprocity(rows: Sequence[Rows], ratees: Ratees, units: Sequence[UUID]) -> list[dict[str, Any]]:
    """Per unit with enough pairs who rated each other anonymously: in how many both favoured the other, in percent."""
    own = [(one, one.rater != NOBODY) for one in rows]
    one, other, favoured = stats.reciprocal_pairs(
        np.concatenate([part.rater[those] for part, those in own]),
        np.concatenate([ratees.person[part.participant[those]] for part, those in own]),
        np.concatenate([part.favour[those] for part, those in own]),
    )
    unit_of = np.zeros(int(ratees.person.max(initial=-1)) + 1, dtype=np.int32)
    unit_of[ratees.person] = ratees.unit
    together = unit_of[one] == unit_of[other]
    unit = unit_of[one[together]]
    number, both = np.bincount(unit, minlength=len(units)), np.bincount(unit, favoured[together], len(units))
    told = np.flatnonzero(number >= FEWEST_PAIRS).tolist()
    shares = {str(units[one]): percent(both[one] / number[one]) for one in told}
    return [{"unit_id": unit_id, "share": share} for unit_id, share in sorted(shares.items())]
