"""The words of reports of a unit."""

from collections.abc import Mapping
from typing import Final

from app.api.texts.types import Sentence

TITLE: Final[Sentence] = ("Laporan Unit: Penilaian Kinerja 360 Derajat", "Report of a unit: 360-degree appraisal")
NOT_FINAL: Final[Sentence] = (
    "BELUM FINAL. Hasil siklus ini belum diumumkan dan masih dapat berubah.",
    "NOT FINAL. The results of this cycle are not published and may still change.",
)
FROZEN: Final[Sentence] = ("Angka per {day}", "Figures as of {day}")
COUNTED: Final[Sentence] = ("{number} orang", "{number} people")
MAP: Final[Sentence] = ("Unit menurut kriteria", "Units by criteria")
TREND: Final[Sentence] = (
    "Grafik nilai keseluruhan dari siklus ke siklus: {figures}",
    "Overall figure over cycles: {figures}",
)
EXPLANATION: Final[Sentence] = (
    "Rata-rata nilai yang diumumkan, setiap pegawai dengan bobot yang sama. Yang dihitung adalah kelompok sedikitnya lima "
    "pegawai yang memiliki nilai yang sama jenisnya; yang lain dihitung di unit di atasnya, sehingga jumlah unit bawahan "
    "dapat lebih kecil daripada jumlah unit ini. Predikat dirinci hanya untuk sedikitnya lima orang. Laporan ini bukan hasil "
    "perorangan.",
    "Means of published figures, each employee with the same weight. Counted are groups of at least five employees who have "
    "the same kinds of figures; others are counted in the unit above, so that the units below may add up to less than this "
    "unit. Predicates are told of no fewer than five people. This report is not about single people.",
)

#: Headings and labels of the document by their name in the template.
LABELS: Final[Mapping[str, Sentence]] = {
    "unit": ("Unit Kerja", "Unit"),
    "code": ("Kode", "Code"),
    "cycle": ("Siklus", "Cycle"),
    "period": ("Periode", "Period"),
    "status": ("Keadaan", "As of"),
    "participants": ("Yang dihitung", "Counted"),
    "summary": ("Ringkasan", "Summary"),
    "figure": ("Nilai", "Figure"),
    "people": ("Orang", "People"),
    "mean": ("Rata-rata", "Mean"),
    "groups": ("Menurut kelompok penilai", "By rater type"),
    "group": ("Kelompok penilai", "Rater type"),
    "predicates": ("Predikat Kinerja", "Predicates"),
    "predicate": ("Predikat", "Predicate"),
    "recommended": ("Menurut nilai", "By the figures"),
    "decided": ("Diputuskan", "Decided"),
    "criteria": ("Kriteria", "Criteria"),
    "map": ("Peta panas unit di bawahnya", "Heat map of the units below"),
    "trend": ("Dari siklus ke siklus", "Over cycles"),
}
