"""XLSX (ISO/IEC 29500), read as a stream: the first visible sheet, every cell as the text a person would type.

Our own reader because a body is not to be trusted: a matrix is never unfolded, a string is never copied per cell, and no
size that the file claims is believed (docs/decisions.md). Formulas are taken by the value that was saved with them.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final
from xml.parsers import expat

from app.api.problems import HttpProblemError
from app.api.spreadsheets.parts import Formats, SharedStrings, Sheets, Targets, UnreadableError, parse
from app.api.spreadsheets.sheet import TooManyRowsError, read_sheet
from app.domain.errors import Invalid
from app.domain.imports.table import Line

MOST_UNFOLDED: Final = 200_000_000
_MOST_PARTS: Final = 2_000
#: OLE: the old .xls, and any file that is locked by a password.
_OLE: Final = b"\xd0\xcf\x11\xe0"
_UNREADABLE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    expat.ExpatError,
    UnreadableError,
    EOFError,
    LookupError,
    NotImplementedError,  # a way of packing that Python does not know
    OverflowError,
    RuntimeError,  # a part locked by a password
    ValueError,
)


def read_xlsx(body: bytes, most_rows: int) -> list[Line]:
    """The rows of the first visible sheet."""
    if body.startswith(_OLE):
        raise Invalid.at("", "xls_or_locked")
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            return read_sheet(*_parts_of(packed), most_rows)
    except TooManyRowsError as error:
        raise Invalid.at("", "too_many_rows", most=most_rows) from error
    except _UNREADABLE as error:
        raise Invalid.at("", "xlsx_unreadable") from error


def _parts_of(packed: zipfile.ZipFile) -> tuple[bytes, list[str], Formats]:
    """The sheet's own part, the strings it shares with others, and how numbers are shown."""
    parts = _Parts(packed)
    book_path = parts.related("", "officeDocument") or "xl/workbook.xml"
    book = parse(Sheets(), parts.read(book_path))
    strings_path, styles_path = parts.related(book_path, "sharedStrings"), parts.related(book_path, "styles")
    strings = parse(SharedStrings(), parts.read(strings_path)).texts if strings_path else []
    formats = parse(Formats(since_1904=book.since_1904), parts.read(styles_path)) if styles_path else Formats()
    return parts.read(parts.target(book_path, book.first)), strings, formats


class _Parts:
    """The parts of a package, unfolded one by one up to a limit for all together."""

    def __init__(self, packed: zipfile.ZipFile) -> None:
        self._packed = packed
        self._left = MOST_UNFOLDED
        self._names = {name.lower(): name for name in packed.namelist()}
        claimed = sum(part.file_size for part in packed.infolist())
        if claimed > MOST_UNFOLDED or len(self._names) > _MOST_PARTS:
            raise HttpProblemError(413, "file_unfolds_too_far", most=MOST_UNFOLDED // 1_000_000)

    def read(self, path: str) -> bytes:
        """One part. Its check sum is looked at, so a part that claims less than it holds is refused."""
        part = self._packed.open(self._names[path.lower()])
        content = part.read(self._left + 1)
        self._left -= len(content)
        if self._left < 0:
            raise HttpProblemError(413, "file_unfolds_too_far", most=MOST_UNFOLDED // 1_000_000)
        return content

    def target(self, path: str, relation: str) -> str:
        """The part that ``path`` calls by the id of a relation."""
        return _resolved(path, self._targets(path).by_id[relation])

    def related(self, path: str, kind: str) -> str | None:
        """The part that stands in this relation to ``path``, if any."""
        target = self._targets(path).by_kind.get(kind)
        return None if target is None else _resolved(path, target)

    def _targets(self, path: str) -> Targets:
        folder, _, name = path.rpartition("/")
        relations = "/".join(filter(None, (folder, "_rels", f"{name}.rels")))
        return parse(Targets(), self.read(relations)) if relations.lower() in self._names else Targets()


def _resolved(path: str, target: str) -> str:
    """A target as a path from the package's root."""
    steps: list[str] = [] if target.startswith("/") else path.split("/")[:-1]
    for step in _steps(target):
        if step == "..":
            steps = steps[:-1]
        else:
            steps.append(step)
    return "/".join(steps)


def _steps(target: str) -> Iterator[str]:
    return (step for step in target.split("/") if step not in {"", "."})
