"""What the charts of one result show, from its stored figures."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.api.charts.criteria import Pair
from app.api.charts.groups import Bar
from app.api.texts.results import WITHHELD, WORDS
from app.api.words import Words
from app.domain.values import RaterType, Withheld

Figures = Mapping[str, Any]


def pairs_of(figures: Figures, titles: Mapping[UUID, str]) -> list[Pair]:
    """Its criteria by title, or by code where the rubric has none."""
    return [
        Pair(titles.get(UUID(one["criterion_id"]), one["code"]), one["self"], one["others"])
        for one in figures["criteria"]
    ]


def bars_of(figures: Figures, words: Words) -> list[Bar]:
    """Its rater types, withheld ones with the reason in words."""
    return [_bar(RaterType(kind), figure, words) for kind, figure in figures["by_rater_type"].items()]


def _bar(kind: RaterType, figure: Figures, words: Words) -> Bar:
    withheld = figure.get("withheld")
    return Bar(words.say(WORDS[kind]), figure["value"], words.say(WITHHELD[Withheld(withheld)]) if withheld else "")
