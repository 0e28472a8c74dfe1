"""Why a figure is what it is: the tree of scoring.md section 7, built from the engine's own exact values.

A node names its rule, its inputs and what was left out and why. Its exact value is the mean of its inputs,
weighted by their shares. The deepest node is the mean of one rater type with the number of answers, for every
type and every reader alike (anonymity.md rule 9). Nodes carry no sentences: a sentence is found by ``rule`` or
``reason`` and filled with ``params`` and the figures.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fractions import Fraction
from typing import Any

from app.domain.results import colleagues_heard, complete, decimal_text, exact_value, withheld
from app.domain.rounding import round_half_up
from app.domain.schemes import performance, performance_parts
from app.domain.scoring import TYPES, Circumstances, Levels, Plan, Ratios, Scores, View
from app.domain.values import Dimension, Scheme, Withheld


class Rule(StrEnum):
    """How the value of a node follows from its inputs."""

    #: ``Σ D_d v_d / Σ D_d`` over the dimensions that exist.
    OVERALL = "overall"
    #: ``Σ W_c s_c / Σ W_c`` over the criteria that exist.
    DIMENSION = "dimension"
    #: ``Σ w_i s_i / Σ w_i`` over the indicators that exist.
    CRITERION = "criterion"
    #: ``Σ P_t mean / Σ P_t`` over the rater types that count.
    INDICATOR = "indicator"
    #: The mean of one rater type's answers, each put on 0..100.
    MEAN = "mean"
    #: ``100 (value - min) / (max - min)`` of a value that another system sent.
    EXTERNAL = "external"
    #: PP 30/2019 art. 41: the parts of work result and behaviour, both on 0..120.
    PERFORMANCE_VALUE = "performance_value"
    #: 1.2 times the figure of a dimension, whose own node stands under the overall figure.
    PERFORMANCE_PART = "performance_part"


class Omission(StrEnum):
    """Why a child takes no part. A rater type may also be left out for a reason of `Withheld`."""

    NO_WEIGHT = "no_weight"
    NOT_SCORED = "not_scored"
    EXTERNAL_SCORE_MISSING = "external_score_missing"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A child that takes no part, why, and what in turn was left out of it.

    ``label`` is the rubric's own wording. ``minimum`` is there for a type with too few answers: as many it needs.
    """

    code: str
    reason: Omission | Withheld
    left_out: tuple["LeftOut", ...] = ()
    label: str | None = None
    minimum: int | None = None

    def as_json(self) -> dict[str, Any]:
        """The entry as JSON."""
        nested = [item.as_json() for item in self.left_out]
        return {
            "code": self.code,
            "label": self.label,
            "reason": str(self.reason),
            "minimum": self.minimum,
            "left_out": nested,
        }


