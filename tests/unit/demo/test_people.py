"""The demo city's people are valid, connected and the same for the same seed."""

import re
import time
from collections import Counter
from datetime import date
from functools import cache

import pytest

from app.demo.people import MAYOR_KEY, EmployeeSeed, generate_people
from app.demo.seating import TEAM_SIZE
from app.demo.staffing import MIN_EMPLOYEES, SHOWCASE_UNIT
from app.demo.structure import city_units
from app.domain.values import Employment, PositionKind

UNITS = city_units()
SIZES = (20, 21, 60, 137, 400, 9_000)
PNS_GRADE = re.compile(r"(I|II|III)/[a-d]|IV/[a-e]")
PPPK_GRADES = {"V", "VII", "IX"}


@cache
def city(employees: int) -> tuple[EmployeeSeed, ...]:
    return tuple(generate_people(UNITS, employees, seed=7))


def staff(employees: int) -> list[EmployeeSeed]:
    return [person for person in city(employees) if person.key != MAYOR_KEY]


@pytest.mark.parametrize("employees", SIZES)
def test_the_number_of_employees_is_exact_beside_one_mayor(employees: int) -> None:
    assert len(staff(employees)) == employees
    assert len(city(employees)) == employees + 1


@pytest.mark.parametrize("employees", SIZES)
def test_keys_emails_and_nips_are_unique(employees: int) -> None:
    people = city(employees)
    assert len({person.key for person in people}) == len(people)
    assert len({person.email for person in people}) == len(people)
    assert len({person.nip for person in people}) == len(people)


@pytest.mark.parametrize("employees", SIZES)
def test_everybody_but_the_mayor_has_a_superior_and_an_appraiser_listed_before(employees: int) -> None:
    seen: set[str] = set()
    for person in city(employees):
        if person.key == MAYOR_KEY:
            assert (person.superior_key, person.appraiser_key) == (None, None)
        else:
            assert person.superior_key in seen
            assert person.appraiser_key in seen
        # Nobody precedes himself, so there is neither a self-superior nor a circle.
        seen.add(person.key)


@pytest.mark.parametrize("employees", SIZES)
def test_appraisers_lead_and_have_a_superior_for_appeals(employees: int) -> None:
    by_key = {person.key: person for person in city(employees)}
    managerial = {PositionKind.JPT, PositionKind.ADMINISTRATOR, PositionKind.SUPERVISOR}
    for key in {person.appraiser_key for person in staff(employees)} - {MAYOR_KEY}:
        assert key is not None
        assert by_key[key].superior_key in by_key
        assert by_key[key].position_kind in managerial or key.endswith(".001")


def test_the_chain_of_command_ends_at_the_secretary_general_and_the_mayor() -> None:
    by_key = {person.key: person for person in city(400)}
    assert by_key["SETDA.001"].superior_key == MAYOR_KEY
    assert by_key["SETDA.001"].appraiser_key == MAYOR_KEY
    assert [key for key, person in by_key.items() if person.superior_key == MAYOR_KEY] == ["SETDA.001"]
    for head in ("DINKES.001", "BKPSDM.001", "INSPEKTORAT.001", "SETWAN.001", "KEC-3673060.001"):
        assert by_key[head].superior_key == "SETDA.001"
    assert by_key["KEL-3673060-BANTEN.001"].superior_key == "KEC-3673060.001"
    assert by_key["PKM-UNYUR.001"].superior_key == "DINKES.001"
    assert by_key["RSUD.001"].superior_key == "DINKES.001"
    assert by_key["SETDA.HUKUM.001"].superior_key == "SETDA.002"


def test_the_mayor_is_elected_and_has_no_nip() -> None:
    mayor = city(20)[0]
    assert (mayor.key, mayor.employment, mayor.nip, mayor.grade) == (
        MAYOR_KEY,
        Employment.NON_ASN,
        None,
        None,
    )


@pytest.mark.parametrize("employees", [400, 9_000])
def test_every_nip_is_valid_by_its_parts(employees: int) -> None:
    for person in staff(employees):
        assert person.nip is not None
        assert re.fullmatch(r"[0-9]{18}", person.nip)
        born = date.fromisoformat(f"{person.nip[:4]}-{person.nip[4:6]}-{person.nip[6:8]}")
        appointed, month = int(person.nip[8:12]), int(person.nip[12:14])
        assert born.year + 18 < appointed <= 2025
        assert month in (range(1, 13) if person.employment is Employment.PNS else range(21, 30))
        assert person.nip[14] in "12"
        assert person.nip[15:] != "000"


