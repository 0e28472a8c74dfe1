"""Rubrics over HTTP."""

import asyncio
import copy
from dataclasses import replace
from typing import Any
from uuid import UUID

import httpx
import pytest
import sqlalchemy as sa

from app.domain.errors import NotFound
from app.domain.presets import PRESETS
from app.domain.values import Role, RubricState
from app.repositories import tables as t
from tests.support.world import World

pytestmark = pytest.mark.anyio

BODY: dict[str, Any] = {
    "code": "KOTA-1",
    "title": "Rubrik Kota",
    "scale": {"min": 1, "max": 3, "labels": [{"points": n, "label": f"Nilai {n}"} for n in (3, 1, 2)]},
    "criteria": [
        {
            "code": "A",
            "title": "Kriteria A",
            "dimension": "work_behaviour",
            "weight": 1,
            "indicators": [
                {"code": "A1", "statement": "Ramah", "weight": 1, "rater_types": ["peer", "superior"]},
                {"code": "A2", "statement": "Cepat", "weight": 2, "rater_types": ["superior"]},
            ],
        },
        {
            "code": "B",
            "title": "Kriteria B",
            "dimension": "work_behaviour",
            "weight": 2,
            "scale": {"min": 0, "max": 1, "labels": [{"points": 0, "label": "Tidak"}, {"points": 1, "label": "Ya"}]},
            "indicators": [{"code": "B1", "statement": "Jujur", "weight": 1, "rater_types": ["service_recipient"]}],
        },
    ],
}


def changed(*path: Any, value: Any) -> dict[str, Any]:
    body = copy.deepcopy(BODY)
    *inner, last = path
    place: Any = body
    for step in inner:
        place = place[step]
    place[last] = value
    return body


async def create(api: httpx.AsyncClient, headers: dict[str, str], body: dict[str, Any] | None = None) -> dict[str, Any]:
    answer = await api.post("/v1/rubrics", json=body or BODY, headers=headers)
    assert answer.status_code == 201, answer.text
    created: dict[str, Any] = answer.json()
    return created


async def act(api: httpx.AsyncClient, headers: dict[str, str], rubric: dict[str, Any], what: str) -> httpx.Response:
    return await api.post(f"/v1/rubrics/{rubric['id']}/{what}", headers=headers)


async def test_a_rubric_is_created_as_a_draft_with_shares(api: httpx.AsyncClient, world: World) -> None:
    admin = await world.admin()
    rubric = await create(api, admin)
    assert (rubric["state"], rubric["version"], rubric["published_at"]) == ("draft", 1, None)
    assert [label["points"] for label in rubric["scale"]["labels"]] == [1, 2, 3]
    assert [one["share"] for one in rubric["criteria"]] == [33.33, 66.67]
    assert [one["share"] for one in rubric["criteria"][0]["indicators"]] == [33.33, 66.67]
    assert rubric["criteria"][1]["scale"]["max"] == 1
    assert rubric["criteria"][0]["indicators"][0]["rater_types"] == ["superior", "peer"]
    read = await api.get(f"/v1/rubrics/{rubric['id']}", headers=admin)
    assert read.json() == rubric


@pytest.mark.parametrize("preset", sorted(PRESETS))
async def test_a_rubric_is_made_from_a_preset(api: httpx.AsyncClient, world: World, preset: str) -> None:
    admin = await world.admin()
    rubric = await create(api, admin, {"preset": preset, "code": f"{preset}-2026", "title": "Tahun 2026"})
    asked = [i["code"] for one in rubric["criteria"] for i in one["indicators"]]
    assert asked == [i["code"] for one in PRESETS[preset]["criteria"] for i in one["indicators"]]
    assert (rubric["code"], rubric["title"]) == (f"{preset}-2026", "Tahun 2026")
    assert rubric["description"] == PRESETS[preset]["description"]


