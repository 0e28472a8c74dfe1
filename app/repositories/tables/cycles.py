"""Rubrics, cycles and their participants."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from app.domain import values as v
from app.repositories.tables.base import Timestamp, Word, identity, metadata, now, reference

rubrics = sa.Table(
    "rubrics",
    metadata,
    identity(),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("description", sa.Text),
    sa.Column("state", Word(v.RubricState), nullable=False),
    sa.Column("content", JSONB, nullable=False),
    sa.Column("created_at", Timestamp, nullable=False, server_default=now),
    sa.Column("published_at", Timestamp),
    sa.Column("retired_at", Timestamp),
    sa.UniqueConstraint("code", "version"),
    sa.CheckConstraint("version >= 1", name="version"),
    sa.Index("uq_rubrics_code_draft", "code", unique=True, postgresql_where=sa.text("state = 'draft'")),
)

cycles = sa.Table(
    "cycles",
    metadata,
    identity(),
    sa.Column("code", sa.Text, nullable=False, unique=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("state", Word(v.CycleState), nullable=False),
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
    sa.CheckConstraint("period_start <= period_end", name="period"),
    sa.CheckConstraint("rating_opens_at < rating_closes_at", name="window"),
)

participants = sa.Table(
    "participants",
    metadata,
    identity(),
    reference("cycle_id", "cycles", cascade=True),
    reference("employee_id", "employees", index=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("position", sa.Text, nullable=False),
    sa.Column("position_kind", Word(v.PositionKind), nullable=False),
    reference("unit_id", "units", index=True),
    reference("superior_id", "employees", nullable=True, index=True),
    reference("appraiser_id", "employees", nullable=True, index=True),
    reference("rubric_id", "rubrics", nullable=True),
    # Whether an administrator named the appraiser for this cycle, so that opening does not take the directory's.
    sa.Column("appraiser_named", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("innovation", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("added_at", Timestamp, nullable=False, server_default=now),
    sa.UniqueConstraint("cycle_id", "employee_id"),
    sa.UniqueConstraint("cycle_id", "id"),
    sa.Index("ix_participants_cycle_id_name_id", "cycle_id", "name", "id"),
)

external_scores = sa.Table(
    "external_scores",
    metadata,
    reference("participant_id", "participants", cascade=True),
    sa.Column("dimension", Word(v.Dimension), nullable=False),
    sa.Column("value", sa.Numeric, nullable=False),
    sa.Column("min", sa.Numeric, nullable=False),
    sa.Column("max", sa.Numeric, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("measured_at", Timestamp, nullable=False),
    sa.Column("received_at", Timestamp, nullable=False, server_default=now),
    sa.PrimaryKeyConstraint("participant_id", "dimension"),
    sa.CheckConstraint("value BETWEEN min AND max", name="range"),
)

org_achievements = sa.Table(
    "org_achievements",
    metadata,
    reference("cycle_id", "cycles", cascade=True),
    reference("unit_id", "units", index=True),
    sa.Column("achievement", Word(v.OrgAchievement), nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("set_at", Timestamp, nullable=False),
    sa.PrimaryKeyConstraint("cycle_id", "unit_id"),
    comment="What a unit achieved in a cycle's period: the ground of the distribution check (SE MenPANRB 3/2023).",
)
