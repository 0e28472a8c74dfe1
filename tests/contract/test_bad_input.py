"""Whatever is wrong with a request: a problem document that says so, never a 5xx, and nothing was changed."""

import base64
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, quote
from uuid import uuid4

import httpx
import pytest

from tests.contract.permissions import headers_of, permitted
from tests.support.city import City, Headers
from tests.support.contract import JSON, Operation, faults, operations, validator
from tests.support.mutations import foreign_ids, invalid_bodies, numberless_bodies, text_of, unreadable_bodies
from tests.support.requests import FORM, Target, body_of, content_of, needs_match, query_of

pytestmark = pytest.mark.anyio
WITH_JSON: Final = [name for name, one in operations().items() if one.body(JSON) is not None]
WITH_FORM: Final = [name for name, one in operations().items() if one.body(FORM) is not None]
PAGED: Final = [name for name, one in operations().items() if "cursor" in one.parameters("query")]
BAD_TEXT: Final = ("%00", "a%00b", "%ff", "%ed%a0%80")


class Bench:
    """One operation on behalf of somebody for whom it works; what was wrong with the answers is collected."""

    def __init__(self, city: City, name: str, target: Target, headers: Headers) -> None:
        self.city = city
        self.operation: Operation = operations()[name]
        self.target = target
        self.headers = headers | ({"If-Match": "*"} if needs_match(self.operation) else {})
        self.wrong: list[str] = []

    @classmethod
    async def of(cls, city: City, name: str) -> "Bench":
        line, actor = permitted(name)
        setting = city.settings[line.state]
        target = Target(city, setting, line.thing)
        return cls(city, name, target, await headers_of(city, actor, setting, name))

    @property
    def body(self) -> Any:
        return body_of(self.operation, self.target)

    async def send(
        self, label: str, allowed: set[int], *, path: str = "", query: str = "", **sent: Any
    ) -> httpx.Response:
        """Send it and keep what the answer should not be."""
        url = path or self.operation.url(self.target.ids())
        url += f"?{query}" if query else ""
        sent["headers"] = {**self.headers, **sent.get("headers", {})}
        answer = await self.city.api.request(self.operation.method, url, **sent)
        if answer.status_code not in allowed:
            self.wrong.append(f"{label}: {answer.status_code} {answer.text[:200]}")
        self.wrong += [f"{label}: {fault}" for fault in faults(self.operation, answer)]
        return answer

    def expect_pointers(self, query: str, answer: httpx.Response) -> None:
        """Errors name a parameter as it was sent, or the query when it cannot be read; nothing of how we read it."""
        sent = {f"/query/{name}" for name, _ in parse_qsl(query, keep_blank_values=True)} | {"/query"}
        pointers = {error["pointer"] for error in answer.json().get("errors", ())}
        if not pointers <= sent:
            self.wrong.append(f"{query}: {pointers - sent}")

    async def send_json(self, label: str, content: bytes, allowed: set[int]) -> httpx.Response:
        return await self.send(label, allowed, content=content, headers={"Content-Type": JSON})


@pytest.mark.parametrize("name", WITH_JSON)
async def test_a_body_that_the_document_does_not_allow(untouched: City, name: str) -> None:
    bench = await Bench.of(untouched, name)
    schema = bench.operation.body()
    assert schema is not None
    for label, content in invalid_bodies(schema, bench.body):
        answer = await bench.send_json(label, content, {422})
        if " + " in label and answer.status_code == 422:
            codes = {error["code"] for error in answer.json()["errors"]}
            if not codes & {"unknown_field", "not_one_of"}:
                bench.wrong.append(f"{label}: {codes}")
    assert not bench.wrong, "\n".join(bench.wrong)


