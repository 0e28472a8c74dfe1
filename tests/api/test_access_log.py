"""What the log says of a request: when, what was asked for, how it ended and how long it took, and nothing secret."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime

import httpx
import pytest

from app.logs import configure_logging
from app.settings import Settings
from tests.support.serving import in_process
from tests.support.world import World

pytestmark = pytest.mark.anyio


@pytest.fixture
async def chatty(settings: Settings, request: pytest.FixtureRequest) -> AsyncIterator[httpx.AsyncClient]:
    """The service at the log level of the test's parameter."""
    async with in_process(replace(settings, log_level=request.param)) as (_, client):
        yield client
    configure_logging(settings.log_level)


@pytest.mark.parametrize("chatty", ["info"], indirect=True)
async def test_one_line_for_each_request(
    chatty: httpx.AsyncClient, world: World, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    headers = await world.admin()
    capsysbinary.readouterr()
    await chatty.get("/v1/units?q=rahasia", headers={**headers, "X-Request-Id": "abcdef-123"})
    await chatty.head("/v1/none")
    written = capsysbinary.readouterr().err
    found, refused = [json.loads(line) for line in written.splitlines()]
    moment, took = datetime.fromisoformat(found.pop("timestamp")), found.pop("ms")
    assert moment.tzinfo is not None
    assert took > 0
    assert found == {
        "event": "request",
        "level": "info",
        "request_id": "abcdef-123",
        "method": "GET",
        "path": "/v1/units",
        "status": 200,
    }
    assert (refused["method"], refused["path"], refused["status"]) == ("HEAD", "/v1/none", 404)
    token = headers["Authorization"].removeprefix("Bearer ").encode()
    assert not [secret for secret in (token, b"rahasia", b"127.0.0.1") if secret in written]


@pytest.mark.parametrize("chatty", ["warning"], indirect=True)
async def test_a_quiet_service_writes_none(
    chatty: httpx.AsyncClient, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert (await chatty.get("/healthz")).status_code == 200
    assert b'"request"' not in capsysbinary.readouterr().err
