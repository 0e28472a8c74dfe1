"""A whole result as bytes: its head is written, its figures are stored ready and only joined (docs/performance.md)."""

from app.api.answers import to_json
from app.api.languages import Language
from app.api.schemas.results import ResultHead
from app.domain.actions.results import Shown


def result_json(shown: Shown, language: Language) -> bytes:
    """The JSON of `Result` for this reader."""
    head = to_json(ResultHead.of_parts(shown.ratee, shown.version, language))
    figures, reasons = shown.figures.encode(), shown.reasons.encode()
    return b"%b,%b,%b%b}" % (head[:-1], figures[1:-1], b'"reasons":', reasons)