@dataclass(frozen=True, slots=True)
class Node:
    """One figure of the tree.

    ``exact`` is on 0..100 (0..120 under the rules of PP 30/2019), ``None`` when everything was left out.
    ``label`` is the rubric's own wording. ``weight`` and ``share`` are the node's among its present siblings,
    ``None`` at the root.
    """

    rule: Rule
    code: str
    exact: Fraction | None
    label: str | None = None
    inputs: tuple["Node", ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    weight: int | None = None
    share: Fraction | None = None
    params: Mapping[str, int | str] = field(default_factory=dict)

    @property
    def published(self) -> float | None:
        """The figure as it is shown, two decimals."""
        return None if self.exact is None else round_half_up(self.exact) / 100

    def as_json(self) -> dict[str, Any]:
        """The tree as JSON; exact values are fraction strings such as ``815/12``."""
        return {
            "rule": self.rule.value,
            "code": self.code,
            "label": self.label,
            "exact": None if self.exact is None else str(self.exact),
            "published": self.published,
            "weight": self.weight,
            "share": None if self.share is None else str(self.share),
            "params": dict(self.params),
            "inputs": [node.as_json() for node in self.inputs],
            "left_out": [item.as_json() for item in self.left_out],
        }


@dataclass(frozen=True, slots=True)
class Explanation:
    """The trees of one result; ``value`` exists where PP 30/2019 gives one."""

    overall: Node
    value: Node | None

    def as_json(self) -> dict[str, Any]:
        """Both trees as JSON."""
        return {
            "overall": self.overall.as_json(),
            "value": None if self.value is None else self.value.as_json(),
        }


def explain(plan: Plan, scores: Scores, circumstances: Circumstances, participant: int) -> Explanation:
    """Explain the result of one participant of a batch."""
    explainer = _Explainer(plan, scores, circumstances, participant)
    return Explanation(explainer.overall(), explainer.value())


class _Explainer:
    """Reads the figures of one participant from the top down."""

    def __init__(self, plan: Plan, scores: Scores, circumstances: Circumstances, participant: int) -> None:
        self._plan = plan
        self._scores = scores
        self._circumstances = circumstances
        self._participant = participant
        self._exact: Levels[Ratios] = scores.exact(participant)

    def overall(self) -> Node:
        exact = self._exact.overall.figure(View.TOGETHER)
        children = [self._dimension(d) for d in range(len(self._plan.dimensions))]
        return _combine(Node(Rule.OVERALL, "overall", exact), children, self._plan.dimension_weights)

    def value(self) -> Node | None:
        """The value of PP 30/2019, where the result has one."""
        numeric = self._plan.policy.scheme is Scheme.PP_30_2019
        if not numeric or not complete(self._plan, self._scores)[self._participant]:
            return None
        heard = bool(colleagues_heard(self._plan, self._scores)[self._participant])
        exact = exact_value(self._plan, self._scores, self._participant, heard=heard)
        children = [self._performance(d) for d in (Dimension.WORK_RESULT, Dimension.WORK_BEHAVIOUR)]
        return _combine(
            Node(Rule.PERFORMANCE_VALUE, "value", exact), children, performance_parts(colleagues_heard=heard)
        )

    def _performance(self, dimension: Dimension) -> Node:
        figure = self._exact.dimensions.figure(View.TOGETHER, self._plan.dimensions.index(dimension))
        exact = None if figure is None else performance(figure)
        return Node(Rule.PERFORMANCE_PART, dimension.value, exact)

    def _dimension(self, d: int) -> Node:
        dimension = self._plan.dimensions[d]
        exact = self._exact.dimensions.figure(View.TOGETHER, d)
        if self._plan.external(dimension):
            return Node(Rule.EXTERNAL, dimension.value, exact, params=self._external_params(dimension))
        children = [self._criterion(c) for c in self._plan.dimension_members[d]]
        return _combine(Node(Rule.DIMENSION, dimension.value, exact), children, self._plan.criterion_weights[d])

    def _external_params(self, dimension: Dimension) -> dict[str, str]:
        bounds = self._plan.policy.external_dimensions[dimension]
        params = {"min": decimal_text(bounds.min), "max": decimal_text(bounds.max)}
        value = self._circumstances.external_score(dimension, self._participant)
        return params if value is None else {"value": decimal_text(value), **params}

    def _criterion(self, c: int) -> Node:
        criterion = self._plan.criteria[c]
        exact = self._exact.criteria.figure(View.TOGETHER, c)
        children = [self._indicator(i) for i in self._plan.members[c]]
        node = Node(Rule.CRITERION, criterion.code, exact, label=criterion.title)
        return _combine(node, children, self._plan.indicator_weights[c])

    def _indicator(self, i: int) -> Node:
        indicator = self._plan.indicators[i]
        exact = self._exact.indicators.figure(View.TOGETHER, i)
        children = [self._mean(t, i) for t in range(len(TYPES))]
        node = Node(Rule.INDICATOR, indicator.code, exact, label=indicator.statement)
        return _combine(node, children, self._plan.rater_weights)

    def _mean(self, t: int, i: int) -> "Node | LeftOut":
        rater_type = TYPES[t]
        if not self._plan.rater_weights[t]:
            return LeftOut(rater_type.value, Omission.NO_WEIGHT)
        exact = self._exact.indicators.figure(t, i)
        if exact is None:
            aside = bool(self._circumstances.set_aside[self._participant, t])
            why = withheld(rater_type, asked=bool(self._plan.asked[t, i]), set_aside=aside)
            minimum = int(self._plan.minimum[t]) if why is Withheld.BELOW_MIN_RATERS else None
            return LeftOut(rater_type.value, why, minimum=minimum)
        answers = int(self._scores.tally.answers[t, i, self._participant])
        return Node(Rule.MEAN, rater_type.value, exact, params={"answers": answers})


def _combine(node: Node, children: Sequence["Node | LeftOut"], weights: Sequence[int]) -> Node:
    """``node`` with its children: those with a figure as inputs, each with its share, the rest as left out."""
    present = [
        (child, weight)
        for child, weight in zip(children, weights, strict=True)
        if isinstance(child, Node) and child.exact is not None
    ]
    total = sum(weight for _, weight in present)
    return replace(
        node,
        inputs=tuple(replace(child, weight=w, share=Fraction(w, total)) for child, w in present),
        left_out=tuple(
            _left_out(child) if isinstance(child, Node) else child
            for child in children
            if not isinstance(child, Node) or child.exact is None
        ),
    )


def _left_out(node: Node) -> LeftOut:
    external = node.rule is Rule.EXTERNAL
    reason = Omission.EXTERNAL_SCORE_MISSING if external else Omission.NOT_SCORED
    return LeftOut(node.code, reason, node.left_out, node.label)
