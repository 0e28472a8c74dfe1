"""Reports over HTTP: what stands in them, in both languages, and that they are documents for everybody's eyes."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from app.api.reports.result import report_content
from app.api.reports.typesetting import typeset
from app.api.words import Words
from app.domain.actions.results.reporting import Reported, report_result
from app.domain.auth import Actor
from app.domain.values import CycleState, Role
from tests.support.cycle_world import CycleWorld, example
from tests.support.world import World

pytestmark = pytest.mark.anyio
MOMENT = datetime(2026, 9, 30, tzinfo=UTC)


async def reported(world: World, *, to: CycleState = CycleState.PUBLISHED) -> tuple[CycleWorld, Reported]:
    cycle = await CycleWorld.create(world)
    ratee = await world.employee(await world.unit())
    chief = await world.employee(await world.unit(), name="drg. Rina")
    participant = await cycle.participant(example(), employee_id=ratee.id, appraiser_id=chief.id)
    await cycle.to(CycleState.REVIEW)
    if to is CycleState.PUBLISHED:
        await cycle.to(to)
    officer = Actor(uuid4(), "officer", None, frozenset({Role.ADMIN}), frozenset())
    async with world.services.unit_of_work("test") as uow:
        return cycle, await report_result(uow, officer, cycle.cycle.id, participant)


async def test_a_report_names_people_figures_and_rules(world: World) -> None:
    _, facts = await reported(world)
    content = report_content(facts, Words("id"))
    ratee = facts.shown.ratee
    assert (content["name"], content["unit"], content["nip"]) == (ratee.name, ratee.unit_name, facts.ratee.nip)
    assert content["overall"] == "67,92"
    assert content["dimensions"][0][:3] == ["Perilaku Kerja", "67,92", "Sesuai ekspektasi"]
    assert [row[1] for row in content["criteria"]] == ["82,50", "53,33"]
    assert {row[0]: row[1] for row in content["groups"]}["Atasan Langsung"] == "68,75"
    assert content["signatures"]["appraiser"]["name"] == "drg. Rina"
    assert content["receipt"] == facts.shown.version.receipt
    assert content["notice"].startswith("BELUM FINAL")  # published, but nobody decided
    english = report_content(facts, Words("en"))
    assert english["overall"] == "67.92"
    assert english["notice"].startswith("NOT FINAL")


async def test_what_is_under_review_is_marked(world: World) -> None:
    _, facts = await reported(world, to=CycleState.REVIEW)
    assert "belum diumumkan" in report_content(facts, Words("id"))["notice"]


async def test_the_document_is_tagged_and_the_same_for_the_same_result(world: World) -> None:
    cycle, facts = await reported(world)
    headers = await world.admin() | {"Accept-Language": "id"}
    participant = facts.shown.ratee.participant_id
    first = await cycle.read(headers, participant, "/report")
    assert first.headers["content-type"] == "application/pdf"
    assert first.headers["content-disposition"] == f'attachment; filename="hasil-{facts.cycle.code}-v1.pdf"'
    assert first.content.startswith(b"%PDF-1.7")
    for mark in (b"/StructTreeRoot", b"/Lang", b"pdfuaid", b"/FontFile"):
        assert mark in first.content
    again = await cycle.read(headers | {"If-None-Match": first.headers["etag"]}, participant, "/report")
    assert (again.status_code, again.content) == (304, b"")
    other = await cycle.read(headers | {"Accept-Language": "en"}, participant, "/report")
    assert other.content != first.content
    assert (await cycle.read(headers | {"Accept": "text/html"}, participant, "/report")).status_code == 406


async def test_long_names_and_many_criteria_find_room(world: World) -> None:
    _, facts = await reported(world)
    content = report_content(facts, Words("id"))
    long = "Dr. Ir. H. Muhammad Abdurrahman Wahid Syarifuddin Prawiranegara"
    row = ["Mampu menyesuaikan diri dengan perubahan dan menggerakkan sumber daya", "87,35", "87,35", "–", "–", ""]
    content |= {"name": long, "unit": "Bidang " * 12, "criteria": [row] * 12, "letterhead": [long, long], "logo": None}
    made = typeset("result.typ", content, MOMENT, {})
    assert pages(made) == 2


@pytest.mark.parametrize("name", ['#read("/etc/passwd")', "*tebal* _miring_ $x$", '#panic("!")', "<b>&\"'</b>", "// x"])
async def test_a_name_is_never_a_command(world: World, name: str) -> None:
    _, facts = await reported(world)
    ratee = replace(facts.shown.ratee, name=name)
    content = report_content(replace(facts, shown=replace(facts.shown, ratee=ratee)), Words("id"))
    assert pages(typeset("result.typ", content | {"letterhead": [name], "logo": None}, MOMENT, {})) >= 1


def pages(document: bytes) -> int:
    found = re.search(rb"/Type/Pages/Count (\d+)", document)
    assert found is not None
    return int(found[1])
