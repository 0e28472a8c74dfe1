"""Rule 1: who and when on the one side, what on the other, and at the end no link between them, not even in the tables."""

import json
from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

import pytest
import sqlalchemy as sa

from app.api import middleware
from app.domain.values import ANONYMOUS_TYPES, RaterType
from app.repositories import tables as t
from app.repositories.ids import sheet_id
from tests.api.anonymity import seeds
from tests.api.anonymity.scenes import STAGES, Another, Scene
from tests.api.anonymity.test_exchange import EXCHANGED, PLAIN, REVERSED
from tests.support.city import City

pytestmark = pytest.mark.anyio
#: The side that holds what was answered. Everything else holds who and when.
WHAT: Final = {"sheets", "comments", "drafts", "results", "receipt_salts", "retracted_sheets"}
#: What differs between any two requests.
MOVING: Final = {
    "audit_events": {"id", "occurred_at", "digest", "request_id"},
    "outbox_events": {"id", "occurred_at"},
    "idempotency_records": {"created_at"},
}
ANONYMOUS: Final = sorted(map(str, ANONYMOUS_TYPES))


async def rows(city: City, table: str, leaving_out: set[str] | None = None) -> list[str]:
    """The rows of a table as text, in an order of their own."""
    left_out = leaving_out or set()
    shown = [f'"{column.name}"' for column in t.metadata.tables[table].c if column.name not in left_out]
    async with city.world.owner.connect() as connection:
        found = await connection.execute(sa.text(f"SELECT row({', '.join(shown)})::text FROM {table}"))  # noqa: S608
        return sorted(found.scalars())


async def who_and_when(city: City) -> dict[str, list[str]]:
    return {name: await rows(city, name, MOVING.get(name)) for name in t.metadata.tables if name not in WHAT}


async def play(another: Another, *scenes: Scene) -> list[City]:
    cities = [await another() for _ in scenes]
    for city, scene in zip(cities, scenes, strict=True):
        await scene.play(city)
    return cities


async def publish(city: City) -> None:
    for stage in STAGES[1:]:
        await city.move(city.settings["rating"], stage)


# ---------------------------------------------------------------- while rating runs


async def test_who_and_when_knows_nothing_of_the_sheets(another: Another) -> None:
    """Not even a digest: with the sheets exchanged, every other table is the same."""
    one, other = await play(another, PLAIN, EXCHANGED)
    assert await who_and_when(one) == await who_and_when(other)


async def test_the_sheets_know_nothing_of_who_and_when(another: Another) -> None:
    one, other = await play(another, PLAIN, REVERSED)
    for table in ("sheets", "drafts"):
        assert await rows(one, table) == await rows(other, table)
    assert await rows(one, "comments", {"id"}) == await rows(other, "comments", {"id"})
    assert set(t.sheets.c.keys()) == {"id", "cycle_id", "participant_id", "rater_type", "points"}
    assert set(t.comments.c.keys()) == {
        *("id", "sheet_id", "cycle_id", "participant_id"),
        *("rater_type", "criterion_id", "kind", "text"),
    }


async def test_only_superior_and_self_are_announced(another: Another) -> None:
    (city,) = await play(another, PLAIN)
    assert not await _announced_anonymously(city)


async def _announced_anonymously(city: City) -> list[Any]:
    setting = city.settings["rating"]
    named = {setting.assignments["superior"], setting.assignments["self"]}
    e = t.outbox_events.c
    async with city.world.owner.connect() as connection:
        payloads = (await connection.execute(sa.select(e.payload).where(e.type == "submission.submitted"))).scalars()
        told = [payload["assignment_id"] for payload in payloads]
    assert named <= set(told)
    return [assignment_id for assignment_id in told if assignment_id not in named]


