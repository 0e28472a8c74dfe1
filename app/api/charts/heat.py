"""A heat map of units by criteria: a number in every cell, so that the shade only says the same again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from app.api.charts.drawing import DARK, MIDDLE, Caption, draw, wrapped
from app.api.words import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: From which figure on a cell has which shade: the lower, the darker. Letters keep a contrast of at least 4.5 : 1.
SHADES: Final = ((90, "#ffffff"), (80, "#e4e4e4"), (70, "#c8c8c8"), (60, "#a8a8a8"), (50, "#6e6e6e"), (0, "#303030"))
#: Below this letters are white.
WHITE_BELOW: Final = 60
#: All in inches; a letter of 8 points is so wide, and a line of them so high.
_EDGE, _LABEL, _NUMBER, _CELL, _TITLE, _KEY = 0.2, 2.9, 0.5, 0.7, 0.4, 0.75
_LETTER, _LINE, _NARROWEST = 0.075, 0.14, 8.0


@dataclass(frozen=True, slots=True)
class HeatRow:
    """A unit with the number of people counted and a figure 0..100 per column; ``None`` where it is withheld."""

    label: str
    participants: int | None
    values: Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Panel:
    """Rows over the columns of one rubric."""

    title: str
    columns: Sequence[str]
    rows: Sequence[HeatRow]


def heat_map(panels: Sequence[Panel], withheld: str, caption: Caption) -> bytes:
    """The SVG, one panel below the other; ``withheld`` says in the key what a hatched cell is."""
    columns = max((len(panel.columns) for panel in panels), default=0)
    width = max(_NARROWEST, 2 * _EDGE + _LABEL + _NUMBER + _CELL * columns)
    height = sum(_height(panel) for panel in panels) + _KEY

    def paint(figure: "Figure") -> None:
        axes = figure.add_axes((0, 0, 1, 1), xlim=(0, width), ylim=(height, 0))
        axes.set_axis_off()
        top = 0.0
        for panel in panels:
            _paint_panel(axes, panel, top, Words(caption.language))
            top += _height(panel)
        _paint_key(axes, top, withheld)

    return draw(paint, (width, height), caption)


def shade(value: float) -> str:
    """The colour of a cell."""
    return next(colour for least, colour in SHADES if value >= least)


def steps() -> Iterator[tuple[str, int]]:
    """The shades for a key: which figures have one, and the least of them."""
    upper: int | None = None
    for least, _ in SHADES:
        yield f"≥ {least}" if upper is None else f"{least} – < {upper}" if least else f"< {upper}", least
        upper = least


def _height(panel: Panel) -> float:
    return _TITLE + _head(panel) + sum(_row_height(row) for row in panel.rows) + _EDGE


def _head(panel: Panel) -> float:
    """Of the titles, which stand upright."""
    lines = (line for title in panel.columns for line in wrapped(title, 25).split("\n"))
    return 0.15 + _LETTER * max(map(len, lines), default=0)


def _row_height(row: HeatRow) -> float:
    return max(0.3, 0.12 + _LINE * (1 + wrapped(row.label, 38).count("\n")))


def _paint_panel(axes: "Axes", panel: Panel, top: float, words: Words) -> None:
    left, place = _EDGE + _LABEL + _NUMBER, top + _TITLE + _head(panel)
    axes.text(_EDGE, top + _TITLE / 2 + 0.05, panel.title, weight="bold", va="center", parse_math=False)
    for number, title in enumerate(panel.columns):
        middle = left + (number + 0.5) * _CELL
        text = wrapped(title, 25)
        axes.text(middle, place - 0.06, text, rotation=90, ha="center", va="bottom", fontsize=8, parse_math=False)
    for row in panel.rows:
        height = _row_height(row)
        middle = place + height / 2
        weight = "bold" if row is panel.rows[0] else "normal"
        axes.text(_EDGE, middle, wrapped(row.label, 38), va="center", fontsize=8, weight=weight, parse_math=False)
        if row.participants is not None:
            axes.text(left - 0.08, middle, f"n={row.participants}", va="center", ha="right", fontsize=7, color=MIDDLE)
        for number, value in enumerate(row.values):
            _paint_cell(axes, (left + number * _CELL, place), height, value, words)
        place += height


def _paint_cell(axes: "Axes", corner: tuple[float, float], height: float, value: float | None, words: Words) -> None:
    _box(axes, corner, (_CELL, height), value)
    axes.text(
        corner[0] + _CELL / 2,
        corner[1] + height / 2,
        words.number(value),
        ha="center",
        va="center",
        fontsize=8,
        color="white" if value is not None and value < WHITE_BELOW else DARK,
        **({"bbox": {"facecolor": "white", "edgecolor": "none", "pad": 3}} if value is None else {}),
    )


def _box(axes: "Axes", corner: tuple[float, float], size: tuple[float, float], value: float | None) -> None:
    from matplotlib.patches import Rectangle  # noqa: PLC0415 - as in `draw`

    fill, hatch = ("white", "////") if value is None else (shade(value), "")
    axes.add_patch(Rectangle(corner, *size, facecolor=fill, edgecolor=MIDDLE, hatch=hatch, linewidth=0.6))


def _paint_key(axes: "Axes", top: float, withheld: str) -> None:
    left, upper, lower = _EDGE, top + 0.1, top + 0.37
    for text, least in steps():
        _box(axes, (left, upper), (0.3, 0.2), least)
        axes.text(left + 0.38, upper + 0.1, text, va="center", fontsize=8)
        left += 1.25
    _box(axes, (_EDGE, lower), (0.3, 0.2), None)
    axes.text(_EDGE + 0.38, lower + 0.1, f"– {withheld}", va="center", fontsize=8, parse_math=False)
