"""The tree: every node is what its children make, down to means with their number of answers (section 7)."""

import json
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

import pytest

from app.domain.cycles import ExternalRange, Policy
from app.domain.explanation import Explanation, LeftOut, Node, Rule, explain
from app.domain.rubrics import Rubric
from app.domain.values import Dimension, RaterType, Scheme
from tests.support.appraisals import Scored, criterion, indicator, random_cycle, rubric, scale
from tests.support.oracle import Case, Oracle, published, shown

SUPERIOR, PEER, SUBORDINATE, SELF, RECIPIENT = RaterType
LEAVES = {Rule.MEAN, Rule.EXTERNAL, Rule.PERFORMANCE_PART}


def explained(rubric: Rubric, policy: Policy, case: Case) -> Explanation:
    scored = Scored(rubric, policy, case)
    return explain(scored.plan, scored.scores, scored.circumstances, 0)


def nodes(node: Node) -> Iterator[Node]:
    yield node
    for child in node.inputs:
        yield from nodes(child)


@pytest.mark.parametrize("seeds", [range(start, start + 20) for start in range(0, 100, 20)])
def test_each_value_is_what_its_children_make(seeds: range) -> None:
    for seed in seeds:
        rubric, policy, cases = random_cycle(seed)
        for case in cases:
            explanation = explained(rubric, policy, case)
            for tree in filter(None, (explanation.overall, explanation.value)):
                for node in nodes(tree):
                    assert (node.exact is None) == (not node.inputs and node.rule not in LEAVES)
                    if node.inputs:
                        assert sum(child.share or 0 for child in node.inputs) == 1
                        parts = [(child.share or 0) * (child.exact or 0) for child in node.inputs]
                        assert node.exact == sum(parts, Fraction(0))


@pytest.mark.parametrize("seeds", [range(start, start + 20) for start in range(100, 200, 20)])
def test_leaves_and_published_figures_equal_the_oracle(seeds: range) -> None:
    for seed in seeds:
        rubric, policy, cases = random_cycle(seed)
        for case in cases:
            oracle = Oracle(rubric, policy, case)
            explanation = explained(rubric, policy, case)
            assert explanation.overall.published == shown(published(oracle.overall()))
            for dimension in explanation.overall.inputs:
                _check_dimension(oracle, dimension)
            predicate_and_value = oracle.recommended()
            assert (explanation.value.published if explanation.value else None) == predicate_and_value[1]


def _check_dimension(oracle: Oracle, dimension: Node) -> None:
    assert dimension.exact == oracle.value(Dimension(dimension.code))
    by_code = {criterion.code: criterion for criterion in oracle.rubric.criteria}
    for node in dimension.inputs:
        criterion = by_code[node.code]
        assert node.exact == oracle.criterion(criterion, oracle.weights)
        for of_indicator in node.inputs:
            (indicator,) = (i for i in criterion.indicators if i.code == of_indicator.code)
            for mean in of_indicator.inputs:
                rater_type = RaterType(mean.code)
                assert mean.rule is Rule.MEAN
                assert mean.exact == oracle.mean(criterion, indicator, rater_type)
                assert mean.params == {"answers": len(oracle.answers(criterion, indicator, rater_type))}


EXAMPLE = rubric(criterion("A", indicator("a1"), indicator("a2")), criterion("B", indicator("b1"), weight=3))
POLICY = Policy(rater_weights={SUPERIOR: 60, PEER: 40})
SHEETS: list[tuple[RaterType, list[int | None]]] = [
    (SUPERIOR, [5, 4, 3]),
    (PEER, [4, 4, 3]),
    (PEER, [4, 5, 3]),
    (PEER, [3, 4, None]),
]


def test_the_tree_as_json() -> None:
    tree = explained(EXAMPLE, POLICY, Case(SHEETS)).as_json()
    assert json.loads(json.dumps(tree)) == tree
    assert tree["value"] is None
    (dimension,) = tree["overall"]["inputs"]
    assert (dimension["rule"], dimension["exact"], dimension["published"]) == ("dimension", "465/8", 58.13)
    first, second = dimension["inputs"]
    assert (first["code"], first["label"], first["weight"], first["share"]) == ("A", "Title of A", 1, "1/4")
    assert (second["exact"], second["weight"], second["share"]) == ("50", 3, "3/4")
    (b1,) = second["inputs"]
    assert b1["inputs"] == [
        {
            "rule": "mean",
            "code": "superior",
            "label": None,
            "exact": "50",
            "published": 50.0,
            "weight": 60,
            "share": "1",
            "params": {"answers": 1},
            "inputs": [],
            "left_out": [],
        }
    ]
    assert b1["left_out"] == [
        {"code": "peer", "label": None, "reason": "below_min_raters", "minimum": 3, "left_out": []},
        *(
            {"code": code, "label": None, "reason": "no_weight", "minimum": None, "left_out": []}
            for code in ("subordinate", "self", "service_recipient")
        ),
    ]


