"""What the embedded database reports to the administrator who starts it."""

from __future__ import annotations


class LocalPostgresError(RuntimeError):
    """The embedded database cannot do what was asked; the message tells the administrator why."""


class DataFolderInUse(LocalPostgresError):
    """Another process (or another `LocalPostgres` of this one) owns the data folder."""


class NoAccountError(LocalPostgresError):
    """Root has no way to run the server as somebody else; the message says what to do about it."""
