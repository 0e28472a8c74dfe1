"""The words of an explanation. Labels are those of domain.md section 4."""

from collections.abc import Mapping
from typing import Final

from app.api.texts.types import Sentence
from app.domain.explanation import Omission, Rule
from app.domain.values import Expectation, Flag, Predicate, ReasonCode, Withheld

# ---------------------------------------------------------------- figures

#: What the parts of a figure are.
KINDS: Final[Mapping[Rule, Sentence]] = {
    Rule.OVERALL: ("dimensi", "dimensions"),
    Rule.DIMENSION: ("kriteria", "criteria"),
    Rule.CRITERION: ("indikator", "indicators"),
    Rule.INDICATOR: ("kelompok penilai", "rater types"),
}
ONLY: Final[Sentence] = (
    "Sama dengan nilai {part}, satu-satunya yang dihitung di sini.",
    "Equal to the figure of {part}, the only one that counts here.",
)
WEIGHTED: Final[Sentence] = (
    "Rata-rata tertimbang dari {count} {kind} yang dihitung: {parts}.",
    "Weighted mean of the {count} {kind} that count: {parts}.",
)
EQUAL: Final[Sentence] = (
    "Rata-rata dari {count} {kind} yang dihitung, masing-masing dengan bagian {share}.",
    "Mean of the {count} {kind} that count, each with a share of {share}.",
)
MANY: Final[Sentence] = (
    "Rata-rata tertimbang dari {count} {kind} yang dihitung, masing-masing dengan bagiannya sendiri.",
    "Weighted mean of the {count} {kind} that count, each with its own share.",
)
NOTHING: Final[Sentence] = (
    "Tidak ada nilainya, karena tidak satu pun bagiannya dapat dihitung.",
    "There is no figure, because none of its parts counts.",
)
ANSWER: Final[Sentence] = ("Satu jawaban, diubah ke skala 0–100.", "One answer, put on a scale of 0–100.")
ANSWERS: Final[Sentence] = (
    "Rata-rata dari {answers} jawaban, masing-masing diubah ke skala 0–100.",
    "Mean of {answers} answers, each put on a scale of 0–100.",
)
EXTERNAL: Final[Sentence] = (
    "Nilai {value} dari sistem lain dengan rentang {min} sampai {max}, diubah ke skala 0–100: "
    "100 × ({value} − {min}) / ({max} − {min}).",  # noqa: RUF001 - a minus
    "The value {value} of another system with a range from {min} to {max}, put on a scale of 0–100: "
    "100 × ({value} − {min}) / ({max} − {min}).",  # noqa: RUF001 - a minus
)
VALUE: Final[Mapping[bool, Sentence]] = {
    True: (
        "Nilai kinerja menurut PP 30/2019 pasal 41: {parts}, karena penilaian Rekan Kerja atau Bawahan Langsung ikut "
        "dihitung pada Perilaku Kerja.",
        "Performance value by PP 30/2019 art. 41: {parts}, because peers or direct reports count in work behaviour.",
    ),
    False: (
        "Nilai kinerja menurut PP 30/2019 pasal 41: {parts}, karena penilaian Rekan Kerja dan Bawahan Langsung tidak ikut "
        "dihitung pada Perilaku Kerja.",
        "Performance value by PP 30/2019 art. 41: {parts}, because neither peers nor direct reports count in work "
        "behaviour.",
    ),
}
PART: Final[Sentence] = (
    "1,2 kali nilai {label}, sehingga skalanya 0–120.",
    "1.2 times the figure of {label}, which puts it on a scale of 0–120.",
)
EXACT: Final[Sentence] = ("Nilainya tepat {published}.", "It is exactly {published}.")
ROUNDED: Final[Sentence] = (
    "Nilai eksak {exact}, dibulatkan satu kali (setengah ke atas) menjadi {published}.",
    "The exact value is {exact}, rounded half-up once to {published}.",
)
SHARE: Final[Sentence] = (
    "Bobotnya {weight} dari jumlah {total} yang dihitung, jadi bagiannya {share}.",
    "Its weight is {weight} of the {total} that count, so its share is {share}.",
)
WHOLE: Final[Sentence] = (
    "Tidak ada yang lain yang dihitung di sini, jadi bagiannya 100%.",
    "Nothing else counts here, so its share is 100%.",
)
OMISSIONS: Final[Mapping[Omission | Withheld, Sentence]] = {
    Omission.NO_WEIGHT: (
        "Tidak dihitung: menurut kebijakan siklus ini kelompok {label} tidak berbobot.",
        "Does not count: by the policy of this cycle the rater type “{label}” has no weight.",
    ),
    Omission.NOT_SCORED: (
        "Tidak dihitung karena tidak ada nilainya.",
        "Does not count because it has no figure.",
    ),
    Omission.EXTERNAL_SCORE_MISSING: (
        "Tidak dihitung: nilai dari sistem lain belum diterima.",
        "Does not count: the value from the other system has not arrived.",
    ),
    Withheld.NOT_ASKED: (
        "Tidak dihitung: kelompok {label} tidak ditanya di sini.",
        "Does not count: the rater type “{label}” is not asked here.",
    ),
    Withheld.BELOW_MIN_RATERS: (
        "Tidak dihitung dan tidak ditampilkan: jawaban {label} tidak ada atau kurang dari {minimum}, yaitu batas "
        "minimum agar jawaban siapa pun tidak dapat ditebak.",
        "Neither counts nor is shown: there are no answers of “{label}” or fewer than {minimum}, the minimum that keeps "
        "anybody's answer from being guessed.",
    ),
    Withheld.NO_ANSWERS: (
        "Tidak dihitung: jawaban {label} tidak ada.",
        "Does not count: there is no answer of “{label}”.",
    ),
    Withheld.GROUP_SET_ASIDE: (
        "Tidak dihitung: kelompok {label} dikesampingkan oleh keputusan atas keberatan.",
        "Does not count: the decision on an appeal set the rater type “{label}” aside.",
    ),
}
#: Who takes the share of what has no figure; where nothing counts beside it there is no share to take.
SHARE_TO_ONE: Final[Sentence] = (
    "Bagiannya beralih kepada {other}, satu-satunya yang dihitung di sini.",
    "Its share goes to {other}, the only one that counts here.",
)
SHARE_TO_OTHERS: Final[Sentence] = (
    "Bagiannya beralih kepada yang lain, sesuai bobot masing-masing.",
    "Its share goes to the others, each by its weight.",
)
CALCULATION: Final[Sentence] = (
    "Setiap jawaban diubah ke skala 0–100. Perhitungan memakai nilai eksak; setiap angka yang ditampilkan dibulatkan satu "
    "kali saja, menjadi dua desimal, setengah ke atas. Formulir yang tidak ada tidak pernah dihitung sebagai nol.",
    "Every answer is put on a scale of 0–100. The calculation uses exact values; each figure that is shown is rounded only "
    "once, to two decimals, half-up. A missing form never counts as zero.",
)

