"""Rule 4: a submitted sheet of an anonymous type is returned to nobody; whoever comes after finds an empty form."""

from collections.abc import Awaitable, Callable
from typing import Any, Final
from uuid import UUID

import pytest
import sqlalchemy as sa

from app.repositories import tables as t
from tests.api.anonymity import seeds
from tests.api.anonymity.scenes import KIND
from tests.support.city import City, Headers, Setting

pytestmark = pytest.mark.anyio
REASON: Final = {"reason": "Salah pilih penilai."}
CODE: Final = "empat kucing di pasar baru"


def form_of(setting: Setting, rater: str) -> str:
    return f"/v1/assignments/{setting.assignments[rater]}/submission"


async def fresh_headers(city: City, person: str) -> Headers:
    """Those of a log-in after everything that went before."""
    async with city.world.owner.connect() as connection:
        a = t.accounts.c
        own = sa.select(a.id).where(a.employee_id == city.people[person].id)
        account_id: UUID = (await connection.execute(own)).scalar_one()
    actor = await city.world.services.actor(account_id)
    assert actor is not None
    return {"Authorization": f"Bearer {city.world.services.tokens.mint(actor)}", "Accept-Language": "en"}


# ---------------------------------------------------------------- submitted


async def test_a_submitted_sheet_goes_in_and_never_comes_out(city: City) -> None:
    setting = city.settings["rating"]
    path, headers = form_of(setting, "peer"), city.headers("peer")
    sent = city.sheet(KIND.points, comments=KIND.comments())
    first = await city.api.put(path, json=sent, headers=headers | {"Idempotency-Key": "kunci"})
    form = await city.api.get(path, headers=headers)
    for shown in (first.json(), form.json()):
        assert (shown["status"], shown["scores"], shown["comments"]) == ("submitted", None, None)
        assert len(shown["submitted_on"]) == len("2026-01-31")
    assert not [text for text in KIND.texts if text in first.text + form.text]
    listed = await city.api.get("/v1/me/assignments", headers=headers)
    assert set(listed.json()["items"][0]) == {"id", "cycle", "ratee", "rater_type", "state", "submitted_on"}


async def test_what_was_submitted_cannot_be_guessed_by_sending_it_again(city: City) -> None:
    """Right or wrong, every other body gets the same answer: replayed under the same key, refused otherwise."""
    setting = city.settings["rating"]
    path, headers = form_of(setting, "peer"), city.headers("peer")
    sheets = [city.sheet(points) for points in ((5, 4, None), (5, 4, None), (1, 1, 1))]
    with_key = headers | {"Idempotency-Key": "kunci"}
    replayed = [await city.api.put(path, json=sheet, headers=with_key) for sheet in sheets]
    assert {answer.text for answer in replayed} == {replayed[0].text}
    assert [answer.headers.get("idempotent-replayed") for answer in replayed] == [None, "true", "true"]
    refused = [await city.api.put(path, json=sheet, headers=headers) for sheet in sheets]
    assert {(answer.status_code, answer.json()["code"]) for answer in refused} == {(409, "submission_locked")}
    etags = [await city.api.put(path, json=sheet, headers=headers | {"If-Match": "*"}) for sheet in sheets]
    assert {(answer.status_code, answer.json()["code"]) for answer in etags} == {(409, "submission_locked")}


async def test_a_reopened_form_is_empty_and_its_key_is_forgotten(city: City) -> None:
    setting = city.settings["rating"]
    await city.submit(setting, "peer", KIND.points, key="kunci", comments=KIND.comments())
    await city.post(f"{form_of(setting, 'peer')}/reopening", REASON, status=204)
    assert await left_behind(city, "peer", city.headers("peer")) == []
    again = await city.submit(setting, "peer", (1, 1, 1), key="kunci")
    assert "idempotent-replayed" not in again.headers


# ---------------------------------------------------------------- drafts


async def _reassign(city: City, setting: Setting) -> Headers:
    body = {"rater_id": str(city.people["spare"].id), **REASON}
    await city.post(f"/v1/assignments/{setting.assignments['peer']}/reassignment", body, status=200)
    former = await city.api.get(form_of(setting, "peer"), headers=city.headers("peer"))
    assert former.status_code == 404
    return city.headers("spare")


