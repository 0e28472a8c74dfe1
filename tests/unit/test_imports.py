"""Spreadsheets read to columns, cell by cell, and the rules of rows that need no database."""

import ast
import contextlib
import io
import struct
import tracemalloc
import zipfile
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.api.problems import HttpProblemError
from app.api.spreadsheets import CSV, XLSX, read_lines
from app.api.texts import VIOLATIONS
from app.domain.errors import Invalid
from app.domain.imports import cells
from app.domain.imports.cells import Fault
from app.domain.imports.circles import on_circles
from app.domain.imports.report import MOST_LISTED, Faults, ImportKind
from app.domain.imports.sheets import COLUMNS
from app.domain.imports.table import Line, Sheet, read_sheet
from app.domain.values import Dimension, Employment, PositionKind, RaterType, Role, UnitKind
from tests.support.spreadsheets import cell, csv_bytes, packed, rows_xml, xlsx_bytes, xlsx_parts

NIP = "198609262015051001"
APP = Path(__file__).resolve().parents[2] / "app"


def read(lines: list[Line], kind: ImportKind = ImportKind.UNITS) -> tuple[Sheet, list[tuple[int, str | None, str]]]:
    faults = Faults()
    sheet = read_sheet(COLUMNS[kind], lines, faults)
    return sheet, [(error.row, error.column, error.code) for error in faults.first()]


def refusal(media_type: str, body: bytes, most: int = 100) -> str:
    with pytest.raises(Invalid) as caught:
        read_lines(media_type, body, most)
    return caught.value.violations[0].code


# ---------------------------------------------------------------- cells


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (NIP, NIP),
        ("19860926 201505 1 001", NIP),
        (f"'{NIP}", NIP),
        (f"\u2019{NIP}", NIP),
        (f'"{NIP}"', NIP),
        (f"\u200e{NIP}\ufeff", NIP),
        ("1.98609E+17", Fault("nip_damaged")),
        ("1,98609E+17", Fault("nip_damaged")),
        ("1.98609262015051e+17", Fault("nip_damaged")),
        ("198609262015051000", Fault("nip_damaged")),
        ("198609262015051001.0", Fault("nip_damaged")),
        ("19860926201505100", Fault("nip_not_18_digits")),
        ("١٩٨٦٠٩٢٦٢٠١٥٠٥١٠٠١", Fault("nip_not_18_digits")),
        ("Siti", Fault("nip_not_18_digits")),
    ],
)
def test_a_nip_is_recognised_or_refused_with_a_hint(written: str, expected: str | Fault) -> None:
    assert cells.nip(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("  Siti \n Aminah ", "Siti Aminah"),
        ("", None),
        (" \t", None),
        ("-", None),
        ("—", None),
        (f'="{NIP}"', NIP),
        ('=""', None),
        ("=A1+1", Fault("formula")),
        ('="="="x""', Fault("formula")),
        ("#N/A", Fault("formula_failed")),
        ("#ref!", Fault("formula_failed")),
        ("#1 Penyuluh", "#1 Penyuluh"),
        ("a\x00b", Fault("text_not_storable")),
        ("a\ud800b", Fault("text_not_storable")),
        ("'Aisyah", "'Aisyah"),
    ],
)
def test_text_is_cleaned_and_formulas_are_refused(written: str, expected: object) -> None:
    assert cells.clean(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("84,5", Decimal("84.5")),
        ("84.5", Decimal("84.5")),
        ("-0,0001", Decimal("-0.0001")),
        ("100", Decimal(100)),
        ("84,500000", Decimal("84.5")),
        ("84,00001", Fault("too_many_decimals", {"most": 4})),
        ("1.234,5", Fault("bad_format", {"expected": "84,5"})),
        ("1e3", Fault("bad_format", {"expected": "84,5"})),
        ("NaN", Fault("bad_format", {"expected": "84,5"})),
        ("9" * 21, Fault("bad_format", {"expected": "84,5"})),
    ],
)
def test_numbers_have_a_comma_or_a_point(written: str, expected: object) -> None:
    assert cells.number(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-03-01", datetime(2026, 2, 28, 17, tzinfo=UTC)),
        ("01/03/2026", datetime(2026, 2, 28, 17, tzinfo=UTC)),
        ("1.3.2026", datetime(2026, 2, 28, 17, tzinfo=UTC)),
        ("2026-03-01T08:30:00", datetime(2026, 3, 1, 1, 30, tzinfo=UTC)),
        ("2026-03-01T08:30:00Z", datetime(2026, 3, 1, 8, 30, tzinfo=UTC)),
        ("2026-03-01T08:30:00+07:00", datetime(2026, 3, 1, 1, 30, tzinfo=UTC)),
        ("31/02/2026", Fault("bad_format", {"expected": "2026-12-31"})),
        ("kemarin", Fault("bad_format", {"expected": "2026-12-31"})),
        ("0001-01-01", Fault("bad_format", {"expected": "2026-12-31"})),
        ("1600-01-01", Fault("out_of_range", {"limits": "1900..2200"})),
    ],
)
def test_days_and_times_are_meant_in_wib(written: str, expected: object) -> None:
    assert cells.moment(written) == expected


