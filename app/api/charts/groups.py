"""The overall figure by rater type; a withheld one is named with its reason and has no bar."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.api.charts.drawing import DARK, LIGHT, SCALE, Caption, draw, wrapped
from app.api.words import Words

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True)
class Bar:
    """One rater type; ``value`` 0..100, or ``None`` with the reason in words."""

    label: str
    value: float | None
    reason: str = ""


def groups_chart(bars: Sequence[Bar], caption: Caption) -> bytes:
    """The SVG."""
    return draw(lambda figure: _paint(figure, bars, Words(caption.language)), (8, 1 + 0.6 * max(len(bars), 1)), caption)


def _paint(figure: "Figure", bars: Sequence[Bar], words: Words) -> None:
    foot = 0.5 / figure.get_figheight()
    axes = figure.add_axes((0.24, foot, 0.64, 1 - 2 * foot))
    axes.set(xlim=(0, 100), ylim=(max(len(bars), 1) - 0.5, -0.5), xticks=SCALE)
    axes.set_yticks(range(len(bars)), [wrapped(bar.label, 22) for bar in bars], parse_math=False)
    axes.spines[["top", "right"]].set_visible(False)
    for place, bar in enumerate(bars):
        if bar.value is None:
            axes.text(1, place, wrapped(f"– {bar.reason}".rstrip(), 62), va="center", style="italic", fontsize=8)
        else:
            axes.barh(place, bar.value, 0.55, facecolor=LIGHT, edgecolor=DARK, hatch="//")
            axes.text(bar.value + 1, place, words.number(bar.value), va="center")
