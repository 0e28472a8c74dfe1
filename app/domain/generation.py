"""Drawing raters: superior, self, subordinates and peers from the hierarchy, the same for the same seed and input.

Peers are drawn load-balanced: in each round every ratee gets one more rater, always one of those with the fewest ratees
so far; a last step moves ratees from the busiest raters to the idlest as long as anybody is two or more ahead.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from statistics import median_low
from typing import Final, NamedTuple
from uuid import UUID

from app.domain.assignments import SPARE_RATERS, Ratee, Rater, above
from app.domain.values import RaterType

MAX_SHORTFALLS: Final = 1_000
#: How far the last step of balancing looks for a chain of exchanges before it accepts a difference of two.
_LONGEST_SEARCH: Final = 64


class PeerScope(StrEnum):
    """Whose colleagues are peers: those of the same unit, or those under the same superior."""

    UNIT = "unit"
    SUPERIOR = "superior"


@dataclass(frozen=True, slots=True)
class PeerRule:
    """``count`` peers per ratee, nobody rating more than ``max_per_rater`` as a peer in this cycle."""

    count: int
    scope: PeerScope
    max_per_rater: int


@dataclass(frozen=True, slots=True)
class Rules:
    """What to assign. ``subordinates`` is the most per ratee; ``None`` leaves a type out."""

    superior: bool
    own: bool
    subordinates: int | None
    peers: PeerRule | None

    def types(self) -> frozenset[RaterType]:
        """The rater types that these rules are about."""
        wanted = {
            RaterType.SUPERIOR: self.superior,
            RaterType.SELF: self.own,
            RaterType.SUBORDINATE: self.subordinates is not None,
            RaterType.PEER: self.peers is not None,
        }
        return frozenset(rater_type for rater_type, on in wanted.items() if on)


class Pair(NamedTuple):
    """Who rates whom, as what."""

    participant_id: UUID
    rater_type: RaterType
    rater_id: UUID


class Shortfall(NamedTuple):
    """A group that stays smaller than wanted because the unit allows no more."""

    participant_id: UUID
    rater_type: RaterType
    wanted: int
    assigned: int


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known before the draw: ratees, employees in service, every assignment of the cycle that is not voided.

    ``minimums`` are those of the policy; ``sealed`` groups stay as they are.
    """

    ratees: Sequence[Ratee]
    staff: Sequence[Rater]
    held: Iterable[Pair]
    minimums: Mapping[RaterType, int]
    sealed: Collection[tuple[UUID, RaterType]] = frozenset()


@dataclass(frozen=True, slots=True)
class Loads:
    """How many ratees each possible peer has: ``histogram`` pairs a number of ratees with a number of raters."""

    least: int
    median: int
    most: int
    histogram: tuple[tuple[int, int], ...]


@dataclass(slots=True)
class Drawing:
    """What the draw brought: new pairs, how many of these types were there before, loads, groups left too small."""

    created: list[Pair] = field(default_factory=list)
    existing: int = 0
    loads: Loads = Loads(0, 0, 0, ())
    shortfalls: list[Shortfall] = field(default_factory=list)


def draw(seed: int, rules: Rules, situation: Situation) -> Drawing:
    """All missing assignments of ``rules``. Existing ones are kept and counted, so a second draw adds nothing."""
    board = _Board(seed, rules, situation)
    if rules.superior:
        board.assign_single(RaterType.SUPERIOR)
    if rules.own:
        board.assign_single(RaterType.SELF)
    if rules.subordinates is not None:
        board.draw_subordinates(rules.subordinates)
    if rules.peers is not None:
        board.draw_peers(rules.peers)
    return board.drawing


def draw_one(seed: int, loads: Mapping[UUID, int]) -> UUID | None:
    """One of the raters with the lightest load; ``None`` when there is nobody."""
    if not loads:
        return None
    lightest = min(loads.values())
    idle = sorted(rater for rater, load in loads.items() if load == lightest)
    return random.Random(seed).choice(idle)  # noqa: S311 - a draw that an auditor can repeat from its seed


