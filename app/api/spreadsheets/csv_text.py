"""CSV as spreadsheets write it: comma or semicolon, UTF-8 with or without a byte order mark."""

import csv
import io
from itertools import islice
from typing import Final

from app.domain.errors import Invalid
from app.domain.imports.table import Line

#: The first line by which Excel tells the separator.
_SEPARATOR_LINE: Final = "sep="
_HEADER_WITHIN: Final = 20_000


def read_csv(body: bytes, most_rows: int) -> list[Line]:
    """All records; a record of several lines (quoted line breaks) counts as one row, as spreadsheets count."""
    text = _decoded(body)
    if text[:4].lower() == _SEPARATOR_LINE:
        text = text.partition("\n")[2]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        lines: list[Line] = list(enumerate(islice(reader, most_rows + 2), start=1))
    except csv.Error as error:
        raise Invalid.at("", "csv_unreadable", line=reader.line_num) from error
    if len(lines) > most_rows + 1:
        raise Invalid.at("", "too_many_rows", most=most_rows)
    return lines


def _decoded(body: bytes) -> str:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid.at("", "encoding_not_utf8") from error
    if "\x00" in text:  # UTF-16 without a mark, or no text at all
        raise Invalid.at("", "encoding_not_utf8")
    return text


def _delimiter(text: str) -> str:
    """The one that stands more often in the header, outside quotes."""
    header = next((line for line in text[:_HEADER_WITHIN].splitlines() if line.strip()), "")
    outside = "".join(header.split('"')[::2])
    return ";" if outside.count(";") > outside.count(",") else ","
