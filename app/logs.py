"""Structured logs: one JSON object per line, never a token, a password, a NIP, an address or any points."""

import logging
import sys
from datetime import UTC, datetime
from typing import Any

import orjson
import structlog

#: The least level that is written; `configure_logging` sets it.
_least = logging.WARNING


def log_request(**what: Any) -> None:
    """Write one line about a request, at the level ``info``.

    It is the line that structlog would write, at a fifth of the price, which a thousand requests a second notice
    (docs/performance.md).
    """
    if _least > logging.INFO:
        return
    line = {**what, "event": "request", "level": "info", "timestamp": datetime.now(UTC)}
    out = sys.stderr.buffer
    out.write(orjson.dumps(line, option=orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE))
    out.flush()


def configure_logging(level: str) -> None:
    """Write JSON lines to standard error at ``level`` and above."""
    global _least  # noqa: PLW0603 - as structlog keeps its own configuration
    _least = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(serializer=orjson.dumps),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_least),
        logger_factory=structlog.BytesLoggerFactory(file=sys.stderr.buffer),
        cache_logger_on_first_use=True,
    )
