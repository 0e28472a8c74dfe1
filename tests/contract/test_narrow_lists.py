"""Whatever a list shows somebody, he may also read by itself: lists start from what their reader may see."""

from typing import Final

import pytest
import sqlalchemy as sa

from app.repositories import assignments as stored_assignments
from app.repositories import results as stored_results
from tests.support.city import ACTORS, City, Headers

pytestmark = pytest.mark.anyio

#: List, the object that it shows, and the property that names the object. ``{cycle}`` is any cycle of the city.
LISTS: Final = (
    ("/v1/units", "/v1/units/{id}", "id"),
    ("/v1/employees", "/v1/employees/{id}", "id"),
    ("/v1/accounts", "/v1/accounts/{id}", "id"),
    ("/v1/rubrics", "/v1/rubrics/{id}", "id"),
    ("/v1/cycles", "/v1/cycles/{id}", "id"),
    ("/v1/me/assignments", "/v1/assignments/{id}", "id"),
    ("{cycle}/participants", "{cycle}/participants/{id}", "id"),
    ("{cycle}/assignments", "/v1/assignments/{id}", "id"),
    ("{cycle}/results", "{cycle}/results/{id}", "participant.id"),
)
READERS: Final = tuple(actor for actor in ACTORS if actor != "anonymous")


async def unreadable(city: City, listed: str, single: str, name: str) -> tuple[list[str], int]:
    """What somebody is shown in a list and refused by itself; and how much was shown at all."""
    found, shown = [], 0
    await city.employ_machines()
    settings = city.settings.values() if "{cycle}" in listed else [city.settings["rating"]]
    for setting in settings:
        for actor in READERS:
            headers = city.headers(actor, setting)
            for key in await _listed(city, listed.format(cycle=setting.path), headers, name):
                shown += 1
                answer = await city.api.get(single.format(cycle=setting.path, id=key), headers=headers)
                if answer.status_code != 200:
                    found.append(f"{listed} in {setting.state} shows {actor} {key}: {answer.status_code}")
    return found, shown


async def _listed(city: City, path: str, headers: Headers, name: str) -> list[str]:
    answer = await city.api.get(path, params={"limit": 200}, headers=headers)
    items = answer.json().get("items", []) if answer.status_code == 200 else []
    keys = []
    for item in items:
        for part in name.split("."):
            item = item[part]  # noqa: PLW2901 - one step down
        keys.append(str(item))
    return keys


@pytest.mark.parametrize(
    "place", range(len(LISTS)), ids=[one[0].strip("/").replace("{cycle}", "cycle") for one in LISTS]
)
async def test_what_is_listed_can_be_read(rehearsal: City, place: int) -> None:
    found, shown = await unreadable(rehearsal, *LISTS[place])
    assert shown > 5
    assert not found, "\n".join(found)


async def test_a_list_that_shows_more_is_found(rehearsal: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored_results, "_within", lambda _: sa.true())
    found, _ = await unreadable(rehearsal, *LISTS[-1])
    assert found
    monkeypatch.setattr(stored_assignments, "_visible", lambda _: [sa.true()])
    found, _ = await unreadable(rehearsal, *LISTS[-2])
    assert found
