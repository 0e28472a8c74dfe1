"""What can go wrong, named for the rule that was broken.

    DomainError
    ├── Invalid            the values themselves are wrong (422); carries one Violation per faulty place
    ├── Unauthenticated    nobody we know (401)
    ├── Forbidden          known, but not allowed (403)
    ├── NotFound           unknown, or not yours to know (404)
    ├── Conflict           the state of things forbids it (409)
    ├── Gone               a one-time code that was used (410)
    ├── PreconditionFailed the object changed since it was read (412)
    ├── TooManyRequests    a limit was reached; carries the seconds to wait (429)
    └── Unavailable        try again in a moment (503)

Every error carries a ``code`` (a stable slug, the last part of the problem's ``type``) and ``params`` that the
texts of `app/api/texts` may name in their sentences. Params never hold personal data.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Violation:
    """One faulty place of an input.

    ``pointer`` is a JSON pointer into the body (RFC 6901), ``code`` a stable slug, ``params`` feed its sentence.
    """

    pointer: str
    code: str
    params: dict[str, Any] = field(default_factory=dict)


class DomainError(Exception):
    """The root of all expected failures."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


class Invalid(DomainError):
    """The input breaks a rule whatever the state of the system; nothing was changed."""

    def __init__(self, violations: Iterable[Violation], code: str = "invalid_input", **params: Any) -> None:
        super().__init__(code, **params)
        self.violations = tuple(violations)

    @classmethod
    def at(cls, pointer: str, code: str, **params: Any) -> "Invalid":
        """One violation at one place."""
        return cls([Violation(pointer, code, params)])


class Unauthenticated(DomainError):
    """No valid credentials; one and the same answer whatever was wrong with them."""


class Forbidden(DomainError):
    """The actor is known and the thing is known to him, but he may not do this."""


class NotFound(DomainError):
    """The thing does not exist, or its existence is not this actor's to know."""

    def __init__(self, code: str = "not_found", **params: Any) -> None:
        super().__init__(code, **params)


class Conflict(DomainError):
    """Well-formed and allowed, but the present state forbids it."""


class ConflictingRows(Conflict):
    """Rows of a bulk request that the present state forbids; ``code`` is that of the first one."""

    def __init__(self, violations: Iterable[Violation]) -> None:
        self.violations = tuple(violations)
        super().__init__(self.violations[0].code, **self.violations[0].params)


class Gone(DomainError):
    """A one-time code that was already used."""


class PreconditionFailed(DomainError):
    """Somebody changed the object since the caller read it."""

    def __init__(self) -> None:
        super().__init__("precondition_failed")


class PreconditionRequired(DomainError):
    """A change of an existing object came without ``If-Match``."""

    def __init__(self) -> None:
        super().__init__("precondition_required")


class TooManyRequests(DomainError):
    """A limit was reached. ``retry_after`` is in whole seconds."""

    def __init__(self, code: str, retry_after: int) -> None:
        super().__init__(code, retry_after=retry_after)
        self.retry_after = retry_after


class Unavailable(DomainError):
    """The service cannot answer just now. ``retry_after`` is in whole seconds."""

    def __init__(self, code: str = "service_unavailable", retry_after: int = 2) -> None:
        super().__init__(code, retry_after=retry_after)
        self.retry_after = retry_after


def raise_if_any(violations: list[Violation]) -> None:
    """Raise `Invalid` when the list is not empty."""
    if violations:
        raise Invalid(violations)
