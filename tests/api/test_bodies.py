"""Bodies that are too large, too deep or unreadable, lists that are too long, and odd addresses."""

import json
import time
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from app.repositories import tables as t
from tests.support.logins import rows
from tests.support.world import World

pytestmark = pytest.mark.anyio
JSON = {"Content-Type": "application/json"}


# ---------------------------------------------------------------- bodies


class Stream:
    """A body that comes in pieces, and how much of it was taken."""

    def __init__(self, piece: bytes, pieces: int) -> None:
        self.piece, self.pieces, self.taken = piece, pieces, 0

    async def receive(self) -> dict[str, Any]:
        self.taken += 1
        return {"type": "http.request", "body": self.piece, "more_body": self.taken < self.pieces}


async def send_stream(
    app: FastAPI, stream: Stream, headers: dict[str, str], path: str = "/v1/units"
) -> tuple[int, bytes]:
    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("kinerja.test", 80),
    }
    await app(scope, stream.receive, send)
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:])


PIECE = b" " * 65_536


@pytest.mark.parametrize("length", [None, "10", "0", "1048576"])
async def test_a_body_is_refused_while_it_streams_whatever_it_says_of_its_length(
    app: FastAPI, world: World, length: str | None
) -> None:
    stream = Stream(PIECE, 320)
    headers = await world.admin() | JSON | ({} if length is None else {"Content-Length": length})
    status, body = await send_stream(app, stream, headers)
    assert (status, json.loads(body)["code"]) == (413, "body_too_large")
    assert stream.taken == 17, "one piece beyond the megabyte and no more"


@pytest.mark.parametrize(
    "length", ["20971520", "1048577", "99999999999999999999999", "-1", "+5", "1e3", "0x10", "5, 5", "٣", ""]
)
async def test_a_length_too_large_or_unreadable_is_refused_unread(app: FastAPI, world: World, length: str) -> None:
    stream = Stream(PIECE, 320)
    status, _ = await send_stream(app, stream, await world.admin() | JSON | {"Content-Length": length})
    assert (status, stream.taken) == (413, 0)


async def test_nobody_without_a_token_has_his_body_read(app: FastAPI) -> None:
    stream = Stream(PIECE, 10)
    status, _ = await send_stream(app, stream, dict(JSON))
    assert (status, stream.taken) == (401, 0)


async def test_a_body_just_within_the_limit_is_read(app: FastAPI, world: World) -> None:
    document = json.dumps({"code": "A", "name": "A", "kind": "other"}).encode()
    stream = Stream(document.ljust(1_048_576), 1)
    status, _ = await send_stream(app, stream, await world.admin() | JSON)
    assert status == 201


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"[" * 100_000 + b"]" * 100_000, 400, "json_too_deep"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, 400, "json_too_deep"),
        (b"[" * 21 + b"]" * 21, 400, "json_too_deep"),
        (b"[" * 100_000, 400, "json_too_deep"),
        (json.dumps({f"k{number}": 0 for number in range(60_000)}).encode(), 400, "json_too_many_properties"),
        (json.dumps([{f"k{number}": 0 for number in range(90)}] * 900).encode(), 400, "json_too_many_properties"),
        (json.dumps({f"k{number}": 0 for number in range(20_000)}).encode(), 422, "invalid_input"),
        (json.dumps({"code": ":" * 500_000}).encode(), 422, "invalid_input"),
        (b'{"code": ' + b"9" * 10_000 + b"}", 400, "json_number_too_long"),
        (b'{"code": 1e' + b"9" * 38 + b"}", 400, "json_malformed"),
        (b'{"code": "A", "code": "B"}', 400, "json_duplicate_key"),
        (b'{"code": NaN}', 400, "json_not_a_number"),
        (b'{"code": -Infinity}', 400, "json_not_a_number"),
        (b'\xef\xbb\xbf{"code": "A"}', 400, "json_malformed"),
        (b'{"code": "\xff"}', 400, "json_not_utf8"),
        ('{"code": "A"}'.encode("utf-16"), 400, "json_not_utf8"),
        (b'{"code": "\\u0000"}', 422, "invalid_input"),
        (b'{"code": "\\ud800"}', 422, "invalid_input"),
        (b'{"code": "A",}', 400, "json_malformed"),
        (b"null", 422, "invalid_input"),
        (b"[]", 422, "invalid_input"),
        (b'"text"', 422, "invalid_input"),
        (b"", 422, "invalid_input"),
    ],
    ids=lambda value: repr(value[:24]) if isinstance(value, bytes) else None,
)
async def test_json_bombs_and_bad_json_are_refused_at_once(world: World, body: bytes, status: int, code: str) -> None:
    headers = await world.admin() | JSON
    began = time.perf_counter()
    answer = await world.api.post("/v1/units", content=body, headers=headers)
    took = time.perf_counter() - began
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text[:300]
    assert took < 1, "some 0.2 s on an idle machine"
    assert len(answer.content) < 500_000
    assert await rows(world, sa.select(t.units.c.id)) == []


