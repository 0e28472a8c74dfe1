"""Charts as pictures: every label and figure is in them, in black and white, and nothing else gets in."""

import re
from concurrent.futures import ThreadPoolExecutor
from xml.etree import ElementTree as ET

import pytest

from app.api.charts import Bar, Caption, Pair, Point, criteria_chart, groups_chart, history_chart

SVG = "{http://www.w3.org/2000/svg}"
CAPTION = Caption('Dr. <Ayu> & "Siti"', "Angka & <kata>", "id")
NAMES = ("Diri", "Penilai lain")
LONG = "Berorientasi pelayanan kepada masyarakat dan pemangku kepentingan"
TWELVE = [Pair(f"{place} {LONG} ${place}$", 30.0 + place, 90.0 - place) for place in range(12)]


def tree(chart: bytes) -> ET.Element:
    return ET.fromstring(chart)  # noqa: S314 -- what we have drawn ourselves


def texts(chart: bytes) -> list[str]:
    """The lines of text that are drawn."""
    return ["".join(one.itertext()).strip() for one in tree(chart).iter(f"{SVG}text")]


def line(chart: bytes, name: str) -> ET.Element:
    """The path of a line that was drawn under this name."""
    found = tree(chart).find(f".//{SVG}g[@id='{name}']/{SVG}path")
    assert found is not None
    return found


def corners(path: ET.Element) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"[ML] ([-\d.]+) ([-\d.]+)", path.get("d", ""))]


def test_it_speaks_to_those_who_cannot_see_it_and_names_are_only_text() -> None:
    chart = criteria_chart(TWELVE, NAMES, CAPTION)
    root = tree(chart)
    assert (root.get("role"), root.get("lang")) == ("img", "id")
    assert root.get("aria-labelledby") == "chart-title chart-description"
    found = {one.get("id"): one.text for one in root if one.tag in {f"{SVG}title", f"{SVG}desc"}}
    assert found == {"chart-title": CAPTION.title, "chart-description": CAPTION.description}
    assert b"<script" not in chart
    assert b"<!DOCTYPE" not in chart
    assert not re.search(rb'href="(?!#)', chart)


def test_the_same_figures_make_the_same_bytes() -> None:
    assert criteria_chart(TWELVE, NAMES, CAPTION) == criteria_chart(TWELVE, NAMES, CAPTION)


def test_twelve_long_criteria_are_all_there_in_full() -> None:
    together = " ".join(texts(criteria_chart(TWELVE, NAMES, CAPTION)))
    for pair in TWELVE:
        assert pair.title in together
        assert f"Diri {pair.self:.2f}".replace(".", ",") in together
    english = texts(criteria_chart(TWELVE, ("Self", "Others"), Caption("", "", "en")))
    assert "Self 30.00" in english


def test_the_points_of_a_radar_lie_where_the_figures_say() -> None:
    chart = criteria_chart([Pair("A", 50, 100), Pair("B", 50, 100), Pair("C", 50, 100)], NAMES, CAPTION)
    ours, theirs = corners(line(chart, "self")), corners(line(chart, "others"))
    top_ours, top_theirs = ours[0], theirs[0]
    centre_y = top_theirs[1] + (theirs[1][1] - top_theirs[1]) / 1.5  # of an equilateral triangle
    assert top_ours[0] == pytest.approx(top_theirs[0], abs=0.01)
    assert centre_y - top_ours[1] == pytest.approx((centre_y - top_theirs[1]) / 2, abs=0.01)


def test_a_full_figure_keeps_its_whole_mark_on_the_rim() -> None:
    full = tree(criteria_chart([Pair(name, 100, 100) for name in "ABC"], NAMES, CAPTION))
    for name in ("self", "others"):
        group = full.find(f".//{SVG}g[@id='{name}']")
        assert group is not None
        assert not [part for part in group.iter() if "clip-path" in part.attrib]


def test_lines_differ_without_colour() -> None:
    chart = criteria_chart(TWELVE, NAMES, CAPTION)
    assert "stroke-dasharray" in line(chart, "self").get("style", "")
    assert "stroke-dasharray" not in line(chart, "others").get("style", "")


def test_everything_is_grey() -> None:
    charts = (
        criteria_chart(TWELVE, NAMES, CAPTION),
        criteria_chart(TWELVE[:2], NAMES, CAPTION),
        groups_chart([Bar("Atasan", 1)], CAPTION),
        history_chart([Point("2026", 1)], CAPTION, "–"),
    )
    colours = {colour for chart in charts for colour in re.findall(rb"#([0-9a-f]{6})", chart)}
    assert all(colour[:2] == colour[2:4] == colour[4:] for colour in colours)


@pytest.mark.parametrize("count", [0, 1, 2, 13])
def test_few_or_many_criteria_are_bars_told_apart_by_a_hatch(count: int) -> None:
    chart = criteria_chart([Pair(f"Kriteria {place}", 12.5, None) for place in range(count)], NAMES, CAPTION)
    assert texts(chart).count("12,50") == texts(chart).count("–") == count
    assert (b"<pattern" in chart) == (count > 0)


def test_a_missing_criterion_is_a_gap_and_never_nought() -> None:
    chart = criteria_chart([Pair("A", 10, 10), Pair("B", None, 10), Pair("C", 10, 10)], NAMES, CAPTION)
    assert len(corners(line(chart, "self"))) == 3  # A; C and A again
    assert "Diri –" in texts(chart)


def test_a_withheld_group_is_named_with_its_reason_and_has_no_bar() -> None:
    shown = [Bar("Atasan Langsung", 87.35), Bar("Rekan Kerja", 0.0)]
    chart = groups_chart([*shown, Bar("Bawahan Langsung", None, "Tidak ada jawaban.")], CAPTION)
    assert {"87,35", "0,00", "Bawahan Langsung", "– Tidak ada jawaban."} <= set(texts(chart))
    assert chart.count(b"fill: url(#") == len(shown)


def test_a_history_shows_gaps_and_may_be_empty() -> None:
    chart = history_chart([Point("2024", 50), Point("2025", None), Point("2026", 75.5)], CAPTION, "Kosong")
    assert {"2024", "50,00", "–", "75,50"} <= set(texts(chart))
    assert "Kosong" in texts(history_chart([], CAPTION, "Kosong"))


def test_drawn_on_several_threads_at_once() -> None:
    with ThreadPoolExecutor(4) as pool:
        drawn = set(pool.map(lambda _: criteria_chart(TWELVE[:3], NAMES, CAPTION), range(8)))
    assert len(drawn) == 1
