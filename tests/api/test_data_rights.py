"""A person's own data: all of it, with what was done to it, and nothing of those who rate him; corrections."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from app.domain.values import Employment, Role
from app.repositories import tables as t
from tests.support.city import City, Headers, Setting
from tests.support.contract import faults, operations
from tests.support.logins import rows
from tests.support.world import PASSWORD, World

pytestmark = pytest.mark.anyio
REASON = "Sesuai SK terbaru."


async def my_data(city: City, name: str) -> dict[str, Any]:
    answer = await city.api.get("/v1/me/data", headers=city.headers(name))
    assert answer.status_code == 200, answer.text
    assert faults(operations()["getMyData"], answer) == []
    found: dict[str, Any] = answer.json()
    return found


def lines(document: dict[str, Any], prefix: str) -> set[tuple[str, str]]:
    return {(line["action"], line["by"]) for line in document["history"] if line["action"].startswith(prefix)}


# ---------------------------------------------------------------- the document


async def test_everything_about_oneself_as_one_reads_it_elsewhere(world: World) -> None:
    city = await City.build(world)
    setting = await city.setting("published")
    headers = city.headers("ratee")
    mine = await my_data(city, "ratee")
    assert mine["complete"] is True
    assert mine["retention_years"] == 5
    assert mine["employee"] == (await city.api.get("/v1/me", headers=headers)).json()["employee"]
    assert mine["employee"]["nip"] == city.people["ratee"].nip
    account = await city.api.get(f"/v1/accounts/{city.accounts['ratee']}", headers=city.admin)
    assert mine["account"] == account.json()
    [participation] = mine["participations"]
    participant = await city.api.get(f"{setting.path}/participants/{setting.participant_id}", headers=headers)
    assert participation["participant"] == participant.json()
    assert participation["cycle"]["state"] == "published"
    assert [score["value"] for score in participation["external_scores"]] == [104.5]
    result = await city.api.get(f"{setting.path}/results/{setting.participant_id}", headers=headers)
    assert mine["results"] == [result.json()]
    assert mine["assignments"] == (await city.api.get("/v1/me/assignments", headers=headers)).json()["items"]
    assert [correction["id"] for correction in mine["corrections"]] == [city.correction_id]


async def test_a_document_without_secrets_and_without_those_who_rate(world: World) -> None:
    city = await City.build(world)
    setting = await city.setting("published")
    text = (await city.api.get("/v1/me/data", headers=city.headers("ratee"))).text
    assert "argon2" not in text
    assert "password_hash" not in text
    for rater in ("peer", "other_peer", "peer2", "peer3", "sub0", "sub1"):
        person = city.people[rater]
        for trace in (str(person.id), person.name, str(person.nip), city.accounts[rater], setting.assignments[rater]):
            assert trace not in text, rater
    for recipient in ("recipient", "other_recipient", "recipient2"):
        assert setting.assignments[recipient] not in text


def comparable(document: dict[str, Any]) -> dict[str, Any]:
    """What does not tell of the asking itself."""
    history = [line for line in document["history"] if line["action"] != "data.exported"]
    return {**document, "generated_at": None, "history": history}


async def test_nothing_that_raters_do_changes_what_the_ratee_is_told(world: World) -> None:
    city = await City.build(world)
    setting = await city.setting("rating")
    before = comparable(await my_data(city, "ratee"))
    await city.submit(setting, "peer", [4, 3, 5])
    await city.submit(setting, "recipient", [4, 3, 5])
    assignments = setting.assignments
    await city.post(f"/v1/assignments/{assignments['peer3']}/submission/reopening", {"reason": REASON}, status=204)
    spare = {"rater_id": str(city.people["spare"].id), "reason": REASON}
    await city.post(f"/v1/assignments/{assignments['peer3']}/reassignment", spare, status=200)
    await city.post(
        f"/v1/assignments/{assignments['other_peer']}/decline", status=200, headers=city.headers("other_peer")
    )
    await city.post(f"/v1/assignments/{assignments['sub0']}/excuse", {"reason": REASON}, status=200)
    await city.post(f"{setting.path}/participants/{setting.participant_id}/invitations", {"count": 3})
    assert comparable(await my_data(city, "ratee")) == before


async def test_a_rater_sees_that_he_was_asked_and_not_what_he_answered(world: World) -> None:
    city = await City.build(world)
    setting = await city.setting("rating")
    await city.submit(setting, "peer", [4, 3, 5], comments=[{"kind": "general", "text": "Rahasia sekali."}])
    mine = await my_data(city, "peer")
    [assignment] = mine["assignments"]
    assert (assignment["id"], assignment["state"]) == (setting.assignments["peer"], "submitted")
    assert "Rahasia" not in str(mine)
    assert "points" not in str(mine)
    assert lines(mine, "submission") == lines(mine, "assignment") == set()


async def read(city: City, setting: Setting, *names: str) -> None:
    for name in names:
        path = f"{setting.path}/results/{setting.participant_id}"
        for part in ("", "", "/explanation"):
            assert (await city.api.get(path + part, headers=city.headers(name))).status_code == 200


async def test_who_read_a_result_is_told_once_it_is_published(world: World) -> None:
    city = await City.build(world)
    setting = await city.setting("review")
    await read(city, setting, "admin", "appraiser")
    assert lines(await my_data(city, "ratee"), "result") == set(), "before, it would tell that there is a result"
    await city.move(setting, "published")
    await read(city, setting, "auditor", "unit_admin", "superior", "ratee")
    mine = await my_data(city, "ratee")
    readers = {by for action, by in lines(mine, "result") if action == "result.read"}
    assert readers == {"administrator", "superior_or_appraiser", "auditor", "unit_administrator"}
    assert ("result.decided", "superior_or_appraiser") in lines(mine, "result")
    [by_people_above] = [
        line for line in mine["history"] if (line["action"], line["by"]) == ("result.read", "superior_or_appraiser")
    ]
    assert by_people_above["count"] == 4, "the appraiser's two and the superior's two"
    assert lines(await my_data(city, "outsider"), "result") == set(), "another participant of the same cycle"


async def test_changes_of_record_and_account_name_the_fields_and_no_value(world: World) -> None:
    city = await City.build(world)
    where = f"/v1/employees/{city.people['ratee'].id}"
    etag = (await city.api.get(where, headers=city.admin)).headers["etag"]
    change = {"position": "Analis Kebijakan", "email": "rahasia@serang.example"}
    changed = await city.api.patch(where, json=change, headers=city.admin | {"If-Match": etag})
    assert changed.status_code == 200
    await city.post(f"/v1/accounts/{city.accounts['ratee']}/activation")
    for password in ("salah sekali kucingnya", PASSWORD):
        await world.token(grant_type="password", username=city.usernames["ratee"], password=password)
    mine = await my_data(city, "ratee")
    told = {(line["action"], line["by"], tuple(line["fields"])) for line in mine["history"]}
    assert {
        ("employee.updated", "administrator", ("email", "position")),
        ("account.activation_issued", "administrator", ()),
        ("auth.login_failed", "nobody", ()),
        ("auth.logged_in", "self", ()),
    } <= told
    assert "rahasia" not in str(mine["history"])
    trail = sa.select(sa.cast(t.audit_events.c.details, sa.Text)).where(
        t.audit_events.c.object_id == city.people["ratee"].id
    )
    assert not [row for row in await rows(world, trail) if "rahasia" in row[0]], "nobody could delete it from there"


async def test_asking_is_recorded_and_what_is_older_than_the_period_is_left_out(world: World) -> None:
    employee = await world.employee(await world.unit())
    headers = await world.login(employee=employee)
    own = sa.select(t.accounts.c.id).where(t.accounts.c.employee_id == employee.id)
    [account] = await rows(world, own)
    a = t.audit_events
    for years, action in ((4, "account.unlocked"), (6, "auth.logged_out")):
        moment = datetime.now(UTC) - timedelta(days=365 * years)
        event = {
            "occurred_at": moment,
            "action": action,
            "object_type": "account",
            "object_id": account.id,
            "digest": b"",
        }
        async with world.owner.begin() as connection:
            await connection.execute(sa.insert(a).values(**event))
    await world.api.get("/v1/me/data", headers=headers)
    told = (await world.api.get("/v1/me/data", headers=headers)).json()["history"]
    assert [(line["action"], line["count"]) for line in told] == [("data.exported", 1), ("account.unlocked", 1)]


async def test_an_administrator_without_a_record_has_an_account(world: World) -> None:
    mine = (await world.api.get("/v1/me/data", headers=await world.admin())).json()
    assert mine["employee"] is None
    assert mine["account"]["roles"] == ["admin"]
    assert mine["participations"] == mine["results"] == mine["assignments"] == mine["corrections"] == []


# ---------------------------------------------------------------- corrections


async def ask(api: httpx.AsyncClient, headers: Headers, field: str, wanted: Any, **more: Any) -> httpx.Response:
    body = {"field": field, "wanted": wanted, "reason": "Salah ketik."}
    return await api.post("/v1/me/data/corrections", json=body, headers=headers | more)


async def decide(api: httpx.AsyncClient, headers: Headers, correction: str, outcome: str = "accept") -> httpx.Response:
    body = {"outcome": outcome, "reason": REASON}
    return await api.post(f"/v1/data-corrections/{correction}/decision", json=body, headers=headers)


@pytest.fixture
async def siti(world: World) -> tuple[World, Headers, Headers, str]:
    """Somebody with a record, her headers, an administrator's, and where her record is."""
    employee = await world.employee(await world.unit(), name="Siti Aminnah", email="sitti@serang.example")
    return world, await world.login(employee=employee), await world.admin(), f"/v1/employees/{employee.id}"


