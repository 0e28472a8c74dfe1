"""Whatever goes wrong leaves as a problem document: same shape, same headers, nothing of our insides."""

import base64
import json
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any, Final
from uuid import uuid4

import httpx
import pytest

from app.domain.auth import Actor
from app.domain.values import Role
from app.main import create_app
from app.repositories.people import SqlUnits
from app.services import AppServices
from app.settings import Settings
from tests.support.contract import METHODS, PROBLEM, faults, operations
from tests.support.world import World

pytestmark = pytest.mark.anyio
PROTECTED: Final = [name for name, one in operations().items() if not one.public]
SOMETHING: Final = "01997c1e-5d1c-7a3e-9b60-2f4f0c9a1b2c"
HEADERS: Final = {
    "x-content-type-options": "nosniff",
    "strict-transport-security": "max-age=31536000; includeSubDomains",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
}


def url_of(name: str) -> str:
    operation = operations()[name]
    return operation.url(dict.fromkeys(operation.path_parameters, SOMETHING) | {"dimension": "work_result"})


# ---------------------------------------------------------------- no such thing


@pytest.mark.parametrize("path", sorted({one.path for one in operations().values()}))
async def test_another_method_is_told_all_that_there_are(api: httpx.AsyncClient, path: str) -> None:
    asked = re.sub(r"{\w+}", SOMETHING, path)
    fitting = [one for one in operations().values() if re.fullmatch(re.sub(r"{\w+}", "[^/]+", one.path), asked)]
    there = {one.method for one in fitting}
    for method in {*map(str.upper, METHODS), "OPTIONS", "TRACE", "NIX"} - there:
        answer = await api.request(method, asked)
        assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed"), method
        told = {one.strip() for one in answer.headers["allow"].split(",")}
        assert told - {"HEAD", "OPTIONS"} == there
        assert ("HEAD" in told) == ("GET" in there)


@pytest.mark.parametrize(
    "path", ["/", "/v1", "/v1/nix", "/v1/units/", "/v1//units", f"/v1/units/{SOMETHING}/nix", "/docs/nix", "/V1/units"]
)
async def test_an_unknown_path_is_a_problem_too(api: httpx.AsyncClient, path: str) -> None:
    for method in ("GET", "POST", "DELETE"):
        answer = await api.request(method, path)
        if answer.status_code != 405:
            assert (answer.status_code, answer.headers["content-type"]) == (404, PROBLEM)
            assert answer.json()["instance"] == path


# ---------------------------------------------------------------- nobody we know


def _bad_tokens(services: AppServices, deleted: Actor) -> Iterator[list[str]]:
    good = services.tokens.mint(deleted)
    head, claims, signature = good.split(".")
    yield []
    for text in (
        "",
        "Bearer",
        "Bearer ",
        "Basic YTpi",
        "Token x",
        good,
        f"Bearer{good}",
        f"Bearer  {good}",
        f"Bearer {good} x",
    ):
        yield [text]
    yield [f"Bearer {good}", f"Bearer {good}"]
    for token in (
        *("x", "a.b.c", "a.b", "..", good + ".", good + "=", good[:-1], good + "A", "x" * 9_000, "\x00", "é"),
        f"{head}.{claims}.",
        f"{_part({'alg': 'none', 'typ': 'at+jwt'})}.{claims}.",
        f"{_part({'alg': 'HS256', 'typ': 'at+jwt'})}.{claims}.{signature}",
        f"{head}.{_part({'sub': str(deleted.account_id)})}.{signature}",
        services.tokens.mint(replace(deleted, account_id=uuid4())),
        good,
    ):
        yield [f"Bearer {token}"]


