"""Reports as they are printed: read back from the PDF, page by page."""

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from pypdf import PageObject, PdfReader

from app.api.charts import Caption, Pair, printed_radar
from app.api.reports import Letterhead, result_report
from app.api.texts.reports import LABELS
from app.api.words import Words
from app.domain.actions.results.reporting import Reported
from app.domain.values import RaterType, ReasonCode
from tests.support.printing import BERAKHLAK, LONG_CHIEF, LONG_NAME, LONG_TITLE, printed, renamed
from tests.unit.test_charts import texts as drawn_texts
from tests.unit.test_charts import tree

HEAD = Letterhead(("PEMERINTAH KOTA SERANG", "Badan Kepegawaian"), None, "Serang")
TWELVE = [f"{LONG_TITLE} {number}" for number in range(1, 13)]
REMARKS = [
    {"code": code.value, "rater_type": "peer", "dimension": "work_result", "indicator": "BP1"} for code in ReasonCode
]
#: In points: A4 is 842 high, text stands between the margins of 1.8 cm above and 2 cm below.
TOP, FOOT = 842 - 51, 57


def document(facts: Reported, words: Words = Words("id"), head: Letterhead = HEAD) -> PdfReader:  # noqa: B008
    return PdfReader(io.BytesIO(result_report(facts, words, head)))


def dense(text: str) -> str:
    """Without white space, so that it does not matter where lines are broken."""
    return re.sub(r"\s", "", text)


def text_of(reader: PdfReader) -> str:
    return dense("".join(page.extract_text() for page in reader.pages))


def lowest(page: PageObject) -> float:
    """Where the last text above the footer stands."""
    heights: list[float] = []

    def note(text: str, place: Sequence[float], *_: Any) -> None:
        if text.strip() and place[5] > FOOT:
            heights.append(place[5])

    page.extract_text(visitor_text=note)
    return min(heights)


# ---------------------------------------------------------------- names are only text


@cache
def times(text: str) -> int:
    """How often it is printed where people, offices, cycle, criteria, reason, letterhead and place are called so."""
    facts = renamed(printed(BERAKHLAK[:2]), text)
    return text_of(document(facts, head=Letterhead((text, text), None, text))).count(dense(text))


@pytest.mark.parametrize(
    "text",
    [
        '#eval("1 + 1")',
        '#read("/etc/passwd")',
        '#panic("berhenti")',
        "#{let x = 1} #[isi]",
        "*tebal* _miring_ `kode`",
        "@ref dan <label>",
        "C:\\baru\\teks \\",
        "$x^2 + y$",
        "// bukan komentar",
        "/* juga bukan */",
        "= Judul",
        "- butir + nomor / istilah: arti",
        "a~b -- c --- d ... e",
        "\"kutip\" 'satu'",
        "<b>&amp;&lt;</b>",
        "https://serangkota.example/a?b=c#d",
        "{nama} %s %(x)s",
    ],
)
def test_a_name_is_printed_as_it_is_written(text: str) -> None:
    assert times(text) == times("Budi Contoh") >= 14


# ---------------------------------------------------------------- pages


@pytest.mark.parametrize("count", [1, 2, 3, 7, 12, 13, 20])
@pytest.mark.parametrize("remarks", [0, 7])
def test_pages_are_used_and_nobody_signs_an_empty_one(count: int, remarks: int) -> None:
    titles = (TWELVE * 2)[:count]
    facts = printed(titles, name=LONG_NAME, chief=LONG_CHIEF, reasons=REMARKS[:remarks], decided=remarks == 0)
    pages = document(facts).pages
    assert len(pages) <= 3
    for page in pages:
        assert (TOP - lowest(page)) / (TOP - FOOT) > 0.4
    signed = pages[-1].extract_text()
    assert "Tanda bukti" in signed
    assert "Pejabat Penilai Kinerja" in signed
    assert ("Diagram kriteria" if 3 <= count <= 12 else "Kekuatan") in signed


def test_an_ordinary_result_takes_two_pages_and_a_small_one_a_single_page() -> None:
    assert [len(document(printed(titles)).pages) for titles in (BERAKHLAK, TWELVE, BERAKHLAK[:2])] == [2, 2, 1]


