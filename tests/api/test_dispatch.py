"""The shortcut around FastAPI's routing and dependency solving must give exactly what FastAPI gives."""

import gc
from types import SimpleNamespace
from typing import Annotated, Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from app.api.binding import Binding
from app.api.deps import Ctx, provide_context
from app.api.dispatch import Dispatch
from app.api.router import routers
from app.api.routing import Route
from app.api.schemas.common import Id, In, Int, Limit
from tests.support.world import World

OPERATIONS = [route for router in routers() for route in router.routes if isinstance(route, APIRoute)]


def _example(path: str) -> str:
    return "/".join("x-1" if part.startswith("{") else part for part in path.split("/"))


def test_every_operation_is_found_with_its_parts() -> None:
    dispatch = Dispatch(FastAPI(), OPERATIONS)
    for route in filter(Binding.fits, OPERATIONS):
        for method in route.methods or ():
            parts = dict.fromkeys(route.param_convertors, "x-1")
            assert dispatch.find(method, _example(route.path)) == (route, parts), (
                f"{method} {route.path} leads elsewhere"
            )


@pytest.mark.parametrize(
    "path", ["/", "", "/v1", "/v1/units/", "/v1//units", "/v1/units/x/y", "/v2/units", "/v1/units/{unit_id}/"]
)
def test_what_is_no_operation_is_left_to_fastapi(path: str) -> None:
    assert Dispatch(FastAPI(), OPERATIONS).find("GET", path) is None


def test_only_forms_are_left_to_fastapis_dependency_solver() -> None:
    left = {route.name for route in OPERATIONS if isinstance(route, Route) and not Binding.fits(route)}
    assert left == {"createToken", "revokeToken"}


async def test_unknown_paths_and_methods_are_problems(api: httpx.AsyncClient) -> None:
    unknown = await api.get("/v1/nothing")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "not_found")
    wrong = await api.delete("/v1/units")
    assert (wrong.status_code, wrong.json()["code"]) == (405, "method_not_allowed")
    assert "GET" in wrong.headers["allow"]


class Body(In):
    """A body with something to get wrong."""

    id: Id
    count: Annotated[Int, Field(ge=1)]


async def _with_body(ctx: Ctx, thing_id: Id, body: Body, limit: Annotated[Limit, Query()] = 50) -> JSONResponse:
    return _shown(ctx is None, thing_id, body, limit)


async def _with_optional_body(ctx: Ctx, body: Body | None = None) -> JSONResponse:
    return _shown(ctx is None, body)


async def _with_queries(
    ctx: Ctx, needed: Annotated[int, Query()], kind: Annotated[list[str] | SkipJsonSchema[None], Query()] = None
) -> JSONResponse:
    return _shown(ctx is None, needed, kind)


GOOD = {"id": str(uuid4()), "count": 1}
CASES = [
    (_with_body, f"/{uuid4()}?limit=7", GOOD),
    (_with_body, f"/{uuid4()}", GOOD | {"count": 0}),
    (_with_body, "/not-a-uuid?limit=1000", GOOD | {"more": None}),
    (_with_body, "/not-a-uuid?limit=many", []),
    (_with_body, f"/{uuid4()}", None),
    (_with_body, f"/{uuid4()}", "text"),
    (_with_optional_body, "/x", None),
    (_with_optional_body, "/x", GOOD),
    (_with_optional_body, "/x", {}),
    (_with_queries, "/x", None),
    (_with_queries, "/x?needed=1&kind=a&kind=b", None),
    (_with_queries, "/x?needed=&kind=", None),
]


@pytest.mark.parametrize(("endpoint", "target", "body"), CASES)
async def test_parameters_are_bound_as_fastapi_binds_them(endpoint: Any, target: str, body: Any) -> None:
    path = "/{thing_id}" if endpoint is _with_body else "/x"
    sent: dict[str, Any] = {} if body is None else {"json": body}
    assert await _ask(_by_binding, endpoint, path, target, sent) == await _ask(
        _by_fastapi, endpoint, path, target, sent
    )


async def _ask(install: Any, endpoint: Any, path: str, target: str, sent: dict[str, Any]) -> tuple[int, Any]:
    app = FastAPI()

    async def wrong(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        return JSONResponse([_told(item) for item in error.errors()], 422)

    app.add_exception_handler(RequestValidationError, wrong)
    install(app, endpoint, path)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://t") as client:
        answer = await client.post(target, **sent)
    return answer.status_code, answer.json()


def _told(item: Any) -> list[str]:
    """FastAPI takes attributes of any object for properties of a body; we do not, which has another name."""
    if item["type"] == "model_attributes_type":
        return [str(item["loc"]), "model_type"]
    return [str(item["loc"]), item["type"], str(item.get("ctx"))][: 2 if item["type"] == "model_type" else 3]


def _shown(*values: Any) -> JSONResponse:
    return JSONResponse([repr(value) for value in values])


def _by_binding(app: FastAPI, endpoint: Any, path: str) -> None:
    binding = Binding(APIRoute(path, endpoint, methods=["POST"]))

    async def answer(request: Request) -> Response:
        context: Any = SimpleNamespace(request=request)
        response: Response = await endpoint(**await binding.bind(context))
        return response

    app.add_route(path, answer, methods=["POST"])


def _by_fastapi(app: FastAPI, endpoint: Any, path: str) -> None:
    app.dependency_overrides[provide_context] = object
    app.add_api_route(path, endpoint, methods=["POST"])


async def test_a_request_leaves_nothing_to_the_garbage_collector(world: World) -> None:
    headers = await world.login()
    await world.api.get("/v1/me", headers=headers)
    gc.collect()
    gc.disable()
    try:
        for _ in range(3):
            assert (await world.api.get("/v1/me", headers=headers)).status_code == 200
        gc.set_debug(gc.DEBUG_SAVEALL)
        gc.collect()
        left = {type(one).__name__ for one in gc.garbage}
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()
    assert not left & {"Context", "SqlUnitOfWork", "Session"}
