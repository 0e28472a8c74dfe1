"""Summaries: means of published figures, and nothing of fewer than five can be worked out (anonymity.md rule 10)."""

import math
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from itertools import chain, combinations
from typing import Final
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.domain.summaries import (
    ABSENT,
    COUNTED,
    LEAST,
    NOTHING,
    PREDICATES,
    Cell,
    Change,
    Circle,
    Column,
    Home,
    Kind,
    Office,
    Person,
    Row,
    Summary,
    all_columns,
    blocks,
    freeze,
    gather,
    renew,
    renewable,
    summarise,
)
from app.domain.summaries.summary import Heading
from app.domain.values import Predicate, RaterType, Scheme
from tests.support.appraisals import criterion, indicator, rubric
from tests.support.solver import small_combinations

HEADING: Final = Heading(UUID(int=1), Scheme.PERMENPANRB_6_2022, datetime(2026, 7, 1, tzinfo=UTC))
RUBRICS: Final = [
    replace(rubric(criterion(code, indicator(f"{code}1"))), id=UUID(int=number)) for number, code in enumerate("AB")
]
COLUMNS: Final = all_columns(RUBRICS)
GOOD, POOR, VERY_GOOD = Predicate.GOOD, Predicate.POOR, Predicate.VERY_GOOD
#: Overall, two dimensions, five rater types, the criterion.
FULL: Final = (7000, ABSENT, 7000, 7000, 8000, ABSENT, ABSENT, ABSENT, 6000)
NO_PEERS: Final = (*FULL[:4], ABSENT, *FULL[5:])
#: Rubric, figures, recommended and decided, team.
Member = tuple[int, tuple[int, ...], Predicate | None, Predicate | None, int]
#: The parent's place and the people of each unit; the first is the top.
Plan = Sequence[tuple[int, Sequence[Member]]]
Label = tuple[int, ...]
Matrix = NDArray[np.float64]


def people(
    number: int,
    figures: tuple[int, ...] = FULL,
    predicate: Predicate | None = GOOD,
    decided: Predicate | None = GOOD,
    *,
    rubric: int = 0,
    team: int = 0,
) -> list[Member]:
    return [(rubric, figures, predicate, decided, team)] * number


def unit_id(place: int) -> UUID:
    return UUID(int=100 + place)


class Town:
    """A frozen cycle, and what its readers are shown of it."""

    def __init__(self, plan: Plan) -> None:
        self.offices = {
            unit_id(place): Office(unit_id(place), f"U{place:02}", f"Unit {place}", unit_id(parent) if place else None)
            for place, (parent, _) in enumerate(plan)
        }
        everybody = [(unit_id(place), one) for place, (_, members) in enumerate(plan) for one in members]
        self.people = [
            Person(
                UUID(int=1000 + number), Home(unit, UUID(int=team)), RUBRICS[which].id, recommended, decided, figures
            )
            for number, (unit, (which, figures, recommended, decided, team)) in enumerate(everybody)
        ]
        self.basis = gather(RUBRICS, self.people, with_decided=True)
        self.frozen = freeze(self.basis, self.offices)
        self.places = self.frozen.record.places
        self.everybody = frozenset(range(len(self.people)))

    def read(self, mine: Collection[int] | None = None) -> Summary:
        """By whoever may read these (``None``: the whole city)."""
        readable = self.everybody if mine is None else mine
        leaves = self.frozen.leaves
        circle = Circle(
            {leaves[one] for one in readable}, {leaves[one] for one in self.everybody - set(readable)}, mine is None
        )
        return summarise(HEADING, COLUMNS, self.frozen.record, circle)

    def up(self, place: int | None) -> Iterator[int]:
        while place is not None:
            yield place
            place = self.places[place].parent

    def under(self, place: int) -> frozenset[int]:
        return frozenset(one for one in self.everybody if place in self.up(self.frozen.leaves[one]))

    def below(self, unit: UUID) -> frozenset[int]:
        place = next(number for number, one in enumerate(self.places) if one.unit and one.unit.id == unit)
        return self.under(place)

    def readers(self) -> Iterator[frozenset[int]]:
        """The city, every subtree, every team, and the city without one."""
        yield self.everybody
        yield from (self.under(place) for place in range(len(self.places)))
        for team in {one.home.appraiser_id for one in self.people}:
            yield frozenset(n for n, one in enumerate(self.people) if one.home.appraiser_id == team)
        yield from (self.everybody - {one} for one in sorted(self.everybody)[::3])