class _Board:
    """The draw at work. People and ratees are numbers here: sets of numbers are far quicker than sets of UUIDs."""

    def __init__(self, seed: int, rules: Rules, situation: Situation) -> None:
        self.rng = random.Random(seed)  # noqa: S311 - a draw that an auditor can repeat from its seed
        self.drawing = Drawing()
        self.minimums = situation.minimums
        self.sealed = situation.sealed
        self.ratees = sorted(situation.ratees, key=lambda ratee: ratee.participant_id.bytes)
        self.staff = sorted(situation.staff, key=lambda rater: rater.id.bytes)
        self.number = {rater.id: n for n, rater in enumerate(self.staff)}
        self.superior = [self._number(rater.superior_id) for rater in self.staff]
        self.over = [frozenset(self._line(person)) for person in range(len(self.staff))]
        self.blocked: list[set[int]] = [set() for _ in self.ratees]
        self.count: Counter[tuple[int, RaterType]] = Counter()
        self.load = [0] * len(self.staff)
        self._place(rules.types(), situation.held)

    def _number(self, employee_id: UUID | None) -> int:
        """The employee's number; -1 for nobody and for who is not in service."""
        return -1 if employee_id is None else self.number.get(employee_id, -1)

    def _line(self, person: int) -> list[int]:
        """Everybody in service above this person, nearest first."""
        line: list[int] = []
        while (person := self.superior[person]) >= 0 and person not in line:
            line.append(person)
        return line

    def _place(self, types: frozenset[RaterType], held: Iterable[Pair]) -> None:
        """Put what exists already on the board."""
        row = {ratee.participant_id: r for r, ratee in enumerate(self.ratees)}
        for participant_id, rater_type, rater_id in held:
            person = self._number(rater_id)
            if rater_type is RaterType.PEER and person >= 0:
                self.load[person] += 1
            r = row.get(participant_id)
            if r is not None:
                self.blocked[r].add(person)
                self.count[r, rater_type] += 1
                self.drawing.existing += rater_type in types

    def _open_rows(self, rater_type: RaterType) -> list[int]:
        """The ratees of whom this type is asked anything and whose group may still grow."""
        return [
            r
            for r, ratee in enumerate(self.ratees)
            if rater_type in ratee.asked and (ratee.participant_id, rater_type) not in self.sealed
        ]

    def _assign(self, r: int, rater_type: RaterType, person: int) -> None:
        self.blocked[r].add(person)
        self.count[r, rater_type] += 1
        self.drawing.created.append(Pair(self.ratees[r].participant_id, rater_type, self.staff[person].id))

    def _report(self, r: int, rater_type: RaterType, wanted: int) -> None:
        assigned = self.count[r, rater_type]
        if assigned < wanted:
            shortfall = Shortfall(self.ratees[r].participant_id, rater_type, wanted, assigned)
            self.drawing.shortfalls.append(shortfall)

    def assign_single(self, rater_type: RaterType) -> None:
        """The one superior, or the ratee himself."""
        for r in self._open_rows(rater_type):
            ratee = self.ratees[r]
            person = self._number(ratee.superior_id if rater_type is RaterType.SUPERIOR else ratee.employee_id)
            if person >= 0 and person not in self.blocked[r] and not self.count[r, rater_type]:
                self._assign(r, rater_type, person)
            self._report(r, rater_type, 1)

    def draw_subordinates(self, most: int) -> None:
        """Up to ``most`` of the direct reports, at least the minimum and two where there are so many."""
        floor = self.minimums[RaterType.SUBORDINATE] + SPARE_RATERS
        reports = defaultdict(list)
        for person, superior in enumerate(self.superior):
            reports[superior].append(person)
        for r in self._open_rows(RaterType.SUBORDINATE):
            chief = self._number(self.ratees[r].employee_id)
            below = reports[chief] if chief >= 0 else []
            free = [person for person in below if person not in self.blocked[r] and not self._is_above(r, person)]
            missing = max(most, floor) - self.count[r, RaterType.SUBORDINATE]
            for person in self.rng.sample(free, min(len(free), max(missing, 0))):
                self._assign(r, RaterType.SUBORDINATE, person)
            if below:
                self._report(r, RaterType.SUBORDINATE, floor)

    def _is_above(self, r: int, person: int) -> bool:
        return self.staff[person].id in above(self.ratees[r])

    def draw_peers(self, rule: PeerRule) -> None:
        """Pool by pool; a person stands in one pool only."""
        wanted = max(rule.count, self.minimums[RaterType.PEER] + SPARE_RATERS)
        by_unit = rule.scope is PeerScope.UNIT
        members, rows = defaultdict(list), defaultdict(list)
        for person, rater in enumerate(self.staff):
            members[rater.unit_id if by_unit else rater.superior_id].append(person)
        for r in self._open_rows(RaterType.PEER):
            ratee = self.ratees[r]
            rows[ratee.unit_id if by_unit else ratee.superior_id].append(r)
        possible: set[int] = set()
        for key in sorted(rows, key=str):
            pool = _Pool(self, [] if key is None else members[key], rule.max_per_rater)
            pool.fill(rows[key], wanted)
            pool.balance()
            possible.update(pool.usable)
            for r, drawn in pool.drawn.items():
                for person in drawn:
                    self._assign(r, RaterType.PEER, person)
                self._report(r, RaterType.PEER, wanted)
        self.drawing.loads = _loads([self.load[person] for person in possible])

    def not_peers(self, r: int) -> set[int]:
        """Everybody who can be no peer of this ratee, but for those who work under him."""
        ratee = self.ratees[r]
        superior = self._number(ratee.superior_id)
        line = self.over[superior] if superior >= 0 else ()
        return {*self.blocked[r], self._number(ratee.employee_id), *map(self._number, above(ratee)), *line}


