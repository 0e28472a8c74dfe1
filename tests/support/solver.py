"""What can be worked out from a summary by somebody who knows which participant stands where: exact linear algebra."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, combinations
from typing import Final, TypeVar
from uuid import UUID

from app.domain.summaries import ABSENT, LEAST, PREDICATES, Basis, Column, Kind, Office, Summary

T = TypeVar("T")
_KEYS: Final = [None if value is None else value.value for value in PREDICATES]
_GROUPS: Final = {Kind.RECOMMENDED: "recommended", Kind.DECIDED: "decided"}


class Span:
    """All that sums and differences of the vectors seen so far can make."""

    def __init__(self) -> None:
        self._rows: dict[int, dict[int, Fraction]] = {}

    def add(self, vector: Iterable[int]) -> None:
        rest = self._rest(vector)
        if rest:
            pivot = min(rest)
            self._rows[pivot] = {place: value / rest[pivot] for place, value in rest.items()}

    def holds(self, vector: Iterable[int]) -> bool:
        return not self._rest(vector)

    def _rest(self, vector: Iterable[int]) -> dict[int, Fraction]:
        rest = {place: Fraction(1) for place in vector}
        done: set[int] = set()
        while pending := (rest.keys() & self._rows.keys()) - done:
            pivot = min(pending)
            factor = rest[pivot]
            for place, value in self._rows[pivot].items():
                left = rest.get(place, Fraction(0)) - factor * value
                if left:
                    rest[place] = left
                else:
                    rest.pop(place, None)
            done = {place for place in done if place > pivot} | {pivot}
        return rest


@dataclass(frozen=True, slots=True)
class Attack:
    """One summary against the participants it was made of; those of one unit who are alike are one unknown."""

    basis: Basis
    offices: Mapping[UUID, Office]
    summary: Summary

    def findings(self) -> list[str]:
        """Withheld cells that can be worked out, and figures of fewer than five participants."""
        return [*self._known_figures(), *self._known_numbers(), *self._isolated()]

    def _has(self) -> list[list[bool]]:
        return [(self.basis.values[:, c] != ABSENT).tolist() for c in range(len(self.basis.columns))]

    def _predicates(self) -> dict[Kind, list[int]]:
        found = {kind: getattr(self.basis, name) for kind, name in _GROUPS.items()}
        return {kind: groups.tolist() for kind, groups in found.items() if groups is not None}

    def _members(self, column: Column) -> Callable[[int], bool]:
        if column.kind in _GROUPS:
            wanted = _KEYS.index(column.key)
            groups = self._predicates().get(column.kind, [])
            return lambda participant: bool(groups) and groups[participant] == wanted
        has = self._has()[self.basis.columns.index(column)]
        return lambda participant: has[participant]

    def _below(self, unit_id: UUID | None) -> frozenset[UUID]:
        inside = set(self.offices) if unit_id is None else {unit_id}
        while more := {one.id for one in self.offices.values() if one.parent_id in inside} - inside:
            inside |= more
        return frozenset(inside)

    def _places(self) -> Iterator[tuple[int, frozenset[UUID]]]:
        for row in self.summary.rows:
            unit_id = None if row.unit is None else row.unit.id
            yield row.place, frozenset({unit_id}) if row.own and unit_id else self._below(unit_id)

    def _everybody(self, units: frozenset[UUID]) -> list[int]:
        return [participant for participant, unit_id in enumerate(self.basis.unit_ids) if unit_id in units]

    def _shown(self) -> Iterator[tuple[Column | None, list[int]]]:
        """The participants of each number that is shown; of all of a unit without a column."""
        for place, units in self._places():
            row, people = self.summary.rows[place], self._everybody(units)
            if row.participants is not None:
                assert row.participants == len(people)
                yield None, people
            for column, cell in zip(self.summary.columns, row.cells, strict=True):
                if cell.participants is not None:
                    group = list(filter(self._members(column), people))
                    assert cell.participants == len(group)
                    yield column, group

    def _withheld(self) -> Iterator[tuple[str, Column, list[int]]]:
        for place, units in self._places():
            row, people = self.summary.rows[place], self._everybody(units)
            for column, cell in zip(self.summary.columns, row.cells, strict=True):
                group = list(filter(self._members(column), people))
                if cell.participants is None and group:
                    yield f"row {place}: {len(group)} of {column.kind} {column.key}", column, group

    def _known_figures(self) -> Iterator[str]:
        """Sums of one figure: its shown sums alone say something of it, even to whoever knows who has the figure."""
        for wanted in self.basis.columns:
            span = Span()
            for column, group in self._shown():
                if column == wanted:
                    span.add({self._unit(one) for one in group})
            for text, column, group in self._withheld():
                if column == wanted and span.holds({self._unit(one) for one in group}):
                    yield f"figure, {text}"

    def _unit(self, participant: int) -> int:
        return int(self.basis.unit_ids[participant])

    def _known_numbers(self) -> Iterator[str]:
        """Numbers of participants: in each unit and group of a cut there may be anybody."""
        for kind, groups in self._predicates().items():
            span = Span()
            for place, units in self._places():
                if self.summary.rows[place].participants is not None:
                    span.add(self._anybody(units, range(len(PREDICATES))))
            cells = [
                (place, units, _KEYS.index(column.key), cell.participants is not None)
                for place, units in self._places()
                for column, cell in zip(self.summary.columns, self.summary.rows[place].cells, strict=True)
                if column.kind is kind
            ]
            for _, units, group, shown in cells:
                if shown:
                    span.add(self._anybody(units, [group]))
            yield from self._small_numbers(kind, span)
            for place, units, group, shown in cells:
                there = [one for one in self._everybody(units) if groups[one] == group]
                if there and not shown and span.holds(self._anybody(units, [group])):
                    yield f"number, row {place}: {len(there)} of {kind} {_KEYS[group]}"

    def _small_numbers(self, kind: Kind, span: Span) -> Iterator[str]:
        """Few participants with one predicate, or one of several, in some units together."""
        groups = self._predicates()[kind]
        for units in _parts(sorted(set(self.basis.unit_ids))):
            people = self._everybody(frozenset(units))
            for wanted in _parts(sorted(set(groups))):
                number = sum(groups[one] in wanted for one in people)
                if 0 < number < LEAST and span.holds(self._anybody(frozenset(units), wanted)):
                    yield f"{number} participants by {kind} {wanted}"

    def _anybody(self, units: frozenset[UUID], groups: Iterable[int]) -> set[int]:
        wanted = list(groups)
        manned = set(self.basis.unit_ids)
        return {int(unit) * len(PREDICATES) + group for unit in units if unit in manned for group in wanted}

    def _isolated(self) -> Iterator[str]:
        """Small groups by a figure and the one it is part of, for whoever knows who has which."""
        for column in self.basis.columns:
            yield from self._isolated_in((column, self.basis.columns[column.part_of]))

    def _isolated_in(self, family: tuple[Column, ...]) -> Iterator[str]:
        tests = [self._members(column) for column in family]
        classes = [tuple(test(one) for test in tests) for one in range(len(self.basis.unit_ids))]
        numbers: dict[tuple[UUID, tuple[bool, ...]], int] = {}
        unknowns = [numbers.setdefault(key, len(numbers)) for key in zip(self.basis.unit_ids, classes, strict=True)]
        span = Span()
        for column, group in self._shown():
            if column in family or (column is None and self.basis.columns[0] in family):
                span.add({unknowns[one] for one in group})
        for circle in _parts(sorted(set(self.basis.unit_ids))):
            people = self._everybody(frozenset(circle))
            groups = [[one for one in people if classes[one] == kind] for kind in set(classes)]
            groups += [[one for one in people if test(one) is wanted] for test in tests for wanted in (True, False)]
            for group in groups:
                if 0 < len(group) < LEAST and span.holds({unknowns[one] for one in group}):
                    yield f"{len(group)} participants by {family[0].kind} {family[0].key}"


def _parts(things: Sequence[T]) -> Iterator[tuple[T, ...]]:
    """Every choice of at least one."""
    return chain.from_iterable(combinations(things, size) for size in range(1, len(things) + 1))
