"""The words of summaries."""

from typing import Final

from app.api.texts.types import Sentence

#: Recommended there is none; decided there is none, or not yet.
NO_PREDICATE: Final[Sentence] = ("Tanpa predikat atau belum diputuskan", "No predicate, or not decided")
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
