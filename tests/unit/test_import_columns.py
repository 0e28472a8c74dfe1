"""A whole column that needs no cleaning is taken as it is; whatever does need it is read cell by cell, to the same values."""

from collections.abc import Iterator, Sequence
from typing import Any
from unittest.mock import patch

import pytest

from app.domain.imports import table
from app.domain.imports.cells import PLAIN, Reader
from app.domain.imports.report import Faults
from app.domain.imports.table import Column, read_sheet
from app.domain.people import Employee, EmployeeRow

NIP = "198609262015051001"
ORDINARY = {
    "nip": [NIP, "199001012024211002"],
    "name": [
        "Siti Aminah",
        "Dr. Ir. H. Ahmad Zaki, M.Si.",
        "Ni'matul Ulya",
        "José Ávila",
        "Pengawas (Muda) 2/3",
        "X" * 200,
    ],
    "email": ["siti.aminah+dinas@serangkota.go.id", "a@b.id", f"a@{'b' * 60}.id", f"{'a' * 64}@b.id"],
    "phone": ["081234567890", "+62-812-3456-7890", "0" * 19, "+" + "0" * 19],
}
READERS = {reader.__name__: reader for reader in PLAIN}
#: What cells are damaged with: spaces, line breaks, quotes, formulas, dashes, digits of other scripts, what has no width.
NASTY = [
    *" \n\t=#-@.+'\"\x00\x1f_a0",
    "\u00a0",
    "\u200b",
    "\u2019",
    "\u0660",
    "\ud800",
    "\u2028",
    "000",
    "#N/A",
    "x" * 201,
    "",
]


def values(reader: Reader, cells: Sequence[str]) -> tuple[Sequence[Any], list[Any]]:
    """What a column of these cells is read to, beside another one that is never empty."""
    faults = Faults()
    columns = [Column("c", (), reader, empty=True), Column("d", (), READERS["name"])]
    sheet = read_sheet(columns, [(1, ["c", "d"]), *enumerate(([cell, "x"] for cell in cells), 2)], faults)
    return sheet.columns["c"], list(faults.first())


def damaged(text: str) -> Iterator[str]:
    """The text with something put in, or in the place of as much, anywhere; and the damage alone."""
    for damage in NASTY:
        yield damage
        for at in range(len(text) + 1):
            yield text[:at] + damage + text[at:]
            yield text[:at] + damage + text[at + len(damage) :]


@pytest.mark.parametrize("kind", sorted(READERS))
def test_a_column_taken_as_it_is_has_the_values_of_one_read_cell_by_cell(kind: str) -> None:
    reader = READERS[kind]
    for ordinary in ORDINARY[kind]:
        for cell in damaged(ordinary):
            at_once = values(reader, [ordinary, cell])
            with patch.object(table, "PLAIN", {}):
                assert values(reader, [ordinary, cell]) == at_once


@pytest.mark.parametrize("kind", sorted(READERS))
def test_ordinary_columns_are_taken_at_once(kind: str) -> None:
    with patch.object(table, "clean", side_effect=AssertionError("read by itself")):
        assert values(READERS[kind], ORDINARY[kind]) == (ORDINARY[kind], [])


def test_an_empty_cell_does_not_keep_the_others_from_being_taken_at_once() -> None:
    with patch.object(table, "clean", side_effect={"": None}.__getitem__):
        assert values(READERS["phone"], ["081234567890", "", "081234567891"])[0] == [
            "081234567890",
            None,
            "081234567891",
        ]


def test_two_lines_in_one_cell_are_not_two_cells() -> None:
    assert values(READERS["name"], ["Siti\nAminah", "Budi"]) == (["Siti Aminah", "Budi"], [])
    assert values(READERS["nip"], [f"{NIP}\n{NIP}"])[1][0].code == "nip_not_18_digits"


def test_a_row_says_what_an_employee_says() -> None:
    assert EmployeeRow._fields == Employee.__slots__
