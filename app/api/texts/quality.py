"""The words of rating quality."""

from typing import Final

from app.api.texts.types import ProblemText, Sentence

PROBLEMS: dict[str, ProblemText] = {}
VIOLATIONS: dict[str, Sentence] = {}

FEW: Final[Sentence] = (
    "Hanya {ratees} orang dinilai oleh kelompok ini: angka di bawah {fewest} orang tidak ditampilkan, dan di bawah {sample} "
    "orang harus dibaca dengan hati-hati.",
    "Only {ratees} people were rated by this group: below {fewest} people no figure is shown, and below {sample} people "
    "figures are to be read with caution.",
)