def _part(content: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


async def test_whatever_is_wrong_with_a_token_the_answer_is_the_same(world: World) -> None:
    deleted = Actor(uuid4(), "nobody", None, frozenset({Role.ADMIN}), frozenset())
    bodies = set()
    for values in _bad_tokens(world.services, deleted):
        headers = [(b"Authorization", value.encode("latin-1")) for value in values]
        answer = await world.api.get("/v1/me", headers=headers)
        assert not faults(operations()["getMe"], answer), values
        bodies.add((answer.status_code, answer.headers["www-authenticate"], _without_request_id(answer)))
    assert len(bodies) == 1
    assert bodies.pop()[0] == 401


def _without_request_id(answer: httpx.Response) -> str:
    return answer.text.replace(answer.headers["x-request-id"], "")


@pytest.mark.parametrize("name", PROTECTED)
async def test_no_operation_tells_more_to_a_bad_token(api: httpx.AsyncClient, name: str) -> None:
    told = set()
    for headers in ({}, {"Authorization": "Bearer a.b.c"}):
        for body in (None, {"nix": 1}):
            answer = await api.request(operations()[name].method, url_of(name), headers=headers, json=body)
            told.add((answer.status_code, answer.json()["code"], _without_request_id(answer)))
    assert len(told) == 1
    assert told.pop()[:2] == (401, "unauthenticated")


# ---------------------------------------------------------------- language, request id, headers


@pytest.mark.parametrize(
    ("wanted", "language"),
    [
        (None, "id"),
        ("id", "id"),
        ("en", "en"),
        ("en-GB,id;q=0.5", "en"),
        ("fr, de", "id"),
        ("*", "id"),
        ("x" * 5_000, "id"),
        ("en;q=nix", "id"),
    ],
)
async def test_problems_speak_the_readers_language(api: httpx.AsyncClient, wanted: str | None, language: str) -> None:
    answer = await api.get("/v1/nix", headers={} if wanted is None else {"Accept-Language": wanted})
    assert answer.headers["content-language"] == language
    assert answer.json()["title"] == {"id": "Tidak ditemukan", "en": "Not found"}[language]


@pytest.mark.parametrize(
    ("sent", "kept"), [("abcdefgh-1", True), ("short", False), ("x" * 65, False), ("a\tb c<d>efgh", False)]
)
async def test_a_harmless_request_id_is_kept(api: httpx.AsyncClient, sent: str, kept: bool) -> None:
    answer = await api.get("/v1/nix", headers={"X-Request-Id": sent})
    assert answer.headers["x-request-id"] == answer.json()["request_id"]
    assert (answer.json()["request_id"] == sent) == kept


async def test_every_answer_has_the_headers_that_protect_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    admin = await world.admin()
    unit = await world.unit("DINKES")
    path = f"/v1/units/{unit.id}"
    etag = (await world.api.get(path, headers=admin)).headers["etag"]
    asked = [
        (200, "GET", path, admin, None),
        (304, "GET", path, admin | {"If-None-Match": etag}, None),
        (401, "GET", path, {}, None),
        (404, "GET", f"/v1/units/{SOMETHING}", admin, None),
        (405, "DELETE", path, admin, None),
        (409, "POST", "/v1/units", admin, {"code": "DINKES", "name": "Lain", "kind": "other"}),
        (412, "PATCH", path, admin | {"If-Match": '"0"'}, {"name": "Lain"}),
        (422, "POST", "/v1/units", admin, {}),
        (428, "PATCH", path, admin, {"name": "Lain"}),
    ]
    monkeypatch.setattr(SqlUnits, "page", _break)
    asked.append((500, "GET", "/v1/units", admin, None))
    for status, method, where, headers, body in asked:
        answer = await world.api.request(method, where, headers=headers, json=body)
        assert answer.status_code == status, answer.text
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS, status
        assert answer.headers["cache-control"] in {"no-store", "private, no-cache"}, status
        assert "server" not in answer.headers


# ---------------------------------------------------------------- what nobody expected


async def _break(*_: object, **__: object) -> None:
    raise RuntimeError("SELECT password_hash FROM accounts -- /etc/kinerja/sheet.key")


async def test_an_unexpected_error_says_nothing_of_our_insides(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SqlUnits, "page", _break)
    answer = await world.api.get("/v1/units", headers=await world.admin())
    assert not faults(operations()["listUnits"], answer)
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert not re.search(r"SELECT|accounts|kinerja/|RuntimeError|Traceback|\.py", answer.text)


@pytest.fixture
async def unplugged(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """The service before a database that is not there."""
    nowhere = "postgresql://kinerja_app@/nix?host=/nonexistent"
    app = create_app(replace(settings, database_url=nowhere, pool_timeout_seconds=0.2))
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://kinerja.test") as client:
            yield client


async def test_without_a_database_the_client_is_told_to_come_back(
    unplugged: httpx.AsyncClient, services: AppServices
) -> None:
    token = services.tokens.mint(Actor(uuid4(), "nobody", None, frozenset({Role.ADMIN}), frozenset()))
    headers = {"Authorization": f"Bearer {token}"}
    for name in ("getReadiness", "listUnits", "getCycle", "getSubmission", "getResult"):
        answer = await unplugged.get(url_of(name), headers=headers)
        assert not faults(operations()[name], answer)
        assert (answer.status_code, answer.json()["code"]) == (503, "service_unavailable"), name
        assert int(answer.headers["retry-after"]) > 0
    assert (await unplugged.get("/healthz")).status_code == 200
