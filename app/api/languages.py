"""Indonesian or English, by ``Accept-Language`` (contract.md: ``id`` is the default)."""

from functools import lru_cache
from typing import Final, Literal

Language = Literal["id", "en"]
DEFAULT: Final[Language] = "id"
_MAX_HEADER: Final = 200


def choose_language(header: str | None) -> Language:
    """The better liked of the two languages; Indonesian when neither or both are equally liked."""
    if not header or len(header) > _MAX_HEADER:
        return DEFAULT
    return _better_liked(header)


@lru_cache(maxsize=500)
def _better_liked(header: str) -> Language:
    liking = {"id": 0.0, "en": 0.0}
    for part in header.split(","):
        tag, _, parameters = part.strip().partition(";")
        primary = tag.strip().lower().split("-")[0]
        if primary in liking:
            liking[primary] = max(liking[primary], _quality(parameters))
    return "en" if liking["en"] > liking["id"] else DEFAULT


def _quality(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return min(max(float(value), 0.0), 1.0)
    except ValueError:
        return 0.0
