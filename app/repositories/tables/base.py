"""What all tables are made of.

The tables declare what a database of today has. What brings one there is written out in migrations/versions, and nothing
that was released changes with the tables (docs/decisions.md, 32).

Enumerations are domains over text, one for each (docs/decisions.md, 33). Constraint names follow one convention because
`constraints.py` turns them into domain errors.
"""

import re
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import UUID
from sqlalchemy.ext.compiler import compiles

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


class Word(sa.Text):
    """The name of a member of an enumeration. Columns have the enumeration's domain; parameters are sent as text."""

    def __init__(self, kind: type[StrEnum]) -> None:
        super().__init__()
        self.kind = kind

    @property
    def name(self) -> str:
        """The domain's: `rater_type` for `RaterType`."""
        return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", self.kind.__name__).lower()

    @property
    def creation(self) -> str:
        """The statement that makes the domain."""
        members = ", ".join(repr(str(member)) for member in self.kind)
        return f"CREATE DOMAIN {self.name} AS text CONSTRAINT ck_{self.name} CHECK (VALUE IN ({members}))"


@compiles(Word)
def _in_sql(word: Word, _compiler: Any, **_options: Any) -> str:
    return word.name


@sa.event.listens_for(metadata, "before_create")
def _create_domains(_metadata: sa.MetaData, connection: sa.Connection, **_options: Any) -> None:
    types = [column.type for table in metadata.tables.values() for column in table.columns]
    for statement in sorted({one.creation for one in types if isinstance(one, Word)}):
        connection.exec_driver_sql(statement)
