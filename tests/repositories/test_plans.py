"""Every statement of a list or a hot path has its index: shown by EXPLAIN on a city of some thousand people."""

import json
import re
from collections.abc import Iterator
from typing import Any

import asyncpg
import orjson
import pytest

from app.domain.actions.transitions import transition_cycle
from app.domain.auth import Actor
from app.domain.cycles import Transition
from app.domain.values import CycleState, Role
from app.local.postgres import LocalPostgres
from app.repositories import actors
from app.repositories.ids import uuid7
from benchmarks.city import City, fill
from tests.support.statements import recorded
from tests.support.world import World

SIZE = 2_000
#: Going through a small table is quicker than its index.
_SHORT_CUTS = ("enable_seqscan", "enable_hashjoin", "enable_mergejoin")
#: Tables that grow with every cycle; nothing that somebody waits for may go through one of them.
LARGE = {
    "sheets",
    "assignments",
    "results",
    "participants",
    "audit_events",
    "employees",
    "accounts",
    "rater_quality",
    "adjusted_means",
    "rating_agreement",
    "summaries",
}


@pytest.fixture
async def city(world: World, postgres: LocalPostgres) -> City:
    """A filled and computed database. Nothing of it is left for the next test (`world` empties it)."""
    made = City(SIZE, world.services.settings.sheet_key)
    await fill(postgres.dsn("postgres", "kinerja_test"), made)
    admin = Actor(uuid7(), "bench", None, frozenset({Role.ADMIN}), frozenset())
    published = Transition(CycleState.PUBLISHED, "bench", allow_undecided=True)
    for wish in (Transition(CycleState.REVIEW), published):
        async with world.services.unit_of_work(None) as uow:
            await transition_cycle(uow, admin, made.submitted.id, wish)
            await uow.commit()
    world.services.directory.forget()
    return made


async def _pretend_twenty_cycles(connection: Any) -> None:
    """Statistics of our own, whenever autovacuum came: in a database of one cycle the cycle's index would be of no use.

    Gone with the transaction, which ends with the connection.
    """
    await connection.execute("BEGIN")
    for table in ("results", "participants", "assignments"):
        await connection.execute(f"ALTER TABLE {table} ALTER cycle_id SET (n_distinct = 20)")
    await connection.execute("ANALYZE")


def _has_plan(statement: str) -> bool:
    """Locks and settings have none."""
    return "pg_" not in statement and not statement.startswith("SET ")


async def _plan(connection: Any, statement: str) -> Any:
    """The plan for whatever values: what a process that runs for weeks uses."""
    count = max((int(number) for number in re.findall(r"\$(\d+)", statement)), default=0)
    await connection.execute(f"PREPARE asked AS {statement}")
    values = f"({', '.join(['NULL'] * count)})" if count else ""
    plan = await connection.fetchval(f"EXPLAIN (FORMAT JSON) EXECUTE asked{values}")
    await connection.execute("DEALLOCATE asked")
    return json.loads(plan)


def _scanned(plan: Any, *, all_of_it: bool = False) -> Iterator[str]:
    """The tables gone through from end to end: row by row, or by an index without a condition when all rows are wanted."""
    if isinstance(plan, list):
        for part in plan:
            yield from _scanned(part, all_of_it=all_of_it)
    elif isinstance(plan, dict):
        kind = plan.get("Node Type", "")
        by_whole_index = kind in {"Index Scan", "Index Only Scan"} and "Index Cond" not in plan
        if kind == "Seq Scan" or (by_whole_index and all_of_it):
            yield plan["Relation Name"]
        for part in plan.values():
            yield from _scanned(part, all_of_it=all_of_it or kind in {"Sort", "Hash", "Aggregate"})


