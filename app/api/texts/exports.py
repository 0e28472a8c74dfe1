"""Texts of files: names of columns, and the words that stand in cells."""

from collections.abc import Mapping
from typing import Final

from app.api.texts.types import ProblemText, Sentence
from app.domain.values import Completeness, Flag, PositionKind, ResultStatus

PROBLEMS = {
    "not_acceptable": ProblemText(
        ("Format tidak tersedia", "Format not available"),
        (
            "Tidak ada format pada header Accept yang tersedia; yang tersedia: {offered}.",
            "None of the formats in the Accept header is available; there are: {offered}.",
        ),
    ),
}
VIOLATIONS: dict[str, Sentence] = {}

COLUMNS: Final[Mapping[str, Sentence]] = {
    "nip": ("NIP", "NIP"),
    "name": ("Nama", "Name"),
    "position": ("Jabatan", "Position"),
    "position_kind": ("Jenis jabatan", "Kind of position"),
    "unit": ("Unit kerja", "Unit"),
    "status": ("Status", "Status"),
    "version": ("Versi", "Version"),
    "completeness": ("Kelengkapan", "Completeness"),
    "overall": ("Nilai keseluruhan", "Overall"),
    "work_result": ("Hasil Kerja", "Work results"),
    "work_result_expectation": ("Ekspektasi Hasil Kerja menurut nilai", "Work results: expectation by figure"),
    "work_result_decided": ("Ekspektasi Hasil Kerja diputuskan", "Work results: decided expectation"),
    "work_behaviour": ("Perilaku Kerja", "Work behaviour"),
    "work_behaviour_expectation": ("Ekspektasi Perilaku Kerja menurut nilai", "Work behaviour: expectation by figure"),
    "work_behaviour_decided": ("Ekspektasi Perilaku Kerja diputuskan", "Work behaviour: decided expectation"),
    "performance_value": ("Nilai kinerja (PP 30/2019)", "Performance value (PP 30/2019)"),
    "recommended": ("Predikat disarankan", "Recommended predicate"),
    "decided": ("Predikat diputuskan", "Decided predicate"),
    "strengths": ("Kekuatan", "Strengths"),
    "improvements": ("Perlu ditingkatkan", "Areas to improve"),
    "published_on": ("Tanggal diumumkan", "Published on"),
    "criterion": ("Kode kriteria", "Criterion"),
    "value": ("Nilai", "Figure"),
    "others": ("Nilai penilai lain", "Others"),
    "gap": ("Selisih", "Gap"),
    "flag": ("Catatan", "Remark"),
}
STATUSES: Final[Mapping[ResultStatus, Sentence]] = {
    ResultStatus.COMPUTED: ("Dihitung", "Computed"),
    ResultStatus.DECIDED: ("Diputuskan", "Decided"),
    ResultStatus.PUBLISHED: ("Diumumkan", "Published"),
    ResultStatus.SUPERSEDED: ("Digantikan", "Superseded"),
}
COMPLETENESS: Final[Mapping[Completeness, Sentence]] = {
    Completeness.COMPLETE: ("Lengkap", "Complete"),
    Completeness.INCOMPLETE: ("Belum lengkap", "Incomplete"),
}
FLAGS: Final[Mapping[Flag, Sentence]] = {
    Flag.BLIND_SPOT: ("Titik buta", "Blind spot"),
    Flag.HIDDEN_STRENGTH: ("Kekuatan tersembunyi", "Hidden strength"),
}
POSITION_KINDS: Final[Mapping[PositionKind, Sentence]] = {
    PositionKind.JPT: ("Pimpinan tinggi", "High leadership"),
    PositionKind.ADMINISTRATOR: ("Administrator", "Administrator"),
    PositionKind.SUPERVISOR: ("Pengawas", "Supervisor"),
    PositionKind.FUNCTIONAL: ("Fungsional", "Functional"),
    PositionKind.EXECUTOR: ("Pelaksana", "Executor"),
}
