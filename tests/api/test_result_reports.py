"""Reports over HTTP: what stands in them, in both languages, and that they are documents for everybody's eyes."""

import io
from uuid import uuid4

import httpx
import pytest
from pypdf import PdfReader

from app.api.reports.result import report_content
from app.api.words import Words
from app.domain.actions.results.reporting import Reported, report_result
from app.domain.auth import Actor
from app.domain.cycles import Policy
from app.domain.values import CycleState, RaterType, Role
from tests.support.cycle_world import EXAMPLE_RUBRIC, PEER, SUPERIOR, CycleWorld, example
from tests.support.world import World

pytestmark = pytest.mark.anyio


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
    assert [row["figures"][0] for row in content["criteria"]] == ["82,50", "53,33"]
    assert {row["label"]: row["value"] for row in content["groups"]}["Atasan Langsung"] == "68,75"
    assert [one["name"] for one in content["signatures"]] == ["drg. Rina", ratee.name]
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
    saved_as = f"hasil-{facts.cycle.code}-{facts.shown.ratee.name.replace(' ', '_')}-v1.pdf"  # one appraiser saves many
    assert first.headers["content-disposition"] == f'attachment; filename="{saved_as}"'
    assert first.content.startswith(b"%PDF-1.7")
    for mark in (b"/StructTreeRoot", b"/Lang", b"pdfuaid", b"/FontFile"):
        assert mark in first.content
    again = await cycle.read(headers | {"If-None-Match": first.headers["etag"]}, participant, "/report")
    assert (again.status_code, again.content) == (304, b"")
    other = await cycle.read(headers | {"Accept-Language": "en"}, participant, "/report")
    assert other.content != first.content
    assert (await cycle.read(headers | {"Accept": "text/html"}, participant, "/report")).status_code == 406


def printed(answer: httpx.Response) -> str:
    """What stands in a document, white space made one."""
    assert answer.status_code == 200, answer.text
    pages = PdfReader(io.BytesIO(answer.content)).pages
    return " ".join("\n".join(page.extract_text() for page in pages).split())


async def test_its_readers_are_shown_what_the_result_shows_them(world: World) -> None:
    """The lost group is told to officers and appraiser alone; both NIPs stand in the document of every reader."""
    cycle = await CycleWorld.create(world, EXAMPLE_RUBRIC, Policy(rater_weights={SUPERIOR: 60, PEER: 40}))
    ratee, superior, chief = [await world.employee(await world.unit()) for _ in range(3)]
    case = example(sheets=[(SUPERIOR, [5, 4, 3]), (PEER, [4, 4, 3])], filled_at_opening=frozenset({PEER}))
    participant = await cycle.participant(case, employee_id=ratee.id, superior_id=superior.id, appraiser_id=chief.id)
    await cycle.to(CycleState.REVIEW)
    await cycle.to(CycleState.PUBLISHED)
    lost = "Kelompok Rekan Kerja cukup besar ketika masa penilaian dibuka"
    for employee, knows in ((ratee, False), (superior, False), (chief, True)):
        headers = await world.login(employee=employee) | {"Accept-Language": "id"}
        result = (await cycle.read(headers, participant)).json()
        shown = printed(await cycle.read(headers, participant, "/report"))
        assert ("group_lost" in {one["code"] for one in result["reasons"]}) is knows
        assert (lost in shown) is knows
        assert f"NIP {ratee.nip}" in shown
        assert f"NIP {chief.nip}" in shown
        assert result["by_rater_type"][RaterType.PEER]["value"] is None
        assert "Rekan Kerja ditahan: " in shown
        figure = f"{result['by_rater_type'][RaterType.SUPERIOR]['value']:.2f}".replace(".", ",")
        assert f"Atasan Langsung {figure}" in shown


async def test_who_may_not_read_the_result_gets_no_report(world: World) -> None:
    cycle = await CycleWorld.create(world)
    participant = await cycle.participant(example())
    await cycle.to(CycleState.REVIEW)
    stranger = await world.login(employee=await world.employee(await world.unit()))
    assert (await cycle.read(stranger, participant, "/report")).status_code == 404
    assert (await cycle.read(await world.admin(), participant, "/report")).status_code == 200
