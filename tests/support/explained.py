"""A result explained without a database: the only case of a rubric and a policy, with whatever decision."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.domain.actions.results import Explained
from app.domain.decisions import Decision
from app.domain.explanation import conclude, explain
from app.domain.ports.results import Ratee, Version
from app.domain.values import Cause, PositionKind, Predicate, ResultStatus
from tests.support.appraisals import Scored

NOWHERE = UUID(int=0)
DECIDED_AT = datetime(2026, 12, 20, tzinfo=UTC)
RATEE = Ratee(NOWHERE, NOWHERE, "Siti Aminah", "Pengelola Data", PositionKind.EXECUTOR, NOWHERE, "Dinas Kesehatan")


def decision(expectations: Any, reason: str | None = None) -> Decision:
    return Decision(expectations, reason, NOWHERE, DECIDED_AT)


def explained(
    scored: Scored,
    participant: int = 0,
    *,
    decided: Decision | None = None,
    predicate: Predicate | None = None,
    officer: bool = False,
) -> Explained:
    """As `explain_result` answers it, to an ``officer`` or to somebody else."""
    appraisal = scored.appraisals[participant]
    recommendation = appraisal.recommendation
    version = Version(
        cycle_id=NOWHERE,
        version=1,
        status=ResultStatus.PUBLISHED,
        completeness=appraisal.completeness,
        scheme=scored.plan.policy.scheme,
        overall=None if appraisal.overall is None else Decimal(appraisal.overall) / 100,
        value=None if recommendation.value is None else Decimal(recommendation.value) / 100,
        recommended=recommendation.predicate,
        decided=predicate,
        expectations=recommendation.expectations,
        decision=decided,
        receipt="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        cause=Cause.RATING_CLOSED,
        computed_at=DECIDED_AT,
        published_at=DECIDED_AT,
        acknowledged_at=None,
        group_lost=bool(appraisal.lost),
    )
    conclusions = conclude(scored.plan, scored.scores, scored.circumstances, participant)
    return Explained(
        cycle_title="Triwulan IV 2026",
        ratee=RATEE,
        version=version,
        explanation=explain(scored.plan, scored.scores, scored.circumstances, participant),
        conclusions=conclusions,
        reasons=conclusions.officer_reasons if officer else conclusions.reasons,
    )
