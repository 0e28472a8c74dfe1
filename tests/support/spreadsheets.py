"""Files to import: CSV lines and XLSX books made part by part, so that a test can make a wrong one."""

import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def csv_bytes(*lines: str) -> bytes:
    """Lines of text as the bytes of a file."""
    return "\n".join(lines).encode()


def cell(place: str, value: str | float | bool, style: int | None = None) -> str:
    """A cell as spreadsheet programs write it: text in place, numbers, booleans."""
    shown = "" if style is None else f' s="{style}"'
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"{shown}><v>{int(value)}</v></c>'
    if isinstance(value, str):
        return f'<c r="{place}" t="inlineStr"{shown}><is><t>{escape(value)}</t></is></c>'
    return f'<c r="{place}"{shown}><v>{value}</v></c>'


def rows_xml(rows: Sequence[Sequence[str | float | bool]]) -> str:
    """Rows from the first one on; empty texts are cells that are not there."""
    return "".join(
        f'<row r="{r}">'
        + "".join(cell(f"{chr(65 + c)}{r}", value) for c, value in enumerate(row) if value != "")
        + "</row>"
        for r, row in enumerate(rows, start=1)
    )


def xlsx_parts(sheet_data: str, strings: Sequence[str] = (), hidden: str | None = None) -> dict[str, str]:
    """The parts of a book whose visible sheet holds ``sheet_data``; ``hidden`` is a hidden one before it."""
    sheets = '<sheet name="Data" sheetId="1" r:id="rId1"/>'
    if hidden is not None:
        sheets = '<sheet name="Lama" sheetId="2" state="hidden" r:id="rId9"/>' + sheets
    relations = {
        "rId1": ("worksheet", "worksheets/sheet1.xml"),
        "rId2": ("sharedStrings", "/xl/sharedStrings.xml"),
        "rId3": ("styles", "styles.xml"),
        "rId9": ("worksheet", "worksheets/sheet9.xml"),
    }
    return {
        "_rels/.rels": _relations({"rId1": ("officeDocument", "xl/workbook.xml")}),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><workbookPr/><sheets>{sheets}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _relations(relations),
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_MAIN}"><sheetData>{sheet_data}</sheetData></worksheet>',
        "xl/worksheets/sheet9.xml": f'<worksheet xmlns="{_MAIN}"><sheetData>{hidden or ""}</sheetData></worksheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{_MAIN}">{"".join(f"<si><t>{escape(text)}</t></si>" for text in strings)}</sst>',
        "xl/styles.xml": (
            f'<styleSheet xmlns="{_MAIN}"><numFmts><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/></numFmts>'
            '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
            '<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="22"/></cellXfs></styleSheet>'
        ),
    }


def _relations(targets: dict[str, tuple[str, str]]) -> str:
    inside = "".join(
        f'<Relationship Id="{key}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for key, (kind, target) in targets.items()
    )
    return f'<Relationships xmlns="{_PACKAGE}">{inside}</Relationships>'


def packed(parts: dict[str, str]) -> bytes:
    """The parts in one file."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for path, content in parts.items():
            package.writestr(path, content)
    return file.getvalue()


def xlsx_bytes(*rows: Sequence[str | float | bool]) -> bytes:
    """A book with these rows."""
    return packed(xlsx_parts(rows_xml(rows)))
