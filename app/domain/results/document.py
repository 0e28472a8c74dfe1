"""The result as its readers get it: what does not change after computation in contract.md's getResult.

Every figure is a JSON number with at most two decimals: hundredths divided by 100 once, which gives the
double nearest to the decimal and so its shortest notation (87.35, not 87.3499...).
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.domain.results.reading import gap, improvements, strengths
from app.domain.results.reasons import Reason, withheld
from app.domain.schemes import Thresholds
from app.domain.scoring import ALONE, MISSING, TYPES, Circumstances, Hundredths, Mask, Plan, Scores, View
from app.domain.scoring.ratios import WHOLE
from app.domain.values import Completeness, Dimension, Expectation, Flag, RaterType, Source, Withheld

Json = dict[str, Any]

TYPE_NAMES: Final = tuple(rater_type.value for rater_type in TYPES)
_SELF: Final = TYPES.index(RaterType.SELF)


def number(hundredths: int) -> float:
    """A published figure, or a gap, as JSON shows it."""
    return hundredths / 100


def _objects(items: Sequence[object]) -> NDArray[np.object_]:
    array = np.empty(len(items), dtype=object)
    array[:] = items
    return array


#: The JSON of every figure there can be, found by its hundredths; `MISSING` finds the last entry, null.
_NUMBERS: Final = _objects([*(number(hundredths) for hundredths in range(WHOLE + 1)), None])
#: The JSON of every figure of a rater type: shown figures by hundredths, then one withheld entry per reason.
_CELLS: Final = _objects(
    [
        *({"value": number(hundredths)} for hundredths in range(WHOLE + 1)),
        *({"value": None, "withheld": reason.value} for reason in Withheld),
    ]
)
_WITHHELD_CELLS: Final = {reason: WHOLE + 1 + place for place, reason in enumerate(Withheld)}
#: ``[type, asked there, set aside]``: the cell of a figure that does not exist.
_ABSENT: Final = np.array(
    [
        [
            [_WITHHELD_CELLS[withheld(rater_type, asked=asked, set_aside=aside)] for aside in (False, True)]
            for asked in (False, True)
        ]
        for rater_type in TYPES
    ]
)


class DocumentWriter:
    """Writes the documents of a batch.

    The entries of a figure (``{"value": 87.35}``) are shared between documents: write them out, do not
    change them.
    """

    def __init__(self, plan: Plan, scores: Scores, circumstances: Circumstances) -> None:
        published = scores.published
        aside = circumstances.set_aside.T
        self._plan = plan
        self._thresholds = Thresholds.of(plan.policy)
        self._criterion_names = [{"criterion_id": str(c.id), "code": c.code} for c in plan.criteria]
        self._indicator_names = [{"indicator_id": str(i.id), "code": i.code} for i in plan.indicators]
        self._overall = _numbers(published.overall[View.TOGETHER])
        self._dimensions = _numbers(published.dimensions[View.TOGETHER])
        self._indicators = _numbers(published.indicators[View.TOGETHER])
        self._criteria = published.criteria[View.TOGETHER].T.tolist()
        self._others = published.criteria[View.OTHERS].T.tolist()
        self._self = published.criteria[_SELF].T.tolist()
        self._overall_by_type = _by_type(
            published.overall[ALONE, np.newaxis], np.atleast_2d(plan.asked.any(axis=1)).T, aside
        )
        self._dimensions_by_type = _by_type(published.dimensions[ALONE], plan.asked_dimension, aside)
        self._criteria_by_type = _by_type(published.criteria[ALONE], plan.asked_criterion, aside)
        self._indicators_by_type = _by_type(published.indicators[ALONE], plan.asked, aside)

    def write(
        self,
        participant: int,
        completeness: Completeness,
        expectations: Mapping[Dimension, Expectation | None],
        reasons: Sequence[Reason],
    ) -> Json:
        """The document of one participant of the batch."""
        figures = self._criteria[participant]
        codes = [names["code"] for names in self._criterion_names]
        return {
            "completeness": completeness.value,
            "overall": self._overall[participant],
            "dimensions": self._write_dimensions(participant, expectations),
            "criteria": self._write_criteria(participant),
            "indicators": self._write_indicators(participant),
            "by_rater_type": self._overall_by_type[participant][0],
            "strengths": [codes[c] for c in strengths(figures, self._thresholds.above)],
            "improvements": [codes[c] for c in improvements(figures, self._thresholds.meets)],
            "reasons": [reason.as_json() for reason in reasons],
        }

    def _write_dimensions(self, participant: int, expectations: Mapping[Dimension, Expectation | None]) -> list[Json]:
        return [
            {
                "dimension": dimension.value,
                "value": value,
                "expectation": _name(expectations[dimension]),
                "source": (Source.EXTERNAL if self._plan.external(dimension) else Source.RATED).value,
                "by_rater_type": {} if self._plan.external(dimension) else by_type,
            }
            for dimension, value, by_type in zip(
                self._plan.dimensions,
                self._dimensions[participant],
                self._dimensions_by_type[participant],
                strict=True,
            )
        ]

    def _write_criteria(self, participant: int) -> list[Json]:
        written = []
        for names, value, others, own, by_type in zip(
            self._criterion_names,
            self._criteria[participant],
            self._others[participant],
            self._self[participant],
            self._criteria_by_type[participant],
            strict=True,
        ):
            difference = gap(own, others)
            written.append(
                {
                    **names,
                    "value": _NUMBERS[value],
                    "others": _NUMBERS[others],
                    "self": _NUMBERS[own],
                    "gap": None if difference is None else number(difference),
                    "flag": None if difference is None else _name(self._thresholds.flag(difference)),
                    "by_rater_type": by_type,
                }
            )
        return written

    def _write_indicators(self, participant: int) -> list[Json]:
        return [
            {**names, "value": value, "by_rater_type": by_type}
            for names, value, by_type in zip(
                self._indicator_names,
                self._indicators[participant],
                self._indicators_by_type[participant],
                strict=True,
            )
        ]


def _name(word: Expectation | Flag | None) -> str | None:
    return None if word is None else word.value


def _numbers(published: Hundredths) -> list[Any]:
    """JSON numbers, participants first."""
    numbers: list[Any] = _NUMBERS[published.T].tolist()
    return numbers


def _by_type(published: Hundredths, asked: Mask, set_aside: Mask) -> list[list[Json]]:
    """The map ``by_rater_type`` of every participant at every place of one level.

    ``published[type, place, participant]``, ``asked[type, place]``, ``set_aside[type, participant]``.
    """
    types = np.arange(len(TYPES))[:, np.newaxis, np.newaxis]
    absent = _ABSENT[types, asked[:, :, np.newaxis].astype(int), set_aside[:, np.newaxis, :].astype(int)]
    cells = _CELLS[np.where(published == MISSING, absent, published).T].tolist()
    return [[dict(zip(TYPE_NAMES, place, strict=True)) for place in places] for places in cells]
