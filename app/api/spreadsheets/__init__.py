"""Spreadsheets in the body of a request: CSV or XLSX, read to numbered lines of text. Nothing is computed from a file."""

from collections.abc import Callable, Mapping
from typing import Final

from app.api.spreadsheets.csv_text import read_csv
from app.api.spreadsheets.xlsx import read_xlsx
from app.domain.imports.table import Line

CSV: Final = "text/csv"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_READERS: Final[Mapping[str, Callable[[bytes, int], list[Line]]]] = {CSV: read_csv, XLSX: read_xlsx}


def read_lines(media_type: str, body: bytes, most_rows: int) -> list[Line]:
    """The lines of a file of one of the two media types, at most ``most_rows`` below the header.

    Raises `Invalid` when it cannot be read or has more rows, `HttpProblemError` (413) when it would unfold to too much.
    """
    return _READERS[media_type](body, most_rows)
