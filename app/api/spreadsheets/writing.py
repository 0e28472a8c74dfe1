"""Tables as CSV, XLSX or JSON lines, written row by row into a file, so that memory does not grow with the table.

Text that a spreadsheet program would take for a formula gets an apostrophe in front, in XLSX too: there it is harmless
until somebody saves the sheet as CSV.
"""

import csv
import io
import re
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, BinaryIO, Final, Protocol

import orjson

#: ``int`` is a whole number, ``float`` and `Decimal` are figures with two decimals, ``None`` is an empty cell.
Cell = str | int | float | Decimal | date | None

#: What starts a formula in some spreadsheet program, also behind white space, and in its full-width form.
_FORMULA: Final = re.compile("\\s*[=+\\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
#: What XML cannot hold.
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_MOST_ROWS: Final = 1_048_576
_WIDTH: Final = 18


class TableWriter(Protocol):
    """Where the rows of a table go."""

    def add(self, rows: Sequence[Sequence[Cell]]) -> None:
        """Write some rows."""
        ...

    def finish(self) -> None:
        """Write what stands at the end; the file itself stays open."""
        ...

    def close(self) -> None:
        """Leave nothing behind, finished or not."""
        ...


def harmless(text: str) -> str:
    """Text that no spreadsheet program computes."""
    text = _UNWRITABLE.sub(" ", text)
    return f"'{text}" if _FORMULA.match(text) else text


class CsvWriter:
    """RFC 4180 in UTF-8 with a byte order mark, by which Excel knows the encoding.

    With ``comma`` decimals are Indonesian (87,35) and a semicolon separates, as Indonesian spreadsheets expect.
    """

    def __init__(self, file: BinaryIO, titles: Sequence[str], *, comma: bool) -> None:
        self._file = file
        self._comma = comma
        self._buffer = io.StringIO(newline="")
        self._csv = csv.writer(self._buffer, delimiter=";" if comma else ",")
        file.write(b"\xef\xbb\xbf")
        self.add([titles])

    def add(self, rows: Sequence[Sequence[Cell]]) -> None:
        """Write some rows."""
        self._csv.writerows([self._text(cell) for cell in row] for row in rows)
        self._file.write(self._buffer.getvalue().encode())
        self._buffer.seek(0)
        self._buffer.truncate()

    def finish(self) -> None:
        """Nothing stands at the end."""

    def close(self) -> None:
        """Nothing is left behind."""

    def _text(self, cell: Cell) -> str:
        if cell is None:
            return ""
        if isinstance(cell, str):
            return harmless(cell)
        if isinstance(cell, float | Decimal):
            figure = f"{cell:.2f}"
            return figure.replace(".", ",") if self._comma else figure
        return cell.isoformat() if isinstance(cell, date) else str(cell)


class XlsxWriter:
    """One sheet with a frozen header, or several when the rows are more than a sheet holds; text is never a formula."""

    def __init__(self, file: BinaryIO, titles: Sequence[str], *, most_rows: int = _MOST_ROWS) -> None:
        import xlsxwriter  # noqa: PLC0415 - loaded where a sheet is written

        self._parts = tempfile.TemporaryDirectory(prefix="kinerja-")
        self._book = xlsxwriter.Workbook(file, {"constant_memory": True, "tmpdir": self._parts.name})
        self._header = self._book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self._figure = self._book.add_format({"num_format": "0.00"})
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._titles = titles
        self._most_rows = most_rows
        self._sheet, self._row = self._new_sheet(), 1

    def _new_sheet(self) -> Any:
        sheet = self._book.add_worksheet()
        sheet.set_column(0, len(self._titles) - 1, _WIDTH)
        sheet.freeze_panes(1, 0)
        for column, title in enumerate(self._titles):
            sheet.write_string(0, column, harmless(title), self._header)
        return sheet

    def add(self, rows: Sequence[Sequence[Cell]]) -> None:
        """Write some rows."""
        for row in rows:
            if self._row == self._most_rows:
                self._sheet, self._row = self._new_sheet(), 1
            for column, cell in enumerate(row):
                self._write(column, cell)
            self._row += 1

    def _write(self, column: int, cell: Cell) -> None:
        if isinstance(cell, str):
            self._sheet.write_string(self._row, column, harmless(cell))
        elif isinstance(cell, int):
            self._sheet.write_number(self._row, column, cell)
        elif isinstance(cell, float | Decimal):
            exact = Decimal(str(cell))  # of a float the library writes 16 digits: 91.79000000000001
            self._sheet.write_number(self._row, column, exact, self._figure)
        elif cell is not None:
            self._sheet.write_datetime(self._row, column, cell, self._day)

    def finish(self) -> None:
        """Pack the parts into the file."""
        self._book.close()

    def close(self) -> None:
        """The library would leave the rows of an unfinished sheet in a temporary file."""
        for sheet in self._book.worksheets():
            sheet.row_data_fh.close()
        self._parts.cleanup()


class JsonLinesWriter:
    """One object per line under ``keys``; text is what it is."""

    def __init__(self, file: BinaryIO, keys: Sequence[str]) -> None:
        self._file = file
        self._keys = keys

    def add(self, rows: Sequence[Sequence[Cell]]) -> None:
        """Write some rows."""
        self._file.writelines(_line(dict(zip(self._keys, row, strict=True))) for row in rows)

    def finish(self) -> None:
        """Nothing stands at the end."""

    def close(self) -> None:
        """Nothing is left behind."""


def _line(row: Mapping[str, Any]) -> bytes:
    return orjson.dumps(row, float, orjson.OPT_APPEND_NEWLINE)  # `float` is for decimals
