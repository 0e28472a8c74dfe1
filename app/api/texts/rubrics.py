"""Texts about rubrics."""

from app.api.texts.types import ProblemText, Sentence

PROBLEMS = {
    "rubric_code_taken": ProblemText(
        ("Kode rubrik sudah ada", "Rubric code taken"),
        (
            "Rubrik lain memakai kode ini; buat revisi dari rubrik itu atau pakai kode lain.",
            "Another rubric has this code; revise that one or choose another code.",
        ),
    ),
    "rubric_draft_exists": ProblemText(
        ("Draf sudah ada", "Draft exists"),
        (
            "Rubrik ini sudah punya draf; ubah, terbitkan, atau hapus draf itu.",
            "This rubric already has a draft; change, publish or delete that one.",
        ),
    ),
    "rubric_not_draft": ProblemText(
        ("Rubrik bukan draf", "Rubric is no draft"),
        (
            "Versi yang sudah diterbitkan tidak berubah lagi; buat revisi.",
            "A version that was published never changes; make a revision.",
        ),
    ),
    "rubric_is_draft": ProblemText(
        ("Rubrik masih draf", "Rubric is a draft"),
        ("Draf ini masih dapat diubah langsung.", "This draft can still be changed itself."),
    ),
    "rubric_not_published": ProblemText(
        ("Rubrik tidak sedang berlaku", "Rubric is not published"),
        (
            "Hanya versi yang diterbitkan dapat dihentikan.",
            "Only a published version can be retired.",
        ),
    ),
}

VIOLATIONS: dict[str, Sentence] = {
    "scale_size": (
        "Skala mempunyai {least} sampai {most} nilai.",
        "A scale has {least} to {most} points.",
    ),
    "scale_labels_incomplete": (
        "Setiap nilai dari min sampai max perlu tepat satu label.",
        "Every point from min to max needs exactly one label.",
    ),
    "duplicate_criterion": (
        "Kode kriteria ini sudah dipakai dalam rubrik.",
        "This criterion code is used twice in the rubric.",
    ),
    "duplicate_indicator": (
        "Kode indikator ini sudah dipakai dalam rubrik.",
        "This indicator code is used twice in the rubric.",
    ),
    "indicator_asked_of_nobody": (
        "Tidak ada jenis penilai yang ditanya tentang indikator ini.",
        "No rater type is asked about this indicator.",
    ),
    "too_many_indicators": (
        "Satu rubrik memuat paling banyak {most} indikator.",
        "A rubric has at most {most} indicators.",
    ),
    "rubric_code_fixed": (
        "Kode tetap sama untuk semua versi rubrik.",
        "The code stays the same for all versions of a rubric.",
    ),
    "preset_or_content": (
        "Skala dan kriteria berasal dari preset; hilangkan ini atau preset.",
        "The preset brings scale and criteria along; leave this or the preset out.",
    ),
    "unknown_preset": ("Preset ini tidak ada.", "This preset does not exist."),
}
