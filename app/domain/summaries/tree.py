"""The tree of units, and which of its places may show how a cut divides their participants.

- A *cut* divides participants in two: those who have a figure and those who only have the one it is part of (overall,
  dimension and criterion are sums of each other, so that a criterion of 17 beside a dimension of 20 would tell three
  people's), or those with a rare predicate and those with the next more frequent one.
- The places that show a cut form a tree from the root down, and lie within those that show both parts together. So all
  that can be worked out are sums over *remainders*, a place without those below it that are shown. In each of them either
  part is empty or has at least `LEAST` participants, and nothing that is withheld there is alone. This holds also for
  whoever knows where everybody, or nobody, has the figure.

Own members of a unit with others below it are a place of their own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

import numpy as np

from app.domain.summaries.figures import Mask, Numbers

#: No fewer participants than these stand behind anything that is shown or can be worked out.
LEAST: Final = 5


class Withholding(StrEnum):
    """Why a cell is empty. It never tells which of the cells that are withheld together is the small one."""

    TOO_FEW = "too_few"
    COMPLEMENTARY = "complementary"


@dataclass(frozen=True, slots=True)
class Office:
    """A unit of the organisation."""

    id: UUID
    code: str
    name: str
    parent_id: UUID | None


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in the tree, found by its number; its children have higher ones."""

    unit: Office | None
    own: bool
    parent: int | None
    children: tuple[int, ...]


class Tree:
    """The units that have participants, with all above them up to the root."""

    def __init__(self, spots: Sequence[Spot], leaves: Sequence[int]) -> None:
        """``leaves`` has the place of each participant."""
        self.spots = spots
        self._leaves = np.array(leaves, dtype=np.int64)
        self.sizes = self.count(np.ones(len(leaves), dtype=np.int64)).tolist()

    @classmethod
    def over(cls, offices: Mapping[UUID, Office], unit_ids: Sequence[UUID], *, from_top: bool) -> "Tree":
        """The tree over the participants' units."""
        manned = set(unit_ids)
        below: dict[UUID | None, set[UUID]] = {None: set()}
        for unit_id in manned:
            current: UUID | None = unit_id
            while current is not None:
                above = offices[current].parent_id
                below.setdefault(above, set()).add(current)
                current = above
        root: UUID | None = None
        while len(below.get(root, ())) == 1 and root not in manned and (root is None or not from_top):
            (root,) = below[root]
        grower = _Grower(offices, below, manned)
        grower.grow(root, None)
        return cls(grower.spots(), [grower.leaves[unit_id] for unit_id in unit_ids])

    def count(self, of_participants: Numbers) -> Numbers:
        """The sum of a number of each participant, in every place."""
        numbers = np.zeros(len(self.spots), dtype=np.int64)
        np.add.at(numbers, self._leaves, of_participants)
        for place in range(len(self.spots) - 1, 0, -1):
            parent = self.spots[place].parent
            if parent is not None:
                numbers[parent] += numbers[place]
        return numbers

    def shown(self, low: Numbers, high: Numbers | None = None, within: Mask | None = None) -> Mask:
        """Where a cut into two parts with these numbers may be shown; only ``within`` places that show both together."""
        if high is None or within is None:
            high, within = np.zeros_like(low), np.ones(len(self.spots), dtype=np.bool_)
        cut = Cut(self.spots, np.stack([low, high], axis=1).tolist(), within.tolist())
        shown: list[bool] = []
        for place, spot in enumerate(self.spots):
            above = spot.parent
            shown.append(cut.fit[place] if above is None else shown[above] and place not in cut.withheld[above])
        return np.array(shown, dtype=np.bool_)

    def reasons(self, shown: Mask) -> list[Withholding | None]:
        """Whatever is below a place that is withheld has its reason."""
        reasons: list[Withholding | None] = []
        for place, spot in enumerate(self.spots):
            if shown[place]:
                reasons.append(None)
            elif spot.parent is None:
                reasons.append(Withholding.TOO_FEW)
            else:
                reasons.append(reasons[spot.parent] or Withholding.COMPLEMENTARY)
        return reasons