@pytest.mark.parametrize("name", WITH_JSON)
async def test_a_body_that_cannot_be_read(untouched: City, name: str) -> None:
    bench = await Bench.of(untouched, name)
    for label, content in unreadable_bodies(bench.body):
        await bench.send_json(label, content, {400})
    for label, content in numberless_bodies(bench.body):
        await bench.send_json(label, content, {400, 422})
    for label, content in foreign_ids(bench.body):
        await bench.send_json(label, content, {404, 409, 422})
    whole = text_of(bench.body)
    for media_type in ("text/plain", "application/xml", "application/json+x", FORM, ""):
        await bench.send(f"as {media_type!r}", {415}, content=whole, headers={"Content-Type": media_type})
    await bench.send_json("2 MB", b" " * 2_000_000 + whole, {413})
    await bench.send("2 MB in pieces", {413}, content=_pieces(whole), headers={"Content-Type": JSON})
    if bench.operation.spec["requestBody"].get("required"):
        await bench.send_json("no body", b"", {422})
    assert not bench.wrong, "\n".join(bench.wrong)


async def _pieces(whole: bytes) -> AsyncIterator[bytes]:
    for _ in range(32):
        yield b" " * 65_536
    yield whole


@pytest.mark.parametrize("name", WITH_FORM)
async def test_a_form_that_is_none(untouched: City, name: str) -> None:
    bench = await Bench.of(untouched, name)
    fields: dict[str, str] = bench.body
    whole = "&".join(f"{field}={quote(value)}" for field, value in fields.items())
    for label, content, allowed in _bad_forms(fields, whole):
        await bench.send(label, allowed, content=content, headers={"Content-Type": FORM})
    for media_type in ("text/plain", JSON, ""):
        await bench.send(f"as {media_type!r}", {415}, content=whole.encode(), headers={"Content-Type": media_type})
    assert not bench.wrong, "\n".join(bench.wrong)


def _bad_forms(fields: Mapping[str, str], whole: str) -> Iterator[tuple[str, bytes, set[int]]]:
    yield "empty", b"", {422}
    yield "a field too many", f"{whole}&surplus=1".encode(), {422}
    yield "many fields", (whole + "&a=1" * 1_000).encode(), {400}
    yield "2 MB", (whole + "&a=" + "1" * 2_000_000).encode(), {413}
    yield "not UTF-8", whole.encode() + b"&a=\xff", {400}
    for field in fields:
        yield f"{field} twice", f"{whole}&{field}=x".encode(), {422}
        rest = "&".join(f"{other}={quote(value)}" for other, value in fields.items() if other != field)
        yield f"without {field}", rest.encode(), {422}
        for text in BAD_TEXT:
            yield f"{field}={text}", f"{rest}&{field}={text}".encode(), {400, 422}
        yield f"{field} too long", f"{rest}&{field}={'x' * 600}".encode(), {422}


@pytest.mark.parametrize("name", operations())
async def test_a_query_that_the_document_does_not_allow(untouched: City, name: str) -> None:
    bench = await Bench.of(untouched, name)
    needed = "&".join(f"{field}={value}" for field, value in query_of(bench.operation, bench.target).items())
    for query in (*_bad_queries(bench.operation), "surplus=1", "limit=50&limit_=2", "%00=1", "nip=198609262015051001"):
        sent = content_of(bench.operation, body_of(bench.operation, bench.target))
        answer = await bench.send(query, {422}, query=f"{needed}&{query}" if needed else query, **sent)
        bench.expect_pointers(query, answer)
    assert not bench.wrong, "\n".join(bench.wrong)


def _bad_queries(operation: Operation) -> Iterator[str]:
    for name, parameter in operation.parameters("query").items():
        allowed = validator(parameter["schema"])
        for text in ("", "nix", "-1", "0", "201", "1e9", "1.0", "true,", "null", "9" * 30, "x" * 2_000, "00000000"):
            if not allowed.is_valid(text) and not _is_number(text, allowed):
                yield f"{name}={text}"
        yield from (f"{name}={text}" for text in BAD_TEXT)


def _is_number(text: str, allowed: Any) -> bool:
    """Whether the text is one of the allowed numbers or truth values, which a query spells in more than one way."""
    if text in {"0", "1.0"} and (allowed.is_valid(True) or allowed.is_valid(1)):  # noqa: FBT003 - a JSON value
        return text == "1.0" or allowed.is_valid(True)  # noqa: FBT003 - ditto
    return text.isdigit() and len(text) < 10 and allowed.is_valid(int(text))


