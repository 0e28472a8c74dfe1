"""The appraiser's decision (scoring.md section 5): figures recommend, a person decides (UU 27/2022 art. 10)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from app.domain.errors import Violation
from app.domain.schemes import matrix_predicate
from app.domain.values import Completeness, Dimension, Expectation, Predicate, Scheme

Expectations = Mapping[Dimension, Expectation]


@dataclass(frozen=True, slots=True)
class Recommended:
    """What one version of a result recommends, and whether it is a sure ground.

    ``expectations`` has an entry for every dimension of the result, ``None`` where there is no figure.
    ``group_lost``: the appraiser was told that an anonymous group was lost.
    """

    scheme: Scheme
    completeness: Completeness
    expectations: Mapping[Dimension, Expectation | None]
    predicate: Predicate | None
    group_lost: bool


class ReasonGround(StrEnum):
    """Why a decision has to be explained in writing."""

    DIFFERS = "differs"
    NO_FIGURE = "no_figure"
    INCOMPLETE = "incomplete"
    GROUP_LOST = "group_lost"


@dataclass(frozen=True, slots=True)
class Decision:
    """What the appraiser decided, when and why.

    ``on_behalf_of`` is the appraiser when ``decided_by`` stood in for him.
    """

    expectations: Expectations
    reason: str | None
    decided_by: UUID
    decided_at: datetime
    on_behalf_of: UUID | None = None


def recommended_expectations(recommended: Recommended) -> Expectations:
    """The decision that follows the recommendation, as far as there is one."""
    return {dimension: value for dimension, value in recommended.expectations.items() if value is not None}


def check_decision(
    recommended: Recommended, expectations: Expectations, reason: str | None, pointer: str = ""
) -> list[Violation]:
    """Every dimension of the result and no other; a reason where the decision does not simply follow the figures."""
    violations = [
        Violation(f"{pointer}/expectations/{dimension}", "required")
        for dimension in recommended.expectations
        if dimension not in expectations
    ]
    violations += [
        Violation(f"{pointer}/expectations/{dimension}", "dimension_not_in_result")
        for dimension in expectations
        if dimension not in recommended.expectations
    ]
    if reason is None and not violations and (grounds := reason_grounds(recommended, expectations)):
        violations.append(Violation(f"{pointer}/reason", "reason_required", {"grounds": grounds}))
    return violations


def reason_grounds(recommended: Recommended, expectations: Expectations) -> list[ReasonGround]:
    """Everything for which a decision for these expectations has to say why; empty when it needs no reason.

    ``NO_FIGURE``: it decides a dimension for which nothing is recommended.
    """
    followed = recommended_expectations(recommended)
    grounds = {
        ReasonGround.DIFFERS: any(expectations.get(dimension) != value for dimension, value in followed.items()),
        ReasonGround.NO_FIGURE: len(followed) < len(recommended.expectations),
        ReasonGround.INCOMPLETE: recommended.completeness is Completeness.INCOMPLETE,
        ReasonGround.GROUP_LOST: recommended.group_lost,
    }
    return [ground for ground, applies in grounds.items() if applies]


def decided_predicate(recommended: Recommended, expectations: Expectations) -> Predicate | None:
    """The predicate that a decision leads to; ``None`` where the scheme gives none.

    PermenPANRB 6/2022 reads it from the matrix of the decided expectations; a result of a single dimension has
    none. PP 30/2019 art. 41 knows no expectations: it bands the value, which nobody decides. There the decided
    expectations are kept and shown with their reason, and the predicate stays that of the value.
    """
    if recommended.scheme is Scheme.PP_30_2019:
        return recommended.predicate
    work_result = expectations.get(Dimension.WORK_RESULT)
    work_behaviour = expectations.get(Dimension.WORK_BEHAVIOUR)
    if work_result is None or work_behaviour is None:
        return None
    return matrix_predicate(work_result, work_behaviour)