async def test_presets_come_in_the_readers_language_and_can_be_sent_back(api: httpx.AsyncClient, world: World) -> None:
    admin = await world.admin()
    english = await api.get("/v1/rubric-presets", headers=admin)
    indonesian = await api.get("/v1/rubric-presets", headers=admin | {"Accept-Language": "id"})
    assert (english.headers["content-language"], indonesian.headers["content-language"]) == ("en", "id")
    titles = [one["title"] for one in english.json()["items"]]
    assert "BerAKHLAK core values of the civil service" in titles
    assert [one["code"] for one in indonesian.json()["items"]] == list(PRESETS)
    assert indonesian.json()["items"] == [dict(body) for body in PRESETS.values()]
    for body in english.json()["items"]:
        assert (await create(api, admin, body))["title"] == body["title"]
    refused = await api.get("/v1/rubric-presets", headers=await world.login(Role.INTEGRATION))
    assert refused.status_code == 403


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        (changed("criteria", 0, "weight", value=0), "/criteria/0/weight", "out_of_range"),
        (changed("criteria", 0, "weight", value=1001), "/criteria/0/weight", "out_of_range"),
        (changed("criteria", 0, "weight", value=True), "/criteria/0/weight", "wrong_type"),
        (changed("criteria", 0, "indicators", 0, "weight", value=-1), "/criteria/0/indicators/0/weight", "out_of_range"),
        (changed("criteria", 0, "indicators", 0, "rater_types", value=[]), "/criteria/0/indicators/0/rater_types", "too_short"),
        (changed("criteria", 0, "indicators", 0, "rater_types", value=["peer", "peer"]), "/criteria/0/indicators/0/rater_types", "duplicate_item"),
        (changed("criteria", 0, "indicators", 0, "rater_types", value=["boss"]), "/criteria/0/indicators/0/rater_types/0", "not_one_of"),
        (changed("criteria", 0, "indicators", value=[]), "/criteria/0/indicators", "too_short"),
        (changed("criteria", 1, "code", value="A"), "/criteria/1/code", "duplicate_criterion"),
        (changed("criteria", 1, "indicators", 0, "code", value="A1"), "/criteria/1/indicators/0/code", "duplicate_indicator"),
        (changed("criteria", 1, "dimension", value="mood"), "/criteria/1/dimension", "not_one_of"),
        (changed("criteria", value=[]), "/criteria", "too_short"),
        (changed("scale", "max", value=1001), "/scale/max", "out_of_range"),
        (changed("scale", "max", value="3"), "/scale/max", "wrong_type"),
        (changed("scale", "max", value=200), "/scale/max", "scale_size"),
        (changed("scale", "max", value=2), "/scale/labels", "scale_labels_incomplete"),
        (changed("criteria", 1, "scale", "min", value=1), "/criteria/1/scale/max", "scale_size"),
        (changed("code", value="a b"), "/code", "bad_format"),
        (changed("author", value="x"), "/author", "unknown_field"),
        (changed("title", value="A\u0000"), "/title", "text_not_storable"),
        ({"code": "X", "title": "X"}, "/criteria", "required"),
        ({"code": "X", "title": "X", "preset": "unheard-of"}, "/preset", "unknown_preset"),
        (changed("preset", value="berakhlak"), "/scale", "preset_or_content"),
    ],
)  # fmt: skip
async def test_faulty_rubrics_are_refused_with_their_place(
    api: httpx.AsyncClient, world: World, body: dict[str, Any], pointer: str, code: str
) -> None:
    admin = await world.admin()
    answer = await api.post("/v1/rubrics", json=body, headers=admin)
    assert answer.status_code == 422, answer.text
    assert (pointer, code) in {(error["pointer"], error["code"]) for error in answer.json()["errors"]}
    assert (await api.get("/v1/rubrics", headers=admin)).json()["items"] == []


async def test_a_rubric_has_at_most_two_hundred_indicators(api: httpx.AsyncClient, world: World) -> None:
    def many(criterion: int) -> list[dict[str, Any]]:
        one = BODY["criteria"][0]["indicators"][0]
        return [one | {"code": f"I{criterion}-{number}"} for number in range(101)]

    body = changed("criteria", 0, "indicators", value=many(0))
    body["criteria"][1]["indicators"] = many(1)
    answer = await api.post("/v1/rubrics", json=body, headers=await world.admin())
    assert answer.status_code == 422
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [
        ("/criteria", "too_many_indicators")
    ]


async def test_a_draft_is_replaced_keeping_known_ids(api: httpx.AsyncClient, world: World) -> None:
    admin = await world.admin()
    before = await create(api, admin)
    where = f"/v1/rubrics/{before['id']}"
    etag = (await api.get(where, headers=admin)).headers["etag"]
    body = changed("criteria", 0, "title", value="Baru") | {"code": "KOTA-2"}
    assert (await api.put(where, json=body, headers=admin)).status_code == 428
    after = await api.put(where, json=body, headers=admin | {"If-Match": etag})
    assert after.status_code == 200, after.text
    assert (after.json()["code"], after.json()["criteria"][0]["title"]) == ("KOTA-2", "Baru")
    assert after.json()["criteria"][1] == before["criteria"][1]
    assert (await api.get(where, headers=admin)).json() == after.json()
    late = await api.put(where, json=body, headers=admin | {"If-Match": etag})
    assert late.status_code == 412


