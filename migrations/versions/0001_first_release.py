"""Everything the first release needs."""

from alembic import op

from app.repositories import audit_ddl, gate_ddl
from app.repositories.tables import metadata

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")  # trusted: the owner of the database may
    metadata.create_all(op.get_bind())
    for statement in (*audit_ddl.CREATE, gate_ddl.CREATE):
        op.execute(statement)


def downgrade() -> None:
    for statement in (gate_ddl.DROP, *audit_ddl.DROP):
        op.execute(statement)
    metadata.drop_all(op.get_bind())
    op.execute("DROP EXTENSION IF EXISTS btree_gist")
