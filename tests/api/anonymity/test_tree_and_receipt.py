"""Rule 9: the deepest node of an anonymous type is its mean with the number of answers; the salt is read by nobody."""

import base64
from collections.abc import Iterator
from typing import Any, Final

import pytest
import sqlalchemy as sa

from app.domain.actions.results import verify_cycle
from app.domain.values import ANONYMOUS_TYPES
from app.repositories import tables as t
from tests.api.anonymity import seeds
from tests.api.anonymity.reading import read_everything
from tests.api.anonymity.scenes import KIND, STAGES, Another
from tests.api.anonymity.test_exchange import PLAIN
from tests.support.city import City

pytestmark = pytest.mark.anyio
ANONYMOUS: Final = frozenset(map(str, ANONYMOUS_TYPES))
READERS: Final = ("ratee", "superior", "appraiser", "unit_admin", "admin", "auditor", "machine")


async def reach(city: City, stage: str) -> City:
    await PLAIN.play(city)
    for step in STAGES[1 : STAGES.index(stage) + 1]:
        await city.move(city.settings["rating"], step)
    return city


async def explanation(city: City, reader: str) -> Any:
    setting = city.settings["rating"]
    path = f"{setting.path}/results/{setting.participant_id}/explanation"
    answer = await city.api.get(path, headers=city.headers(reader))
    assert answer.status_code == 200, answer.text
    return answer.json()


def nodes(tree: Any) -> Iterator[Any]:
    yield tree
    for inner in tree["inputs"]:
        yield from nodes(inner)


def too_deep(tree: Any) -> list[str]:
    """Nodes of an anonymous type that tell more than a mean of enough answers."""
    found = []
    for node in nodes(tree):
        if node["code"] in ANONYMOUS:
            plain = (
                node["rule"] == "mean" and not node["inputs"] and not node["left_out"] and (node["answers"] or 0) >= 3
            )
            found += [] if plain else [f"{node['code']}: {node['rule']} {node['answers']} {node['inputs']}"]
    return found


async def test_the_tree_ends_at_the_mean_for_every_reader(another: Another) -> None:
    city = await reach(await another(), "published")
    for reader in READERS:
        tree = (await explanation(city, reader))["overall"]
        assert [node["code"] for node in nodes(tree)].count("peer") == len(city.indicators())
        assert not too_deep(tree)
        assert not any(text in str(tree) for text in KIND.texts)


async def test_a_deeper_tree_is_found(another: Another, monkeypatch: pytest.MonkeyPatch) -> None:
    seeds.explain_each_answer(monkeypatch)
    city = await reach(await another(), "published")
    assert too_deep((await explanation(city, "ratee"))["overall"])


# ---------------------------------------------------------------- receipts


async def receipt(city: City, reader: str = "appraiser") -> str:
    found: str = (await explanation(city, reader))["receipt"]
    return found


async def same_receipts(another: Another) -> int:
    """How often the same inputs gave the same receipt: in two cities, and twice in one that is still under review."""
    one, other = [await reach(await another(), "review") for _ in range(2)]
    seen = [await receipt(one), await receipt(other)]
    await one.post(f"{one.settings['rating'].path}/results/computation", status=200)
    seen.append(await receipt(one))
    async with one.world.services.unit_of_work(None) as uow:
        cycle = await uow.cycles.by_code("CYCLE-rating")
        assert cycle is not None
        assert not (await verify_cycle(uow, cycle)).differences  # and all the same every one of them holds
    return len(seen) - len(set(seen))


async def test_a_receipt_cannot_be_compared_with_another(another: Another) -> None:
    assert await same_receipts(another) == 0


async def test_a_receipt_without_salt_is_found(another: Another, monkeypatch: pytest.MonkeyPatch) -> None:
    seeds.salt_with_nothing(monkeypatch)
    assert await same_receipts(another) > 0


async def test_nobody_is_told_the_salt(another: Another) -> None:
    city = await reach(await another(), "published")
    async with city.world.owner.connect() as connection:
        salts = list((await connection.execute(sa.select(t.receipt_salts.c.salt))).scalars())
    assert salts
    sight = await read_everything(city, city.settings["rating"], READERS, ("Results", "Data rights"))
    told = "\n".join(seen.body + str(seen.headers) for seen in sight.values())
    for salt in salts:
        spellings = (salt.hex(), base64.b64encode(salt).decode(), base64.urlsafe_b64encode(salt).decode().rstrip("="))
        assert not [spelling for spelling in spellings if spelling in told]
