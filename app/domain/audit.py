"""The trail: what was done to what by whom. Never any points, comment or digest of them (anonymity.md rule 1)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One write (or one read of another person's result) as it will stand in the trail.

    ``action`` is ``topic.verb`` such as ``cycle.transitioned``; ``details`` hold before and after of what changed
    and, for a bulk operation, its counts.
    """

    action: str
    object_type: str
    object_id: UUID | None
    details: Mapping[str, Any] = field(default_factory=dict)
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class OutboxEvent:
    """Something other systems may want to hear of (contract.md, Webhooks). Carries ids, never points."""

    type: str
    payload: Mapping[str, Any]


def plain(value: Any) -> Any:
    """A thing of the domain as the trail keeps it: JSON with exact fractions and times as text."""
    if is_dataclass(value):
        return {one.name: plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted(plain(item) for item in value)
    return value if value is None or type(value) in {str, int, bool} else str(value)


def difference(before: Any, after: Any) -> dict[str, Any]:
    """What changed between two versions of the same dataclass, as ``before`` and ``after``."""
    old, new = plain(before), plain(after)
    changed = [name for name in new if new[name] != old[name]]
    return {"before": {name: old[name] for name in changed}, "after": {name: new[name] for name in changed}}
