"""The appraiser's decision (scoring.md section 5): figures recommend, a person decides (UU 27/2022 art. 10)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
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
    """Every dimension of the result and no other; a reason where the decision does not simply follow the figures.

    That is where it differs from the recommendation (also by deciding what has no figure), where the result is
    incomplete, and where an anonymous group was lost.
    """
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
    if reason is None and not violations and needs_reason(recommended, expectations):
        violations.append(Violation(f"{pointer}/reason", "reason_required"))
    return violations


def needs_reason(recommended: Recommended, expectations: Expectations) -> bool:
    """Whether a decision for these expectations has to say why."""
    differs = dict(expectations) != dict(recommended.expectations)
    return differs or recommended.group_lost or recommended.completeness is Completeness.INCOMPLETE


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
