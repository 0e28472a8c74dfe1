"""Is the process alive, is the database there, is this the right document."""

from typing import Annotated, Literal

from fastapi import Response
from pydantic import Field

from app.api.answers import answer
from app.api.deps import Ctx
from app.api.operations import Operation
from app.api.routing import TopicRouter
from app.api.schemas.common import Out

router = TopicRouter("Operations")


class Health(Out):
    """A sign of life."""

    status: Annotated[Literal["ok"], Field(description="Always `ok`.", examples=["ok"])]


@router.operation(
    "GET",
    "/healthz",
    name="getHealth",
    summary="Is the process alive?",
    answers=Health,
    promise=Operation(public=True),
)
async def get_health(ctx: Ctx) -> Response:
    """Answers as long as the process runs, without touching the database."""
    return answer(ctx, Health(status="ok"))


@router.operation(
    "GET",
    "/readyz",
    name="getReadiness",
    summary="Can it serve?",
    answers=Health,
    promise=Operation(public=True),
)
async def get_readiness(ctx: Ctx) -> Response:
    """Answers 200 when the database answers, 503 otherwise."""
    await ctx.services.ready()
    return answer(ctx, Health(status="ok"))