async def test_a_published_version_is_immutable_and_revised_under_new_ids(api: httpx.AsyncClient, world: World) -> None:
    admin = await world.admin()
    first = await create(api, admin)
    too_early = await act(api, admin, first, "revisions")
    assert (too_early.status_code, too_early.json()["code"]) == (409, "rubric_is_draft")
    published = await act(api, admin, first, "publication")
    assert (published.status_code, published.json()["state"]) == (200, "published")
    where, etag = f"/v1/rubrics/{first['id']}", {"If-Match": published.headers["etag"]}
    for answer in (
        await api.put(where, json=BODY, headers=admin | etag),
        await api.delete(where, headers=admin | etag),
        await act(api, admin, first, "publication"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "rubric_not_draft")
    second = await act(api, admin, first, "revisions")
    assert second.status_code == 201, second.text
    assert (second.json()["version"], second.json()["state"]) == (2, "draft")
    assert second.headers["location"] == f"/v1/rubrics/{second.json()['id']}"
    assert [one["code"] for one in second.json()["criteria"]] == ["A", "B"]
    assert {one["id"] for one in second.json()["criteria"]}.isdisjoint(one["id"] for one in first["criteria"])
    again = await act(api, admin, first, "revisions")
    assert (again.status_code, again.json()["code"]) == (409, "rubric_draft_exists")
    renamed = await api.put(
        second.headers["location"],
        json=BODY | {"code": "KOTA-9"},
        headers=admin | {"If-Match": second.headers["etag"]},
    )
    assert (renamed.status_code, renamed.json()["errors"][0]["code"]) == (422, "rubric_code_fixed")


async def test_a_retired_version_stays_readable_and_can_be_revised(api: httpx.AsyncClient, world: World) -> None:
    admin = await world.admin()
    rubric = await create(api, admin)
    early = await act(api, admin, rubric, "retirement")
    assert (early.status_code, early.json()["code"]) == (409, "rubric_not_published")
    await act(api, admin, rubric, "publication")
    retired = await act(api, admin, rubric, "retirement")
    assert (retired.status_code, retired.json()["state"]) == (200, "retired")
    assert retired.json()["retired_at"] is not None
    assert (await act(api, admin, rubric, "retirement")).status_code == 409
    assert (await api.get(f"/v1/rubrics/{rubric['id']}", headers=await world.login())).json()["state"] == "retired"
    assert (await act(api, admin, rubric, "revisions")).json()["version"] == 2


async def test_a_draft_is_deleted(api: httpx.AsyncClient, world: World) -> None:
    admin = await world.admin()
    rubric = await create(api, admin)
    where = f"/v1/rubrics/{rubric['id']}"
    etag = (await api.get(where, headers=admin)).headers["etag"]
    assert (await api.delete(where, headers=admin)).status_code == 428
    assert (await api.delete(where, headers=admin | {"If-Match": etag})).status_code == 204
    assert (await api.get(where, headers=admin)).status_code == 404


async def test_a_code_belongs_to_one_rubric(api: httpx.AsyncClient, world: World) -> None:
    admin = await world.admin()
    await create(api, admin)
    answer = await api.post("/v1/rubrics", json=BODY, headers=admin)
    assert (answer.status_code, answer.json()["code"]) == (409, "rubric_code_taken")


async def test_two_revisions_at_once_leave_one_draft(api: httpx.AsyncClient, world: World) -> None:
    admin = await world.admin()
    first = await create(api, admin)
    await act(api, admin, first, "publication")
    second = (await act(api, admin, first, "revisions")).json()
    await act(api, admin, second, "publication")
    answers = await asyncio.gather(*(act(api, admin, one, "revisions") for one in (first, second) * 3))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 5
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"rubric_draft_exists"}
    assert next(answer.json()["version"] for answer in answers if answer.status_code == 201) == 3


