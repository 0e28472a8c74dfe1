"""The words of rating quality."""

from typing import Final

from app.api.texts.types import ProblemText, Sentence

PROBLEMS: dict[str, ProblemText] = {}
VIOLATIONS: dict[str, Sentence] = {}

NOBODY: Final[Sentence] = (
    "Tidak ada yang dinilai oleh kelompok ini, jadi tidak ada angka.",
    "Nobody was rated by this group, so there are no figures.",
)
ONE: Final[Sentence] = (
    "Hanya satu orang dinilai oleh kelompok ini: angka tidak ditampilkan di bawah {fewest} orang.",
    "Only one person was rated by this group: no figure is shown below {fewest} people.",
)
FEW: Final[Sentence] = (
    "Hanya {ratees} orang dinilai oleh kelompok ini: angka di bawah {fewest} orang tidak ditampilkan, dan di bawah {sample} "
    "orang harus dibaca dengan hati-hati.",
    "Only {ratees} people were rated by this group: below {fewest} people no figure is shown, and below {sample} people "
    "figures are to be read with caution.",
)
