"""Posts of the health centres, their auxiliary posts and the city's hospital.

The head of a health centre holds a functional position with an extra duty, not a
managerial one.
"""

from collections.abc import Mapping
from typing import Final

from app.demo.positions import OFFICE, SERVICE, Field, Level, Post, office, service

_MEDICAL: Final = "medical"
_NURSING: Final = "nursing"
_SUPPORT: Final = "support"

HEALTH_CENTRE_LEADERS: Final[tuple[tuple[Post, int | None], ...]] = (
    (Post("Kepala {unit}", Level.MADYA, Field.CLINIC_HEAD), None),
    (office("Kepala Subbagian Tata Usaha {unit}", Level.SUPERVISOR, Field.MANAGEMENT), 0),
    (service("Dokter Ahli Muda (Penanggung Jawab Upaya Kesehatan Perorangan)", Level.MUDA, Field.DOCTOR), 0),
    (service("Bidan Ahli Muda (Penanggung Jawab Upaya Kesehatan Masyarakat)", Level.MUDA, Field.MIDWIFE), 0),
)

_NURSE: Final = service("Perawat Terampil", Level.TERAMPIL, Field.NURSE_DIPLOMA)
_MIDWIFE: Final = service("Bidan Terampil", Level.TERAMPIL, Field.MIDWIFE_DIPLOMA)

HEALTH_CENTRE_STAFF: Final = (
    service("Dokter Ahli Pertama", Level.PERTAMA, Field.DOCTOR),
    _NURSE,
    _MIDWIFE,
    service("Apoteker Ahli Pertama", Level.PERTAMA, Field.PHARMACY),
    office("Pengadministrasi Perkantoran", Level.CLERK, Field.DIPLOMA),
    service("Perawat Ahli Pertama", Level.PERTAMA, Field.NURSE),
    service("Bidan Mahir", Level.MAHIR, Field.MIDWIFE),
    service("Nutrisionis Terampil", Level.TERAMPIL, Field.NUTRITION),
    service("Pranata Laboratorium Kesehatan Terampil", Level.TERAMPIL, Field.LABORATORY),
    _NURSE,
    service("Dokter Gigi Ahli Pertama", Level.PERTAMA, Field.DENTIST),
    service("Tenaga Sanitasi Lingkungan Terampil", Level.TERAMPIL, Field.SANITATION),
    service("Asisten Apoteker Terampil", Level.TERAMPIL, Field.PHARMACY_DIPLOMA),
    service("Tenaga Promosi Kesehatan dan Ilmu Perilaku Ahli Pertama", Level.PERTAMA, Field.PUBLIC_HEALTH),
    service("Perekam Medis Terampil", Level.TERAMPIL, Field.LABORATORY),
    _MIDWIFE,
    service("Bidan Ahli Pertama", Level.PERTAMA, Field.MIDWIFE),
    office("Operator Layanan Operasional", Level.CLERK, Field.OPERATIONS),
)

HEALTH_CENTRE_TEAMS: Final[Mapping[str, Post]] = {
    OFFICE: office("Arsiparis Ahli Muda (Koordinator Tata Usaha {n})", Level.MUDA),
    SERVICE: service("Perawat Ahli Muda (Koordinator Pelayanan {n})", Level.MUDA, Field.NURSE),
}

#: One midwife and one nurse: a unit in which nobody can be anonymous.
AUXILIARY_POST_STAFF: Final = (
    service("Bidan Ahli Pertama", Level.PERTAMA, Field.MIDWIFE),
    _NURSE,
)

HOSPITAL_LEADERS: Final[tuple[tuple[Post, int | None], ...]] = (
    (Post("Direktur {unit}", Level.ADMINISTRATOR, Field.HOSPITAL_HEAD), None),
    (office("Kepala Bagian Tata Usaha", Level.ADMINISTRATOR, Field.MANAGEMENT), 0),
    (Post("Kepala Bidang Pelayanan Medik", Level.ADMINISTRATOR, Field.HOSPITAL_HEAD, _MEDICAL), 0),
    (Post("Kepala Bidang Keperawatan", Level.ADMINISTRATOR, Field.NURSE, _NURSING), 0),
    (Post("Kepala Bidang Penunjang", Level.ADMINISTRATOR, Field.PUBLIC_HEALTH, _SUPPORT), 0),
    (office("Kepala Subbagian Umum dan Kepegawaian", Level.SUPERVISOR, Field.MANAGEMENT), 1),
    (Post("Kepala Seksi Asuhan Keperawatan", Level.SUPERVISOR, Field.NURSE, _NURSING), 3),
    (Post("Kepala Seksi Pelayanan Medik", Level.SUPERVISOR, Field.DOCTOR, _MEDICAL), 2),
    (Post("Kepala Seksi Penunjang Medik", Level.SUPERVISOR, Field.PHARMACY, _SUPPORT), 4),
    (office("Kepala Subbagian Keuangan", Level.SUPERVISOR, Field.FINANCE), 1),
)

HOSPITAL_STAFF: Final = (
    Post("Perawat Ahli Pertama", Level.PERTAMA, Field.NURSE, _NURSING),
    Post("Dokter Ahli Pertama", Level.PERTAMA, Field.DOCTOR, _MEDICAL),
    Post("Perawat Terampil", Level.TERAMPIL, Field.NURSE_DIPLOMA, _NURSING),
    Post("Bidan Terampil", Level.TERAMPIL, Field.MIDWIFE_DIPLOMA, _NURSING),
    Post("Pranata Laboratorium Kesehatan Terampil", Level.TERAMPIL, Field.LABORATORY, _SUPPORT),
    office("Pengadministrasi Perkantoran", Level.CLERK, Field.DIPLOMA),
    Post("Perawat Mahir", Level.MAHIR, Field.NURSE, _NURSING),
    Post("Apoteker Ahli Pertama", Level.PERTAMA, Field.PHARMACY, _SUPPORT),
    Post("Perawat Terampil", Level.TERAMPIL, Field.NURSE_DIPLOMA, _NURSING),
    Post("Dokter Spesialis Ahli Muda", Level.MUDA, Field.SPECIALIST, _MEDICAL),
    Post("Perekam Medis Terampil", Level.TERAMPIL, Field.LABORATORY, _SUPPORT),
    Post("Bidan Ahli Pertama", Level.PERTAMA, Field.MIDWIFE, _NURSING),
    office("Operator Layanan Operasional", Level.CLERK, Field.OPERATIONS),
)

HOSPITAL_TEAMS: Final[Mapping[str, Post]] = {
    OFFICE: office("Arsiparis Ahli Muda (Ketua Tim Tata Usaha {n})", Level.MUDA),
    _MEDICAL: Post("Dokter Ahli Madya (Ketua Kelompok Staf Medis {n})", Level.MADYA, Field.DOCTOR, _MEDICAL),
    _NURSING: Post("Perawat Ahli Muda (Kepala Ruang {n})", Level.MUDA, Field.NURSE, _NURSING),
    _SUPPORT: Post(
        "Pranata Laboratorium Kesehatan Ahli Muda (Kepala Instalasi {n})",
        Level.MUDA,
        Field.LABORATORY,
        _SUPPORT,
    ),
}
