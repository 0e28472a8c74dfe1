"""Texts about assignments and invitations."""

from app.api.texts.types import ProblemText, Sentence

_DUPLICATE: Sentence = (
    "Orang ini sudah ditugaskan menilai peserta tersebut; seseorang menilai seorang peserta paling banyak sekali.",
    "This person already rates the participant; a person rates a participant at most once.",
)
_IS_SUPERIOR: Sentence = (
    "Atasan peserta tidak dapat menilainya secara anonim.",
    "The participant's superior cannot rate anonymously.",
)
_IS_APPRAISER: Sentence = (
    "Pejabat penilai kinerja peserta tidak dapat menilainya secara anonim.",
    "The participant's appraiser cannot rate anonymously.",
)
_IS_APPRAISERS_SUPERIOR: Sentence = (
    "Atasan pejabat penilai kinerja tidak dapat menilai peserta secara anonim.",
    "The superior of the participant's appraiser cannot rate anonymously.",
)
_SEALED: Sentence = (
    "Angka kelompok ini sudah pernah ditampilkan, jadi tidak ada yang boleh ditambah.",
    "A figure of this group was shown, so nothing can be added to it.",
)

PROBLEMS = {
    "assignment_duplicate": ProblemText(("Penugasan ganda", "Duplicate assignment"), _DUPLICATE),
    "rater_is_superior": ProblemText(("Penilai adalah atasan", "Rater is the superior"), _IS_SUPERIOR),
    "rater_is_appraiser": ProblemText(("Penilai adalah pejabat penilai", "Rater is the appraiser"), _IS_APPRAISER),
    "rater_is_appraisers_superior": ProblemText(
        ("Penilai adalah atasan pejabat penilai", "Rater is the appraiser's superior"), _IS_APPRAISERS_SUPERIOR
    ),
    "assignment_state_forbids": ProblemText(
        ("Keadaan penugasan tidak mengizinkan", "State of the assignment forbids it"),
        (
            "Penugasan ini berstatus {state}; tindakan ini tidak mungkin lagi.",
            "The assignment is {state}; this is not possible now.",
        ),
    ),
    "not_a_recipient": ProblemText(
        ("Bukan penerima layanan", "Not a service recipient"),
        (
            "Kode hanya diterbitkan untuk penugasan penerima layanan.",
            "Codes are issued for assignments of service recipients only.",
        ),
    ),
    "recipients_not_asked": ProblemText(
        ("Penerima layanan tidak ditanya", "Service recipients are not asked"),
        (
            "Rubrik peserta ini tidak memuat pertanyaan untuk penerima layanan.",
            "This participant's rubric asks service recipients nothing.",
        ),
    ),
    "too_many_invitations": ProblemText(
        ("Terlalu banyak undangan", "Too many invitations"),
        (
            "Paling banyak {most} undangan per peserta; tersisa {left}.",
            "At most {most} invitations per participant; {left} are left.",
        ),
    ),
    "invitation_unknown": ProblemText(
        ("Kode tidak dikenal", "Unknown code"),
        (
            "Kode ini salah, dicabut, atau kedaluwarsa. Mintalah kode baru.",
            "The code is wrong, revoked or expired. Ask for a new one.",
        ),
    ),
    "invitation_used": ProblemText(
        ("Kode sudah dipakai", "Code already used"),
        (
            "Penilaian dengan kode ini sudah dikirim. Terima kasih.",
            "The form of this code was already submitted. Thank you.",
        ),
    ),
    "cycle_not_open": ProblemText(
        ("Penilaian tidak dibuka", "Rating is not open"),
        (
            "Kode dapat dipakai selama masa penilaian.",
            "Codes can be used while rating is open.",
        ),
    ),
}

VIOLATIONS: dict[str, Sentence] = {
    "unknown_participant": (
        "Peserta ini tidak ada dalam siklus, atau bukan untuk Anda ketahui.",
        "There is no such participant in this cycle, or it is not yours to know.",
    ),
    "recipient_by_invitation": (
        "Penerima layanan diundang dengan kode, bukan ditugaskan.",
        "Service recipients are invited by a code, not assigned.",
    ),
    "rater_inactive": ("Pegawai ini tidak aktif.", "This employee is not in service."),
    "type_not_asked": (
        "Rubrik peserta tidak memuat pertanyaan untuk {rater_type}.",
        "The participant's rubric asks {rater_type} nothing.",
    ),
    "self_is_not_ratee": ("Hanya peserta sendiri yang menilai diri sendiri.", "Only the ratee rates himself."),
    "rater_is_ratee": (
        "Seseorang menilai dirinya sendiri hanya sebagai `self`.",
        "A person rates himself only as `self`.",
    ),
    "not_the_superior": (
        "Hanya atasan langsung peserta yang menilai sebagai atasan.",
        "Only the participant's superior rates as superior.",
    ),
    "rater_is_superior": _IS_SUPERIOR,
    "rater_is_appraiser": _IS_APPRAISER,
    "rater_is_appraisers_superior": _IS_APPRAISERS_SUPERIOR,
    "assignment_duplicate": _DUPLICATE,
    "group_sealed": _SEALED,
    "peer_from_elsewhere": (
        "Rekan ini bukan dari unit yang sama dan bukan di bawah atasan yang sama.",
        "This peer is neither of the same unit nor under the same superior.",
    ),
    "not_a_subordinate": (
        "Pegawai ini tidak melapor kepada peserta.",
        "This employee does not report to the participant.",
    ),
}
