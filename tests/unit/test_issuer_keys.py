"""The keys of a trusted issuer: fetched seldom, from one address, and kept while the issuer is away."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from app.api.tokens.jwks import COOLDOWN, LONGEST_USE, TTL, FetchError, HttpFetcher, IssuerKeys
from app.domain.errors import Unavailable
from tests.support.sso import CERTS, EcKey, Provider, Realm, provider

pytestmark = pytest.mark.anyio
OLD, NEW = EcKey("old"), EcKey("new")


class Source:
    """An issuer in the test's hands: what it answers, how often it was asked, what time it is."""

    def __init__(self, *keys: EcKey) -> None:
        self.realm = Realm("https://issuer.test", *keys)
        self.answer: bytes | Exception | None = None
        self.fetches = 0
        self.time = 1000.0
        self.open = asyncio.Event()
        self.open.set()

    async def __call__(self, uri: str) -> bytes:
        assert uri == "https://issuer.test/certs"
        self.fetches += 1
        await self.open.wait()
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.realm.document if self.answer is None else self.answer

    def keys(self, **more: Any) -> IssuerKeys:
        return IssuerKeys("https://issuer.test/certs", self, clock=lambda: self.time, **more)


def kids(keys: Any) -> list[str]:
    return [key["kid"] for key in keys if key.get("use") == "sig"]


async def test_known_keys_cost_one_fetch() -> None:
    source = Source(OLD, NEW)
    keys = source.keys()
    first = await keys.holding("old")
    assert kids(first) == ["old", "new"]
    for kid in ("old", "new") * 50:
        assert await keys.holding(kid) is first
    assert source.fetches == 1


async def test_a_new_key_is_found_at_once_and_the_set_is_the_same_object_while_nothing_changes() -> None:
    source = Source(OLD)
    keys = source.keys()
    first = await keys.holding("old")
    source.time += COOLDOWN
    assert await keys.holding("unknown") is first
    source.realm.keys.insert(0, NEW)
    source.time += COOLDOWN
    assert kids(await keys.holding("new")) == ["new", "old"]
    assert source.fetches == 3


async def test_unknown_keys_are_asked_for_once_in_a_cooldown() -> None:
    source = Source(OLD)
    keys = source.keys()
    await keys.holding("old")
    source.time += COOLDOWN
    for number in range(5000):
        await keys.holding(f"unknown-{number}")
    assert source.fetches == 2
    source.time += COOLDOWN - 1
    await keys.holding("unknown")
    assert source.fetches == 2
    source.time += 1
    await keys.holding("unknown")
    assert source.fetches == 3


async def test_parallel_questions_are_one_question() -> None:
    source = Source(OLD)
    source.open.clear()
    keys = source.keys()
    waiting = [
        asyncio.create_task(keys.holding(kid)) for kid in ["old", *(f"unknown-{number}" for number in range(500))]
    ]
    await asyncio.sleep(0.01)
    waiting[0].cancel()  # whoever goes away takes the answer from nobody
    await asyncio.sleep(0)
    source.open.set()
    answers = await asyncio.gather(*waiting[1:])
    assert source.fetches == 1
    assert all(kids(answer) == ["old"] for answer in answers)


async def test_the_last_good_set_stays_while_the_issuer_is_away_but_not_for_ever() -> None:
    source = Source(OLD)
    keys = source.keys()
    await keys.holding("old")
    source.answer = httpx.ConnectError("refused")
    for _ in range(10):
        source.time += COOLDOWN
        assert kids(await keys.holding("unknown")) == ["old"]
    assert kids(await keys.holding("old")) == ["old"]
    source.time = 1000 + LONGEST_USE
    assert kids(await keys.holding("old")) == ["old"]
    source.time += 1
    assert keys.current is None
    with pytest.raises(Unavailable):
        await keys.holding("old")
    source.answer = None
    source.time += COOLDOWN
    assert kids(await keys.holding("old")) == ["old"]


