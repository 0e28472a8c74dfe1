"""Charts of one result over HTTP."""

from collections.abc import Callable
from enum import StrEnum
from functools import partial
from typing import Annotated, Final

import orjson
from fastapi import Query, Response

from app.api.charts import Caption, Point, bars_of, criteria_chart, groups_chart, history_chart, pairs_of
from app.api.deps import Ctx
from app.api.negotiation import negotiated
from app.api.operations import Operation
from app.api.routing import TopicRouter
from app.api.schemas.common import Id
from app.api.texts import charts as texts
from app.api.words import Words
from app.api.workshop import answer_made
from app.domain.actions import results as actions
from app.domain.actions.results import History, Pictured

router = TopicRouter("Results")
SVG: Final = "image/svg+xml"
_EXAMPLES: Final = {SVG: '<svg role="img" xmlns="http://www.w3.org/2000/svg"><title>Siti Aminah</title></svg>'}


class ChartKind(StrEnum):
    """What a chart shows."""

    RADAR = "radar"
    RATER_TYPES = "rater_types"
    HISTORY = "history"


@router.operation(
    "GET",
    "/v1/cycles/{cycle_id}/results/{participant_id}/chart",
    name="getResultChart",
    summary="Draw a result",
    others={200: {"description": "The chart."}},
    promise=Operation(etag=True, conflicts=("results_not_ready",), produces=_EXAMPLES),
)
async def get_result_chart(
    ctx: Ctx,
    cycle_id: Id,
    participant_id: Id,
    kind: Annotated[ChartKind, Query(description="What it shows; see above.")] = ChartKind.RADAR,
) -> Response:
    """A chart for whoever may read the result (see listResults), made of nothing else than what he may read.

    - `radar`: the criteria as self and as others see them; bars when there are fewer than 3 or more than 12.
    - `rater_types`: the overall figure by rater type. A withheld one is named with its reason and has no bar.
    - `history`: the overall figure of the ratee's published results that you may read, the newest 12.

    Readable in black and white; title and description say the same in words. Labels follow `Accept-Language`.
    """
    negotiated(ctx, SVG)
    words = Words(ctx.language)
    if kind is ChartKind.HISTORY:
        history = await actions.picture_history(ctx.uow, ctx.actor, cycle_id, participant_id)
        draw = partial(_history, history, words)
    else:
        pictured = await actions.picture_result(ctx.uow, ctx.actor, cycle_id, participant_id)
        draw = partial(_DRAWN[kind], pictured, words)
    return answer_made(ctx, SVG, draw)


def _radar(pictured: Pictured, words: Words) -> bytes:
    pairs = pairs_of(orjson.loads(pictured.shown.figures), pictured.titles)
    ours, theirs = words.say(texts.SELF), words.say(texts.OTHERS)
    lines = [f"{one.title}: {ours} {words.number(one.self)}, {theirs} {words.number(one.others)}" for one in pairs]
    title = words.say(texts.CRITERIA, name=pictured.shown.ratee.name)
    return criteria_chart(pairs, (ours, theirs), Caption(title, "; ".join(lines), words.language))


def _rater_types(pictured: Pictured, words: Words) -> bytes:
    bars = bars_of(orjson.loads(pictured.shown.figures), words)
    lines = [f"{bar.label}: {words.number(bar.value)} {bar.reason}".rstrip() for bar in bars]
    title = words.say(texts.GROUPS, name=pictured.shown.ratee.name)
    return groups_chart(bars, Caption(title, "; ".join(lines), words.language))


def _history(history: History, words: Words) -> bytes:
    points = [Point(one.cycle_title, None if one.overall is None else float(one.overall)) for one in history.results]
    nothing = words.say(texts.NOTHING)
    lines = [f"{point.label}: {words.number(point.value)}" for point in points] or [nothing]
    title = words.say(texts.HISTORY, name=history.name)
    return history_chart(points, Caption(title, "; ".join(lines), words.language), nothing)


_DRAWN: Final[dict[ChartKind, Callable[[Pictured, Words], bytes]]] = {
    ChartKind.RADAR: _radar,
    ChartKind.RATER_TYPES: _rater_types,
}
