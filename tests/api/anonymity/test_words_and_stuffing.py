"""Rule 11, as far as comments exist: they go in and nobody is shown them. Rule 12: one person cannot shape a group."""

from collections.abc import Callable
from typing import Final

import pytest

from tests.api.anonymity import seeds
from tests.api.anonymity.reading import RELATED, read_everything
from tests.api.anonymity.scenes import KIND, STAGES, Scene
from tests.api.anonymity.test_who_may import promoted
from tests.support.city import City, Setting

pytestmark = pytest.mark.anyio

WRITTEN: Final = Scene(tuple((rater, KIND) for rater in ("peer", "other_peer")))
#: The writer himself, the one who is written about, and those who could read it by their office.
READERS: Final = ("peer", "other_peer", "ratee", "superior", "appraiser", "unit_admin", "admin", "auditor", "machine")

# ---------------------------------------------------------------- rule 11


async def places_with_comments(city: City) -> list[str]:
    """Where anybody reads a comment of a peer, at any stage."""
    setting = city.settings["rating"]
    await WRITTEN.play(city)
    found: list[str] = []
    for stage in STAGES:
        if setting.state != stage:
            await city.move(setting, stage)
        sight = await read_everything(city, setting, READERS, RELATED)
        found += [f"{stage}: {place}" for place, seen in sight.items() if any(text in seen.body for text in KIND.texts)]
    return found


@pytest.mark.thorough
async def test_comments_are_told_to_nobody(city: City) -> None:
    assert not await places_with_comments(city)


@pytest.mark.thorough
async def test_a_comment_that_is_told_is_found(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    seeds.tell_comments_with_the_result(monkeypatch)
    found = await places_with_comments(city)
    assert any(place.startswith("published: getResult as ratee") for place in found)


# ---------------------------------------------------------------- rule 12


async def stuffed(city: City, setting: Setting) -> list[str]:
    """What one person brought about who wanted other raters: a sheet taken away, a citizen of his own invited."""
    await city.submit(setting, "other_peer", (1, 1, 1))
    path = f"/v1/assignments/{setting.assignments['other_peer']}/voidance"
    tries = [await city.api.post(path, json={"reason": "Tidak objektif."}, headers=city.admin) for _ in range(2)]
    brought_about = ["a sheet voided by one"] if [answer.status_code for answer in tries] != [202, 202] else []
    invitations = f"{setting.path}/participants/{setting.participant_id}/invitations"
    for person in ("ratee", "sub0"):
        headers = await promoted(city, person, "admin")
        answer = await city.api.post(invitations, json={"count": 1}, headers=headers)
        if answer.status_code != 403:
            brought_about.append(f"{person} invited: {answer.status_code}")
    return brought_about


async def test_nobody_shapes_a_group_alone(city: City) -> None:
    assert not await stuffed(city, city.settings["rating"])


@pytest.mark.parametrize(
    ("seed", "brought_about"),
    [
        (seeds.void_alone, "a sheet voided by one"),
        (seeds.let_everybody_invite, "ratee invited: 201"),
        (seeds.let_everybody_invite, "sub0 invited: 201"),
    ],
    ids=["void-alone", "ratee-invites", "subordinate-invites"],
)
async def test_a_way_to_shape_it_is_found(
    city: City, monkeypatch: pytest.MonkeyPatch, seed: Callable[[pytest.MonkeyPatch], None], brought_about: str
) -> None:
    seed(monkeypatch)
    assert brought_about in await stuffed(city, city.settings["rating"])
