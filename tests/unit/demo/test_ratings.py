"""Answers of the demo city stay on the scale and look like those of people."""

from random import Random
from statistics import mean

import pytest

from app.demo.ratings import leaning_for, points_for, remarks_for
from app.demo.remarks import IMPROVEMENTS, STRENGTHS
from app.domain.values import CommentKind, RaterType

SHEETS = 400


def sheets(rater_type: RaterType, leaning: float = 0.6, scale: tuple[int, int] = (1, 5)) -> list[list[int | None]]:
    rng = Random(3)
    return [points_for(rng, *scale, 21, leaning, rater_type) for _ in range(SHEETS)]


def answers(rater_type: RaterType, leaning: float = 0.6) -> list[int]:
    return [points for sheet in sheets(rater_type, leaning) for points in sheet if points is not None]


def not_observed_share(rater_type: RaterType) -> float:
    return 1 - len(answers(rater_type)) / (SHEETS * 21)


@pytest.mark.parametrize("rater_type", RaterType)
@pytest.mark.parametrize("scale", [(1, 5), (1, 4), (0, 100), (0, 1)])
def test_points_are_on_the_scale_and_complete(rater_type: RaterType, scale: tuple[int, int]) -> None:
    for sheet in sheets(rater_type, scale=scale):
        assert len(sheet) == 21
        assert all(points is None or scale[0] <= points <= scale[1] for points in sheet)
        assert any(points is not None for points in sheet)


def test_a_sheet_of_one_indicator_is_always_answered() -> None:
    rng = Random(5)
    assert all(points_for(rng, 1, 4, 1, 0.6, RaterType.SERVICE_RECIPIENT) != [None] for _ in range(SHEETS))


def test_nothing_asked_gives_an_empty_sheet() -> None:
    assert points_for(Random(1), 1, 5, 0, 0.6, RaterType.PEER) == []


def test_a_small_share_is_not_observed_but_never_of_oneself() -> None:
    assert not_observed_share(RaterType.SELF) == 0
    assert 0.02 < not_observed_share(RaterType.PEER) < 0.07
    assert 0.04 < not_observed_share(RaterType.SERVICE_RECIPIENT) < 0.12


def test_people_are_lenient_with_themselves() -> None:
    assert mean(answers(RaterType.SELF)) > mean(answers(RaterType.SUPERIOR)) + 0.2


def test_a_better_ratee_gets_more_points() -> None:
    assert mean(answers(RaterType.PEER, 0.9)) > mean(answers(RaterType.PEER, 0.4)) + 1


def test_the_same_stream_gives_the_same_sheet() -> None:
    first, second = (points_for(Random(9), 1, 5, 21, 0.7, RaterType.PEER) for _ in range(2))
    assert first == second


def test_leanings_are_shares_that_differ() -> None:
    rng = Random(2)
    leanings = [leaning_for(rng) for _ in range(1_000)]
    assert all(0 < leaning < 1 for leaning in leanings)
    assert 0.6 < mean(leanings) < 0.75
    assert max(leanings) - min(leanings) > 0.4


def test_remarks_are_few_and_of_the_right_kind() -> None:
    rng = Random(4)
    remarks = [remarks_for(rng) for _ in range(1_000)]
    assert 0.25 < sum(bool(remark) for remark in remarks) / 1_000 < 0.45
    assert max(len(remark) for remark in remarks) == 2
    for kind, text in (pair for remark in remarks for pair in remark):
        assert text in (STRENGTHS if kind is CommentKind.STRENGTH else IMPROVEMENTS)


def test_remarks_identify_nobody() -> None:
    for text in (*STRENGTHS, *IMPROVEMENTS):
        assert not any(letter.isdigit() for letter in text)
        # Only the first word begins with a capital: no name of a person or place.
        assert text[1:] == text[1:].lower()
