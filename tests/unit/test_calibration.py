"""The distribution pattern of SE MenPANRB 3/2023, row by row (domain.md 1.3), and how few people are rounded."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.calibration import (
    PATTERNS,
    PREDICATES,
    SMALLEST_EXACT,
    Distribution,
    PatternStatus,
    Tally,
    distributions,
    pattern_status,
    warnings,
)
from app.domain.values import OrgAchievement, Predicate, Scheme

NEW, OLD = Scheme.PERMENPANRB_6_2022, Scheme.PP_30_2019


def _distribution(*counts: int) -> Distribution:
    """People with very good, good, needs improvement, poor, very poor."""
    return Distribution(dict(zip(PREDICATES[NEW], counts, strict=True)), 0)


def _found(achievement: str, counts: str) -> list[str]:
    """Warnings as ``code predicates count limit``."""
    found = warnings(OrgAchievement(achievement), _distribution(*map(int, counts.split())))
    return [f"{one.rule.code} {'+'.join(one.rule.predicates)} {one.count} {one.limit}" for one in found]


TWENTY = [
    # excellent: most very good, at most 70%; all others may be
    ("excellent", "14 6 0 0 0", []),
    ("excellent", "15 5 0 0 0", ["above_maximum very_good 15 14"]),
    ("excellent", "11 3 2 2 2", []),
    ("excellent", "10 10 0 0 0", ["not_most very_good 10 11"]),
    # good: most good, at most 70%; somebody needs improvement or is poor
    ("good", "5 14 1 0 0", []),
    ("good", "5 14 0 1 0", []),
    ("good", "5 14 0 0 1", ["nobody needs_improvement+poor 0 1"]),
    ("good", "4 15 1 0 0", ["above_maximum good 15 14"]),
    ("good", "0 11 9 0 0", []),
    ("good", "9 10 1 0 0", ["not_most good 10 11"]),
    ("good", "0 20 0 0 0", ["above_maximum good 20 14", "nobody needs_improvement+poor 0 1"]),
    # needs improvement: at least 60% of it; very good at most 10%
    ("needs_improvement", "2 6 12 0 0", []),
    ("needs_improvement", "2 7 11 0 0", ["below_minimum needs_improvement 11 12"]),
    ("needs_improvement", "3 5 12 0 0", ["above_maximum very_good 3 2"]),
    ("needs_improvement", "0 0 20 0 0", []),
    ("needs_improvement", "0 2 12 3 3", []),
    # poor: at least 60% of it, at least 10% needs improvement, very good at most 10%
    ("poor", "2 4 2 12 0", []),
    ("poor", "2 5 1 12 0", ["below_minimum needs_improvement 1 2"]),
    ("poor", "2 5 2 11 0", ["below_minimum poor 11 12"]),
    ("poor", "3 3 2 12 0", ["above_maximum very_good 3 2"]),
    ("poor", "0 0 2 12 6", []),
    (
        "poor",
        "20 0 0 0 0",
        ["below_minimum poor 0 12", "below_minimum needs_improvement 0 2", "above_maximum very_good 20 2"],
    ),
    # very poor: at least 60% of it, at least 10% poor or needs improvement together, nobody very good
    ("very_poor", "0 6 1 1 12", []),
    ("very_poor", "0 6 2 0 12", []),
    ("very_poor", "0 7 1 0 12", ["below_minimum poor+needs_improvement 1 2"]),
    ("very_poor", "0 7 1 1 11", ["below_minimum very_poor 11 12"]),
    ("very_poor", "1 5 1 1 12", ["above_maximum very_good 1 0"]),
]


@pytest.mark.parametrize(("achievement", "counts", "expected"), TWENTY)
def test_twenty_people_row_by_row(achievement: str, counts: str, expected: list[str]) -> None:
    assert _found(achievement, counts) == expected


ROUNDED = [
    # ten and more: percentages as they stand
    ("excellent", "7 3 0 0 0", []),
    ("excellent", "8 2 0 0 0", ["above_maximum very_good 8 7"]),
    ("excellent", "5 5 0 0 0", ["not_most very_good 5 6"]),
    ("excellent", "8 3 0 0 0", ["above_maximum very_good 8 7"]),
    ("excellent", "6 5 0 0 0", []),
    ("needs_improvement", "1 3 6 0 0", []),
    ("needs_improvement", "1 4 6 0 0", ["below_minimum needs_improvement 6 7"]),
    ("needs_improvement", "2 1 8 0 0", ["above_maximum very_good 2 1"]),
    # nine and fewer: missed by a whole person or more (70% of 9 is 6.3, 60% is 5.4, 10% is 0.9)
    ("excellent", "7 2 0 0 0", []),
    ("excellent", "8 1 0 0 0", ["above_maximum very_good 8 7"]),
    ("excellent", "4 5 0 0 0", []),
    ("excellent", "3 6 0 0 0", ["not_most very_good 3 4"]),
    ("needs_improvement", "1 3 5 0 0", []),
    ("needs_improvement", "1 4 4 0 0", ["below_minimum needs_improvement 4 5"]),
    ("needs_improvement", "2 1 6 0 0", ["above_maximum very_good 2 1"]),
    ("poor", "1 3 0 5 0", []),
    ("very_poor", "0 4 0 0 5", []),
    ("very_poor", "1 3 0 0 5", ["above_maximum very_good 1 0"]),
    # somebody is asked for where 70% leaves a place: from four people on
    ("good", "0 3 0 0 0", []),
    ("good", "0 3 1 0 0", []),
    ("good", "1 3 0 0 0", ["nobody needs_improvement+poor 0 1"]),
    ("good", "0 4 0 0 0", ["above_maximum good 4 3", "nobody needs_improvement+poor 0 1"]),
    ("excellent", "0 0 0 1 0", []),
    ("good", "0 0 0 0 0", []),
    ("poor", "0 0 0 0 0", []),
]


@pytest.mark.parametrize(("achievement", "counts", "expected"), ROUNDED)
def test_few_people_are_rounded_in_their_favour(achievement: str, counts: str, expected: list[str]) -> None:
    assert _found(achievement, counts) == expected


def test_every_achievement_has_its_row() -> None:
    assert set(PATTERNS) == set(OrgAchievement)
    assert {predicate for rules in PATTERNS.values() for rule in rules for predicate in rule.predicates} == set(
        PREDICATES[NEW]
    )


@given(st.sampled_from(OrgAchievement), st.lists(st.integers(0, 40), min_size=5, max_size=5))
def test_a_warning_means_a_whole_person_or_an_exact_percentage(achievement: OrgAchievement, counts: list[int]) -> None:
    distribution = _distribution(*counts)
    people = distribution.people
    for found in warnings(achievement, distribution):
        percent = found.rule.percent
        if percent is None:
            assert found.count == 0
            continue
        off = abs(found.count - Fraction(percent * people, 100))
        assert off >= 1 if people < SMALLEST_EXACT else off > 0 or found.rule.code == "not_most"


@pytest.mark.parametrize("people", range(1, 60))
@pytest.mark.parametrize("achievement", OrgAchievement)
def test_every_pattern_can_be_kept_by_any_number_of_people(achievement: OrgAchievement, people: int) -> None:
    """A check that no decision could satisfy would teach people to ignore it."""
    leading = {
        OrgAchievement.EXCELLENT: 0,
        OrgAchievement.GOOD: 1,
        OrgAchievement.NEEDS_IMPROVEMENT: 2,
        OrgAchievement.POOR: 3,
        OrgAchievement.VERY_POOR: 4,
    }[achievement]
    second = 3 if achievement is OrgAchievement.VERY_POOR else 2 if leading != 2 else 3
    kept = []
    for first in range(people + 1):
        counts = [0] * 5
        counts[leading], counts[second] = first, people - first
        kept.append(not warnings(achievement, _distribution(*counts)))
    assert any(kept)


def test_before_and_after_are_counted_over_the_same_people() -> None:
    tallies = [
        Tally(Predicate.GOOD, Predicate.GOOD, has_decision=True, people=3, others=3),
        Tally(Predicate.GOOD, Predicate.POOR, has_decision=True, people=1, others=1),
        Tally(Predicate.VERY_GOOD, None, has_decision=False, people=2, others=1),
        Tally(None, None, has_decision=False, people=4, others=4),
        Tally(None, None, has_decision=True, people=5, others=5),
        Tally(None, Predicate.NEEDS_IMPROVEMENT, has_decision=True, people=1, others=1),
    ]
    before, after = distributions(NEW, tallies)
    assert list(before.counts.values()) == [2, 4, 0, 0, 0]
    assert (before.people, before.without_predicate, before.undecided) == (6, 10, 0)
    assert list(after.counts.values()) == [0, 3, 1, 1, 0]
    assert (after.people, after.without_predicate, after.undecided) == (5, 5, 6)
    assert [before.share(one) for one in PREDICATES[NEW]] == [3333, 6667, 0, 0, 0]


def test_the_older_scheme_has_its_own_predicates_and_no_pattern() -> None:
    before, _ = distributions(OLD, [Tally(Predicate.FAIR, None, has_decision=False, people=1, others=1)])
    assert list(before.counts) == ["very_good", "good", "fair", "poor", "very_poor"]
    assert before.share(Predicate.FAIR) == 10000
    empty, _ = distributions(OLD, [])
    assert empty.share(Predicate.GOOD) is None
    for achievement in (None, OrgAchievement.GOOD):
        assert pattern_status(OLD, achievement) is PatternStatus.NOT_APPLICABLE
    assert pattern_status(NEW, None) is PatternStatus.NO_ACHIEVEMENT
    assert pattern_status(NEW, OrgAchievement.GOOD) is PatternStatus.CHECKED
