"""The words of charts."""

from typing import Final

from app.api.texts.types import Sentence

CRITERIA: Final[Sentence] = ("Kriteria menurut diri dan penilai lain: {name}", "Criteria by self and others: {name}")
GROUPS: Final[Sentence] = ("Nilai menurut kelompok penilai: {name}", "Figures by rater type: {name}")
HISTORY: Final[Sentence] = ("Nilai dari siklus ke siklus: {name}", "Figures over cycles: {name}")
SELF: Final[Sentence] = ("Diri", "Self")
OTHERS: Final[Sentence] = ("Penilai lain", "Others")
NOTHING: Final[Sentence] = ("Belum ada hasil yang diumumkan.", "Nothing is published yet.")
