"""Who rates whom, and (apart from it) what was answered."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA, JSONB, UUID

from app.domain import values as v
from app.repositories.tables.base import Timestamp, Word, identity, metadata, now, of_participant, reference

assignments = sa.Table(
    "assignments",
    metadata,
    identity(),
    *of_participant(),
    sa.Column("rater_type", Word(v.RaterType), nullable=False),
    reference("rater_id", "employees", nullable=True),
    sa.Column("state", Word(v.AssignmentState), nullable=False, server_default="pending"),
    sa.Column("submitted_on", sa.Date),
    sa.Column("void_requested_by", UUID(as_uuid=True)),
    sa.Column("stand_in", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("created_at", Timestamp, nullable=False, server_default=now),
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
    reference("participant_id", "participants", cascade=True),
    sa.Column("rater_type", Word(v.RaterType), nullable=False),
    sa.Column("assigned", sa.Integer, nullable=False),
    sa.PrimaryKeyConstraint("participant_id", "rater_type"),
    comment="How many of an anonymous type were assigned when rating first opened (scoring.md, group_lost).",
)

removed_assignments = sa.Table(
    "removed_assignments",
    metadata,
    reference("participant_id", "participants", cascade=True),
    sa.Column("rater_type", Word(v.RaterType), nullable=False),
    sa.Column("removed", sa.Integer, nullable=False),
    sa.PrimaryKeyConstraint("participant_id", "rater_type"),
    comment="How many assignments were deleted since rating opened (anonymity.md rule 12).",
)

sealed_groups = sa.Table(
    "sealed_groups",
    metadata,
    reference("participant_id", "participants", cascade=True),
    sa.Column("rater_type", Word(v.RaterType), nullable=False),
    sa.PrimaryKeyConstraint("participant_id", "rater_type"),
    comment="Anonymous groups of which a figure was shown: nothing of them may change (anonymity.md rule 3).",
)

invitations = sa.Table(
    "invitations",
    metadata,
    identity(),
    reference("assignment_id", "assignments", index=True, cascade=True),
    sa.Column("code_hash", BYTEA, nullable=False, unique=True),
    sa.Column("expires_at", Timestamp, nullable=False),
    sa.Column("used_on", sa.Date),
    sa.Column("revoked", sa.Boolean, nullable=False, server_default=sa.false()),
)

drafts = sa.Table(
    "drafts",
    metadata,
    identity(),
    reference("participant_id", "participants", index=True, cascade=True),
    sa.Column("content", JSONB, nullable=False),
    comment="Unsubmitted answers under the sheet's key; read by their own rater alone.",
)

sheets = sa.Table(
    "sheets",
    metadata,
    identity(),
    *of_participant(),
    sa.Column("rater_type", Word(v.RaterType), nullable=False),
    sa.Column("points", ARRAY(sa.SmallInteger), nullable=False),
    sa.Index("ix_sheets_cycle_id_participant_id", "cycle_id", "participant_id"),
    comment="One submitted sheet is one row; its id is an HMAC of the assignment's under a key kept elsewhere.",
)

comments = sa.Table(
    "comments",
    metadata,
    identity(),
    sa.Column("sheet_id", UUID(as_uuid=True), index=True),
    *of_participant(),
    sa.Column("rater_type", Word(v.RaterType), nullable=False),
    sa.Column("criterion_id", UUID(as_uuid=True)),
    sa.Column("kind", Word(v.CommentKind), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Index("ix_comments_cycle_id_participant_id", "cycle_id", "participant_id"),
)

retracted_sheets = sa.Table(
    "retracted_sheets",
    metadata,
    identity(),
    reference("participant_id", "participants", index=True, cascade=True),
    sa.Column("rater_type", sa.Text, nullable=False),
    sa.Column("points", ARRAY(sa.SmallInteger), nullable=False),
    sa.Column("retracted_at", Timestamp, nullable=False, server_default=now),
    sa.CheckConstraint("rater_type IN ('superior', 'self')", name="named_types"),
    comment="Reopened sheets of superior and self, kept as history; anonymous ones are deleted.",
)