class Cut:
    """What each place would have to withhold below it if it is shown itself; worked out from the leaves up."""

    def __init__(self, spots: Sequence[Spot], numbers: Sequence[Sequence[int]], within: Sequence[bool]) -> None:
        self._spots = spots
        self._numbers = numbers
        self._within = within
        self._mixed = [(0, 0)] * len(spots)
        self.fit = [False] * len(spots)
        self.withheld: list[frozenset[int]] = [frozenset()] * len(spots)
        for place in range(len(spots) - 1, -1, -1):
            if within[place]:
                self._judge(place)

    def _judge(self, place: int) -> None:
        children = self._spots[place].children
        inner = [child for child in children if self._within[child]]
        rest = self._remainder(place, inner)
        own = rest if all(rest) else (0, 0)
        self._mixed[place] = _added([own, *(self._mixed[child] for child in inner)])
        withheld = [child for child in children if not self.fit[child]]
        others = sorted(
            (child for child in children if self.fit[child]), key=lambda one: (sum(self._numbers[one]), one)
        )
        while not self._protected(own, withheld):
            if not others:
                return
            withheld.append(others.pop(0))
        self.withheld[place] = frozenset(withheld)
        self.fit[place] = _enough(self._numbers[place])

    def _remainder(self, place: int, inner: Sequence[int]) -> tuple[int, int]:
        """What of both parts is in this place and in no place below it that shows them together."""
        low, high = self._numbers[place]
        less_low, less_high = _added([self._numbers[child] for child in inner])
        return low - less_low, high - less_high

    def _protected(self, own: tuple[int, int], withheld: Sequence[int]) -> bool:
        """Whether neither a child nor a part of one can be told from the remainder that these children leave.

        Where somebody else than the reader of figures knows that all or none belong to a part, only the mixed places
        remain to be told apart.
        """
        parts = zip(*(self._numbers[child] for child in withheld), strict=True)
        mixed = _added([own, *(self._mixed[child] for child in withheld)])
        return _enough(mixed) and all(map(_protects, parts))


def _added(numbers: Sequence[Sequence[int]]) -> tuple[int, int]:
    return sum(low for low, _ in numbers), sum(high for _, high in numbers)


def _enough(numbers: Sequence[int]) -> bool:
    return all(number == 0 or number >= LEAST for number in numbers)


def _protects(numbers: Sequence[int]) -> bool:
    """Whether these numbers may become known as their sum alone."""
    return not any(numbers) or (sum(numbers) >= LEAST and sum(map(bool, numbers)) > 1)


class _Grower:
    """Numbers the places, a unit before those below it, by code."""

    def __init__(
        self, offices: Mapping[UUID, Office], below: Mapping[UUID | None, set[UUID]], manned: set[UUID]
    ) -> None:
        self._offices = offices
        self._below = below
        self._manned = manned
        self._units: list[tuple[Office | None, bool, int | None]] = []
        self.leaves: dict[UUID, int] = {}

    def grow(self, unit_id: UUID | None, parent: int | None) -> None:
        """Add a unit and all below it."""
        office = None if unit_id is None else self._offices[unit_id]
        place = self._add(office, parent, own=False)
        below = sorted(self._below.get(unit_id, ()), key=lambda one: (self._offices[one].code, one))
        if unit_id in self._manned and unit_id is not None:
            self.leaves[unit_id] = self._add(office, place, own=True) if below else place
        for child in below:
            self.grow(child, place)

    def _add(self, office: Office | None, parent: int | None, *, own: bool) -> int:
        self._units.append((office, own, parent))
        return len(self._units) - 1

    def spots(self) -> list[Spot]:
        """All places."""
        children: list[list[int]] = [[] for _ in self._units]
        for place, (_, _, parent) in enumerate(self._units):
            if parent is not None:
                children[parent].append(place)
        return [
            Spot(office, own, parent, tuple(children[place])) for place, (office, own, parent) in enumerate(self._units)
        ]
