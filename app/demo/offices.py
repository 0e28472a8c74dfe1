"""What the offices of the city do: their divisions and their technical posts.

Division names follow the usual cut of a city office; a regional regulation may
name them otherwise.
"""

from typing import Final

from app.demo.positions import Field, Level, Post, service

DIVISIONS: Final[dict[str, tuple[str, ...]]] = {
    "DINDIKBUD": (
        "Pembinaan Sekolah Dasar",
        "Pembinaan Sekolah Menengah Pertama",
        "Pembinaan PAUD",
        "Kebudayaan",
    ),
    "DINKES": (
        "Pelayanan Kesehatan",
        "Kesehatan Masyarakat",
        "Pencegahan dan Pengendalian Penyakit",
        "Sumber Daya Kesehatan",
    ),
    "DPUPR": ("Bina Marga", "Sumber Daya Air", "Cipta Karya", "Penataan Ruang"),
    "DPRKP": ("Perumahan", "Kawasan Permukiman", "Pertanahan"),
    "SATPOLPP": ("Ketertiban Umum", "Penegakan Peraturan Daerah", "Perlindungan Masyarakat"),
    "DAMKAR": ("Pencegahan Kebakaran", "Pemadaman", "Penyelamatan"),
    "DINSOS": ("Rehabilitasi Sosial", "Perlindungan dan Jaminan Sosial", "Pemberdayaan Sosial"),
    "DISNAKERTRANS": ("Pelatihan dan Penempatan Kerja", "Hubungan Industrial", "Transmigrasi"),
    "DP3AKB": ("Pemberdayaan Perempuan", "Perlindungan Anak", "Keluarga Berencana"),
    "DKPP": ("Ketahanan Pangan", "Tanaman Pangan dan Hortikultura", "Peternakan", "Perikanan"),
    "DLH": ("Tata Lingkungan", "Pengelolaan Sampah", "Pengendalian Pencemaran"),
    "DISDUKCAPIL": ("Pendaftaran Penduduk", "Pencatatan Sipil", "Pengelolaan Informasi Kependudukan"),
    "DISHUB": ("Lalu Lintas", "Angkutan", "Prasarana dan Keselamatan"),
    "DISKOMINFO": ("Informasi dan Komunikasi Publik", "Aplikasi Informatika", "Statistik dan Persandian"),
    "DISKOPUKMPERINDAG": ("Koperasi", "Usaha Kecil Menengah", "Perindustrian", "Perdagangan"),
    "DPMPTSP": ("Penanaman Modal", "Pelayanan Perizinan", "Pengaduan dan Pelaporan Layanan"),
    "DISPARPORA": ("Pariwisata", "Kepemudaan", "Olahraga"),
    "DISPUSIP": ("Perpustakaan", "Kearsipan"),
    "BKPSDM": ("Pengadaan dan Mutasi", "Pengembangan Kompetensi", "Kinerja dan Disiplin"),
    "BAPPEDA": (
        "Perencanaan Makro",
        "Pemerintahan dan Sosial Budaya",
        "Ekonomi dan Prasarana",
        "Riset dan Inovasi",
    ),
    "BPKAD": ("Anggaran", "Perbendaharaan", "Akuntansi", "Aset"),
    "BAPENDA": ("Pendataan dan Penetapan", "Penagihan", "Pengembangan Pendapatan"),
    "BPBD": ("Pencegahan dan Kesiapsiagaan", "Kedaruratan dan Logistik", "Rehabilitasi dan Rekonstruksi"),
    "KESBANGPOL": ("Ideologi dan Wawasan Kebangsaan", "Politik Dalam Negeri", "Kewaspadaan Nasional"),
}


def _first(title: str, field: Field) -> Post:
    return service(f"{title} Ahli Pertama", Level.PERTAMA, field)


def _young(title: str, field: Field) -> Post:
    return service(f"{title} Ahli Muda", Level.MUDA, field)


def _skilled(title: str, field: Field) -> Post:
    return service(f"{title} Terampil", Level.TERAMPIL, field)


