"""Problem documents (RFC 9457): one shape for everything that goes wrong."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from app.api.languages import Language, choose_language
from app.api.strict_json import UnreadableJsonError
from app.api.texts import PROBLEMS, VIOLATIONS, say
from app.api.texts.common import JSON_TYPES
from app.api.texts.cycles import STATES
from app.api.texts.results import REASON_GROUNDS
from app.api.texts.types import Sentence
from app.api.words import Words
from app.domain import errors as e

MEDIA_TYPE: Final = "application/problem+json"
#: As many as the rows of the longest list in a body.
_MOST_VIOLATIONS: Final = 1_000
#: What the contract allows; a longer path is the client's own and tells him nothing.
_LONGEST_INSTANCE: Final = 2_000
#: Codes whose params are words of ours, said in the reader's language.
_WORDS: Final[Mapping[str, Mapping[str, Sentence]]] = {
    "cycle_state_forbids": STATES,
    "transition_not_allowed": STATES,
    "reason_required": REASON_GROUNDS,
}
_STATUS: Final[tuple[tuple[type[e.DomainError], int], ...]] = (
    (e.Invalid, 422),
    (e.Unauthenticated, 401),
    (e.Forbidden, 403),
    (e.NotFound, 404),
    (e.Conflict, 409),
    (e.Gone, 410),
    (e.PreconditionFailed, 412),
    (e.PreconditionRequired, 428),
    (e.TooManyRequests, 429),
    (e.Unavailable, 503),
)
_HTTP_CODES: Final = {
    400: "unreadable_request",
    404: "not_found",
    405: "method_not_allowed",
    413: "body_too_large",
}


class HttpProblemError(Exception):
    """A failure of HTTP itself, before any domain rule: unreadable, too large, of the wrong type."""

    def __init__(self, status: int, code: str, **params: Any) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.params = params


def render(
    request: Request,
    status: int,
    code: str,
    params: Mapping[str, Any] | None = None,
    violations: Sequence[e.Violation] = (),
    headers: Mapping[str, str] | None = None,
    more: Mapping[str, Any] | None = None,
) -> Response:
    """The problem document in the reader's language, with ``more`` members where the contract says so."""
    language = choose_language(request.headers.get("accept-language"))
    params = _worded(code, params or {}, language)
    text = PROBLEMS.get(code) or PROBLEMS["internal_error"]
    document: dict[str, Any] = {
        "type": f"/problems/{code.replace('_', '-')}",
        "title": say(text.title, language, params),
        "status": status,
        "detail": say(text.detail, language, params),
        "code": code,
        "instance": request.url.path[:_LONGEST_INSTANCE],
        "request_id": request.scope.get("request_id", ""),
    }
    if violations:
        document["errors"] = [_violation(violation, language) for violation in violations[:_MOST_VIOLATIONS]]
    return Response(
        orjson.dumps(document | dict(more or {})),
        status,
        {"Content-Language": language, "Cache-Control": "no-store", **(headers or {})},
        MEDIA_TYPE,
    )


def _violation(violation: e.Violation, language: Language) -> dict[str, str]:
    sentence = VIOLATIONS.get(violation.code) or VIOLATIONS["invalid_value"]
    message = say(sentence, language, _worded(violation.code, violation.params, language))
    return {"pointer": violation.pointer, "code": violation.code, "message": message}


def _worded(code: str, params: Mapping[str, Any], language: Language) -> dict[str, Any]:
    words = _WORDS.get(code, {})

    def worded(value: Any) -> Any:
        if isinstance(value, list):
            return Words(language).several([say(words[one], language, {}) for one in value])
        return words.get(value, value) if isinstance(value, str) else value

    return {name: worded(value) for name, value in params.items()}


