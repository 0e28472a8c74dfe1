"""Rule 3: nothing made of answers exists for anybody before review; a group of which a figure was shown is sealed."""

from typing import Final

import httpx
import pytest

from tests.api.anonymity import seeds
from tests.api.anonymity.scenes import Another
from tests.api.anonymity.test_exchange import ONE
from tests.support.city import ACTORS, City, Setting
from tests.support.contract import PROBLEM, operations
from tests.support.requests import Target, ask

pytestmark = pytest.mark.anyio
REOPENING: Final = {"reason": "Satu unit tertinggal.", "rating_closes_at": "2099-06-01T00:00:00Z"}
#: What an administrator might try on the peers, of whom three submitted and one did not.
TRIES: Final = (
    *(("reopenSubmission", "peer2"), ("voidAssignment", "peer2"), ("deleteAssignment", "peer2")),
    *(("reassignAssignment", "other_peer"), ("voidAssignment", "other_peer"), ("excuseAssignment", "other_peer")),
    *(("deleteAssignment", "other_peer"), ("createAssignments", ""), ("removeParticipant", "")),
)


async def reviewed_and_reopened(another: Another) -> tuple[City, Setting]:
    """Results were seen by officers and the appraiser; then the cycle went back to rating. ``other_peer`` never submitted."""
    city = await another()
    setting = city.settings["rating"]
    await ONE.play(city)
    await city.move(setting, "review")
    await city.move(setting, "rating", **REOPENING)
    return city, setting


# ---------------------------------------------------------------- nothing early


async def early(city: City, setting: Setting) -> list[str]:
    """What anybody is told of results while rating runs, beside that they are not ready."""
    found: list[str] = []
    for operation in operations().values():
        if operation.spec["tags"] != ["Results"] or operation.path.startswith("/v1/me/"):
            continue
        for actor in ACTORS:
            answer = await ask(operation.id, Target(city, setting), city.headers(actor, setting))
            # Who may never ask at all is told so; everybody else gets one and the same answer.
            refused = answer.headers["content-type"] == PROBLEM and answer.json()["code"] == "results_not_ready"
            # What is asked of all cycles at once knows of none.
            refused = refused or (answer.status_code == 404 and "{cycle_id}" not in operation.path)
            if answer.status_code not in {401, 403} and not refused:
                found.append(f"{operation.id} as {actor}: {answer.status_code} {answer.text[:100]}")
    return found + await _early_about_oneself(city)


async def _early_about_oneself(city: City) -> list[str]:
    mine = await city.api.get("/v1/me/results", headers=city.headers("ratee"))
    overview = await city.api.get("/v1/me/overview", headers=city.headers("appraiser"))
    inbox = await city.api.get(
        "/v1/me/decisions", params={"state": "all", "completeness": "all"}, headers=city.headers("appraiser")
    )
    told = [mine.json()["items"], overview.json()["decisions"]["waiting"], inbox.json()["items"]]
    return [str(told)] if any(told) else []


async def test_nothing_is_told_before_review(city: City) -> None:
    assert not await early(city, city.settings["rating"])


async def test_nothing_is_told_when_rating_was_opened_again(another: Another) -> None:
    assert not await early(*await reviewed_and_reopened(another))


async def test_results_that_are_told_early_are_found(another: Another, monkeypatch: pytest.MonkeyPatch) -> None:
    city, setting = await reviewed_and_reopened(another)
    seeds.be_ready_always(monkeypatch)
    assert await early(city, setting)


# ---------------------------------------------------------------- sealed


async def broken_seals(city: City, setting: Setting) -> list[str]:
    """Changes of the sealed group that were not refused for that reason."""
    answers: dict[str, httpx.Response] = {}
    for name, thing in TRIES:
        answers[f"{name} {thing}"] = await ask(name, Target(city, setting, thing), city.admin)
    path = f"/v1/assignments/{setting.assignments['other_peer']}/submission"
    late = city.headers("other_peer")
    answers["late submission"] = await city.api.put(path, json=city.sheet([5, 5, 5]), headers=late)
    answers["late draft"] = await city.api.put(path, json=city.sheet([5, 5, 5], status="draft"), headers=late)
    return [
        f"{name}: {answer.status_code} {answer.text[:150]}"
        for name, answer in answers.items()
        if answer.status_code != 409 or answer.json()["code"] != "group_sealed"
    ]


async def test_a_shown_group_is_sealed(another: Another) -> None:
    city, setting = await reviewed_and_reopened(another)
    before = await _peers(city, setting)
    assert not await broken_seals(city, setting)
    rules = {"rules": {"peers": {"count": 10, "scope": "superior"}}}
    await city.post(f"{setting.path}/assignments/generation", rules, status=200)
    assert await _peers(city, setting) == before


async def _peers(city: City, setting: Setting) -> list[tuple[str, str]]:
    query = {"participant_id": setting.participant_id, "rater_type": "peer"}
    answer = await city.api.get(f"{setting.path}/assignments", params=query, headers=city.admin)
    return [(item["rater_id"], item["state"]) for item in answer.json()["items"]]


async def test_a_group_that_was_not_shown_may_still_grow(another: Another) -> None:
    city, setting = await reviewed_and_reopened(another)
    await city.submit(setting, "sub0", [3, 3, 3])
    row = {"participant_id": setting.participant_id, "rater_type": "subordinate"}
    more = {"items": [{**row, "rater_id": str(city.people["newcomer"].id)}]}
    await city.post(f"{setting.path}/assignments", more)
    path = f"{setting.path}/participants/{setting.participant_id}/invitations"
    await city.post(path, {"count": 1})
    reopening = f"/v1/assignments/{setting.assignments['sub0']}/submission/reopening"
    await city.post(reopening, {"reason": "Salah isi."}, status=204)


async def test_superior_and_self_are_never_sealed(another: Another) -> None:
    city, setting = await reviewed_and_reopened(another)
    for rater in ("superior", "self"):
        path = f"/v1/assignments/{setting.assignments[rater]}/submission/reopening"
        await city.post(path, {"reason": "Salah isi."}, status=204)
        await city.submit(setting, rater, [2, 2, 2])


async def test_a_broken_seal_is_found(another: Another, monkeypatch: pytest.MonkeyPatch) -> None:
    city, setting = await reviewed_and_reopened(another)
    seeds.forget_seals(monkeypatch)
    assert len(await broken_seals(city, setting)) >= 5