# ---------------------------------------------------------------- what attackers have


class Attack:
    """All tables of all readers together, and what can be made of them."""

    def __init__(self, town: Town) -> None:
        self.town = town
        frozen = town.frozen
        self.stands = [None if block is None else frozen.record.blocks[block] for block in frozen.blocks]
        self.kinds = town.basis.levels[0]
        self.pure = blocks.form_blocks(town.places, frozen.leaves, [self.kinds])
        self.groups = blocks.form_groups(town.places, self.pure, self.kinds, town.basis.labels)

    def open_places(self, readable: Collection[int]) -> list[int]:
        return [place for place in range(len(self.town.places)) if self.town.under(place) <= set(readable)]

    def counted(self, readable: Collection[int], row: Row) -> frozenset[int]:
        inside = {place for place in self.open_places(readable) if row.place in self.town.up(place)}
        return frozenset(one for one in self.town.everybody if self.stands[one] in inside)

    def figures(self) -> Iterator[tuple[Cell, int, frozenset[int]]]:
        """Cell, column, and who is in it."""
        for readable in self.town.readers():
            for row in self.town.read(readable).rows:
                counted = self.counted(readable, row)
                for column, cell in enumerate(row.cells[: len(self.town.basis.columns)]):
                    yield cell, column, frozenset(one for one in counted if self.block_has(one, column))

    def block_has(self, one: int, column: int) -> bool:
        """Whether all of his block have the figure."""
        of = self.town.frozen.blocks
        return all(
            self.town.basis.values[other, column] != ABSENT for other in self.town.everybody if of[other] == of[one]
        )

    def findings(self) -> list[str]:
        shown = {group for _, _, group in self.figures() if group}
        small = [f"figures of {len(group)}" for group in small_combinations(list(shown), LEAST)]
        return [*small, *self._numbers()]

    def _numbers(self) -> Iterator[str]:
        """Numbers that follow from numbers, for whoever knows who has which figures, but no predicate of anybody."""
        leaves, labels = self.town.frozen.leaves, self.town.basis.labels
        rows = sorted({(leaf, kind) for leaf, kind in zip(leaves, self.kinds, strict=True) if kind != ABSENT})
        columns = sorted(set(labels))
        truth = np.zeros((len(rows), len(columns)))
        for leaf, kind, label in zip(leaves, self.kinds, labels, strict=True):
            if kind != ABSENT:
                truth[rows.index((leaf, kind)), columns.index(label)] += 1
        known = [self._mark(truth, [row], columns, columns) for row in range(len(rows))]
        for group in self.groups:
            kind = self.kinds[group.members[0]]
            there = [row for row, (leaf, other) in enumerate(rows) if other == kind and self._came(leaf, kind, group)]
            known.append(self._mark(truth, there, [group.label], columns))
        if not known:
            return
        _, sizes, vectors = np.linalg.svd(np.array([one.ravel() for one in known]), full_matrices=False)
        span = vectors[sizes > 1e-9]
        for some in _parts(range(min(len(rows), 9))):
            for chosen in _parts(range(len(columns))):
                wanted = np.zeros_like(truth)
                wanted[np.ix_(some, chosen)] = 1
                number = int((wanted * truth).sum())
                vector = wanted.ravel()
                follows = np.linalg.norm(vector - span.T @ (span @ vector)) < 1e-9
                if follows and len(chosen) < len(columns) and 0 < number < LEAST:
                    yield f"{number} by predicate"

    def _mark(self, truth: Matrix, rows: Sequence[int], chosen: Sequence[Label], columns: Sequence[Label]) -> Matrix:
        marked = np.zeros_like(truth)
        marked[np.ix_(rows, [columns.index(label) for label in chosen])] = 1
        return marked

    def _came(self, leaf: int, kind: int, group: blocks.Group) -> bool:
        """Whether those of this leaf and kind who have the group's predicates are in it: not in one below, nor waiting above."""
        mine = [one for one in self.town.everybody if self.town.frozen.leaves[one] == leaf and self.kinds[one] == kind]
        block = self.pure.of[mine[0]]
        if block is None or group.place not in self.town.up(self.pure.places[block]):
            return False
        return self._gone(mine[0], group.place) == self._gone(group.members[0], group.place)

    def _gone(self, one: int, place: int) -> set[Label]:
        """The predicates that his block lost below a place."""
        block = self.pure.of[one]
        return {
            group.label
            for group in self.groups
            if group.place != place
            and place in self.town.up(group.place)
            and any(self.pure.of[other] == block for other in group.members)
        }


