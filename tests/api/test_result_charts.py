"""Charts of a result over HTTP: what they are made of, in which language, and that reading them is recorded."""

import re

import pytest

from app.domain.values import CycleState
from tests.support.cycle_world import CycleWorld, example
from tests.support.world import World

pytestmark = pytest.mark.anyio
INDONESIAN = {"Accept-Language": "id"}


async def test_charts_show_the_figures_of_the_result(world: World) -> None:
    cycle = await CycleWorld.create(world)
    participant = await cycle.participant(example())
    admin = await world.admin() | INDONESIAN
    await cycle.to(CycleState.REVIEW)
    empty = (await cycle.read(admin, participant, "/chart?kind=history")).text
    assert "Belum ada hasil yang diumumkan." in empty
    await cycle.to(CycleState.PUBLISHED)
    result = (await cycle.read(admin, participant)).json()
    radar = await cycle.read(admin, participant, "/chart")
    assert radar.headers["content-type"] == "image/svg+xml"
    for criterion in result["criteria"]:
        assert f"{criterion['others']:.2f}".replace(".", ",") in radar.text
    assert result["participant"]["name"] in radar.text
    groups = (await cycle.read(admin | {"Accept-Language": "en"}, participant, "/chart?kind=rater_types")).text
    for figure in result["by_rater_type"].values():
        assert figure["value"] is None or f"{figure['value']:.2f}" in groups
    history = (await cycle.read(admin, participant, "/chart?kind=history")).text
    assert len(re.findall(r">67,92<", history)) == 1


async def test_an_unchanged_chart_is_not_sent_again_and_bad_wishes_are_named(world: World) -> None:
    cycle = await CycleWorld.create(world)
    participant = await cycle.participant(example())
    admin = await world.admin()
    await cycle.to(CycleState.REVIEW)
    first = await cycle.read(admin, participant, "/chart")
    again = await cycle.read(admin | {"If-None-Match": first.headers["etag"]}, participant, "/chart")
    assert (again.status_code, again.content) == (304, b"")
    assert (await cycle.read(admin, participant, "/chart?kind=pie")).status_code == 422
    assert (await cycle.read(admin | {"Accept": "image/png"}, participant, "/chart")).status_code == 406


async def test_a_history_holds_only_what_its_reader_may_read(world: World) -> None:
    """The superior of one cycle learns nothing of a cycle in which somebody else was."""
    ratee = await world.employee(await world.unit())
    superior = await world.employee(await world.unit())
    earlier, cycle = await CycleWorld.create(world), await CycleWorld.create(world)
    await earlier.participant(example(), employee_id=ratee.id)
    participant = await cycle.participant(example(), employee_id=ratee.id, superior_id=superior.id)
    for one in (earlier, cycle):
        await one.to(CycleState.REVIEW)
        await one.to(CycleState.PUBLISHED)
    for headers, points in ((await world.login(employee=ratee), 2), (await world.login(employee=superior), 1)):
        chart = (await cycle.read(headers | INDONESIAN, participant, "/chart?kind=history")).text
        assert len(re.findall(r">67,92<", chart)) == points
