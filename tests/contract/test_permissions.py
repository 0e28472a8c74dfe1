"""Every operation as everybody, about one's own things and those of others; every answer as the document promises it."""

from itertools import groupby

import pytest

from app.domain.auth import Scope
from tests.contract.permissions import LINES, SCOPES, Line
from tests.support.city import City, Headers, Setting
from tests.support.contract import faults, operations
from tests.support.requests import Target, ask

pytestmark = pytest.mark.anyio
BY_OPERATION = {name: list(lines) for name, lines in groupby(LINES, key=lambda line: line.operation)}


async def headers_of(city: City, actor: str, setting: Setting, operation: str) -> Headers:
    opening = frozenset(map(str, SCOPES.get(operation, ())))
    everything = frozenset(map(str, Scope))
    if actor == "machine":
        return await city.machine(*(sorted(opening)[:1] if opening else everything))
    if actor == "other_machine":
        return await city.machine(*(everything - opening if opening else ()))
    return city.headers(actor, setting)


def test_every_operation_has_its_lines_and_every_line_its_operation() -> None:
    assert set(BY_OPERATION) == set(operations())
    assert sum(len(lines) for lines in BY_OPERATION.values()) == len(LINES), "lines of an operation stand apart"


def test_every_operation_works_for_somebody_and_public_ones_are_marked() -> None:
    for name, lines in BY_OPERATION.items():
        statuses = {status for line in lines for status in line.expected.values()}
        assert any(200 <= status < 300 for status in statuses), name
        assert operations()[name].public == (401 not in statuses), name


@pytest.mark.usefixtures("rehearsal")
@pytest.mark.parametrize("name", BY_OPERATION)
async def test_who_may_do_what(city: City, name: str) -> None:
    wrong: list[str] = []
    for line in BY_OPERATION[name]:
        for actor, expected in line.expected.items():
            wrong += await _ask(city, line, actor, expected)
    assert not wrong, "\n".join(wrong)


async def _ask(city: City, line: Line, actor: str, expected: int) -> list[str]:
    setting = city.settings[line.state]
    headers = await headers_of(city, actor, setting, line.operation)
    answer = await ask(line.operation, Target(city, setting, line.thing), headers)
    found = [f"{line} as {actor}: {fault}" for fault in faults(operations()[line.operation], answer)]
    if answer.status_code != expected:
        found.append(f"{line} as {actor}: {answer.status_code}, not {expected}: {answer.text[:300]}")
    return found