def _parts(things: Sequence[int]) -> Iterator[tuple[int, ...]]:
    return chain.from_iterable(combinations(things, size) for size in range(1, len(things) + 1))


figures = st.sampled_from(
    [*[FULL] * 4, NO_PEERS, (7200, ABSENT, 7200, 7200, 8000, ABSENT, ABSENT, ABSENT, ABSENT), (ABSENT,) * 9]
)
predicates = st.sampled_from([(GOOD, GOOD)] * 4 + [(GOOD, VERY_GOOD), (POOR, POOR), (None, None)])
members = st.tuples(st.sampled_from([0, 0, 0, 1]), figures, predicates, st.integers(0, 1)).map(
    lambda one: (one[0], one[1], *one[2], one[3])
)
alike = st.tuples(members, st.integers(1, 7)).map(lambda one: [one[0]] * one[1])
people_of_unit = st.lists(alike, max_size=4).map(lambda parts: [one for part in parts for one in part])
plans = st.lists(st.tuples(st.integers(0, 4), people_of_unit), min_size=1, max_size=5).map(
    lambda plan: [(parent % max(place, 1), unit) for place, (parent, unit) in enumerate(plan)]
)


@pytest.mark.thorough
@settings(max_examples=200, deadline=None)
@given(plans)
def test_nothing_of_fewer_than_five_can_be_worked_out_of_all_readers_tables_together(plan: Plan) -> None:
    assert Attack(Town(plan)).findings() == []


@settings(max_examples=60, deadline=None)
@given(plans)
def test_every_cell_is_the_exact_mean_of_whom_it_counts(plan: Plan) -> None:
    attack = Attack(Town(plan))
    for cell, column, counted in attack.figures():
        if not counted:
            assert cell == NOTHING
            continue
        assert cell.participants == len(counted) >= LEAST
        exact = Fraction(sum(int(attack.town.basis.values[one, column]) for one in counted), len(counted))
        assert cell.mean == Decimal(math.floor(exact + Fraction(1, 2))).scaleb(-2)


@settings(max_examples=60, deadline=None)
@given(plans)
def test_the_city_misses_at_most_four_who_have_the_same_dimensions(plan: Plan) -> None:
    town = Town(plan)
    alike = [kind for kind in town.basis.levels[-1] if kind != ABSENT]
    missing = len(alike) - (town.read().rows[0].participants or 0)
    assert missing <= sum(min(alike.count(kind), LEAST - 1) for kind in set(alike))


def leave_everybody_where_he_is(patch: pytest.MonkeyPatch) -> None:
    """Small blocks are left out alone."""

    def small_ones_too(places: object, leaves: Sequence[int], levels: Sequence[Sequence[int]]) -> blocks.Blocks:
        del places
        kinds = levels[0]
        numbers = {key: place for place, key in enumerate(sorted({*zip(leaves, kinds, strict=True)}))}
        of = tuple(None if kind == ABSENT else numbers[leaf, kind] for leaf, kind in zip(leaves, kinds, strict=True))
        return blocks.Blocks(tuple(leaf for leaf, _ in numbers), of)

    patch.setattr("app.domain.summaries.record.form_blocks", small_ones_too)


def show_every_frequent_predicate(patch: pytest.MonkeyPatch) -> None:
    """Rare predicates are left out alone."""
    patch.setattr(blocks, "separable", lambda numbers: frozenset(one for one in numbers if numbers[one] >= LEAST))


