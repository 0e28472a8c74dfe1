"""The demo city's units are Kota Serang's."""

import re
from collections import Counter

import pytest

from app.demo.structure import UnitSeed, city_units
from app.domain.values import UnitKind

UNITS = city_units()
BY_CODE = {unit.code: unit for unit in UNITS}

VILLAGES_BY_DISTRICT = {
    "KEC-3673010": 10,
    "KEC-3673020": 14,
    "KEC-3673030": 8,
    "KEC-3673040": 12,
    "KEC-3673050": 13,
    "KEC-3673060": 10,
}


def of_kind(kind: UnitKind) -> list[UnitSeed]:
    return [unit for unit in UNITS if unit.kind is kind]


def auxiliary_posts() -> list[UnitSeed]:
    return [unit for unit in UNITS if unit.code.startswith("PUSTU-")]


def test_sixty_seven_villages_stand_under_their_six_districts() -> None:
    assert Counter(unit.parent_code for unit in of_kind(UnitKind.VILLAGE)) == VILLAGES_BY_DISTRICT
    assert {unit.code for unit in of_kind(UnitKind.DISTRICT)} == set(VILLAGES_BY_DISTRICT)
    assert len(of_kind(UnitKind.VILLAGE)) == 67


def test_sukawana_exists_twice_under_different_codes_and_districts() -> None:
    twice = [unit for unit in UNITS if unit.name == "Kelurahan Sukawana"]
    assert {unit.code for unit in twice} == {"KEL-3673010-SUKAWANA", "KEL-3673040-SUKAWANA"}
    assert {unit.parent_code for unit in twice} == {"KEC-3673010", "KEC-3673040"}


def test_no_other_name_occurs_twice() -> None:
    assert [name for name, count in Counter(unit.name for unit in UNITS).items() if count > 1] == ["Kelurahan Sukawana"]


def test_sixteen_health_centres_stand_under_the_health_office() -> None:
    centres = [unit for unit in of_kind(UnitKind.HEALTH_CENTRE) if unit not in auxiliary_posts()]
    assert len(centres) == 16
    assert {unit.parent_code for unit in centres} == {"DINKES"}


def test_eight_auxiliary_posts_stand_under_a_health_centre() -> None:
    assert len(auxiliary_posts()) == 8
    for post in auxiliary_posts():
        assert post.parent_code is not None
        assert post.parent_code.startswith("PKM-")


def test_offices_are_complete() -> None:
    counts = Counter(unit.kind for unit in UNITS)
    assert counts[UnitKind.AGENCY] == 1
    assert counts[UnitKind.INSPECTORATE] == 1
    assert counts[UnitKind.DEPARTMENT] == 18
    assert counts[UnitKind.BOARD] == 6
    assert counts[UnitKind.HOSPITAL] == 1
    assert counts[UnitKind.SECRETARIAT] == 2 + 9
    assert BY_CODE["SATPOLPP"].kind is UnitKind.DEPARTMENT
    assert BY_CODE["SETWAN"].kind is UnitKind.SECRETARIAT
    assert {unit.parent_code for unit in of_kind(UnitKind.SCHOOL)} == {"DINDIKBUD"}


def test_codes_are_unique_and_well_formed() -> None:
    assert len(BY_CODE) == len(UNITS)
    for code in BY_CODE:
        assert re.fullmatch(r"[A-Z0-9][A-Z0-9.-]{0,39}", code), code


def test_the_tree_is_acyclic_because_every_parent_comes_first() -> None:
    seen: set[str] = set()
    for unit in UNITS:
        if unit.parent_code is None:
            assert unit.code == "SERANG"
        else:
            assert unit.parent_code in seen
        seen.add(unit.code)


@pytest.mark.parametrize("name", ["Kelurahan Banten", "Puskesmas Kalodran", "Kecamatan Cipocok Jaya", "Inspektorat"])
def test_well_known_units_are_there(name: str) -> None:
    assert name in {unit.name for unit in UNITS}
