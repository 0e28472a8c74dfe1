"""The cells of one sheet, row by row."""

from typing import Final

from app.api.spreadsheets.parts import MOST_DEPTH, Attributes, Formats, Part, UnreadableError, parse, unescaped
from app.domain.imports.table import Line

#: More columns than any list of people needs; a stray value far to the right is refused, not filled up to.
_MOST_COLUMNS: Final = 100
_LAST_ROW: Final = 1_048_576
_DIGITS: Final = "0123456789"


class TooManyRowsError(Exception):
    """More rows than may be imported at once."""


def read_sheet(content: bytes, strings: list[str], formats: Formats, most_rows: int) -> list[Line]:
    """The rows that hold anything, with their numbers."""
    return parse(_Cells(strings, formats, most_rows), content).lines


class _Columns(dict[str, int]):
    """Numbers of columns by their letters: A is 1, AA is 27."""

    def __missing__(self, letters: str) -> int:
        number = 0
        for letter in letters:
            number = number * 26 + ord(letter) - 64
        if not 0 < number <= _MOST_COLUMNS or not letters.isalpha():
            return 0  # an empty cell may stand there, a value may not
        self[letters] = number
        return number


class _Cells(Part):
    """Hears a sheet and gathers its rows. Written for speed: half a million elements come by in a city's list."""

    def __init__(self, strings: list[str], formats: Formats, most_rows: int) -> None:
        super().__init__()
        self.lines: list[Line] = []
        self._strings = strings
        self._formats = formats
        self._most_rows = most_rows
        self._columns = _Columns()
        self._row = 0
        self._cells: list[str] = []
        self._column = 0
        self._kind: str | None = None
        self._style: str | None = None
        self._raw = ""
        self._takes_text = self._in_hint = False

    def opened(self, name: str, attributes: Attributes) -> None:
        """A row, a cell, or its value."""
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise UnreadableError
        element = self.names[name]
        if element == "c":
            place = attributes.get("r")
            self._column = self._columns[place.rstrip(_DIGITS)] if place else self._column + 1
            self._kind, self._style, self._raw = attributes.get("t"), attributes.get("s"), ""
        elif element in {"v", "t"}:
            self._takes_text = not self._in_hint
        elif element == "row":
            self._begin_row(attributes)
        elif element == "rPh":
            self._in_hint = True

    def closed(self, name: str) -> None:
        """A whole row or cell."""
        self.depth -= 1
        self._takes_text = False
        element = self.names[name]
        if element == "c" and self._raw:
            self._end_cell()
        elif element == "row" and self._cells:
            if len(self.lines) > self._most_rows:
                raise TooManyRowsError
            self.lines.append((self._row, self._cells))
        elif element == "rPh":
            self._in_hint = False

    def text(self, data: str) -> None:
        """More of a value."""
        if self._takes_text:
            self._raw += data

    def _begin_row(self, attributes: Attributes) -> None:
        before, self._row = self._row, int(attributes.get("r", self._row + 1))
        if not before < self._row <= _LAST_ROW:
            raise UnreadableError
        self._cells, self._column = [], 0

    def _end_cell(self) -> None:
        """Keep what the cell holds; the empty ones before it are filled in."""
        missing = self._column - 1 - len(self._cells)
        if missing < 0 or self._column > _MOST_COLUMNS:
            raise UnreadableError
        if missing:
            self._cells += [""] * missing
        self._cells.append(self._strings[int(self._raw)] if self._kind == "s" else self._value())

    def _value(self) -> str:
        if self._kind in {None, "n"}:
            return self._formats.number(self._raw, self._style)
        if self._kind == "b":
            return "true" if self._raw.strip() == "1" else "false"
        return unescaped(self._raw)
