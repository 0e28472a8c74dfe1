"""Why a figure is what it is: the tree of scoring.md section 7, built from the engine's own exact values.

A node names its rule, its inputs and what was left out and why. Its exact value is the mean of its inputs weighted
by their shares. The deepest node is the mean of one rater type with the number of answers, for every type and every
reader alike (anonymity.md rule 9). Nodes carry no sentences: a sentence is found by ``rule`` or ``reason`` and
filled with ``params``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fractions import Fraction
from typing import Any

import numpy as np

from app.domain.results import colleagues_heard, exact_value, withheld
from app.domain.schemes import performance, performance_parts
from app.domain.scoring import TYPES, Circumstances, Levels, Plan, Ratios, Scores, View, round_half_up
from app.domain.values import Dimension, Scheme


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
    """A child that takes no part, why, and what in turn was left out of it."""

    code: str
    reason: str
    left_out: tuple["LeftOut", ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The entry as JSON."""
        return {"code": self.code, "reason": self.reason, "left_out": [item.as_json() for item in self.left_out]}


@dataclass(frozen=True, slots=True)
class Node:
    """One figure of the tree.

    ``exact`` is on 0..100 (0..120 under the rules of PP 30/2019), ``None`` when everything was left out. ``weight``
    and ``share`` are the node's among its present siblings; ``None`` at the root.
    """

    rule: Rule
    code: str
    label: str
    exact: Fraction | None
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
    return _Explainer(plan, scores, circumstances, participant).explain()


class _Explainer:
    def __init__(self, plan: Plan, scores: Scores, circumstances: Circumstances, participant: int) -> None:
        self._plan = plan
        self._scores = scores
        self._circumstances = circumstances
        self._participant = participant
        self._exact: Levels[Ratios] = scores.exact(participant)

    def overall(self) -> Node:
        children = [self._dimension(d) for d in range(len(self._plan.dimensions))]
        exact = self._exact.overall.figure(View.TOGETHER)
        return _combined(Node(Rule.OVERALL, "overall", "overall", exact), children, self._plan.dimension_weights)