TECHNICAL_POSTS: Final[dict[str, tuple[Post, ...]]] = {
    "DINDIKBUD": (_young("Pengawas Sekolah", Field.TEACHING), _first("Pamong Budaya", Field.SOCIAL)),
    "DINKES": (
        _first("Epidemiolog Kesehatan", Field.PUBLIC_HEALTH),
        _young("Administrator Kesehatan", Field.PUBLIC_HEALTH),
        _first("Tenaga Promosi Kesehatan", Field.PUBLIC_HEALTH),
    ),
    "DPUPR": (
        _first("Teknik Jalan dan Jembatan", Field.ENGINEERING),
        _young("Penata Ruang", Field.ENGINEERING),
    ),
    "DPRKP": (_first("Teknik Tata Bangunan dan Perumahan", Field.ENGINEERING),),
    "SATPOLPP": (
        _skilled("Polisi Pamong Praja", Field.ORDER),
        _skilled("Polisi Pamong Praja", Field.ORDER),
        _first("Polisi Pamong Praja", Field.ORDER),
    ),
    "DAMKAR": (_skilled("Pemadam Kebakaran", Field.RESCUE), _first("Analis Kebakaran", Field.ENGINEERING)),
    "DINSOS": (_first("Pekerja Sosial", Field.SOCIAL), _first("Penyuluh Sosial", Field.SOCIAL)),
    "DISNAKERTRANS": (
        _first("Pengantar Kerja", Field.SOCIAL),
        _young("Mediator Hubungan Industrial", Field.LAW),
    ),
    "DP3AKB": (
        _first("Penyuluh Keluarga Berencana", Field.SOCIAL),
        _skilled("Penyuluh Keluarga Berencana", Field.SOCIAL),
    ),
    "DKPP": (
        _first("Penyuluh Pertanian", Field.AGRICULTURE),
        _first("Analis Ketahanan Pangan", Field.AGRICULTURE),
    ),
    "DLH": (
        _first("Pengendali Dampak Lingkungan", Field.ENGINEERING),
        service("Operator Layanan Operasional", Level.CLERK, Field.OPERATIONS),
        service("Operator Layanan Operasional", Level.CLERK, Field.OPERATIONS),
    ),
    "DISDUKCAPIL": (
        _first("Administrator Database Kependudukan", Field.COMPUTING),
        service("Operator Layanan Operasional", Level.CLERK, Field.OPERATIONS),
    ),
    "DISHUB": (
        _skilled("Penguji Kendaraan Bermotor", Field.DIPLOMA),
        service("Operator Layanan Operasional", Level.CLERK, Field.OPERATIONS),
    ),
    "DISKOMINFO": (
        _first("Pranata Komputer", Field.COMPUTING),
        _first("Pranata Hubungan Masyarakat", Field.SOCIAL),
        _first("Statistisi", Field.FINANCE),
        _young("Sandiman", Field.COMPUTING),
    ),
    "DISKOPUKMPERINDAG": (
        _first("Pengembang Kewirausahaan", Field.FINANCE),
        _first("Pengawas Perdagangan", Field.LAW),
        _skilled("Penera", Field.DIPLOMA),
    ),
    "DPMPTSP": (
        _first("Penata Perizinan", Field.LAW),
        _young("Penata Kelola Penanaman Modal", Field.FINANCE),
    ),
    "DISPARPORA": (_first("Adyatama Kepariwisataan dan Ekonomi Kreatif", Field.SOCIAL),),
    "DISPUSIP": (_first("Pustakawan", Field.LIBRARY), _first("Arsiparis", Field.LIBRARY)),
    "BKPSDM": (
        _first("Analis Sumber Daya Manusia Aparatur", Field.ADMINISTRATION),
        _young("Assessor Sumber Daya Manusia Aparatur", Field.SOCIAL),
        _first("Pranata Komputer", Field.COMPUTING),
    ),
    "BAPPEDA": (_first("Perencana", Field.ENGINEERING), _young("Perencana", Field.FINANCE)),
    "BPKAD": (
        _first("Analis Keuangan Pusat dan Daerah", Field.FINANCE),
        _young("Penata Laksana Barang", Field.FINANCE),
    ),
    "BAPENDA": (
        _first("Pemeriksa Pajak Daerah", Field.FINANCE),
        _first("Penilai Pajak Daerah", Field.FINANCE),
    ),
    "BPBD": (
        _first("Penata Penanggulangan Bencana", Field.ENGINEERING),
        _skilled("Pemadam Kebakaran", Field.RESCUE),
    ),
    "KESBANGPOL": (_first("Analis Kebijakan", Field.SOCIAL),),
    "INSPEKTORAT": (
        _first("Auditor", Field.FINANCE),
        _young("Auditor", Field.FINANCE),
        _first("Pengawas Penyelenggaraan Urusan Pemerintahan Daerah", Field.LAW),
    ),
}
