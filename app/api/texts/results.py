"""Texts about results: problems, predicate labels (domain.md section 4), and the words that results share."""

from collections.abc import Mapping
from typing import Final

from app.api.texts.types import ProblemText, Sentence
from app.domain.decisions import ReasonGround
from app.domain.values import Cause, Dimension, Expectation, Predicate, RaterType, Scheme, Withheld

PROBLEMS = {
    "results_not_ready": ProblemText(
        ("Hasil belum tersedia", "Results not ready"),
        (
            "Hasil siklus ini belum dapat Anda baca; tunggu sampai tahap berikutnya.",
            "The results of this cycle are not yet yours to read; wait for its next stage.",
        ),
    ),
    "results_undecided": ProblemText(
        ("Masih ada hasil tanpa keputusan", "Results without a decision"),
        (
            "{undecided} dari {complete} hasil yang lengkap belum diputuskan (lihat daftar hasil siklus ini dengan "
            "undecided=true); putuskan dahulu, atau kirim allow_undecided beserta alasannya.",
            "{undecided} of {complete} complete results are not decided yet (the cycle's list of results tells which, with "
            "undecided=true); decide on them, or send allow_undecided with a reason.",
        ),
    ),
    "already_published": ProblemText(
        ("Hasil sudah diumumkan", "Already published"),
        (
            "Keputusan atas hasil yang sudah diumumkan hanya berubah melalui keberatan.",
            "A decision on a published result changes only through an appeal.",
        ),
    ),
}

VIOLATIONS: dict[str, Sentence] = {
    "reason_required": (
        "Alasan wajib diisi karena {grounds}. Tuliskan pada reason.",
        "A reason is needed because {grounds}. Write it into reason.",
    ),
    "dimension_not_in_result": (
        "Hasil ini tidak memiliki dimensi tersebut.",
        "The result does not have this dimension.",
    ),
    "unknown_participant": ("Peserta ini tidak ada.", "This participant does not exist."),
    "already_published": (
        "Keputusan yang sudah diumumkan hanya berubah melalui keberatan.",
        "A published decision changes only through an appeal.",
    ),
}

REASON_GROUNDS: Final[Mapping[str, Sentence]] = {
    ReasonGround.DIFFERS: ("keputusan berbeda dari rekomendasi", "the decision differs from the recommendation"),
    ReasonGround.NO_FIGURE: (
        "tidak ada rekomendasi untuk dimensi yang tanpa nilai",
        "nothing is recommended for a dimension without a figure",
    ),
    ReasonGround.INCOMPLETE: ("hasil ini tidak lengkap", "this result is incomplete"),
    ReasonGround.GROUP_LOST: (
        "ada kelompok penilai yang hilang dari hasil ini",
        "this result lost a group of raters",
    ),
}

_LABELS: Final[Mapping[Predicate, Sentence]] = {
    Predicate.VERY_GOOD: ("Sangat Baik", "Very good"),
    Predicate.GOOD: ("Baik", "Good"),
    Predicate.NEEDS_IMPROVEMENT: ("Butuh Perbaikan", "Needs improvement"),
    Predicate.FAIR: ("Cukup", "Fair"),
    Predicate.POOR: ("Kurang/Misconduct", "Poor/misconduct"),
    Predicate.VERY_POOR: ("Sangat Kurang", "Very poor"),
}
_POOR_BY_NUMBER: Final[Sentence] = ("Kurang", "Poor")


def predicate_label(scheme: Scheme, predicate: Predicate) -> Sentence:
    """The words of a predicate; below the fair one PP 30/2019 speaks of no misconduct."""
    if scheme is Scheme.PP_30_2019 and predicate is Predicate.POOR:
        return _POOR_BY_NUMBER
    return _LABELS[predicate]


EXPECTATIONS: Final[Mapping[Expectation, Sentence]] = {
    Expectation.ABOVE: ("Di atas ekspektasi", "Above expectation"),
    Expectation.MEETS: ("Sesuai ekspektasi", "Meets expectation"),
    Expectation.BELOW: ("Di bawah ekspektasi", "Below expectation"),
}
CAUSES: Final[Mapping[Cause, Sentence]] = {
    Cause.RATING_CLOSED: ("Masa penilaian ditutup", "Rating was closed"),
    Cause.RECOMPUTATION: ("Dihitung ulang oleh administrator", "Computed again by an administrator"),
    Cause.EXTERNAL_SCORE: ("Nilai dari sistem lain masuk", "A score from another system arrived"),
    Cause.INNOVATION: ("Catatan inovasi pegawai berubah", "The employee's innovation was noted or withdrawn"),
    Cause.DECISION_AFTER_PUBLICATION: ("Diputuskan setelah pengumuman", "Decided after publication"),
}
WITHHELD: Final[Mapping[Withheld, Sentence]] = {
    Withheld.NOT_ASKED: ("Kelompok ini tidak ditanya.", "This rater type is not asked."),
    Withheld.BELOW_MIN_RATERS: (
        "Jawaban kelompok ini kurang dari batas minimum.",
        "Too few answers of this rater type.",
    ),
    Withheld.NO_ANSWERS: ("Tidak ada jawaban.", "No answers."),
    Withheld.GROUP_SET_ASIDE: (
        "Kelompok ini dikesampingkan oleh keputusan keberatan.",
        "This group was set aside by an appeal.",
    ),
}
WORDS: Final[Mapping[str, Sentence]] = {
    "overall": ("Nilai keseluruhan", "Overall"),
    "value": ("Nilai kinerja", "Performance value"),
    Dimension.WORK_RESULT: ("Hasil Kerja", "Work results"),
    Dimension.WORK_BEHAVIOUR: ("Perilaku Kerja", "Work behaviour"),
    RaterType.SUPERIOR: ("Atasan Langsung", "Direct superior"),
    RaterType.PEER: ("Rekan Kerja", "Peers"),
    RaterType.SUBORDINATE: ("Bawahan Langsung", "Direct reports"),
    RaterType.SELF: ("Penilaian Diri", "Self"),
    RaterType.SERVICE_RECIPIENT: ("Penerima Layanan", "Service recipients"),
}
