"""Reports of a unit: what stands in them is what the summaries show their reader, and nothing else."""

import re
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from app.api.reports import Letterhead, unit_report
from app.api.reports.unit import unit_content
from app.api.words import Words
from app.domain.actions.summaries import UnitReported, report_unit
from app.domain.auth import Actor
from app.domain.summaries import Office
from app.domain.values import CycleState, Role
from tests.support.cycle_world import PEER, CycleWorld
from tests.support.town import BEHAVIOUR, TWO_DIMENSIONS, Headers, Town
from tests.support.world import World

pytestmark = pytest.mark.anyio
HEAD = Letterhead(("PEMERINTAH KOTA SERANG",), None, "Serang")


async def reported(town: Town) -> UnitReported:
    officer = Actor(uuid4(), "officer", None, frozenset({Role.ADMIN}), frozenset())
    async with town.world.services.unit_of_work("test") as uow:
        return await report_unit(uow, officer, town.cycle.cycle.id, town.top.id)


def pages(document: bytes) -> int:
    found = re.search(rb"/Type/Pages/Count (\d+)", document)
    assert found is not None
    return int(found[1])


async def test_a_report_tells_of_figures_predicates_units_and_years(world: World) -> None:
    before = await Town.create(world, 6)
    await before.publish()
    town = Town(await CycleWorld.create(world, BEHAVIOUR, TWO_DIMENSIONS), before.top)
    for office, number in ((before.offices[0], 12), (await world.unit(parent=before.top.id), 8)):
        for place in range(number):
            await town.add(office, skp=10 if place < 2 else 80)
    await town.publish()
    content = unit_content(await reported(town), Words("id"))
    assert (content["name"], content["code"]) == (town.top.name, town.top.code)
    assert content["notice"] is None
    assert content["participants"] == "20 orang"
    assert content["figures"][0] == ["Nilai keseluruhan", "20", "66,77"]
    assert content["criteria"] == [{"title": BEHAVIOUR.title, "rows": content["criteria"][0]["rows"]}]
    assert content["criteria"][0]["rows"] == [["Title of A", "20", "82,50"], ["Title of B", "20", "53,33"]]
    assert {line[0]: line[1:] for line in content["groups"]}["Bawahan Langsung"] == ["–", "–"]
    assert content["predicates"] == []  # two of twelve and two of eight are too few to be told apart from the others
    (heat,) = content["maps"]
    assert [row["participants"] for row in heat["rows"]] == ["20", "12", "8"]
    assert heat["rows"][0]["cells"][1] == {"text": "53,33", "fill": "#6e6e6e", "white": True}
    assert [row[1:3] for row in content["trend"]["rows"]] == [["6", "75,17"], ["20", "66,77"]]
    assert "75,17" in content["trend_alt"]
    english = unit_content(await reported(town), Words("en"))
    assert english["figures"][0] == ["Overall", "20", "66.77"]
    assert english["participants"] == "20 people"


async def test_every_figure_of_it_stands_in_the_summaries_that_its_reader_gets(world: World) -> None:
    town = await Town.create(world, 8, 9)
    rater = town.cycle.raters[6]
    await town.cycle.assignment(town.people[0], PEER, rater.id)
    await town.publish()
    holder = Actor(uuid4(), "holder", rater.id, frozenset({Role.ADMIN}), frozenset())
    async with world.services.unit_of_work("test") as uow:
        content = unit_content(await report_unit(uow, holder, town.cycle.cycle.id), Words("en"))
    headers = await world.login(Role.ADMIN, employee=rater)
    known = {"–", "100.00%"}  # all have the same predicate
    for by in ("unit", "criterion", "rater_type", "predicate"):
        for row in (await town.read(headers, by=by))["rows"]:
            for cell in row["cells"]:
                known |= {str(cell["participants"]), f"{cell['mean'] or 0:.2f}"}
    assert "17" not in known
    told = [text for name in ("figures", "groups", "predicates") for line in content[name] for text in line[1:]]
    told += [text for rubric in content["criteria"] for line in rubric["rows"] for text in line[1:]]
    told += [cell["text"] for heat in content["maps"] for row in heat["rows"] for cell in row["cells"]]
    told += [row["participants"] for heat in content["maps"] for row in heat["rows"]]
    told += [text for line in content["trend"]["rows"] for text in line[1:]]
    assert set(told) <= known
    assert content["maps"][0]["rows"][1]["cells"][0] == {"text": "–", "fill": None, "white": False}


