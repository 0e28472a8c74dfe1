"""Kota Serang's organisation as a tree of units (city formed by UU 32/2007).

Codes are stable and unique: names are not, since Sukawana is a village of both
Curug and Serang. District codes carry the BPS code behind a prefix, so that a
spreadsheet never takes one for a number; villages carry their district's code
and name, because their official numbers change when districts are redrawn.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from app.demo.places import (
    BOARDS,
    CITY_CODE,
    DEPARTMENTS,
    DISTRICTS,
    HEALTH_CENTRES,
    PRIMARY_SCHOOLS,
    SECONDARY_SCHOOL_NUMBERS,
    SECRETARIAT_SECTIONS,
    slug,
)
from app.domain.values import UnitKind


@dataclass(frozen=True, slots=True)
class UnitSeed:
    """One unit. ``parent_code`` is null for the city alone."""

    code: str
    name: str
    kind: UnitKind
    parent_code: str | None


def city_units() -> tuple[UnitSeed, ...]:
    """All units of the city, every parent before its children."""
    return (
        UnitSeed(CITY_CODE, "Pemerintah Kota Serang", UnitKind.AGENCY, None),
        *_offices(),
        *_health_units(),
        *_schools(),
        *_territory(),
    )


def _offices() -> Iterator[UnitSeed]:
    yield UnitSeed("SETDA", "Sekretariat Daerah", UnitKind.SECRETARIAT, CITY_CODE)
    for code, name in SECRETARIAT_SECTIONS:
        yield UnitSeed(code, name, UnitKind.SECRETARIAT, "SETDA")
    yield UnitSeed("SETWAN", "Sekretariat DPRD", UnitKind.SECRETARIAT, CITY_CODE)
    yield UnitSeed("INSPEKTORAT", "Inspektorat", UnitKind.INSPECTORATE, CITY_CODE)
    for code, name in DEPARTMENTS:
        yield UnitSeed(code, name, UnitKind.DEPARTMENT, CITY_CODE)
    for code, name in BOARDS:
        yield UnitSeed(code, name, UnitKind.BOARD, CITY_CODE)


def _health_units() -> Iterator[UnitSeed]:
    # A regional hospital is a unit of the health office (PP 72/2019).
    yield UnitSeed("RSUD", "RSUD Kota Serang", UnitKind.HOSPITAL, "DINKES")
    for place, posts in HEALTH_CENTRES:
        code = f"PKM-{slug(place)}"
        yield UnitSeed(code, f"Puskesmas {place}", UnitKind.HEALTH_CENTRE, "DINKES")
        for post in posts:
            name = f"Puskesmas Pembantu {post}"
            yield UnitSeed(f"PUSTU-{slug(post)}", name, UnitKind.HEALTH_CENTRE, code)


def _schools() -> Iterator[UnitSeed]:
    for number in SECONDARY_SCHOOL_NUMBERS:
        name = f"SMP Negeri {number} Kota Serang"
        yield UnitSeed(f"SMPN-{number}", name, UnitKind.SCHOOL, "DINDIKBUD")
    for place in PRIMARY_SCHOOLS:
        yield UnitSeed(f"SDN-{slug(place)}", f"SD Negeri {place}", UnitKind.SCHOOL, "DINDIKBUD")


def _territory() -> Iterator[UnitSeed]:
    for bps_code, district, villages in DISTRICTS:
        code = f"KEC-{bps_code}"
        yield UnitSeed(code, f"Kecamatan {district}", UnitKind.DISTRICT, CITY_CODE)
        for village in villages:
            village_code = f"KEL-{bps_code}-{slug(village)}"
            yield UnitSeed(village_code, f"Kelurahan {village}", UnitKind.VILLAGE, code)