# ---------------------------------------------------------------- expectations and predicate

READ_AS: Final[Mapping[Expectation, Sentence]] = {
    Expectation.ABOVE: (
        "Angka yang ditampilkan, {figure}, mencapai {above}: di atas ekspektasi.",
        "The figure shown, {figure}, reaches {above}: above expectation.",
    ),
    Expectation.MEETS: (
        "Angka yang ditampilkan, {figure}, mencapai {meets} tetapi belum mencapai {above}: sesuai ekspektasi.",
        "The figure shown, {figure}, reaches {meets} but not {above}: meets expectation.",
    ),
    Expectation.BELOW: (
        "Angka yang ditampilkan, {figure}, belum mencapai {meets}: di bawah ekspektasi.",
        "The figure shown, {figure}, does not reach {meets}: below expectation.",
    ),
}
NO_EXPECTATION: Final[Sentence] = (
    "Tidak ada angkanya, jadi tidak ada ekspektasi yang dapat dibaca.",
    "There is no figure, so no expectation can be read.",
)
MATRIX_CELL: Final[Sentence] = (
    "Menurut matriks PermenPANRB 6/2022 (kuadran kinerja), baris Hasil Kerja “{row}” dan kolom Perilaku Kerja “{column}” "
    "bertemu pada predikat {label}.",
    "In the matrix of PermenPANRB 6/2022 (quadrant), the row of work results “{row}” and the column of work behaviour "
    "“{column}” meet at the predicate {label}.",
)
ONE_DIMENSION: Final[Sentence] = (
    "Matriks PermenPANRB 6/2022 memerlukan dua dimensi, sedangkan hasil ini hanya mempunyai satu; jadi tidak ada predikat "
    "yang direkomendasikan.",
    "The matrix of PermenPANRB 6/2022 needs two dimensions and this result has only one, so no predicate is recommended.",
)
INCOMPLETE_PREDICATE: Final[Sentence] = (
    "Hasil ini tidak lengkap, jadi tidak ada predikat yang direkomendasikan.",
    "This result is incomplete, so no predicate is recommended.",
)
BANDS: Final[Mapping[Predicate, Sentence]] = {
    Predicate.VERY_GOOD: (
        "Nilai kinerja {value} mencapai 110 dan tercatat inovasi yang bermanfaat; menurut PP 30/2019 pasal 41 predikatnya "
        "{label}.",
        "The performance value {value} reaches 110 and a useful innovation is noted; by PP 30/2019 art. 41 the predicate is "
        "{label}.",
    ),
    Predicate.GOOD: (
        "Nilai kinerja {value} mencapai 90 tetapi belum mencapai 110; menurut PP 30/2019 pasal 41 predikatnya {label}.",
        "The performance value {value} reaches 90 but not 110; by PP 30/2019 art. 41 the predicate is {label}.",
    ),
    Predicate.FAIR: (
        "Nilai kinerja {value} mencapai 70 tetapi belum mencapai 90; menurut PP 30/2019 pasal 41 predikatnya {label}.",
        "The performance value {value} reaches 70 but not 90; by PP 30/2019 art. 41 the predicate is {label}.",
    ),
    Predicate.POOR: (
        "Nilai kinerja {value} mencapai 50 tetapi belum mencapai 70; menurut PP 30/2019 pasal 41 predikatnya {label}.",
        "The performance value {value} reaches 50 but not 70; by PP 30/2019 art. 41 the predicate is {label}.",
    ),
    Predicate.VERY_POOR: (
        "Nilai kinerja {value} belum mencapai 50; menurut PP 30/2019 pasal 41 predikatnya {label}.",
        "The performance value {value} does not reach 50; by PP 30/2019 art. 41 the predicate is {label}.",
    ),
}
GOOD_WITHOUT_INNOVATION: Final[Sentence] = (
    "Nilai kinerja {value} mencapai 110, tetapi tidak tercatat inovasi yang bermanfaat; menurut PP 30/2019 pasal 41 "
    "predikatnya {label}.",
    "The performance value {value} reaches 110, but no useful innovation is noted; by PP 30/2019 art. 41 the predicate is "
    "{label}.",
)
RECOMMENDATION: Final[Sentence] = (
    "Angka hanya memberi rekomendasi. Yang memutuskan adalah Pejabat Penilai Kinerja, karena keputusan tentang seseorang "
    "tidak boleh dibuat secara otomatis (UU 27/2022 pasal 10).",
    "Figures only recommend. The appraising officer decides, because a decision about a person is never automatic "
    "(UU 27/2022 art. 10).",
)