@pytest.mark.parametrize(("language", "line"), [("id", "Halaman {} dari 2"), ("en", "Page {} of 2")])
def test_every_page_has_its_number_and_says_whose_it_is(language: Any, line: str) -> None:
    pages = document(printed(name=LONG_NAME), Words(language)).pages
    for number, page in enumerate(pages, 1):
        shown = dense(page.extract_text())
        assert dense(line.format(number)) in shown
        assert dense(LONG_NAME) in shown


def test_names_of_sixty_characters_are_whole() -> None:
    facts = printed(TWELVE, name=LONG_NAME, chief=LONG_CHIEF)
    first, second = (dense(page.extract_text()) for page in document(facts).pages)
    assert {len(LONG_NAME), len(LONG_CHIEF)} == {60}
    for name, times_above in ((LONG_NAME, 2), (LONG_CHIEF, 1)):  # the ratee's stands in the footer too
        assert first.count(dense(name)) == times_above
        assert second.count(dense(name)) == times_above
    for title in TWELVE:
        assert dense(title) in first


@pytest.mark.parametrize(
    "word", ["Prawiranegarasyarifuddin", pytest.param("Prawiranegara dan ", marks=pytest.mark.thorough)]
)
def test_the_longest_texts_keep_to_their_page(word: str) -> None:
    """Names and titles have 200 characters at most, in one word or in many."""
    from matplotlib.textpath import TextPath  # noqa: PLC0415 - heavy

    text = (word * 20)[:200]
    reader = document(renamed(printed(BERAKHLAK[:3]), text), head=Letterhead((text[:120],) * 6, None, "Serang"))
    lines: list[tuple[str, float, float]] = []

    def note(shown: str, place: Sequence[float], _: Any, __: Any, size: float) -> None:
        line = shown.strip()
        if line:
            lines.append((line, place[4] + TextPath((0, 0), line, size=size).get_extents().width, place[5]))

    for page in reader.pages:
        page.extract_text(visitor_text=note)
    assert [line for line, right, height in lines if right > 595 - 55 or height < 10] == []
    assert len(lines) > 50


# ---------------------------------------------------------------- what it says


@pytest.mark.parametrize("language", ["id", "en"])
def test_headings_and_labels_are_in_the_readers_language(language: Any) -> None:
    facts = printed(reasons=REMARKS[:1])
    facts = replace(facts, deputy=facts.appraiser)
    words, others = Words(language), Words("en" if language == "id" else "id")
    reader = document(facts, words)
    shown = text_of(reader)
    for label in LABELS.values():
        assert dense(words.say(label)) in shown
    only_there = [others.say(one) for one in LABELS.values() if len(others.say(one)) > 8]
    assert not [one for one in only_there if dense(one) in shown]
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"] == language
    assert ("84,21" in shown, "84.21" in shown) == ((True, False) if language == "id" else (False, True))


def test_withheld_types_are_named_and_have_no_figure() -> None:
    withheld = [RaterType.PEER, RaterType.SUBORDINATE, RaterType.SERVICE_RECIPIENT]
    shown = text_of(document(printed(withheld=withheld)))
    for label in ("Rekan Kerja", "Bawahan Langsung", "Penerima Layanan"):
        assert dense(f"{label} ditahan: Jawaban kelompok ini kurang dari batas minimum. –") in shown
    assert "79,17" not in shown
    assert dense("Atasan Langsung 87,50 Penilaian Diri") not in shown
    assert dense("Atasan Langsung 87,50") in shown


def test_the_place_is_that_of_the_letterhead_and_a_deputy_signs_on_behalf() -> None:
    facts = printed()
    assert facts.appraiser is not None
    deputy = replace(facts.appraiser, name="Plh. Budi Contoh", nip="198001012005011001")
    signed = document(replace(facts, deputy=deputy), head=replace(HEAD, place="Cilegon")).pages[-1].extract_text()
    assert "Cilegon, ...." in signed
    assert "Serang" not in signed.partition("Tanda bukti")[0]
    assert "a.n. Pejabat Penilai Kinerja" in signed
    assert "NIP 198001012005011001" in signed
    assert f"NIP {facts.ratee.nip}" in signed


def test_what_is_copied_from_it_has_no_hidden_characters() -> None:
    facts = printed(name="Nama-yang-sangat-panjang-tanpa-spasi-1234567890")
    pages = [page.extract_text() for page in document(facts).pages]
    assert f": {facts.shown.version.receipt}\n" in pages[-1]
    assert f"NIP {facts.ratee.nip}\n" in pages[-1]
    assert all(letter.isprintable() or letter == "\n" for page in pages for letter in page)


