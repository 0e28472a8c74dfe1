"""The tables, in the order of the appraisal. Rows are private to this layer; the domain sees frozen dataclasses.

Enumerations are text with a CHECK (native enums break cached plans when they grow). Constraint names follow one
convention because `constraints.py` turns them into domain errors.
"""

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA, JSONB, UUID

from app.domain import values as v
from app.domain.data_rights import CorrectableField, CorrectionState
from app.domain.imports.report import ImportKind, ImportStatus

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Timestamp = sa.DateTime(timezone=True)
now = sa.func.now()


def _id() -> sa.Column[object]:
    return sa.Column("id", UUID(as_uuid=True), primary_key=True)


def _ref(
    name: str, target: str, *, nullable: bool = False, index: bool = False, cascade: bool = False
) -> sa.Column[object]:
    key = sa.ForeignKey(f"{target}.id", ondelete="CASCADE" if cascade else None)
    return sa.Column(name, UUID(as_uuid=True), key, nullable=nullable, index=index)


def _of_participant() -> tuple[sa.schema.SchemaItem, ...]:
    """Cycle and participant, checked together: one look-up per row, and no lock on the one row of the cycle."""
    both = ["cycle_id", "participant_id"]
    columns = (sa.Column(name, UUID(as_uuid=True), nullable=False) for name in both)
    key = sa.ForeignKeyConstraint(both, ["participants.cycle_id", "participants.id"], ondelete="CASCADE")
    return (*columns, key)


def _one_of(column: str, kind: type[StrEnum]) -> sa.CheckConstraint:
    return sa.CheckConstraint(f"{column} IN ({', '.join(repr(str(member)) for member in kind)})", name=column)