@pytest.mark.parametrize(
    ("reader", "written", "expected"),
    [
        (cells.grade, "III/C", "III/c"),
        (cells.grade, " iii / c ", "III/c"),
        (cells.grade, "IX", "IX"),
        (cells.grade, "3c", Fault("grade_unknown")),
        (cells.flag, "Ya", True),
        (cells.flag, "TIDAK", False),
        (cells.flag, "non-aktif", False),
        (cells.flag, "t", Fault("not_one_of", {"allowed": "true, false, ya, tidak"})),
        (cells.phone, "'0812 3456-789", "0812 3456-789"),
        (cells.phone, "telp", Fault("bad_format", {"expected": "+62 254 200000"})),
        (cells.email, "siti@serang.example", "siti@serang.example"),
        (cells.email, "siti@serang", Fault("bad_format", {"expected": "nama@contoh.id"})),
        (cells.code, "'PKM-UNYUR", "PKM-UNYUR"),
        (cells.code, "A" * 41, Fault("bad_format", {"expected": "A-Z a-z 0-9 . _ -"})),
        (cells.name, "A" * 201, Fault("too_long", {"most": 200})),
        (cells.username, f" {NIP[:8]} {NIP[8:]}", NIP),
    ],
)
def test_small_readers(reader: cells.Reader, written: str, expected: object) -> None:
    assert reader(written) == expected


@pytest.mark.parametrize(
    ("kind", "column", "written", "expected"),
    [
        (ImportKind.UNITS, "kind", "Puskesmas", UnitKind.HEALTH_CENTRE),
        (ImportKind.UNITS, "kind", "health_centre", UnitKind.HEALTH_CENTRE),
        (ImportKind.UNITS, "kind", "Rumah Sakit", UnitKind.HOSPITAL),
        (ImportKind.EMPLOYEES, "employment", "PPPK", Employment.PPPK),
        (ImportKind.EMPLOYEES, "employment", "P3K", Employment.PPPK),
        (ImportKind.EMPLOYEES, "employment", "Non-ASN", Employment.NON_ASN),
        (ImportKind.EMPLOYEES, "position_kind", "Jabatan Fungsional", PositionKind.FUNCTIONAL),
        (ImportKind.EMPLOYEES, "position_kind", "pengawas", PositionKind.SUPERVISOR),
        (ImportKind.EMPLOYEES, "position_kind", "Struktural", Fault("structural_is_three_kinds")),
        (ImportKind.ACCOUNTS, "roles", "Pegawai; admin unit", frozenset({Role.EMPLOYEE, Role.UNIT_ADMIN})),
        (ImportKind.ACCOUNTS, "roles", "raja", Fault("not_one_of", {"allowed": ", ".join(Role)})),
        (ImportKind.ASSIGNMENTS, "rater_type", "Rekan Kerja", RaterType.PEER),
        (ImportKind.ASSIGNMENTS, "rater_type", "diri sendiri", RaterType.SELF),
        (ImportKind.EXTERNAL_SCORES, "dimension", "hasil kerja", Dimension.WORK_RESULT),
    ],
)
def test_values_are_known_by_the_words_people_use(
    kind: ImportKind, column: str, written: str, expected: object
) -> None:
    [found] = [one for one in COLUMNS[kind] if one.name == column]
    assert found.read(written) == expected


