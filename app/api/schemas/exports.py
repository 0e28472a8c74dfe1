"""The rows of files: results, criteria, and the yearly record as e-Kinerja (SIASN) names its fields."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, TypeVar

import orjson

from app.api.languages import Language
from app.api.results_json import result_json
from app.api.spreadsheets.writing import Cell
from app.api.texts import exports as texts
from app.api.texts import say
from app.api.texts.results import EXPECTATIONS, WORDS, predicate_label
from app.api.texts.types import Sentence
from app.domain.actions.exports import Exported, Shape
from app.domain.cycles import Cycle
from app.domain.local_time import local_day
from app.domain.ports.exports import ExportRow, Officer
from app.domain.values import Dimension, Employment, Expectation, Predicate, RaterType

K = TypeVar("K")

_PERSON: Final = ("nip", "name", "position", "unit")
_RESULTS: Final = (
    *(*_PERSON, "position_kind", "status", "version", "completeness", "overall"),
    *(f"{dimension}{part}" for dimension in Dimension for part in ("", "_expectation", "_decided")),
    *map(str, RaterType),
    *("performance_value", "recommended", "decided", "strengths", "improvements", "published_on"),
)
_CRITERIA: Final = (*_PERSON, "criterion", "value", "others", *map(str, RaterType), "gap", "flag")
#: Names of what SIASN's ``skp22/save`` takes; the codes are those that its public clients send (docs/decisions.md 19).
_EKINERJA: Final = (
    *("tahun", "nip", "nama", "jabatan", "golongan", "unor"),
    *("hasilKinerja", "hasilKinerjaNilai", "perilakuKerja", "perilakuKerjaNilai"),
    *("kuadranKinerja", "kuadranKinerjaNilai"),
    *("penilaiNipNrp", "penilaiNama", "penilaiJabatan", "penilaiGolongan", "penilaiUnorNama", "statusPenilai"),
)
KEYS: Final[Mapping[Shape, Sequence[str]]] = {
    Shape.RESULTS: _RESULTS,
    Shape.CRITERIA: _CRITERIA,
    Shape.EKINERJA: _EKINERJA,
}
EXPECTATION_CODES: Final = {Expectation.ABOVE: 1, Expectation.MEETS: 2, Expectation.BELOW: 3}
QUADRANT_CODES: Final = {
    Predicate.VERY_GOOD: 1,
    Predicate.GOOD: 2,
    Predicate.NEEDS_IMPROVEMENT: 3,
    Predicate.POOR: 4,
    Predicate.VERY_POOR: 5,
}


@dataclass(frozen=True, slots=True)
class Wording:
    """Words in the reader's language, or the ``identifiers`` of the contract for machines."""

    language: Language
    identifiers: bool = False

    def titles(self, shape: Shape) -> list[str]:
        """The names of the columns; those of the yearly record are fixed."""
        if shape is Shape.EKINERJA:
            return list(_EKINERJA)
        return [say(texts.COLUMNS.get(key) or WORDS[key], self.language, {}) for key in KEYS[shape]]

    def of(self, words: Mapping[K, Sentence], key: K | None) -> str | None:
        """The word for a member of an enumeration."""
        if key is None or self.identifiers:
            return None if key is None else str(key)
        return say(words[key], self.language, {})

    def predicate(self, row: ExportRow, predicate: Predicate | None) -> str | None:
        """The label of a predicate under the result's scheme."""
        return None if predicate is None else say(predicate_label(row.version.scheme, predicate), self.language, {})


def rows_of(shape: Shape, cycle: Cycle, one: Exported, wording: Wording) -> Iterator[Sequence[Cell]]:
    """The rows of one participant under ``KEYS[shape]``."""
    if shape is Shape.RESULTS:
        yield list(_result(one, wording))
    elif shape is Shape.CRITERIA:
        yield from _criteria(one, wording)
    else:
        yield _yearly_record(cycle, one.row)