async def test_the_log_names_a_request_and_nothing_else(another: Another, monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[dict[str, Any]] = []
    monkeypatch.setattr(middleware, "log_request", lambda **line: lines.append(line))
    city = await another()
    setting = city.settings["rating"]
    code = {"code": setting.codes["recipient"]}
    redeemed = await city.api.post("/v1/auth/invitations/redeem", json=code)
    headers = {"Authorization": f"Bearer {redeemed.json()['access_token']}", "X-Forwarded-For": "203.0.113.7"}
    sheet = city.sheet([4, 4, 4], comments=[{"kind": "general", "text": "Rahasia"}])
    path = f"/v1/assignments/{setting.assignments['recipient']}/submission"
    assert (await city.api.put(path, json=sheet, headers=headers)).status_code == 200
    assert {frozenset(line) for line in lines} == {frozenset(("request_id", "method", "path", "status", "ms"))}
    told = json.dumps(lines)
    assert not [secret for secret in ("Rahasia", "203.0.113.7", setting.codes["recipient"]) if secret in told]


# ---------------------------------------------------------------- after publication


async def links(city: City) -> list[str]:
    """By what the rows of anonymous sheets and comments could still be joined to assignments."""
    found: list[str] = []
    async with city.world.owner.connect() as connection:
        assignments = (await connection.execute(sa.text("SELECT id, xmin::text AS written FROM assignments"))).all()
        keys = {sheet_id(city.world.services.settings.sheet_key, row.id) for row in assignments}
        for table in ("sheets", "comments"):
            columns = "id, sheet_id" if table == "comments" else "id, NULL AS sheet_id"
            statement = (
                f"SELECT {columns}, xmin::text AS written FROM {table} WHERE rater_type = ANY(:types) ORDER BY ctid"  # noqa: S608
            )
            kept = (await connection.execute(sa.text(statement), {"types": ANONYMOUS})).all()
            assert len(kept) >= 3, table
            found += [f"{table}: the key of an assignment" for row in kept if row.id in keys or row.sheet_id]
            found += [f"{table}: no random id" for row in kept if UUID(str(row.id)).version != 4]
            if {row.written for row in kept} & {row.written for row in assignments}:
                found.append(f"{table}: written together with an assignment")
            if len({row.written for row in kept}) > 1:
                found.append(f"{table}: written one by one")
            if [row.id for row in kept] != sorted(row.id for row in kept):
                found.append(f"{table}: in an order of their own")
        drafts = (await connection.execute(sa.text("SELECT count(*) FROM drafts"))).scalar()
    return [*found, *(["drafts are left"] if drafts else [])]


async def test_after_publication_nothing_leads_from_a_sheet_to_its_rater(another: Another) -> None:
    (city,) = await play(another, PLAIN)
    setting = city.settings["rating"]
    path = f"/v1/assignments/{setting.assignments['sub0']}/submission"
    draft = {"status": "draft", "scores": []}
    assert (await city.api.put(path, json=draft, headers=city.headers("sub0"))).status_code == 200
    assert await links(city)
    await publish(city)
    assert not await links(city)
    kept = RaterType.SUPERIOR
    async with city.world.owner.connect() as connection:  # the superior reads his own sheet again
        assert await connection.scalar(sa.select(sa.func.count()).where(t.sheets.c.rater_type == str(kept))) == 1


# ---------------------------------------------------------------- these checks can fail


async def test_a_digest_in_the_trail_is_found(another: Another, monkeypatch: pytest.MonkeyPatch) -> None:
    seeds.keep_a_digest_in_the_trail(monkeypatch)
    one, other = await play(another, PLAIN, EXCHANGED)
    assert await who_and_when(one) != await who_and_when(other)


async def test_an_announced_peer_is_found(another: Another, monkeypatch: pytest.MonkeyPatch) -> None:
    seeds.announce_everybody(monkeypatch)
    (city,) = await play(another, PLAIN)
    assert len(await _announced_anonymously(city)) == 2


@pytest.mark.parametrize(
    ("seed", "found"),
    [
        (seeds.cut_nothing, "written one by one"),
        (seeds.keep_the_keys, "the key of an assignment"),
        (seeds.lay_down_in_another_order, "in an order of their own"),
    ],
)
async def test_a_link_that_was_not_cut_is_found(
    another: Another, monkeypatch: pytest.MonkeyPatch, seed: Callable[[pytest.MonkeyPatch], None], found: str
) -> None:
    seed(monkeypatch)
    (city,) = await play(another, PLAIN)
    await publish(city)
    assert any(found in link for link in await links(city))
