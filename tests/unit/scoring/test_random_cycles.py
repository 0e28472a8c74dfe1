"""Five hundred random cycles against the naive oracle: every figure, word, reason and list."""

from collections.abc import Iterator

import pytest

from app.domain.scoring import TYPES, View
from tests.support.appraisals import Scored, random_cycle
from tests.support.appraisals import document as document_of
from tests.support.oracle import Oracle

#: The first two hundred at every run, the others when there is time.
BLOCKS = [
    pytest.param(range(start, start + 50), id=str(start), marks=[pytest.mark.thorough] if start >= 200 else [])
    for start in range(0, 500, 50)
]


def compared(seeds: range) -> Iterator[tuple[Scored, int, Oracle]]:
    for seed in seeds:
        rubric, policy, cases = random_cycle(seed)
        scored = Scored(rubric, policy, *cases)
        for participant, case in enumerate(cases):
            yield scored, participant, Oracle(rubric, policy, case)


@pytest.mark.parametrize("seeds", BLOCKS)
def test_documents_equal_the_oracle(seeds: range) -> None:
    for scored, participant, oracle in compared(seeds):
        assert document_of(scored.appraisals[participant]) == oracle.document()


@pytest.mark.parametrize("seeds", BLOCKS)
def test_recommendations_and_lost_groups_equal_the_oracle(seeds: range) -> None:
    for scored, participant, oracle in compared(seeds):
        appraisal = scored.appraisals[participant]
        predicate, value = oracle.recommended()
        assert appraisal.recommendation.predicate == predicate
        assert appraisal.recommendation.value == (None if value is None else round(value * 100))
        expected = {d: oracle.expectation(d) for d in oracle.dimensions()}
        assert dict(appraisal.recommendation.expectations) == expected
        assert list(appraisal.lost) == oracle.lost()


@pytest.mark.parametrize("seeds", BLOCKS)
def test_exact_values_equal_the_oracle(seeds: range) -> None:
    for scored, participant, oracle in compared(seeds):
        exact = scored.scores.exact(participant)
        assert exact.overall.figure(View.TOGETHER) == oracle.overall()
        for d, dimension in enumerate(oracle.dimensions()):
            assert exact.dimensions.figure(View.TOGETHER, d) == oracle.value(dimension)
        for c, criterion in enumerate(oracle.rubric.criteria):
            assert exact.criteria.figure(View.TOGETHER, c) == oracle.criterion(criterion, oracle.weights)
            assert exact.criteria.figure(View.OTHERS, c) == oracle.others(criterion)
            for t, rater_type in enumerate(TYPES):
                assert exact.criteria.figure(t, c) == oracle.criterion(criterion, {rater_type: 1})
        for i, (criterion, indicator) in enumerate(oracle.rubric.indicators()):
            assert exact.indicators.figure(View.TOGETHER, i) == oracle.indicator(criterion, indicator, oracle.weights)


def test_the_random_cycles_reach_every_corner() -> None:
    """Otherwise agreement with the oracle would prove little."""
    seen: set[str | None] = set()
    beyond_a_word = 0
    for scored, participant, _ in compared(range(500)):
        appraisal = scored.appraisals[participant]
        document = document_of(appraisal)
        seen |= {reason["code"] for reason in document["reasons"]}
        seen |= {entry.get("withheld") for entry in document["by_rater_type"].values()}
        seen |= {entry["flag"] for entry in document["criteria"]}
        seen |= {appraisal.recommendation.predicate, appraisal.completeness}
        seen |= {"group_lost"} if appraisal.lost else set()
        figures = (scored.scores.exact(participant).overall.figure(view) for view in (*range(5), View.TOGETHER))
        beyond_a_word += any(figure is not None and figure.denominator > 2**63 for figure in figures)
    assert beyond_a_word > 20
    assert seen >= {
        *("missing_rater_type", "below_min_raters", "group_lost", "indicator_not_scored"),
        *("dimension_not_scored", "external_score_missing", "group_set_aside"),
        *("not_asked", "no_answers", "blind_spot", "hidden_strength", "complete", "incomplete"),
        *("very_good", "good", "needs_improvement", "fair", "poor", "very_poor"),
    }