@pytest.mark.parametrize(
    ("plan", "leak"),
    [
        ([(0, []), (0, people(3)), (0, people(20))], leave_everybody_where_he_is),
        ([(0, people(3)), (0, people(20))], leave_everybody_where_he_is),
        ([(0, [*people(20), *people(3, NO_PEERS)])], leave_everybody_where_he_is),
        ([(0, [*people(20), *people(1, rubric=1)])], leave_everybody_where_he_is),
        ([(0, [*people(9), *people(2, predicate=POOR)])], show_every_frequent_predicate),
        ([(0, [*people(9), *people(1, decided=POOR)])], show_every_frequent_predicate),
    ],
    ids=["small unit", "few own members", "few without a figure", "other rubric", "rare predicate", "rare decision"],
)
def test_the_solver_finds_what_leaving_out_small_cells_alone_gives_away(
    plan: Plan, leak: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Attack(Town(plan)).findings() == []
    leak(monkeypatch)
    assert Attack(Town(plan)).findings()


def test_two_readers_who_were_each_given_a_summary_of_their_own_circle_would_tell_the_difference() -> None:
    """20 less the 19 whom a rater of one of them may read: so whole teams are left out, not him alone."""
    town = Town([(0, []), (0, people(20)), (0, people(9))])
    without = frozenset(range(1, 29))
    assert [row.participants for row in town.read(without).rows] == [9, None, 9]
    apart = [town.everybody, without]
    assert list(small_combinations([frozenset(one) for one in apart], LEAST)) == [frozenset({0})]


# ---------------------------------------------------------------- rows and cells


def row(summary: Summary, unit: int, *, own: bool = False) -> Row:
    return next(one for one in summary.rows if one.unit and one.unit.id == unit_id(unit) and one.own is own)


def cell(summary: Summary, unit: int, kind: Kind, key: str | None) -> Cell:
    return row(summary, unit).cells[[(one.kind, one.key) for one in summary.columns].index((kind, key))]


def test_five_are_shown_and_four_are_not() -> None:
    assert Town([(0, people(5))]).read().rows[0].participants == 5
    few = Town([(0, people(4))]).read().rows[0]
    assert few.participants is None
    assert set(few.cells) == {NOTHING}


def test_a_mean_is_rounded_half_up_once() -> None:
    halves = [one for half in (8000, 8001) for one in people(3, (half, *FULL[1:]))]
    assert Town([(0, halves)]).read().rows[0].cells[0] == Cell(6, Decimal("80.01"), None)


def test_a_small_unit_is_counted_nowhere_until_others_join_it() -> None:
    few = Town([(0, []), (0, people(3)), (0, people(20))]).read()
    assert [row(few, unit).participants for unit in range(3)] == [20, None, 20]
    joined = Town([(0, []), (0, people(3)), (0, people(20)), (0, people(4))]).read()
    assert [row(joined, unit).participants for unit in range(4)] == [27, None, 20, None]


def test_own_members_of_a_unit_are_a_row_of_their_own() -> None:
    summary = Town([(0, people(7)), (0, people(20))]).read()
    assert (row(summary, 0).participants, row(summary, 0, own=True).participants) == (27, 7)


def test_whoever_lacks_a_figure_is_counted_in_none_until_five_lack_it() -> None:
    few = Town([(0, [*people(20), *people(3, NO_PEERS)])]).read()
    assert cell(few, 0, Kind.OVERALL, "overall").participants == 20
    enough = Town([(0, [*people(20), *people(5, NO_PEERS)])]).read()
    assert cell(enough, 0, Kind.OVERALL, "overall").participants == 25
    assert cell(enough, 0, Kind.RATER_TYPE, RaterType.PEER).participants == 20


def test_few_of_each_kind_are_counted_together_in_what_they_have_in_common() -> None:
    """An office of seven of whom three have no peers and three another rubric, as most offices are."""
    office = [*people(1), *people(3, NO_PEERS), *people(3, rubric=1)]
    summary = Town([(0, []), (0, office), (0, people(20))]).read()
    assert cell(summary, 1, Kind.OVERALL, "overall").participants == 7
    assert cell(summary, 1, Kind.RATER_TYPE, RaterType.SUPERIOR).participants == 7
    assert cell(summary, 1, Kind.RATER_TYPE, RaterType.PEER) == NOTHING
    assert cell(summary, 1, Kind.CRITERION, COLUMNS[8].key) == NOTHING
    assert cell(summary, 0, Kind.OVERALL, "overall").participants == 27
    same_rubric = Town([(0, [*people(3), *people(4, NO_PEERS)])]).read()
    assert cell(same_rubric, 0, Kind.CRITERION, COLUMNS[8].key).participants == 7


def test_the_only_one_with_a_rubric_of_his_own_is_in_no_sum() -> None:
    """10, 9 and 1 people with different rubrics: the dimension less the criteria of both would be his figure."""
    summary = Town([(0, [*people(10), *people(9, rubric=1), *people(1, NO_PEERS, rubric=1)])]).read()
    numbers = [
        cell.participants for column, cell in zip(COLUMNS, summary.rows[0].cells, strict=True) if cell.participants
    ]
    assert numbers[:2] == [19, 19]
    assert [column.title for column in COLUMNS if column.kind is Kind.CRITERION] == ["Title of A", "Title of B"]
    assert cell(summary, 0, Kind.CRITERION, COLUMNS[8].key).participants == 10
    assert cell(summary, 0, Kind.CRITERION, COLUMNS[9].key).participants == 9


def test_rare_predicates_are_counted_further_up_where_enough_come_together() -> None:
    unit = [*people(12), *people(5, predicate=VERY_GOOD), *people(3, predicate=POOR)]
    summary = Town([(0, []), (0, unit), (0, unit)]).read()
    assert cell(summary, 1, Kind.RECOMMENDED, "good").participants == 12
    assert cell(summary, 1, Kind.RECOMMENDED, "very_good") == NOTHING  # else 20 less 12 less 5 would be the poor
    assert [cell(summary, 0, Kind.RECOMMENDED, key).participants for key in ("good", "very_good", "poor")] == [
        24,
        10,
        6,
    ]


def test_those_without_a_predicate_are_counted_too_and_what_nobody_has_is_not_told_from_what_few_have() -> None:
    summary = Town([(0, people(6, predicate=None))]).read()
    assert cell(summary, 0, Kind.RECOMMENDED, None).participants == 6
    assert cell(summary, 0, Kind.RECOMMENDED, "fair") == NOTHING


def test_nothing_is_said_of_decisions_before_publication() -> None:
    town = Town([(0, people(6))])
    early = freeze(gather(RUBRICS, town.people, with_decided=False), town.offices)
    summary = summarise(HEADING, COLUMNS, early.record, Circle({0}, (), everybody=True))
    assert cell(summary, 0, Kind.RECOMMENDED, "good").participants == 6
    assert cell(summary, 0, Kind.DECIDED, "good") == NOTHING


# ---------------------------------------------------------------- readers


def test_nobody_makes_an_empty_row() -> None:
    for readable in (None, ()):
        (only,) = Town([(0, [])]).read(readable).rows
        assert (only.participants, set(only.cells)) == (None, {NOTHING})


def test_a_subtree_is_what_it_is_in_the_whole() -> None:
    town = Town([(0, []), (0, people(2)), (1, people(3)), (1, people(20)), (0, people(30))])
    whole, part = town.read(), town.read(town.below(unit_id(1)))
    assert list(part.rows) == [one for one in whole.rows if one.unit and one.unit.code in {"U01", "U02", "U03"}]
    assert whole.under(unit_id(1)) == part
    assert whole.under(UUID(int=999)) is None


def test_a_leader_gets_his_team_as_a_part_of_its_unit() -> None:
    town = Town([(0, []), (0, [*people(8, team=1), *people(6, team=2)])])
    (mine,) = town.read(frozenset(range(8))).rows
    assert (mine.unit and mine.unit.code, mine.own, mine.participants) == ("U01", False, 8)
    assert town.read().rows[0].participants == 14


def test_a_leader_of_own_members_gets_no_row_twice() -> None:
    town = Town([(0, people(6, team=1)), (0, people(6, team=2))])
    assert [(one.own, one.participants) for one in town.read(frozenset(range(6))).rows] == [(False, 6)]


def test_several_tops_stand_under_a_row_without_a_unit() -> None:
    town = Town([(0, people(5))])
    other = UUID(int=7)
    two = town.offices | {other: Office(other, "A", "Another", None)}
    alone = summarise(HEADING, COLUMNS, freeze(town.basis, two).record, Circle({1}, (), everybody=True))
    assert [one.unit and one.unit.code for one in alone.rows] == ["U00"]
    both = gather(RUBRICS, [*town.people, replace(town.people[0], home=Home(other))], with_decided=True)
    rows = summarise(HEADING, COLUMNS, freeze(both, two).record, Circle({1, 2}, (), everybody=True)).rows
    assert [(one.unit and one.unit.code, one.participants) for one in rows] == [(None, 5), ("A", None), ("U00", 5)]


def test_columns_are_chosen_with_their_cells() -> None:
    peers = Town([(0, people(9))]).read().of(Kind.RATER_TYPE)
    assert [column.key for column in peers.columns] == list(RaterType)
    assert peers.rows[0].cells[1] == Cell(9, Decimal("80.00"), None)


# ---------------------------------------------------------------- renewed


def test_a_record_takes_over_new_figures_and_keeps_places_and_predicates() -> None:
    town = Town([(0, [*people(9), *people(2, NO_PEERS)]), (0, people(3, NO_PEERS, POOR, POOR))])
    again = renew(town.frozen.record, town.basis, town.frozen.blocks)
    assert (again.numbers == town.frozen.record.numbers).all()
    assert (again.sums == town.frozen.record.sums).all()
    later = [replace(one, figures=[8000, *one.figures[1:]], recommended=POOR) for one in town.people]
    renewed = renew(town.frozen.record, gather(RUBRICS, later, with_decided=True), town.frozen.blocks)
    everybody = Circle({1, 2}, (), everybody=True)
    summary = summarise(HEADING, COLUMNS, renewed, everybody)
    assert summary.rows[0].cells[0] == Cell(14, Decimal("80.00"), None)
    assert cell(summary, 0, Kind.RECOMMENDED, "good").participants == 9


def changes(number: int, *figures: int, block: int = 0) -> list[Change]:
    return [Change(UUID(int=place), block, 2, (7000, 8000), figures) for place in range(number)]


@pytest.mark.parametrize(
    ("found", "taken"),
    [
        ([], 0),
        (changes(4, 9000, 8000), 0),
        (changes(5, 9000, 8000), 5),
        ([*changes(4, 9000, 8000), *changes(4, 9000, 8000, block=1)], 0),
        ([*changes(4, 9000, 8000), *changes(6, 9000, 9000, block=1)], 6),
        (changes(6, 9000, ABSENT), 0),
        ([*changes(5, 9000, 8000), *changes(1, 9000, ABSENT)], 5),
        ([*changes(4, 9000, 8000), *changes(1, 7000, 9000)], 0),
        ([*changes(5, 9000, 8000), *changes(4, 7000, 9000)], 0),
        ([*changes(5, 9000, 8000), *changes(5, 7000, 9000)], 10),
    ],
    ids=[
        "none",
        "four",
        "five",
        "four twice",
        "one block",
        "lost",
        "and one lost",
        "two figures",
        "few of one",
        "both",
    ],
)
def test_changes_are_taken_over_block_by_block_where_no_figure_changed_for_a_few(
    found: list[Change], taken: int
) -> None:
    assert len(renewable(found)) == taken


def test_columns_of_a_cycle_begin_with_the_common_ones() -> None:
    assert [one.key for one in COLUMNS[:3]] == ["overall", "work_result", "work_behaviour"]
    assert [one for one in COLUMNS if one.kind is Kind.DECIDED][-1] == Column(Kind.DECIDED, None)
    assert len([one for one in COLUMNS if one.kind in COUNTED]) == 2 * len(PREDICATES)
