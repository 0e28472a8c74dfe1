"""Rating quality, made at the end of rating before the link between rater and sheet is cut (anonymity.md rule 8)."""

import sqlalchemy as sa

from app.domain import values as v
from app.repositories.tables.base import Timestamp, Word, metadata, reference

rating_quality = sa.Table(
    "rating_quality",
    metadata,
    reference("cycle_id", "cycles", cascade=True),
    sa.Column("report", sa.Text, nullable=False),
    sa.Column("made_at", Timestamp, nullable=False),
    sa.PrimaryKeyConstraint("cycle_id"),
    comment="Agreement, reliability and shares over at least five ratees, as JSON.",
)

rater_quality = sa.Table(
    "rater_quality",
    metadata,
    reference("cycle_id", "cycles", cascade=True),
    reference("rater_id", "employees", index=True),
    sa.Column("kind", Word(v.RaterKind), nullable=False),
    sa.Column("band", Word(v.Band)),
    sa.Column("ratees", sa.Integer),
    sa.Column("severity", sa.Float),
    sa.Column("spread", sa.Float),
    sa.Column("identical", sa.SmallInteger),
    sa.PrimaryKeyConstraint("cycle_id", "kind", "rater_id"),
    sa.CheckConstraint("(kind = 'anonymous') = (band IS NOT NULL)", name="band"),
    sa.CheckConstraint(
        "kind = 'named' OR coalesce(ratees::text, severity::text, spread::text, identical::text) IS NULL",
        name="nothing",
    ),
    comment="Superiors with figures; anonymous raters with one band and nothing else.",
)

rating_agreement = sa.Table(
    "rating_agreement",
    metadata,
    reference("participant_id", "participants", cascade=True),
    sa.Column("labels", sa.Text, nullable=False),
    sa.PrimaryKeyConstraint("participant_id"),
    comment="The word for rwg(J) by rater type and dimension, for groups of five and more, as JSON.",
)

adjusted_means = sa.Table(
    "adjusted_means",
    metadata,
    reference("participant_id", "participants", cascade=True),
    sa.Column("rater_type", sa.Text, nullable=False),
    sa.Column("component", sa.Integer, nullable=False),
    sa.Column("raw", sa.Integer),
    sa.Column("adjusted", sa.Integer),
    sa.Column("untold", sa.Text),
    sa.PrimaryKeyConstraint("participant_id", "rater_type"),
    sa.CheckConstraint("rater_type IN ('peer', 'subordinate', 'service_recipient')", name="rater_type"),
    sa.CheckConstraint("untold IN ('single_ratee', 'few_alike')", name="untold"),
    sa.CheckConstraint("(raw IS NULL) = (untold IS NOT NULL) AND (raw IS NULL) = (adjusted IS NULL)", name="told"),
    comment="Severity-adjusted means of ratees in whole points, where raters are interchangeable in fives.",
)
