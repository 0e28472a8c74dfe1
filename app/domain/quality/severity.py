"""Severity-adjusted means (scoring.md section 8): what ratees would have had, had all of them been rated equally strictly.

Beside a mean that is published, an adjusted one tells the sum of the effects of that ratee's raters; where each colleague
rates his own choice of people, these sums can be solved for every single rater, however few digits they have. So nothing is
told unless raters are interchangeable: whoever rated in a component has four others beside him who rated exactly the same
ratees, as the same rater type, on the same indicators. Then renaming those five changes no figure (docs/decisions.md, 27).
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.domain import statistics as stats
from app.domain.quality.sheets import side_by_side
from app.domain.statistics import Floats, Indices, Numbers

#: So many raters rated exactly the same, or nothing is told of their component.
ALIKE: Final = 5


class Untold(StrEnum):
    """Why no figure is told of a ratee."""

    SINGLE_RATEE = "single_ratee"
    FEW_ALIKE = "few_alike"
    GROUP_SET_ASIDE = "group_set_aside"


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """The sheets of one rater type, in parallel arrays: who rated whom, which indicators (as a number), which mean."""

    ratee: Numbers
    rater: Numbers
    pattern: Numbers
    value: Floats


@dataclass(frozen=True, slots=True)
class Adjustment:
    """One ratee: plain and adjusted mean in whole points of 100, or why they are not told.

    Only figures of one ``component`` (from 1) can be compared. An adjusted mean may lie outside of 0 to 100.
    """

    ratee: int
    component: int
    raw: int | None
    adjusted: int | None
    untold: Untold | None


@dataclass(frozen=True, slots=True, eq=False)
class Adjustments:
    """The ratees of one rater type in the order of their numbers, in parallel arrays; read one by one as `Adjustment`."""

    ratee: Indices
    component: Indices
    single: NDArray[np.bool_]
    told: NDArray[np.bool_]
    raw: Indices
    adjusted: Indices

    def __iter__(self) -> Iterator[Adjustment]:
        columns = self.ratee, self.component, self.single, self.told, self.raw, self.adjusted
        for ratee, component, single, told, raw, adjusted in side_by_side(*columns):
            if told:
                yield Adjustment(ratee, component, raw, adjusted, None)
            else:
                untold = Untold.SINGLE_RATEE if single else Untold.FEW_ALIKE
                yield Adjustment(ratee, component, None, None, untold)


def adjust(given: Given) -> Adjustments:
    """All ratees of one rater type. What is told depends on who rated whom alone."""
    ratees, ratee = stats.numbered(given.ratee)
    raters, rater = stats.numbered(given.rater)
    both = stats.components(ratee, rater, len(ratees), len(raters))
    component, of_rater = both[: len(ratees)], both[len(ratees) :]
    members = np.bincount(component)
    telling = np.zeros(len(members), dtype=bool)
    telling[of_rater[_alike(rater, ratee, given.pattern) < ALIKE]] = True
    told = (~telling & (members > 1))[component]
    raw, adjusted = _figures(ratee, rater, given.value, told)
    return Adjustments(ratees, component + 1, members[component] == 1, told, raw, adjusted)


def _alike(rater: Numbers, ratee: Numbers, pattern: Numbers) -> Indices:
    """Per rater (from 0 without gaps), how many rated the same people on the same indicators, himself included."""
    order, sheets = np.lexsort((ratee, rater)), np.bincount(rater)
    first = np.cumsum(sheets) - sheets
    alike = np.zeros(len(sheets), dtype=np.int64)
    for number in np.flatnonzero(np.bincount(sheets)).tolist():
        those = np.flatnonzero(sheets == number)
        which = np.zeros(len(those), dtype=np.int64)  # raters with the same number are alike as far as was looked
        for place, column in itertools.product(range(number), (ratee, pattern)):
            seen = column[order[first[those] + place]].astype(np.int64)
            which = np.unique(which * (int(seen.max()) + 1) + seen, return_inverse=True)[1]
        alike[those] = np.bincount(which)[which]
    return alike


def _figures(ratee: Numbers, rater: Numbers, value: Floats, told: NDArray[np.bool_]) -> tuple[Indices, Indices]:
    """Raw and adjusted mean of all ratees, 0 where nothing is told."""
    raw, adjusted = np.zeros(len(told), dtype=np.int64), np.zeros(len(told), dtype=np.int64)
    kept = told[ratee]
    if kept.any():
        places, ratee = stats.numbered(ratee[kept])
        _, rater = stats.numbered(rater[kept])
        value = value[kept]
        raw[places] = _whole(np.bincount(ratee, value) / np.bincount(ratee))
        adjusted[places] = _whole(stats.adjusted_means(value, ratee, rater).ratees)
    return raw, adjusted


def _whole(figures: Floats) -> Indices:
    """Half-up; what is a rounding error away from a half counts as one."""
    return np.floor(figures + 0.5 + 1e-9).astype(np.int64)
