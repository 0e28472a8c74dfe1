"""The figures stay exact when machine words are too narrow, and rounding happens once, half-up."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.cycles import ExternalRange, Policy
from app.domain.rounding import round_half_up
from app.domain.scoring import MISSING, NO_ANSWER, Ratios, Sheets, View, compile_plan, score
from app.domain.scoring.batch import Circumstances
from app.domain.values import Dimension, RaterType
from tests.support.appraisals import Scored, criterion, indicator, rubric, scale, sheets_of
from tests.support.appraisals import document as document_of
from tests.support.oracle import Case, Oracle

RECIPIENT, SUPERIOR, SELF = RaterType.SERVICE_RECIPIENT, RaterType.SUPERIOR, RaterType.SELF
PRIMES = (3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59)


def many_recipients(seed: int) -> Case:
    """As many answers to the k-th indicator as the k-th prime: their least common multiple needs 70 bits."""
    points = np.random.default_rng(seed).integers(1, 5, (max(PRIMES), len(PRIMES))).tolist()
    return Case(
        [
            (RECIPIENT, [point if rater < prime else None for point, prime in zip(row, PRIMES, strict=True)])
            for rater, row in enumerate(points)
        ]
        + [(SUPERIOR, [3] * len(PRIMES))]
    )


PRIME_RUBRIC = rubric(criterion("A", *(indicator(f"i{prime}") for prime in PRIMES)))
PRIME_POLICY = Policy(rater_weights={SUPERIOR: 61, RECIPIENT: 39})


def test_many_odd_groups_are_exact_beyond_machine_words() -> None:
    ordinary = Case([(SUPERIOR, [4] * len(PRIMES))])
    cases = [ordinary, many_recipients(1), ordinary, many_recipients(2)]
    scored = Scored(PRIME_RUBRIC, PRIME_POLICY, *cases)
    for participant, case in enumerate(cases):
        oracle = Oracle(PRIME_RUBRIC, PRIME_POLICY, case)
        exact = scored.scores.exact(participant).overall.figure(View.TOGETHER)
        assert exact == oracle.overall()
        assert exact is not None
        assert (exact.denominator > 2**64) == (case is not ordinary)
        assert document_of(scored.appraisals[participant]) == oracle.document()


def test_a_participant_counts_the_same_alone_as_among_wide_ones() -> None:
    cases = [many_recipients(seed) for seed in range(3)] + [Case([(SUPERIOR, [2] * len(PRIMES))])]
    together = Scored(PRIME_RUBRIC, PRIME_POLICY, *cases)
    for participant, case in enumerate(cases):
        alone = Scored(PRIME_RUBRIC, PRIME_POLICY, case)
        assert alone.appraisals[0] == together.appraisals[participant]


def test_weights_beyond_machine_words() -> None:
    policy = Policy(rater_weights={SUPERIOR: 2**80 + 1, SELF: 2**79})
    case = Case([(SUPERIOR, [5]), (SELF, [2])])
    one = rubric(criterion("A", indicator("a1")))
    scored = Scored(one, policy, case)
    assert scored.scores.exact(0).overall.figure(View.TOGETHER) == Oracle(one, policy, case).overall()
    assert scored.document["overall"] == 75.0


@pytest.mark.parametrize("highest", ["999999999999.9999", "99999999999999999999.9999"])
def test_external_scores_beyond_machine_words(highest: str) -> None:
    bounds = ExternalRange(Decimal(0), Decimal(highest))
    policy = Policy(rater_weights={SUPERIOR: 1}, external_dimensions={Dimension.WORK_RESULT: bounds})
    case = Case([(SUPERIOR, [5])], external={Dimension.WORK_RESULT: Decimal("333333333333.3334")})
    one = rubric(criterion("A", indicator("a1")))
    scored = Scored(one, policy, case)
    assert scored.document == Oracle(one, policy, case).document()
    exact = scored.scores.exact(0).dimensions.figure(View.TOGETHER, 0)
    assert exact == Oracle(one, policy, case).external(Dimension.WORK_RESULT)


def test_a_batch_without_participants_or_without_sheets() -> None:
    plan = compile_plan(PRIME_RUBRIC, PRIME_POLICY)
    nothing = sheets_of([], len(PRIMES))
    assert score(plan, nothing, Circumstances.plain(0)).published.overall.shape == (7, 0)
    assert (score(plan, nothing, Circumstances.plain(2)).published.overall == MISSING).all()


@pytest.mark.parametrize("points", [0, 6, -1, 101])
def test_a_point_outside_the_scale_is_refused(points: int) -> None:
    one = rubric(criterion("A", indicator("a1")))
    sheets = Sheets(np.array([0]), np.array([0], dtype=np.int8), np.array([[points]], dtype=np.int16))
    with pytest.raises(ValueError, match="outside its scale"):
        score(compile_plan(one, PRIME_POLICY), sheets, Circumstances.plain(1))


def test_points_for_what_a_type_is_not_asked_are_ignored() -> None:
    asked = rubric(criterion("A", indicator("a1"), indicator("a2", asked={SUPERIOR})))
    with_stray = Scored(asked, PRIME_POLICY, Case([(SUPERIOR, [3, 4]), *[(RECIPIENT, [5, 1])] * 3]))
    without = Scored(asked, PRIME_POLICY, Case([(SUPERIOR, [3, 4]), *[(RECIPIENT, [5, None])] * 3]))
    assert with_stray.appraisals == without.appraisals
    entry = with_stray.document["indicators"][1]["by_rater_type"]["service_recipient"]
    assert entry == {"value": None, "withheld": "not_asked"}


def test_stray_points_outside_the_scale_are_ignored_too() -> None:
    asked = rubric(criterion("A", indicator("a1"), indicator("a2", asked={SUPERIOR}), own_scale=scale(1, 4)))
    scored = Scored(asked, PRIME_POLICY, Case([(SUPERIOR, [3, 4]), *[(RECIPIENT, [4, 99])] * 3]))
    assert scored.document["completeness"] == "complete"


@given(st.integers(0, 10**12), st.integers(1, 10**12))
def test_rounding_is_half_up_at_two_decimals(numerator: int, denominator: int) -> None:
    share = Fraction(min(numerator, denominator), denominator)
    ratio = Ratios(np.array([share.numerator], dtype=object), np.array([share.denominator], dtype=object))
    expected = int(share * 10_000 + Fraction(1, 2))
    assert ratio.hundredths().tolist() == [expected]
    assert round_half_up(share * 100) == expected
    assert ratio.figure(0) == share * 100


def test_words_and_unbounded_integers_round_alike() -> None:
    numerators = np.arange(2001)
    narrow = Ratios(numerators, np.full(2001, 2000))
    wide = Ratios(numerators.astype(object), np.full(2001, 2000, dtype=object))
    assert narrow.hundredths().tolist() == wide.hundredths().tolist() == [(n * 10 + 1) // 2 for n in range(2001)]


def test_what_does_not_exist_is_missing_and_not_zero() -> None:
    nothing = Ratios(np.array([0, 0]), np.array([0, 5]))
    assert nothing.hundredths().tolist() == [MISSING, 0]
    assert [nothing.figure(0), nothing.figure(1)] == [None, 0]


def test_not_observed_cannot_be_a_point() -> None:
    assert NO_ANSWER < -1000
