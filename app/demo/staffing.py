"""How many people each unit gets, for any size of the demo city.

Small cities must stay believable: heads come before staff, one health centre is
complete before the others begin, and the two-person posts appear early, because
they show what anonymity costs.
"""

from collections.abc import Callable, Sequence
from typing import Final

from app.demo.structure import UnitSeed
from app.domain.values import UnitKind

MIN_EMPLOYEES: Final = 20
#: The health centre that is complete at every size, with service recipients.
SHOWCASE_UNIT: Final = "PKM-SINGANDARU"

#: Twenty people that make sense alone: one chain of command, one health centre.
_CORE: Final = {
    "SETDA": 1,
    "DINKES": 2,
    SHOWCASE_UNIT: 8,
    "BKPSDM": 3,
    "KEC-3673040": 2,
    "KEL-3673040-CIPARE": 2,
    "SETDA.ORG": 2,
}

_OFFICE_KINDS: Final = frozenset(
    {UnitKind.INSPECTORATE, UnitKind.DEPARTMENT, UnitKind.BOARD, UnitKind.DISTRICT, UnitKind.HOSPITAL}
)


def _is_office(unit: UnitSeed) -> bool:
    return unit.kind in _OFFICE_KINDS or unit.code == "SETWAN"


def _is_section(unit: UnitSeed) -> bool:
    return unit.parent_code == "SETDA"


def _is_auxiliary_post(unit: UnitSeed) -> bool:
    return unit.code.startswith("PUSTU-")


def _is_health_centre(unit: UnitSeed) -> bool:
    return unit.kind is UnitKind.HEALTH_CENTRE and not _is_auxiliary_post(unit)


def _is_village_or_school(unit: UnitSeed) -> bool:
    return unit.kind in {UnitKind.VILLAGE, UnitKind.SCHOOL}


#: After the core: which units are brought to how many people, in this order.
_STAGES: Final[tuple[tuple[Callable[[UnitSeed], bool], int], ...]] = (
    (_is_office, 1),
    (_is_health_centre, 1),
    (_is_section, 1),
    (_is_auxiliary_post, 2),
    (lambda unit: unit.code == "SETDA", 7),
    (lambda unit: unit.code == SHOWCASE_UNIT, 14),
    (_is_health_centre, 6),
    (_is_office, 4),
    (_is_village_or_school, 1),
)

#: People of a full city of about 9,000, by unit or else by kind of unit.
_WEIGHTS: Final = {
    "SERANG": 0,
    "SETDA": 0,
    "RSUD": 900,
    "DLH": 800,
    "SATPOLPP": 600,
    "DINDIKBUD": 400,
    "DPUPR": 400,
    "DISHUB": 350,
    "DAMKAR": 300,
    "DINKES": 200,
    "SETDA.UMUM": 120,
}
_KIND_WEIGHTS: Final = {
    UnitKind.SECRETARIAT: 25,
    UnitKind.INSPECTORATE: 80,
    UnitKind.DEPARTMENT: 120,
    UnitKind.BOARD: 110,
    UnitKind.DISTRICT: 40,
    UnitKind.VILLAGE: 16,
    UnitKind.HEALTH_CENTRE: 85,
    UnitKind.SCHOOL: 40,
}


def allocate(units: Sequence[UnitSeed], employees: int) -> dict[str, int]:
    """People per unit code; the sum is exactly ``employees``.

    Raises ``ValueError`` below ``MIN_EMPLOYEES``.
    """
    if employees < MIN_EMPLOYEES:
        message = f"a demo city needs at least {MIN_EMPLOYEES} employees"
        raise ValueError(message)
    counts = {unit.code: _CORE.get(unit.code, 0) for unit in units}
    left = employees - sum(counts.values())
    for belongs, target in _STAGES:
        for unit in filter(belongs, units):
            added = min(left, max(0, target - counts[unit.code]))
            counts[unit.code] += added
            left -= added
    for code, added in _proportional(units, left).items():
        counts[code] += added
    return counts


def _proportional(units: Sequence[UnitSeed], people: int) -> dict[str, int]:
    """``people`` shared out by weight: whole parts, then the largest remainders in unit order."""
    weights = {unit.code: _weight(unit) for unit in units}
    total = sum(weights.values())
    shares = {code: people * weight // total for code, weight in weights.items()}
    by_remainder = sorted(weights, key=lambda code: -(people * weights[code] % total))
    for code in by_remainder[: people - sum(shares.values())]:
        shares[code] += 1
    return shares


def _weight(unit: UnitSeed) -> int:
    if _is_auxiliary_post(unit):
        return 0
    return _WEIGHTS.get(unit.code, _KIND_WEIGHTS.get(unit.kind, 0))
