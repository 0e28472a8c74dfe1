"""The words of summaries."""

from typing import Final

from app.api.texts.types import Sentence

NO_PREDICATE: Final[Sentence] = ("Tanpa predikat", "No predicate")
ALL_UNITS: Final[Sentence] = ("Semua unit", "All units")
OWN_MEMBERS: Final[Sentence] = ("{name} (anggota langsung)", "{name} (own members)")
HEAT: Final[Sentence] = (
    "Rata-rata kriteria menurut unit: {name}, {cycle}",
    "Means of criteria by unit: {name}, {cycle}",
)
NOT_PUBLISHED: Final[Sentence] = ("{text} (belum diumumkan)", "{text} (not published yet)")
WITHHELD: Final[Sentence] = (
    "tidak ditampilkan: kurang dari lima orang yang dapat dihitung",
    "not shown: fewer than five people could be counted",
)