async def test_a_request_is_accepted_and_the_record_says_what_was_wanted(
    siti: tuple[World, Headers, Headers, str],
) -> None:
    world, mine, admin, record = siti
    asked = await ask(world.api, mine, "name", "  Siti Aminah ")
    assert asked.status_code == 201, asked.text
    correction = asked.json()
    assert (correction["present"], correction["wanted"], correction["state"]) == ("Siti Aminnah", "Siti Aminah", "open")
    due = datetime.fromisoformat(correction["due_at"]) - datetime.fromisoformat(correction["requested_at"])
    assert due == timedelta(hours=72)
    assert (await world.api.get(record, headers=mine)).json()["name"] == "Siti Aminnah", "nothing changes by asking"
    assert (await world.api.get(asked.headers["location"], headers=mine)).json() == correction
    decided = await decide(world.api, admin, correction["id"])
    assert decided.status_code == 200, decided.text
    assert (decided.json()["state"], decided.json()["decision_reason"]) == ("accepted", REASON)
    assert (await world.api.get(record, headers=mine)).json()["name"] == "Siti Aminah"
    assert (await world.api.get(asked.headers["location"], headers=mine)).json() == decided.json()
    again = await decide(world.api, admin, correction["id"], "refuse")
    assert (again.status_code, again.json()["code"]) == (409, "correction_decided")


