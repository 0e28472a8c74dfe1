"""The OpenAPI document: what FastAPI derives, completed to what the contract promises."""

from typing import Any, Final, Literal

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from app.api.negotiation import TEXT
from app.api.operations import Operation
from app.api.routing import Route
from app.api.schemas.common import Problem
from app.api.schemas.imports import ImportProblem

VERSION: Final = "0.1.0"
_TITLE: Final = "Kinerja — 360-degree appraisal of the city of Serang"
_DESCRIPTION: Final = """\
Rubrics, appraisal cycles, rater assignments, score submission and aggregated results for the civil servants (ASN) of the \
city of Serang.

Every figure can be explained and reproduced; nobody can find out who gave which points. Person-facing texts follow \
`Accept-Language` (`id` by default, or `en`). Errors are problem documents (RFC 9457)."""
_TAGS: Final = {
    "Identity": "Logging in and the person behind the token.",
    "Organisation": "Units, employees and accounts.",
    "Rubrics": "What is asked, on which scale, with which weight, of whom.",
    "Cycles": "Rounds of appraisal: policy, window, states, participants.",
    "Assignments": "Who rates whom.",
    "Submissions": "The form, its draft and its submission.",
    "Results": "Figures, explanation, decision.",
    "Data rights": "What is stored about oneself, and having it corrected.",
    "Operations": "Health and jobs.",
}
_ETAG: Final = {
    "ETag": {
        "description": "Strong ETag of what this reader is shown.",
        "schema": {"type": "string", "maxLength": 80, "pattern": '^"[0-9a-f]+"$', "examples": ['"0f3a2b"']},
    }
}
_IF_MATCH: Final = {
    "name": "If-Match",
    "in": "header",
    "description": "The ETag of your last read.",
    "schema": {"type": "string", "maxLength": 200, "pattern": "^.+$", "examples": ['"0f3a2b"']},
}
_IF_NONE_MATCH: Final = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The ETag of your last read; 304 when nothing changed.",
    "schema": {"type": "string", "maxLength": 200, "pattern": "^.+$", "examples": ['"0f3a2b"']},
}
_IDEMPOTENCY_KEY: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "1 to 255 characters. Repeating the request with the same key within 24 hours replays the first answer.",
    "schema": {
        "type": "string",
        "minLength": 1,
        "maxLength": 255,
        "pattern": "^[ -~]+$",
        "examples": ["a1b2c3"],
    },
}


def install(app: FastAPI) -> None:
    """Make ``app.openapi()`` answer with the completed document."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _build(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _build(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title=_TITLE,
        version=VERSION,
        summary="360-degree performance appraisal",
        description=_DESCRIPTION,
        routes=app.routes,
        tags=[{"name": name, "description": text} for name, text in _TAGS.items()],
        servers=[
            {
                "url": "/",
                "description": "The server that shows this document: production or local.",
                "x-internal": False,
            }
        ],
        license_info={"name": "EUPL-1.2", "url": "https://eupl.eu/1.2/en/"},
        contact={
            "name": "BKPSDM Kota Serang",
            "url": "https://bkpsdm.serangkota.example",
        },
    )
    # Not given above, where FastAPI would check it with a library that nothing else needs and complain that it is missing.
    document["info"]["contact"]["email"] = "kinerja@serangkota.example"
    problems: list[tuple[type[BaseModel], Literal["serialization"]]] = [
        (Problem, "serialization"),
        (ImportProblem, "serialization"),
    ]
    _, problem = models_json_schema(problems, ref_template="#/components/schemas/{model}")
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas.update(problem["$defs"])
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    document["components"]["securitySchemes"] = {
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "Access token of createToken. Verified as RFC8725 advises; its shape is RFC 9068.",
        }
    }
    document["security"] = [{"bearer": []}]
    used = set()
    promises = _promises(app)
    for path in document["paths"].values():
        for operation in path.values():
            used.update(operation.get("tags", ()))
            _complete(operation, promises[operation["operationId"]])
    _finish_schemas(document)
    document["tags"] = [tag for tag in document["tags"] if tag["name"] in used]
    return document


def _finish_schemas(node: Any) -> None:
    """What FastAPI leaves out everywhere: widths of integers, and parameter descriptions given with their type."""
    if isinstance(node, dict):
        if node.get("type") == "integer" and "format" not in node:
            node["format"] = "int32"
            node.setdefault("minimum", -(2**31))
            node.setdefault("maximum", 2**31 - 1)
        if "in" in node and "schema" in node and "description" not in node:
            described = node["schema"].get("description") or node["schema"].get("title")
            if described:
                node["description"] = described
        for value in node.values():
            _finish_schemas(value)
    elif isinstance(node, list):
        for value in node:
            _finish_schemas(value)


def _promises(app: FastAPI) -> dict[str, Any]:
    """Endpoints by operationId with what was promised of them; routers may be nested."""
    found: dict[str, Any] = {}

    def walk(routes: Any) -> None:
        for route in routes:
            if isinstance(route, Route):
                found[route.name] = (route, getattr(route.endpoint, "operation", Operation()))
            for attribute in ("routes", "original_router"):
                inner = getattr(route, attribute, None)
                if inner is not None:
                    walk(getattr(inner, "routes", inner))

    walk(app.routes)
    return found


def _raw_content(example: str | None, longest: int = 104_857_600) -> dict[str, Any]:
    schema = {"type": "string", "format": "binary", "maxLength": longest}
    return {"schema": schema} if example is None else {"schema": schema, "example": example}


def _produced(kind: str, example: str | None) -> dict[str, Any]:
    content = _raw_content(example, 2**31 - 1)
    if kind == TEXT:
        del content["schema"]["format"]
    return content


def _complete(operation: dict[str, Any], route_and_promise: Any) -> None:
    route, promise = route_and_promise
    parameters = operation.setdefault("parameters", [])
    if promise.public:
        operation["security"] = [{}]
    if promise.if_match or promise.optional_if_match:
        parameters.append({**_IF_MATCH, "required": promise.if_match})
    if promise.etag and "GET" in route.methods:
        parameters.append(_IF_NONE_MATCH)
    if ("POST" in route.methods and not promise.public) or promise.own_idempotency:
        parameters.append(_IDEMPOTENCY_KEY)
    if not parameters:
        del operation["parameters"]
    if promise.raw_body:
        content = {kind: _raw_content(example) for kind, example in promise.raw_body.items()}
        operation["requestBody"] = {"description": "The file itself.", "required": True, "content": content}
    if promise.produces:
        answer = operation["responses"]["200"]
        content = {kind: _produced(kind, example) for kind, example in promise.produces.items()}
        answer["content"] = answer.get("content", {}) | content
    for status, answer in operation["responses"].items():
        if status.startswith("2") and promise.etag:
            answer.setdefault("headers", {}).update(_ETAG)
