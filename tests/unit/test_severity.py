"""Severity-adjusted means: by an independent hand, and under attack by everybody who can add and subtract."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from statsmodels.formula.api import ols

from app.domain.quality import severity
from app.domain.quality.severity import ALIKE, Adjustment, Given, Untold, adjust

Matrix = NDArray[np.float64]
INDICATORS = 3
#: Who rated whom: for each ratee his raters, each with the indicators that he answered.
Ratings = Mapping[int, Mapping[int, tuple[int, ...]]]
ALL = tuple(range(INDICATORS))


def panels(*seats: tuple[Sequence[int], Sequence[int]]) -> Ratings:
    """Panels by members and ratees; all of a panel rate all of its ratees on everything."""
    found: dict[int, dict[int, tuple[int, ...]]] = {}
    for members, ratees in seats:
        for ratee in ratees:
            found.setdefault(ratee, {}).update(dict.fromkeys(members, ALL))
    return found


def crossed(people: int) -> Ratings:
    """A unit in which everybody rates everybody else, as in most offices."""
    return {one: {other: ALL for other in range(people) if other != one} for one in range(people)}


@dataclass(frozen=True, slots=True, eq=False)
class Sheets:
    """All answers of a design as one long vector, sheet after sheet."""

    ratings: Ratings
    sheets: list[tuple[int, int, tuple[int, ...]]]
    rater: NDArray[np.int64]
    means: Matrix

    @classmethod
    def of(cls, ratings: Ratings) -> "Sheets":
        sheets = [(i, j, answered) for i, raters in sorted(ratings.items()) for j, answered in sorted(raters.items())]
        owners = [(place, rater) for place, (_, rater, answered) in enumerate(sheets) for _ in answered]
        means = np.zeros((len(sheets), len(owners)))
        for column, (place, _) in enumerate(owners):
            means[place, column] = 1 / len(sheets[place][2])
        return cls(ratings, sheets, np.array([rater for _, rater in owners]), means)

    def given(self, answers: Matrix) -> Given:
        ratee, rater = (np.array([sheet[place] for sheet in self.sheets]) for place in (0, 1))
        pattern = np.array([sum(1 << one for one in answered) for _, _, answered in self.sheets])
        return Given(ratee, rater, pattern, self.means @ answers)

    def told(self, answers: Matrix) -> list[Adjustment]:
        return list(adjust(self.given(answers)))

    def known(self, told: Sequence[Adjustment]) -> Matrix:
        """A row for every figure that a full administrator knows, as a sum of answers: what each group is published with
        (per ratee and indicator) and, as if they were told without rounding, the raw and adjusted means."""
        rows = []
        indicator = np.array([one for _, _, answered in self.sheets for one in answered])
        ratee = np.array([who for who, _, answered in self.sheets for _ in answered])
        for who in self.ratings:
            rows += [((ratee == who) & (indicator == one)).astype(float) for one in ALL]
        shown = [one.ratee for one in told if one.raw is not None]
        rows += list(self._exactly(shown))
        return np.array(rows)

    def _exactly(self, ratees: Sequence[int]) -> Iterator[Matrix]:
        """By the pseudo-inverse of the whole design matrix: nothing of it is shared with the code under test."""
        kept = [place for place, (who, _, _) in enumerate(self.sheets) if who in set(ratees)]
        if not kept:
            return
        people = sorted({self.sheets[place][0] for place in kept})
        raters = sorted({self.sheets[place][1] for place in kept})
        design = np.zeros((len(kept), len(people) + len(raters)))
        for row, place in enumerate(kept):
            design[row, people.index(self.sheets[place][0])] = 1
            design[row, len(people) + raters.index(self.sheets[place][1])] = 1
        effects = np.linalg.pinv(design)
        level = np.zeros(len(raters))  # one component: its rater effects are moved to sum to zero
        level[:] = 1 / len(raters)
        for number, who in enumerate(people):
            own = np.array([self.sheets[place][0] == who for place in kept], dtype=float)
            yield (own / own.sum()) @ self.means[kept]
            yield (effects[number] + level @ effects[len(people) :]) @ self.means[kept]


def about(known: Matrix, others: NDArray[np.bool_]) -> int:
    """How many different sums of what is known are about nobody but those who are not ``others``: so much does the rank
    lose when only the others' answers are looked at."""
    lost = np.linalg.matrix_rank(known, tol=1e-8) - np.linalg.matrix_rank(known[:, others], tol=1e-8)
    return int(lost)