def from_domain(request: Request, error: e.DomainError) -> Response:
    """A domain error as its problem document."""
    status = next(status for kind, status in _STATUS if isinstance(error, kind))
    headers = {}
    if isinstance(error, e.TooManyRequests | e.Unavailable):
        headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, e.Unauthenticated):
        headers["WWW-Authenticate"] = 'Bearer realm="kinerja"'
    violations = error.violations if isinstance(error, e.Invalid | e.ConflictingRows) else ()
    return render(request, status, error.code, error.params, violations, headers)


def from_validation(request: Request, error: RequestValidationError) -> Response:
    """Pydantic's findings in our own words."""
    return render(
        request, 422, "invalid_input", None, [_from_pydantic(item) for item in error.errors()[:_MOST_VIOLATIONS]]
    )


def _from_pydantic(item: Mapping[str, Any]) -> e.Violation:
    location = [str(part).replace("~", "~0").replace("/", "~1") for part in item["loc"]]
    if location and location[0] == "body":
        location = location[1:]
    if location and location[-1] == "[key]":  # a faulty key of a map: its own place says it
        location = location[:-1]
    pointer = "".join(f"/{part}" for part in location)
    code, params = _words(str(item["type"]), item.get("ctx") or {})
    return e.Violation(pointer, code, params)


#: Pydantic's type of error → our code and the name under which its context stands.
_BOUNDS: Final = {
    "greater_than": "> {gt}",
    "greater_than_equal": ">= {ge}",
    "less_than": "< {lt}",
    "less_than_equal": "<= {le}",
}


def _words(kind: str, context: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    if kind in _BOUNDS:
        return "out_of_range", {"limits": _BOUNDS[kind].format_map(context)}
    if kind in {"string_too_short", "too_short"}:
        return "too_short", {"least": context.get("min_length")}
    if kind in {"string_too_long", "too_long"}:
        return "too_long", {"most": context.get("max_length")}
    if kind in {"enum", "literal_error"}:
        return "not_one_of", {"allowed": str(context.get("expected", "")).replace("' or '", "', '")}
    if kind == "decimal_max_places":
        return "too_many_decimals", {"most": context.get("decimal_places")}
    if kind in {"string_pattern_mismatch", "uuid_parsing", "bad_format"}:
        return "bad_format", {"expected": context.get("expected") or context.get("pattern") or "UUID"}
    simple = {
        "missing": "required",
        "extra_forbidden": "unknown_field",
        "string_unicode": "text_not_storable",
        "not_nullable": "not_nullable",
        "duplicate_item": "duplicate_item",
        "text_not_storable": "text_not_storable",
    }
    if kind in simple:
        return simple[kind], {}
    if kind.endswith(("_type", "_parsing")) or kind in {"int_from_float", "wrong_type"}:
        expected = str(context.get("expected") or kind.removesuffix("_type").removesuffix("_parsing"))
        return "wrong_type", {"expected": JSON_TYPES.get(expected, expected)}
    return "invalid_value", {}


def install(app: FastAPI, allowed_methods: Callable[[str], list[str]]) -> None:
    """Make every failure of ``app`` leave as a problem document."""

    async def domain(request: Request, error: Exception) -> Response:
        assert isinstance(error, e.DomainError)
        return from_domain(request, error)

    async def validation(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return from_validation(request, error)

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        code = _HTTP_CODES.get(error.status_code, "unreadable_request")
        headers = dict(error.headers or {})
        if error.status_code == 405 and (methods := allowed_methods(request.url.path)):
            headers["Allow"] = ", ".join(methods)
        return render(request, error.status_code, code, headers=headers)

    async def own(request: Request, error: Exception) -> Response:
        assert isinstance(error, HttpProblemError)
        return render(request, error.status, error.code, error.params)

    async def unreadable(request: Request, error: Exception) -> Response:
        assert isinstance(error, UnreadableJsonError)
        return render(request, 400, error.code)

    app.add_exception_handler(e.DomainError, domain)
    app.add_exception_handler(RequestValidationError, validation)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(HttpProblemError, own)
    app.add_exception_handler(UnreadableJsonError, unreadable)
