"""Positions: what each level of a career allows, and who studied what for it.

Levels follow UU 20/2023 (managerial: jpt, administrator, supervisor; otherwise
functional or executor); grades follow the usual range of each level, PNS as
``III/c``, PPPK as a Roman figure by education (Perpres 11/2024).
"""

from dataclasses import dataclass
from enum import Enum, unique
from typing import Final

from app.domain.values import PositionKind

MANAGERIAL_KINDS: Final = frozenset({PositionKind.JPT, PositionKind.ADMINISTRATOR, PositionKind.SUPERVISOR})

#: Title before the name and titles after it; either may be empty.
Degree = tuple[str, str]


@dataclass(frozen=True, slots=True)
class LevelRules:
    """What holds for every holder of a level. ``pppk_grade`` null: a post for PNS only; ``ages`` in years."""

    kind: PositionKind
    pns_grades: tuple[str, ...]
    pppk_grade: str | None
    ages: tuple[int, int]


@unique
class Level(Enum):
    """Rung of a career, highest first."""

    SECRETARY_GENERAL = LevelRules(PositionKind.JPT, ("IV/d", "IV/e"), None, (50, 57))
    JPT = LevelRules(PositionKind.JPT, ("IV/b", "IV/c"), None, (46, 57))
    ADMINISTRATOR = LevelRules(PositionKind.ADMINISTRATOR, ("III/d", "IV/a", "IV/b"), None, (40, 56))
    SUPERVISOR = LevelRules(PositionKind.SUPERVISOR, ("III/b", "III/c", "III/d"), None, (34, 55))
    MADYA = LevelRules(PositionKind.FUNCTIONAL, ("IV/a", "IV/b", "IV/c"), None, (42, 57))
    MUDA = LevelRules(PositionKind.FUNCTIONAL, ("III/c", "III/d"), None, (34, 55))
    PERTAMA = LevelRules(PositionKind.FUNCTIONAL, ("III/a", "III/b"), "IX", (24, 45))
    PENYELIA = LevelRules(PositionKind.FUNCTIONAL, ("III/c", "III/d"), None, (38, 56))
    MAHIR = LevelRules(PositionKind.FUNCTIONAL, ("III/a", "III/b"), None, (32, 54))
    TERAMPIL = LevelRules(PositionKind.FUNCTIONAL, ("II/c", "II/d"), "VII", (23, 45))
    EXECUTOR = LevelRules(PositionKind.EXECUTOR, ("III/a", "III/b", "III/c"), "IX", (24, 56))
    CLERK = LevelRules(PositionKind.EXECUTOR, ("II/a", "II/b", "II/c", "II/d"), "V", (22, 56))

    @property
    def managerial(self) -> bool:
        """Whether holders may appraise by rank: at lowest a supervisor (PP 30/2019)."""
        return self.value.kind in MANAGERIAL_KINDS


@dataclass(frozen=True, slots=True)
class FieldRules:
    """Degrees usual in a field of work, and the share of women (0..1) among its people."""

    degrees: tuple[Degree, ...]
    female_share: float = 0.5


def _after(*titles: str) -> tuple[Degree, ...]:
    return tuple(("", title) for title in titles)


