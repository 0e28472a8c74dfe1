"""How an operation is declared, and the one place where a request becomes a transaction.

`Route` reads the body strictly, finds out who is asking, replays an answer kept under the same ``Idempotency-Key``, runs
the endpoint and commits before the answer leaves. Nothing else in the service commits (docs/decisions.md). What takes long
and needs no database any more is made after that (`Later`).
"""

import hashlib
from collections.abc import Awaitable, Callable, Collection
from typing import Any, Final
from urllib.parse import unquote_to_bytes

import orjson
from fastapi import APIRouter, Request, Response, params
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.datastructures import FormData

from app.api import contract_responses
from app.api.answers import Later
from app.api.binding import Binding, PlainBody
from app.api.deps import Context, authenticate, header, services_of
from app.api.operations import Operation
from app.api.problems import HttpProblemError
from app.api.strict_form import FORM_TYPE, decode_form
from app.api.strict_json import decode, has_bad_text
from app.domain.errors import Conflict, Invalid, Violation
from app.domain.ports.idempotency import StoredAnswer

_JSON_TYPES: Final = frozenset({"application/json", "application/merge-patch+json"})
_KEPT_HEADERS: Final = ("location", "etag", "content-language")
_MAX_KEY: Final = 255


_PLAIN: Final = Operation()


class Route(APIRoute):
    """One operation, one transaction."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        #: Answers one request, or raises what the handlers of app/api/problems.py tell.
        self.run = self.get_route_handler()

    def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override]
        """The endpoint inside our transaction; FastAPI's own handler where it takes more than the context and JSON."""
        inner = _bound(self) if Binding.fits(self) else _through_fastapi(super().get_route_handler())
        operation: Operation = getattr(self.endpoint, "operation", _PLAIN)
        queries = frozenset(field.alias for field in self.dependant.query_params)
        read_body = _reader(self.body_field, operation)
        takes_key = operation.own_idempotency or ("POST" in (self.methods or ()) and not operation.public)

        async def handle(request: Request) -> Response:
            _refuse_unknown_queries(request, queries)
            services = services_of(request)
            async with services.unit_of_work(request.scope.get("request_id")) as uow:
                who = None if operation.public else await authenticate(request, services)
                body = await read_body(request)
                context = Context(request, services, uow, who)
                key = idempotency_key(request) if takes_key else None
                if key is not None and not operation.own_idempotency:
                    return await _run_once(context, key, without_secrets(body, operation.secret_inputs), inner)
                response = await inner(context)
                await uow.commit()
            return await response.make() if isinstance(response, Later) else response

        return handle


_Endpoint = Callable[[Context], Awaitable[Response]]


def _bound(route: APIRoute) -> _Endpoint:
    binding, endpoint = Binding(route), route.endpoint

    async def run(context: Context) -> Response:
        response: Response = await endpoint(**await binding.bind(context))
        return response

    return run


def _through_fastapi(handler: Callable[[Request], Awaitable[Response]]) -> _Endpoint:
    """Only here the request must carry its context: that makes a circle, which the garbage collector has to find."""

    async def run(context: Context) -> Response:
        context.request.state.context = context
        return await handler(context.request)

    return run


async def _run_once(context: Context, key: str, body: bytes, inner: _Endpoint) -> Response:
    """Answer from the record when there is one; otherwise run, and keep a 2xx answer beside its effect."""
    request, uow = context.request, context.uow
    principal = str(context.actor.account_id)
    if not await uow.idempotency.claim(principal, key):
        raise Conflict("idempotency_in_progress")
    line = f"{request.method} {request.url.path}?{request.url.query}"
    digest = hashlib.sha256(body).digest()
    kept = await uow.idempotency.find(principal, key)
    if kept is not None:
        if (kept.request, kept.body_digest) != (line, digest):
            raise Invalid((), "idempotency_key_reused")
        return replay(kept)
    response = await inner(context)
    if 200 <= response.status_code < 300:
        headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
        shown = without_secrets(bytes(response.body), getattr(response, "secrets", ()))
        await uow.idempotency.store(principal, key, StoredAnswer(line, digest, response.status_code, headers, shown))
    await uow.commit()
    return response


def replay(kept: StoredAnswer) -> Response:
    """The kept answer, marked as a replay."""
    media_type = "application/json" if kept.body else None
    return Response(kept.body, kept.status, {**kept.headers, "Idempotent-Replayed": "true"}, media_type)