async def test_without_any_set_nothing_can_be_judged() -> None:
    source = Source(OLD)
    source.answer = httpx.ConnectError("refused")
    keys = source.keys()
    for _ in range(3):
        with pytest.raises(Unavailable):
            await keys.holding("old")
    assert source.fetches == 1


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"[]",
        b"<html>",
        b"{}",
        b"\xff",
        b'{"keys": {}}',
        b'{"keys": ["a"]}',
        b'{"keys": null}',
        b'{"keys": [], "keys": []}',
        b'{"keys": [NaN]}',
        b'{"keys": ' + b"[" * 100_000,
        json.dumps({"keys": [OLD.public] * 101}).encode(),
        FetchError("status 500"),
        TimeoutError(),
    ],
    ids=lambda answer: repr(answer)[:24],
)
async def test_a_faulty_answer_changes_nothing(answer: bytes | Exception) -> None:
    source = Source(OLD)
    keys = source.keys()
    first = await keys.holding("old")
    source.answer = answer
    source.time += COOLDOWN
    assert await keys.holding("unknown") is first
    assert source.fetches == 2


async def test_a_set_without_keys_is_the_issuers_word() -> None:
    source = Source(OLD)
    keys = source.keys()
    await keys.holding("old")
    source.answer = b'{"keys": []}'
    source.time += COOLDOWN
    assert await keys.holding("unknown") == ()


@asynccontextmanager
async def kept_fresh(source: Source, **times: float) -> AsyncIterator[IssuerKeys]:
    keys = source.keys(**times)
    keys.start()
    try:
        yield keys
    finally:
        await keys.stop()


async def until(condition: Any) -> None:
    for _ in range(1000):
        if condition():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it did not come about in five seconds")


async def test_the_set_is_fetched_again_and_again_so_that_a_disabled_key_is_gone() -> None:
    source = Source(NEW, OLD)
    async with kept_fresh(source, ttl=0.02, cooldown=0.01) as keys:
        await until(lambda: source.fetches > 2)
        source.realm.keys.remove(OLD)
        await until(lambda: kids(keys.current) == ["new"])
        source.answer = httpx.ConnectError("refused")
        seen = source.fetches
        await until(lambda: source.fetches > seen + 2)
        assert kids(keys.current) == ["new"]
        source.answer, source.realm.keys = None, [OLD]
        await until(lambda: kids(keys.current) == ["old"])
    seen = source.fetches
    await asyncio.sleep(0.1)
    assert source.fetches == seen


def test_the_times_that_operations_were_promised() -> None:
    assert COOLDOWN >= 30
    assert TTL <= 300


# ------------------------------------------------------------- over HTTP


@pytest.fixture
def served() -> Iterator[Provider]:
    with provider() as running:
        running.answers[CERTS] = Realm(running.url, OLD)
        yield running


@pytest.fixture
async def fetch() -> AsyncIterator[HttpFetcher]:
    fetcher = HttpFetcher()
    yield fetcher
    await fetcher.close()


async def test_a_document_is_fetched(served: Provider, fetch: HttpFetcher) -> None:
    assert await fetch(served.url + CERTS) == Realm(served.url, OLD).document
    assert served.asked == [CERTS]


@pytest.mark.parametrize("status", [201, 204, 301, 302, 303, 307, 308, 401, 404, 500, 503])
async def test_anything_but_ok_is_refused_and_no_redirect_followed(
    served: Provider, fetch: HttpFetcher, status: int
) -> None:
    served.status, served.headers = status, {"Location": f"{served.url}/elsewhere"}
    with pytest.raises(FetchError):
        await fetch(served.url + CERTS)
    assert served.asked == [CERTS]


async def test_a_large_answer_is_not_read_to_its_end(served: Provider, fetch: HttpFetcher) -> None:
    served.answers[CERTS] = b" " * 300_000
    with pytest.raises(FetchError, match="too large"):
        await fetch(served.url + CERTS)


async def test_a_compressed_answer_is_not_unpacked(served: Provider, fetch: HttpFetcher) -> None:
    served.headers = {"Content-Encoding": "gzip"}
    with pytest.raises(FetchError):
        await fetch(served.url + CERTS)


async def test_a_slow_answer_is_not_waited_for(
    served: Provider, fetch: HttpFetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.api.tokens.jwks._TIMEOUT_SECONDS", 0.1)
    served.delay = 0.5
    with pytest.raises((TimeoutError, httpx.TimeoutException)):
        await fetch(served.url + CERTS)


async def test_a_closed_port_is_a_failure_like_any_other() -> None:
    with provider() as gone:
        url = gone.url
    fetcher = HttpFetcher()
    keys = IssuerKeys(url + CERTS, fetcher)
    with pytest.raises(Unavailable):
        await keys.holding("old")
    await fetcher.close()
