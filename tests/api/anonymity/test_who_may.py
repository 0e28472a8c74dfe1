"""Rule 6: one sheet per person and participant, none from above, and no reading where one rates."""

import asyncio
from typing import Any, Final

import httpx
import pytest

from app.domain.values import Role
from tests.api.anonymity import seeds
from tests.api.anonymity.scenes import STAGES
from tests.api.anonymity.test_exchange import PLAIN
from tests.api.anonymity.test_write_only import fresh_headers
from tests.support.city import City, Setting
from tests.support.contract import operations

pytestmark = pytest.mark.anyio
OTHER_ROLES: Final = sorted(map(str, (Role.ADMIN, Role.AUDITOR, Role.UNIT_ADMIN)))
SEARCHES: Final[tuple[dict[str, str], ...]] = (
    *({}, {"sort": "overall"}, {"sort": "-overall"}, {"q": "Ratee"}, {"completeness": "complete"}),
    *({"status": "published"}, {"recommended": "good"}, {"decided": "good"}, {"limit": "1"}),
)


async def assign(city: City, setting: Setting, person: str, kind: str) -> httpx.Response:
    row = {"participant_id": setting.participant_id, "rater_type": kind, "rater_id": str(city.people[person].id)}
    return await city.api.post(f"{setting.path}/assignments", json={"items": [row]}, headers=city.admin)


@pytest.mark.parametrize("kind", ["peer", "subordinate", "superior"])
async def test_nobody_rates_a_participant_twice(untouched: City, kind: str) -> None:
    for person in ("peer", "superior"):
        answer = await assign(untouched, untouched.settings["rating"], person, kind)
        assert answer.status_code in {409, 422}
        assert answer.json()["errors"]


async def test_nobody_rates_a_participant_twice_at_the_same_moment(city: City) -> None:
    setting = city.settings["rating"]
    answers = await asyncio.gather(*(assign(city, setting, "newcomer", kind) for kind in ("peer", "subordinate") * 3))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409, 409]


@pytest.mark.parametrize("kind", ["peer", "subordinate"])
@pytest.mark.parametrize("person", ["superior", "appraiser", "chief"])
async def test_nobody_rates_from_above_unseen(untouched: City, person: str, kind: str) -> None:
    """Superior, appraiser and the appraiser's superior."""
    setting = untouched.settings["rating"]
    assigned = await assign(untouched, setting, person, kind)
    assert assigned.status_code == 409
    assert any(error["code"].startswith("rater_is_") for error in assigned.json()["errors"])
    handed = {"rater_id": str(untouched.people[person].id), "reason": "Salah pilih penilai."}
    path = f"/v1/assignments/{setting.assignments['other_peer']}/reassignment"
    assert (await untouched.api.post(path, json=handed, headers=untouched.admin)).status_code == 409


@pytest.mark.parametrize("person", ["appraiser", "spare", "stranger"])
async def test_only_the_superior_rates_as_one(untouched: City, person: str) -> None:
    answer = await assign(untouched, untouched.settings["rating"], person, "superior")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "not_the_superior")


@pytest.mark.parametrize("person", ["peer", "peer2", "sub0"])
async def test_a_rater_becomes_no_appraiser(untouched: City, person: str) -> None:
    setting = untouched.settings["rating"]
    change = {"appraiser_id": str(untouched.people[person].id), "reason": "Mutasi pejabat."}
    path = f"{setting.path}/participants/{setting.participant_id}"
    answer = await untouched.api.patch(path, json=change, headers=untouched.admin | {"If-Match": "*"})
    assert (answer.status_code, answer.json()["code"]) == (409, "appraiser_is_rater")


# ---------------------------------------------------------------- who rates does not read

_ONE_RESULT: Final = "/v1/cycles/{cycle_id}/results/{participant_id}"


async def published(city: City) -> Setting:
    setting = city.settings["rating"]
    await PLAIN.play(city)
    for stage in STAGES[1:]:
        await city.move(setting, stage)
    return setting


async def promoted(city: City, person: str, role: str) -> dict[str, str]:
    """Headers of somebody who was given another role besides."""
    changes: dict[str, Any] = {"roles": ["employee", role]}
    changes |= {"unit_id": str(city.units["DINAS"].id)} if role == "unit_admin" else {}
    path = f"/v1/accounts/{city.accounts[person]}"
    answer = await city.api.patch(path, json=changes, headers=city.admin | {"If-Match": "*"})
    assert answer.status_code == 200, answer.text
    return await fresh_headers(city, person)


async def glimpses(city: City, setting: Setting, headers: dict[str, str]) -> list[str]:
    """Where the ratee's result can be seen."""
    found: list[str] = []
    for operation in operations().values():
        if operation.method == "GET" and operation.path.startswith(_ONE_RESULT):
            path = operation.path.format(cycle_id=setting.cycle_id, participant_id=setting.participant_id)
            wanted = {
                name: setting.cycle_id for name, one in operation.parameters("query").items() if one.get("required")
            }
            answer = await city.api.get(path, params=wanted, headers=headers)
            found += [] if answer.status_code == 404 else [f"{operation.id}: {answer.status_code}"]
    for accept in ("text/csv", "application/jsonl"):
        answer = await city.api.get(f"{setting.path}/results/export", headers=headers | {"Accept": accept})
        found += [f"export as {accept}"] if city.people["ratee"].name in answer.text else []
    for query in SEARCHES:
        answer = await city.api.get(f"{setting.path}/results", params=query, headers=headers)
        found += [f"list {query}"] if setting.participant_id in answer.text else []
    for path in ("/v1/me/overview", "/v1/me/decisions"):
        answer = await city.api.get(path, headers=headers)
        found += [path] if setting.participant_id in answer.text else []
    return found


@pytest.mark.parametrize("role", OTHER_ROLES)
async def test_whoever_rates_unseen_reads_by_no_other_role(city: City, role: str) -> None:
    setting = await published(city)
    for rater in ("peer", "sub0"):  # the second one never submitted
        assert await glimpses(city, setting, await promoted(city, rater, role)) == []
    assert len(await glimpses(city, setting, await promoted(city, "spare", role))) > 3


async def test_whoever_rates_unseen_reads_nothing_in_place_of_the_appraiser(city: City) -> None:
    """Neither while results are under review, when an appraiser decides, nor later; others who stand in read everything."""
    setting = city.settings["rating"]
    await PLAIN.play(city)
    await city.move(setting, "review")
    for state in ("review", "published"):
        if setting.state != state:
            await city.move(setting, state)
        for rater in ("peer", "sub0"):
            await stand_in(city, rater)
            assert await glimpses(city, setting, city.headers(rater)) == [], (state, rater)
        await stand_in(city, "spare")
        seen, usual = [await glimpses(city, setting, city.headers(one)) for one in ("spare", "appraiser")]
        assert seen == usual
        assert len(seen) > 8


async def stand_in(city: City, person: str) -> None:
    """Now he is the appraiser's Plh, and nobody else."""
    await city.post(f"/v1/appraiser-delegations/{city.delegation_id}/end", {"reason": "Berganti."}, status=200)
    city.delegation_id = await city.delegate(person, "2026-01-01", "2099-12-31")


async def test_a_rater_who_reads_is_found(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    setting = await published(city)
    seeds.let_raters_read(monkeypatch)
    assert await glimpses(city, setting, await promoted(city, "peer", "admin"))
