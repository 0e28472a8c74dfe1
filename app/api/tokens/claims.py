"""Claims read strictly: each has the type it should have, or the token is refused."""

from typing import Any, Final

from app.api.tokens.jws import InvalidTokenError

#: How far clocks may disagree, and how long an access token may live, in seconds.
LEEWAY_SECONDS: Final = 60
MAX_LIFETIME_SECONDS: Final = 86_400
_LONGEST_TEXT: Final = 1_000


def whole(value: Any) -> int:
    """A whole number, neither a float nor a boolean."""
    if type(value) is not int:
        raise InvalidTokenError
    return value


def text(value: Any) -> str:
    """A string of a sensible length."""
    if type(value) is not str or len(value) > _LONGEST_TEXT:
        raise InvalidTokenError
    return value


def texts(value: Any, most: int) -> list[str]:
    """A list of at most ``most`` strings."""
    if type(value) is not list or len(value) > most:
        raise InvalidTokenError
    return [text(item) for item in value]


def require_timely(issued: int, not_before: int, expires: int, now: float) -> None:
    """Refuse what is not valid yet, or no longer, or for longer than an access token may be."""
    if max(issued, not_before) > now + LEEWAY_SECONDS or expires <= now:
        raise InvalidTokenError
    if not issued < expires <= issued + MAX_LIFETIME_SECONDS:
        raise InvalidTokenError