def without_secrets(body: bytes, secrets: tuple[str, ...]) -> bytes:
    """The body with its one-time secrets replaced by null, at whatever depth they stand."""
    if not secrets or not body:
        return body

    def clean(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: None if name in secrets else clean(item) for name, item in value.items()}
        return [clean(item) for item in value] if isinstance(value, list) else value

    return orjson.dumps(clean(orjson.loads(body)))


def _refuse_unknown_queries(request: Request, known: frozenset[str]) -> None:
    if not request.scope["query_string"]:
        return
    try:
        unquote_to_bytes(request.scope["query_string"]).decode()
    except UnicodeDecodeError as error:
        raise Invalid.at("/query", "text_not_storable") from error
    names = request.query_params.keys()
    violations = [Violation(f"/query/{name}", "unknown_query") for name in names if name not in known]
    values = request.query_params.multi_items()
    violations += [Violation(f"/query/{name}", "text_not_storable") for name, value in values if has_bad_text(value)]
    if violations:
        raise Invalid(violations)


def _reader(body_field: Any, operation: Operation) -> Callable[[Request], Awaitable[bytes]]:
    if operation.raw_body:
        return _raw_reader(operation.raw_body)
    if body_field is None:
        return _read_nothing
    return _read_form if isinstance(body_field.field_info, params.Form) else _json_reader(operation.plain_body)


async def _read_nothing(_: Request) -> bytes:
    return b""


def _raw_reader(media_types: Collection[str]) -> Callable[[Request], Awaitable[bytes]]:
    """A body of one of these types, as it is."""

    async def read(request: Request) -> bytes:
        if media_type(request) not in media_types:
            raise HttpProblemError(415, "unsupported_media_type", expected=", ".join(media_types))
        return await request.body()

    return read


def _json_reader(plain_body: Callable[[bytes], object | None] | None) -> Callable[[Request], Awaitable[bytes]]:
    """Read and decode the body ourselves; validators then find it decoded, and the binding a plain one as `PlainBody`."""

    async def read(request: Request) -> bytes:
        body = await request.body()
        if body:
            if media_type(request) not in _JSON_TYPES:
                raise HttpProblemError(415, "unsupported_media_type", expected="application/json")
            plain = plain_body(body) if plain_body is not None else None
            request._json = decode(body) if plain is None else PlainBody(plain)  # noqa: SLF001 - Starlette's own cache of the body
        return body

    return read


async def _read_form(request: Request) -> bytes:
    """The same for a form."""
    body = await request.body()
    if body and media_type(request) != FORM_TYPE:
        raise HttpProblemError(415, "unsupported_media_type", expected=FORM_TYPE)
    request._form = FormData(dict(decode_form(body)))  # noqa: SLF001 - ditto
    return body


def media_type(request: Request) -> str:
    """What the body is said to be, without parameters."""
    return (header(request, b"content-type") or "").partition(";")[0].strip().lower()


def idempotency_key(request: Request) -> str | None:
    """The client's key, or ``None`` when it sent none."""
    key = header(request, b"idempotency-key")
    if key is not None and not (1 <= len(key) <= _MAX_KEY and key.isascii() and key.isprintable()):
        raise HttpProblemError(400, "idempotency_key_invalid")
    return key


class TopicRouter(APIRouter):
    """A router whose operations carry everything the contract says of them.

    Importing a topic only declares its operations. FastAPI and Pydantic take some milliseconds to describe each, which the
    commands that serve nothing need not wait for: the routes are made by `build`.
    """

    def __init__(self, tag: str) -> None:
        super().__init__(tags=[tag], route_class=Route)
        self._declared: list[Callable[[], None]] = []

    def build(self) -> "TopicRouter":
        """Make the routes of what was declared since the last call."""
        declared, self._declared = self._declared, []
        for add in declared:
            add()
        return self

    def operation(
        self,
        method: str,
        path: str,
        *,
        name: str,
        summary: str,
        answers: type[BaseModel] | None = None,
        status: int = 200,
        others: dict[int | str, dict[str, Any]] | None = None,
        promise: Operation = _PLAIN,
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Declare one operation: ``name`` is its operationId, the endpoint's docstring its description."""

        def register(endpoint: Callable[..., Any]) -> Callable[..., Any]:
            endpoint.operation = promise  # type: ignore[attr-defined]

            def add() -> None:
                self.add_api_route(
                    path,
                    endpoint,
                    methods=[method],
                    name=name,
                    summary=summary,
                    response_model=answers,
                    response_class=Response if answers is None else JSONResponse,  # without a model no JSON is promised
                    status_code=status,
                    responses=contract_responses.for_operation(method, path, endpoint, promise) | (others or {}),
                )

            self._declared.append(add)
            return endpoint

        return register