class _Pool:
    """The possible peers of one unit or of one superior, in levels by how many ratees they have."""

    def __init__(self, board: _Board, members: Sequence[int], cap: int) -> None:
        self.board = board
        self.members = members
        self.cap = cap
        self.levels: defaultdict[int, list[int]] = defaultdict(list)
        for person in members:
            self.levels[board.load[person]].append(person)
        self.lowest = min(self.levels, default=cap)
        self.barred: dict[int, set[int]] = {}
        self.chief: dict[int, int] = {}
        self.drawn: dict[int, list[int]] = {}
        self.usable: set[int] = set()
        self.at: Counter[int] = Counter()

    def fill(self, rows: Sequence[int], wanted: int) -> None:
        """In rounds, so that a scarcity is shared; who cannot be served once cannot be served later."""
        board = self.board
        for r in rows:
            self.barred[r] = board.not_peers(r)
            self.chief[r] = board.number.get(board.ratees[r].employee_id, -2)
            self.drawn[r] = []
        missing = {r: wanted - board.count[r, RaterType.PEER] for r in rows}
        hungry = [r for r in rows if missing[r] > 0]
        while hungry:
            board.rng.shuffle(hungry)
            hungry = [r for r in hungry if self._serve(r) and len(self.drawn[r]) < missing[r]]

    def _serve(self, r: int) -> bool:
        """One more peer for the ratee, drawn from the lowest level that has one."""
        barred, chief, over, random_ = self.barred[r], self.chief[r], self.board.over, self.board.rng.random
        while self.lowest < self.cap and not self.levels[self.lowest]:
            self.lowest += 1
        for load in range(self.lowest, self.cap):
            level, aside, found = self.levels[load], [], -1
            while level and found < 0:
                chosen = int(random_() * len(level))
                level[chosen], level[-1] = level[-1], level[chosen]
                person = level.pop()
                if person in barred or chief in over[person]:
                    aside.append(person)
                else:
                    found = person
            level.extend(aside)
            if found >= 0:
                self._take(r, found)
                return True
        return False

    def _take(self, r: int, person: int) -> None:
        self.barred[r].add(person)
        self.drawn[r].append(person)
        self.board.load[person] += 1
        self.levels[self.board.load[person]].append(person)

    def balance(self) -> None:
        """Move ratees from the busiest to the idlest until nobody who could help is two behind."""
        load = self.board.load
        holding = {person for drawn in self.drawn.values() for person in drawn}
        self.usable = {p for p in self.members if p in holding or next(self._rows_for(p), None) is not None}
        self.at = Counter(load[person] for person in self.usable)
        most = max((load[person] for person in holding), default=0)
        for person in sorted(self.usable, key=lambda member: (load[member], member)):
            while load[person] + 2 <= most and self._relieve(person):
                while not self.at[most]:
                    most -= 1

    def _rows_for(self, person: int) -> Iterator[int]:
        """The ratees whom this person could rate and does not."""
        over = self.board.over[person]
        return (r for r, barred in self.barred.items() if person not in barred and self.chief[r] not in over)

    def _relieve(self, idle: int) -> bool:
        """Give ``idle`` a ratee of somebody at least two ahead, if need be through a chain of exchanges."""
        load, came_from = self.board.load, {idle: (-1, -1)}
        queue = [idle]
        for taker in islice(queue, _LONGEST_SEARCH):  # the queue grows while it is read
            steps = ((giver, r) for r in self._rows_for(taker) for giver in self.drawn[r] if giver not in came_from)
            for giver, r in steps:
                came_from[giver] = (r, taker)
                if load[giver] >= load[idle] + 2:
                    self._exchange(giver, came_from)
                    self._shift(giver, -1)
                    self._shift(idle, +1)
                    return True
                queue.append(giver)
        return False

    def _shift(self, person: int, by: int) -> None:
        self.at[self.board.load[person]] -= 1
        self.board.load[person] += by
        self.at[self.board.load[person]] += 1

    def _exchange(self, giver: int, came_from: Mapping[int, tuple[int, int]]) -> None:
        while came_from[giver] != (-1, -1):
            r, taker = came_from[giver]
            self.drawn[r][self.drawn[r].index(giver)] = taker
            self.barred[r].remove(giver)
            self.barred[r].add(taker)
            giver = taker


def _loads(loads: Sequence[int]) -> Loads:
    if not loads:
        return Loads(0, 0, 0, ())
    return Loads(min(loads), median_low(loads), max(loads), tuple(sorted(Counter(loads).items())))