async def _get(town: Town, headers: Headers, **query: Any) -> Any:
    return await town.get(headers, "/report", "getUnitReport", **query)


async def test_it_is_a_tagged_document_the_same_for_the_same_summary(world: World) -> None:
    town = await Town.create(world, 6, 7)
    await town.cycle.to(CycleState.REVIEW)
    admin = await world.admin() | {"Accept-Language": "id"}
    assert unit_content(await reported(town), Words("id"))["notice"].startswith("BELUM FINAL")
    assert (await _get(town, admin)).status_code == 200
    await town.cycle.to(CycleState.PUBLISHED)
    first = await _get(town, admin, unit_id=str(town.top.id))
    name = f"unit-{town.top.code}-{town.cycle.cycle.code}.pdf"
    assert first.headers["content-type"] == "application/pdf"
    assert first.headers["content-disposition"] == f'attachment; filename="{name}"'
    for mark in (b"%PDF-1.7", b"/StructTreeRoot", b"/Lang", b"pdfuaid", b"/FontFile", b"/TH"):
        assert mark in first.content
    again = await _get(town, admin | {"If-None-Match": first.headers["etag"]}, unit_id=str(town.top.id))
    assert (again.status_code, again.content) == (304, b"")
    assert (await _get(town, admin | {"Accept-Language": "en"})).content != first.content
    assert (await _get(town, admin | {"Accept": "text/html"})).status_code == 406
    unit_admin = await world.login(Role.UNIT_ADMIN, unit=town.offices[1])
    assert (await _get(town, unit_admin)).status_code == 200
    assert (await _get(town, unit_admin, unit_id=str(town.offices[0].id))).status_code == 404


async def test_nothing_to_show_is_a_document_too(world: World) -> None:
    town = await Town.create(world, 3)
    await town.publish()
    facts = await reported(town)
    content = unit_content(facts, Words("id"))
    assert content["participants"].startswith("– (")
    assert content["predicates"] == []
    assert pages(unit_report(facts, Words("id"), HEAD)) == 1


@pytest.mark.parametrize("name", ['#read("/etc/passwd")', "*tebal* _miring_ $x$", '#panic("!")', "<b>&\"'</b>", "// x"])
async def test_a_name_is_never_a_command(world: World, name: str) -> None:
    town = await Town.create(world, 6)
    await town.publish()
    facts = await reported(town)
    rows = tuple(replace(row, unit=row.unit and replace(row.unit, name=name)) for row in facts.seen.summary.rows)
    columns = tuple(replace(one, title=one.title and name) for one in facts.seen.summary.columns)
    seen = replace(facts.seen, summary=replace(facts.seen.summary, rows=rows, columns=columns))
    assert pages(unit_report(replace(facts, seen=seen), Words("id"), replace(HEAD, lines=(name,)))) >= 1


async def test_many_units_go_on_with_their_head_on_the_next_page(world: World) -> None:
    town = await Town.create(world, 6)
    await town.publish()
    facts = await reported(town)
    first, office = facts.seen.summary.rows[:2]
    long = "Dinas Perpustakaan, Kearsipan, Kepemudaan dan Olahraga Serang"
    offices = (Office(uuid4(), f"U{place}", f"{place} {long}", town.top.id) for place in range(120))
    rows = (first, *(replace(office, place=9 + place, unit=unit) for place, unit in enumerate(offices)))
    seen = replace(facts.seen, summary=replace(facts.seen.summary, rows=rows))
    content = unit_content(replace(facts, seen=seen), Words("id"))
    assert len(content["maps"][0]["rows"]) == 100
    assert 3 <= pages(unit_report(replace(facts, seen=seen), Words("id"), HEAD)) <= 6
