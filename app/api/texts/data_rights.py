"""Texts about a person's rights over his data."""

from app.api.texts.types import ProblemText, Sentence

PROBLEMS = {
    "correction_open": ProblemText(
        ("Permintaan masih menunggu", "A request is waiting"),
        (
            "Permintaan perbaikan Anda sebelumnya untuk isian ini belum diputuskan.",
            "Your earlier request for this field has not been decided yet.",
        ),
    ),
    "correction_decided": ProblemText(
        ("Sudah diputuskan", "Already decided"),
        ("Permintaan perbaikan ini sudah diputuskan.", "This request has been decided already."),
    ),
    "correction_not_applicable": ProblemText(
        ("Tidak dapat diterapkan", "Cannot be applied"),
        (
            "Data pegawai telah berubah sehingga nilai ini tidak cocok lagi; tolak permintaan ini dengan alasan.",
            "The record has changed and this value no longer fits it; refuse the request with a reason.",
        ),
    ),
}

VIOLATIONS: dict[str, Sentence] = {
    "correction_changes_nothing": ("Data Anda sudah berisi nilai ini.", "Your record holds this value already."),
}