@given(st.text(max_size=60))
def test_no_cell_breaks_a_reader(written: str) -> None:
    text = cells.clean(written)
    if isinstance(text, str):
        for columns in COLUMNS.values():
            for column in columns:
                column.read(text)


# ---------------------------------------------------------------- tables


def test_columns_are_found_by_either_name_in_any_order() -> None:
    lines = read_lines(CSV, csv_bytes("Nama;KODE UNIT;jenis*", "Dinas Kesehatan;DINKES;dinas"), 10)
    sheet, errors = read(lines)
    assert not errors
    assert (sheet.columns["code"], sheet.columns["name"]) == (["DINKES"], ["Dinas Kesehatan"])
    assert sheet.column("parent_code") is None


def test_a_faulty_header_is_told_without_repeating_it() -> None:
    lines = read_lines(CSV, csv_bytes("", "kode,198609262015051001,code", "A,B,C"), 10)
    _, errors = read(lines)
    assert errors == [
        (2, "B", "unknown_column"),
        (2, "C", "duplicate_column"),
        (2, "name", "column_missing"),
        (2, "kind", "column_missing"),
    ]


def test_every_faulty_cell_is_told_with_the_row_a_spreadsheet_shows() -> None:
    body = csv_bytes("kode,nama,jenis", "A,,dinas", "", "B,Badan,istana", '"C C",Cabang,dinas,lebih', "D,Dinas")
    _, errors = read(read_lines(CSV, body, 10))
    assert errors == [
        (2, "name", "required"),
        (4, "kind", "not_one_of"),
        (5, "D", "cell_beside_columns"),
        (6, "kind", "required"),
    ]


def test_a_file_without_rows_is_refused() -> None:
    for body in (b"", b"\xef\xbb\xbf", b"\n\n", b"kode,nama,jenis\n\n"):
        with pytest.raises(Invalid) as caught:
            read(read_lines(CSV, body, 10))
        assert caught.value.violations[0].code == "file_empty"


def test_hopeless_files_cost_no_memory() -> None:
    faults = Faults()
    for row in range(5 * MOST_LISTED):
        faults.add(row + 2, "nip", "required")
        faults.add(row + 2, "name", "required")
    listed = faults.first()
    assert (faults.count, len(listed)) == (10 * MOST_LISTED, MOST_LISTED)
    assert [error.row for error in listed] == [2 + at // 2 for at in range(MOST_LISTED)]


@given(st.dictionaries(st.integers(0, 12), st.integers(0, 12) | st.none(), max_size=13))
def test_circles_are_found_wherever_they_begin(numbers: dict[int, int | None]) -> None:
    parents = {UUID(int=key): None if value is None else UUID(int=value) for key, value in numbers.items()}

    def comes_back(start: UUID) -> bool:
        here, steps = parents.get(start), 0
        while here is not None and here != start and steps < 20:
            here, steps = parents.get(here), steps + 1
        return here == start

    assert on_circles(parents) == {key for key in parents if comes_back(key)}


def test_long_chains_are_no_deep_recursion() -> None:
    people = [uuid4() for _ in range(50_000)]
    chain: dict[UUID, UUID | None] = dict(zip(people, [*people[1:], None], strict=True))
    assert on_circles(chain) == set()
    assert len(on_circles(chain | {people[-1]: people[0]})) == len(people)


# ---------------------------------------------------------------- CSV


@pytest.mark.parametrize(
    "body",
    [
        b"kode,nama\nA,B\n",
        b"kode;nama\r\nA;B\r\n",
        b"\xef\xbb\xbfkode,nama\r\nA,B",
        b'"kode","nama"\n"A","B"\n',
        b"sep=;\r\nkode;nama\r\nA;B\r\n",
    ],
)
def test_csv_as_spreadsheets_write_it(body: bytes) -> None:
    assert read_lines(CSV, body, 10) == [(1, ["kode", "nama"]), (2, ["A", "B"])]


def test_a_semicolon_inside_quotes_separates_nothing() -> None:
    body = b'"kode;a;b",nama\n1,"satu\ndua ""tiga"""\n2,x\n'
    assert read_lines(CSV, body, 10) == [(1, ["kode;a;b", "nama"]), (2, ["1", 'satu\ndua "tiga"']), (3, ["2", "x"])]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("kode,nama\nA,Café".encode("latin-1"), "encoding_not_utf8"),
        ("kode,nama\nA,B".encode("utf-16"), "encoding_not_utf8"),
        ("kode,nama\nA,B".encode("utf-16-le"), "encoding_not_utf8"),
        (xlsx_bytes(["kode"], ["A"]), "encoding_not_utf8"),
        (b'kode,nama\nA,"B', "csv_unreadable"),
        (b'kode,nama\nA,"B"C\n', "csv_unreadable"),
        (b"kode,nama\nA," + b"x" * 200_000, "csv_unreadable"),
        (b"kode\n" + b"A\n" * 101, "too_many_rows"),
    ],
)
def test_csv_that_cannot_be_read(body: bytes, code: str) -> None:
    assert refusal(CSV, body) == code