@pytest.mark.parametrize("name", PAGED)
async def test_a_cursor_that_we_never_gave(untouched: City, name: str) -> None:
    bench = await Bench.of(untouched, name)
    for sort in _sorts(bench.operation):
        for position in _positions(sort):
            cursor = base64.urlsafe_b64encode(position).rstrip(b"=").decode()
            await bench.send(
                f"{sort} {position[:40]!r}", {422}, query=f"cursor={cursor}" + (f"&sort={sort}" if sort else "")
            )
    for garbage in ("AAAA", "_", "-", "A", "=", "%20", "x" * 1_001):
        await bench.send(garbage, {422}, query=f"cursor={garbage}")
    assert not bench.wrong, "\n".join(bench.wrong)


def _sorts(operation: Operation) -> list[str]:
    parameter = operation.parameters("query").get("sort")
    return [""] if parameter is None else list(parameter["schema"]["enum"])


def _positions(sort: str) -> Iterator[bytes]:
    """Positions that no page ends at; the order by which a list without a choice is sorted is guessed as well."""
    names = [sort] if sort else ["name", "code", "username", "version", "-published_at", "-version"]
    yield from (b"", b"[", b"{}", b"[]", b"null", b"1", b'"x"', b"[" * 400, b"\xff", b"NaN", b"[NaN]", b"[1e999]")
    odd: tuple[Any, ...] = (None, True, [], {}, 10**400, "\x00", "nix", -1, "2026-13-01", str(uuid4()), "9" * 500)
    for name in names:
        for value in odd:
            yield json.dumps([name, value, value, value]).encode()
        yield json.dumps([name, []]).encode()
        yield json.dumps([name, {"a": 1}, "\ud800"]).encode()
        yield f'["{name}",NaN,"x"]'.encode()
        yield f'["{name}",Infinity,"{uuid4()}"]'.encode()
        yield f'["{name}",1e999,"{uuid4()}"]'.encode()


@pytest.mark.parametrize("name", [name for name, one in operations().items() if one.path_parameters])
async def test_a_path_that_names_nothing(untouched: City, name: str) -> None:
    bench = await Bench.of(untouched, name)
    ids = bench.target.ids()
    for parameter in bench.operation.path_parameters:
        odd = [
            "nix",
            "0",
            "%00",
            "%ff",
            "x" * 3_000,
            "{" + str(uuid4()) + "}",
            "urn:uuid:" + str(uuid4()),
            "..%2f..",
            "%20",
        ]
        odd += [str(uuid4())] if parameter != "dimension" else []
        for text in odd:
            path = bench.operation.url({**ids, parameter: text})
            sent = content_of(bench.operation, body_of(bench.operation, bench.target))
            # A path with a slash in it is another path, of which the document says nothing.
            if "%2f" not in text:
                await bench.send(f"{parameter} = {text[:20]}", {404, 422}, path=path, **sent)
    assert not bench.wrong, "\n".join(bench.wrong)


@pytest.mark.parametrize("name", [name for name, one in operations().items() if one.parameters("header")])
async def test_headers_that_mean_nothing(untouched: City, name: str) -> None:
    bench = await Bench.of(untouched, name)
    body = content_of(bench.operation, body_of(bench.operation, bench.target))
    headers = bench.operation.parameters("header")
    if needs_match(bench.operation):
        for etag in ("nix", '""', 'W/"*"', "**", '"' + "0" * 32 + '"', "x" * 5_000):
            await bench.send(f"If-Match {etag[:20]}", {412}, **_with_header(body, "If-Match", etag))
    if headers.get("If-Match", {}).get("required"):
        without = {**_with_header(body, "If-Match", "")}
        del bench.headers["If-Match"], without["headers"]["If-Match"]
        await bench.send("no If-Match", {428}, **without)
        bench.headers["If-Match"] = "*"
    if "Idempotency-Key" in headers and "POST" in bench.operation.method:
        for key in ("", "x" * 256, "\x7f", "é"):
            await bench.send(f"Idempotency-Key {key[:9]!r}", {400}, **_with_header(body, "Idempotency-Key", key))
    assert not bench.wrong, "\n".join(bench.wrong)


def _with_header(sent: Mapping[str, Any], name: str, value: str) -> dict[str, Any]:
    return {**sent, "headers": {**sent.get("headers", {}), name: value.encode("latin-1")}}