units = sa.Table(
    "units",
    metadata,
    _id(),
    sa.Column("code", sa.Text, nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    _ref("parent_id", "units", nullable=True, index=True),
    sa.Column("created_at", Timestamp, nullable=False, server_default=now),
    _one_of("kind", v.UnitKind),
    sa.CheckConstraint("parent_id <> id", name="not_own_parent"),
)

employees = sa.Table(
    "employees",
    metadata,
    _id(),
    sa.Column("nip", sa.Text, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("employment", sa.Text, nullable=False),
    sa.Column("position", sa.Text, nullable=False),
    sa.Column("position_kind", sa.Text, nullable=False),
    sa.Column("grade", sa.Text),
    _ref("unit_id", "units", index=True),
    _ref("superior_id", "employees", nullable=True, index=True),
    _ref("appraiser_id", "employees", nullable=True, index=True),
    sa.Column("email", sa.Text),
    sa.Column("phone", sa.Text),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("created_at", Timestamp, nullable=False, server_default=now),
    _one_of("employment", v.Employment),
    _one_of("position_kind", v.PositionKind),
    sa.CheckConstraint("superior_id <> id", name="not_own_superior"),
    sa.CheckConstraint("appraiser_id <> id", name="not_own_appraiser"),
    sa.CheckConstraint("(nip IS NULL) = (employment = 'non_asn')", name="nip_of_asn"),
    sa.Index("ix_employees_name_id", "name", "id"),
)

accounts = sa.Table(
    "accounts",
    metadata,
    _id(),
    sa.Column("username", sa.Text, nullable=False, unique=True),
    _ref("employee_id", "employees", nullable=True),
    sa.Column("password_hash", sa.Text),
    sa.Column("roles", ARRAY(sa.Text), nullable=False),
    sa.Column("rater_types", ARRAY(sa.Text), nullable=False),
    _ref("unit_id", "units", nullable=True),
    sa.Column("scopes", ARRAY(sa.Text), nullable=False, server_default="{}"),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("secret_hash", BYTEA),
    sa.Column("not_before", Timestamp, nullable=False, server_default=sa.text("to_timestamp(0)")),
    sa.Column("created_at", Timestamp, nullable=False, server_default=now),
    sa.UniqueConstraint("employee_id"),
    sa.CheckConstraint("username = lower(username)", name="username_lower"),
    sa.CheckConstraint("password_hash IS NULL OR secret_hash IS NULL", name="one_credential"),
)

login_attempts = sa.Table(
    "login_attempts",
    metadata,
    sa.Column("name_hash", BYTEA, primary_key=True),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("locked_until", Timestamp),
    sa.Column("last_failure", Timestamp, index=True),
    comment="Failed log-ins by the SHA-256 of the name that was typed, whether or not an account has it.",
)

rate_counters = sa.Table(
    "rate_counters",
    metadata,
    sa.Column("key_hash", BYTEA, primary_key=True),
    sa.Column("window_start", Timestamp, nullable=False, index=True),
    sa.Column("count", sa.Integer, nullable=False),
    prefixes=["UNLOGGED"],
    comment="Anonymous calls of one minute by a keyed hash of address or name that is another one in each minute.",
)

activation_codes = sa.Table(
    "activation_codes",
    metadata,
    sa.Column("account_id", UUID(as_uuid=True), sa.ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("code_hash", BYTEA, nullable=False, unique=True),
    sa.Column("expires_at", Timestamp, nullable=False),
    comment="One-time codes with which the owner of an account sets its password; a used one is gone.",
)

refresh_tokens = sa.Table(
    "refresh_tokens",
    metadata,
    sa.Column("token_hash", BYTEA, primary_key=True),
    sa.Column("family_id", UUID(as_uuid=True), nullable=False, index=True),
    _ref("account_id", "accounts", index=True, cascade=True),
    sa.Column("expires_at", Timestamp, nullable=False),
    sa.Column("used_at", Timestamp),
    sa.Column("revoked_at", Timestamp),
)

rubrics = sa.Table(
    "rubrics",
    metadata,
    _id(),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("description", sa.Text),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("content", JSONB, nullable=False),
    sa.Column("created_at", Timestamp, nullable=False, server_default=now),
    sa.Column("published_at", Timestamp),
    sa.Column("retired_at", Timestamp),
    sa.UniqueConstraint("code", "version"),
    _one_of("state", v.RubricState),
    sa.CheckConstraint("version >= 1", name="version"),
    sa.Index("uq_rubrics_code_draft", "code", unique=True, postgresql_where=sa.text("state = 'draft'")),
)

cycles = sa.Table(
    "cycles",
    metadata,
    _id(),
    sa.Column("code", sa.Text, nullable=False, unique=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("period_start", sa.Date, nullable=False),
    sa.Column("period_end", sa.Date, nullable=False),
    sa.Column("rubrics", JSONB, nullable=False),
    sa.Column("policy", JSONB, nullable=False),
    sa.Column("rating_opens_at", Timestamp, nullable=False),
    sa.Column("rating_closes_at", Timestamp, nullable=False),
    sa.Column("appeal_days", sa.Integer, nullable=False),
    sa.Column("created_at", Timestamp, nullable=False, server_default=now),
    sa.Column("opened_at", Timestamp),
    sa.Column("published_at", Timestamp),
    _one_of("state", v.CycleState),
    sa.CheckConstraint("period_start <= period_end", name="period"),
    sa.CheckConstraint("rating_opens_at < rating_closes_at", name="window"),
)

participants = sa.Table(
    "participants",
    metadata,
    _id(),
    _ref("cycle_id", "cycles", cascade=True),
    _ref("employee_id", "employees", index=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("position", sa.Text, nullable=False),
    sa.Column("position_kind", sa.Text, nullable=False),
    _ref("unit_id", "units", index=True),
    _ref("superior_id", "employees", nullable=True, index=True),
    _ref("appraiser_id", "employees", nullable=True, index=True),
    _ref("rubric_id", "rubrics", nullable=True),
    # Whether an administrator named the appraiser for this cycle, so that opening does not take the directory's.
    sa.Column("appraiser_named", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("innovation", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("added_at", Timestamp, nullable=False, server_default=now),
    sa.UniqueConstraint("cycle_id", "employee_id"),
    sa.UniqueConstraint("cycle_id", "id"),
    _one_of("position_kind", v.PositionKind),
    sa.Index("ix_participants_cycle_id_name_id", "cycle_id", "name", "id"),
)

external_scores = sa.Table(
    "external_scores",
    metadata,
    _ref("participant_id", "participants", cascade=True),
    sa.Column("dimension", sa.Text, nullable=False),
    sa.Column("value", sa.Numeric, nullable=False),
    sa.Column("min", sa.Numeric, nullable=False),
    sa.Column("max", sa.Numeric, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("measured_at", Timestamp, nullable=False),
    sa.Column("received_at", Timestamp, nullable=False, server_default=now),
    sa.PrimaryKeyConstraint("participant_id", "dimension"),
    _one_of("dimension", v.Dimension),
    sa.CheckConstraint("value BETWEEN min AND max", name="range"),
)

assignments = sa.Table(
    "assignments",
    metadata,
    _id(),
    *_of_participant(),
    sa.Column("rater_type", sa.Text, nullable=False),
    _ref("rater_id", "employees", nullable=True),
    sa.Column("state", sa.Text, nullable=False, server_default="pending"),
    sa.Column("submitted_on", sa.Date),
    sa.Column("void_requested_by", UUID(as_uuid=True)),
    sa.Column("stand_in", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("created_at", Timestamp, nullable=False, server_default=now),
    _one_of("rater_type", v.RaterType),
    _one_of("state", v.AssignmentState),
    sa.CheckConstraint("(rater_id IS NULL) = (rater_type = 'service_recipient')", name="rater"),
    sa.CheckConstraint("(state = 'submitted') = (submitted_on IS NOT NULL)", name="submitted_on"),
    # A person gives at most one sheet per participant, whatever the type (anonymity.md rule 6).
    sa.Index(
        "uq_assignments_participant_id_rater_id",
        "participant_id",
        "rater_id",
        unique=True,
        postgresql_where=sa.text("state <> 'voided'"),
    ),
    sa.Index("ix_assignments_cycle_id_id", "cycle_id", "id"),
    sa.Index("ix_assignments_cycle_id_participant_id", "cycle_id", "participant_id"),
    sa.Index("ix_assignments_rater_id_cycle_id", "rater_id", "cycle_id"),
)

opening_groups = sa.Table(
    "opening_groups",
    metadata,
    _ref("participant_id", "participants", cascade=True),
    sa.Column("rater_type", sa.Text, nullable=False),
    sa.Column("assigned", sa.Integer, nullable=False),
    sa.PrimaryKeyConstraint("participant_id", "rater_type"),
    comment="How many of an anonymous type were assigned when rating first opened (scoring.md, group_lost).",
)

sealed_groups = sa.Table(
    "sealed_groups",
    metadata,
    _ref("participant_id", "participants", cascade=True),
    sa.Column("rater_type", sa.Text, nullable=False),
    sa.PrimaryKeyConstraint("participant_id", "rater_type"),
    comment="Anonymous groups of which a figure was shown: nothing of them may change (anonymity.md rule 3).",
)

invitations = sa.Table(
    "invitations",
    metadata,
    _id(),
    _ref("assignment_id", "assignments", index=True, cascade=True),
    sa.Column("code_hash", BYTEA, nullable=False, unique=True),
    sa.Column("expires_at", Timestamp, nullable=False),
    sa.Column("used_on", sa.Date),
    sa.Column("revoked", sa.Boolean, nullable=False, server_default=sa.false()),
)

drafts = sa.Table(
    "drafts",
    metadata,
    _id(),
    _ref("participant_id", "participants", index=True, cascade=True),
    sa.Column("content", JSONB, nullable=False),
    comment="Unsubmitted answers under the sheet's key; read by their own rater alone.",
)

sheets = sa.Table(
    "sheets",
    metadata,
    _id(),
    *_of_participant(),
    sa.Column("rater_type", sa.Text, nullable=False),
    sa.Column("points", ARRAY(sa.SmallInteger), nullable=False),
    _one_of("rater_type", v.RaterType),
    sa.Index("ix_sheets_cycle_id_participant_id", "cycle_id", "participant_id"),
    comment="One submitted sheet is one row; its id is an HMAC of the assignment's under a key kept elsewhere.",
)

comments = sa.Table(
    "comments",
    metadata,
    _id(),
    sa.Column("sheet_id", UUID(as_uuid=True), index=True),
    *_of_participant(),
    sa.Column("rater_type", sa.Text, nullable=False),
    sa.Column("criterion_id", UUID(as_uuid=True)),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    _one_of("rater_type", v.RaterType),
    _one_of("kind", v.CommentKind),
    sa.Index("ix_comments_cycle_id_participant_id", "cycle_id", "participant_id"),
)

retracted_sheets = sa.Table(
    "retracted_sheets",
    metadata,
    _id(),
    _ref("participant_id", "participants", index=True, cascade=True),
    sa.Column("rater_type", sa.Text, nullable=False),
    sa.Column("points", ARRAY(sa.SmallInteger), nullable=False),
    sa.Column("retracted_at", Timestamp, nullable=False, server_default=now),
    sa.CheckConstraint("rater_type IN ('superior', 'self')", name="named_types"),
    comment="Reopened sheets of superior and self, kept as history; anonymous ones are deleted.",
)

results = sa.Table(
    "results",
    metadata,
    _ref("participant_id", "participants", cascade=True),
    sa.Column("version", sa.Integer, nullable=False),
    _ref("cycle_id", "cycles", cascade=True),
    sa.Column("current", sa.Boolean, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("completeness", sa.Text, nullable=False),
    sa.Column("scheme", sa.Text, nullable=False),
    sa.Column("overall", sa.Numeric(5, 2)),
    sa.Column("value", sa.Numeric(5, 2)),
    sa.Column("recommended", sa.Text),
    sa.Column("decided", sa.Text),
    sa.Column("expectations", sa.Text, nullable=False),
    sa.Column("decision", JSONB),
    sa.Column("figures", sa.Text, nullable=False),
    sa.Column("reasons", sa.Text, nullable=False),
    sa.Column("officer_reasons", sa.Text),
    sa.Column("receipt", sa.Text, nullable=False),
    sa.Column("cause", sa.Text, nullable=False),
    sa.Column("computed_at", Timestamp, nullable=False),
    sa.Column("published_at", Timestamp),
    sa.Column("acknowledged_at", Timestamp),
    sa.PrimaryKeyConstraint("participant_id", "version"),
    _one_of("status", v.ResultStatus),
    _one_of("completeness", v.Completeness),
    _one_of("scheme", v.Scheme),
    sa.CheckConstraint("current = (status <> 'superseded')", name="current"),
    sa.CheckConstraint("(status = 'published') <= (published_at IS NOT NULL)", name="published_at"),
    sa.Index("uq_results_current", "participant_id", unique=True, postgresql_where=sa.text("current")),
    sa.Index(
        "ix_results_cycle_id_overall",
        "cycle_id",
        sa.text("coalesce(overall, -1)"),
        "participant_id",
        postgresql_where=sa.text("current"),
    ),
    comment="Versions of results; expectations, figures and reasons are finished JSON, officer_reasons have group_lost too.",
)

receipt_salts = sa.Table(
    "receipt_salts",
    metadata,
    _ref("participant_id", "participants", cascade=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("salt", BYTEA, nullable=False),
    sa.PrimaryKeyConstraint("participant_id", "version"),
    comment="Read by the verification alone (scoring.md section 7).",
)

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
    _id(),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    _ref("cycle_id", "cycles", nullable=True, cascade=True),
    _ref("account_id", "accounts", nullable=True),
    sa.Column("report", JSONB),
    sa.Column("error", sa.Text),
    sa.Column("created_at", Timestamp, nullable=False, server_default=now),
    sa.Column("finished_at", Timestamp),
    sa.CheckConstraint("status IN ('running', 'succeeded', 'failed')", name="status"),
)

data_corrections = sa.Table(
    "data_corrections",
    metadata,
    _id(),
    _ref("employee_id", "employees", index=True, cascade=True),
    sa.Column("field", sa.Text, nullable=False),
    sa.Column("wanted", sa.Text),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("requested_at", Timestamp, nullable=False),
    sa.Column("due_at", Timestamp, nullable=False),
    sa.Column("decided_at", Timestamp),
    sa.Column("decided_by", UUID(as_uuid=True)),
    sa.Column("decision_reason", sa.Text),
    _one_of("field", CorrectableField),
    _one_of("state", CorrectionState),
    sa.CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided_at"),
    sa.Index("ix_data_corrections_due_at_id", "due_at", "id"),
    sa.Index(
        "uq_data_corrections_open", "employee_id", "field", unique=True, postgresql_where=sa.text("state = 'open'")
    ),
    comment="Requests of people to correct their own record (UU 27/2022 article 30).",
)

imports = sa.Table(
    "imports",
    metadata,
    _id(),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("dry_run", sa.Boolean, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    _ref("account_id", "accounts"),
    _ref("cycle_id", "cycles", nullable=True, cascade=True),
    sa.Column("rows", sa.Integer, nullable=False),
    sa.Column("created", sa.Integer, nullable=False),
    sa.Column("updated", sa.Integer, nullable=False),
    sa.Column("unchanged", sa.Integer, nullable=False),
    sa.Column("error_count", sa.Integer, nullable=False),
    sa.Column("errors", JSONB, nullable=False),
    sa.Column("created_at", Timestamp, nullable=False, server_default=now),
    _one_of("kind", ImportKind),
    _one_of("status", ImportStatus),
    comment="Reports of imports: counts, and faults by place and code, never what a cell held.",
)