async def test_a_list_longer_than_the_contract_says(world: World) -> None:
    headers = await world.admin()
    for length, status in ((200, 200), (201, 422)):
        answer = await world.api.post(
            "/v1/employees/lookup", json={"nips": ["198609262015051001"] * length}, headers=headers
        )
        assert answer.status_code == status
    answer = await world.api.post("/v1/employees/lookup", json={"nips": ["1"] * 50_000}, headers=headers)
    assert answer.status_code == 422
    assert len(answer.json()["errors"]) <= 1000


# ---------------------------------------------------------------- addresses


@pytest.mark.parametrize(
    ("path", "statuses"),
    [
        ("/v1/units?limit=0", {422}),
        ("/v1/units?limit=-1", {422}),
        ("/v1/units?limit=1000000000", {422}),
        ("/v1/units?limit=1e2", {422}),
        ("/v1/units?limit=", {422}),
        ("/v1/units?limit=5&limit=6", {200, 422}),
        ("/v1/units?limits=5", {422}),
        ("/v1/units?q=%00", {422}),
        ("/v1/units?q=%ff", {200, 422}),
        ("/v1/units?q=" + "x" * 60_000, {422}),
        ("/v1/units?" + "&".join(f"a{number}=1" for number in range(3000)), {422}),
        ("/v1/units/", {404}),
        ("/v1//units", {404}),
        ("/v1/units/%00", {422}),
        ("/v1/units/%ff", {422}),
        ("/v1/units/..%2f..%2fetc%2fpasswd", {404, 422}),
        ("/docs/..%2f..%2fapp%2fmain.py", {404}),
        ("/docs/%2e%2e/settings.py", {404}),
        ("/" + "x" * 60_000, {404}),
        ("/v1/units/" + "/".join("x" * 1000), {404}),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else None,
)
async def test_odd_addresses_are_the_callers_fault(world: World, path: str, statuses: set[int]) -> None:
    answer = await world.api.get(path, headers=await world.login())
    assert answer.status_code in statuses, answer.text[:300]
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert len(answer.json().get("errors", ())) <= 1000


# ---------------------------------------------------------------- what is said of a faulty value


@pytest.mark.parametrize(
    ("method", "path", "body", "indonesian", "english"),
    [
        ("GET", "/v1/me/decisions?limit=abc", None, "bilangan bulat", "a whole number"),
        ("GET", "/v1/me/decisions?state=x", None, "'undecided', 'decided', 'all'", "'undecided', 'decided', 'all'"),
        ("POST", "/v1/units", {"code": 5, "name": "A", "kind": "other"}, "teks", "a text"),
        ("POST", "/v1/employees/lookup", {"nips": {}}, "daftar [...]", "a list [...]"),
        ("POST", "/v1/cycles", {"period": []}, "objek {...}", "an object {...}"),
    ],
)
async def test_a_faulty_value_is_told_in_the_readers_language(
    world: World, method: str, path: str, body: object, indonesian: str, english: str
) -> None:
    headers = await world.admin()
    for language, words in (("id", indonesian), ("en", english)):
        asked = headers | {"Accept-Language": language}
        answer = await world.api.request(method, path, headers=asked, json=body)
        assert answer.status_code == 422
        messages = [fault["message"] for fault in answer.json()["errors"]]
        assert any(words in message for message in messages), messages
        assert not [message for message in messages if language == "id" and (" or " in message or "e.g." in message)]
