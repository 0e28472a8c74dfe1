"""Texts about imports of spreadsheets."""

from app.api.texts.types import ProblemText, Sentence

PROBLEMS = {
    "import_failed": ProblemText(
        ("Impor gagal", "Import failed"),
        (
            "Ada {error_count} kesalahan; tidak ada yang diubah. Perbaiki baris pada daftar errors lalu kirim lagi.",
            "There are {error_count} faults; nothing was changed. Mend the rows listed in errors and send the file again.",
        ),
    ),
    "file_unfolds_too_far": ProblemText(
        ("Berkas terlalu besar", "File too large"),
        (
            "Isi berkas setelah dibuka melebihi {most} MB.",
            "Unfolded, the file holds more than {most} MB.",
        ),
    ),
}

VIOLATIONS: dict[str, Sentence] = {
    # ---------------------------------------------------------------- the file
    "file_empty": (
        "Berkas tidak memuat baris di bawah judul kolom.",
        "The file has no row below its header.",
    ),
    "encoding_not_utf8": (
        "Berkas bukan UTF-8. Di Excel pilih Simpan Sebagai → CSV UTF-8, atau kirim berkas .xlsx.",
        "The file is not UTF-8. In Excel choose Save As → CSV UTF-8, or send an .xlsx file.",
    ),
    "csv_unreadable": (
        "CSV tidak terbaca pada baris {line}: tanda kutip tidak ditutup atau isi terlalu panjang.",
        "The CSV cannot be read at line {line}: a quote is not closed, or a field is too long.",
    ),
    "xlsx_unreadable": (
        "Berkas bukan .xlsx yang dapat dibaca; simpan ulang dengan aplikasi lembar kerja.",
        "This is not a readable .xlsx file; save it anew with a spreadsheet program.",
    ),
    "xls_or_locked": (
        "Berkas .xls lama atau terkunci kata sandi; simpan sebagai .xlsx tanpa kata sandi.",
        "An old .xls file, or locked by a password; save it as .xlsx without a password.",
    ),
    "too_many_rows": (
        "Paling banyak {most} baris sekali impor; bagi berkasnya.",
        "At most {most} rows in one import; split the file.",
    ),
    "not_with_this_kind": (
        "Parameter ini tidak berlaku untuk jenis impor ini.",
        "This parameter does not belong to this kind of import.",
    ),
    # ---------------------------------------------------------------- the header
    "unknown_column": (
        "Judul kolom ini tidak dikenal; hapus atau ganti. Yang dikenal: {allowed}.",
        "The header of this column is not known; remove or rename it. Known are: {allowed}.",
    ),
    "duplicate_column": ("Kolom ini ada dua kali.", "This column is there twice."),
    "column_missing": ("Kolom ini tidak ada.", "This column is missing."),
    "cell_beside_columns": (
        "Ada isi di luar kolom yang berjudul.",
        "There is something beside the columns that have a header.",
    ),
    # ---------------------------------------------------------------- cells
    "nip_damaged": (
        "Lembar kerja mengubah NIP menjadi angka sehingga digit terakhir hilang. Jadikan kolom Teks, lalu isi ulang NIP.",
        "The spreadsheet took the NIP for a number and lost its last digits. Make the column Text and enter the NIP anew.",
    ),
    "formula": ("Sel memuat rumus; ganti dengan nilainya.", "The cell holds a formula; put its value there."),
    "formula_failed": ("Rumus pada sel ini gagal.", "The formula of this cell failed."),
    "structural_is_three_kinds": (
        "“Struktural” mencakup tiga jenis; tulis jpt, administrator atau pengawas.",
        "“Struktural” is three kinds; write jpt, administrator or supervisor.",
    ),
    # ---------------------------------------------------------------- rows
    "non_asn_by_hand": (
        "Pejabat di luar ASN tidak punya NIP untuk dikenali; buat satu per satu dengan createEmployee.",
        "Officials outside the ASN have no NIP to know them by; create them one by one with createEmployee.",
    ),
    "unit_of_others": ("Unit ini di luar wewenang Anda.", "This unit is not yours to fill."),
    "employee_of_others": (
        "NIP ini milik pegawai di luar unit Anda.",
        "This NIP belongs to somebody outside your units.",
    ),
    "own_record": (
        "Data Anda sendiri diubah oleh administrator lain.",
        "Your own record is changed by another administrator.",
    ),
    "nip_or_username": ("Isi NIP atau nama akun.", "Give a NIP or a username."),
    "username_of_others": ("Akun lain memakai nama ini.", "Another account has this username."),
    "own_admin_role": (
        "Peran admin Anda sendiri hanya dicabut oleh administrator lain.",
        "Your own admin role is taken by another administrator only.",
    ),
    "own_anonymous_raters": (
        "Siapa yang menilai Anda secara anonim ditentukan oleh administrator lain.",
        "Who rates you anonymously is chosen by another administrator.",
    ),
    "dimension_is_rated": (
        "Dimensi ini dinilai dalam siklus, tidak diimpor.",
        "The cycle rates this dimension; it takes no external value.",
    ),
}