def line_of(one: Exported, language: Language) -> bytes:
    """A whole result as one line: the same object as getResult's."""
    return result_json(one.shown, language) + b"\n"


def _person(row: ExportRow) -> list[Cell]:
    return [row.nip, row.ratee.name, row.ratee.position, row.ratee.unit_name]


def _result(one: Exported, wording: Wording) -> Iterator[Cell]:
    row, version, figures = one.row, one.row.version, orjson.loads(one.shown.figures)
    yield from _person(row)
    yield wording.of(texts.POSITION_KINDS, row.ratee.position_kind)
    yield wording.of(texts.STATUSES, version.status)
    yield version.version
    yield wording.of(texts.COMPLETENESS, version.completeness)
    yield version.overall
    values = {part["dimension"]: part["value"] for part in figures["dimensions"]}
    decided = version.decision.expectations if version.decision else {}
    for dimension in Dimension:
        yield _figure(values.get(dimension))
        yield wording.of(EXPECTATIONS, version.expectations.get(dimension))
        yield wording.of(EXPECTATIONS, decided.get(dimension))
    yield from _by_rater_type(figures)
    yield version.value
    yield wording.predicate(row, version.recommended)
    yield wording.predicate(row, version.decided)
    yield ", ".join(figures["strengths"])
    yield ", ".join(figures["improvements"])
    yield _day(version.published_at)


def _criteria(one: Exported, wording: Wording) -> Iterator[list[Cell]]:
    for criterion in orjson.loads(one.shown.figures)["criteria"]:
        yield [
            *_person(one.row),
            criterion["code"],
            _figure(criterion["value"]),
            _figure(criterion["others"]),
            *_by_rater_type(criterion),
            _figure(criterion["gap"]),
            wording.of(texts.FLAGS, criterion["flag"]),
        ]


def _by_rater_type(figures: Mapping[str, Any]) -> list[Cell]:
    return [_figure(figures["by_rater_type"][kind]["value"]) for kind in RaterType]


def _figure(value: float | None) -> float | None:
    """A figure keeps its two decimals when it happens to be whole."""
    return None if value is None else float(value)


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else local_day(moment)


def _yearly_record(cycle: Cycle, row: ExportRow) -> list[Cell]:
    expectations = row.version.decision.expectations if row.version.decision else {}
    result, behaviour = (expectations.get(dimension) for dimension in (Dimension.WORK_RESULT, Dimension.WORK_BEHAVIOUR))
    quadrant, indonesian = row.version.decided, Wording("id")
    return [
        cycle.period_end.year,
        row.nip,
        row.ratee.name,
        row.ratee.position,
        row.grade,
        row.ratee.unit_name,
        indonesian.of(EXPECTATIONS, result),
        None if result is None else EXPECTATION_CODES[result],
        indonesian.of(EXPECTATIONS, behaviour),
        None if behaviour is None else EXPECTATION_CODES[behaviour],
        indonesian.predicate(row, quadrant),
        None if quadrant is None else QUADRANT_CODES.get(quadrant),
        *_appraiser(row.appraiser),
    ]


def _appraiser(officer: Officer | None) -> list[Cell]:
    if officer is None:
        return [None] * 6
    status = "NON ASN" if officer.employment is Employment.NON_ASN else "ASN"
    return [
        officer.nip,
        officer.name,
        officer.position,
        grade_code(officer.grade, officer.employment),
        officer.unit_name,
        status,
    ]


def grade_code(grade: str | None, employment: Employment) -> str | None:
    """SIASN's code of a golongan ruang, 11 (I/a) to 45 (IV/e); those of PPPK are not known to us."""
    if grade is None or employment is not Employment.PNS:
        return None
    group, _, room = grade.partition("/")
    return f"{('I', 'II', 'III', 'IV').index(group) + 1}{'abcde'.index(room) + 1}"
