"""What a single machine needs to run the product by itself: an embedded PostgreSQL."""

from app.local.errors import DataFolderInUse, LocalPostgresError
from app.local.postgres import LocalPostgres

__all__ = ["DataFolderInUse", "LocalPostgres", "LocalPostgresError"]
