"""The rules of logging in and of accounts, without a database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.auth import (
    DEFAULT_RATER_TYPES,
    Account,
    Attempts,
    Scope,
    check_account,
    check_password,
    normal_name,
    normal_password,
)
from app.domain.values import RaterType, Role

NOW = datetime(2026, 1, 31, 8, tzinfo=UTC)
NIP = "198609262015051001"
PERSON = Account(
    id=uuid4(),
    username="siti.aminah",
    employee_id=uuid4(),
    roles=frozenset({Role.EMPLOYEE}),
    rater_types=DEFAULT_RATER_TYPES,
    unit_id=None,
    scopes=frozenset(),
    active=True,
    has_password=True,
    locked_until=None,
    created_at=NOW,
)
MACHINE = replace(
    PERSON,
    employee_id=None,
    roles=frozenset({Role.INTEGRATION}),
    rater_types=frozenset(),
    scopes=frozenset({Scope.RESULTS_READ}),
    has_password=False,
)


def after(failures: int, limit: int = 10) -> Attempts:
    attempts = Attempts()
    for _ in range(failures):
        attempts = attempts.failed(NOW, limit)
    return attempts


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [
        (0, 0),
        (1, 0),
        (9, 0),
        (10, 15),
        (11, 30),
        (12, 60),
        (13, 120),
        (14, 240),
        (15, 480),
        (16, 900),
        (17, 900),
        (500, 900),
    ],
)
def test_the_delay_grows_to_a_quarter_of_an_hour_and_no_further(failures: int, seconds: int) -> None:
    assert after(failures).wait(NOW) == seconds


def test_a_wait_is_told_in_whole_seconds_rounded_up_and_ends() -> None:
    attempts = after(10)
    assert attempts.wait(NOW + timedelta(milliseconds=1)) == 15
    assert attempts.wait(NOW + timedelta(seconds=14, milliseconds=1)) == 1
    assert attempts.wait(NOW + timedelta(seconds=15)) == 0


def test_a_day_without_failures_begins_anew() -> None:
    attempts = after(16)
    assert attempts.failed(NOW + timedelta(hours=23), 10).failures == 17
    assert attempts.failed(NOW + timedelta(hours=24), 10) == Attempts(1, None, NOW + timedelta(hours=24))


@given(st.integers(3, 1000), st.integers(0, 3000))
def test_nobody_ever_waits_longer(limit: int, failures: int) -> None:
    attempts = Attempts(failures, None, NOW).failed(NOW, limit)
    assert 0 <= attempts.wait(NOW) <= 900
    assert (attempts.wait(NOW) > 0) == (failures + 1 >= limit)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Siti.Aminah", "siti.aminah"),
        ("  siti ", "siti"),
        ("19860926 201505 1 001", NIP),
        (NIP, NIP),
        ("si ti", "si ti"),
        ("", ""),
    ],
)
def test_names_are_compared_in_one_form(typed: str, stored: str) -> None:
    assert normal_name(typed) == stored


def test_every_keyboard_types_the_same_password() -> None:
    assert normal_password("cafe\u0301 di pasar") == normal_password("caf\u00e9 di pasar")
    assert normal_password("\uff11\uff12") == "12"
    assert normal_password(" Spasi dan HURUF tetap ") == " Spasi dan HURUF tetap "


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("x" * 11, "too_short"),
        ("x" * 129, "too_long"),
        ("e\u0301" * 6, "too_short"),
        (NIP, "password_is_name"),
        ("19860926 201505 1 001", "password_is_name"),
        ("SITI.AMINAH.SERANG", "password_is_name"),
    ],
)
def test_passwords_that_are_refused(password: str, code: str) -> None:
    assert [found.code for found in check_password(password, (NIP, "siti.aminah.serang"))] == [code]


@pytest.mark.parametrize("password", ["x" * 12, "x" * 128, "🐈" * 12, "            ", NIP + "!"])
def test_passwords_that_are_taken(password: str) -> None:
    assert check_password(password, (NIP,)) == []


def test_the_operator_may_give_a_shorter_one() -> None:
    assert check_password("x" * 8, (), least=8) == []
    assert check_password("x" * 7, (), least=8)[0].params == {"least": 8}


@pytest.mark.parametrize(
    ("account", "pointer", "code"),
    [
        (replace(PERSON, username="si"), "/username", "bad_format"),
        (replace(PERSON, username="Siti"), "/username", "bad_format"),
        (replace(PERSON, username="siti aminah"), "/username", "bad_format"),
        (replace(PERSON, username="x" * 61), "/username", "bad_format"),
        (replace(PERSON, username="siti\n"), "/username", "bad_format"),
        (replace(PERSON, username="198609262015051002"), "/username", "username_is_other_nip"),
        (replace(PERSON, roles=frozenset()), "/roles", "role_not_for_people"),
        (replace(PERSON, roles=frozenset({Role.EMPLOYEE, Role.RECIPIENT})), "/roles", "role_not_for_people"),
        (
            replace(PERSON, rater_types=frozenset({RaterType.SERVICE_RECIPIENT})),
            "/rater_types",
            "rater_type_not_for_accounts",
        ),
        (replace(PERSON, roles=frozenset({Role.UNIT_ADMIN})), "/unit_id", "unit_admin_needs_unit"),
        (replace(PERSON, scopes=frozenset({Scope.PEOPLE_READ})), "/scopes", "scopes_for_machines"),
        (replace(MACHINE, roles=frozenset({Role.INTEGRATION, Role.ADMIN})), "/roles", "machine_stays_machine"),
        (replace(MACHINE, employee_id=uuid4()), "/employee_id", "machine_stays_machine"),
        (replace(MACHINE, rater_types=frozenset({RaterType.PEER})), "/rater_types", "machine_stays_machine"),
        (replace(MACHINE, unit_id=uuid4()), "/unit_id", "machine_stays_machine"),
        (replace(MACHINE, has_password=True), "/password", "machine_stays_machine"),
        (replace(MACHINE, scopes=frozenset()), "/scopes", "scopes_for_machines"),
        (replace(MACHINE, scopes=frozenset({"everything"})), "/scopes", "scopes_for_machines"),
    ],
)
def test_accounts_that_are_refused(account: Account, pointer: str, code: str) -> None:
    assert [(found.pointer, found.code) for found in check_account(account, NIP)] == [(pointer, code)]


@pytest.mark.parametrize(
    "account",
    [
        PERSON,
        MACHINE,
        replace(PERSON, username=NIP),
        replace(PERSON, rater_types=frozenset()),
        replace(PERSON, roles=frozenset({Role.UNIT_ADMIN}), unit_id=uuid4()),
        replace(PERSON, roles=frozenset({Role.ADMIN, Role.AUDITOR}), employee_id=None),
    ],
)
def test_accounts_that_are_taken(account: Account) -> None:
    assert check_account(account, NIP) == []
