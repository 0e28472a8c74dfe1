"""Summaries: means of published figures, and that nothing withheld can be worked out (anonymity.md rule 10)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.summaries import (
    ABSENT,
    PREDICATES,
    Basis,
    Cell,
    Column,
    Frozen,
    Heading,
    Kind,
    Office,
    Row,
    Summary,
    Withholding,
    gather,
    summarise,
)
from app.domain.summaries import tree as tree_of_units
from app.domain.values import Predicate, Scheme
from tests.support.appraisals import criterion, indicator, rubric
from tests.support.solver import Attack

NOW: Final = datetime(2026, 7, 1, tzinfo=UTC)
HEADING: Final = Heading(UUID(int=1), Scheme.PERMENPANRB_6_2022, NOW)
COLUMNS: Final = (
    Column(Kind.OVERALL, "overall"),
    Column(Kind.RATER_TYPE, "peer"),
    Column(Kind.DIMENSION, "work_behaviour"),
    Column(Kind.CRITERION, "c", "C", part_of=2),
)
GOOD: Final = PREDICATES.index(Predicate.GOOD)
POOR: Final = PREDICATES.index(Predicate.POOR)
VERY_GOOD: Final = PREDICATES.index(Predicate.VERY_GOOD)
#: Figures of one participant in hundredths, and his predicate.
Person = tuple[tuple[int, int, int, int], int]
#: The parent's place and the people of each unit; the first is the top.
Plan = Sequence[tuple[int, Sequence[Person]]]


def offices_of(plan: Plan) -> dict[UUID, Office]:
    ids = [UUID(int=100 + place) for place in range(len(plan))]
    return {
        ids[place]: Office(ids[place], f"U{place:02}", f"Unit {place}", ids[parent] if place else None)
        for place, (parent, _) in enumerate(plan)
    }


def basis_of(plan: Plan) -> Basis:
    people = [(UUID(int=100 + place), person) for place, (_, unit) in enumerate(plan) for person in unit]
    values = np.array([person[0] for _, person in people], dtype=np.int64).reshape(len(people), len(COLUMNS))
    predicates = np.array([person[1] for _, person in people], dtype=np.int64)
    return Basis(COLUMNS, [unit for unit, _ in people], values, predicates, predicates[::-1].copy())


def made(plan: Plan, *, from_top: bool = True) -> Summary:
    return summarise(HEADING, basis_of(plan), offices_of(plan), from_top=from_top)


def findings(plan: Plan) -> list[str]:
    return Attack(basis_of(plan), offices_of(plan), made(plan)).findings()


def people(number: int, *, peer: int | None = 8000, predicate: int = GOOD) -> list[Person]:
    return [((7000, ABSENT if peer is None else peer, 6000, 6000), predicate)] * number


def row(summary: Summary, unit: int, *, own: bool = False) -> Row:
    return next(one for one in summary.rows if one.unit and one.unit.code == f"U{unit:02}" and one.own == own)


def cell(summary: Summary, unit: int, kind: Kind, key: str | None) -> Cell:
    return row(summary, unit).cells[[(column.kind, column.key) for column in summary.columns].index((kind, key))]


figures = st.tuples(
    st.just(7000), st.sampled_from([8000, 8000, ABSENT]), *[st.sampled_from([6000, 6000, 6000, 6000, ABSENT])] * 2
).map(lambda one: (*one[:3], ABSENT if one[2] == ABSENT else one[3]))
predicates = st.sampled_from([GOOD, GOOD, GOOD, GOOD, POOR, POOR, VERY_GOOD, len(PREDICATES) - 1])
alike = st.tuples(st.tuples(figures, predicates), st.integers(1, 9)).map(lambda one: [one[0]] * one[1])
people_of_unit = st.lists(alike, max_size=5).map(lambda parts: [person for part in parts for person in part])
units = st.tuples(st.integers(0, 6), people_of_unit)
plans = st.lists(units, min_size=1, max_size=6).map(
    lambda plan: [(parent % max(place, 1), unit) for place, (parent, unit) in enumerate(plan)]
)


@settings(max_examples=200, deadline=None)
@given(plans)
def test_nothing_withheld_can_be_worked_out(plan: Plan) -> None:
    assert findings(plan) == []


@pytest.mark.parametrize(
    "plan",
    [
        [(0, []), (0, people(3)), (0, people(20))],
        [(0, people(3)), (0, people(20))],
        [(0, people(9, peer=None)), (0, people(8)), (0, [*people(8), *people(4, peer=None)])],
        [(0, people(9, predicate=POOR)), (0, people(8)), (0, [*people(8), *people(2, predicate=POOR)])],
    ],
    ids=["small unit", "few own members", "few without a figure", "rare predicate"],
)
def test_the_solver_finds_what_is_given_away_without_complementary_suppression(
    plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert findings(plan) == []
    monkeypatch.setattr(tree_of_units.Cut, "_protected", lambda *_: True)
    assert findings(plan)


@given(plans)
def test_means_are_exact_and_every_participant_counts_once(plan: Plan) -> None:
    basis, summary = basis_of(plan), made(plan)
    for c, column in enumerate(COLUMNS):
        top = summary.rows[0].cells[c]
        if top.participants is not None and column.kind is not Kind.CRITERION:
            figures = [value for value in basis.values[:, c].tolist() if value != ABSENT]
            assert top.participants == len(figures)
            assert top.mean == Decimal(int(sum(figures) / len(figures) + 0.5)) / 100


def test_a_mean_is_rounded_half_up_once() -> None:
    halves = [((value, 5000, 5000, 5000), GOOD) for value in (8000, 8001, 8000, 8001, 8000, 8001)]
    assert made([(0, halves)]).rows[0].cells[0] == Cell(6, Decimal("80.01"), None)


def test_five_are_shown_and_four_are_not() -> None:
    assert made([(0, people(5))]).rows[0].participants == 5
    few = made([(0, people(4))]).rows[0]
    assert few.participants is None
    assert few.withheld is Withholding.TOO_FEW
    assert {one.withheld for one in few.cells} == {Withholding.TOO_FEW}


def test_nobody_is_too_few() -> None:
    (root,) = made([(0, [])]).rows
    assert (root.participants, root.withheld) == (None, Withholding.TOO_FEW)


def test_the_smallest_neighbour_is_withheld_with_a_small_unit_and_the_reason_does_not_tell_which_is_small() -> None:
    summary = made([(0, []), (0, people(3)), (0, people(20)), (0, people(6))])
    assert row(summary, 2).participants == 20
    assert row(summary, 0).participants == 29
    assert [row(summary, unit).withheld for unit in (1, 3)] == [Withholding.COMPLEMENTARY] * 2


def test_own_members_of_a_unit_are_a_place_of_their_own() -> None:
    summary = made([(0, people(7)), (0, people(20))])
    assert (row(summary, 0).participants, row(summary, 0, own=True).participants) == (27, 7)


def test_a_figure_that_only_a_few_lack_is_withheld_beside_the_overall_figure() -> None:
    """27 overall figures less 24 of peers would tell three people's."""
    summary = made([(0, [*people(24), *people(3, peer=None)])])
    assert cell(summary, 0, Kind.OVERALL, "overall").participants == 27
    assert cell(summary, 0, Kind.RATER_TYPE, "peer").withheld is Withholding.TOO_FEW


