"""Results and what proves them."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA, JSONB

from app.domain import values as v
from app.repositories.tables.base import Timestamp, Word, metadata, of_participant, reference

results = sa.Table(
    "results",
    metadata,
    reference("participant_id", "participants", cascade=True),
    sa.Column("version", sa.Integer, nullable=False),
    reference("cycle_id", "cycles", cascade=True),
    sa.Column("current", sa.Boolean, nullable=False),
    sa.Column("status", Word(v.ResultStatus), nullable=False),
    sa.Column("completeness", Word(v.Completeness), nullable=False),
    sa.Column("scheme", Word(v.Scheme), nullable=False),
    sa.Column("overall", sa.Numeric(5, 2)),
    sa.Column("value", sa.Numeric(5, 2)),
    sa.Column("recommended", Word(v.Predicate)),
    sa.Column("decided", Word(v.Predicate)),
    sa.Column("expectations", sa.Text, nullable=False),
    sa.Column("decision", JSONB),
    sa.Column("figures", sa.Text, nullable=False),
    sa.Column("reasons", sa.Text, nullable=False),
    sa.Column("officer_reasons", sa.Text),
    sa.Column("receipt", sa.Text, nullable=False),
    sa.Column("cause", Word(v.Cause), nullable=False),
    sa.Column("computed_at", Timestamp, nullable=False),
    sa.Column("published_at", Timestamp),
    sa.Column("acknowledged_at", Timestamp),
    sa.PrimaryKeyConstraint("participant_id", "version"),
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
    reference("participant_id", "participants", cascade=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("salt", BYTEA, nullable=False),
    sa.PrimaryKeyConstraint("participant_id", "version"),
    comment="Read by the verification alone (scoring.md section 7).",
)

summaries = sa.Table(
    "summaries",
    metadata,
    reference("cycle_id", "cycles", cascade=True),
    sa.Column("frozen_at", Timestamp, nullable=False),
    sa.Column("record", sa.Text),
    sa.PrimaryKeyConstraint("cycle_id"),
    comment="The frozen summary of a cycle as JSON: places, and what is counted in each (anonymity.md rule 10).",
)

summary_basis = sa.Table(
    "summary_basis",
    metadata,
    *of_participant(),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("recommended", Word(v.Predicate)),
    sa.Column("decided", Word(v.Predicate)),
    sa.Column("figures", ARRAY(sa.SmallInteger), nullable=False),
    sa.Column("leaf", sa.Integer),
    sa.Column("block", sa.Integer),
    sa.PrimaryKeyConstraint("cycle_id", "participant_id"),
    comment="Figures of the version of each result that a summary is made of, in hundredths (NULL: none), and its place.",
)
