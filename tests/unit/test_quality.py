"""What a diagnosis says of raters and groups (scoring.md section 8, anonymity.md rule 8)."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.cycles import Policy
from app.domain.quality import Assessment, Diagnosis, RatedSheets
from app.domain.scoring import NO_ANSWER, TYPES, Sheets, compile_plan
from app.domain.values import Band, RaterType
from tests.support.appraisals import criterion, indicator, rubric

SUPERIOR, PEER, RECIPIENT = RaterType.SUPERIOR, RaterType.PEER, RaterType.SERVICE_RECIPIENT
PLAN = compile_plan(
    rubric(criterion("A", indicator("a1"), indicator("a2")), criterion("B", indicator("b1"))),
    Policy(rater_weights={SUPERIOR: 60, PEER: 40, RECIPIENT: 10}),
)
UNIT = UUID(int=1)
#: Who rated, as what, with which points.
Sheet = tuple[int, RaterType, Sequence[int | None]]
CITIZEN, BOSS = -1, 90


def diagnose(*ratees: Sequence[Sheet], first: int = 50, batches: int = 1) -> Diagnosis:
    """Each ratee by his sheets; ratees are the people ``first``, ``first`` + 1 and so on."""
    assessment = Assessment()
    for part in np.array_split(np.arange(len(ratees)), batches):
        sheets = [(place, sheet) for place, ratee in enumerate(part.tolist()) for sheet in ratees[ratee]]
        points = [[NO_ANSWER if p is None else p for p in given] for _, (_, _, given) in sheets]
        rated = RatedSheets(
            participants=[UUID(int=1000 + one) for one in part.tolist()],
            units=[UNIT] * len(part),
            ratee=part + first,
            sheets=Sheets(
                np.array([place for place, _ in sheets], dtype=np.int64),
                np.array([TYPES.index(kind) for _, (_, kind, _) in sheets], dtype=np.int8),
                np.array(points, dtype=np.int16).reshape(len(sheets), 3),
            ),
            rater=np.array([rater for _, (rater, _, _) in sheets], dtype=np.int64),
        )
        assessment.add(PLAN, rated)
    return assessment.diagnosis()


def told(diagnosis: Diagnosis) -> tuple[Any, ...]:
    """All that is read of a diagnosis, but the adjusted means."""
    return diagnosis.report, dict(diagnosis.labels), dict(diagnosis.bands), list(diagnosis.named)


def peers(*points: Sequence[int | None]) -> list[Sheet]:
    return [(rater, PEER, given) for rater, given in enumerate(points)]


#: One of five is far below the others, one gives the same point always; each of the rest varies.
GROUP = peers((1, 2, 1), (3, 3, 3), (3, 4, 2), (4, 3, 3), (2, 4, 3))


def of_type(diagnosis: Diagnosis, kind: RaterType) -> dict[str, Any]:
    found: dict[str, Any] = diagnosis.report["rater_types"][TYPES.index(kind)]
    return found


def test_far_from_the_others_or_flat_is_unusual() -> None:
    found = diagnose(*[GROUP] * 5)
    assert dict(found.bands) == {
        0: Band.UNUSUAL,
        1: Band.UNUSUAL,
        2: Band.USUAL,
        3: Band.USUAL,
        4: Band.USUAL,
    }
    assert list(found.named) == []


@pytest.mark.parametrize("batches", [1, 3])
def test_batches_make_no_difference(batches: int) -> None:
    ratees = [GROUP, GROUP[1:], GROUP, GROUP[:4], GROUP, GROUP]
    one, other = diagnose(*ratees), diagnose(*ratees, batches=batches)
    assert told(one) == told(other)


def test_four_sheets_are_too_few() -> None:
    assert not dict(diagnose(*[GROUP] * 4).bands)


def test_a_group_that_does_not_count_is_not_read() -> None:
    """Two peers are below the minimum, whatever they give; the fifth sheet of each is missing."""
    found = diagnose(*[GROUP] * 4, GROUP[:2])
    assert not dict(found.bands)
    assert of_type(found, PEER)["ratees"] == 4
    assert found.report == diagnose(*[GROUP] * 4, peers((5, 5, 5), (1, 1, 1))).report
    assert not dict(diagnose(*[GROUP] * 4, GROUP[:2]).labels).keys() & {UUID(int=1004)}


def test_an_indicator_that_does_not_count_is_not_read() -> None:
    """Only two answered b1, so it takes no part in anything."""
    silent = [(rater, PEER, (*given[:2], given[2] if rater < 2 else None)) for rater, _, given in GROUP]
    other = [(rater, PEER, (*given[:2], 5 if rater < 2 else None)) for rater, _, given in GROUP]
    one, two = diagnose(*[silent] * 5), diagnose(*[other] * 5)
    assert told(one) == told(two)


def test_a_superior_is_told_with_figures_and_moves_nobody_else() -> None:
    kind, stern = ((BOSS, SUPERIOR, (5, 5, 4)),), ((BOSS, SUPERIOR, (1, 1, 1)),)
    found, other = (diagnose(*[[*GROUP, *boss]] * 5) for boss in (kind, stern))
    assert dict(found.bands) == dict(other.bands) == dict(diagnose(*[GROUP] * 5).bands)
    [boss], [strict] = found.named, other.named
    assert (boss.rater, boss.ratees, boss.identical) == (BOSS, 5, 67)
    # x of the superior 100, 100, 75; means of the peers 2.6, 3.2, 2.4 on 1..5, that is 40, 55, 35
    assert boss.severity == round((60 + 45 + 40) / 3, 1)
    assert strict.severity == round((-40 - 55 - 35) / 3, 1)
    assert strict.spread == 0


def test_a_superior_without_anonymous_groups_has_no_severity() -> None:
    [found] = diagnose([(BOSS, SUPERIOR, (5, None, 1))]).named
    assert (found.severity, found.ratees) == (None, 1)


def test_citizens_have_no_band() -> None:
    found = diagnose(*[[(CITIZEN, RECIPIENT, given) for _, _, given in GROUP]] * 6)
    assert not dict(found.bands)
    assert of_type(found, RECIPIENT)["ratees"] == 6
    assert of_type(found, RECIPIENT)["straight_lining"] == 20


def test_figures_need_five_ratees() -> None:
    few, enough = diagnose(*[GROUP] * 4), diagnose(*[GROUP] * 5)
    assert all(
        of_type(few, PEER)[name] is None for name in ("icc_1", "icc_1k", "level", "straight_lining", "narrow_spread")
    )
    cell = few.report["rubrics"][0]["agreement"][TYPES.index(PEER)]["indicators"][0]
    assert cell == {"code": "a1", "rwg": {"ratees": 4, "mean": None, "levels": None}, "ad": None}
    cell = enough.report["rubrics"][0]["agreement"][TYPES.index(PEER)]["indicators"][0]
    # 1, 3, 3, 4, 2: variance 1.3 over 2 is .35; distances 1.6, .4, .4, 1.4, .6
    assert cell == {
        "code": "a1",
        "rwg": {"ratees": 5, "mean": 0.35, "levels": {"low": 5, "moderate": 0, "high": 0}},
        "ad": 0.88,
    }
    # every ratee was given the same: nothing between them
    assert of_type(enough, PEER)["icc_1k"] == {"value": 0.0, "raw": None}
    assert of_type(enough, PEER)["small_sample"]


def test_a_ratee_is_told_a_word_for_groups_of_five() -> None:
    five, four = peers(*[(4, 4, 4), (4, 5, 4)] * 2, (4, 4, 4)), peers(*[(4, 4, 4), (4, 5, 4)] * 2)
    found = diagnose(five, four, [(BOSS, SUPERIOR, (1, 2, 3))])
    assert dict(found.labels) == {UUID(int=1000): {"peer": {"work_behaviour": "high"}}}
    found = diagnose(five, GROUP, four, five, batches=2)
    words = [told["peer"]["work_behaviour"] for _, told in found.labels]
    assert words == ["high", "moderate", "high"]


def _mutual(pairs: int) -> list[list[Sheet]]:
    """Ratees 0 and 1, 2 and 3 … favour each other; two strangers, who rate everybody, do not."""
    return [[(one ^ 1, PEER, (5, 5, 4)), *_strangers()] for one in range(2 * pairs)]


def _strangers() -> list[Sheet]:
    return [(200, PEER, (3, 3, 2)), (201, PEER, (3, 2, 3))]


def test_reciprocity_is_a_share_of_ten_pairs_and_more() -> None:
    assert diagnose(*_mutual(9), first=0).report["reciprocity"] == []
    assert diagnose(*_mutual(10), first=0).report["reciprocity"] == [{"unit_id": str(UNIT), "share": 100}]
    ratees = _mutual(10)
    ratees[3] = [(2, PEER, (3, 3, 2)), *_strangers()]
    assert diagnose(*ratees, first=0).report["reciprocity"] == [{"unit_id": str(UNIT), "share": 90}]


def test_nothing_at_all() -> None:
    found = diagnose([], [])
    assert (told(found)[1:], found.report["reciprocity"]) == (({}, {}, []), [])


_POINTS = st.tuples(*[st.one_of(st.none(), st.integers(1, 5))] * 3)
_GROUPS = st.lists(st.lists(_POINTS, min_size=2, max_size=6), min_size=5, max_size=7)


@given(_GROUPS, st.integers(0, 1))
def test_exchanging_two_raters_changes_their_bands_alone(
    groups: list[list[tuple[int | None, ...]]], other: int
) -> None:
    ratees = [peers(*group) for group in groups]
    swap = {other: 1 - other, 1 - other: other}
    exchanged = [[(swap.get(rater, rater), kind, given) for rater, kind, given in ratee] for ratee in ratees]
    one, two = diagnose(*ratees), diagnose(*exchanged)
    assert (one.report, dict(one.labels), list(one.named)) == (two.report, dict(two.labels), list(two.named))
    assert [pair for pair in one.bands if pair[0] not in swap] == [pair for pair in two.bands if pair[0] not in swap]
