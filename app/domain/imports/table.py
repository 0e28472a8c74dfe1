"""From the lines of a spreadsheet to named columns of values."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from app.domain.errors import Invalid
from app.domain.imports.cells import PLAIN, Fault, Reader, clean, key_of
from app.domain.imports.report import Faults

#: A line of a file as text, with its number as the spreadsheet counts, beginning with 1.
Line = tuple[int, Sequence[str]]
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a kind of import.

    ``also`` are other names it goes by. A file may leave out a column that is not ``needed``: what is stored then stays. A
    cell may be empty where ``empty`` says so.
    """

    name: str
    also: tuple[str, ...]
    read: Reader
    needed: bool = True
    empty: bool = False


@dataclass(slots=True)
class Sheet:
    """Rows by column. Values of ``faulty`` rows (by index) are not all there; an empty cell is ``None``."""

    numbers: Sequence[int]
    columns: dict[str, Sequence[Any]]
    faulty: set[int] = field(default_factory=set)

    def column(self, name: str) -> Sequence[Any] | None:
        """The values of a column, or ``None`` when the file does not have it."""
        return self.columns.get(name)

    def values(self, *names: str) -> set[Any]:
        """Everything that stands in these columns."""
        return {value for name in names for value in self.columns.get(name, ())} - {None}

    def sound(self) -> Iterator[int]:
        """Indices of the rows whose cells could all be read."""
        return (index for index in range(len(self.numbers)) if index not in self.faulty)

    def fault(self, faults: Faults, index: int, column: str | None, code: str, /, **params: Any) -> None:
        """Note a fault of a row, which no longer counts as sound."""
        self.faulty.add(index)
        faults.add(self.numbers[index], column, code, **params)


def read_sheet(columns: Sequence[Column], lines: Sequence[Line], faults: Faults) -> Sheet:
    """Every cell of every row, with all their faults. Raises `Invalid` (``file_empty``) when there is no row.

    When the header is faulty no row is read: each would be wrong for the same reason.
    """
    filled = [line for line in lines if any(map(str.strip, line[1]))]
    if len(filled) < 2:
        raise Invalid.at("", "file_empty")
    (header_row, header), rows = filled[0], filled[1:]
    sheet = Sheet([number for number, _ in rows], {})
    places = _places(columns, header_row, header, faults)
    if faults.count:
        return sheet
    cells = _transposed(sheet, rows, len(header), faults)
    for place, column in places.items():
        sheet.columns[column.name] = _read_column(sheet, column, cells[place], faults)
    return sheet


def _places(columns: Sequence[Column], row: int, header: Sequence[str], faults: Faults) -> Mapping[int, Column]:
    """Which column stands where. Faults name a strange column by its letter, since it may hold anything."""
    known = {key_of(name): column for column in columns for name in (column.name, *column.also)}
    places: dict[int, Column] = {}
    for place, text in enumerate(header):
        column = known.get(key_of(text))
        if column is None and text.strip():
            faults.add(row, _letter(place), "unknown_column", allowed=", ".join(one.name for one in columns))
        elif column in places.values():
            faults.add(row, _letter(place), "duplicate_column")
        elif column is not None:
            places[place] = column
    for column in columns:
        if column.needed and column not in places.values():
            faults.add(row, column.name, "column_missing")
    return places


def _letter(place: int) -> str:
    """A column as spreadsheets call it: A, B, …, Z, AA."""
    before, last = divmod(place, len(_LETTERS))
    return (_letter(before - 1) if before else "") + _LETTERS[last]


def _transposed(sheet: Sheet, rows: Sequence[Line], width: int, faults: Faults) -> Sequence[Sequence[str]]:
    """Columns instead of rows, each row cut or filled up to the header's width."""
    level = []
    for index, (_, cells) in enumerate(rows):
        if len(cells) == width:
            level.append(cells)
            continue
        if any(map(str.strip, cells[width:])):
            sheet.fault(faults, index, _letter(width), "cell_beside_columns")
        level.append([*cells[:width], *[""] * (width - len(cells))])
    return list(zip(*level, strict=True))


def _read_column(sheet: Sheet, column: Column, cells: Sequence[str], faults: Faults) -> Sequence[Any]:
    """Each distinct cell is read once: most columns hold few different ones."""
    distinct = set(cells)
    plain = _plain(column, distinct)
    value_of = dict(zip(plain, plain, strict=True)) | _read(column, distinct - plain)
    values = [value_of[cell] for cell in cells]
    if Fault in set(map(type, value_of.values())):
        for index, value in enumerate(values):
            if isinstance(value, Fault):
                sheet.fault(faults, index, column.name, value.code, **value.params)
                values[index] = None
    return values


def _plain(column: Column, cells: set[str]) -> set[str]:
    """All cells that hold anything, when each is its own value; none when any is not.

    One look at all of them tells, where one at each took as long as all the rest: names and numbers differ on every row.
    """
    shape, filled = PLAIN.get(column.read), cells - {""}
    if shape is None:
        return set()
    text = "\n".join([*filled, ""])
    each_on_one_line = text.count("\n") == len(filled)
    return filled if each_on_one_line and re.fullmatch(f"(?:{shape}\n)*+", text) else set()


def _read(column: Column, cells: Collection[str]) -> dict[str, Any]:
    """Values by cell."""
    read, nothing = column.read, None if column.empty else Fault("required")
    values: dict[str, Any] = {}
    for cell in cells:
        text = clean(cell)
        if text is None:
            values[cell] = nothing
        else:
            values[cell] = text if isinstance(text, Fault) else read(text)
    return values
