"""Which columns each kind of import has, in English and Indonesian, and the words people use for their values."""

from collections.abc import Mapping, Sequence
from typing import Final

from app.domain.imports import cells
from app.domain.imports.cells import Fault, key_of, one_of, several_of
from app.domain.imports.report import ImportKind
from app.domain.imports.table import Column
from app.domain.values import Dimension, Employment, PositionKind, RaterType, Role, UnitKind

_UNIT_KINDS: Final = {
    "instansi": UnitKind.AGENCY,
    "pemerintah": UnitKind.AGENCY,
    "sekretariat": UnitKind.SECRETARIAT,
    "bagian": UnitKind.SECRETARIAT,
    "inspektorat": UnitKind.INSPECTORATE,
    "dinas": UnitKind.DEPARTMENT,
    "badan": UnitKind.BOARD,
    "kecamatan": UnitKind.DISTRICT,
    "kelurahan": UnitKind.VILLAGE,
    "puskesmas": UnitKind.HEALTH_CENTRE,
    "health_center": UnitKind.HEALTH_CENTRE,
    "rumah sakit": UnitKind.HOSPITAL,
    "rsud": UnitKind.HOSPITAL,
    "sekolah": UnitKind.SCHOOL,
    "lainnya": UnitKind.OTHER,
    "lain-lain": UnitKind.OTHER,
    "lain": UnitKind.OTHER,
}
_EMPLOYMENTS: Final = {
    "p3k": Employment.PPPK,
    "pppk paruh waktu": Employment.PPPK,
    "bukan ASN": Employment.NON_ASN,
}
_POSITION_KINDS: Final = {
    "jabatan pimpinan tinggi": PositionKind.JPT,
    "pimpinan tinggi": PositionKind.JPT,
    "jpt pratama": PositionKind.JPT,
    "jabatan administrator": PositionKind.ADMINISTRATOR,
    "pengawas": PositionKind.SUPERVISOR,
    "jabatan pengawas": PositionKind.SUPERVISOR,
    "fungsional": PositionKind.FUNCTIONAL,
    "jabatan fungsional": PositionKind.FUNCTIONAL,
    "jf": PositionKind.FUNCTIONAL,
    "pelaksana": PositionKind.EXECUTOR,
    "jabatan pelaksana": PositionKind.EXECUTOR,
}
_ROLES: Final = {
    "administrator": Role.ADMIN,
    "admin unit": Role.UNIT_ADMIN,
    "administrator unit": Role.UNIT_ADMIN,
    "pemeriksa": Role.AUDITOR,
    "pegawai": Role.EMPLOYEE,
}
_RATER_TYPES: Final = {
    "atasan": RaterType.SUPERIOR,
    "atasan langsung": RaterType.SUPERIOR,
    "rekan": RaterType.PEER,
    "rekan kerja": RaterType.PEER,
    "rekan sejawat": RaterType.PEER,
    "bawahan": RaterType.SUBORDINATE,
    "bawahan langsung": RaterType.SUBORDINATE,
    "diri": RaterType.SELF,
    "diri sendiri": RaterType.SELF,
    "penerima layanan": RaterType.SERVICE_RECIPIENT,
    "masyarakat": RaterType.SERVICE_RECIPIENT,
}
_DIMENSIONS: Final = {
    "hasil kerja": Dimension.WORK_RESULT,
    "perilaku kerja": Dimension.WORK_BEHAVIOUR,
    "work_behavior": Dimension.WORK_BEHAVIOUR,
}

_known_position_kind: Final = one_of(PositionKind, _POSITION_KINDS)


def _position_kind(cell: str) -> PositionKind | Fault:
    """SIASN's "struktural" is three kinds of position since UU 20/2023, so it cannot be taken for one."""
    if key_of(cell) in {"struktural", "jabatanstruktural"}:
        return Fault("structural_is_three_kinds")
    found: PositionKind | Fault = _known_position_kind(cell)
    return found


_role: Final = one_of(Role, _ROLES)
_rater_type: Final = one_of(RaterType, _RATER_TYPES)

COLUMNS: Final[Mapping[ImportKind, Sequence[Column]]] = {
    ImportKind.UNITS: (
        Column("code", ("kode", "kode_unit"), cells.code),
        Column("name", ("nama", "nama_unit"), cells.name),
        Column("kind", ("jenis", "jenis_unit"), one_of(UnitKind, _UNIT_KINDS)),
        Column("parent_code", ("kode_induk", "induk"), cells.code, needed=False, empty=True),
    ),
    ImportKind.EMPLOYEES: (
        Column("nip", ("nip_baru",), cells.nip, empty=True),
        Column("name", ("nama", "nama_lengkap"), cells.name),
        Column("employment", ("status_kepegawaian",), one_of(Employment, _EMPLOYMENTS)),
        Column("position", ("jabatan", "nama_jabatan"), cells.name),
        Column("position_kind", ("jenis_jabatan",), _position_kind),
        Column("grade", ("golongan", "golongan_ruang"), cells.grade, needed=False, empty=True),
        Column("unit_code", ("kode_unit", "kode_unit_kerja"), cells.code),
        Column("superior_nip", ("nip_atasan",), cells.nip, needed=False, empty=True),
        Column("appraiser_nip", ("nip_penilai",), cells.nip, needed=False, empty=True),
        Column("email", ("surel",), cells.email, needed=False, empty=True),
        Column("phone", ("telepon", "no_telepon", "no_hp"), cells.phone, needed=False, empty=True),
        Column("active", ("aktif",), cells.flag, needed=False),
    ),
    ImportKind.ACCOUNTS: (
        Column("nip", ("nip_baru",), cells.nip, needed=False, empty=True),
        Column("username", ("nama_akun", "nama_pengguna"), cells.username, needed=False, empty=True),
        Column("roles", ("peran",), several_of(_role), needed=False),
        Column("rater_types", ("jenis_penilai",), several_of(_rater_type), needed=False),
        Column("unit_code", ("kode_unit",), cells.code, needed=False, empty=True),
    ),
    ImportKind.ASSIGNMENTS: (
        Column("nip_ratee", ("nip_pegawai", "nip_dinilai", "ratee_nip"), cells.nip),
        Column("rater_type", ("jenis_penilai",), _rater_type),
        Column("nip_rater", ("nip_penilai", "rater_nip"), cells.nip, empty=True),
    ),
    ImportKind.EXTERNAL_SCORES: (
        Column("nip", ("nip_baru",), cells.nip),
        Column("dimension", ("dimensi",), one_of(Dimension, _DIMENSIONS)),
        Column("value", ("nilai",), cells.number),
        Column("source", ("sumber",), cells.name),
        Column("measured_at", ("tanggal_ukur", "diukur_pada", "tanggal"), cells.moment),
    ),
}