def _requests(city: City) -> list[tuple[str, str, Any]]:
    pending, submitted = city.pending, city.submitted
    form = f"/v1/assignments/{pending.duties[0].id}/submission"
    scores = [{"indicator_id": str(indicator), "points": 4} for indicator in city.indicators]
    of_pending, of_submitted = f"/v1/cycles/{pending.id}", f"/v1/cycles/{submitted.id}"
    return [
        ("rater", form, None),
        ("rater", form, {"status": "draft", "scores": scores[:3]}),
        ("rater", form, {"status": "submitted", "scores": scores, "comments": [{"kind": "strength", "text": "Baik."}]}),
        ("rater", "/v1/me/assignments", None),
        ("rater", f"/v1/me/assignments?cycle_id={pending.id}&state=pending", None),
        ("rater", "/v1/me/results", None),
        ("rater", "/v1/me/overview", None),
        ("rater", "/v1/me/decisions?state=all&completeness=all", None),
        ("rater", f"{of_submitted}/results/{submitted.participants[0]}", None),
        *(
            ("admin", f"{of_submitted}/results/{submitted.participants[1]}{tail}", None)
            for tail in ("", "/explanation", "/versions", "/agreement", "/chart", "/chart?kind=history")
        ),
        ("admin", f"{of_submitted}/rating-quality/raters?limit=20", None),
        ("admin", f"{of_submitted}/rating-quality/adjusted-means?limit=20", None),
        ("admin", f"{of_submitted}/summary", None),
        ("admin", "/v1/appraiser-delegations?limit=20", None),
        ("admin", f"{of_submitted}/results?limit=20", None),
        ("admin", f"{of_submitted}/results?limit=20&sort=-overall", None),
        ("admin", f"{of_submitted}/results?limit=20&undecided=true&completeness=complete", None),
        ("admin", f"{of_pending}/assignments?limit=20", None),
        ("admin", f"{of_pending}/assignments?limit=20&participant_id={pending.participants[0]}", None),
        ("admin", f"{of_pending}/participants?limit=20", None),
        ("admin", f"/v1/assignments/{pending.duties[9].id}", None),
        ("admin", "/v1/employees?limit=20", None),
        ("admin", "/v1/accounts?limit=20", None),
    ]


async def test_nothing_that_somebody_waits_for_goes_through_a_large_table(
    world: World, city: City, postgres: LocalPostgres
) -> None:
    person = city.employees[city.pending.duties[0].rater]
    types = frozenset(duty.rater_type for duty in city.pending.duties[:8])
    rater = Actor(person, "", person, frozenset({Role.EMPLOYEE}), types)
    admin = Actor(city.admin, "", None, frozenset({Role.ADMIN}), frozenset())
    tokens = {"rater": world.services.tokens.mint(rater), "admin": world.services.tokens.mint(admin)}
    asked: dict[str, str] = {}
    for who, path, body in _requests(city):
        headers = {"Authorization": f"Bearer {tokens[who]}", "Content-Type": "application/json"}
        async with recorded(world.services.database) as statements:
            content = None if body is None else orjson.dumps(body)
            answer = await world.api.request("GET" if body is None else "PUT", path, headers=headers, content=content)
        assert answer.status_code == 200, (path, answer.text)
        asked |= dict.fromkeys(statements, path)
    assert len(asked) > 12
    asked |= dict.fromkeys(
        (actors.BY_NIP, actors.BY_USERNAME, actors.LOCKED_UNCHANGED), "another system's or our log-in"
    )
    connection = await asyncpg.connect(
        postgres.dsn("postgres", "kinerja_test"),
        # Where an index can serve it is used, whatever the statistics of so few rows say; a scan is left where none can.
        server_settings={"plan_cache_mode": "force_generic_plan", **dict.fromkeys(_SHORT_CUTS, "off")},
    )
    try:
        await _pretend_twenty_cycles(connection)
        plans = {statement: await _plan(connection, statement) for statement in asked if _has_plan(statement)}
    finally:
        await connection.close()
    guilty = {asked[statement]: statement for statement, plan in plans.items() if LARGE & set(_scanned(plan))}
    assert guilty == {}
