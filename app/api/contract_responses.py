"""The error answers every operation declares, derived from what the operation is."""

import inspect
from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, Any, Final, get_args, get_origin

from pydantic import BaseModel

from app.api.operations import Operation
from app.api.problems import MEDIA_TYPE

_DESCRIPTIONS: Final = {
    304: "Not modified: the representation still has the ETag of `If-None-Match`.",
    400: "Unreadable request: the body is not well-formed.",
    401: "No valid access token.",
    403: "Known, but not allowed.",
    404: "Unknown, or not yours to know.",
    406: "None of the media types of `Accept` is offered.",
    409: "The present state forbids it.",
    410: "The one-time code was already used.",
    412: "`If-Match` names an older representation.",
    413: "The body is too large.",
    415: "The body is not of a supported media type.",
    422: "Invalid values; `errors` names each faulty place. Nothing was changed.",
    428: "`If-Match` is missing.",
    429: "Too many requests; wait for `Retry-After` seconds.",
    500: "Unexpected error; quote the `request_id`.",
    503: "Temporarily unavailable; repeat after `Retry-After` seconds.",
}
_RETRY_AFTER: Final = {
    "Retry-After": {
        "description": "Seconds to wait before repeating the request.",
        "schema": {"type": "integer", "format": "int32", "minimum": 0, "maximum": 86400, "examples": [2]},
    }
}
_EXAMPLE_CODES: Final = {
    400: "json_malformed",
    401: "unauthenticated",
    403: "not_allowed",
    404: "not_found",
    406: "not_acceptable",
    409: "idempotency_in_progress",
    410: "invitation_used",
    412: "precondition_failed",
    413: "body_too_large",
    415: "unsupported_media_type",
    422: "invalid_input",
    428: "precondition_required",
    429: "rate_limited",
    500: "internal_error",
    503: "service_unavailable",
}


def for_operation(
    method: str, path: str, endpoint: Callable[..., Any], promise: Operation
) -> dict[int | str, dict[str, Any]]:
    """All error answers of one operation."""
    answers: dict[int | str, dict[str, Any]] = {
        status: problem(status, promise.conflicts if status == 409 else ())
        for status in sorted(_statuses(method, path, endpoint, promise))
    }
    if promise.etag and method == "GET":
        answers[304] = {"description": _DESCRIPTIONS[304]}
    return answers


def _statuses(method: str, path: str, endpoint: Callable[..., Any], promise: Operation) -> set[int]:
    has_model = any(_is_model(parameter.annotation) for parameter in inspect.signature(endpoint).parameters.values())
    has_body = has_model or bool(promise.raw_body)
    statuses = {422, 429, 500, 503}
    if not promise.public:
        statuses |= {401, 403}
    if "{" in path:
        statuses.add(404)
    if has_body:
        statuses |= {400, 413, 415}
    if promise.conflicts or (method == "POST" and not promise.public):
        statuses.add(409)
    if method == "POST" and not promise.public:
        statuses.add(400)
    asked: dict[int, object] = {
        406: promise.produces,
        410: promise.gone,
        412: promise.if_match or promise.optional_if_match,
        428: promise.if_match,
    }
    return statuses | {status for status, holds in asked.items() if holds}


def problem(
    status: int, codes: tuple[str, ...] = (), schema: str = "Problem", *, meaning: str | None = None
) -> dict[str, Any]:
    """One error answer: a problem document by reference, with the ``codes`` it may have here and what it means here."""
    description = meaning or _DESCRIPTIONS[status]
    if codes:
        description += " Codes: " + ", ".join(f"`{code}`" for code in codes) + "."
    code = codes[0] if codes else _EXAMPLE_CODES[status]
    example = {
        "type": f"/problems/{code.replace('_', '-')}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": description,
        "code": code,
        "instance": "/v1/cycles",
        "request_id": "5f3c2b9e41d84c0a9f6e7a12",
    }
    answer: dict[str, Any] = {
        "description": description,
        "content": {MEDIA_TYPE: {"schema": {"$ref": f"#/components/schemas/{schema}"}, "example": example}},
    }
    if status in {429, 503}:
        answer["headers"] = _RETRY_AFTER
    return answer


def _is_model(annotation: Any) -> bool:
    if get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    return inspect.isclass(annotation) and issubclass(annotation, BaseModel)
