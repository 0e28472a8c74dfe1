"""The tables, in the order of the appraisal. Rows are private to this layer; the domain sees frozen dataclasses."""

from app.repositories.tables.base import metadata
from app.repositories.tables.cycles import cycles, external_scores, org_achievements, participants, rubrics
from app.repositories.tables.people import (
    accounts,
    activation_codes,
    appraiser_delegations,
    data_corrections,
    employees,
    login_attempts,
    rate_counters,
    refresh_tokens,
    units,
)
from app.repositories.tables.quality import adjusted_means, rater_quality, rating_agreement, rating_quality
from app.repositories.tables.rating import (
    assignments,
    comments,
    drafts,
    invitations,
    opening_groups,
    removed_assignments,
    retracted_sheets,
    sealed_groups,
    sheets,
)
from app.repositories.tables.results import receipt_salts, results, summaries, summary_basis
from app.repositories.tables.service import audit_events, idempotency_records, imports, jobs, outbox_events

__all__ = [
    "accounts",
    "activation_codes",
    "adjusted_means",
    "appraiser_delegations",
    "assignments",
    "audit_events",
    "comments",
    "cycles",
    "data_corrections",
    "drafts",
    "employees",
    "external_scores",
    "idempotency_records",
    "imports",
    "invitations",
    "jobs",
    "login_attempts",
    "metadata",
    "opening_groups",
    "org_achievements",
    "outbox_events",
    "participants",
    "rate_counters",
    "rater_quality",
    "rating_agreement",
    "rating_quality",
    "receipt_salts",
    "refresh_tokens",
    "removed_assignments",
    "results",
    "retracted_sheets",
    "rubrics",
    "sealed_groups",
    "sheets",
    "summaries",
    "summary_basis",
    "units",
]