def test_rare_predicates_are_withheld_together_and_the_frequent_one_is_shown() -> None:
    summary = made([(0, [*people(20), *people(3, predicate=POOR), *people(4, predicate=VERY_GOOD)])])
    shown = {
        column.key: one.participants
        for column, one in zip(summary.columns, summary.rows[0].cells, strict=True)
        if column.kind is Kind.RECOMMENDED
    }
    assert shown["good"] == 20
    assert shown["poor"] is None
    assert shown["very_good"] is None
    assert shown["fair"] == 0


def test_a_unanimous_predicate_is_shown() -> None:
    assert cell(made([(0, people(9))]), 0, Kind.RECOMMENDED, "good").participants == 9


def test_decided_predicates_are_withheld_before_publication() -> None:
    basis = basis_of([(0, people(9))])
    early = Basis(basis.columns, basis.unit_ids, basis.values, basis.recommended, None)
    summary = summarise(HEADING, early, offices_of([(0, people(9))]), from_top=True)
    assert cell(summary, 0, Kind.DECIDED, "good").withheld is Withholding.TOO_FEW
    assert cell(summary, 0, Kind.RECOMMENDED, "good").participants == 9


def test_the_root_is_the_lowest_unit_with_everybody_unless_it_is_the_city() -> None:
    plan = [(0, []), (0, []), (1, people(6)), (1, people(6))]
    assert [one.unit.code for one in made(plan).rows if one.unit] == ["U00", "U01", "U02", "U03"]
    assert [one.unit.code for one in made(plan, from_top=False).rows if one.unit] == ["U01", "U02", "U03"]


def test_a_part_is_withheld_as_in_the_whole() -> None:
    summary = made([(0, []), (0, []), (1, people(3)), (1, people(20)), (0, people(30))])
    part = summary.under(UUID(int=101))
    assert part is not None
    assert list(part.rows) == [one for one in summary.rows if one.unit and one.unit.code in {"U01", "U02", "U03"}]
    assert summary.under(UUID(int=999)) is None


def test_columns_are_chosen_with_their_cells() -> None:
    peers = made([(0, people(9))]).of(Kind.RATER_TYPE)
    assert [column.key for column in peers.columns] == ["peer"]
    assert peers.rows[0].cells == (Cell(9, Decimal("80.00"), None),)


def test_people_of_different_rubrics_have_common_and_own_columns() -> None:
    made_of = [criterion("A", indicator("a1")), criterion("B", indicator("b1"))]
    rubrics = [replace(rubric(one), id=UUID(int=number)) for number, one in enumerate(made_of)]
    unit = UUID(int=100)
    frozen = [
        Frozen(unit, one.id, Predicate.GOOD, None, [7000, ABSENT, 7000, *[ABSENT] * 5, figure])
        for one, figure in zip(rubrics, (6000, 5000), strict=True)
    ]
    nobody = Frozen(unit, rubrics[0].id, None, None, [ABSENT] * 9)
    basis = gather(rubrics, [*frozen, nobody], with_decided=True)
    assert [column.title for column in basis.columns[8:]] == ["Title of A", "Title of B"]
    assert basis.values[:, 8:].tolist() == [[6000, ABSENT], [ABSENT, 5000]]
    assert basis.values[:, [0, 2]].tolist() == [[7000, 7000]] * 2
    assert basis.decided is not None
    assert basis.decided.tolist() == [len(PREDICATES) - 1] * 2


def test_few_people_of_another_rubric_are_not_the_rest_of_a_dimension() -> None:
    """20 figures of the dimension beside 17 of a criterion would tell those of three."""
    few = [((7000, ABSENT, 6000, ABSENT), GOOD)] * 3
    summary = made([(0, [*people(17), *few])])
    assert cell(summary, 0, Kind.DIMENSION, "work_behaviour").participants == 20
    assert cell(summary, 0, Kind.CRITERION, "c").participants is None