async def test_who_reads_and_who_writes(api: httpx.AsyncClient, world: World) -> None:
    admin = await world.admin()
    draft = await create(api, admin, BODY | {"code": "DRAFT"})
    shown = await create(api, admin, BODY | {"code": "SHOWN"})
    await act(api, admin, shown, "publication")
    unit = await world.unit()
    staff = [await world.login(), await world.login(Role.UNIT_ADMIN, unit=unit)]
    service = await world.login(Role.INTEGRATION, scopes=("rubrics:read",))
    for reader in [*staff, service]:
        listed = (await api.get("/v1/rubrics", headers=reader)).json()["items"]
        assert [one["code"] for one in listed] == ["SHOWN"]
        assert (await api.get(f"/v1/rubrics/{draft['id']}", headers=reader)).status_code == 404
        assert (await api.get("/v1/rubrics?state=draft", headers=reader)).json()["items"] == []
        assert (await api.post("/v1/rubrics", json=BODY, headers=reader)).status_code == 403
        for what in ("publication", "revisions", "retirement"):
            assert (await act(api, reader, shown, what)).status_code == 403
        assert (await api.put(f"/v1/rubrics/{shown['id']}", json=BODY, headers=reader)).status_code == 403
        assert (await api.delete(f"/v1/rubrics/{shown['id']}", headers=reader)).status_code == 403
    auditor = await world.login(Role.AUDITOR)
    assert (await api.get(f"/v1/rubrics/{draft['id']}", headers=auditor)).status_code == 200
    assert (await api.post("/v1/rubrics", json=BODY, headers=auditor)).status_code == 403
    outsider = await world.login(Role.INTEGRATION)
    assert (await api.get("/v1/rubrics", headers=outsider)).status_code == 403
    assert (await api.get(f"/v1/rubrics/{shown['id']}", headers=await world.login(Role.RECIPIENT))).status_code == 403


async def test_rubrics_are_filtered_and_sorted_in_pages(api: httpx.AsyncClient, world: World) -> None:
    admin = await world.admin()
    for code in ("B", "A", "C"):
        await act(api, admin, await create(api, admin, BODY | {"code": code}), "publication")
    seen: dict[str, list[str]] = {}
    for sort in ("code", "-code", "created_at", "-created_at"):
        cursor, seen[sort] = "", []
        while cursor is not None:
            query = {"sort": sort, "limit": "2"} | ({"cursor": cursor} if cursor else {})
            page = (await api.get("/v1/rubrics", params=query, headers=admin)).json()
            seen[sort] += [one["code"] for one in page["items"]]
            cursor = page["next_cursor"]
    assert seen == {
        "code": ["A", "B", "C"],
        "-code": ["C", "B", "A"],
        "created_at": ["B", "A", "C"],
        "-created_at": ["C", "A", "B"],
    }
    one = await api.get("/v1/rubrics", params={"code": "A", "state": "published"}, headers=admin)
    assert [item["code"] for item in one.json()["items"]] == ["A"]
    assert (await api.get("/v1/rubrics?sort=title", headers=admin)).status_code == 422


async def test_the_process_remembers_published_versions_only(world: World, api: httpx.AsyncClient) -> None:
    admin = await world.admin()
    rubric = await create(api, admin)
    await act(api, admin, rubric, "publication")
    async with world.services.unit_of_work(None) as uow:
        known = await uow.rubrics.published(_id(rubric))
    async with world.owner.begin() as connection:
        await connection.execute(sa.delete(t.rubrics))
    async with world.services.unit_of_work(None) as uow:
        assert await uow.rubrics.published(_id(rubric)) == known
        assert await uow.rubrics.get(_id(rubric)) is None


async def test_what_was_not_committed_is_not_remembered(world: World, api: httpx.AsyncClient) -> None:
    rubric = await create(api, await world.admin())
    async with world.services.unit_of_work(None) as uow:
        draft = await uow.rubrics.get(_id(rubric))
        assert draft is not None
        await uow.rubrics.save(replace(draft, state=RubricState.PUBLISHED))
        assert (await uow.rubrics.published(draft.id)).state is RubricState.PUBLISHED
    async with world.services.unit_of_work(None) as uow:
        with pytest.raises(NotFound):
            await uow.rubrics.published(draft.id)


async def test_every_change_is_in_the_trail(api: httpx.AsyncClient, world: World) -> None:
    admin = await world.admin()
    rubric = await create(api, admin)
    for what in ("publication", "retirement", "revisions"):
        await act(api, admin, rubric, what)
    async with world.owner.begin() as connection:
        rows = await connection.execute(
            sa.select(t.audit_events.c.action)
            .where(t.audit_events.c.object_type == "rubric")
            .order_by(t.audit_events.c.id)
        )
        actions = [row.action for row in rows]
    assert actions[-4:] == ["rubric.created", "rubric.published", "rubric.retired", "rubric.revised"]


def _id(rubric: dict[str, Any]) -> UUID:
    return UUID(rubric["id"])
