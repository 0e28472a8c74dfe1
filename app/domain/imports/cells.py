"""Reading one cell: from text as people and spreadsheets write it to a value, or the fault it has.

Readers are given text without surrounding or doubled spaces, and never an empty one.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from app.domain.auth import normal_name
from app.domain.local_time import WIB


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a cell cannot be read."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


Reader = Callable[[str], Any]

_MAX_NAME: Final = 200
_MAX_DECIMALS: Final = 4
#: Quotes straight and curly, spaces, and characters without width: what comes along when numbers are copied.
_WRAPPING: Final = re.compile("[\\s'\"`\u00b4\u2018-\u201f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_NIP: Final = re.compile(r"[0-9]{18}")
_DAMAGED: Final = re.compile(r"[0-9]([.,][0-9]+)?[eE]\+?[0-9]{1,3}|[0-9]{16,}[.,]0*")
_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_UNSTORABLE: Final = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_EMAIL: Final = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
_PHONE: Final = re.compile(r"\+?[0-9 -]{4,19}")
_GRADE: Final = re.compile(r"([IVX]+)(?:/([A-E]))?")
_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,20}([.,][0-9]{1,20})?")
_DMY: Final = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
#: What spreadsheets show where a formula failed.
_ERRORS: Final = frozenset(
    ("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA")
)
_DASHES: Final = frozenset("-–—")
_AS_TEXT: Final = re.compile(r'="(.*)"')


def clean(cell: str) -> str | Fault | None:
    """The cell's text without needless spaces; ``None`` when it is empty or a mere dash.

    ``="…"``, the way to keep a spreadsheet from reading a number, is its content; any other formula is a fault.
    """
    if cell.isalnum():
        return cell
    text = " ".join(cell.split())
    if not text or text in _DASHES:
        return None
    if text[0] == "=":
        as_text = _AS_TEXT.fullmatch(text)
        if as_text is None or as_text[1].startswith("="):
            return Fault("formula")
        text = as_text[1]
    if text.startswith("#") and text.upper() in _ERRORS:
        return Fault("formula_failed")
    if not text.isprintable() and _UNSTORABLE.search(text):
        return Fault("text_not_storable")
    return text or None


def nip(cell: str) -> str | Fault:
    """18 digits; quotes and spaces around and between them are left out.

    A spreadsheet that took the number for a number keeps 15 digits: ``1.98609E+17``, or zeros for the serial, which no
    NIP has. What is lost cannot be found again, so it is refused with that explanation.
    """
    digits = cell if cell.isalnum() else _WRAPPING.sub("", cell)
    if _NIP.fullmatch(digits):
        return Fault("nip_damaged") if digits.endswith("000") else digits
    return Fault("nip_damaged") if _DAMAGED.fullmatch(digits) else Fault("nip_not_18_digits")


def name(cell: str) -> str | Fault:
    """One line of text, 1 to 200 characters."""
    return Fault("too_long", {"most": _MAX_NAME}) if len(cell) > _MAX_NAME else cell


def code(cell: str) -> str | Fault:
    """A short code: letters, digits, dot, hyphen, underscore; at most 40."""
    text = _WRAPPING.sub("", cell)
    return text if _CODE.fullmatch(text) else Fault("bad_format", {"expected": "A-Z a-z 0-9 . _ -"})


def username(cell: str) -> str | Fault:
    """A log-in name as accounts store it; its shape is judged with the account."""
    text = normal_name(_WRAPPING.sub("", cell))
    return Fault("nip_damaged") if _DAMAGED.fullmatch(text) else text


def grade(cell: str) -> str | Fault:
    """Golongan, e.g. ``III/c`` or ``IX``, however it is cased or spaced."""
    found = _GRADE.fullmatch(_WRAPPING.sub("", cell).upper())
    if found is None:
        return Fault("grade_unknown")
    return found[1] if found[2] is None else f"{found[1]}/{found[2].lower()}"


def email(cell: str) -> str | Fault:
    """An e-mail address, at most 254 characters."""
    return cell if len(cell) <= 254 and _EMAIL.fullmatch(cell) else Fault("bad_format", {"expected": "nama@contoh.id"})


def phone(cell: str) -> str | Fault:
    """A telephone number: digits, spaces and hyphens, ``+`` in front."""
    text = cell.lstrip("'\u2018\u2019")
    return text if _PHONE.fullmatch(text) else Fault("bad_format", {"expected": "+62 254 200000"})


#: Shapes of cells that `clean` and these readers leave as they are; they fit most such cells, not all. A line break follows
#: each cell, which no shape may match itself.
PLAIN: Final[Mapping[Reader, str]] = {
    nip: r"[0-9]{15}(?!000)[0-9]{3}",
    name: rf"(?=.{{1,{_MAX_NAME}}}\n)[^\W_][\w.,()/&'-]*+(?: [\w.,()/&'-]++)*+",
    email: r"(?=.{1,254}\n)[A-Za-z0-9][\w.+-]{0,63}@[A-Za-z0-9-]++(?:\.[A-Za-z0-9-]++)++",
    phone: r"\+?[0-9][0-9-]{3,18}",
}


def key_of(text: str) -> str:
    """A word without the differences that do not matter: case, spaces, hyphens, underscores, dots, slashes."""
    return re.sub(r"[\s_./*:-]+", "", text.casefold())


def one_of(kind: type[StrEnum], also: Mapping[str, StrEnum]) -> Reader:
    """A member of ``kind`` by its own name or one that people use for it."""
    words = {key_of(str(member)): member for member in kind} | {key_of(word): member for word, member in also.items()}
    fault = Fault("not_one_of", {"allowed": ", ".join(kind)})

    def read(cell: str) -> StrEnum | Fault:
        return words.get(key_of(cell), fault)

    return read


def several_of(one: Reader) -> Reader:
    """A set of what ``one`` reads, separated by comma, semicolon, bar or plus."""

    def read(cell: str) -> frozenset[Any] | Fault:
        found = [one(part) for part in re.split(r"[,;|+]", cell) if part.strip()]
        fault = next((part for part in found if isinstance(part, Fault)), None)
        return fault or frozenset(found)

    return read


_FLAGS: Final = {
    **dict.fromkeys(("true", "1", "ya", "y", "yes", "benar", "aktif", "active"), True),
    **dict.fromkeys(("false", "0", "tidak", "n", "no", "salah", "nonaktif", "tidakaktif", "inactive"), False),
}


def flag(cell: str) -> bool | Fault:
    """Yes or no, in either language."""
    return _FLAGS.get(key_of(cell), Fault("not_one_of", {"allowed": "true, false, ya, tidak"}))


def number(cell: str) -> Decimal | Fault:
    """A decimal number with comma or point and at most 4 decimals; there is no separator of thousands."""
    if not _NUMBER.fullmatch(cell):
        return Fault("bad_format", {"expected": "84,5"})
    value = Decimal(cell.replace(",", "."))
    exponent = value.normalize().as_tuple().exponent
    if isinstance(exponent, int) and -exponent > _MAX_DECIMALS:
        return Fault("too_many_decimals", {"most": _MAX_DECIMALS})
    return value


def moment(cell: str) -> datetime | Fault:
    """A day or a time: ``2026-12-31``, ``31/12/2026``, RFC 3339. Without a zone it is meant in WIB."""
    try:
        found = _moment(cell)
    except (ValueError, OverflowError):
        return Fault("bad_format", {"expected": "2026-12-31"})
    return found if 1900 <= found.year <= 2200 else Fault("out_of_range", {"limits": "1900..2200"})


def _moment(cell: str) -> datetime:
    written = _DMY.fullmatch(cell)
    if written:
        day, month, year = map(int, written.groups())
        found = datetime.combine(date(year, month, day), time())
    else:
        found = datetime.fromisoformat(cell.upper())
    return (found if found.tzinfo else found.replace(tzinfo=WIB)).astimezone(UTC)
