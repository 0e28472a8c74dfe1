"""The trail, the outbox, kept answers, jobs and imports."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA, JSONB, UUID

from app.domain.imports.report import ImportKind, ImportStatus
from app.domain.jobs import JobKind, JobStatus
from app.repositories.tables.base import Timestamp, Word, identity, metadata, now, reference

audit_events = sa.Table(
    "audit_events",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("occurred_at", Timestamp, nullable=False, server_default=now),
    sa.Column("actor_id", UUID(as_uuid=True)),
    sa.Column("actor_roles", ARRAY(sa.Text), nullable=False, server_default="{}"),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("object_type", sa.Text, nullable=False),
    sa.Column("object_id", UUID(as_uuid=True)),
    sa.Column("details", JSONB, nullable=False, server_default="{}"),
    sa.Column("reason", sa.Text),
    sa.Column("request_id", sa.Text),
    sa.Column("digest", BYTEA, nullable=False),
    sa.Index("ix_audit_events_object_id_id", "object_id", "id"),
)

outbox_events = sa.Table(
    "outbox_events",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("occurred_at", Timestamp, nullable=False, server_default=now),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("payload", JSONB, nullable=False),
    sa.Column("delivered_at", Timestamp),
    sa.Index("ix_outbox_events_pending", "id", postgresql_where=sa.text("delivered_at IS NULL")),
)

idempotency_records = sa.Table(
    "idempotency_records",
    metadata,
    sa.Column("principal", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("request", sa.Text, nullable=False),
    sa.Column("body_digest", BYTEA),
    sa.Column("status", sa.SmallInteger, nullable=False),
    sa.Column("headers", JSONB, nullable=False, server_default="{}"),
    sa.Column("body", BYTEA, nullable=False),
    sa.Column("created_at", Timestamp, nullable=False, server_default=now),
    sa.PrimaryKeyConstraint("principal", "key"),
    sa.Index("ix_idempotency_records_created_at", "created_at"),
)

jobs = sa.Table(
    "jobs",
    metadata,
    identity(),
    sa.Column("kind", Word(JobKind), nullable=False),
    sa.Column("status", Word(JobStatus), nullable=False),
    reference("cycle_id", "cycles", nullable=True, cascade=True),
    reference("account_id", "accounts", nullable=True),
    sa.Column("progress", JSONB(none_as_null=True)),
    sa.Column("report", JSONB),
    sa.Column("error", sa.Text),
    sa.Column("created_at", Timestamp, nullable=False, server_default=now),
    sa.Column("finished_at", Timestamp),
)

imports = sa.Table(
    "imports",
    metadata,
    identity(),
    sa.Column("kind", Word(ImportKind), nullable=False),
    sa.Column("dry_run", sa.Boolean, nullable=False),
    sa.Column("status", Word(ImportStatus), nullable=False),
    reference("account_id", "accounts"),
    reference("cycle_id", "cycles", nullable=True, cascade=True),
    sa.Column("rows", sa.Integer, nullable=False),
    sa.Column("created", sa.Integer, nullable=False),
    sa.Column("updated", sa.Integer, nullable=False),
    sa.Column("unchanged", sa.Integer, nullable=False),
    sa.Column("error_count", sa.Integer, nullable=False),
    sa.Column("errors", JSONB, nullable=False),
    sa.Column("created_at", Timestamp, nullable=False, server_default=now),
    comment="Reports of imports: counts, and faults by place and code, never what a cell held.",
)
