"""What others see of one person's step (rules 7 and 12): everybody reads everything before it and after it.

Beside full administrators, who know the state of an assignment, and the person himself, who sees a change is written down
here place by place. Counts change for auditors and administrators of the subtree where the group has its minimum; that
somebody was taken away or asked besides they see in who rates whom; other raters see how many are asked.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, Final

import pytest

from tests.api.anonymity import seeds
from tests.api.anonymity.reading import RELATED, Sight, differences, read_everything
from tests.api.anonymity.scenes import KIND
from tests.api.anonymity.test_who_may import promoted
from tests.support.city import ACTORS, City, Headers

pytestmark = [pytest.mark.anyio, pytest.mark.thorough]
Step = Callable[[City], Awaitable[None]]
_OWN_READING: Final = re.compile(r'\{"day":"[^"]*","action":"data\.exported"[^{}]*\},?')
REASON: Final = {"reason": "Salah pilih."}


async def _post(city: City, rater: str, tail: str, body: Any = None, headers: Headers | None = None) -> None:
    path = f"/v1/assignments/{city.settings['rating'].assignments[rater]}/{tail}"
    answer = await city.api.post(path, json=body, headers=headers or city.admin)
    assert answer.status_code in {200, 202, 204}, answer.text


def submitted_by(rater: str) -> Step:
    async def step(city: City) -> None:
        await city.submit(city.settings["rating"], rater, KIND.points)

    return step


def declined_by(rater: str) -> Step:
    async def step(city: City) -> None:
        await _post(city, rater, "decline", headers=city.headers(rater, city.settings["rating"]))

    return step


def by_administrators(rater: str, tail: str, body: dict[str, str] = REASON, *, both: bool = False) -> Step:
    async def step(city: City) -> None:
        second = await promoted(city, "newcomer", "admin")
        await _post(city, rater, tail, body)
        if both:
            await _post(city, rater, tail, body, second)

    return step


async def drafted(city: City) -> None:
    setting = city.settings["rating"]
    path = f"/v1/assignments/{setting.assignments['peer']}/submission"
    body = city.sheet(KIND.points) | {"status": "draft"}
    assert (await city.api.put(path, json=body, headers=city.headers("peer"))).status_code == 200


async def redeemed(city: City) -> None:
    code = city.settings["rating"].codes["recipient"]
    assert (await city.api.post("/v1/auth/invitations/redeem", json={"code": code})).status_code == 200


async def deleted(city: City) -> None:
    path = f"/v1/assignments/{city.settings['rating'].assignments['peer']}"
    assert (await city.api.delete(path, headers=city.admin | {"If-Match": "*"})).status_code == 204


async def reassigned(city: City) -> None:
    await _post(city, "peer", "reassignment", {"rater_id": str(city.people["spare"].id), **REASON})


async def invited(city: City) -> None:
    setting = city.settings["rating"]
    await city.post(f"{setting.path}/participants/{setting.participant_id}/invitations", {"count": 2})


_OVERSEERS: Final = ("auditor", "unit_admin")
COUNTED: Final = {("getCycleProgress", one) for one in _OVERSEERS}
LISTED: Final = {("listAssignments", one) for one in _OVERSEERS}
GONE: Final = {(name, one) for name in ("listAssignments", "getAssignment", "getSubmission") for one in _OVERSEERS}
FORECAST: Final = {("getAnonymityForecast", "unit_admin")}
ASKED: Final = {("getSubmission", "other_peer")}
#: The step, who knows of it because it is his own, and where others see that something changed.
STEPS: Final[dict[str, tuple[Step, str, set[tuple[str, str]]]]] = {
    "a draft": (drafted, "peer", set()),
    "a sheet": (submitted_by("peer"), "peer", COUNTED),
    "a sheet of a small group": (submitted_by("sub0"), "", set()),
    "a citizen's sheet": (submitted_by("recipient"), "recipient", COUNTED),
    "a code": (redeemed, "recipient", set()),
    "a refusal, and somebody asked instead": (declined_by("peer"), "peer", COUNTED | LISTED | ASKED),
    "a refusal in a small group": (declined_by("sub0"), "", set()),
    "a citizen's refusal": (declined_by("recipient"), "recipient", COUNTED),
    "an excuse": (by_administrators("peer", "excuse"), "peer", COUNTED),
    "a reopened sheet": (by_administrators("peer2", "submission/reopening"), "", COUNTED),
    "a voidance asked for": (by_administrators("peer2", "voidance"), "", set()),
    "a sheet voided": (
        by_administrators("peer2", "voidance", both=True),
        "",
        COUNTED | GONE | FORECAST | ASKED | {("getSubmission", "peer")},
    ),
    "a pending one voided": (by_administrators("peer", "voidance"), "peer", COUNTED | GONE | FORECAST | ASKED),
    "one of a small group voided": (by_administrators("sub0", "voidance"), "", GONE),
    "a pending one deleted": (deleted, "peer", COUNTED | GONE | FORECAST | ASKED),
    "another rater": (reassigned, "peer", LISTED | {("getAssignment", one) for one in _OVERSEERS}),
    "two citizens more": (invited, "", COUNTED | LISTED | FORECAST | {("getSubmission", "recipient")}),
}


async def seen_by_others(city: City, step: Step, own: str) -> set[tuple[str, str]]:
    """At which operation whose answers are others after the step."""
    setting = city.settings["rating"]
    readers = [actor for actor in ACTORS if actor not in {"admin", own}]
    before = _settled(await read_everything(city, setting, readers, RELATED))
    await step(city)
    after = _settled(await read_everything(city, setting, readers, RELATED))
    found = (re.match(r"(?:only one of them has )?(\w+) as (\w+) ", one) for one in differences(before, after))
    return {(one[1], one[2]) for one in found if one is not None}


def _settled(sight: Sight) -> Sight:
    """Without what every reading of one's own data leaves in it."""
    return {key: replace(seen, body=_OWN_READING.sub("", seen.body)) for key, seen in sight.items()}


@pytest.mark.parametrize("name", STEPS)
async def test_who_sees_a_step(city: City, name: str) -> None:
    step, own, expected = STEPS[name]
    found = await seen_by_others(city, step, own)
    assert (found - expected, expected - found) == (set(), set())


async def test_a_count_of_a_small_group_is_found(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    seeds.count_for_everybody(monkeypatch)
    assert await seen_by_others(city, submitted_by("sub0"), "") >= COUNTED
