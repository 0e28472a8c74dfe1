"""The worked examples of scoring.md section 9, with every intermediate value that it states."""

from decimal import Decimal
from fractions import Fraction

import pytest

from app.domain.cycles import Policy
from app.domain.rubrics import Rubric
from app.domain.scoring import View
from app.domain.values import RaterType
from tests.support.appraisals import Scored, criterion, indicator, rubric, scale
from tests.support.oracle import Case

SUPERIOR, PEER = RaterType.SUPERIOR, RaterType.PEER
RUBRIC = rubric(criterion("A", indicator("a1"), indicator("a2")), criterion("B", indicator("b1")))
POLICY = Policy(rater_weights={SUPERIOR: 60, PEER: 40}, min_raters={PEER: 3})
BY_SUPERIOR = (SUPERIOR, [5, 4, 3])
BY_PEERS = [(PEER, [4, 4, 3]), (PEER, [4, 5, 3]), (PEER, [3, 4, 4])]


def exact(scored: Scored) -> tuple[object, ...]:
    """Indicators, criteria and overall."""
    levels = scored.scores.exact(0)
    indicators = [levels.indicators.figure(View.TOGETHER, i) for i in range(3)]
    criteria = [levels.criteria.figure(View.TOGETHER, c) for c in range(2)]
    return indicators, criteria, levels.overall.figure(View.TOGETHER)


def test_1_superior_and_three_peers() -> None:
    scored = Scored(RUBRIC, POLICY, Case([BY_SUPERIOR, *BY_PEERS], assigned={PEER}))
    means = [scored.scores.exact(0).indicators.figure(1, i) for i in range(3)]
    assert means == [Fraction(200, 3), Fraction(250, 3), Fraction(175, 3)]
    assert exact(scored) == (
        [Fraction(260, 3), Fraction(235, 3), Fraction(160, 3)],
        [Fraction(165, 2), Fraction(160, 3)],
        Fraction(815, 12),
    )
    document = scored.document
    assert [entry["value"] for entry in document["indicators"]] == [86.67, 78.33, 53.33]
    assert [entry["value"] for entry in document["criteria"]] == [82.5, 53.33]
    assert document["dimensions"][0]["value"] == document["overall"] == 67.92
    assert document["completeness"] == "complete"
    assert document["reasons"] == []


def test_2_two_peers_are_too_few_to_count() -> None:
    scored = Scored(RUBRIC, POLICY, Case([BY_SUPERIOR, *BY_PEERS[:2]], assigned={PEER}))
    assert exact(scored) == ([100, 75, 50], [Fraction(175, 2), 50], Fraction(275, 4))
    assert scored.document["overall"] == 68.75
    assert scored.document["reasons"] == [{"code": "below_min_raters", "rater_type": "peer"}]
    assert scored.document["by_rater_type"]["peer"] == {"value": None, "withheld": "below_min_raters"}


def test_3_seven_sevenths_are_exactly_one_hundred() -> None:
    seven = rubric(*(criterion(f"c{c}", *(indicator(f"c{c}i{i}") for i in range(3))) for c in range(7)))
    everybody = [(t, [5] * 21) for t in RaterType for _ in range(3)]
    policy = Policy(rater_weights={SUPERIOR: 60, PEER: 20, RaterType.SUBORDINATE: 20, RaterType.SELF: 7})
    document = Scored(seven, policy, Case(everybody)).document
    assert document["overall"] == 100.0
    assert {entry["value"] for entry in document["criteria"] + document["indicators"]} == {100.0}
    assert {entry["value"] for entry in document["by_rater_type"].values()} == {100.0}


def test_4_a_peer_who_did_not_observe_an_indicator() -> None:
    third = (PEER, [3, 4, None])
    scored = Scored(RUBRIC, POLICY, Case([BY_SUPERIOR, *BY_PEERS[:2], third], assigned={PEER}))
    assert exact(scored)[1:] == ([Fraction(165, 2), 50], Fraction(265, 4))
    assert scored.document["overall"] == 66.25
    assert scored.document["reasons"] == [{"code": "below_min_raters", "rater_type": "peer", "indicator": "b1"}]


def _hundredths(of_1: int, of_2: int) -> Rubric:
    two = (indicator("i1", weight=of_1), indicator("i2", weight=of_2))
    return rubric(criterion("A", *two), on=scale(0, 100))


@pytest.mark.parametrize(
    ("weights", "exact_value", "published", "expectation"),
    [
        ((199, 1), Fraction("84.995"), 85.0, "above"),
        ((497, 3), Fraction("84.994"), 84.99, "meets"),
    ],
)
def test_5_half_up_once_and_the_published_figure_is_compared(
    weights: tuple[int, int], exact_value: Fraction, published: float, expectation: str
) -> None:
    policy = Policy(rater_weights={SUPERIOR: 1}, above=Decimal(85))
    scored = Scored(_hundredths(*weights), policy, Case([(SUPERIOR, [85, 84])]))
    assert scored.scores.exact(0).overall.figure(View.TOGETHER) == exact_value
    (dimension,) = scored.document["dimensions"]
    assert dimension["value"] == published
    assert dimension["expectation"] == expectation