@unique
class Field(Enum):
    """What somebody studied for a position."""

    LEADERSHIP = FieldRules(
        _after(
            "S.Sos., M.Si.",
            "S.IP., M.Si.",
            "S.E., M.M.",
            "S.H., M.H.",
            "S.STP., M.Si.",
            "S.T., M.T.",
            "S.Pd., M.M.",
        ),
        0.3,
    )
    MANAGEMENT = FieldRules(_after("S.E.", "S.Sos.", "S.IP.", "S.H.", "S.STP.", "S.AP.", "S.E., M.Si."), 0.4)
    CLINIC_HEAD = FieldRules((("dr.", ""), ("dr.", "M.K.M."), ("drg.", ""), ("", "S.K.M., M.Kes.")), 0.65)
    HOSPITAL_HEAD = FieldRules((("dr.", "M.Kes."), ("dr.", "M.A.R.S.")), 0.5)
    DOCTOR = FieldRules((("dr.", ""),), 0.65)
    SPECIALIST = FieldRules((("dr.", "Sp.A."), ("dr.", "Sp.PD."), ("dr.", "Sp.OG."), ("dr.", "Sp.B.")), 0.4)
    DENTIST = FieldRules((("drg.", ""),), 0.75)
    NURSE = FieldRules(_after("S.Kep., Ners"), 0.7)
    NURSE_DIPLOMA = FieldRules(_after("A.Md.Kep."), 0.7)
    MIDWIFE = FieldRules(_after("S.Tr.Keb.", "S.ST."), 1.0)
    MIDWIFE_DIPLOMA = FieldRules(_after("A.Md.Keb."), 1.0)
    PHARMACY = FieldRules((("apt.", "S.Farm."),), 0.75)
    PHARMACY_DIPLOMA = FieldRules(_after("A.Md.Farm."), 0.8)
    NUTRITION = FieldRules(_after("A.Md.Gz.", "S.Gz."), 0.85)
    SANITATION = FieldRules(_after("A.Md.Kes.", "A.Md.KL."), 0.5)
    LABORATORY = FieldRules(_after("A.Md.Kes.", "A.Md.AK."), 0.7)
    PUBLIC_HEALTH = FieldRules(_after("S.K.M.", "S.K.M., M.Epid."), 0.65)
    TEACHING = FieldRules(_after("S.Pd.", "S.Pd.", "S.Pd.I.", "S.Pd., M.Pd."), 0.65)
    SCHOOL_HEAD = FieldRules(_after("S.Pd., M.Pd.", "S.Pd., M.M."), 0.5)
    ENGINEERING = FieldRules(_after("S.T.", "S.T., M.T."), 0.25)
    COMPUTING = FieldRules(_after("S.Kom.", "S.T.", "S.Kom., M.T.I."), 0.35)
    LAW = FieldRules(_after("S.H.", "S.H., M.H."), 0.4)
    FINANCE = FieldRules(_after("S.E.", "S.Ak.", "S.E., M.Ak."), 0.55)
    AGRICULTURE = FieldRules(_after("S.P.", "S.Pt.", "S.P., M.Si."), 0.45)
    SOCIAL = FieldRules(_after("S.Sos.", "S.Psi.", "S.Sos., M.Si."), 0.55)
    LIBRARY = FieldRules(_after("S.I.P.", "S.Hum.", "A.Md."), 0.65)
    ADMINISTRATION = FieldRules(_after("S.AP.", "S.E.", "S.Sos.", "S.IP."), 0.5)
    DIPLOMA = FieldRules(_after("A.Md.", "A.Md.", ""), 0.45)
    ORDER = FieldRules(_after("", "", "S.Sos.", "S.H."), 0.15)
    RESCUE = FieldRules(_after("", "", "A.Md."), 0.05)
    OPERATIONS = FieldRules(_after("", "", "", "A.Md."), 0.35)


@dataclass(frozen=True, slots=True)
class Post:
    """A position to fill.

    ``title`` may hold ``{unit}`` (the unit's name), ``{place}`` (its name without
    the kind of office) and ``{n}`` (a running number). ``branch`` says which leaders
    of the unit it belongs to; empty: directly under the head.
    """

    title: str
    level: Level
    field: Field
    branch: str = ""


#: Branch of the secretariat or administration of a unit, and that of its proper work.
OFFICE: Final = "office"
SERVICE: Final = "service"


def office(title: str, level: Level, field: Field = Field.ADMINISTRATION) -> Post:
    """A post in the administration of its unit."""
    return Post(title, level, field, OFFICE)


def service(title: str, level: Level, field: Field) -> Post:
    """A post in the proper work of its unit."""
    return Post(title, level, field, SERVICE)
