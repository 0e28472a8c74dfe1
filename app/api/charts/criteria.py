"""Criteria as self and others see them: a radar of 3 to 12 criteria, bars of fewer or more."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from app.api.charts.drawing import DARK, LIGHT, MIDDLE, SCALE, Caption, draw, wrapped
from app.api.words import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_RADAR: Final = range(3, 13)


@dataclass(frozen=True, slots=True)
class Pair:
    """One criterion; figures 0..100, ``None`` where there is none."""

    title: str
    self: float | None
    others: float | None


@dataclass(frozen=True, slots=True)
class _Form:
    """A radar's sheet in inches, where the circle stands on it (in parts), and how its titles are broken."""

    size: tuple[float, float]
    circle: tuple[float, float, float, float]
    width: int
    lines: int
    with_figures: bool


_SCREEN: Final = _Form((10, 8), (0.25, 0.17, 0.5, 0.62), 24, 4, with_figures=True)
#: As wide as the text of an A4 page, so that it is printed in its own size; its figures stand in a table.
_PAPER: Final = _Form((6.7, 4.6), (0.27, 0.19, 0.46, 0.67), 24, 3, with_figures=False)


def criteria_chart(pairs: Sequence[Pair], names: tuple[str, str], caption: Caption) -> bytes:
    """The SVG; ``names`` are the words for self and for others."""
    words = Words(caption.language)
    if len(pairs) in _RADAR:
        return draw(lambda figure: _radar(figure, pairs, names, words, _SCREEN), _SCREEN.size, caption)
    return draw(lambda figure: _bars(figure, pairs, names, words), (9, 1.6 + 0.75 * len(pairs)), caption)


def printed_radar(pairs: Sequence[Pair], names: tuple[str, str], caption: Caption) -> bytes | None:
    """The radar for a page, in letters of 8 points without the figures; ``None`` where a radar says nothing."""
    if len(pairs) not in _RADAR:
        return None
    words = Words(caption.language)
    return draw(lambda figure: _radar(figure, pairs, names, words, _PAPER), _PAPER.size, caption)


def _drawn(value: float | None) -> float:
    return math.nan if value is None else value


def _radar(figure: "Figure", pairs: Sequence[Pair], names: tuple[str, str], words: Words, form: _Form) -> None:
    axes = figure.add_axes(form.circle, projection="polar")
    axes.set(theta_offset=math.pi / 2, theta_direction=-1, ylim=(0, 100), xticks=[], yticks=SCALE[1:])
    axes.set_yticklabels([str(step) for step in SCALE[1:]], color=MIDDLE, fontsize=7)
    axes.grid(color=LIGHT)
    angles = [2 * math.pi * place / len(pairs) for place in range(len(pairs))]
    for angle, pair in zip(angles, pairs, strict=True):
        axes.plot([angle, angle], [0, 100], color=LIGHT, linewidth=0.8)
        figures = f"\n{names[0]} {words.number(pair.self)}\n{names[1]} {words.number(pair.others)}"
        _radar_label(axes, angle, wrapped(pair.title, form.width, form.lines) + figures * form.with_figures)
    closed = [*angles, angles[0]]
    ours, theirs = [_drawn(pair.self) for pair in pairs], [_drawn(pair.others) for pair in pairs]
    axes.plot(closed, [*theirs, theirs[0]], "-o", color=DARK, label=names[1], gid="others", linewidth=2, clip_on=False)
    axes.plot(
        closed,
        [*ours, ours[0]],
        "--s",
        color=MIDDLE,
        label=names[0],
        gid="self",
        markerfacecolor="white",
        linewidth=1.5,
        clip_on=False,  # the marks of 100 stand on the rim
    )
    figure.legend(loc="lower center", ncols=2, frameon=False, handlelength=4)


def _radar_label(axes: "Axes", angle: float, label: str) -> None:
    right, up = math.sin(angle), math.cos(angle)
    axes.text(
        angle,
        108,
        label,
        ha="center" if abs(right) < 0.1 else "left" if right > 0 else "right",
        va="center" if abs(up) < 0.6 else "bottom" if up > 0 else "top",
        fontsize=8,
        parse_math=False,
    )


def _bars(figure: "Figure", pairs: Sequence[Pair], names: tuple[str, str], words: Words) -> None:
    foot = 0.9 / figure.get_figheight()
    axes = figure.add_axes((0.3, foot, 0.6, 1 - foot - 0.2 / figure.get_figheight()))
    places = range(len(pairs))
    axes.set(xlim=(0, 100), ylim=(max(len(pairs), 1) - 0.5, -0.5), xticks=SCALE)
    axes.set_yticks(list(places), [wrapped(pair.title, 34) for pair in pairs], fontsize=8, parse_math=False)
    axes.spines[["top", "right"]].set_visible(False)
    rows = (
        (-0.19, [pair.others for pair in pairs], MIDDLE, "", names[1]),
        (0.19, [pair.self for pair in pairs], "white", "////", names[0]),
    )
    for shift, values, face, hatch, label in rows:
        heights = [_drawn(value) for value in values]
        middle = [place + shift for place in places]
        axes.barh(middle, heights, 0.34, facecolor=face, edgecolor=DARK, hatch=hatch, label=label)
        for place, value in zip(middle, values, strict=True):
            axes.text((value or 0) + 1, place, words.number(value), va="center", fontsize=8)
    figure.legend(loc="lower center", ncols=2, frameon=False, handlelength=4)
