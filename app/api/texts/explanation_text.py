"""Headings of an explanation as plain text."""

from collections.abc import Mapping
from typing import Final

from app.api.texts.types import Sentence
from app.domain.values import ResultStatus

TITLE: Final[Sentence] = ("Penjelasan hasil penilaian kinerja", "Explanation of a performance result")
RATEE: Final[Sentence] = ("Pegawai yang Dinilai", "Ratee")
POSITION: Final[Sentence] = ("Jabatan", "Position")
UNIT: Final[Sentence] = ("Unit Kerja", "Unit")
CYCLE: Final[Sentence] = ("Siklus penilaian", "Cycle")
VERSION: Final[Sentence] = ("Versi", "Version")
STATUSES: Final[Mapping[ResultStatus, Sentence]] = {
    ResultStatus.COMPUTED: ("sudah dihitung, belum diputuskan", "computed, not decided yet"),
    ResultStatus.DECIDED: ("sudah diputuskan, belum diumumkan", "decided, not published yet"),
    ResultStatus.PUBLISHED: ("sudah diumumkan", "published"),
    ResultStatus.SUPERSEDED: ("sudah diganti", "superseded"),
}
CALCULATION: Final[Sentence] = ("Perhitungan", "Calculation")
WITHOUT_WEIGHT: Final[Sentence] = (
    "Menurut kebijakan siklus ini yang berikut tidak berbobot, jadi tidak dihitung di mana pun: {types}.",
    "By the policy of this cycle these have no weight and count nowhere: {types}.",
)
EXPECTATIONS: Final[Sentence] = ("Ekspektasi", "Expectations")
PREDICATE: Final[Sentence] = ("Predikat Kinerja yang direkomendasikan", "Recommended predicate")
DECISION: Final[Sentence] = ("Keputusan Pejabat Penilai Kinerja", "Decision of the appraising officer")
WRITTEN_REASON: Final[Sentence] = ("Alasan tertulis: “{reason}”", "Written reason: “{reason}”")
COMPLETENESS: Final[Sentence] = ("Kelengkapan", "Completeness")
STRENGTHS: Final[Sentence] = ("Kekuatan dan Area yang Perlu Diperbaiki", "Strengths and areas to improve")
GAPS: Final[Sentence] = ("Diri sendiri dan penilai lain", "Self and others")
RECEIPT: Final[Sentence] = ("Tanda terima", "Receipt")
