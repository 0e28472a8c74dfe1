"""Everything the first release needs, as written in the files of `0001_first_release`.

They hold what was released and never change again: the tables of the code may, and then come to a database by a migration of
their own. `tests/migrations` compares what all migrations make with what the code declares.
"""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_FOLDER = Path(__file__).with_suffix("")
#: In the order in which they refer to each other.
_FILES = ("words", "people", "cycles", "rating", "results", "quality", "service", "trail", "gate")


def upgrade() -> None:
    for name in _FILES:
        _run(name)


def downgrade() -> None:
    _run("down")


def _run(name: str) -> None:
    """Send the file as it is, in the transaction under way: the driver takes many statements where SQLAlchemy takes one."""
    script = (_FOLDER / f"{name}.sql").read_text("utf-8")
    driver = op.get_bind().connection.dbapi_connection
    driver.run_async(lambda connection: connection.execute(script))  # type: ignore[union-attr]