async def _give_a_password(city: City, _: Setting) -> Headers:
    await _change_account(city, "peer", password=CODE)
    return await fresh_headers(city, "peer")


async def _activate(city: City, _: Setting) -> Headers:
    issued = await city.post(f"/v1/accounts/{city.accounts['peer']}/activation")
    await city.post("/v1/auth/activate", {"code": issued["code"], "password": CODE}, status=200)
    return await fresh_headers(city, "peer")


async def _relink(city: City, _: Setting) -> Headers:
    """The peer's account becomes that of somebody else, and somebody else's becomes the peer's."""
    await _change_account(city, "peer", employee_id=None)
    await _change_account(city, "newcomer", employee_id=str(city.people["peer"].id))
    return await fresh_headers(city, "peer")


async def _decline_and_undo(city: City, setting: Setting) -> Headers:
    path = f"/v1/assignments/{setting.assignments['peer']}/decline"
    await city.post(path, status=200, headers=city.headers("peer"))
    await city.post(f"{path}/undo", status=200, headers=city.headers("peer"))
    return city.headers("peer")


async def _change_account(city: City, person: str, **changes: Any) -> None:
    path = f"/v1/accounts/{city.accounts[person]}"
    answer = await city.api.patch(path, json=changes, headers=city.admin | {"If-Match": "*"})
    assert answer.status_code == 200, answer.text


CHANGES: Final[dict[str, Callable[[City, Setting], Awaitable[Headers]]]] = {
    "reassigned": _reassign,
    "a password set by somebody else": _give_a_password,
    "activated with a code": _activate,
    "an account relinked": _relink,
    "declined and undone": _decline_and_undo,
}


async def left_behind(city: City, rater: str, headers: Headers) -> list[str]:
    """What is still there of the answers that were given before."""
    setting = city.settings["rating"]
    form = await city.api.get(form_of(setting, rater), headers=headers)
    found = [] if (form.json()["status"], form.json()["scores"]) == ("empty", []) else [form.text[:200]]
    async with city.world.owner.connect() as connection:
        for table in (t.drafts, t.comments, t.sheets):
            stored = [str(row) for row in await connection.execute(sa.select(table))]
            found += [f"{table.name}: {row}" for row in stored if any(text in row for text in KIND.texts)]
    return found


async def save_draft(city: City, rater: str) -> None:
    setting = city.settings["rating"]
    draft = city.sheet(KIND.points, status="draft", comments=KIND.comments())
    saved = await city.api.put(form_of(setting, rater), json=draft, headers=city.headers(rater, setting))
    assert saved.status_code == 200, saved.text


@pytest.mark.parametrize("change", CHANGES)
async def test_somebody_else_finds_an_empty_form(city: City, change: str) -> None:
    await save_draft(city, "peer")
    assert await left_behind(city, "peer", city.headers("peer"))
    headers = await CHANGES[change](city, city.settings["rating"])
    assert await left_behind(city, "peer", headers) == []


async def test_a_fresh_code_finds_an_empty_form_and_the_old_token_nothing(city: City) -> None:
    setting = city.settings["rating"]
    await save_draft(city, "recipient")
    issued = await city.post(f"/v1/assignments/{setting.assignments['recipient']}/invitation")
    former = await city.api.get(form_of(setting, "recipient"), headers=city.headers("recipient", setting))
    assert former.status_code == 404
    redeemed = await city.post("/v1/auth/invitations/redeem", {"code": issued["code"]}, status=200)
    headers = {"Authorization": f"Bearer {redeemed['access_token']}"}
    assert await left_behind(city, "recipient", headers) == []


@pytest.mark.parametrize("change", ["reassigned", "a password set by somebody else"])
async def test_a_draft_that_stays_is_found(city: City, monkeypatch: pytest.MonkeyPatch, change: str) -> None:
    seeds.keep_drafts(monkeypatch)
    await save_draft(city, "peer")
    headers = await CHANGES[change](city, city.settings["rating"])
    assert await left_behind(city, "peer", headers)
