"""Texts about cycles, participants and external scores."""

from app.api.texts.types import ProblemText, Sentence

#: The states of a cycle in sentences.
STATES: dict[str, Sentence] = {
    "draft": ("rancangan", "draft"),
    "nomination": ("pengusulan penilai", "nomination"),
    "rating": ("penilaian", "rating"),
    "review": ("peninjauan", "review"),
    "published": ("diumumkan", "published"),
    "archived": ("diarsipkan", "archived"),
}

PROBLEMS = {
    "cycle_code_taken": ProblemText(
        ("Kode siklus sudah ada", "Cycle code taken"),
        ("Siklus lain memakai kode ini.", "Another cycle has this code."),
    ),
    "cycle_frozen": ProblemText(
        ("Siklus sudah dibuka", "Cycle was opened"),
        (
            "Sejak penilaian dibuka hanya judul yang dapat diubah; batas waktu diubah lewat perpanjangan.",
            "Since rating opened only the title can change; the end of the window changes by an extension.",
        ),
    ),
    "cycle_state_forbids": ProblemText(
        ("Tidak pada tahap ini", "Not in this state"),
        ("Tahap siklus ({state}) tidak mengizinkannya.", "The state of the cycle ({state}) forbids it."),
    ),
    "transition_not_allowed": ProblemText(
        ("Langkah tidak mungkin", "No such step"),
        (
            "Siklus tidak dapat berpindah dari tahap {present} ke tahap {wanted}.",
            "A cycle cannot go from {present} to {wanted}.",
        ),
    ),
    "external_scores_exist": ProblemText(
        ("Nilai eksternal sudah ada", "External scores exist"),
        (
            "Nilai sudah diterima dengan rentang lama dimensi ini; rentangnya tidak dapat diubah lagi.",
            "Values were received on the present range of this dimension; it can no longer change.",
        ),
    ),
    "dimension_is_rated": ProblemText(
        ("Dimensi dinilai dalam siklus", "Dimension is rated"),
        (
            "Siklus ini tidak menerima nilai eksternal untuk dimensi {dimension}.",
            "This cycle takes no external score for the dimension {dimension}.",
        ),
    ),
    "already_participant": ProblemText(
        ("Sudah menjadi peserta", "Already a participant"),
        ("Pegawai ini sudah ikut dalam siklus.", "This employee takes part in the cycle already."),
    ),
    "appraiser_is_rater": ProblemText(
        ("Pejabat penilai ikut menilai secara anonim", "Appraiser rates anonymously"),
        (
            "Pejabat ini atau atasannya memegang penugasan anonim atas peserta; batalkan dulu atau pilih pejabat lain.",
            "This officer or his superior holds an anonymous assignment on the participant; void it or choose another.",
        ),
    ),
    "participant_has_sheets": ProblemText(
        ("Sudah ada penilaian", "Something was submitted"),
        (
            "Peserta yang sudah dinilai tidak dapat dikeluarkan.",
            "A participant who was rated cannot be removed.",
        ),
    ),
}

