"""The contract as tests use it: the operations of the document, and whether an answer keeps what the document promises."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx
import jsonschema_rs

from app.main import create_app

METHODS = ("get", "post", "put", "patch", "delete")
JSON, PROBLEM = "application/json", "application/problem+json"


@cache
def document() -> dict[str, Any]:
    """What the application says of itself."""
    return create_app().openapi()


@dataclass(frozen=True)
class Operation:
    """One operation of the document."""

    id: str
    method: str
    path: str
    spec: Mapping[str, Any]

    @property
    def public(self) -> bool:
        return self.spec.get("security") == [{}]

    @property
    def path_parameters(self) -> list[str]:
        return re.findall(r"{(\w+)}", self.path)

    def parameters(self, where: str) -> dict[str, Mapping[str, Any]]:
        return {one["name"]: one for one in self.spec.get("parameters", ()) if one["in"] == where}

    def body(self, media_type: str = JSON) -> Mapping[str, Any] | None:
        """The schema of the request's body."""
        content = self.spec.get("requestBody", {}).get("content", {})
        return content[media_type]["schema"] if media_type in content else None

    def url(self, ids: Mapping[str, object]) -> str:
        return re.sub(r"{(\w+)}", lambda found: str(ids[found[1]]), self.path)


@cache
def operations() -> dict[str, Operation]:
    """All of them by operationId, in the document's order."""
    found = {}
    for path, methods in document()["paths"].items():
        for method in METHODS:
            if method in methods:
                operation = Operation(methods[method]["operationId"], method.upper(), path, methods[method])
                assert operation.id not in found, f"{operation.id} stands twice in the document"
                found[operation.id] = operation
    return found


def rooted(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A schema of the document with everything that it refers to."""
    return {**schema, "components": document()["components"]}


def validator(schema: Mapping[str, Any]) -> jsonschema_rs.Validator:
    return jsonschema_rs.validator_for(rooted(schema), validate_formats=True)


@cache
def _answer_validator(operation_id: str, status: str, media_type: str) -> jsonschema_rs.Validator:
    return validator(operations()[operation_id].spec["responses"][status]["content"][media_type]["schema"])


def faults(operation: Operation, answer: httpx.Response) -> list[str]:
    """Where an answer is not what the document promises of the operation."""
    return [f"{operation.id} {answer.status_code}: {fault}" for fault in _faults(operation, answer)]


def _faults(operation: Operation, answer: httpx.Response) -> Iterator[str]:
    promised = operation.spec["responses"].get(str(answer.status_code))
    if promised is None:
        yield f"the status is not in the document ({answer.text[:200]})"
        return
    yield from _faults_of_headers(promised, answer)
    media_type = answer.headers.get("content-type", "").partition(";")[0]
    if not promised.get("content"):
        if answer.content:
            yield f"a body of {media_type} where none is promised"
    elif media_type not in promised["content"]:
        yield f"the media type {media_type!r} is not in the document"
    elif media_type in {JSON, PROBLEM}:
        errors = _answer_validator(operation.id, str(answer.status_code), media_type).iter_errors(answer.json())
        yield from (f"{'/'.join(map(str, error.instance_path))}: {error.message[:200]}" for error in errors)


def _faults_of_headers(promised: Mapping[str, Any], answer: httpx.Response) -> Iterator[str]:
    for name in promised.get("headers", {}):
        if name not in answer.headers:
            yield f"the header {name} is missing"
    for name, expected in {"x-content-type-options": "nosniff", "x-request-id": None, "cache-control": None}.items():
        if answer.headers.get(name) is None or expected not in {None, answer.headers[name]}:
            yield f"the header {name} is {answer.headers.get(name)!r}"
    if answer.status_code >= 400:
        yield from _faults_of_problem(answer)


def _faults_of_problem(answer: httpx.Response) -> Iterator[str]:
    problem = answer.json()
    expected = {
        "type": f"/problems/{str(problem.get('code')).replace('_', '-')}",
        "status": answer.status_code,
        "instance": answer.request.url.path[:2_000],
        "request_id": answer.headers["x-request-id"],
    }
    for name, value in expected.items():
        if problem.get(name) != value:
            yield f"{name} is {problem.get(name)!r}, not {value!r}"
    if (answer.status_code == 401) != ("www-authenticate" in answer.headers):
        yield "WWW-Authenticate belongs to 401"
    if answer.status_code in {429, 503} and "retry-after" not in answer.headers:
        yield "Retry-After is missing"