# ---------------------------------------------------------------- decision

UNDECIDED: Final[Sentence] = (
    "Pejabat Penilai Kinerja belum memutuskan.",
    "The appraising officer has not decided yet.",
)
FOLLOWED: Final[Sentence] = (
    "Pejabat Penilai Kinerja memutuskan sesuai dengan rekomendasi: {decided}.",
    "The appraising officer decided as recommended: {decided}.",
)
DIFFERED: Final[Sentence] = (
    "Pejabat Penilai Kinerja memutuskan berbeda dari rekomendasi: {decided}.",
    "The appraising officer decided differently from the recommendation: {decided}.",
)
FOLLOWED_ON_BEHALF: Final[Sentence] = (
    "Pengganti (Plt/Plh) memutuskan atas nama Pejabat Penilai Kinerja, sesuai dengan rekomendasi: {decided}.",
    "A stand-in (Plt/Plh) decided on behalf of the appraising officer, as recommended: {decided}.",
)
DIFFERED_ON_BEHALF: Final[Sentence] = (
    "Pengganti (Plt/Plh) memutuskan atas nama Pejabat Penilai Kinerja, berbeda dari rekomendasi: {decided}.",
    "A stand-in (Plt/Plh) decided on behalf of the appraising officer, differently from the recommendation: {decided}.",
)
DECIDED_DIMENSION: Final[Sentence] = ("{dimension} “{decided}”", "{dimension} “{decided}”")
DECIDED_OTHERWISE: Final[Sentence] = (
    "{dimension} “{decided}” (rekomendasi: {recommended})",
    "{dimension} “{decided}” (recommended: {recommended})",
)
NONE_RECOMMENDED: Final[Sentence] = ("tidak ada", "nothing")
DECIDED_PREDICATE: Final[Sentence] = ("Predikatnya {label}.", "The predicate is {label}.")
DECIDED_WITHOUT: Final[Sentence] = ("Predikat tidak ada.", "There is no predicate.")
BY_NUMBER: Final[Sentence] = (
    "Menurut PP 30/2019 predikat tetap mengikuti nilai kinerja.",
    "By PP 30/2019 the predicate remains that of the performance value.",
)