async def test_a_request_is_refused_with_a_reason_and_can_be_made_again(
    siti: tuple[World, Headers, Headers, str],
) -> None:
    world, mine, admin, record = siti
    first = (await ask(world.api, mine, "email", None)).json()
    waiting = await ask(world.api, mine, "email", "lain@serang.example")
    assert (waiting.status_code, waiting.json()["code"]) == (409, "correction_open")
    assert (await ask(world.api, mine, "phone", "0254 200000")).status_code == 201, "another field may wait beside it"
    refused = await decide(world.api, admin, first["id"], "refuse")
    assert (refused.json()["state"], refused.json()["present"]) == ("refused", "sitti@serang.example")
    assert (await world.api.get(record, headers=mine)).json()["email"] == "sitti@serang.example"
    assert (await ask(world.api, mine, "email", "lain@serang.example")).status_code == 201


@pytest.mark.parametrize(
    ("field", "wanted", "code"),
    [
        ("name", "Siti Aminnah", "correction_changes_nothing"),
        ("grade", "III/a", "correction_changes_nothing"),
        ("phone", None, "correction_changes_nothing"),
        ("name", None, "not_nullable"),
        ("position", None, "not_nullable"),
        ("name", "Siti\nAminah", "bad_format"),
        ("email", "not an address", "bad_format"),
        ("phone", "nomor", "bad_format"),
        ("phone", "1", "too_short"),
        ("grade", "V/a", "grade_unknown"),
        ("grade", "IX", "grade_unknown"),
        ("name", "", "too_short"),
        ("name", "x" * 201, "too_long"),
        ("email", 5, "wrong_type"),
        ("email", ["a@b.c"], "wrong_type"),
    ],
)
async def test_what_the_record_could_not_hold_is_not_taken(
    siti: tuple[World, Headers, Headers, str], field: str, wanted: Any, code: str
) -> None:
    world, mine, _, _ = siti
    answer = await ask(world.api, mine, field, wanted)
    assert answer.status_code == 422, answer.text
    assert [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]] == [("/wanted", code)]
    assert await rows(world, sa.select(t.data_corrections.c.id)) == []


@pytest.mark.parametrize(
    "field", ["nip", "unit_id", "superior_id", "active", "employment", "position_kind", "", None, 1]
)
async def test_no_other_field_can_be_asked_for(siti: tuple[World, Headers, Headers, str], field: Any) -> None:
    world, mine, _, _ = siti
    answer = await ask(world.api, mine, field, "x")
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/field"]


