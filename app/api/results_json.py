"""A whole result as bytes: its head is written, its figures are stored ready and only joined (docs/performance.md)."""

from decimal import Decimal
from typing import Any

import orjson

from app.api.languages import Language
from app.api.schemas.results import result_head
from app.domain.actions.results import Shown


def result_json(shown: Shown, language: Language) -> bytes:
    """The JSON of `Result` for this reader."""
    head = orjson.dumps(result_head(shown.ratee, shown.version, language), _plain, orjson.OPT_UTC_Z)
    figures, reasons = shown.figures.encode(), shown.reasons.encode()
    return b"%b,%b,%b%b}" % (head[:-1], figures[1:-1], b'"reasons":', reasons)


def _plain(value: Any) -> float | str:
    """Decimals, and the database driver's own kind of UUID."""
    return float(value) if isinstance(value, Decimal) else str(value)
