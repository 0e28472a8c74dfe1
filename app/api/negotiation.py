"""Which of several media types a client likes best (RFC 9110 section 12.5.1)."""

import re
from collections.abc import Sequence
from typing import Final

from app.api.deps import Context
from app.api.problems import HttpProblemError

_RANGE: Final = re.compile(r"\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+/[!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*((?:;.*)?)")
_QUALITY: Final = re.compile(r";\s*q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)\s*(?:;|$)", re.IGNORECASE)
_LONGEST: Final = 2_000

JSON: Final = "application/json"
TEXT: Final = "text/plain"


def negotiated(context: Context, *offered: str) -> str:
    """The media type of the answer; 406 with what there is when the client takes none of them."""
    chosen = choose_media_type(",".join(context.request.headers.getlist("accept")), offered)
    if chosen is None:
        raise HttpProblemError(406, "not_acceptable", offered=", ".join(offered))
    return chosen


def choose_media_type(accept: str, offered: Sequence[str]) -> str | None:
    """The best liked type of ``offered``, the earlier one of equals; ``None`` when the client takes none of them.

    Without a readable range everything is welcome. The most precise range that names a type decides about it, whatever
    its quality.
    """
    liking: dict[str, float] = {}
    for part in accept[:_LONGEST].split(","):
        found = _RANGE.fullmatch(part)
        if found is not None:
            liking[found[1].lower()] = _quality(found[2])
    if not liking:
        return offered[0]
    best = max(offered, key=lambda kind: _liked(kind, liking))
    return best if _liked(best, liking) > 0 else None


def _quality(parameters: str) -> float:
    found = _QUALITY.search(parameters)
    return float(found[1]) if found else 1.0


def _liked(kind: str, liking: dict[str, float]) -> float:
    ranges = (kind, kind.partition("/")[0] + "/*", "*/*")
    return next((liking[one] for one in ranges if one in liking), 0.0)
