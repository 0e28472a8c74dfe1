"""Texts that belong to no single topic."""

from app.api.texts.types import ProblemText, Sentence

PROBLEMS = {
    "invalid_input": ProblemText(
        ("Masukan tidak sah", "Invalid input"),
        (
            "Satu atau lebih nilai tidak sah; lihat daftar errors. Tidak ada yang diubah.",
            "One or more values are invalid; see errors. Nothing was changed.",
        ),
    ),
    "unreadable_request": ProblemText(
        ("Permintaan tidak terbaca", "Unreadable request"),
        ("Isi permintaan bukan JSON yang dapat dibaca.", "The request body is not readable JSON."),
    ),
    "json_malformed": ProblemText(
        ("Permintaan tidak terbaca", "Unreadable request"),
        ("Isi permintaan bukan JSON yang sah.", "The request body is not well-formed JSON."),
    ),
    "json_not_utf8": ProblemText(
        ("Permintaan tidak terbaca", "Unreadable request"),
        ("Isi permintaan harus memakai UTF-8.", "The request body must be UTF-8."),
    ),
    "json_duplicate_key": ProblemText(
        ("Permintaan tidak terbaca", "Unreadable request"),
        ("Satu objek JSON memuat kunci yang sama dua kali.", "A JSON object holds the same key twice."),
    ),
    "json_not_a_number": ProblemText(
        ("Permintaan tidak terbaca", "Unreadable request"),
        ("NaN dan Infinity bukan JSON.", "NaN and Infinity are not JSON."),
    ),
    "json_number_too_long": ProblemText(
        ("Permintaan tidak terbaca", "Unreadable request"),
        ("Sebuah angka terlalu panjang.", "A number has too many digits."),
    ),
    "json_too_many_properties": ProblemText(
        ("Permintaan tidak terbaca", "Unreadable request"),
        ("JSON memuat terlalu banyak properti.", "The JSON has too many properties."),
    ),
    "json_too_deep": ProblemText(
        ("Permintaan tidak terbaca", "Unreadable request"),
        ("JSON bersarang terlalu dalam.", "The JSON is nested too deeply."),
    ),
    "unauthenticated": ProblemText(
        ("Belum masuk", "Not authenticated"),
        (
            "Sertakan token akses yang berlaku pada header Authorization: Bearer.",
            "Send a valid access token in the Authorization: Bearer header.",
        ),
    ),
    "not_allowed": ProblemText(
        ("Tidak diizinkan", "Not allowed"),
        ("Akun Anda tidak berwenang melakukan ini.", "Your account may not do this."),
    ),
    "not_found": ProblemText(
        ("Tidak ditemukan", "Not found"),
        (
            "Yang diminta tidak ada atau bukan untuk Anda ketahui.",
            "It does not exist, or is not yours to know.",
        ),
    ),
    "method_not_allowed": ProblemText(
        ("Metode tidak didukung", "Method not allowed"),
        (
            "Alamat ini tidak melayani metode tersebut; lihat header Allow.",
            "See the Allow header for what this address serves.",
        ),
    ),
    "precondition_failed": ProblemText(
        ("Sudah berubah", "Changed meanwhile"),
        (
            "Data telah diubah sejak Anda membacanya; baca lagi lalu ulangi.",
            "The object changed since you read it; read it again and repeat.",
        ),
    ),
    "precondition_required": ProblemText(
        ("If-Match diperlukan", "If-Match required"),
        (
            "Kirim ETag dari pembacaan terakhir pada header If-Match.",
            "Send the ETag of your last read in the If-Match header.",
        ),
    ),
    "body_too_large": ProblemText(
        ("Terlalu besar", "Too large"),
        (
            "Isi permintaan melebihi batas {limit} byte.",
            "The request body is over the limit of {limit} bytes.",
        ),
    ),
    "unsupported_media_type": ProblemText(
        ("Jenis isi tidak didukung", "Unsupported media type"),
        ("Kirim isi sebagai {expected}.", "Send the body as {expected}."),
    ),
    "idempotency_key_reused": ProblemText(
        ("Idempotency-Key sudah dipakai", "Idempotency-Key reused"),
        (
            "Kunci ini telah dipakai untuk permintaan lain; pakai kunci baru.",
            "This key was used for another request; use a new one.",
        ),
    ),
    "idempotency_key_invalid": ProblemText(
        ("Idempotency-Key tidak sah", "Invalid Idempotency-Key"),
        ("Kunci harus 1 sampai 255 karakter ASCII.", "A key has 1 to 255 ASCII characters."),
    ),
    "idempotency_in_progress": ProblemText(
        ("Masih diproses", "Still running"),
        (
            "Permintaan dengan kunci ini masih berjalan; ulangi sebentar lagi.",
            "A request with this key is still running; repeat shortly.",
        ),
    ),
    "rate_limited": ProblemText(
        ("Terlalu sering", "Too many requests"),
        ("Coba lagi setelah {retry_after} detik.", "Try again in {retry_after} seconds."),
    ),
    "service_unavailable": ProblemText(
        ("Layanan sedang sibuk", "Service unavailable"),
        (
            "Coba lagi setelah {retry_after} detik; tidak ada yang diubah.",
            "Try again in {retry_after} seconds; nothing was changed.",
        ),
    ),
    "job_interrupted": ProblemText(
        ("Pekerjaan terputus", "Job interrupted"),
        (
            "Proses yang mengerjakannya berhenti; tidak ada yang diubah. Ulangi.",
            "Its process ended; nothing was changed. Repeat it.",
        ),
    ),
    "internal_error": ProblemText(
        ("Kesalahan di pihak kami", "Internal error"),
        (
            "Terjadi kesalahan yang tidak terduga. Sebutkan request_id ini kepada pengelola.",
            "Something unexpected happened. Tell the operator this request_id.",
        ),
    ),
}

