"""How far the raters of a group agree, added up over the ratees of a rubric."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.domain import statistics as stats
from app.domain.quality.terms import FEWEST
from app.domain.scoring import TYPES, Plan
from app.domain.statistics import BOUNDS, LEVELS, Floats


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


class RubricAgreement:
    """Agreement on one rubric."""

    def __init__(self, plan: Plan) -> None:
        self._indicators = [indicator.code for indicator in plan.indicators]
        self._criteria = [criterion.code for criterion in plan.criteria]
        self._dimensions = [str(dimension) for dimension in plan.dimensions]
        widths = (self._indicators, self._indicators, self._criteria, self._dimensions)
        self._tallies = [_Tally(len(names)) for names in widths]

    def add(self, figures: Sequence[Floats]) -> None:
        """What `agreement` found."""
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


def agreement(plan: Plan, found: stats.Dispersion, counts: NDArray[np.bool_]) -> list[Floats]:
    """Per group: AD_M and rwg of the indicators, rwg(J) of the criteria, their mean per dimension."""
    variance = np.where(counts, found.variance, np.nan)
    rwg, criteria = np.full(variance.shape, np.nan), np.full((len(variance), len(plan.members)), np.nan)
    for place, members in enumerate(plan.members):
        columns, points = list(members), int(plan.span[members[0]]) + 1
        rwg[:, columns] = stats.rwg(variance[:, columns], points).shown
        criteria[:, place] = stats.rwg_j(variance[:, columns], points).shown
    dimensions = [stats.mean_known(criteria[:, list(members)]) for members in plan.dimension_members]
    return [np.where(counts, found.deviation, np.nan), rwg, criteria, np.stack(dimensions, axis=1)]
