"""The core values of the civil service: 7 values with 3 behaviours each (SE MenPANRB 20/2021).

The wording of values and behaviours is the official one and must not be changed;
order and equal weights are the official ones too. The five anchors of the scale
are usual practice, not law.
"""

from typing import Final

from app.domain.presets.shapes import CriterionBody, RubricBody, criterion, indicator, scale
from app.domain.values import Dimension, RaterType

_COLLEAGUES: Final = (RaterType.SUPERIOR, RaterType.PEER, RaterType.SUBORDINATE, RaterType.SELF)

#: What somebody who was served can have seen: the service itself (BP1 to BP3),
#: whether it was honest and careful (AK1), and whether everybody was treated with
#: respect (HM1). The other behaviours show only inside the office; who is asked
#: about them anyway answers by guess or by sympathy.
_SEEN_BY_RECIPIENTS: Final = frozenset({"BP1", "BP2", "BP3", "AK1", "HM1"})

_VALUES: Final[tuple[tuple[str, str, tuple[str, str, str]], ...]] = (
    (
        "BP",
        "Berorientasi Pelayanan",
        (
            "Memahami dan memenuhi kebutuhan masyarakat",
            "Ramah, cekatan, solutif, dan dapat diandalkan",
            "Melakukan perbaikan tiada henti",
        ),
    ),
    (
        "AK",
        "Akuntabel",
        (
            "Melaksanakan tugas dengan jujur, bertanggung jawab, cermat, disiplin, dan berintegritas tinggi",
            "Menggunakan kekayaan dan barang milik negara secara bertanggung jawab, efektif, dan efisien",
            "Tidak menyalahgunakan kewenangan jabatan",
        ),
    ),
    (
        "KP",
        "Kompeten",
        (
            "Meningkatkan kompetensi diri untuk menjawab tantangan yang selalu berubah",
            "Membantu orang lain belajar",
            "Melaksanakan tugas dengan kualitas terbaik",
        ),
    ),
    (
        "HM",
        "Harmonis",
        (
            "Menghargai setiap orang apa pun latar belakangnya",
            "Suka menolong orang lain",
            "Membangun lingkungan kerja yang kondusif",
        ),
    ),
    (
        "LY",
        "Loyal",
        (
            (
                "Memegang teguh ideologi Pancasila, UUD Negara RI Tahun 1945, setia kepada NKRI "
                "serta pemerintahan yang sah"
            ),
            "Menjaga nama baik sesama ASN, pimpinan, instansi, dan negara",
            "Menjaga rahasia jabatan dan negara",
        ),
    ),
    (
        "AD",
        "Adaptif",
        (
            "Cepat menyesuaikan diri menghadapi perubahan",
            "Terus berinovasi dan mengembangkan kreativitas",
            "Bertindak proaktif",
        ),
    ),
    (
        "KB",
        "Kolaboratif",
        (
            "Memberi kesempatan kepada berbagai pihak untuk berkontribusi",
            "Terbuka dalam bekerja sama untuk menghasilkan nilai tambah",
            "Menggerakkan pemanfaatan berbagai sumber daya untuk tujuan bersama",
        ),
    ),
)

_ANCHORS: Final = (
    ("Kontraproduktif", "Perilakunya merugikan pelayanan, rekan kerja, atau instansi."),
    ("Reaktif, minim inisiatif", "Berperilaku demikian hanya bila diminta atau diawasi."),
    ("Sesuai standar", "Berperilaku demikian secara konsisten dalam tugas sehari-hari."),
    ("Proaktif tanpa diminta", "Berperilaku demikian atas kemauan sendiri, juga dalam keadaan sulit."),
    ("Role model", "Menjadi teladan dan mengajak orang lain berperilaku demikian."),
)


def _value(code: str, title: str, behaviours: tuple[str, ...]) -> CriterionBody:
    codes = [f"{code}{number}" for number in range(1, len(behaviours) + 1)]
    return criterion(
        code,
        title,
        Dimension.WORK_BEHAVIOUR,
        [indicator(code, behaviour, _asked(code)) for code, behaviour in zip(codes, behaviours, strict=True)],
    )


def _asked(code: str) -> tuple[RaterType, ...]:
    return (*_COLLEAGUES, RaterType.SERVICE_RECIPIENT) if code in _SEEN_BY_RECIPIENTS else _COLLEAGUES


BERAKHLAK: Final = RubricBody(
    code="berakhlak",
    title="Nilai Dasar ASN BerAKHLAK",
    description=(
        "Perilaku kerja menurut tujuh nilai dasar ASN (SE MenPANRB Nomor 20 Tahun 2021), masing-masing "
        "dengan tiga panduan perilaku. Penerima layanan hanya menilai "
        "perilaku yang dapat dilihatnya saat dilayani."
    ),
    scale=scale(_ANCHORS),
    criteria=[_value(code, title, behaviours) for code, title, behaviours in _VALUES],
)
