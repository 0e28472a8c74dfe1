"""Who works in a unit: its leaders in order of importance, then its staff.

A plan says nothing about numbers; ``app.demo.seating`` fills it with as many
people as a unit has.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from app.demo.health_posts import (
    AUXILIARY_POST_STAFF,
    HEALTH_CENTRE_LEADERS,
    HEALTH_CENTRE_STAFF,
    HEALTH_CENTRE_TEAMS,
    HOSPITAL_LEADERS,
    HOSPITAL_STAFF,
    HOSPITAL_TEAMS,
)
from app.demo.offices import DIVISIONS, TECHNICAL_POSTS
from app.demo.positions import OFFICE, SERVICE, Field, Level, Post, office, service
from app.demo.structure import UnitSeed
from app.domain.values import UnitKind

#: A leader and the place, in the same tuple, of the leader above (null: from outside the unit).
Leader = tuple[Post, int | None]


@dataclass(frozen=True, slots=True)
class UnitPlan:
    """The posts of a unit.

    ``leaders``: the head first, each below an earlier one. ``staff``: repeated as
    often as needed. ``teams``: for each branch the post of its team leaders, if
    it has any. ``span``: one more leader for each so many people.
    """

    leaders: tuple[Leader, ...]
    staff: tuple[Post, ...]
    teams: Mapping[str, Post] = field(default_factory=dict)
    span: int = 4


_TEAMS: Final = {
    OFFICE: office("Arsiparis Ahli Muda (Ketua Tim Tata Usaha {n})", Level.MUDA),
    SERVICE: service("Analis Kebijakan Ahli Muda (Ketua Tim Kerja {n})", Level.MUDA, Field.MANAGEMENT),
}

_CLERKS: Final = (
    office("Pengadministrasi Perkantoran", Level.CLERK, Field.DIPLOMA),
    office("Pengolah Data dan Informasi", Level.EXECUTOR),
    office("Analis Keuangan", Level.EXECUTOR, Field.FINANCE),
    office("Arsiparis Terampil", Level.TERAMPIL, Field.DIPLOMA),
)
_SERVICE_STAFF: Final = (
    service("Penelaah Teknis Kebijakan", Level.EXECUTOR, Field.ADMINISTRATION),
    service("Penata Layanan Operasional", Level.EXECUTOR, Field.ADMINISTRATION),
    service("Pengelola Layanan Operasional", Level.CLERK, Field.DIPLOMA),
)

#: The sections of the secretariat under the assistant they report to: the place
#: of that assistant among the leaders of the Sekretariat Daerah.
REPORTS_TO_LEADER: Final[Mapping[str, int]] = {
    "SETDA.PEM": 1,
    "SETDA.KESRA": 1,
    "SETDA.HUKUM": 1,
    "SETDA.EKON": 2,
    "SETDA.ADPEMB": 2,
    "SETDA.PBJ": 2,
    "SETDA.ORG": 3,
    "SETDA.UMUM": 3,
    "SETDA.PROKOPIM": 3,
}

_CITY_SECRETARIAT: Final = UnitPlan(
    leaders=(
        (Post("Sekretaris Daerah Kota Serang", Level.SECRETARY_GENERAL, Field.LEADERSHIP), None),
        (Post("Asisten Pemerintahan dan Kesejahteraan Rakyat", Level.JPT, Field.LEADERSHIP), 0),
        (Post("Asisten Perekonomian dan Pembangunan", Level.JPT, Field.LEADERSHIP), 0),
        (Post("Asisten Administrasi Umum", Level.JPT, Field.LEADERSHIP), 0),
        (Post("Staf Ahli Bidang Pemerintahan, Hukum dan Politik", Level.JPT, Field.LEADERSHIP), 0),
        (Post("Staf Ahli Bidang Ekonomi, Keuangan dan Pembangunan", Level.JPT, Field.LEADERSHIP), 0),
        (Post("Staf Ahli Bidang Kemasyarakatan dan SDM", Level.JPT, Field.LEADERSHIP), 0),
    ),
    staff=_CLERKS,
    span=1,
)

_SECTION: Final = UnitPlan(
    leaders=((Post("Kepala {unit}", Level.ADMINISTRATOR, Field.MANAGEMENT), None),),
    staff=(
        service("Analis Kebijakan Ahli Muda", Level.MUDA, Field.MANAGEMENT),
        *_SERVICE_STAFF,
        *_CLERKS,
    ),
    teams=_TEAMS,
)

_COUNCIL_SECRETARIAT: Final = UnitPlan(
    leaders=(
        (Post("Sekretaris DPRD Kota Serang", Level.JPT, Field.LEADERSHIP), None),
        (office("Kepala Bagian Umum dan Keuangan", Level.ADMINISTRATOR, Field.MANAGEMENT), 0),
        (service("Kepala Bagian Persidangan dan Perundang-undangan", Level.ADMINISTRATOR, Field.LAW), 0),
        (
            service("Kepala Bagian Fasilitasi Penganggaran dan Pengawasan", Level.ADMINISTRATOR, Field.MANAGEMENT),
            0,
        ),
    ),
    staff=(
        service("Perisalah Legislatif Ahli Pertama", Level.PERTAMA, Field.ADMINISTRATION),
        *_CLERKS,
        *_SERVICE_STAFF,
    ),
    teams=_TEAMS,
)

_INSPECTORATE: Final = UnitPlan(
    leaders=(
        (Post("Inspektur Kota Serang", Level.JPT, Field.LEADERSHIP), None),
        (office("Sekretaris Inspektorat", Level.ADMINISTRATOR, Field.MANAGEMENT), 0),
        (service("Inspektur Pembantu I", Level.ADMINISTRATOR, Field.FINANCE), 0),
        (office("Kepala Subbagian Umum dan Keuangan", Level.SUPERVISOR, Field.MANAGEMENT), 1),
        (service("Inspektur Pembantu II", Level.ADMINISTRATOR, Field.LAW), 0),
        (service("Inspektur Pembantu III", Level.ADMINISTRATOR, Field.ENGINEERING), 0),
        (service("Inspektur Pembantu IV", Level.ADMINISTRATOR, Field.FINANCE), 0),
    ),
    staff=(*TECHNICAL_POSTS["INSPEKTORAT"], office("Pengolah Data dan Informasi", Level.EXECUTOR)),
    teams=_TEAMS | {SERVICE: service("Auditor Ahli Madya (Ketua Tim {n})", Level.MADYA, Field.FINANCE)},
)

_DISTRICT: Final = UnitPlan(
    leaders=(
        (Post("Camat {place}", Level.ADMINISTRATOR, Field.MANAGEMENT), None),
        (office("Sekretaris Kecamatan {place}", Level.ADMINISTRATOR, Field.MANAGEMENT), 0),
        (service("Kepala Seksi Pemerintahan", Level.SUPERVISOR, Field.MANAGEMENT), 0),
        (service("Kepala Seksi Pelayanan Umum", Level.SUPERVISOR, Field.MANAGEMENT), 0),
        (office("Kepala Subbagian Umum dan Kepegawaian", Level.SUPERVISOR, Field.MANAGEMENT), 1),
        (service("Kepala Seksi Kesejahteraan Sosial", Level.SUPERVISOR, Field.SOCIAL), 0),
        (service("Kepala Seksi Ketenteraman dan Ketertiban", Level.SUPERVISOR, Field.ORDER), 0),
        (office("Kepala Subbagian Program dan Keuangan", Level.SUPERVISOR, Field.FINANCE), 1),
    ),
    staff=(*_SERVICE_STAFF, *_CLERKS),
    teams=_TEAMS,
)

_VILLAGE: Final = UnitPlan(
    leaders=(
        (Post("Lurah {place}", Level.SUPERVISOR, Field.MANAGEMENT), None),
        (office("Sekretaris Kelurahan {place}", Level.SUPERVISOR, Field.MANAGEMENT), 0),
        (service("Kepala Seksi Pemerintahan dan Pelayanan", Level.SUPERVISOR, Field.MANAGEMENT), 0),
        (service("Kepala Seksi Kesejahteraan dan Pemberdayaan", Level.SUPERVISOR, Field.SOCIAL), 0),
    ),
    staff=(*_SERVICE_STAFF, *_CLERKS[:2]),
    teams=_TEAMS,
    span=3,
)

_SUBJECTS: Final = (
    "Bahasa Indonesia",
    "Matematika",
    "IPA",
    "IPS",
    "Bahasa Inggris",
    "Pendidikan Agama",
    "PJOK",
    "PPKn",
)
_SCHOOL_LEADERS: Final[tuple[Leader, ...]] = (
    (Post("Kepala {unit} (Guru Ahli Madya)", Level.MADYA, Field.SCHOOL_HEAD), None),
)
_SECONDARY_SCHOOL: Final = UnitPlan(
    leaders=(
        *_SCHOOL_LEADERS,
        (service("Guru Ahli Muda (Wakil Kepala Sekolah Bidang Kurikulum)", Level.MUDA, Field.TEACHING), 0),
        (service("Guru Ahli Muda (Wakil Kepala Sekolah Bidang Kesiswaan)", Level.MUDA, Field.TEACHING), 0),
        (service("Guru Ahli Muda (Wakil Kepala Sekolah Bidang Sarana)", Level.MUDA, Field.TEACHING), 0),
    ),
    staff=(
        *(service(f"Guru {subject} Ahli Pertama", Level.PERTAMA, Field.TEACHING) for subject in _SUBJECTS),
        service("Guru Bimbingan dan Konseling Ahli Muda", Level.MUDA, Field.TEACHING),
        office("Pengadministrasi Perkantoran", Level.CLERK, Field.DIPLOMA),
    ),
    span=10,
)
_PRIMARY_SCHOOL: Final = UnitPlan(
    leaders=_SCHOOL_LEADERS,
    staff=(
        service("Guru Kelas Ahli Pertama", Level.PERTAMA, Field.TEACHING),
        service("Guru Kelas Ahli Muda", Level.MUDA, Field.TEACHING),
        service("Guru Pendidikan Agama Ahli Pertama", Level.PERTAMA, Field.TEACHING),
        service("Guru Kelas Ahli Pertama", Level.PERTAMA, Field.TEACHING),
        service("Guru PJOK Ahli Pertama", Level.PERTAMA, Field.TEACHING),
        office("Pengadministrasi Perkantoran", Level.CLERK, Field.DIPLOMA),
    ),
)

_HEALTH_CENTRE: Final = UnitPlan(HEALTH_CENTRE_LEADERS, HEALTH_CENTRE_STAFF, HEALTH_CENTRE_TEAMS)
_AUXILIARY_POST: Final = UnitPlan((), AUXILIARY_POST_STAFF)
_HOSPITAL: Final = UnitPlan(HOSPITAL_LEADERS, HOSPITAL_STAFF, HOSPITAL_TEAMS)


def plan_for(unit: UnitSeed) -> UnitPlan:
    """The posts of ``unit``; its own plan first, else the one of its kind."""
    if unit.code == "SETDA":
        return _CITY_SECRETARIAT
    if unit.code == "SETWAN":
        return _COUNCIL_SECRETARIAT
    if unit.kind is UnitKind.SCHOOL:
        return _SECONDARY_SCHOOL if unit.code.startswith("SMPN-") else _PRIMARY_SCHOOL
    if unit.kind is UnitKind.HEALTH_CENTRE:
        return _AUXILIARY_POST if unit.code.startswith("PUSTU-") else _HEALTH_CENTRE
    return _BY_KIND.get(unit.kind) or _office_plan(unit.code)


_BY_KIND: Final[Mapping[UnitKind, UnitPlan]] = {
    UnitKind.SECRETARIAT: _SECTION,
    UnitKind.INSPECTORATE: _INSPECTORATE,
    UnitKind.DISTRICT: _DISTRICT,
    UnitKind.VILLAGE: _VILLAGE,
    UnitKind.HOSPITAL: _HOSPITAL,
}


def _office_plan(code: str) -> UnitPlan:
    """A department or board: head, secretary, divisions, two subsections of the secretary."""
    divisions = [
        (service(f"Kepala Bidang {division}", Level.ADMINISTRATOR, Field.MANAGEMENT), 0) for division in DIVISIONS[code]
    ]
    leaders: tuple[Leader, ...] = (
        (
            Post("Kepala Pelaksana {unit}" if code == "BPBD" else "Kepala {unit}", Level.JPT, Field.LEADERSHIP),
            None,
        ),
        (office("Sekretaris {unit}", Level.ADMINISTRATOR, Field.MANAGEMENT), 0),
        *divisions[:1],
        (office("Kepala Subbagian Umum dan Kepegawaian", Level.SUPERVISOR, Field.MANAGEMENT), 1),
        *divisions[1:],
        (office("Kepala Subbagian Program dan Keuangan", Level.SUPERVISOR, Field.FINANCE), 1),
    )
    return UnitPlan(leaders, _office_staff(code), _TEAMS, span=3)


def _office_staff(code: str) -> tuple[Post, ...]:
    technical = TECHNICAL_POSTS[code]
    return (
        technical[0],
        _CLERKS[0],
        *technical[1:],
        _SERVICE_STAFF[0],
        _CLERKS[2],
        *technical,
        *_SERVICE_STAFF[1:],
    )
