"""The words of reports."""

from collections.abc import Mapping
from typing import Final

from app.api.texts.types import Sentence

TITLE: Final[Sentence] = ("Laporan Hasil Penilaian Kinerja", "Report of the performance appraisal")
PREDICATE_LINE: Final[Sentence] = ("{label} ({regulation})", "{label} ({regulation})")
VALUE_LINE: Final[Sentence] = ("{label}, nilai kinerja {value} ({regulation})", "{label}, value {value} ({regulation})")
UNDECIDED: Final[Sentence] = ("belum diputuskan", "not decided yet")
NOT_FINAL: Final[Sentence] = (
    "BELUM FINAL. Hasil ini belum diumumkan dan masih dapat berubah.",
    "NOT FINAL. This result is not published and may still change.",
)
NO_DECISION: Final[Sentence] = (
    "BELUM FINAL. Pejabat penilai belum mengambil keputusan atas hasil ini.",
    "NOT FINAL. The appraising officer has not decided on this result yet.",
)
PAGE: Final[Sentence] = ("Halaman", "Page")
OF: Final[Sentence] = ("dari", "of")
PERIOD: Final[Sentence] = ("{start} s.d. {end}", "{start} to {end}")
VERSION: Final[Sentence] = ("Versi {version}, dihitung {computed}", "Version {version}, computed {computed}")
PUBLISHED: Final[Sentence] = ("Versi {version}, diumumkan {published}", "Version {version}, published {published}")

#: Headings and labels of the document by their name in the template.
LABELS: Final[Mapping[str, Sentence]] = {
    "ratee": ("Pegawai yang Dinilai", "Ratee"),
    "name": ("Nama", "Name"),
    "nip": ("NIP", "NIP"),
    "grade": ("Pangkat/Gol. Ruang", "Rank/Grade"),
    "position": ("Jabatan", "Position"),
    "unit": ("Unit Kerja", "Unit"),
    "appraiser": ("Pejabat Penilai Kinerja", "Appraising officer"),
    "on_behalf": ("a.n. Pejabat Penilai Kinerja", "On behalf of the appraising officer"),
    "deputy": ("Diputuskan a.n. oleh", "Decided on behalf by"),
    "cycle": ("Siklus", "Cycle"),
    "period": ("Periode", "Period"),
    "status": ("Versi", "Version"),
    "summary": ("Ringkasan", "Summary"),
    "overall": ("Nilai keseluruhan", "Overall"),
    "recommended": ("Menurut nilai", "By the figures"),
    "decided": ("Diputuskan", "Decided"),
    "dimension": ("Dimensi", "Dimension"),
    "figure": ("Nilai", "Figure"),
    "predicate": ("Predikat Kinerja", "Predicate"),
    "reason": ("Alasan keputusan", "Reason of the decision"),
    "criteria": ("Kriteria", "Criteria"),
    "others": ("Penilai lain", "Others"),
    "self": ("Diri", "Self"),
    "gap": ("Selisih", "Gap"),
    "chart": ("Diagram kriteria", "Chart of the criteria"),
    "withheld": ("ditahan", "withheld"),
    "groups": ("Menurut kelompok penilai", "By rater type"),
    "group": ("Kelompok penilai", "Rater type"),
    "strengths": ("Kekuatan", "Strengths"),
    "improvements": ("Area yang perlu diperbaiki", "Areas to improve"),
    "reasons": ("Catatan kelengkapan", "Remarks on completeness"),
    "receipt": ("Tanda bukti (SHA-256)", "Receipt (SHA-256)"),
}
NOTICE: Final[Sentence] = (
    "Angka-angka ini adalah bahan pertimbangan; predikat ditetapkan oleh pejabat penilai kinerja.",
    "These figures are a consideration; the appraising officer determines the predicate.",
)
RADAR: Final[Sentence] = (
    "Diagram radar: kriteria menurut diri dan penilai lain. Angkanya ada di tabel Kriteria.",
    "Radar chart: the criteria by self and others. Its figures stand in the table of criteria.",
)
MONTHS: Final[Mapping[str, tuple[str, ...]]] = {
    "id": (
        *("Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli"),
        *("Agustus", "September", "Oktober", "November", "Desember"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June", "July"),
        *("August", "September", "October", "November", "December"),
    ),
}
