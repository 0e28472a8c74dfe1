"""A reader for ``application/x-www-form-urlencoded`` that refuses what others let slip: names twice, NUL, wrong UTF-8."""

from typing import Final
from urllib.parse import parse_qsl

from app.api.problems import HttpProblemError
from app.api.strict_json import has_bad_text
from app.domain.errors import Invalid, Violation

FORM_TYPE: Final = "application/x-www-form-urlencoded"
_MOST_FIELDS: Final = 20


def decode_form(body: bytes) -> list[tuple[str, str]]:
    """The fields of a form.

    Raises a 400 when it cannot be read, and `Invalid` when a field stands twice (RFC 6749 section 3.2) or holds a NUL.
    """
    try:
        fields = parse_qsl(body.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise HttpProblemError(400, "form_malformed") from error
    violations = [
        Violation(_pointer(name), "text_not_storable") for name, value in fields if has_bad_text(name + value)
    ]
    names = [name for name, _ in fields]
    violations += [Violation(_pointer(name), "duplicate_item") for name in sorted(set(names)) if names.count(name) > 1]
    if violations:
        raise Invalid(violations)
    return fields


def _pointer(name: str) -> str:
    return "" if has_bad_text(name) else "/" + name.replace("~", "~0").replace("/", "~1")
