"""Texts about units, employees and accounts."""

from app.api.texts.types import ProblemText, Sentence

PROBLEMS = {
    "unit_code_taken": ProblemText(
        ("Kode unit sudah ada", "Unit code taken"),
        ("Unit lain memakai kode ini.", "Another unit has this code."),
    ),
    "nip_taken": ProblemText(
        ("NIP sudah ada", "NIP taken"),
        ("Pegawai lain memakai NIP ini.", "Another employee has this NIP."),
    ),
    "username_taken": ProblemText(
        ("Nama akun sudah ada", "Username taken"),
        ("Akun lain memakai nama ini.", "Another account has this username."),
    ),
    "employee_has_account": ProblemText(
        ("Pegawai sudah punya akun", "Employee has an account"),
        ("Satu pegawai hanya punya satu akun.", "An employee has one account at most."),
    ),
    "employee_administers": ProblemText(
        ("Pegawai masih admin", "Employee is an administrator"),
        (
            "Cabut peran admin pada akunnya lebih dahulu; tanpa itu ia tidak dapat dinonaktifkan.",
            "Take the administrator role from the account first; until then this person stays in service.",
        ),
    ),
}

VIOLATIONS: dict[str, Sentence] = {
    "unit_cycle": ("Unit tidak dapat berada di bawah dirinya sendiri.", "A unit cannot be below itself."),
    "unknown_unit": ("Unit ini tidak ada.", "This unit does not exist."),
    "unknown_employee": ("Pegawai ini tidak ada.", "This employee does not exist."),
    "self_superior": ("Seseorang bukan atasan dirinya sendiri.", "Nobody is his own superior."),
    "self_appraiser": ("Seseorang bukan penilai kinerja dirinya sendiri.", "Nobody is his own appraiser."),
    "superior_circle": (
        "Rantai atasan akan kembali ke orang yang sama.",
        "The chain of superiors would come back to the same person.",
    ),
    "nip_of_asn": (
        "PNS dan PPPK wajib punya NIP; selain ASN tidak.",
        "PNS and PPPK have a NIP, others have none.",
    ),
    "nip_not_18_digits": (
        "NIP terdiri dari 18 angka (spasi boleh), dikirim sebagai teks.",
        "A NIP has 18 digits (spaces allowed), sent as text.",
    ),
    "nip_birth_date": (
        "Angka 1–8 NIP bukan tanggal lahir yang mungkin.",
        "Digits 1–8 are not a possible birth date.",
    ),
    "nip_appointment_year": (
        "Angka 9–12 NIP bukan tahun pengangkatan yang mungkin.",
        "Digits 9–12 are not a possible year of appointment.",
    ),
    "nip_appointment_month": (
        "Angka 13–14 NIP harus bulan 01–12 (PNS) atau 21–29 (PPPK).",
        "Digits 13–14 must be a month 01–12 (PNS) or 21–29 (PPPK).",
    ),
    "nip_employment_mismatch": (
        "Angka 13–14 NIP tidak cocok dengan jenis kepegawaian.",
        "Digits 13–14 do not fit the kind of employment.",
    ),
    "nip_sex": ("Angka 15 NIP harus 1 atau 2.", "Digit 15 must be 1 or 2."),
    "nip_serial": ("Angka 16–18 NIP tidak boleh 000.", "Digits 16–18 cannot be 000."),
    "grade_unknown": (
        "Golongan tidak dikenal: PNS I/a sampai IV/e, PPPK I sampai XVII.",
        "Unknown grade: I/a to IV/e for PNS, I to XVII for PPPK.",
    ),
}