def reasons_by_code(items: tuple[LeftOut, ...]) -> dict[str, str]:
    return {item.code: item.reason for item in items}


def test_what_is_left_out_says_why_at_every_level() -> None:
    every = dict.fromkeys(RaterType, 1)
    one = rubric(
        criterion("A", indicator("a1", asked={SUPERIOR, PEER, SELF, RECIPIENT})),
        criterion("R", indicator("r1", asked={PEER}), dimension=Dimension.WORK_RESULT),
    )
    tree = explained(one, Policy(rater_weights=every), Case([(SUPERIOR, [4, None])], set_aside={RECIPIENT}))
    assert reasons_by_code(tree.overall.left_out) == {"work_result": "not_scored"}
    ((lost_criterion,),) = [item.left_out for item in tree.overall.left_out]
    assert (lost_criterion.code, lost_criterion.reason) == ("R", "not_scored")
    assert lost_criterion.label == "Title of R"
    (lost_indicator,) = lost_criterion.left_out
    assert (lost_indicator.code, lost_indicator.reason) == ("r1", "not_scored")
    assert reasons_by_code(lost_indicator.left_out)["peer"] == "below_min_raters"
    (behaviour,) = tree.overall.inputs
    assert reasons_by_code(behaviour.inputs[0].inputs[0].left_out) == {
        "peer": "below_min_raters",
        "subordinate": "not_asked",
        "self": "no_answers",
        "service_recipient": "group_set_aside",
    }


def test_nothing_at_all_is_explained_too() -> None:
    tree = explained(EXAMPLE, POLICY, Case())
    assert (tree.overall.exact, tree.overall.published, tree.overall.inputs) == (None, None, ())
    assert reasons_by_code(tree.overall.left_out) == {"work_behaviour": "not_scored"}


NUMERIC = Policy(
    rater_weights={SUPERIOR: 60, PEER: 40},
    external_dimensions={Dimension.WORK_RESULT: ExternalRange(Decimal(0), Decimal("120.00"))},
    scheme=Scheme.PP_30_2019,
)
BEHAVIOUR = rubric(criterion("B", indicator("b1")), on=scale(0, 120))


def test_an_external_dimension_shows_its_value_and_range() -> None:
    case = Case([(SUPERIOR, [80])], external={Dimension.WORK_RESULT: Decimal("100.50")})
    external, _ = explained(BEHAVIOUR, NUMERIC, case).overall.inputs
    assert external.rule is Rule.EXTERNAL
    assert external.exact == Fraction("83.75")
    assert external.params == {"value": "100.5", "min": "0", "max": "120"}


def test_a_missing_external_score_is_left_out() -> None:
    tree = explained(BEHAVIOUR, NUMERIC, Case([(SUPERIOR, [80])]))
    assert reasons_by_code(tree.overall.left_out) == {"work_result": "external_score_missing"}
    assert tree.value is None


@pytest.mark.parametrize(
    ("peers", "exact", "shares"),
    [(2, 94, [Fraction(7, 10), Fraction(3, 10)]), (3, 92, [Fraction(3, 5), Fraction(2, 5)])],
)
def test_the_value_of_pp_30_has_its_own_node(peers: int, exact: int, shares: list[Fraction]) -> None:
    sheets = [(SUPERIOR, [80]), *[(PEER, [80])] * peers]
    value = explained(BEHAVIOUR, NUMERIC, Case(sheets, external={Dimension.WORK_RESULT: Decimal(100)})).value
    assert value is not None
    assert (value.rule, value.exact) == (Rule.PERFORMANCE_VALUE, Fraction(exact))
    assert [part.share for part in value.inputs] == shares
    assert [part.code for part in value.inputs] == ["work_result", "work_behaviour"]
    assert [part.exact for part in value.inputs] == [Fraction(100), Fraction(80)]