@pytest.mark.parametrize("employees", [400, 9_000])
def test_grades_belong_to_the_employment(employees: int) -> None:
    for person in staff(employees):
        assert person.grade is not None
        if person.employment is Employment.PNS:
            assert PNS_GRADE.fullmatch(person.grade)
        else:
            assert person.grade in PPPK_GRADES
            assert person.position_kind in {PositionKind.FUNCTIONAL, PositionKind.EXECUTOR}


def test_the_sex_in_the_nip_fits_the_title() -> None:
    for person in staff(9_000):
        assert person.nip is not None
        words = person.name.split()
        if {"Hj.", "Rt."} & set(words):
            assert person.nip[14] == "2"
        if {"H.", "Tb."} & set(words):
            assert person.nip[14] == "1"
        if person.position.startswith("Bidan"):
            assert person.nip[14] == "2"


def test_positions_are_written_out_and_addresses_reserved() -> None:
    units = {unit.code for unit in UNITS}
    for person in city(9_000):
        assert "{" not in person.position
        assert len(person.position) <= 100
        assert person.unit_code in units
        assert re.fullmatch(r"[a-z.]+\.[0-9]{4,}@serang\.example", person.email)
        assert person.phone is None


def test_titles_name_the_place() -> None:
    positions = {person.key: person.position for person in city(400)}
    assert positions["KEL-3673010-SUKAWANA.001"] == "Lurah Sukawana"
    assert positions["KEC-3673030.001"] == "Camat Cipocok Jaya"
    assert positions["PKM-UNYUR.001"] == "Kepala Puskesmas Unyur"
    assert positions["BPBD.001"] == "Kepala Pelaksana Badan Penanggulangan Bencana Daerah"


@pytest.mark.parametrize("employees", SIZES)
def test_one_health_centre_has_at_least_eight_people(employees: int) -> None:
    assert Counter(person.unit_code for person in city(employees))[SHOWCASE_UNIT] >= 8


@pytest.mark.parametrize("employees", [400, 9_000])
def test_auxiliary_posts_are_units_of_one_midwife_and_one_nurse(employees: int) -> None:
    posts = [unit for unit in UNITS if unit.code.startswith("PUSTU-")]
    for post in posts:
        pair = [person for person in city(employees) if person.unit_code == post.code]
        assert [person.position.split()[0] for person in pair] == ["Bidan", "Perawat"]
        assert {person.superior_key for person in pair} == {f"{post.parent_code}.001"}


def test_at_the_default_size_every_unit_has_somebody() -> None:
    assert {person.unit_code for person in city(400)} == {unit.code for unit in UNITS}


def test_under_a_team_leader_the_appraiser_is_the_official_above() -> None:
    by_key = {person.key: person for person in city(9_000)}
    differing = [person for person in staff(9_000) if person.superior_key != person.appraiser_key]
    assert differing
    for person in differing:
        assert person.superior_key is not None
        leader = by_key[person.superior_key]
        assert leader.position_kind is PositionKind.FUNCTIONAL
        assert leader.appraiser_key == person.appraiser_key


def test_large_offices_are_cut_into_teams() -> None:
    reports = Counter(person.superior_key for person in city(9_000))
    team_leaders = [person for person in city(9_000) if "Ketua Tim Kerja" in person.position]
    assert team_leaders
    assert all(reports[leader.key] <= TEAM_SIZE for leader in team_leaders)


def test_the_same_seed_gives_the_same_city_and_another_seed_other_people() -> None:
    assert generate_people(UNITS, 400, 7) == list(city(400))
    other = generate_people(UNITS, 400, 8)
    assert [person.key for person in other] == [person.key for person in city(400)]
    assert [person.name for person in other] != [person.name for person in city(400)]


def test_too_small_a_city_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 20"):
        generate_people(UNITS, MIN_EMPLOYEES - 1, 7)


def test_nine_thousand_people_take_less_than_two_seconds_of_work() -> None:
    before = time.process_time()
    generate_people(UNITS, 9_000, 1)
    assert time.process_time() - before < 2