@given(st.binary(max_size=300))
def test_no_bytes_break_the_readers(body: bytes) -> None:
    for media_type in (CSV, XLSX):
        with contextlib.suppress(Invalid):
            read_lines(media_type, body, 100)


# ---------------------------------------------------------------- XLSX


def test_cells_are_read_as_a_person_would_type_them() -> None:
    data = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="inlineStr"><is><r><t>dua</t></r><r><t> kata</t></r></is></c></row>'
        f'<row r="4">{cell("A4", 198609262015051001)}<c r="B4"><v>84.995000000000005</v></c>{cell("C4", value=True)}'
        f"{cell('D4', 46082, 1)}{cell('E4', 46082.354166666664, 2)}{cell('F4', 5.0)}"
        '<c r="G4" t="str"><f>A1&amp;"x"</f><v>hasil</v></c><c r="H4"><f>1/3</f></c><c r="I4" t="e"><v>#N/A</v></c>'
        '<c r="J4" t="d"><v>2026-03-01</v></c></row>'
    )
    lines = read_lines(XLSX, packed(xlsx_parts(data, ["sa_x0021_tu"])), 10)
    assert lines == [
        (1, ["sa!tu", "", "dua kata"]),
        (
            4,
            [
                "1.98609E+17",
                "84.995",
                "true",
                "2026-03-01",
                "2026-03-01T08:30:00",
                "5",
                "hasil",
                "",
                "#N/A",
                "2026-03-01",
            ],
        ),
    ]


def test_merged_cells_leave_the_others_empty_and_so_required() -> None:
    data = rows_xml([["kode", "nama", "jenis"], ["A", "Dinas A", "dinas"], ["B", "Dinas B", ""]])
    parts = xlsx_parts(data)
    sheet_path = "xl/worksheets/sheet1.xml"
    parts[sheet_path] = parts[sheet_path].replace(
        "</sheetData>", '</sheetData><mergeCells count="1"><mergeCell ref="C2:C3"/></mergeCells>'
    )
    _, errors = read(read_lines(XLSX, packed(parts), 10))
    assert errors == [(3, "kind", "required")]


def test_the_first_visible_sheet_is_read_in_any_prefix() -> None:
    parts = xlsx_parts(rows_xml([["tampak"]]), hidden=rows_xml([["tersembunyi"]]))
    path = "xl/worksheets/sheet1.xml"
    parts[path] = parts[path].replace("xmlns=", "xmlns:x=").replace("<", "<x:").replace("<x:/", "</x:")
    assert read_lines(XLSX, packed(parts), 10) == [(1, ["tampak"])]