# ---------------------------------------------------------------- for those who cannot see it


def tags(element: Any) -> Iterator[tuple[str, Any]]:
    """All elements of the structure, each before what it holds."""
    element = element.get_object()
    if not isinstance(element, dict):
        return
    if "/S" in element:
        yield str(element["/S"]), element
    held = element.get("/K", [])
    for one in held if isinstance(held, list) else [held]:
        if not isinstance(one, int):
            yield from tags(one)


@pytest.mark.parametrize("titles", [BERAKHLAK, BERAKHLAK[:2]])
def test_it_is_tagged_as_pdf_ua_asks(titles: Sequence[str]) -> None:
    reader = document(printed(titles, reasons=REMARKS[:2]))
    root: Any = reader.trailer["/Root"]
    assert bool(root["/MarkInfo"]["/Marked"])
    assert bool(root["/ViewerPreferences"]["/DisplayDocTitle"])
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_object().get_data()
    found = list(tags(root["/StructTreeRoot"]))
    kinds = [kind for kind, _ in found]
    assert kinds.count("/Table") == 3
    assert kinds.count("/TH") == 4 + 5 + 3
    assert kinds.count("/TR") == 3 + 1 + len(titles) + len(RaterType)
    assert kinds.count("/LI") == 2
    assert kinds.count("/H1") == (5 if len(titles) > 2 else 4)
    figures = [element for kind, element in found if kind == "/Figure"]
    assert ["Diagram radar" in str(one["/Alt"]) for one in figures] == [True] * (len(titles) > 2)
    for page in reader.pages:
        assert "/StructParents" in page
        resources: Any = page["/Resources"]
        for font in resources["/Font"].values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
            assert {"/FontFile2", "/FontFile3"} & inner.keys()


# ---------------------------------------------------------------- the radar on paper


def boxes(chart: bytes) -> list[tuple[str, float, float, float, float]]:
    """Every line of text with its left, top, right and bottom edge, in points."""
    from matplotlib.textpath import TextPath  # noqa: PLC0415 - heavy

    found = []
    for one in tree(chart).iter("{http://www.w3.org/2000/svg}text"):
        style, text = one.get("style", ""), "".join(one.itertext()).strip()
        size = float(re.findall(r"font-size: ([\d.]+)px", style)[0])
        x, y = map(float, re.findall(r"(?:translate\(|rotate\(-0 )([-\d.]+) ([-\d.]+)\)", one.get("transform", ""))[0])
        width = TextPath((0, 0), text, size=size).get_extents().width
        x -= width * (("text-anchor: end" in style) + ("text-anchor: middle" in style) / 2)
        found.append((text, x, y - 0.75 * size, x + width, y + 0.2 * size))
    return found


@pytest.mark.parametrize("titles", [TWELVE, BERAKHLAK, BERAKHLAK[:3]])
def test_a_printed_radar_can_be_read(titles: Sequence[str]) -> None:
    pairs = [Pair(title, 30.0 + place, 90.0 - place) for place, title in enumerate(titles)]
    chart = printed_radar(pairs, ("Diri", "Penilai lain"), Caption("Radar", "Radar", "id"))
    assert chart is not None
    root = tree(chart)
    width, height = map(float, root.get("viewBox", "").split()[2:])
    assert width == pytest.approx((21 - 2 * 2) / 2.54 * 72, rel=0.01)  # as wide as the text: printed in its own size
    sizes = [float(size) for size in re.findall(r"font-size: ([\d.]+)px", chart.decode())]
    assert min(sizes) >= 7
    labels = [box for box in boxes(chart) if not box[0].isdigit()]
    assert dense("".join(drawn_texts(chart))).count("menggerakkan") == (len(TWELVE) if titles is TWELVE else 0)
    for text, left, top, right, bottom in labels:
        assert left >= 0, text
        assert top >= 0, text
        assert right <= width, text
        assert bottom <= height, text
    for place, (one, left, top, right, bottom) in enumerate(labels):
        for other, left2, top2, right2, bottom2 in labels[place + 1 :]:
            assert right <= left2 or right2 <= left or bottom <= top2 or bottom2 <= top, (one, other)


def test_of_few_or_many_criteria_there_is_no_radar() -> None:
    for count in (0, 2, 13):
        assert printed_radar([Pair("x", 1.0, 2.0)] * count, ("Diri", "Penilai lain"), Caption("", "", "id")) is None