def leaks(design: Sheets, most: int = ALIKE - 1, tries: int = 40) -> list[tuple[int, ...]]:
    """Sets of fewer than five raters of whom alone more can be worked out, by adding and subtracting, than is published."""
    published = design.known([])
    known = design.known(design.told(np.zeros(len(design.rater))))
    people = sorted(set(design.rater.tolist()))
    draw = np.random.default_rng(0)
    sets = [chosen for size in (1, 2) for chosen in combinations(people, size)]
    sets += [tuple(people[start : start + size]) for size in (3, most) for start in range(len(people) - size + 1)]
    sets += [tuple(draw.choice(people, size, replace=False).tolist()) for size in (3, most) for _ in range(tries)]
    others = [~np.isin(design.rater, chosen) for chosen in sets]
    return [chosen for chosen, rest in zip(sets, others, strict=True) if about(known, rest) > about(published, rest)]


P, Q, R = range(5), range(5, 10), range(10, 16)
TWO = panels((P, (100, 101)), (Q, (101, 102)))


def test_who_was_rated_strictly_gains() -> None:
    """P gave 80 and 60, Q gave 40 and 70: on the shared ratee P is 20 milder, so each is taken half of it."""
    design = Sheets.of(TWO)
    gave = {(100, 0): 80, (101, 0): 60, (101, 1): 40, (102, 1): 70}
    answers = np.array([gave[who, rater // 5] for who, rater, answered in design.sheets for _ in answered], dtype=float)
    assert design.told(answers) == [
        Adjustment(100, 1, 80, 70, None),
        Adjustment(101, 1, 50, 50, None),
        Adjustment(102, 1, 70, 80, None),
    ]


@pytest.mark.parametrize("seed", range(20))
def test_as_statsmodels_says(seed: int) -> None:
    draw = np.random.default_rng(seed)
    seats = [(range(6 * k, 6 * k + 5 + k % 2), sorted({100, *(100 + draw.integers(0, 7, 4))})) for k in range(4)]
    design = Sheets.of(panels(*seats))
    given = design.given(draw.uniform(0, 100, len(design.rater)))
    frame = pd.DataFrame({"x": given.value, "ratee": given.ratee, "rater": given.rater})
    fitted = ols("x ~ C(ratee) + C(rater, Sum)", frame).fit()  # coded so that rater effects sum to zero
    first = min(design.ratings)
    for one in adjust(given):
        more = 0.0 if one.ratee == first else fitted.params[f"C(ratee)[T.{one.ratee}]"]
        assert one.adjusted == pytest.approx(fitted.params["Intercept"] + more, abs=0.5 + 1e-6)
        assert one.raw == pytest.approx(frame.x[frame.ratee == one.ratee].mean(), abs=0.5 + 1e-6)


def test_components_do_not_meet() -> None:
    design = Sheets.of({**TWO, **panels((R, (200, 201)))})
    answers = np.arange(len(design.rater), dtype=np.float64)
    found = {one.ratee: one.component for one in design.told(answers)}
    assert found[100] == found[101] == found[102] != found[200] == found[201]


@pytest.mark.parametrize(
    ("ratings", "untold"),
    [
        (panels((P, (100,))), Untold.SINGLE_RATEE),
        (panels((P, (100, 101)), (range(5, 9), (101, 102))), Untold.FEW_ALIKE),
        (panels((P, (100, 101)), ((*Q, 0), (101, 102))), Untold.FEW_ALIKE),
        (crossed(12), Untold.FEW_ALIKE),
        ({**TWO, 103: {**dict.fromkeys(P, ALL), **dict.fromkeys(Q, ALL), 99: ALL}}, Untold.FEW_ALIKE),
        ({100: {**dict.fromkeys(P, ALL), 2: (0,)}, 101: dict.fromkeys(P, ALL)}, Untold.FEW_ALIKE),
    ],
    ids=[
        "one ratee",
        "a panel of four",
        "one sits in two panels",
        "everybody rates everybody",
        "a guest",
        "not observed",
    ],
)
def test_what_is_not_told(ratings: Ratings, untold: Untold) -> None:
    design = Sheets.of(ratings)
    for one in design.told(np.full(len(design.rater), 50.0)):
        assert (one.raw, one.adjusted, one.untold) == (None, None, untold)


def test_nothing_is_made_of_nothing() -> None:
    empty = np.zeros(0, dtype=np.int64)
    assert list(adjust(Given(empty, empty, empty, np.zeros(0)))) == []


# ---------------------------------------------------------------- attacks


def random_design(seed: int) -> Sheets:
    """Panels of four to seven who sit together on some ratees, some of whom did not observe an indicator somewhere."""
    draw = np.random.default_rng(seed)
    found: dict[int, dict[int, tuple[int, ...]]] = {}
    start = 0
    for _ in range(int(draw.integers(2, 5))):
        members = range(start, start + int(draw.integers(5 - (seed % 4 == 0), 8)))
        start = members.stop
        for ratee in {100, *(100 + draw.integers(0, 5, 3)).tolist()}:
            answered = tuple(np.flatnonzero(draw.random(INDICATORS) < 0.8).tolist()) or ALL
            found.setdefault(ratee, {}).update(dict.fromkeys(members, answered))
    if seed % 5 == 0:
        someone = int(draw.integers(0, start))
        ratee = max(one for one, raters in found.items() if someone in raters)
        found[ratee][someone] = (0,)
    return Sheets.of(found)


DESIGNS = [random_design(seed) for seed in range(16)]


@pytest.mark.parametrize("design", DESIGNS)
def test_nothing_told_is_about_fewer_than_five_raters(design: Sheets) -> None:
    assert leaks(design) == []


def test_without_the_rule_the_same_designs_leak(monkeypatch: pytest.MonkeyPatch) -> None:
    told = [any(one.raw is not None for one in one.told(np.zeros(len(one.rater)))) for one in DESIGNS]
    assert sum(told) > 5
    monkeypatch.setattr(severity, "ALIKE", 1)
    found = [bool(leaks(one)) for one in DESIGNS]
    assert not any(leak and fine for leak, fine in zip(found, told, strict=True))
    assert sum(found) > 2


@pytest.mark.parametrize("seed", range(8))
def test_renaming_raters_of_a_panel_changes_nothing(seed: int) -> None:
    design = Sheets.of(panels((P, (100, 101, 103)), (Q, (101, 102)), (R, (102, 103))))
    draw = np.random.default_rng(seed)
    given = design.given(draw.uniform(0, 100, len(design.rater)))
    names = np.concatenate([draw.permutation(part) for part in (P, Q, R)])
    assert list(adjust(Given(given.ratee, names[given.rater], given.pattern, given.value))) == list(adjust(given))


@pytest.mark.parametrize(
    ("ratings", "whom"),
    [
        (crossed(7), (3,)),
        (panels((P, (100, 101)), (range(5, 8), (101, 102))), (5, 6, 7)),
        ({100: dict.fromkeys(range(6), ALL), 101: dict.fromkeys((*range(1, 6), 9), ALL)}, (0, 9)),
        ({100: {**dict.fromkeys(P, ALL), 2: (0,)}, 101: dict.fromkeys(P, ALL)}, (2,)),
    ],
    ids=["everybody rates everybody", "a panel of three", "one rater changes", "not observed"],
)
def test_without_the_rule_raters_are_found_out(
    ratings: Ratings, whom: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Why it is there, and that the attack finds what there is to find."""
    design = Sheets.of(ratings)
    monkeypatch.setattr(severity, "ALIKE", 1)
    assert whom in leaks(design, most=3)


def test_whole_points_alone_do_not_hide_a_rater(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a unit of six a colleague's effect is five times the shift of the one whom he does not rate: himself."""
    monkeypatch.setattr(severity, "ALIKE", 1)
    design = Sheets.of(crossed(6))
    severe = np.where(design.rater == 2, 30.0, 70.0)
    found = design.told(severe)[2]
    assert found.raw is not None
    assert found.adjusted is not None
    assert 5 * (found.raw - found.adjusted) == pytest.approx(40 * 5 / 6, abs=5)
