"""The names of Kota Serang: offices, districts, villages, health posts, schools.

The districts and their seven-digit codes are those of BPS (city 3673); the
villages, health centres and offices follow the city's published lists as of
2026. A regional regulation may rename an office; the codes here stay.
"""

from typing import Final

CITY_CODE: Final = "SERANG"

SECRETARIAT_SECTIONS: Final = (
    ("SETDA.PEM", "Bagian Pemerintahan"),
    ("SETDA.KESRA", "Bagian Kesejahteraan Rakyat"),
    ("SETDA.HUKUM", "Bagian Hukum"),
    ("SETDA.EKON", "Bagian Perekonomian dan Sumber Daya Alam"),
    ("SETDA.ADPEMB", "Bagian Administrasi Pembangunan"),
    ("SETDA.PBJ", "Bagian Pengadaan Barang dan Jasa"),
    ("SETDA.ORG", "Bagian Organisasi"),
    ("SETDA.UMUM", "Bagian Umum"),
    ("SETDA.PROKOPIM", "Bagian Protokol dan Komunikasi Pimpinan"),
)

DEPARTMENTS: Final = (
    ("DINDIKBUD", "Dinas Pendidikan dan Kebudayaan"),
    ("DINKES", "Dinas Kesehatan"),
    ("DPUPR", "Dinas Pekerjaan Umum dan Penataan Ruang"),
    ("DPRKP", "Dinas Perumahan Rakyat dan Kawasan Permukiman"),
    ("SATPOLPP", "Satuan Polisi Pamong Praja"),
    ("DAMKAR", "Dinas Pemadam Kebakaran"),
    ("DINSOS", "Dinas Sosial"),
    ("DISNAKERTRANS", "Dinas Tenaga Kerja dan Transmigrasi"),
    ("DP3AKB", "Dinas Pemberdayaan Perempuan, Perlindungan Anak dan Keluarga Berencana"),
    ("DKPP", "Dinas Ketahanan Pangan dan Pertanian"),
    ("DLH", "Dinas Lingkungan Hidup"),
    ("DISDUKCAPIL", "Dinas Kependudukan dan Pencatatan Sipil"),
    ("DISHUB", "Dinas Perhubungan"),
    ("DISKOMINFO", "Dinas Komunikasi dan Informatika"),
    (
        "DISKOPUKMPERINDAG",
        "Dinas Koperasi, Usaha Kecil Menengah, Perindustrian dan Perdagangan",
    ),
    ("DPMPTSP", "Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu"),
    ("DISPARPORA", "Dinas Pariwisata, Kepemudaan dan Olahraga"),
    ("DISPUSIP", "Dinas Perpustakaan dan Kearsipan"),
)

BOARDS: Final = (
    ("BKPSDM", "Badan Kepegawaian dan Pengembangan Sumber Daya Manusia"),
    ("BAPPEDA", "Badan Perencanaan Pembangunan Daerah"),
    ("BPKAD", "Badan Pengelolaan Keuangan dan Aset Daerah"),
    ("BAPENDA", "Badan Pendapatan Daerah"),
    ("BPBD", "Badan Penanggulangan Bencana Daerah"),
    ("KESBANGPOL", "Badan Kesatuan Bangsa dan Politik"),
)

# BPS district code, district, its villages. Sukawana is in two districts.
DISTRICTS: Final[tuple[tuple[str, str, tuple[str, ...]], ...]] = (
    ("3673010", "Curug", (
        "Kamanisan", "Pancalaksana", "Tinggar", "Cipete", "Curugmanis", "Sukalaksana", "Sukawana", "Curug",
        "Sukajaya", "Cilaku",
    )),
    ("3673020", "Walantaka", (
        "Cigoong", "Kalodran", "Kepuren", "Kiara", "Lebakwangi", "Nyapah", "Pabuaran", "Pageragung",
        "Pasuluhan", "Pengampelan", "Pipitan", "Tegalsari", "Teritih", "Walantaka",
    )),
    ("3673030", "Cipocok Jaya", (
        "Gelam", "Dalung", "Tembong", "Karundang", "Cipocok Jaya", "Banjarsari", "Banjaragung",
        "Panancangan",
    )),
    ("3673040", "Serang", (
        "Serang", "Cipare", "Sumurpecung", "Cimuncang", "Kotabaru", "Lontarbaru", "Kagungan", "Lopang",
        "Unyur", "Kaligandu", "Terondol", "Sukawana",
    )),
    ("3673050", "Taktakan", (
        "Cilowong", "Sayar", "Sepang", "Pancur", "Kalang Anyar", "Kuranji", "Panggungjati", "Drangong",
        "Taktakan", "Umbul Tengah", "Lialang", "Tamanbaru", "Cibendung",
    )),
    ("3673060", "Kasemen", (
        "Kasemen", "Warung Jaud", "Mesjid Priyayi", "Bendung", "Terumbu", "Sawah Luhur", "Kilasah",
        "Margaluyu", "Kasunyatan", "Banten",
    )),
)  # fmt: skip

# Each health centre with the auxiliary posts (pustu) that hang under it. The
# number of posts is official (8, since 2026); which village has one is assumed.
HEALTH_CENTRES: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("Singandaru", ()),
    ("Serang Kota", ()),
    ("Unyur", ("Lontarbaru",)),
    ("Ciracas", ()),
    ("Rau", ()),
    ("Cipocok Jaya", ("Gelam",)),
    ("Banjar Agung", ()),
    ("Banten Girang", ()),
    ("Curug", ("Tinggar", "Cilaku")),
    ("Walantaka", ("Nyapah",)),
    ("Kalodran", ()),
    ("Taktakan", ("Sayar",)),
    ("Pancur", ("Cibendung",)),
    ("Kasemen", ()),
    ("Sawah Luhur", ("Terumbu",)),
    ("Kilasah", ()),
)

# A sample of the city's state schools, two primary schools per district and one
# junior secondary school.
PRIMARY_SCHOOLS: Final = (
    "Curug",
    "Cipete",
    "Walantaka",
    "Kalodran",
    "Cipocok Jaya",
    "Karundang",
    "Cipare",
    "Unyur",
    "Taktakan",
    "Drangong",
    "Kasemen",
    "Sawah Luhur",
)
SECONDARY_SCHOOL_NUMBERS: Final = (1, 2, 3, 4, 5, 6)


def slug(name: str) -> str:
    """A place name as part of a unit code: ``Cipocok Jaya`` becomes ``CIPOCOKJAYA``."""
    return "".join(letter for letter in name.upper() if letter.isalnum())
