"""Rows about results as the domain's objects."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson
import sqlalchemy as sa

from app.domain.decisions import Decision
from app.domain.policies_results import Standing
from app.domain.ports.results import Document, Earlier, Found, Ratee, Revision, Summary, Version
from app.domain.values import (
    Cause,
    Completeness,
    CycleState,
    Dimension,
    Expectation,
    PositionKind,
    Predicate,
    ResultStatus,
    Scheme,
    VersionChange,
)
from app.repositories.words import by_word

_STATES: Final = by_word(CycleState)
_POSITION_KINDS: Final = by_word(PositionKind)
_STATUSES: Final = by_word(ResultStatus)
_COMPLETENESS: Final = by_word(Completeness)
_SCHEMES: Final = by_word(Scheme)
_CAUSES: Final = by_word(Cause)
_DIMENSIONS: Final = by_word(Dimension)
_EXPECTATIONS: Final = by_word(Expectation)
_PREDICATES: Final = by_word(Predicate)


def to_state_and_found(row: Any) -> tuple[CycleState, Found | None] | None:
    """The one row of `results_sql.FIND`: the cycle's state, and the participant when he is of that cycle."""
    if row is None:
        return None
    state = _STATES[row["state"]]
    return state, None if row["participant_id"] is None else to_found(row, with_document=True)


def to_found(row: Any, *, with_document: bool) -> Found:
    """A participant of a row of `results_sql`, with the texts of his result where the row has them."""
    standing = Standing(
        state=_STATES[row["state"]],
        employee_id=row["employee_id"],
        superior_id=row["superior_id"],
        appraiser_id=row["appraiser_id"],
        unit_id=row["unit_id"],
        rates_anonymously=row["rates_anonymously"],
    )
    computed = row["version"] is not None
    document = None
    if computed and with_document:
        document = Document(row["figures"], row["reasons"], row["officer_reasons"])
    return Found(standing, to_ratee(row), to_version(row) if computed else None, document)


def to_summary(row: sa.Row[Any]) -> Summary:
    """A row of `summaries`."""
    named = by_name(row)
    return Summary(to_ratee(named), to_version(named))


def by_name(row: sa.Row[Any]) -> Any:
    """A row as the bare driver's look: values by name."""
    return row._mapping  # noqa: SLF001 - SQLAlchemy's public name for it


def to_ratee(row: Any) -> Ratee:
    """The participant of a row."""
    return Ratee(
        participant_id=row["participant_id"],
        employee_id=row["employee_id"],
        name=row["name"],
        position=row["position"],
        position_kind=_POSITION_KINDS[row["position_kind"]],
        unit_id=row["unit_id"],
        unit_name=row["unit_name"],
    )


def to_version(row: Any) -> Version:
    """The version of a row."""
    decision = row["decision"]
    return Version(
        cycle_id=row["cycle_id"],
        version=row["version"],
        status=_STATUSES[row["status"]],
        completeness=_COMPLETENESS[row["completeness"]],
        scheme=_SCHEMES[row["scheme"]],
        overall=row["overall"],
        value=row["value"],
        recommended=to_predicate(row["recommended"]),
        decided=to_predicate(row["decided"]),
        expectations={
            _DIMENSIONS[dimension]: None if value is None else _EXPECTATIONS[value]
            for dimension, value in orjson.loads(row["expectations"]).items()
        },
        decision=None if decision is None else _read_decision(decision),
        receipt=row["receipt"],
        cause=_CAUSES[row["cause"]],
        computed_at=row["computed_at"],
        published_at=row["published_at"],
        acknowledged_at=row["acknowledged_at"],
        group_lost=row["group_lost"],
    )


def to_revision(row: sa.Row[Any]) -> Revision:
    """A version beside the one before it."""
    named = by_name(row)
    before = None
    if named["before_version"] is not None:
        before = Earlier(
            version=named["before_version"],
            completeness=_COMPLETENESS[named["before_completeness"]],
            overall=named["before_overall"],
            value=named["before_value"],
            recommended=to_predicate(named["before_recommended"]),
            decided=to_predicate(named["before_decided"]),
            same=frozenset(change for change in VersionChange if named[f"same_{change}"]),
        )
    return Revision(to_version(named), before)


def to_predicate(text: str | None) -> Predicate | None:
    """A predicate as it is stored; there may be none."""
    return None if text is None else _PREDICATES[text]


def write_decision(decision: Decision) -> str:
    """A decision as it is stored."""
    content = {
        "expectations": {dimension.value: value for dimension, value in decision.expectations.items()},
        "reason": decision.reason,
        "decided_by": str(decision.decided_by),
        "decided_at": decision.decided_at,
        "on_behalf_of": None if decision.on_behalf_of is None else str(decision.on_behalf_of),
    }
    return orjson.dumps(content).decode()


def _read_decision(text: str) -> Decision:
    content = orjson.loads(text)
    return Decision(
        expectations={_DIMENSIONS[d]: _EXPECTATIONS[value] for d, value in content["expectations"].items()},
        reason=content["reason"],
        decided_by=UUID(content["decided_by"]),
        decided_at=datetime.fromisoformat(content["decided_at"]),
        on_behalf_of=None if content.get("on_behalf_of") is None else UUID(content["on_behalf_of"]),
    )
