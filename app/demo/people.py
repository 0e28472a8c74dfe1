"""The people of the demo city, invented from a seed.

Every employee has a superior and an appraiser; both chains end at the mayor, who
is elected, has no NIP and is never a participant.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from app.demo.names import email_local_part, plain_name, with_titles
from app.demo.nip import NipIssuer, Sex
from app.demo.places import CITY_CODE
from app.demo.plans import REPORTS_TO_LEADER, plan_for
from app.demo.positions import Field, Level, Post
from app.demo.seating import Seat, seats
from app.demo.staffing import allocate
from app.demo.structure import UnitSeed
from app.domain.values import Employment, PositionKind

MAYOR_KEY: Final = "WALIKOTA"
EMAIL_DOMAIN: Final = "serang.example"

# No appointment lies after this year: the city is the same whenever it is made.
_LATEST_YEAR: Final = 2025
_FIRST_CONTRACT_YEAR: Final = 2021
_YOUNGEST_AT_APPOINTMENT: Final = 20
_OLDEST_AT_APPOINTMENT: Final = 32
_CONTRACT_SHARE: Final = 0.5
_RENEWED_SHARE: Final = 0.2
_MAYOR_AGE: Final = 50


@dataclass(frozen=True, slots=True)
class EmployeeSeed:
    """One person.

    ``key`` is the unit's code and a running number of three digits or more; the
    head of a unit with leaders is number 001. ``superior_key`` and ``appraiser_key``
    are null for the mayor alone.
    """

    key: str
    nip: str | None
    name: str
    employment: Employment
    position: str
    position_kind: PositionKind
    grade: str | None
    unit_code: str
    superior_key: str | None
    appraiser_key: str | None
    email: str
    phone: None = None


@dataclass(frozen=True, slots=True)
class _Place:
    """A seat in the whole city: who sits there is not known yet."""

    key: str
    unit: UnitSeed
    seat: Seat
    superior_key: str


def generate_people(units: Sequence[UnitSeed], employees: int, seed: int) -> list[EmployeeSeed]:
    """The mayor and exactly ``employees`` others, each after the superior.

    ``units`` are those of ``city_units()``. The same arguments give the same people.
    Raises ``ValueError`` for fewer than 20 employees.
    """
    places = list(_places(units, allocate(units, employees)))
    appraisers = _appraisers(places)
    inventor = _Inventor(Random(seed))  # noqa: S311 - invented people guard no secret
    people = [inventor.mayor()]
    people += [inventor.employee(place, appraisers[place.key]) for place in places]
    return people


def _places(units: Sequence[UnitSeed], counts: dict[str, int]) -> Iterator[_Place]:
    parents = {unit.code: unit.parent_code for unit in units}
    leaders: dict[str, list[str]] = {}
    for unit in units:
        if not counts[unit.code]:
            continue
        plan = plan_for(unit)
        seated = seats(plan, counts[unit.code])
        keys = [f"{unit.code}.{number:03d}" for number in range(1, len(seated) + 1)]
        outside = _outside_superior(unit, parents, leaders)
        leaders[unit.code] = keys[: len(plan.leaders)]
        for key, seat in zip(keys, seated, strict=True):
            yield _Place(key, unit, seat, outside if seat.superior is None else keys[seat.superior])


def _outside_superior(unit: UnitSeed, parents: dict[str, str | None], leaders: dict[str, list[str]]) -> str:
    """The head of the nearest unit above that has one; directly under the city the Sekda.

    Above the Sekda, who is seated first, is the mayor.
    """
    parent = unit.parent_code
    while parent is not None and not leaders.get(parent):
        parent = parents[parent]
    if parent is None:
        return leaders["SETDA"][0] if leaders.get("SETDA") else MAYOR_KEY
    keys = leaders[parent]
    wanted = REPORTS_TO_LEADER.get(unit.code, 0)
    return keys[wanted] if wanted < len(keys) else keys[0]


def _appraisers(places: Sequence[_Place]) -> dict[str, str]:
    """Who appraises whom: the superior, or above a mere team leader the next official.

    A team leader gives advice; the appraiser is at lowest a supervisor (PP
    30/2019) or leads the unit.
    """
    superior_of = {place.key: place.superior_key for place in places}
    officials = {MAYOR_KEY} | {place.key for place in places if _may_appraise(place)}
    appraisers = {}
    for place in places:
        appraiser = place.superior_key
        while appraiser not in officials:
            appraiser = superior_of[appraiser]
        appraisers[place.key] = appraiser
    return appraisers


def _may_appraise(place: _Place) -> bool:
    return place.seat.post.level.managerial or place.seat.superior is None


class _Inventor:
    """Draws persons from one random stream."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._nips = NipIssuer()
        self._number = 0

    def mayor(self) -> EmployeeSeed:
        """The elected head of the city, outside the kinds of position: the highest stands for it."""
        name = plain_name(self._rng, Sex.MALE)
        degree = self._rng.choice(Field.LEADERSHIP.value.degrees)
        return EmployeeSeed(
            key=MAYOR_KEY,
            nip=None,
            name=with_titles(self._rng, name, Sex.MALE, _MAYOR_AGE, degree),
            employment=Employment.NON_ASN,
            position="Wali Kota Serang",
            position_kind=PositionKind.JPT,
            grade=None,
            unit_code=CITY_CODE,
            superior_key=None,
            appraiser_key=None,
            email=self._email(name),
        )

    def employee(self, place: _Place, appraiser_key: str) -> EmployeeSeed:
        """One ASN for one seat."""
        rng, post = self._rng, place.seat.post
        sex = Sex.FEMALE if rng.random() < post.field.value.female_share else Sex.MALE
        born = self._birth_date(post.level)
        employment, grade, nip = self._appointment(post.level, born, sex)
        name = plain_name(rng, sex)
        age = _LATEST_YEAR - born.year
        return EmployeeSeed(
            key=place.key,
            nip=nip,
            name=with_titles(rng, name, sex, age, rng.choice(post.field.value.degrees)),
            employment=employment,
            position=_position(post, place),
            position_kind=post.level.value.kind,
            grade=grade,
            unit_code=place.unit.code,
            superior_key=place.superior_key,
            appraiser_key=appraiser_key,
            email=self._email(name),
        )

    def _birth_date(self, level: Level) -> date:
        youngest, oldest = level.value.ages
        first = date(_LATEST_YEAR - oldest, 1, 1)
        last = date(_LATEST_YEAR - youngest, 12, 31)
        return first + timedelta(days=self._rng.randrange((last - first).days + 1))

    def _appointment(self, level: Level, born: date, sex: Sex) -> tuple[Employment, str, str]:
        rng, rules = self._rng, level.value
        if rules.pppk_grade is not None and rng.random() < _CONTRACT_SHARE:
            year = rng.randint(max(_FIRST_CONTRACT_YEAR, born.year + _YOUNGEST_AT_APPOINTMENT), _LATEST_YEAR)
            contract = 2 if rng.random() < _RENEWED_SHARE else 1
            return Employment.PPPK, rules.pppk_grade, self._nips.pppk(born, year, contract, sex)
        year = born.year + rng.randint(_YOUNGEST_AT_APPOINTMENT, _OLDEST_AT_APPOINTMENT)
        nip = self._nips.pns(born, min(year, _LATEST_YEAR), rng.randint(1, 12), sex)
        return Employment.PNS, rng.choice(rules.pns_grades), nip

    def _email(self, name: str) -> str:
        self._number += 1
        return f"{email_local_part(name, self._number)}@{EMAIL_DOMAIN}"


def _position(post: Post, place: _Place) -> str:
    unit = place.unit.name
    return post.title.format(unit=unit, place=unit.partition(" ")[2], n=place.seat.number)
