"""The small parts of a workbook: relations, the list of sheets, shared strings, formats of numbers."""

import re
from datetime import datetime, timedelta
from typing import Final, TypeVar
from xml.parsers import expat

Attributes = dict[str, str]
_MOST_TEXT: Final = 32_767  # the longest text a cell may hold (ISO/IEC 29500)
_MOST_STRINGS: Final = 2_000_000
#: Deeper or longer than any workbook is: what would only fill memory.
MOST_DEPTH: Final = 50
_LONGEST_TAG: Final = 1_000_000
_CHUNK: Final = 262_144
_ESCAPE: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
#: Formats 14 to 22, 27 to 36, 45 to 47 and 50 to 58 show dates or times without being written down.
_BUILT_IN_DATES: Final = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_QUIET: Final = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_FIRST_DAY: Final = datetime(1899, 12, 30)  # noqa: DTZ001 - spreadsheets know no time zones
_FIRST_DAY_1904: Final = datetime(1904, 1, 1)  # noqa: DTZ001 - ditto
_LAST_DAY: Final = 2_958_466
_SAFE: Final = 10**15


class UnreadableError(Exception):
    """The part is not what it should be."""


class _LocalNames(dict[str, str]):
    """Names of elements without their prefixes."""

    def __missing__(self, name: str) -> str:
        self[name] = name.rpartition(":")[2]
        return self[name]


class Part:
    """Hears the elements of one part of a workbook, by their local names."""

    def __init__(self) -> None:
        self.names = _LocalNames()
        self.depth = 0

    def opened(self, name: str, attributes: Attributes) -> None:
        """An element begins; none lies as deep as memory could be filled with."""
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise UnreadableError
        self.start(self.names[name], attributes)

    def closed(self, name: str) -> None:
        """An element ends."""
        self.depth -= 1
        self.end(self.names[name])

    def start(self, name: str, attributes: Attributes) -> None:
        """What an element's beginning means here."""

    def end(self, name: str) -> None:
        """What an element's end means here."""

    def text(self, data: str) -> None:
        """What text means here."""


P = TypeVar("P", bound=Part)


def parse(part: P, content: bytes) -> P:
    """Let ``part`` hear its content. Document types, which could define entities, are refused."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler, parser.EndElementHandler = part.opened, part.closed
    parser.CharacterDataHandler = part.text
    for at in range(0, len(content), _CHUNK):
        parser.Parse(content[at : at + _CHUNK], False)  # noqa: FBT003 - expat's own signature
        if at - parser.CurrentByteIndex > _LONGEST_TAG:
            raise UnreadableError
    parser.Parse(b"", True)  # noqa: FBT003 - ditto
    return part


def _refuse(*_: object) -> None:
    raise UnreadableError


def unescaped(text: str) -> str:
    """``_x000D_`` is how a control character is written; half a character is left as it stands."""
    return _ESCAPE.sub(_character, text) if "_x" in text else text


def _character(found: re.Match[str]) -> str:
    number = int(found[1], 16)
    return found[0] if 0xD800 <= number <= 0xDFFF else chr(number)


class Targets(Part):
    """Relations of one part: the path of each by its id, and the first of each kind."""

    def __init__(self) -> None:
        super().__init__()
        self.by_id: dict[str, str] = {}
        self.by_kind: dict[str, str] = {}

    def start(self, name: str, attributes: Attributes) -> None:
        """A relation. One that leads out of the file leads nowhere."""
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            self.by_id[attributes["Id"]] = attributes["Target"]
            self.by_kind.setdefault(attributes["Type"].rpartition("/")[2], attributes["Target"])


class Sheets(Part):
    """The workbook: its first visible sheet by the id of a relation, and from which day it counts."""

    def __init__(self) -> None:
        super().__init__()
        self.since_1904 = False
        self._visible: list[str] = []

    def start(self, name: str, attributes: Attributes) -> None:
        """A sheet or the workbook's properties."""
        if name == "sheet" and attributes.get("state", "visible") == "visible":
            self._visible.append(_relation(attributes))
        elif name == "workbookPr":
            self.since_1904 = attributes.get("date1904") in {"1", "true"}

    @property
    def first(self) -> str:
        """The relation of the first visible sheet."""
        if not self._visible:
            raise UnreadableError
        return self._visible[0]


def _relation(attributes: Attributes) -> str:
    """The id of a relation, in whatever prefix: ``r:id``."""
    return next((value for name, value in attributes.items() if name.endswith(":id")), "")


class SharedStrings(Part):
    """Texts that cells call by their number. Pronunciation hints are left out."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._pieces: list[str] = []
        self._length = 0
        self._in_text = self._in_hint = False

    def start(self, name: str, attributes: Attributes) -> None:  # noqa: ARG002 - those of a text tell nothing
        """A new text, or a piece of it."""
        if name == "si":
            self._pieces, self._length = [], 0
        self._in_hint = self._in_hint or name == "rPh"
        self._in_text = name == "t" and not self._in_hint

    def end(self, name: str) -> None:
        """A whole text, or a piece of it."""
        if name == "si":
            if len(self.texts) == _MOST_STRINGS:
                raise UnreadableError
            self.texts.append(unescaped("".join(self._pieces)))
        self._in_hint = self._in_hint and name != "rPh"
        self._in_text = False

    def text(self, data: str) -> None:
        """More of a piece."""
        if self._in_text:
            self._length += len(data)
            if self._length > _MOST_TEXT:
                raise UnreadableError
            self._pieces.append(data)


class Formats(Part):
    """Which styles show a number as a date, and the text of a number under a style."""

    def __init__(self, *, since_1904: bool = False) -> None:
        super().__init__()
        self._first_day = _FIRST_DAY_1904 if since_1904 else _FIRST_DAY
        self._own: dict[str, bool] = {}
        self._dates: list[bool] = []
        self._in_cells = False

    def start(self, name: str, attributes: Attributes) -> None:
        """A format, or a style that uses one."""
        if name == "numFmt":
            self._own[attributes["numFmtId"]] = _shows_date(attributes.get("formatCode", ""))
        elif name == "cellXfs":
            self._in_cells = True
        elif name == "xf" and self._in_cells:
            number = attributes.get("numFmtId", "0")
            built_in = number.isdecimal() and int(number) in _BUILT_IN_DATES
            self._dates.append(self._own.get(number, built_in))

    def end(self, name: str) -> None:
        """Only the styles of cells count."""
        if name == "cellXfs":
            self._in_cells = False

    def number(self, raw: str, style: str | None) -> str:
        """A stored number as a person would type it.

        From 10^15 on a spreadsheet no longer keeps every digit, and the text shows that: ``1.98609E+17``.
        """
        value = float(raw)
        if style and style.isdecimal() and int(style) < len(self._dates) and self._dates[int(style)]:
            return self._date(value, raw)
        if abs(value) >= _SAFE:
            return f"{value:.5E}"
        return str(int(value)) if value == int(value) else repr(value)

    def _date(self, value: float, raw: str) -> str:
        if not 0 <= value < _LAST_DAY:
            return raw
        moment = self._first_day + timedelta(seconds=round(value * 86_400))
        return moment.date().isoformat() if value == int(value) else moment.isoformat()


def _shows_date(code: str) -> bool:
    return any(letter in _QUIET.sub("", code).casefold() for letter in "dmyhs")
