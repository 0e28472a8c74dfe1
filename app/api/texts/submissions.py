"""Texts about the rater's form."""

from typing import Final

from app.api.texts.types import ProblemText, Sentence

PROBLEMS = {
    "submission_locked": ProblemText(
        ("Sudah dikirim", "Already submitted"),
        (
            "Penilaian ini sudah dikirim dan tidak dapat diubah.",
            "This form was submitted and can no longer be changed.",
        ),
    ),
    "rating_not_open": ProblemText(
        ("Penilaian tidak dibuka", "Rating is not open"),
        (
            "Penilaian hanya dapat diisi selama masa penilaian siklus ini.",
            "Forms can be written only while this cycle's rating is open.",
        ),
    ),
    "assignment_closed": ProblemText(
        ("Penugasan sudah ditutup", "Assignment closed"),
        (
            "Penugasan ini sudah ditolak, dibebaskan, atau dibatalkan.",
            "This assignment was declined, excused or voided.",
        ),
    ),
    "group_sealed": ProblemText(
        ("Kelompok penilai tertutup", "Group sealed"),
        (
            "Angka kelompok ini sudah pernah ditampilkan, jadi tidak ada lembarnya yang boleh berubah.",
            "A figure of this group was shown, so none of its sheets may change any more.",
        ),
    ),
    "not_submitted": ProblemText(
        ("Belum dikirim", "Not submitted"),
        ("Tidak ada penilaian yang dapat dibuka kembali.", "There is no submitted form to give back."),
    ),
    "rater_type_not_allowed": ProblemText(
        ("Jenis penilai tidak diizinkan", "Rater type not allowed"),
        (
            "Token Anda tidak mencakup jenis penilai {rater_type}.",
            "Your token does not cover the rater type {rater_type}.",
        ),
    ),
}

VIOLATIONS: dict[str, Sentence] = {
    "criterion_not_on_form": ("Kriteria ini tidak ada pada formulir.", "This criterion is not on the form."),
    "indicator_not_on_form": ("Indikator ini tidak ada pada formulir.", "This indicator is not on the form."),
    "points_off_scale": ("Di luar skala {limits}.", "Off the scale {limits}."),
    "answer_missing": (
        "Indikator {indicator} belum dijawab (nilai, atau null bila tidak teramati).",
        "Indicator {indicator} has no answer (points, or null when not observed).",
    ),
}

ANONYMOUS_NOTICE: Final[Sentence] = (
    "Jawaban Anda anonim: yang dibaca hanya rata-rata kelompok, oleh yang dinilai, atasannya, pejabat penilai, pengelola "
    "dan auditor, dan hanya bila paling sedikit {minimum} orang menjawab. Pada kelompok ini {asked} orang diminta menilai. "
    "Bila semua anggota lain bersekongkol, mereka bersama-sama dapat menghitung jawaban Anda.",
    "Your answers are anonymous: only the group's mean is read, by the ratee, the superior, the appraiser, administrators "
    "and auditors, and only when at least {minimum} people answer. In this group {asked} people are asked. "
    "If all the others conspired, together they could work out your answers.",
)
#: Whether it is one's own form → what is said.
NAMED_NOTICE: Final[dict[bool, Sentence]] = {
    False: (
        "Penilaian Anda sebagai atasan tidak anonim: yang dinilai melihat angka yang Anda berikan.",
        "Your rating as the superior is not anonymous: the ratee sees the figures you give.",
    ),
    True: (
        "Penilaian diri Anda ditampilkan di samping penilaian orang lain.",
        "Your self-rating is shown beside the others' figures.",
    ),
}
