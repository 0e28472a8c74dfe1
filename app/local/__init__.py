"""What a single machine needs to run the product by itself: an embedded PostgreSQL."""

from app.local.postgres import DataFolderInUse, LocalPostgres, LocalPostgresError

__all__ = ["DataFolderInUse", "LocalPostgres", "LocalPostgresError"]