# ---------------------------------------------------------------- completeness

COMPLETE: Final[Sentence] = (
    "Hasil ini lengkap: semua yang diwajibkan oleh kebijakan siklus tersedia.",
    "This result is complete: everything that the policy of the cycle requires is there.",
)
INCOMPLETE: Final[Sentence] = (
    "Hasil ini tidak lengkap: ada yang diwajibkan oleh kebijakan siklus tetapi tidak tersedia.",
    "This result is incomplete: something that the policy of the cycle requires is missing.",
)
REASONS: Final[Mapping[ReasonCode, Sentence]] = {
    ReasonCode.MISSING_RATER_TYPE: (
        "Formulir {label} diwajibkan, tetapi tidak dikirim.",
        "The form of “{label}” is required but was not submitted.",
    ),
    ReasonCode.BELOW_MIN_RATERS: (
        "Formulir {label} tidak ada atau kurang dari batas minimum {minimum}.",
        "There are no forms of “{label}” or fewer than the minimum of {minimum}.",
    ),
    ReasonCode.GROUP_LOST: (
        "Kelompok {label} cukup besar ketika masa penilaian dibuka, tetapi akhirnya tidak dihitung di mana pun; karena itu "
        "keputusan atas hasil ini memerlukan alasan tertulis.",
        "The rater type “{label}” was large enough when rating opened but counts nowhere in the end; so the decision on "
        "this result needs a written reason.",
    ),
    ReasonCode.INDICATOR_NOT_SCORED: (
        "Indikator {indicator} tidak ada nilainya, jadi tidak dihitung.",
        "The indicator {indicator} has no figure, so it does not count.",
    ),
    ReasonCode.DIMENSION_NOT_SCORED: (
        "Dimensi {dimension} tidak ada nilainya.",
        "The dimension “{dimension}” has no figure.",
    ),
    ReasonCode.EXTERNAL_SCORE_MISSING: (
        "Nilai {dimension} dari sistem lain belum diterima.",
        "The value of “{dimension}” from the other system has not arrived.",
    ),
    ReasonCode.GROUP_SET_ASIDE: (
        "Kelompok {label} dikesampingkan oleh keputusan atas keberatan.",
        "The decision on an appeal set the rater type “{label}” aside.",
    ),
}
FEW_ANSWERS: Final[Sentence] = (
    "Pada indikator {indicator} jawaban {label} tidak ada atau kurang dari batas minimum {minimum}.",
    "On the indicator {indicator} there are no answers of “{label}” or fewer than the minimum of {minimum}.",
)

