"""An explanation over HTTP: as JSON or as text by ``Accept``, in both languages, to each reader what he may know."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from app.domain.values import CycleState, Role
from tests.support.contract import faults, operations
from tests.support.cycle_world import EXAMPLE_SHEETS, PEER, CycleWorld, example
from tests.support.oracle import Case
from tests.support.world import World

pytestmark = pytest.mark.anyio


async def published(world: World, case: Case, superior_id: UUID | None = None) -> tuple[CycleWorld, UUID]:
    cycle = await CycleWorld.create(world)
    participant = await cycle.participant(case, superior_id=superior_id)
    await cycle.to(CycleState.REVIEW)
    await cycle.to(CycleState.PUBLISHED)
    return cycle, participant


async def ask(cycle: CycleWorld, headers: dict[str, str], participant: UUID, **more: str) -> httpx.Response:
    sent = headers | {name.replace("_", "-"): value for name, value in more.items()}
    answer = await cycle.read(sent, participant, "/explanation")
    assert faults(operations()["getResultExplanation"], answer) == []
    return answer


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("*/*", "application/json"),
        ("application/json, text/plain;q=0.5", "application/json"),
        ("text/plain", "text/plain; charset=utf-8"),
        ("text/*;q=0.8, application/json;q=0.1", "text/plain; charset=utf-8"),
        ("text/html, text/plain;q=0.1", "text/plain; charset=utf-8"),
    ],
)
async def test_the_form_is_the_one_that_the_reader_likes(world: World, accept: str, kind: str) -> None:
    cycle, participant = await published(world, example())
    answer = await ask(cycle, await world.admin(), participant, Accept=accept)
    assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
    assert answer.headers["vary"] == "Accept, Accept-Language"


async def test_other_forms_are_refused_before_anything_is_read(world: World) -> None:
    cycle, participant = await published(world, example())
    answer = await ask(cycle, await world.admin(), participant, Accept="application/pdf")
    assert (answer.status_code, answer.json()["code"]) == (406, "not_acceptable")


async def test_the_text_in_both_languages_with_etags_of_their_own(world: World) -> None:
    cycle, participant = await published(world, example())
    admin = await world.admin()
    indonesian = await ask(cycle, admin, participant, Accept="text/plain", Accept_Language="id")
    english = await ask(cycle, admin, participant, Accept="text/plain", Accept_Language="en")
    document = await ask(cycle, admin, participant, Accept_Language="id")
    assert (indonesian.headers["content-language"], english.headers["content-language"]) == ("id", "en")
    flat = " ".join(indonesian.text.split())
    assert "Nilai eksak 815/12 = 67,9166…, dibulatkan satu kali (setengah ke atas) menjadi 67,92." in flat
    assert "815/12 = 67.9166…, rounded half-up once to 67.92." in " ".join(english.text.split())
    assert f"Pegawai yang Dinilai: {document.json()['participant']['name']}" in indonesian.text
    assert document.json()["receipt"] in indonesian.text
    assert "\nPredikat Kinerja yang direkomendasikan\n" in indonesian.text
    assert max(map(len, indonesian.text.splitlines())) <= 100
    assert len({answer.headers["etag"] for answer in (indonesian, english, document)}) == 3
    again = await ask(
        cycle, admin, participant, Accept="text/plain", Accept_Language="id", If_None_Match=indonesian.headers["etag"]
    )
    assert (again.status_code, again.content) == (304, b"")


def sentences(value: Any) -> list[str]:
    """All texts of the JSON."""
    if isinstance(value, dict):
        return [
            text
            for name, item in value.items()
            for text in ([item] if name in {"text", "calculation", "verification"} and item else sentences(item))
        ]
    return [text for item in value for text in sentences(item)] if isinstance(value, list) else []


@pytest.mark.parametrize("reader", ["admin", "superior"])
async def test_text_and_json_tell_each_reader_the_same_and_lost_groups_only_to_officers(
    world: World, reader: str
) -> None:
    unit = await world.unit()
    superior = await world.employee(unit)
    case = example(sheets=EXAMPLE_SHEETS[:3], filled_at_opening={PEER})
    cycle, participant = await published(world, case, superior_id=superior.id)
    headers = await world.admin() if reader == "admin" else await world.login(employee=superior)
    document = (await ask(cycle, headers, participant)).json()
    text = " ".join((await ask(cycle, headers, participant, Accept="text/plain")).text.split())
    omitted = "by the policy of this cycle the rater type"  # said once in the text, at every indicator in the JSON
    for sentence in sentences(document):
        assert sentence in text or omitted in sentence
    told = {reason["code"] for reason in document["completeness"]["reasons"]}
    assert ("group_lost" in told) == (reader == "admin")
    assert ("was large enough when rating opened" in text) == (reader == "admin")


async def test_the_text_depends_on_no_order_of_sheets(world: World) -> None:
    """Anonymity.md rule 2: peers in another order hold each other's sheets."""
    cycle = await CycleWorld.create(world)
    one = await cycle.participant(example())
    other = await cycle.participant(Case(sheets=[EXAMPLE_SHEETS[place] for place in (2, 0, 3, 1)]))
    await cycle.to(CycleState.REVIEW)
    admin = await world.admin()
    texts = []
    for participant in (one, other):
        document = (await ask(cycle, admin, participant)).json()
        text = (await ask(cycle, admin, participant, Accept="text/plain")).text
        texts.append(text.replace(document["receipt"], "*").replace(document["participant"]["name"], "*"))
    assert texts[0] == texts[1]


async def test_what_the_appraiser_wrote_stands_in_both_forms(world: World) -> None:
    cycle = await CycleWorld.create(world)
    appraiser = await world.employee(cycle.unit)
    participant = await cycle.participant(example(), appraiser_id=appraiser.id)
    await cycle.to(CycleState.REVIEW)
    headers = await world.login(employee=appraiser)
    waiting = (await ask(cycle, headers, participant)).json()["decision"]
    assert (waiting["made"], waiting["differs"], waiting["text"]) == (
        None,
        None,
        "The appraising officer has not decided yet.",
    )
    body = {"expectations": {"work_behaviour": "above"}, "reason": "Bukti {lengkap} terlampir."}
    decided = await world.api.put(cycle.path(participant, "/decision"), json=body, headers=headers)
    assert decided.status_code == 200, decided.text
    document = (await ask(cycle, headers, participant)).json()["decision"]
    assert (document["made"]["reason"], document["differs"]) == ("Bukti {lengkap} terlampir.", True)
    text = (await ask(cycle, headers, participant, Accept="text/plain")).text
    assert "Written reason: “Bukti {lengkap} terlampir.”" in text


async def test_a_machine_reads_the_text_too(world: World) -> None:
    cycle, participant = await published(world, example())
    machine = await world.login(Role.INTEGRATION, scopes=("results:read",))
    assert (await ask(cycle, machine, participant, Accept="text/plain")).status_code == 200
