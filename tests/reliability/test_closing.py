"""The last minute of rating: twelve people submit while an administrator closes the cycle.

Every acknowledged sheet is in the computation, and every other one was refused: asked fifty times, with the closing at
another moment each time.
"""

import asyncio
import random

import httpx
import pytest
import sqlalchemy as sa

from tests.support.rounds import Round, start_round
from tests.support.world import World

pytestmark = pytest.mark.anyio
WRITERS = 12
#: Longer than twelve submissions take, so that some closings come first and some last.
SPAN = 0.12


async def submit(this: Round, rater: str, delay: float) -> int:
    await asyncio.sleep(delay)
    return (await this.put(rater, [4, 4, 4])).status_code


async def close(this: Round, delay: float) -> None:
    await asyncio.sleep(delay)
    await this.transition("review")


async def answers_in_the_snapshot(this: Round) -> int:
    """How many peers' answers the first indicator's mean is made of; 0 where the group is withheld."""
    explained = await this.get(f"/v1/cycles/{this.cycle_id}/results/{this.participant_id}/explanation")
    found: list[int] = []
    nodes = [explained["overall"]]
    while nodes:
        node = nodes.pop()
        nodes.extend(node["inputs"])
        if (node["rule"], node["code"]) == ("mean", "peer"):
            found.append(node["answers"])
    assert len(set(found)) <= 1
    return found[0] if found else 0


@pytest.mark.parametrize("seed", range(50))
async def test_every_acknowledged_sheet_is_in_the_snapshot(api: httpx.AsyncClient, world: World, seed: int) -> None:
    draw = random.Random(seed)
    this = await start_round(api, world, peers=WRITERS)
    writers = [submit(this, f"peer{number}", draw.uniform(0, SPAN)) for number in range(WRITERS)]
    *statuses, _ = await asyncio.gather(*writers, close(this, draw.uniform(0, SPAN)))
    assert set(statuses) <= {200, 409}
    acknowledged = statuses.count(200)
    async with world.owner.connect() as connection:
        assert await connection.scalar(sa.text("SELECT count(*) FROM sheets")) == acknowledged
    assert await answers_in_the_snapshot(this) == (acknowledged if acknowledged >= 3 else 0)
