"""Structured logs: one JSON object per line, never a token, a password, a NIP, an address or any points."""

import logging
import sys
from datetime import UTC, datetime
from typing import Any, Final

import orjson
import structlog

#: Knows whether lines about requests are wanted; it writes none itself.
_REQUESTS: Final = logging.getLogger("kinerja.requests")


def log_request(**what: Any) -> None:
    """Write one line about a request, at the level ``info``.

    It is the line that structlog would write, at a fifth of the price, which a thousand requests a second notice
    (docs/performance.md).
    """
    if not _REQUESTS.isEnabledFor(logging.INFO):
        return
    line = {**what, "event": "request", "level": "info", "timestamp": datetime.now(UTC)}
    out = sys.stderr.buffer
    out.write(orjson.dumps(line, option=orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE))
    out.flush()


def configure_logging(level: str) -> None:
    """Write JSON lines to standard error at ``level`` and above."""
    _REQUESTS.setLevel(level.upper())
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(serializer=orjson.dumps),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.BytesLoggerFactory(file=sys.stderr.buffer),
        cache_logger_on_first_use=True,
    )
