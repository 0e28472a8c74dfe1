"""The trail: what was done to what by whom. Never any points, comment or digest of them (anonymity.md rule 1)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
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
