"""Texts about delegations of appraisers."""

from app.api.texts.types import ProblemText, Sentence

PROBLEMS = {
    "delegation_overlaps": ProblemText(
        ("Sudah ada pengganti", "Delegation overlaps"),
        (
            "Pejabat penilai ini sudah punya Plt/Plh lain pada salah satu hari tersebut; akhiri dahulu.",
            "This appraiser has another delegate on one of these days; end that delegation first.",
        ),
    ),
    "delegation_over": ProblemText(
        ("Penugasan sudah berakhir", "Delegation is over"),
        ("Penugasan Plt/Plh ini sudah berakhir.", "This delegation has ended already."),
    ),
}
VIOLATIONS: dict[str, Sentence] = {
    "delegates_to_himself": (
        "Pejabat penilai tidak menggantikan dirinya sendiri.",
        "An appraiser does not stand in for himself.",
    ),
    "delegation_ends_before_start": ("Berakhir sebelum dimulai.", "It ends before it starts."),
    "delegate_inactive": ("Pegawai ini tidak lagi aktif.", "This employee is no longer in service."),
}
