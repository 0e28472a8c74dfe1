"""The file of signing keys while the service runs: rotated by an operator, noticed by every process that reads it."""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import structlog

from app.api.tokens.keys import KeyFileError, KeyRing, load_keys, read_keys, write_beside

_SECONDS_BETWEEN_LOOKS: Final = 2.0
_log = structlog.get_logger(__name__)


class KeyFile:
    """The ring of a file, read again within two seconds when the file has changed.

    A file that is gone or spoilt changes nothing: the service goes on with the keys it has, and the log says so.
    ``clock`` gives seconds since 1970.
    """

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        self._path = path
        self._clock = clock
        self._stored = load_keys(path)
        self._seen = _mark(path)
        self._looked_at = clock()
        self._shown = self._stored.at(self._looked_at)

    def current(self, *, at_once: bool = False) -> KeyRing:
        """The keys that sign and verify now: the same object as long as none came or retired."""
        now = self._clock()
        if at_once or abs(now - self._looked_at) >= _SECONDS_BETWEEN_LOOKS:
            self._looked_at = now
            self._look()
            shown = self._stored.at(now)
            if shown != self._shown:
                self._shown = shown
        return self._shown

    def _look(self) -> None:
        mark = _mark(self._path)
        if mark == self._seen:
            return
        self._seen = mark
        try:
            self._stored = read_keys(self._path)
        except KeyFileError as error:
            _log.error("signing_keys_not_read", reason=str(error))


def _mark(path: Path) -> tuple[int, ...] | None:
    """What differs between any two contents of the file; ``None`` when there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


@contextmanager
def rotating(path: Path, now: int, retire_after: int) -> Iterator[KeyRing]:
    """The ring with a fresh signing key, which takes the place of the present one when the block ends well.

    One rotation at a time; ``retire_after`` is in seconds. Raises `KeyFileError` when the file cannot be replaced.
    """
    path = path.resolve()  # the file itself is replaced, not a link to it
    with _alone(path.parent):
        ring = read_keys(path).rotated(now, retire_after)
        with _told(path):
            fresh = write_beside(path, ring)
        try:
            yield ring
            with _told(path):
                fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise KeyFileError(f"{path} cannot be replaced: {error.strerror}.") from error


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
