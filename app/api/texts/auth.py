"""Texts about logging in and accounts."""

from app.api.texts.types import ProblemText, Sentence

PROBLEMS = {
    "invalid_credentials": ProblemText(
        ("Tidak dapat masuk", "Cannot log in"),
        (
            "Nama atau kata sandi salah, atau tokennya tidak berlaku lagi.",
            "The name or password is wrong, or the token is no longer valid.",
        ),
    ),
    "unknown_person": ProblemText(
        ("Tidak dikenal di sini", "Not known here"),
        (
            "Anda sudah masuk melalui SSO, tetapi tidak ada akun aktif di sini atas nama Anda; hubungi pengelola.",
            "You are logged in at the single sign-on, but no active account here is yours; ask an administrator.",
        ),
    ),
    "too_many_attempts": ProblemText(
        ("Terlalu banyak percobaan", "Too many attempts"),
        (
            "Terlalu banyak percobaan masuk yang gagal dengan nama ini; coba lagi setelah {retry_after} detik.",
            "Too many failed log-ins with this name; try again in {retry_after} seconds.",
        ),
    ),
    "form_malformed": ProblemText(
        ("Permintaan tidak terbaca", "Unreadable request"),
        (
            "Isi permintaan bukan formulir (application/x-www-form-urlencoded) yang sah.",
            "The request body is not a well-formed form (application/x-www-form-urlencoded).",
        ),
    ),
    "activation_code_invalid": ProblemText(
        ("Kode tidak berlaku", "Code not valid"),
        (
            "Kode ini tidak atau tidak lagi berlaku; minta kode baru kepada pengelola.",
            "This code is not, or no longer, valid; ask an administrator for a new one.",
        ),
    ),
    "own_admin_role": ProblemText(
        ("Akun sendiri", "Your own account"),
        (
            "Anda tidak dapat mencabut peran admin Anda sendiri atau menonaktifkan akun sendiri.",
            "You cannot take your own administrator role or deactivate your own account.",
        ),
    ),
    "last_admin": ProblemText(
        ("Admin terakhir", "Last administrator"),
        (
            "Harus selalu ada satu admin yang aktif; tunjuk admin lain lebih dahulu.",
            "One active administrator must remain; appoint another one first.",
        ),
    ),
    "own_password": ProblemText(
        ("Akun sendiri", "Your own account"),
        (
            "Ganti kata sandi Anda sendiri melalui PUT /v1/me/password, dengan kata sandi yang sekarang.",
            "Change your own password with PUT /v1/me/password, which asks for the present one.",
        ),
    ),
    "account_inactive": ProblemText(
        ("Akun tidak aktif", "Account inactive"),
        ("Aktifkan akun ini lebih dahulu.", "Make this account active first."),
    ),
    "account_is_service": ProblemText(
        ("Akun layanan", "Service account"),
        (
            "Akun layanan masuk dengan client_secret, bukan dengan kata sandi.",
            "A service account logs in with its client_secret, not with a password.",
        ),
    ),
}

VIOLATIONS: dict[str, Sentence] = {
    "password_wrong": ("Kata sandi yang sekarang salah.", "The present password is wrong."),
    "password_is_name": (
        "Kata sandi tidak boleh sama dengan nama akun atau NIP.",
        "A password cannot be the account's name or NIP.",
    ),
    "username_is_other_nip": (
        "NIP hanya dapat menjadi nama akun pegawai pemiliknya.",
        "A NIP can be the account name of its own employee only.",
    ),
    "role_not_for_people": (
        "Peran integration dan recipient tidak dapat diberikan kepada akun perorangan.",
        "The roles integration and recipient cannot be given to a person's account.",
    ),
    "rater_type_not_for_accounts": (
        "Akun hanya dapat menilai sebagai superior, peer, subordinate, atau self.",
        "An account can rate as superior, peer, subordinate or self only.",
    ),
    "unit_admin_needs_unit": (
        "Peran unit_admin memerlukan unit yang dikelola.",
        "The role unit_admin needs the unit it administers.",
    ),
    "scopes_for_machines": (
        "Scope hanya untuk akun layanan, dan paling sedikit satu.",
        "Scopes are for service accounts only, which have at least one.",
    ),
    "machine_stays_machine": (
        "Akun layanan tetap akun layanan: hanya nama, scope, dan status aktifnya dapat diubah.",
        "A service account stays one, and no other becomes one: only its name, scopes and whether it is active change.",
    ),
    "scope_not_granted": (
        "Satu atau lebih scope tidak diberikan kepada akun layanan ini.",
        "One or more scopes were not granted to this service account.",
    ),
    "token_not_revocable": (
        "Token akses berumur beberapa menit dan tidak dapat dicabut satu per satu; kirim refresh token.",
        "An access token lives for minutes and cannot be revoked by itself; send the refresh token.",
    ),
}