VIOLATIONS: dict[str, Sentence] = {
    "unknown_cycle": ("Siklus ini tidak ada.", "This cycle does not exist."),
    "unknown_rubric": ("Rubrik ini tidak ada.", "This rubric does not exist."),
    "rubric_not_published": (
        "Rubrik ini belum diterbitkan atau sudah dihentikan.",
        "This rubric is not published, or was retired.",
    ),
    "position_kind_twice": (
        "Satu jenis jabatan hanya punya satu rubrik; hanya satu rubrik untuk semua jenis lainnya.",
        "A kind of position has one rubric; only one rubric is for all other kinds.",
    ),
    "position_kind_without_rubric": (
        "Tidak ada rubrik untuk jenis jabatan {position_kind}.",
        "There is no rubric for the kind of position {position_kind}.",
    ),
    "period_ends_before_start": (
        "Periode berakhir sebelum dimulai.",
        "The period ends before it starts.",
    ),
    "window_closes_before_opening": (
        "Jendela penilaian ditutup sebelum dibuka.",
        "The rating window closes before it opens.",
    ),
    "closes_in_the_past": ("Waktu ini sudah lewat.", "This time has passed."),
    "not_an_extension": (
        "Batas baru harus lebih lambat dari batas sekarang.",
        "The new end must be later than the present one.",
    ),
    "only_when_reopening": (
        "Hanya untuk kembali dari review ke rating.",
        "Only for going back from review to rating.",
    ),
    "only_when_publishing": ("Hanya untuk penerbitan hasil.", "Only for publishing."),
    "no_positive_rater_weight": (
        "Paling sedikit satu jenis penilai perlu bobot di atas nol.",
        "At least one rater type needs a weight above zero.",
    ),
    "min_raters_not_anonymous": (
        "Batas minimum hanya untuk jenis penilai anonim; untuk atasan dan diri sendiri selalu 1.",
        "Minima are for anonymous types only; for superior and self it is always 1.",
    ),
    "min_raters_too_low": ("Paling sedikit {least}.", "At least {least}."),
    "thresholds_out_of_order": (
        "Harus berlaku 0 ≤ meets < above ≤ 100.",
        "0 ≤ meets < above ≤ 100 must hold.",
    ),
    "external_range_empty": (
        "Nilai terendah harus di bawah nilai tertinggi.",
        "The lowest value must be below the highest.",
    ),
    "scheme_needs_external_work_result": (
        "Skema PP 30/2019 memerlukan hasil kerja (SKP) sebagai dimensi eksternal.",
        "The scheme of PP 30/2019 needs work_result (SKP) as an external dimension.",
    ),
    "scheme_needs_rated_behaviour": (
        "Skema PP 30/2019 memerlukan perilaku kerja yang dinilai dalam siklus.",
        "The scheme of PP 30/2019 needs work_behaviour to be rated in the cycle.",
    ),
    "indicator_without_counting_type": (
        "Indikator {indicator} dari rubrik {rubric} tidak ditanyakan kepada jenis penilai yang berbobot.",
        "Indicator {indicator} of rubric {rubric} is asked of no rater type with a weight.",
    ),
    "required_type_not_asked": (
        "Jenis penilai wajib {rater_type} tidak ditanya apa pun oleh suatu rubrik.",
        "A rubric asks the required rater type {rater_type} nothing.",
    ),
    "criteria_in_external_dimension": (
        "Rubrik {rubric} punya kriteria dalam dimensi eksternal {dimension}.",
        "Rubric {rubric} has criteria in the external dimension {dimension}.",
    ),
    "dimension_weight_missing": (
        "Dimensi {dimension} belum punya bobot.",
        "The dimension {dimension} has no weight.",
    ),
    "no_participants": ("Siklus ini belum punya peserta.", "The cycle has no participants."),
    "rated_from_above": (
        "Atasan, pejabat penilai, atau atasan pejabat penilai memegang penugasan anonim atas peserta ini.",
        "The superior, the appraiser or his superior holds an anonymous assignment on this participant.",
    ),
    "rated_by_former_superior": (
        "Penugasan atasan atas peserta ini bukan milik atasannya yang sekarang; hapus atau alihkan penugasan itu.",
        "The superior's assignment on this participant is not his present superior's; delete or reassign it.",
    ),
    "already_participant": (
        "Pegawai ini sudah ikut dalam siklus.",
        "This employee takes part in the cycle already.",
    ),
    "participant_outside_asn": (
        "Hanya ASN (PNS dan PPPK) yang dinilai.",
        "Only ASN (PNS and PPPK) are appraised.",
    ),
    "participant_inactive": ("Pegawai ini tidak lagi aktif.", "This employee is no longer in service."),
    "employees_or_units": (
        "Kirim employee_ids atau unit_ids, salah satu saja.",
        "Send either employee_ids or unit_ids.",
    ),
    "only_with_unit_ids": ("Hanya bersama unit_ids.", "Only together with unit_ids."),
    "external_score_out_of_range": (
        "Nilai di luar rentang {least}–{most} siklus ini.",
        "The value is outside the range {least}–{most} of this cycle.",
    ),
    "measured_in_the_future": (
        "Waktu pengukuran belum tiba; kirim waktu nilai itu diukur, beserta zona waktunya.",
        "The time of measurement is still to come; send when the value was measured, with its time zone.",
    ),
}
