"""The heat map of a summary over HTTP."""

from functools import partial
from typing import Annotated, Final

from fastapi import Query, Response

from app.api.charts import Caption, Panel, heat_map, panels_of, row_label
from app.api.deps import Ctx
from app.api.negotiation import negotiated
from app.api.operations import Operation
from app.api.result_charts import SVG
from app.api.routing import TopicRouter
from app.api.schemas.common import NEVER_NULL, Id
from app.api.summaries import UNKNOWN
from app.api.texts import summaries as texts
from app.api.words import Words
from app.api.workshop import answer_made
from app.domain.actions import summaries as actions
from app.domain.cycles import RELEASED

router = TopicRouter("Results")
_EXAMPLES: Final = {SVG: '<svg role="img" xmlns="http://www.w3.org/2000/svg"><title>Dinas Kesehatan</title></svg>'}


@router.operation(
    "GET",
    "/v1/cycles/{cycle_id}/summary/chart",
    name="getSummaryChart",
    summary="Draw a summary",
    others={200: {"description": "The chart."}, 404: UNKNOWN},
    promise=Operation(etag=True, conflicts=("results_not_ready",), produces=_EXAMPLES),
)
async def get_summary_chart(
    ctx: Ctx,
    cycle_id: Id,
    unit_id: Annotated[Id | None, Query(description="This unit and those directly below it."), NEVER_NULL] = None,
) -> Response:
    """A heat map of units by criteria, for whoever may read getCycleSummary and made of nothing else than what it shows.

    The first row is the unit (without `unit_id`: the first of your summary), below it are the units directly below, 100 at
    most; each rubric has a part of its own. A number stands in every cell, its shade says the same again; cells that are
    not shown are hatched. Readable in black and white; title and description say the same in words.
    """
    negotiated(ctx, SVG)
    seen = await actions.see_summary(ctx.uow, ctx.actor, cycle_id, unit_id)
    return answer_made(ctx, SVG, partial(_draw, seen, Words(ctx.language)))


def _draw(seen: actions.Seen, words: Words) -> bytes:
    panels = panels_of(seen, words)
    title = words.say(texts.HEAT, name=row_label(seen.summary.rows[0], words), cycle=seen.cycle.title)
    if seen.cycle.state not in RELEASED:
        title = words.say(texts.NOT_PUBLISHED, text=title)
    told = "; ".join(line for panel in panels for line in _lines(panel, words))
    return heat_map(panels, words.say(texts.WITHHELD), Caption(title, told, words.language))


def _lines(panel: Panel, words: Words) -> list[str]:
    return [
        f"{row.label}: "
        + ", ".join(f"{title} {words.number(value)}" for title, value in zip(panel.columns, row.values, strict=True))
        for row in panel.rows
    ]
