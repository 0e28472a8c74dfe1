"""Every operation as everybody, about one's own things and those of others; every answer as the document promises it."""

from itertools import groupby

import httpx
import pytest

from app.domain import policies
from app.domain.actions.results import reading
from app.domain.policies_results import Reader
from tests.contract.permissions import LINES, Line, as_appraiser, headers_of
from tests.support.city import City
from tests.support.contract import faults, operations
from tests.support.requests import Target, ask

pytestmark = pytest.mark.anyio
BY_OPERATION = {name: list(lines) for name, lines in groupby(LINES, key=lambda line: line.operation)}


def test_every_operation_has_its_lines_and_every_line_its_operation() -> None:
    assert set(BY_OPERATION) == set(operations())
    assert sum(len(lines) for lines in BY_OPERATION.values()) == len(LINES), "lines of an operation stand apart"


def test_every_operation_works_for_somebody_and_public_ones_are_marked() -> None:
    for name, lines in BY_OPERATION.items():
        statuses = {status for line in lines for status in line.expected.values()}
        assert any(200 <= status < 300 for status in statuses), name
        assert operations()[name].public == (401 not in statuses), name


@pytest.mark.parametrize("name", BY_OPERATION)
async def test_who_may_do_what(rehearsal: City, name: str) -> None:
    wrong: list[str] = []
    for line in BY_OPERATION[name]:
        for actor, expected in line.expected.items():
            wrong += await _ask(rehearsal, line, actor, expected)
    assert not wrong, "\n".join(wrong)


async def test_whoever_stands_in_on_other_days_is_a_stranger(rehearsal: City) -> None:
    lines = [line for line in LINES if as_appraiser(line.operation)]
    assert len({line.operation for line in lines if line.expected["plh"] != line.expected["stranger"]}) > 10
    wrong = [fault for line in lines for fault in await _ask(rehearsal, line, "idle_plh", line.expected["stranger"])]
    assert not wrong, "\n".join(wrong)


async def test_a_hole_is_found(rehearsal: City, monkeypatch: pytest.MonkeyPatch) -> None:
    """The table can fail: when everybody passes for an administrator, and when results come before their time."""
    monkeypatch.setattr(policies, "require_admin", lambda _: None)
    monkeypatch.setattr(reading, "see_result", lambda *_: Reader.OFFICER)
    for name in ("createUnit", "listAccounts", "getResult"):
        wrong = [
            fault
            for line in BY_OPERATION[name]
            for actor, expected in line.expected.items()
            for fault in await _ask(rehearsal, line, actor, expected)
        ]
        assert len(wrong) > 5, name


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(418, json={}),
        httpx.Response(200, json={"username": 1}),
        httpx.Response(200, text="ok"),
        httpx.Response(401, json={"code": "unauthenticated"}),
    ],
)
def test_an_answer_that_nobody_promised_is_found(answer: httpx.Response) -> None:
    answer.request = httpx.Request("GET", "http://kinerja.test/v1/me")
    answer.headers["x-request-id"] = "abcdefgh"
    assert faults(operations()["getMe"], answer)


async def _ask(city: City, line: Line, actor: str, expected: int) -> list[str]:
    setting = city.settings[line.state]
    headers = await headers_of(city, actor, setting, line.operation)
    answer = await ask(line.operation, Target(city, setting, line.thing), headers)
    found = [f"{line} as {actor}: {fault}" for fault in faults(operations()[line.operation], answer)]
    if answer.status_code != expected:
        found.append(f"{line} as {actor}: {answer.status_code}, not {expected}: {answer.text[:300]}")
    return found
