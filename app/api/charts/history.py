"""The overall figure over cycles."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.api.charts.drawing import DARK, LIGHT, SCALE, Caption, draw, wrapped
from app.api.words import Words

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True)
class Point:
    """One cycle; ``value`` 0..100, ``None`` leaves a gap."""

    label: str
    value: float | None


def history_chart(points: Sequence[Point], caption: Caption, nothing: str) -> bytes:
    """The SVG, oldest cycle first; ``nothing`` stands there when there is no cycle."""
    size = (max(6.0, 1.2 + 1.15 * len(points)), 4.5)
    return draw(lambda figure: _paint(figure, points, Words(caption.language), nothing), size, caption)


def _paint(figure: "Figure", points: Sequence[Point], words: Words, nothing: str) -> None:
    left = 0.6 / figure.get_figwidth()
    axes = figure.add_axes((left, 0.28, 1 - 1.5 * left, 0.66))
    axes.set(xlim=(-0.5, max(len(points), 1) - 0.5), ylim=(0, 110), yticks=SCALE)
    labels = [wrapped(point.label, 14) for point in points]
    axes.set_xticks(range(len(points)), labels, fontsize=8, parse_math=False)
    axes.grid(axis="y", color=LIGHT)
    axes.spines[["top", "right"]].set_visible(False)
    values = [math.nan if point.value is None else point.value for point in points]
    axes.plot(range(len(points)), values, "-o", color=DARK, gid="overall")
    for place, point in enumerate(points):
        height = 2 if point.value is None else point.value + 3
        axes.text(place, height, words.number(point.value), ha="center", va="bottom")
    if not points:
        axes.text(0, 50, nothing, ha="center", va="center")
