"""The result as its readers get it: what does not change after computation in contract.md's getResult, as JSON text.

Everything but figures, and everything that a figure can look like, is the same for a whole batch. So the text is written
once per rubric with a place for each figure, the texts of all figures there can be are kept ready, and a document is the
one filled with the others. A figure is a JSON number with at most two decimals: hundredths divided by 100 once, which gives
the double nearest to the decimal and so its shortest notation (87.35, not 87.3499...).
"""

import json
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.domain.results.reading import improvements, strengths
from app.domain.results.reasons import withheld
from app.domain.results.recommendation import Recommendation
from app.domain.schemes import Thresholds
from app.domain.scoring import ALONE, MISSING, TYPES, Circumstances, Hundredths, Mask, Plan, Scores, View
from app.domain.scoring.ratios import WHOLE
from app.domain.values import Completeness, Flag, RaterType, Source, Withheld

Texts = NDArray[np.object_]

_SELF: Final = TYPES.index(RaterType.SELF)


_json: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _array(texts: Sequence[str]) -> Texts:
    array = np.empty(len(texts), dtype=object)
    array[:] = texts
    return array


def _texts(contents: Sequence[object]) -> Texts:
    return _array([_json(content) for content in contents])


# A float's JSON is its `repr`; the encoder, asked 40,000 times, would take a tenth of the service's start.
_NUMBERS: Final = [repr(hundredths / 100) for hundredths in range(WHOLE + 1)]
#: Every figure there can be, found by its hundredths; `MISSING` finds the last entry, null.
_FIGURES: Final = _array([*_NUMBERS, "null"])
#: Every gap there can be, found by its hundredths plus `WHOLE`; the last entry where there is none.
_GAPS: Final = _array([*(f"-{number}" for number in _NUMBERS[:0:-1]), *_NUMBERS, "null"])
_FLAGS: Final = _texts([Flag.BLIND_SPOT.value, Flag.HIDDEN_STRENGTH.value, None])
#: Every figure of a rater type: shown ones by their hundredths, then one withheld entry per reason.
_CELLS: Final = _array(
    [
        *(f'{{"value":{number}}}' for number in _NUMBERS),
        *(_json({"value": None, "withheld": reason.value}) for reason in Withheld),
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


class _Form:
    """A JSON text with places, and for each place what every participant of the batch has there."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._columns: list[Texts] = []

    def text(self, part: str) -> None:
        """What all have in common."""
        self._parts.append(part.replace("%", "%%"))

    def place(self, before: str, column: Texts) -> None:
        """``before``, which all have in common, and then one text per participant."""
        self.text(before)
        self._parts.append("%s")
        self._columns.append(column)

    def filled(self) -> list[str]:
        """The text of each participant."""
        form = "".join(self._parts)
        return [form % tuple(row) for row in np.stack(self._columns, axis=1).tolist()]


class DocumentWriter:
    """Writes the documents of a batch."""

    def __init__(
        self, plan: Plan, scores: Scores, circumstances: Circumstances, recommended: Sequence[Recommendation]
    ) -> None:
        self._plan = plan
        self._published = scores.published
        self._aside = circumstances.set_aside.T
        self._recommended = recommended
        self._thresholds = Thresholds.of(plan.policy)

    def write(self, completeness: Sequence[Completeness]) -> list[str]:
        """The documents in the order of the participants."""
        form = _Form()
        form.place('{"completeness":', _texts(completeness))
        form.place(',"overall":', _FIGURES[self._published.overall[View.TOGETHER]])
        self._write_dimensions(form)
        self._write_criteria(form)
        self._write_indicators(form)
        asked = np.atleast_2d(self._plan.asked.any(axis=1)).T
        (overall_by_type,) = self._cells(self._published.overall[ALONE, np.newaxis], asked)
        form.text(",")
        _by_rater_type(form, overall_by_type)
        figures = self._published.criteria[View.TOGETHER].T.tolist()
        form.place(',"strengths":', self._codes([strengths(one, self._thresholds.above) for one in figures]))
        form.place(',"improvements":', self._codes([improvements(one, self._thresholds.meets) for one in figures]))
        form.text("}")
        return form.filled()

    def _write_dimensions(self, form: _Form) -> None:
        by_type = self._cells(self._published.dimensions[ALONE], self._plan.asked_dimension)
        between = ',"dimensions":[{'
        for d, dimension in enumerate(self._plan.dimensions):
            external = self._plan.external(dimension)
            expected = [one.expectations[dimension] for one in self._recommended]
            form.place(
                f'{between}"dimension":"{dimension.value}","value":',
                _FIGURES[self._published.dimensions[View.TOGETHER, d]],
            )
            form.place(',"expectation":', _texts(expected))
            form.text(f',"source":"{(Source.EXTERNAL if external else Source.RATED).value}",')
            if external:
                form.text('"by_rater_type":{}')
            else:
                _by_rater_type(form, by_type[d])
            between = "},{"
        form.text("}]")

    def _write_criteria(self, form: _Form) -> None:
        criteria = self._published.criteria
        gaps, flags = self._gaps(criteria[_SELF], criteria[View.OTHERS])
        by_type = self._cells(criteria[ALONE], self._plan.asked_criterion)
        between = ',"criteria":[{'
        for c, criterion in enumerate(self._plan.criteria):
            names = f'"criterion_id":"{criterion.id}","code":{_json(criterion.code)}'
            form.place(f'{between}{names},"value":', _FIGURES[criteria[View.TOGETHER, c]])
            form.place(',"others":', _FIGURES[criteria[View.OTHERS, c]])
            form.place(',"self":', _FIGURES[criteria[_SELF, c]])
            form.place(',"gap":', gaps[c])
            form.place(',"flag":', flags[c])
            form.text(",")
            _by_rater_type(form, by_type[c])
            between = "},{"
        form.text("}]")

    def _gaps(self, own: Hundredths, others: Hundredths) -> tuple[Texts, Texts]:
        """Published self minus published others, and what that says; both ``[criterion, participant]``."""
        exists = (own != MISSING) & (others != MISSING)
        gap = own - others
        kinds = np.where(gap > self._thresholds.gap, 0, np.where(gap < -self._thresholds.gap, 1, 2))
        return _GAPS[np.where(exists, gap + WHOLE, MISSING)], _FLAGS[np.where(exists, kinds, 2)]

    def _write_indicators(self, form: _Form) -> None:
        by_type = self._cells(self._published.indicators[ALONE], self._plan.asked)
        between = ',"indicators":[{'
        for i, indicator in enumerate(self._plan.indicators):
            names = f'"indicator_id":"{indicator.id}","code":{_json(indicator.code)}'
            form.place(f'{between}{names},"value":', _FIGURES[self._published.indicators[View.TOGETHER, i]])
            form.text(",")
            _by_rater_type(form, by_type[i])
            between = "},{"
        form.text("}]")

    def _cells(self, published: Hundredths, asked: Mask) -> Texts:
        """``[place, type, participant]``: the entries of ``by_rater_type`` at every place of one level.

        ``published[type, place, participant]``, ``asked[type, place]``.
        """
        types = np.arange(len(TYPES))[:, np.newaxis, np.newaxis]
        absent = _ABSENT[types, asked[:, :, np.newaxis].astype(int), self._aside[:, np.newaxis, :].astype(int)]
        cells: Texts = _CELLS[np.where(published == MISSING, absent, published)]
        return cells.swapaxes(0, 1)

    def _codes(self, chosen: Sequence[Sequence[int]]) -> Texts:
        codes = [_json(criterion.code) for criterion in self._plan.criteria]
        texts = np.empty(len(chosen), dtype=object)
        texts[:] = [f"[{','.join([codes[c] for c in positions])}]" for positions in chosen]
        return texts


def _by_rater_type(form: _Form, cells: Texts) -> None:
    between = '"by_rater_type":{'
    for rater_type, column in zip(TYPES, cells, strict=True):
        form.place(f'{between}"{rater_type.value}":', column)
        between = ","
    form.text("}")