VIOLATIONS: dict[str, Sentence] = {
    "required": ("Wajib diisi.", "Is required."),
    "unknown_field": ("Nama ini tidak dikenal di sini.", "This name is not known here."),
    "wrong_type": ("Jenis nilai salah; diharapkan {expected}.", "Wrong type of value; {expected} expected."),
    "out_of_range": ("Di luar batas: {limits}.", "Out of range: {limits}."),
    "too_short": (
        "Terlalu pendek atau terlalu sedikit; paling sedikit {least}.",
        "Too short or too few; at least {least}.",
    ),
    "too_long": (
        "Terlalu panjang atau terlalu banyak; paling banyak {most}.",
        "Too long or too many; at most {most}.",
    ),
    "not_one_of": ("Bukan salah satu dari: {allowed}.", "Not one of: {allowed}."),
    "bad_format": ("Bentuknya salah; diharapkan {expected}.", "Wrong format; {expected} expected."),
    "too_many_decimals": ("Paling banyak {most} angka desimal.", "At most {most} decimals."),
    "invalid_value": ("Nilai tidak sah.", "Invalid value."),
    "text_not_storable": (
        "Teks memuat karakter NUL atau setengah karakter (surrogate).",
        "The text holds a NUL or half a character (surrogate).",
    ),
    "unknown_query": ("Parameter ini tidak dikenal.", "This query parameter is not known."),
    "cursor_invalid": (
        "Kursor tidak sah; mulai dari halaman pertama.",
        "Invalid cursor; start from the first page.",
    ),
    "not_nullable": ("Tidak boleh dikosongkan.", "Cannot be null."),
    "duplicate_item": ("Disebut lebih dari sekali.", "Named more than once."),
    "weight_not_positive": ("Bobot harus lebih dari nol.", "A weight must be above zero."),
}

#: What JSON calls the types of values, by the names that Pydantic's errors begin with.
JSON_TYPES: dict[str, Sentence] = {
    "string": ("teks", "a text"),
    "uuid": ("teks", "a text"),
    "int": ("bilangan bulat", "a whole number"),
    "int_from_float": ("bilangan bulat", "a whole number"),
    "number": ("angka", "a number"),
    "float": ("angka", "a number"),
    "decimal": ("angka", "a number"),
    "bool": ("true atau false", "true or false"),
    "list": ("daftar [...]", "a list [...]"),
    "model": ("objek {...}", "an object {...}"),
    "model_attributes": ("objek {...}", "an object {...}"),
    "dict": ("objek {...}", "an object {...}"),
}