# ---------------------------------------------------------------- strengths, areas to improve, gaps

STRENGTHS: Final[Sentence] = (
    "Kekuatan adalah kriteria yang nilainya mencapai {above}, dari yang tertinggi: {criteria}.",
    "Strengths are criteria whose figure reaches {above}, highest first: {criteria}.",
)
NO_STRENGTHS: Final[Sentence] = (
    "Tidak ada kriteria yang nilainya mencapai {above}, jadi tidak ada kekuatan yang disebut.",
    "No criterion reaches {above}, so no strength is named.",
)
IMPROVEMENTS: Final[Sentence] = (
    "Area yang perlu diperbaiki adalah kriteria yang nilainya belum mencapai {meets}, dari yang terendah: {criteria}.",
    "Areas to improve are criteria whose figure does not reach {meets}, lowest first: {criteria}.",
)
LOWEST: Final[Sentence] = (
    "Semua kriteria mencapai {meets}; karena itu hanya yang terendah disebut sebagai area yang perlu diperbaiki: "
    "{criteria}.",
    "All criteria reach {meets}; so only the lowest is named as an area to improve: {criteria}.",
)
NO_IMPROVEMENTS: Final[Sentence] = (
    "Tidak ada kriteria yang ada nilainya, jadi tidak ada area yang perlu diperbaiki yang disebut.",
    "No criterion has a figure, so no area to improve is named.",
)
GAPS: Final[Sentence] = (
    "Selisih adalah nilai dari diri sendiri dikurangi nilai dari penilai lain. Selisih yang melebihi {threshold} ke atas "
    "atau ke bawah diberi tanda.",
    "A gap is the figure of self minus that of the others. Gaps of more than {threshold} upwards or downwards are marked.",
)
NO_GAPS: Final[Sentence] = (
    "Tidak ada selisih, karena nilai dari diri sendiri atau dari penilai lain tidak ada.",
    "There is no gap, because the figure of self or that of the others is missing.",
)
GAP: Final[Mapping[Flag | None, Sentence]] = {
    Flag.BLIND_SPOT: (
        "Diri sendiri {own}, penilai lain {others}, selisih {gap}: mungkin titik buta (menilai diri lebih tinggi daripada "
        "penilai lain).",
        "Self {own}, others {others}, gap {gap}: perhaps a blind spot (rated higher by oneself than by others).",
    ),
    Flag.HIDDEN_STRENGTH: (
        "Diri sendiri {own}, penilai lain {others}, selisih {gap}: mungkin kekuatan tersembunyi (menilai diri lebih rendah "
        "daripada penilai lain).",
        "Self {own}, others {others}, gap {gap}: perhaps a hidden strength (rated lower by oneself than by others).",
    ),
    None: (
        "Diri sendiri {own}, penilai lain {others}, selisih {gap}: tidak diberi tanda.",
        "Self {own}, others {others}, gap {gap}: not marked.",
    ),
}

# ---------------------------------------------------------------- receipt

VERIFICATION: Final[Sentence] = (
    "Tanda terima adalah sidik jari digital (SHA-256) dari semua yang masuk ke dalam perhitungan: rubrik, kebijakan, dan "
    "jawaban tanpa identitas penilai, beserta angka acak rahasia yang hanya dibaca oleh verifikasi. Verifikasi menghitung "
    "ulang hasil ini dari data yang tersimpan dan hanya menjawab sama atau berbeda. Penjelasan ini pun dihitung ulang: angka "
    "dan tanda terimanya sama.",
    "The receipt is a digital fingerprint (SHA-256) of everything that went into the calculation: the rubric, the policy and "
    "the answers without their raters' identity, together with a secret random number that only the verification reads. The "
    "verification calculates this result again from what is stored and answers only: the same, or different. This "
    "explanation was calculated again too: figures and receipt are the same.",
)
