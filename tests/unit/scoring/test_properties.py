"""What must hold for every cycle, whatever its rubric and policy."""

import json
import random
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.cycles import Policy
from app.domain.results import canonical_json, receipt_inputs
from app.domain.rubrics import Rubric
from app.domain.scoring import MISSING, View
from app.domain.values import ANONYMOUS_TYPES, RaterType
from tests.support.appraisals import Scored, random_cycle
from tests.support.oracle import Case

SEEDS = st.integers(0, 10**9)
CASES = settings(max_examples=60, deadline=None)


def one_case(seed: int) -> tuple[Rubric, Policy, Case]:
    rubric, policy, cases = random_cycle(seed)
    return rubric, policy, cases[0]


def figures(scored: Scored) -> list[int]:
    """All figures that together count: indicators, criteria, dimensions, overall."""
    published = scored.scores.published
    together = [published.indicators[View.TOGETHER], published.criteria[View.TOGETHER]]
    together += [published.dimensions[View.TOGETHER], published.overall[[View.TOGETHER]]]
    return [int(figure) for level in together for figure in level[:, 0]]


@given(SEEDS)
@CASES
def test_the_top_point_everywhere_is_exactly_one_hundred(seed: int) -> None:
    rubric, policy, case = one_case(seed)
    top: list[int | None] = [rubric.scale_of(criterion).max for criterion, _ in rubric.indicators()]
    full = {d: bounds.max for d, bounds in policy.external_dimensions.items()}
    case = replace(case, sheets=[(rater_type, top) for rater_type, _ in case.sheets], external=full)
    scored = Scored(rubric, policy, case)
    assert set(figures(scored)) <= {100_00, MISSING}
    alone: list[dict[str, Any]] = list(scored.document["by_rater_type"].values())
    assert {entry["value"] for entry in alone} <= {100.0, None}


@given(SEEDS)
@CASES
def test_the_order_of_sheets_changes_nothing(seed: int) -> None:
    rubric, policy, cases = random_cycle(seed)
    shuffled = [replace(case, sheets=random.Random(seed).sample(case.sheets, len(case.sheets))) for case in cases]
    first, second = Scored(rubric, policy, *cases), Scored(rubric, policy, *shuffled)
    assert first.appraisals == second.appraisals
    receipts = [receipt_inputs(scored.plan, scored.sheets, scored.circumstances) for scored in (first, second)]
    assert receipts[0] == receipts[1]
    assert receipts[0] == [canonical_json(json.loads(written)) for written in receipts[0]]


@given(SEEDS)
@CASES
def test_a_participant_counts_the_same_alone_as_in_a_batch(seed: int) -> None:
    rubric, policy, cases = random_cycle(seed)
    batch = Scored(rubric, policy, *cases)
    assert batch.appraisals == [Scored(rubric, policy, case).appraisals[0] for case in cases]


@given(SEEDS, st.sampled_from(sorted(ANONYMOUS_TYPES)))
@CASES
def test_a_group_below_its_minimum_changes_no_figure(seed: int, group: RaterType) -> None:
    rubric, policy, case = one_case(seed)
    without = replace(case, sheets=[sheet for sheet in case.sheets if sheet[0] is not group])
    top: list[int | None] = [rubric.scale_of(criterion).max for criterion, _ in rubric.indicators()]
    too_few = replace(without, sheets=[*without.sheets, *[(group, top)] * (policy.minimum(group) - 1)])
    assert figures(Scored(rubric, policy, too_few)) == figures(Scored(rubric, policy, without))


@given(SEEDS, st.sampled_from(sorted(RaterType)))
@CASES
def test_a_type_without_weight_changes_no_figure(seed: int, rater_type: RaterType) -> None:
    rubric, policy, case = one_case(seed)
    policy = replace(policy, rater_weights={**policy.rater_weights, rater_type: 0})
    without = replace(case, sheets=[sheet for sheet in case.sheets if sheet[0] is not rater_type])
    assert figures(Scored(rubric, policy, case)) == figures(Scored(rubric, policy, without))


@given(SEEDS)
@CASES
def test_a_group_set_aside_leaves_the_figures_of_a_cycle_without_it(seed: int) -> None:
    rubric, policy, case = one_case(seed)
    aside = replace(case, set_aside=set(ANONYMOUS_TYPES))
    without = replace(case, sheets=[s for s in case.sheets if not s[0].anonymous], set_aside=set())
    assert figures(Scored(rubric, policy, aside)) == figures(Scored(rubric, policy, without))


@given(SEEDS, st.randoms(use_true_random=False))
@CASES
def test_a_better_answer_lowers_no_figure(seed: int, draw: random.Random) -> None:
    rubric, policy, case = one_case(seed)
    scales = [rubric.scale_of(criterion) for criterion, _ in rubric.indicators()]
    raised = [
        (t, [p if p is None else draw.randint(p, s.max) for p, s in zip(points, scales, strict=True)])
        for t, points in case.sheets
    ]
    before = figures(Scored(rubric, policy, case))
    after = figures(Scored(rubric, policy, replace(case, sheets=raised)))
    assert all(low <= high for low, high in zip(before, after, strict=True))
    assert all(MISSING <= figure <= 100_00 for figure in before)
