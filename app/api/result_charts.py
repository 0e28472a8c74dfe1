"""Charts of one result over HTTP."""

from collections.abc import Callable
from enum import StrEnum
from functools import partial
from typing import Annotated, Any, Final
from uuid import UUID

import orjson
from fastapi import Query, Response

from app.api.answers import in_language
from app.api.charts import Bar, Caption, Pair, Point, criteria_chart, groups_chart, history_chart
from app.api.charts.drawing import number
from app.api.deps import Ctx
from app.api.languages import Language
from app.api.negotiation import negotiated
from app.api.operations import Operation
from app.api.routing import TopicRouter
from app.api.schemas.common import Id
from app.api.texts import charts as words
from app.api.texts import say
from app.api.texts.results import WITHHELD, WORDS
from app.api.workshop import answer_made
from app.domain.actions import results as actions
from app.domain.actions.results import History, Pictured
from app.domain.values import RaterType, Withheld

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
    language = ctx.language
    if kind is ChartKind.HISTORY:
        history = await actions.picture_history(ctx.uow, ctx.actor, cycle_id, participant_id)
        draw = partial(_history, history, language)
    else:
        pictured = await actions.picture_result(ctx.uow, ctx.actor, cycle_id, participant_id)
        draw = partial(_DRAWN[kind], pictured, language)
    headers = in_language(ctx) | {"Content-Type": SVG, "Vary": "Accept, Accept-Language"}
    return answer_made(ctx, draw, headers)


def _radar(pictured: Pictured, language: Language) -> bytes:
    figures: dict[str, Any] = orjson.loads(pictured.shown.figures)
    pairs = [
        Pair(pictured.titles.get(UUID(one["criterion_id"]), one["code"]), one["self"], one["others"])
        for one in figures["criteria"]
    ]
    names = say(words.SELF, language, {}), say(words.OTHERS, language, {})
    show = partial(number, language=language)
    lines = [f"{one.title}: {names[0]} {show(one.self)}, {names[1]} {show(one.others)}" for one in pairs]
    title = say(words.CRITERIA, language, {"name": pictured.shown.ratee.name})
    return criteria_chart(pairs, names, Caption(title, "; ".join(lines), language))


def _rater_types(pictured: Pictured, language: Language) -> bytes:
    figures: dict[str, Any] = orjson.loads(pictured.shown.figures)
    bars = [_bar(RaterType(kind), figure, language) for kind, figure in figures["by_rater_type"].items()]
    lines = [f"{bar.label}: {number(bar.value, language)} {bar.reason}".rstrip() for bar in bars]
    title = say(words.GROUPS, language, {"name": pictured.shown.ratee.name})
    return groups_chart(bars, Caption(title, "; ".join(lines), language))


def _bar(kind: RaterType, figure: dict[str, Any], language: Language) -> Bar:
    withheld = figure.get("withheld")
    reason = say(WITHHELD[Withheld(withheld)], language, {}) if withheld else ""
    return Bar(say(WORDS[kind], language, {}), figure["value"], reason)


def _history(history: History, language: Language) -> bytes:
    points = [Point(one.cycle_title, None if one.overall is None else float(one.overall)) for one in history.results]
    nothing = say(words.NOTHING, language, {})
    lines = [f"{point.label}: {number(point.value, language)}" for point in points] or [nothing]
    title = say(words.HISTORY, language, {"name": history.name})
    return history_chart(points, Caption(title, "; ".join(lines), language), nothing)


_DRAWN: Final[dict[ChartKind, Callable[[Pictured, Language], bytes]]] = {
    ChartKind.RADAR: _radar,
    ChartKind.RATER_TYPES: _rater_types,
}