async def test_what_no_longer_fits_cannot_be_accepted(siti: tuple[World, Headers, Headers, str]) -> None:
    world, mine, admin, _ = siti
    correction = (await ask(world.api, mine, "grade", "III/c")).json()
    e = t.employees
    async with world.owner.begin() as connection:
        changes = {"employment": str(Employment.PPPK), "grade": "IX", "nip": "198609262015211001"}
        await connection.execute(sa.update(e).where(e.c.id == correction["employee_id"]).values(**changes))
    answer = await decide(world.api, admin, correction["id"])
    assert (answer.status_code, answer.json()["code"]) == (409, "correction_not_applicable")
    assert (await decide(world.api, admin, correction["id"], "refuse")).status_code == 200


async def test_one_of_many_decisions_and_one_of_many_requests_counts(siti: tuple[World, Headers, Headers, str]) -> None:
    world, mine, admin, _ = siti
    asked = await asyncio.gather(*(ask(world.api, mine, "phone", f"0254 20000{number}") for number in range(6)))
    assert sorted(answer.status_code for answer in asked) == [201] + [409] * 5
    [made] = [answer.json() for answer in asked if answer.status_code == 201]
    decided = await asyncio.gather(*(decide(world.api, admin, made["id"], one) for one in ("accept", "refuse") * 3))
    assert sorted(answer.status_code for answer in decided) == [200] + [409] * 5


async def test_repeating_a_request_with_its_key_asks_once(siti: tuple[World, Headers, Headers, str]) -> None:
    world, mine, _, _ = siti
    first = await ask(world.api, mine, "phone", "0254 200000", **{"Idempotency-Key": "k"})
    again = await ask(world.api, mine, "phone", "0254 200000", **{"Idempotency-Key": "k"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content


async def test_who_sees_which_requests(world: World) -> None:
    city = await City.build(world)
    elsewhere = (await ask(city.api, city.headers("stranger"), "phone", "0254 200000")).json()["id"]
    own = (await ask(city.api, city.headers("unit_admin"), "phone", "0254 200001")).json()["id"]
    seen = {
        "admin": {city.correction_id, elsewhere, own},
        "auditor": {city.correction_id, elsewhere, own},
        "unit_admin": {city.correction_id, own},
        "foreign_admin": {elsewhere},
        "ratee": {city.correction_id},
        "stranger": {elsewhere},
        "superior": set(),
        "appraiser": set(),
    }
    for name, expected in seen.items():
        listed = await city.api.get("/v1/data-corrections", headers=city.headers(name))
        assert {item["id"] for item in listed.json()["items"]} == expected, name
        for correction in (city.correction_id, elsewhere, own):
            answer = await city.api.get(f"/v1/data-corrections/{correction}", headers=city.headers(name))
            assert answer.status_code == (200 if correction in expected else 404), name
    assert (await decide(city.api, city.headers("unit_admin"), own)).status_code == 403, "nobody decides about himself"
    assert (await decide(city.api, city.headers("foreign_admin"), elsewhere)).status_code == 200


async def test_requests_come_by_their_end_and_by_their_state(siti: tuple[World, Headers, Headers, str]) -> None:
    world, mine, admin, _ = siti
    made = [
        (await ask(world.api, mine, field, wanted)).json()["id"]
        for field, wanted in (("phone", "0254 200000"), ("email", None), ("name", "Siti"))
    ]
    await decide(world.api, admin, made[1], "refuse")
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        query = {"limit": "1"} | ({"cursor": cursor} if cursor else {})
        page = (await world.api.get("/v1/data-corrections", params=query, headers=admin)).json()
        found += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert found == made
    waiting = await world.api.get("/v1/data-corrections?state=open", headers=admin)
    assert [item["id"] for item in waiting.json()["items"]] == [made[0], made[2]]


async def test_without_a_record_there_is_nothing_to_correct(world: World) -> None:
    for roles in ((Role.ADMIN,), (Role.AUDITOR,)):
        answer = await ask(world.api, await world.login(*roles), "name", "Siti")
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


async def test_the_trail_tells_of_requests_without_what_was_wanted(siti: tuple[World, Headers, Headers, str]) -> None:
    world, mine, admin, _ = siti
    correction = (await ask(world.api, mine, "email", "rahasia@serang.example")).json()
    await decide(world.api, admin, correction["id"])
    a = t.audit_events.c
    told = await rows(
        world, sa.select(a.action, a.details, a.reason).where(a.object_id == correction["id"]).order_by(a.id)
    )
    assert [(row.action, row.details) for row in told] == [
        ("data_correction.requested", {"field": "email"}),
        ("data_correction.accepted", {"field": "email"}),
    ]
    assert told[1].reason == REASON
