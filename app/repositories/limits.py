"""Counters of anonymous calls: one small statement in a transaction of its own, on a table that leaves no log.

The table is UNLOGGED: what it holds is neither in the write-ahead log nor in a physical backup nor on a standby, and a
crash empties it. A key (an address among them) is stored as an HMAC under a key that is not in the database, made with the
window, so that rows of two windows cannot be told to be of one address (anonymity.md rule 1).
"""

import hashlib
import hmac
import time
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Final

from app.domain.limits import WINDOW_SECONDS
from app.domain.ports.limits import Counts
from app.repositories.database import Database

#: Rows of earlier windows go as new ones come. One window is left in between, for hosts whose clocks differ a little.
_COUNT: Final = """
WITH past AS (
    DELETE FROM rate_counters WHERE key_hash IN (
        SELECT key_hash FROM rate_counters WHERE window_start < $2::timestamptz - interval '1 minute'
        ORDER BY window_start LIMIT 100 FOR UPDATE SKIP LOCKED
    )
), raised AS (
    INSERT INTO rate_counters (key_hash, window_start, count)
    SELECT key_hash, $2, 1 FROM unnest($1::bytea[]) AS key_hash
    ON CONFLICT (key_hash) DO UPDATE SET count = rate_counters.count + 1
    RETURNING key_hash, count
)
SELECT key_hash, count FROM raised
UNION ALL
SELECT key_hash, count FROM rate_counters WHERE key_hash = ANY($3::bytea[])
"""


class SqlRateCounters:
    """Counters of one window each."""

    def __init__(self, database: Database, secret: bytes) -> None:
        self._database = database
        self._secret = hmac.digest(secret, b"kinerja.rate_counters", hashlib.sha256)

    async def count(self, raised: Collection[str], read: Collection[str] = ()) -> Counts:
        """Add one to each of ``raised``; rows are taken in one order, so that nobody waits in a circle."""
        now = time.time()
        window = int(now // WINDOW_SECONDS)
        keys = {self._hash(window, key): key for key in (*raised, *read)}
        began = datetime.fromtimestamp(window * WINDOW_SECONDS, UTC)
        added = sorted(self._hash(window, key) for key in raised)
        looked_at = [self._hash(window, key) for key in read]
        async with self._database.hot() as connection:
            rows = await connection.fetch(_COUNT, added, began, looked_at)
        by_key = {keys[bytes(row["key_hash"])]: row["count"] for row in rows}
        return Counts(by_key, WINDOW_SECONDS - int(now % WINDOW_SECONDS))

    def _hash(self, window: int, key: str) -> bytes:
        return hmac.digest(self._secret, f"{window} {key}".encode("utf-8", "surrogatepass"), hashlib.sha256)
