"""The edge of the service: headers of every answer, methods, origins, the reading page."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import asyncpg
import httpx
import pytest
import sqlalchemy as sa

from app.domain.actions import people
from app.settings import Settings
from tests.support.contract import operations
from tests.support.serving import in_process
from tests.support.world import World

pytestmark = pytest.mark.anyio
ORIGIN = "https://kinerja.serangkota.go.id"
UNKNOWN_ID = "01997c1e-5d1c-7a3e-9b60-2f4f0c9a1b2c"
EVERYWHERE = {
    "x-content-type-options": "nosniff",
    "strict-transport-security": "max-age=31536000; includeSubDomains",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-resource-policy": "same-origin",
}
JSON = {"Content-Type": "application/json"}


def faults_of_headers(answer: httpx.Response) -> list[str]:
    found = [
        f"{name}: {answer.headers.get(name)}" for name, value in EVERYWHERE.items() if answer.headers.get(name) != value
    ]
    found += [
        f"{name} is missing"
        for name in ("x-request-id", "cache-control", "content-security-policy")
        if name not in answer.headers
    ]
    found += [f"{name} tells of our insides" for name in ("server", "x-powered-by") if name in answer.headers]
    doubled = [
        name
        for name in {*EVERYWHERE, "cache-control", "content-security-policy"}
        if len(answer.headers.get_list(name)) > 1
    ]
    return found + [f"{name} stands twice" for name in doubled]


# ---------------------------------------------------------------- headers


@pytest.mark.parametrize(
    ("status", "method", "path", "more"),
    [
        (200, "GET", "/healthz", {}),
        (200, "GET", "/.well-known/jwks.json", {}),
        (200, "GET", "/openapi.json", {}),
        (200, "GET", "/docs", {}),
        (200, "GET", "/docs/start.js", {}),
        (200, "HEAD", "/healthz", {}),
        (200, "GET", "/v1/me", {"as": "employee"}),
        (200, "GET", "/v1/units", {"as": "employee"}),
        (
            204,
            "PUT",
            "/v1/me/password",
            {
                "as": "siti",
                "json": {"current_password": "tiga kucing di pasar lama", "new_password": "lima kucing di pasar"},
            },
        ),
        (304, "GET", "/openapi.json", {"fresh": True}),
        (304, "GET", "/v1/me", {"as": "employee", "fresh": True}),
        (400, "POST", "/v1/units", {"as": "admin", "content": b"{", "headers": JSON}),
        (401, "GET", "/v1/me", {}),
        (403, "POST", "/v1/units", {"as": "employee", "json": {"code": "A", "name": "A", "kind": "other"}}),
        (404, "GET", "/nowhere", {}),
        (404, "GET", "/docs/nothing.js", {}),
        (404, "GET", f"/v1/employees/{UNKNOWN_ID}", {"as": "admin"}),
        (405, "PATCH", "/v1/units", {"as": "admin"}),
        (405, "OPTIONS", "/v1/units", {}),
        (405, "POST", "/docs", {}),
        (413, "POST", "/v1/units", {"as": "admin", "content": bytes(1_048_577), "headers": JSON}),
        (415, "POST", "/v1/units", {"as": "admin", "content": b"{}", "headers": {"Content-Type": "text/plain"}}),
        (422, "POST", "/v1/units", {"as": "admin", "json": {}}),
        (428, "PATCH", "/v1/units/{unit}", {"as": "admin", "json": {"name": "B"}}),
        (412, "PATCH", "/v1/units/{unit}", {"as": "admin", "json": {"name": "B"}, "headers": {"If-Match": '"0"'}}),
    ],
)
async def test_every_answer_carries_the_security_headers(
    world: World, status: int, method: str, path: str, more: dict[str, Any]
) -> None:
    await world.account("siti")
    unit = await world.unit()
    who = {"admin": world.admin, "employee": world.login}
    headers: dict[str, str] = more.get("headers", {})
    match more.get("as"):
        case "siti":
            headers = headers | {"Authorization": f"Bearer {(await world.log_in('siti'))['access_token']}"}
        case str(name):
            headers = headers | await who[name]()
    path = path.format(unit=unit.id)
    if "fresh" in more:
        first = await world.api.request(method, path, headers=headers)
        headers = headers | {"If-None-Match": first.headers["etag"]}
    sent = {name: value for name, value in more.items() if name in {"json", "content"}}
    answer = await world.api.request(method, path, headers=headers, **sent)
    assert answer.status_code == status, answer.text
    assert faults_of_headers(answer) == []
    if status >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.json()["request_id"] == answer.headers["x-request-id"]


async def test_personal_data_are_stored_by_no_cache(world: World) -> None:
    employee = await world.employee(await world.unit())
    headers = await world.login(employee=employee)
    for path in ("/v1/me", "/v1/me/assignments", "/v1/me/results", f"/v1/employees/{employee.id}", "/v1/employees"):
        answer = await world.api.get(path, headers=headers)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] in {"no-store", "private, no-cache"}, path
        assert "public" not in answer.headers["cache-control"]


@pytest.mark.parametrize("harmless", ["5f3c2b9e41d84c0a", "trace.of_a-client.1"])
async def test_a_harmless_request_id_is_taken_over(api: httpx.AsyncClient, harmless: str) -> None:
    answer = await api.get("/nowhere", headers={"X-Request-Id": harmless})
    assert answer.headers["x-request-id"] == harmless == answer.json()["request_id"]


@pytest.mark.parametrize("odd", ["short", "x" * 65, "line\tbreak8", 'say "hi" <b>', "\xe9" * 10])
async def test_any_other_is_replaced(api: httpx.AsyncClient, odd: str) -> None:
    answer = await api.get("/nowhere", headers=[(b"X-Request-Id", odd.encode("latin-1"))])
    assert re.fullmatch("[0-9a-f]{24}", answer.headers["x-request-id"])


# ---------------------------------------------------------------- what nobody expected


@pytest.mark.parametrize(
    "fault",
    [
        RuntimeError("secret insides"),
        KeyError("secret insides"),
        AssertionError("secret insides"),
        RecursionError("secret insides"),
        MemoryError("secret insides"),
        sa.exc.ProgrammingError("SELECT secret FROM insides", {}, Exception("secret insides")),
        asyncpg.UndefinedTableError("secret insides"),
    ],
    ids=lambda fault: type(fault).__name__,
)
async def test_a_fault_of_ours_tells_its_request_id_and_nothing_else(
    world: World, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    async def fail(*_: object) -> None:
        raise fault

    headers = await world.login()
    monkeypatch.setattr(people, "list_units", fail)
    answer = await world.api.get("/v1/units", headers=headers)
    assert answer.status_code == 500
    assert faults_of_headers(answer) == []
    problem = answer.json()
    assert problem.keys() == {"type", "title", "status", "detail", "code", "instance", "request_id"}
    assert problem["code"] == "internal_error"
    for inside in ("secret", "Error", "SELECT", "Traceback", ".py", headers["Authorization"][-20:]):
        assert inside not in answer.text


# ---------------------------------------------------------------- methods


@pytest.mark.parametrize("path", sorted({operation.path for operation in operations().values()}))
async def test_a_method_that_is_not_served_is_told_all_that_are(api: httpx.AsyncClient, path: str) -> None:
    asked = re.sub(r"{\w+}", UNKNOWN_ID, path)
    # /employees/lookup may be asked as if it were the id of an employee.
    methods = {one.method for one in operations().values() if re.fullmatch(re.sub(r"{\w+}", "[^/]+", one.path), asked)}
    expected = sorted(methods | ({"HEAD"} if "GET" in methods else set()))
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"} - methods:
        answer = await api.request(method, asked)
        assert (answer.status_code, answer.headers["allow"].split(", ")) == (405, expected), method


@pytest.mark.parametrize(
    "path", ["/healthz", "/v1/me", "/v1/units", "/openapi.json", "/docs", "/nowhere", "/v1/units/x"]
)
async def test_head_is_get_without_its_body(world: World, path: str) -> None:
    headers = await world.login()
    got, head = await world.api.get(path, headers=headers), await world.api.head(path, headers=headers)
    assert (head.status_code, head.content) == (got.status_code, b"")
    differing = {name for name in got.headers if got.headers[name] != head.headers.get(name)} - {"x-request-id"}
    assert differing <= {"content-length"} if got.status_code >= 400 else not differing
    assert faults_of_headers(head) == []


async def test_head_of_what_only_takes_posts(api: httpx.AsyncClient) -> None:
    answer = await api.head("/v1/auth/token")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


# ---------------------------------------------------------------- origins


@pytest.fixture(scope="module")
async def foreign(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """The service as a page of another origin meets it; one origin is let in."""
    async with in_process(replace(settings, cors_origins=(ORIGIN, "http://localhost:5173"))) as (_, client):
        yield client


EVIL = [
    "https://evil.example",
    "null",
    f"{ORIGIN}.evil.example",
    "https://evil-kinerja.serangkota.go.id",
    "https://kinerja.serangkota.go.id:8443",
    "http://kinerja.serangkota.go.id",
    "https://KINERJA.serangkota.go.id",
    f"{ORIGIN}/",
    f"{ORIGIN} https://evil.example",
    "http://localhost:51730",
    "*",
    "",
]


@pytest.mark.parametrize("origin", EVIL)
@pytest.mark.parametrize("path", ["/v1/me", "/healthz", "/nowhere", "/openapi.json"])
async def test_a_foreign_page_reads_nothing(foreign: httpx.AsyncClient, origin: str, path: str) -> None:
    answer = await foreign.get(path, headers={"Origin": origin})
    assert not [name for name in answer.headers if name.startswith("access-control-allow")]


@pytest.mark.parametrize("origin", EVIL)
async def test_a_foreign_page_is_not_let_in_beforehand(foreign: httpx.AsyncClient, origin: str) -> None:
    for operation in operations().values():
        asks = {"Access-Control-Request-Method": operation.method, "Access-Control-Request-Headers": "authorization"}
        path = re.sub(r"{\w+}", UNKNOWN_ID, operation.path)
        answer = await foreign.options(path, headers={"Origin": origin, **asks})
        assert answer.status_code in {400, 405}
        assert "access-control-allow-origin" not in answer.headers
        assert faults_of_headers(answer) == []


@pytest.mark.parametrize("origin", [ORIGIN, "http://localhost:5173"])
async def test_the_page_that_was_named_is_let_in(foreign: httpx.AsyncClient, origin: str) -> None:
    wanted = "authorization,content-type,if-match,if-none-match,idempotency-key,accept-language,x-request-id"
    for operation in operations().values():
        asks = {"Access-Control-Request-Method": operation.method, "Access-Control-Request-Headers": wanted}
        path = re.sub(r"{\w+}", UNKNOWN_ID, operation.path)
        answer = await foreign.options(path, headers={"Origin": origin, **asks})
        assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, origin)
        assert "access-control-allow-credentials" not in answer.headers
        assert operation.method in answer.headers["access-control-allow-methods"]
        assert faults_of_headers(answer) == []


@pytest.mark.parametrize("path", ["/v1/me", "/healthz", "/nowhere"])
async def test_it_reads_answers_and_refusals_alike(foreign: httpx.AsyncClient, path: str) -> None:
    answer = await foreign.get(path, headers={"Origin": ORIGIN})
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert "Origin" in answer.headers["vary"]
    exposed = answer.headers["access-control-expose-headers"]
    assert {"ETag", "Location", "Retry-After", "X-Request-Id"} <= set(exposed.split(", "))


async def test_it_reads_a_fault_of_ours_and_a_body_too_large(
    foreign: httpx.AsyncClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise RuntimeError

    headers = await world.login() | {"Origin": ORIGIN}
    monkeypatch.setattr(people, "list_units", fail)
    for answer, status in (
        (await foreign.get("/v1/units", headers=headers), 500),
        (await foreign.post("/v1/units", headers=headers, content=bytes(2_000_000)), 413),
    ):
        assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (status, ORIGIN)
        assert answer.json()["request_id"] == answer.headers["x-request-id"]


async def test_without_a_setting_no_page_is_let_in(api: httpx.AsyncClient) -> None:
    asks = {"Origin": ORIGIN, "Access-Control-Request-Method": "GET"}
    for answer in (await api.get("/healthz", headers=asks), await api.options("/healthz", headers=asks)):
        assert not [name for name in answer.headers if name.startswith("access-control")]


# ---------------------------------------------------------------- the reading page


async def test_the_docs_page_needs_nothing_from_elsewhere(api: httpx.AsyncClient) -> None:
    page = await api.get("/docs")
    policy = dict(rule.strip().partition(" ")[::2] for rule in page.headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["connect-src"] == "'self'", "no inline script, no foreign host"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert not re.search(r"(https?:)?//|<script>|\son\w+=", page.text)
    for local in re.findall(r'(?:src|href)="(/[^"]+)"', page.text):
        asset = await api.get(local)
        assert asset.status_code == 200
        assert asset.headers["content-type"].startswith(("text/css", "text/javascript"))


async def test_parallel_readers_of_the_document_get_the_same(api: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(*(api.get("/openapi.json") for _ in range(5)))
    assert len({answer.content for answer in answers}) == 1
    assert len({answer.headers["etag"] for answer in answers}) == 1
