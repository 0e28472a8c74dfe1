"""What all tables are made of.

The tables declare what a database of today has. What brings one there is written out in migrations/versions, and nothing
that was released changes with the tables (docs/decisions.md, 32).

Enumerations are text with a CHECK (native enums break cached plans when they grow). Constraint names follow one
convention because `constraints.py` turns them into domain errors.
"""

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import UUID

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


def identity() -> sa.Column[object]:
    """The primary key of a row with an id of its own."""
    return sa.Column("id", UUID(as_uuid=True), primary_key=True)


def reference(
    name: str, target: str, *, nullable: bool = False, index: bool = False, cascade: bool = False
) -> sa.Column[object]:
    """A foreign key to the id of another table; rows of `cascade` go with the row they point to."""
    key = sa.ForeignKey(f"{target}.id", ondelete="CASCADE" if cascade else None)
    return sa.Column(name, UUID(as_uuid=True), key, nullable=nullable, index=index)


def of_participant() -> tuple[sa.schema.SchemaItem, ...]:
    """Cycle and participant, checked together: one look-up per row, and no lock on the one row of the cycle."""
    both = ["cycle_id", "participant_id"]
    columns = (sa.Column(name, UUID(as_uuid=True), nullable=False) for name in both)
    key = sa.ForeignKeyConstraint(both, ["participants.cycle_id", "participants.id"], ondelete="CASCADE")
    return (*columns, key)


def one_of(column: str, kind: type[StrEnum]) -> sa.CheckConstraint:
    """An enumeration: the column holds the name of a member."""
    return sa.CheckConstraint(f"{column} IN ({', '.join(repr(str(member)) for member in kind)})", name=column)