def _with(path: str, content: str) -> bytes:
    return packed(xlsx_parts(rows_xml([["kode"]])) | {path: content})


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"PK\x03\x04 not a zip", "xlsx_unreadable"),
        (b"kode,nama\nA,B\n", "xlsx_unreadable"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "xls_or_locked"),
        (packed({"a.txt": "x"}), "xlsx_unreadable"),
        (_with("xl/workbook.xml", "<workbook/>"), "xlsx_unreadable"),
        (_with("xl/worksheets/sheet1.xml", "<worksheet><sheetData><row>"), "xlsx_unreadable"),
        (_with("xl/worksheets/sheet1.xml", '<row r="1"><c r="A1" t="s"><v>99</v></c></row>'), "xlsx_unreadable"),
        (_with("xl/worksheets/sheet1.xml", '<row r="1"><c r="A1"><v>x</v></c></row>'), "xlsx_unreadable"),
        (_with("xl/worksheets/sheet1.xml", '<row r="1"><c r="?1"><v>1</v></c></row>'), "xlsx_unreadable"),
        (_with("xl/worksheets/sheet1.xml", f'<row r="{10**30}"><c r="A1"><v>1</v></c></row>'), "xlsx_unreadable"),
        (_with("xl/worksheets/sheet1.xml", "<a>" * 100_000 + "</a>" * 100_000), "xlsx_unreadable"),
        (_with("xl/worksheets/sheet1.xml", "<c>" * 100_000 + "</c>" * 100_000), "xlsx_unreadable"),
        (
            _with(
                "xl/worksheets/sheet1.xml", '<!DOCTYPE a [<!ENTITY b "c">]><row r="1"><c r="A1"><v>&b;</v></c></row>'
            ),
            "xlsx_unreadable",
        ),
        (_with("xl/sharedStrings.xml", f"<sst><si><t>{'x' * 40_000}</t></si></sst>"), "xlsx_unreadable"),
        (xlsx_bytes(*[["a"]] * 102), "too_many_rows"),
    ],
)
def test_books_that_cannot_be_read(body: bytes, code: str) -> None:
    assert refusal(XLSX, body) == code


def test_a_stray_value_in_the_last_cell_takes_no_memory() -> None:
    data = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    tracemalloc.start()
    assert refusal(XLSX, packed(xlsx_parts(data))) == "xlsx_unreadable"
    assert tracemalloc.get_traced_memory()[1] < 2_000_000
    tracemalloc.stop()


def test_a_long_text_used_by_every_cell_is_held_once() -> None:
    rows = "".join(f'<row r="{r}"><c r="A{r}" t="s"><v>0</v></c></row>' for r in range(1, 5_001))
    body = packed(xlsx_parts(rows, ["y" * 30_000]))
    tracemalloc.start()
    assert len(read_lines(XLSX, body, 10_000)) == 5_000
    assert tracemalloc.get_traced_memory()[1] < 10_000_000
    tracemalloc.stop()


def test_a_bomb_is_refused_by_what_it_claims() -> None:
    file = io.BytesIO()
    package = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
    with package, package.open("xl/worksheets/sheet1.xml", "w") as part:
        for _ in range(210):
            part.write(bytes(1_000_000))
    assert len(file.getvalue()) < 2_000_000
    with pytest.raises(HttpProblemError) as caught:
        read_lines(XLSX, file.getvalue(), 10)
    assert (caught.value.status, caught.value.code) == (413, "file_unfolds_too_far")


def test_a_part_that_claims_less_than_it_holds_is_refused() -> None:
    body = bytearray(_with("xl/worksheets/sheet1.xml", "<worksheet>" + " " * 5_000_000 + "</worksheet>"))
    real, claimed = struct.pack("<L", 5_000_023), struct.pack("<L", 100)
    assert real in body
    assert refusal(XLSX, bytes(body).replace(real, claimed)) == "xlsx_unreadable"


# ---------------------------------------------------------------- texts


def test_every_code_of_a_fault_has_its_sentence() -> None:
    codes = set()
    for path in [*(APP / "domain" / "imports").glob("*.py"), *(APP / "domain" / "actions" / "imports").glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                place = {"Fault": 0, "add": 2, "fault": 3, "_fault": 2}.get(name)
                if place is not None and len(node.args) > place:
                    codes |= {part.value for part in ast.walk(node.args[place]) if isinstance(part, ast.Constant)}
    assert len(codes) > 20
    assert {code for code in codes if isinstance(code, str)} <= VIOLATIONS.keys()
