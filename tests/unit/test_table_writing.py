"""Tables as files: formulas are text, numbers are numbers, memory does not grow; and which type a client gets."""

import io
import re
import tempfile
import tracemalloc
import zipfile
from datetime import date
from decimal import Decimal

import orjson
import pytest

from app.api.negotiation import choose_media_type
from app.api.spreadsheets import CSV, XLSX, read_lines
from app.api.spreadsheets.writing import Cell, CsvWriter, JsonLinesWriter, XlsxWriter, harmless

TITLES = ["Nama", "NIP", "Nilai", "Versi", "Tanggal"]
ROW: list[Cell] = ['Siti; "Aminah", S.E.', "198609262015051001", Decimal("87.30"), 2, date(2026, 12, 31)]
EMPTY: list[Cell] = ["Budi", None, None, None, None]


def _csv(*, comma: bool) -> str:
    file = io.BytesIO()
    writer = CsvWriter(file, TITLES, comma=comma)
    writer.add([ROW, EMPTY])
    writer.add([["Negatif", "0", -5.5, 0, None]])
    writer.finish()
    writer.close()
    return file.getvalue().decode()


def test_csv_has_a_mark_points_and_commas() -> None:
    assert _csv(comma=False) == (
        "\ufeffNama,NIP,Nilai,Versi,Tanggal\r\n"
        '"Siti; ""Aminah"", S.E.",198609262015051001,87.30,2,2026-12-31\r\n'
        "Budi,,,,\r\n"
        "Negatif,0,-5.50,0,\r\n"
    )


def test_csv_for_indonesian_spreadsheets_has_semicolons_and_decimal_commas() -> None:
    assert _csv(comma=True) == (
        "\ufeffNama;NIP;Nilai;Versi;Tanggal\r\n"
        '"Siti; ""Aminah"", S.E.";198609262015051001;87,30;2;2026-12-31\r\n'
        "Budi;;;;\r\n"
        "Negatif;0;-5,50;0;\r\n"
    )


def test_xlsx_is_read_back_by_our_own_reader() -> None:
    file = io.BytesIO()
    writer = XlsxWriter(file, TITLES)
    writer.add([ROW, EMPTY])
    writer.finish()
    writer.close()
    lines = read_lines(XLSX, file.getvalue(), 10)
    assert [list(cells) for _, cells in lines] == [
        TITLES,
        ['Siti; "Aminah", S.E.', "198609262015051001", "87.3", "2", "2026-12-31"],
        ["Budi"],
    ]


def test_a_figure_in_xlsx_is_the_published_one_to_the_last_digit() -> None:
    figures = [float(f"{whole}.{part:02}") for whole in (9, 41, 91, 93, 100) for part in range(100)]
    file = io.BytesIO()
    writer = XlsxWriter(file, ["N"])
    writer.add([[figure] for figure in figures])
    writer.finish()
    writer.close()
    with zipfile.ZipFile(file) as package:
        sheet = package.read("xl/worksheets/sheet1.xml").decode()
    assert [float(value) for value in re.findall("<v>([^<]+)</v>", sheet)] == figures
    assert "<v>91.79</v>" in sheet


def test_an_overlong_table_goes_on_on_another_sheet() -> None:
    file = io.BytesIO()
    writer = XlsxWriter(file, ["N"], most_rows=4)
    writer.add([[number] for number in range(7)])
    writer.finish()
    writer.close()
    with zipfile.ZipFile(file) as package:
        sheets = [package.read(f"xl/worksheets/sheet{n}.xml").decode() for n in (1, 2, 3)]
    assert [sheet.count("<row ") for sheet in sheets] == [4, 4, 2]
    assert all("<t>N</t>" in sheet for sheet in sheets)


def test_json_lines_keep_text_as_it_is() -> None:
    file = io.BytesIO()
    writer = JsonLinesWriter(file, ["text", "figure", "day"])
    writer.add([["=1+1", Decimal("87.30"), date(2026, 12, 31)], ["é\n", None, None]])
    assert [orjson.loads(line) for line in file.getvalue().splitlines()] == [
        {"text": "=1+1", "figure": 87.3, "day": "2026-12-31"},
        {"text": "é\n", "figure": None, "day": None},
    ]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+62 254",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1+1",
        "\u00a0=1+1",
        "\uff1d1+1",
        '=HYPERLINK("http://x.example","y")',
        "=cmd|' /C calc'!A0",
    ],
)
def test_what_would_be_a_formula_is_text(text: str) -> None:
    assert harmless(text) == f"'{text}"
    csv_file, xlsx_file = io.BytesIO(), io.BytesIO()
    CsvWriter(csv_file, [text], comma=False).add([[text]])
    book = XlsxWriter(xlsx_file, [text])
    book.add([[text]])
    book.finish()
    book.close()
    cells = [
        cell
        for kind, file in ((CSV, csv_file), (XLSX, xlsx_file))
        for _, [cell] in read_lines(kind, file.getvalue(), 5)
    ]
    assert len(cells) == 4
    assert all(cell.startswith("'") for cell in cells)
    with zipfile.ZipFile(xlsx_file) as package:
        sheet = package.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
    assert b"hyperlink" not in sheet


@pytest.mark.parametrize("text", ["Siti", "S.E., M.M.", "'s-Gravenhage", "3-4", "a=b", "", "1986"])
def test_plain_text_stays(text: str) -> None:
    assert harmless(text) == text


def test_what_xml_cannot_hold_becomes_a_space() -> None:
    file = io.BytesIO()
    writer = XlsxWriter(file, ["N"])
    writer.add([["a\x01b\ufffe<&>"]])
    writer.finish()
    writer.close()
    assert [list(cells) for _, cells in read_lines(XLSX, file.getvalue(), 5)][1] == ["a b <&>"]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_memory_does_not_grow_with_the_table(kind: str) -> None:
    peaks = []
    for batches in (5, 50):
        with tempfile.TemporaryFile() as file:
            tracemalloc.start()
            writer = CsvWriter(file, TITLES, comma=False) if kind == "csv" else XlsxWriter(file, TITLES)
            for number in range(batches):
                writer.add([[f"Nama {number} {n}", "198609262015051001", n / 7, n, None] for n in range(200)])
            writer.finish()
            writer.close()
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.5 + 200_000, peaks


OFFERED = ["text/csv", "application/x", "application/y"]


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("", "text/csv"),
        ("*/*", "text/csv"),
        ("application/y", "application/y"),
        ("APPLICATION/Y", "application/y"),
        ("application/*", "application/x"),
        ("application/json, text/plain, */*", "text/csv"),
        ("text/csv;q=0.5, application/x;q=0.8", "application/x"),
        ("text/csv;header=present;q=0.5, application/x;q=0.4", "text/csv"),
        ("*/*, text/csv;q=0", "application/x"),
        ("*/*;q=0.1, application/y;q=0.2", "application/y"),
        ("application/*;q=0.9, application/x;q=0.1", "application/y"),
        ("text/csv;q=0", None),
        ("image/png", None),
        ("application/json", None),
        ("nonsense", "text/csv"),
        ("nonsense, image/png", None),
        ("text/csv;q=7", "text/csv"),
    ],
)
def test_a_client_gets_the_type_it_likes_best(accept: str, chosen: str | None) -> None:
    assert choose_media_type(accept, OFFERED) == chosen
