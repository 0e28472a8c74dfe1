"""Units, people, accounts and what guards them."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA, UUID, ExcludeConstraint

from app.domain import values as v
from app.domain.data_rights import CorrectableField, CorrectionState
from app.domain.delegations import DelegationKind
from app.repositories.tables.base import Timestamp, Word, identity, metadata, now, reference

units = sa.Table(
    "units",
    metadata,
    identity(),
    sa.Column("code", sa.Text, nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("kind", Word(v.UnitKind), nullable=False),
    reference("parent_id", "units", nullable=True, index=True),
    sa.Column("created_at", Timestamp, nullable=False, server_default=now),
    sa.CheckConstraint("parent_id <> id", name="not_own_parent"),
)

employees = sa.Table(
    "employees",
    metadata,
    identity(),
    sa.Column("nip", sa.Text, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("employment", Word(v.Employment), nullable=False),
    sa.Column("position", sa.Text, nullable=False),
    sa.Column("position_kind", Word(v.PositionKind), nullable=False),
    sa.Column("grade", sa.Text),
    reference("unit_id", "units", index=True),
    reference("superior_id", "employees", nullable=True, index=True),
    reference("appraiser_id", "employees", nullable=True, index=True),
    sa.Column("email", sa.Text),
    sa.Column("phone", sa.Text),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("created_at", Timestamp, nullable=False, server_default=now),
    sa.CheckConstraint("superior_id <> id", name="not_own_superior"),
    sa.CheckConstraint("appraiser_id <> id", name="not_own_appraiser"),
    sa.CheckConstraint("(nip IS NULL) = (employment = 'non_asn')", name="nip_of_asn"),
    sa.Index("ix_employees_name_id", "name", "id"),
)

accounts = sa.Table(
    "accounts",
    metadata,
    identity(),
    sa.Column("username", sa.Text, nullable=False, unique=True),
    reference("employee_id", "employees", nullable=True),
    sa.Column("password_hash", sa.Text),
    sa.Column("roles", ARRAY(sa.Text), nullable=False),
    sa.Column("rater_types", ARRAY(sa.Text), nullable=False),
    reference("unit_id", "units", nullable=True),
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
    reference("account_id", "accounts", index=True, cascade=True),
    sa.Column("expires_at", Timestamp, nullable=False),
    sa.Column("used_at", Timestamp),
    sa.Column("revoked_at", Timestamp),
)

data_corrections = sa.Table(
    "data_corrections",
    metadata,
    identity(),
    reference("employee_id", "employees", index=True, cascade=True),
    sa.Column("field", Word(CorrectableField), nullable=False),
    sa.Column("wanted", sa.Text),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("state", Word(CorrectionState), nullable=False),
    sa.Column("requested_at", Timestamp, nullable=False),
    sa.Column("due_at", Timestamp, nullable=False),
    sa.Column("decided_at", Timestamp),
    sa.Column("decided_by", UUID(as_uuid=True)),
    sa.Column("decision_reason", sa.Text),
    sa.CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided_at"),
    sa.Index("ix_data_corrections_due_at_id", "due_at", "id"),
    sa.Index(
        "uq_data_corrections_open", "employee_id", "field", unique=True, postgresql_where=sa.text("state = 'open'")
    ),
    comment="Requests of people to correct their own record (UU 27/2022 article 30).",
)

appraiser_delegations = sa.Table(
    "appraiser_delegations",
    metadata,
    identity(),
    reference("appraiser_id", "employees", index=True),
    reference("delegate_id", "employees", index=True),
    sa.Column("kind", Word(DelegationKind), nullable=False),
    sa.Column("starts_on", sa.Date, nullable=False),
    sa.Column("ends_on", sa.Date, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("created_at", Timestamp, nullable=False),
    sa.Column("ended_at", Timestamp),
    sa.CheckConstraint("appraiser_id <> delegate_id", name="not_himself"),
    sa.CheckConstraint("starts_on <= ends_on", name="days"),
    # One delegate at a time; equality of ids in such a constraint is what btree_gist is for.
    ExcludeConstraint(
        ("appraiser_id", "="),
        (sa.text("daterange(starts_on, ends_on, '[]')"), "&&"),
        using="gist",
        where=sa.text("ended_at IS NULL"),
        name="ex_appraiser_delegations_days",
    ),
    sa.Index("ix_appraiser_delegations_starts_on_id", "starts_on", "id"),
    comment="Who decides as whom, on which days (Plt, Plh); both days are included.",
)
