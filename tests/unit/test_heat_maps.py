"""Heat maps as pictures: every number in its own cell of the right shade, and everything inside the sheet."""

import re
from typing import Final
from xml.etree import ElementTree as ET

import pytest
from matplotlib import font_manager
from matplotlib.textpath import TextPath

from app.api.charts import Caption, HeatRow, Panel, heat_map
from app.api.charts.heat import SHADES, WHITE_BELOW, shade, steps

SVG: Final = "{http://www.w3.org/2000/svg}"
CAPTION: Final = Caption("Rata-rata kriteria", "Semua angka", "id")
WITHHELD: Final = "tidak ditampilkan"
UNIT: Final = "Dinas Perpustakaan, Kearsipan, Kepemudaan dan Olahraga Serang"
CRITERION: Final = "Berorientasi pelayanan kepada masyarakat dan para pemangku $x$"
Box = tuple[float, float, float, float]


def page(panels: list[Panel]) -> ET.Element:
    return ET.fromstring(heat_map(panels, WITHHELD, CAPTION))  # noqa: S314 -- what we have drawn ourselves


def boxes(root: ET.Element) -> list[tuple[Box, str]]:
    """The rectangles with their filling."""
    found = []
    for path in root.iter(f"{SVG}path"):
        corners = re.findall(r"[ML] ([\d.]+) ([\d.]+)", path.get("d", ""))
        fill = re.search(r"fill: ([^;]+)", path.get("style", ""))
        if len(corners) == 4 and fill and path.get("clip-path"):
            xs, ys = [float(x) for x, _ in corners], [float(y) for _, y in corners]
            found.append(((min(xs), min(ys), max(xs), max(ys)), fill[1]))
    return found


def written(root: ET.Element) -> list[tuple[str, Box, str]]:
    """Every line of text, the room it takes and its colour."""
    found = []
    for one in root.iter(f"{SVG}text"):
        text, style = "".join(one.itertext()), one.get("style", "")
        size = float(re.search(r"(?:font-size: |font: .*?)([\d.]+)px", style)[1])  # type: ignore[index]
        weight = "bold" if "bold" in style else "normal"
        face = font_manager.FontProperties(family="DejaVu Sans", weight=weight)
        width = TextPath((0, 0), text.replace("$", r"\$"), size=size, prop=face).get_extents().width
        place = re.match(r"translate\(([\d.]+) ([\d.]+)\)", one.get("transform", ""))
        x, y = (float(place[1]), float(place[2])) if place else (float(one.get("x", "nan")), float(one.get("y", "nan")))
        x -= width * {"middle": 0.5, "end": 1}.get((re.findall(r"text-anchor: (\w+)", style) or ["start"])[0], 0)
        upright = "rotate(-90)" in one.get("transform", "")
        box = (x - size, y - width, x, y) if upright else (x, y - size, x + width, y)
        colour = re.search(r"fill: (#\w+)", style)
        found.append((text, box, colour[1] if colour else "#000000"))
    return found


def inside(small: Box, large: Box, margin: float = 0.5) -> bool:
    return (
        small[0] >= large[0] - margin
        and small[1] >= large[1] - margin
        and small[2] <= large[2] + margin
        and small[3] <= large[3] + margin
    )


def overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def full(rows: int = 5) -> Panel:
    return Panel(
        "Perilaku BerAKHLAK",
        [f"{place} {CRITERION}"[:60] for place in range(12)],
        [
            HeatRow(f"{place} {UNIT}"[:60], 5 + place, [8.0 * place + column for column in range(12)])
            for place in range(rows)
        ],
    )


def test_every_number_stands_in_a_cell_of_its_own_shade() -> None:
    root = page([full(12)])
    cells, numbers = boxes(root), {text: (box, colour) for text, box, colour in written(root)}
    for row in full(12).rows:
        for value in row.values:
            assert value is not None
            box, colour = numbers[f"{value:.2f}".replace(".", ",")]
            (fill,) = {fill for room, fill in cells if inside(box, room) and fill.startswith("#")}
            assert fill == shade(value)
            assert (colour == "#ffffff") == (value < WHITE_BELOW)
        name, number = numbers[f"n={row.participants}"][0], numbers[f"{row.values[0]:.2f}".replace(".", ",")][0]
        assert name[3] == pytest.approx(number[3], abs=2)
        assert any(inside((box[0], name[1], box[2], name[3]), (0, box[1], 900, box[3])) for box, _ in cells)


def test_names_of_sixty_characters_and_twelve_criteria_have_room() -> None:
    panel = full()
    root = page([panel, full(2)])
    width, height = (float(size) for size in root.get("viewBox", "").split()[2:])
    lines = written(root)
    assert all(inside(box, (0, 0, width, height)) for _, box, _ in lines)
    crossed = [(a, b) for n, (a, one, _) in enumerate(lines) for b, other, _ in lines[n + 1 :] if overlap(one, other)]
    assert crossed == []
    cells = [box for box, fill in boxes(root) if fill.startswith("#")]
    titles = [(text, box) for text, box, _ in lines if not re.fullmatch(r"[\d,]+", text)]
    assert [text for text, box in titles if any(overlap(box, cell) for cell in cells)] == []
    together = " ".join(text for text, _, _ in lines)
    assert all(row.label in together for row in panel.rows)
    assert all(title in together for title in panel.columns)


def test_a_withheld_cell_is_hatched_with_a_dash_and_nought_is_a_number() -> None:
    root = page([Panel("R", ["A", "B"], [HeatRow("Unit", None, [None, 0.0])])])
    texts = [text for text, _, _ in written(root)]
    assert texts.count("–") == 1
    assert "0,00" in texts
    assert [fill for _, fill in boxes(root)].count("url(#" + _hatch(root) + ")") == 2  # the cell and the key
    assert f"– {WITHHELD}" in texts
    assert not any(text.startswith("n=") for text in texts)


def _hatch(root: ET.Element) -> str:
    (pattern,) = root.iter(f"{SVG}pattern")
    return pattern.get("id", "")


def test_an_empty_map_has_its_key() -> None:
    assert [text for text, _, _ in written(page([]))] == [*[text for text, _ in steps()], f"– {WITHHELD}"]


@pytest.mark.parametrize(("value", "place"), [(100, 0), (90, 0), (89.99, 1), (50, 4), (49.99, 5), (0, 5)])
def test_shades_begin_where_the_key_says(value: float, place: int) -> None:
    assert shade(value) == SHADES[place][1]


def test_letters_can_be_read_on_every_shade() -> None:
    for least, colour in SHADES:
        grey = (int(colour[1:3], 16) / 255) ** 2.2
        letters = 1.0 if least < WHITE_BELOW else (0x1A / 255) ** 2.2
        assert (max(grey, letters) + 0.05) / (min(grey, letters) + 0.05) >= 4.5
