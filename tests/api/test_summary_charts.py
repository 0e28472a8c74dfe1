"""The heat map of a summary over HTTP: nothing else than the summary shows its reader, in both languages."""

import html
import re
from typing import Any

import pytest

from app.domain.values import CycleState, Role
from tests.support.cycle_world import PEER
from tests.support.town import Headers, Town
from tests.support.world import World

pytestmark = pytest.mark.anyio
INDONESIAN = {"Accept-Language": "id"}


async def draw(town: Town, headers: Headers, **query: Any) -> str:
    answer = await town.get(headers, "/chart", "getSummaryChart", **query)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "image/svg+xml"
    return answer.text


def described(chart: str) -> list[str]:
    """What it says in words, a unit each."""
    return html.unescape(re.findall(r"<desc[^>]*>([^<]*)</desc>", chart)[0]).split("; ")


async def test_it_draws_what_the_summary_shows_of_a_unit_and_those_directly_below(world: World) -> None:
    town = await Town.create(world, 7, 3)
    below = await world.unit(parent=town.offices[0].id)
    for _ in range(6):
        await town.add(below)
    await town.publish()
    admin = await world.admin()
    chart = await draw(town, admin | INDONESIAN)
    names = [town.top.name, town.offices[0].name, town.offices[1].name]
    shown = ["Title of A 82,50, Title of B 53,33"] * 2 + ["Title of A –, Title of B –"]
    assert described(chart) == [f"{name}: {figures}" for name, figures in zip(names, shown, strict=True)]
    for text in ("82,50", "53,33", "n=13", "tidak ditampilkan: kurang dari lima orang yang dapat dihitung"):
        assert text in chart
    office = await draw(town, admin | {"Accept-Language": "en"}, unit_id=str(town.offices[0].id))
    lines = described(office)
    assert [line.split(":")[0] for line in lines] == [names[1], f"{names[1]} (own members)", below.name]
    assert "82.50" in lines[1]
    assert f"Means of criteria by unit: {names[1]}" in office


async def test_it_is_made_of_no_more_than_its_reader_is_shown(world: World) -> None:
    town = await Town.create(world, 8, 9)
    rater = town.cycle.raters[6]
    await town.cycle.assignment(town.people[0], PEER, rater.id)
    headers = await world.login(Role.ADMIN, employee=rater)
    await town.cycle.to(CycleState.REVIEW)
    assert "belum diumumkan" in await draw(town, headers | INDONESIAN)
    await town.cycle.to(CycleState.PUBLISHED)
    chart = await draw(town, headers)
    assert described(chart)[1] == f"{town.offices[0].name}: Title of A –, Title of B –"
    assert "n=17" not in chart
    unit_admin = await world.login(Role.UNIT_ADMIN, unit=town.offices[1])
    assert len(described(await draw(town, unit_admin))) == 1
    foreign = await town.get(unit_admin, "/chart", "getSummaryChart", unit_id=str(town.offices[0].id))
    assert foreign.status_code == 404


async def test_an_unchanged_map_is_not_sent_again_and_only_svg_is_offered(world: World) -> None:
    town = await Town.create(world, 6)
    await town.publish()
    admin = await world.admin()
    first = await town.get(admin, "/chart", "getSummaryChart")
    again = await town.get(admin | {"If-None-Match": first.headers["etag"]}, "/chart", "getSummaryChart")
    assert (again.status_code, again.content) == (304, b"")
    refused = await town.get(admin | {"Accept": "image/png"}, "/chart", "getSummaryChart")
    assert refused.status_code == 406
