"""The floors over HTTP: a bare Starlette + asyncpg service with the product's token check and one statement per request.

Fixed: nothing here follows the product when its SQL changes. Started by `benchmarks.servers` as a process of its own.
"""

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4

import asyncpg
import orjson
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.api.tokens.access import AccessTokens, Claims
from app.api.tokens.keys import load_keys

#: $1 assignment, $2 rater (the bench gives accounts the ids of their employees), $3 sheet, $4 points.
SUBMIT: Final = """
WITH target AS (
    UPDATE assignments SET state = 'submitted', submitted_on = current_date
    WHERE id = $1 AND rater_id = $2 AND state IN ('pending', 'draft')
    RETURNING id, cycle_id, participant_id, rater_type
),
sheet AS (
    INSERT INTO sheets (id, cycle_id, participant_id, rater_type, points)
    SELECT $3, cycle_id, participant_id, rater_type, $4 FROM target
),
trail AS (
    INSERT INTO audit_events (actor_id, actor_roles, action, object_type, object_id, digest)
    SELECT $2, '{employee}', 'submission.submitted', 'assignment', id, '' FROM target
),
announcement AS (
    INSERT INTO outbox_events (type, payload)
    SELECT 'submission.submitted', jsonb_build_object('assignment_id', id, 'cycle_id', cycle_id) FROM target
    WHERE rater_type IN ('superior', 'self')
)
SELECT id FROM target
"""
READ: Final = "SELECT body FROM documents WHERE id = $1"
LIST: Final = """
SELECT a.id, a.rater_type, a.state, a.submitted_on, a.cycle_id, c.code, c.title, c.state AS cycle_state,
       c.rating_opens_at, c.rating_closes_at, p.name, p.position, u.name AS unit_name
FROM assignments a
JOIN cycles c ON c.id = a.cycle_id
JOIN participants p ON p.id = a.participant_id
JOIN units u ON u.id = p.unit_id
WHERE a.rater_id = $1 AND a.cycle_id = $2 ORDER BY c.rating_closes_at DESC, a.id DESC LIMIT 51
"""
POOL_SIZE: Final = 10


def _claims(request: Request) -> Claims:
    tokens: AccessTokens = request.app.state.tokens
    return tokens.verify(request.headers["authorization"].removeprefix("Bearer "))


async def submit(request: Request) -> Response:
    """Assignment state, sheet, outbox and audit in one durable statement."""
    claims = _claims(request)
    body = orjson.loads(await request.body())
    points = [score["points"] for score in body["scores"]]
    assignment = UUID(request.path_params["assignment_id"])
    async with request.app.state.pool.acquire() as connection:
        written = await connection.fetchval(SUBMIT, assignment, claims.subject, uuid4(), points)
    return Response(b'{"status":"submitted"}', 200 if written else 409, media_type="application/json")


async def read(request: Request) -> Response:
    """One row by its key."""
    _claims(request)
    async with request.app.state.pool.acquire() as connection:
        body = await connection.fetchval(READ, UUID(request.path_params["document_id"]))
    return Response(body, 200, media_type="application/json")


async def assignments(request: Request) -> Response:
    """The rater's assignments of one cycle."""
    claims = _claims(request)
    cycle = UUID(request.query_params["cycle_id"])
    async with request.app.state.pool.acquire() as connection:
        rows = await connection.fetch(LIST, claims.subject, cycle)
    return Response(orjson.dumps({"items": [dict(row) for row in rows]}, default=str), media_type="application/json")


async def _keep_as_is(_connection: object) -> None:
    """Single statements leave nothing behind, so resetting would only cost a round trip."""


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    env = os.environ
    app.state.tokens = AccessTokens(
        load_keys(Path(env["KINERJA_SIGNING_KEYS"])), issuer=env["KINERJA_ISSUER"], audience="kinerja-api", lifetime=900
    )
    async with asyncpg.create_pool(
        env["FLOOR_DATABASE_URL"], min_size=POOL_SIZE, max_size=POOL_SIZE, reset=_keep_as_is
    ) as pool:
        app.state.pool = pool
        yield


ROUTES: Final = [
    Route("/v1/assignments/{assignment_id}/submission", submit, methods=["PUT"]),
    Route("/documents/{document_id}", read),
    Route("/v1/me/assignments", assignments),
]

if __name__ == "__main__":
    uvicorn.run(
        Starlette(routes=ROUTES, lifespan=_lifespan),
        host="127.0.0.1",
        port=int(sys.argv[1]),
        loop="uvloop",
        http="httptools",
        ws="none",
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=False,
    )
