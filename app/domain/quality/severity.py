"""Severity-adjusted means (scoring.md section 8): what ratees would have had, had all of them been rated equally strictly.

Beside a mean that is published, an adjusted one tells the sum of the effects of that ratee's raters; where each colleague
rates his own choice of people, these sums can be solved for every single rater, however few digits they have. So nothing is
told unless raters are interchangeable: whoever rated in a component has four others beside him who rated exactly the same
ratees, as the same rater type, on the same indicators. Then renaming those five changes no figure (docs/decisions.md, 27).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.domain import statistics as stats
from app.domain.statistics import Floats, Indices

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

    ratee: Indices
    rater: Indices
    pattern: Indices
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


def adjust(given: Given) -> list[Adjustment]:
    """All ratees of one rater type, in the order of their numbers. What is told depends on who rated whom alone."""
    if not len(given.value):
        return []
    ratees, ratee = np.unique(given.ratee, return_inverse=True)
    raters, rater = np.unique(given.rater, return_inverse=True)
    both = stats.components(ratee, rater, len(ratees), len(raters))
    component, of_rater = both[: len(ratees)], both[len(ratees) :]
    members = np.bincount(component)
    telling = np.zeros(len(members), dtype=bool)
    telling[of_rater[_alike(rater, ratee, given.pattern) < ALIKE]] = True
    told = ~telling & (members > 1)
    figures = _figures(ratee, rater, given.value, told[component])
    return [
        Adjustment(
            number,
            int(component[place]) + 1,
            *figures.get(place, (None, None)),
            None if place in figures else Untold.SINGLE_RATEE if members[component[place]] == 1 else Untold.FEW_ALIKE,
        )
        for place, number in enumerate(ratees.tolist())
    ]


def _alike(rater: Indices, ratee: Indices, pattern: Indices) -> Indices:
    """Per rater (from 0 without gaps), how many rated the same people on the same indicators, himself included."""
    order = np.lexsort((ratee, rater))
    rows = np.stack([ratee, pattern], axis=1)[order]
    starts = np.flatnonzero(np.diff(rater[order]))
    keys = [part.tobytes() for part in np.split(rows, starts + 1)]
    counts = Counter(keys)
    return np.array([counts[key] for key in keys], dtype=np.int64)


def _figures(
    ratee: Indices, rater: Indices, value: Floats, told: NDArray[np.bool_]
) -> dict[int, tuple[int | None, int | None]]:
    """Raw and adjusted mean of the ratees of whom they are told."""
    kept = told[ratee]
    places, ratee = np.unique(ratee[kept], return_inverse=True)
    if not len(places):
        return {}
    _, rater = np.unique(rater[kept], return_inverse=True)
    value = value[kept]
    raw = np.bincount(ratee, value) / np.bincount(ratee)
    adjusted = stats.adjusted_means(value, ratee, rater).ratees
    return dict(zip(places.tolist(), zip(_whole(raw), _whole(adjusted), strict=True), strict=True))


def _whole(figures: Floats) -> Sequence[int]:
    """Half-up; what is a rounding error away from a half counts as one."""
    whole: list[int] = np.floor(figures + 0.5 + 1e-9).astype(np.int64).tolist()
    return whole
