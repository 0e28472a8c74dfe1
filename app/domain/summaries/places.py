"""The places where participants are counted: units, their own members, and in them the teams of one leader."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.domain.summaries.figures import Home


@dataclass(frozen=True, slots=True)
class Office:
    """A unit of the organisation."""

    id: UUID
    code: str
    name: str
    parent_id: UUID | None


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the tree by its number; whatever is below it has a higher one.

    A unit with all below it (``unit`` is ``None`` for several tops together), or with ``own`` its members alone, or a
    ``team`` among those, which is no row of a summary.
    """

    unit: Office | None
    parent: int | None
    own: bool = False
    team: bool = False


@dataclass(frozen=True, slots=True)
class Tree:
    """All places of a cycle, and the one where the people of each home stand."""

    places: tuple[Place, ...]
    leaves: Mapping[Home, int]


def plant(offices: Mapping[UUID, Office], homes: Collection[Home]) -> Tree:
    """The units with participants and all above them, from the city's top down; ``offices`` are all units."""
    return _Planter(offices, homes).plant()


class _Planter:
    def __init__(self, offices: Mapping[UUID, Office], homes: Collection[Home]) -> None:
        self._offices = offices
        self._homes: dict[UUID, list[Home]] = defaultdict(list)
        for home in sorted(set(homes), key=str):
            self._homes[home.unit_id].append(home)
        self._below: dict[UUID | None, list[UUID]] = defaultdict(list)
        needed = {unit_id for home_unit in self._homes for unit_id in self._upwards(home_unit)}
        for office in sorted(offices.values(), key=lambda one: (one.code, one.id)):
            if office.id in needed:
                self._below[office.parent_id].append(office.id)
        self._places: list[Place] = []
        self._leaves: dict[Home, int] = {}

    def _upwards(self, unit_id: UUID | None) -> Iterator[UUID]:
        while unit_id is not None:
            yield unit_id
            unit_id = self._offices[unit_id].parent_id

    def plant(self) -> Tree:
        tops = [one for one in self._offices.values() if one.parent_id is None]
        waiting: list[tuple[UUID | None, int | None]] = [(tops[0].id if len(tops) == 1 else None, None)]
        while waiting:
            unit_id, parent = waiting.pop()
            place = self._add(Place(None if unit_id is None else self._offices[unit_id], parent))
            below = self._below[unit_id]
            if unit_id is not None and self._homes[unit_id]:
                own = self._add(Place(self._offices[unit_id], place, own=True)) if below else place
                self._settle(self._homes[unit_id], own)
            waiting += [(one, place) for one in reversed(below)]
        return Tree(tuple(self._places), self._leaves)

    def _add(self, place: Place) -> int:
        self._places.append(place)
        return len(self._places) - 1

    def _settle(self, homes: Sequence[Home], place: int) -> None:
        """Teams by appraiser and in them by superior, where a unit has several."""
        by_appraiser: dict[UUID | None, list[Home]] = defaultdict(list)
        for home in homes:
            by_appraiser[home.appraiser_id].append(home)
        for team in by_appraiser.values():
            base = self._team(place) if len(by_appraiser) > 1 else place
            for home in team:
                self._leaves[home] = self._team(base) if len(team) > 1 else base

    def _team(self, parent: int) -> int:
        return self._add(Place(self._places[parent].unit, parent, team=True))
