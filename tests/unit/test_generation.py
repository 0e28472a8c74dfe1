"""Drawing raters: balanced, repeatable, within the hierarchy's rules, adding only what is missing."""

import random
import time
from collections import Counter
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.assignments import Ratee, Rater, above
from app.domain.generation import Drawing, Pair, PeerRule, PeerScope, Rules, Situation, draw, draw_one
from app.domain.values import RaterType

SUPERIOR, PEER, SUBORDINATE, SELF = RaterType.SUPERIOR, RaterType.PEER, RaterType.SUBORDINATE, RaterType.SELF
MINIMUMS = dict.fromkeys(RaterType, 3)
EVERYTHING = Rules(superior=True, own=True, subordinates=3, peers=PeerRule(5, PeerScope.UNIT, 12))
PEERS_ONLY = Rules(superior=False, own=False, subordinates=None, peers=PeerRule(5, PeerScope.UNIT, 12))


def person(number: int) -> UUID:
    return UUID(int=number + 1)


def city(people: int, unit_size: int, seed: int = 1) -> Situation:
    """Units of a head, a few section chiefs and staff; the heads report to the first head. Everybody takes part."""
    rng = random.Random(seed)
    units = max(1, people // unit_size)
    chiefs: dict[int, list[int]] = {}
    staff, ratees = [], []
    for number in range(people):
        unit, place = number % units, number // units
        leaders = chiefs.setdefault(unit, [])
        if place == 0:
            superior = None if number == 0 else 0
        elif place <= max(1, unit_size // 8):
            superior = leaders[0]
        else:
            superior = rng.choice(leaders[1:])
        if place <= max(1, unit_size // 8):
            leaders.append(number)
        unit_id, superior_id = UUID(int=10**9 + unit), None if superior is None else person(superior)
        head = leaders[0] if place else superior
        appraiser_id = None if head is None else person(head)
        staff.append(Rater(person(number), unit_id, superior_id, active=True))
        ratees.append(
            Ratee(
                UUID(int=10**6 + number),
                person(number),
                unit_id,
                superior_id,
                appraiser_id,
                person(0),
                frozenset(RaterType),
            )
        )
    return Situation(ratees, staff, [], MINIMUMS)


def one_unit(people: int) -> Situation:
    """Colleagues without a superior."""
    unit = UUID(int=10**9)
    staff = [Rater(person(n), unit, None, active=True) for n in range(people)]
    ratees = [
        Ratee(UUID(int=10**6 + n), person(n), unit, None, None, None, frozenset(RaterType)) for n in range(people)
    ]
    return Situation(ratees, staff, [], MINIMUMS)


def line(superior_of: dict[UUID, UUID | None], someone: UUID) -> list[UUID]:
    superior = superior_of[someone]
    return [] if superior is None else [superior, *line(superior_of, superior)]


def by_ratee(drawing: Drawing, kind: RaterType) -> dict[UUID, list[UUID]]:
    found: dict[UUID, list[UUID]] = {}
    for pair in drawing.created:
        if pair.rater_type is kind:
            found.setdefault(pair.participant_id, []).append(pair.rater_id)
    return found


def loads(drawing: Drawing) -> Counter[UUID]:
    return Counter(pair.rater_id for pair in drawing.created if pair.rater_type is PEER)


def test_the_same_seed_draws_the_same_whatever_order_the_input_is_in() -> None:
    situation = city(120, 30)
    shuffled = replace(
        situation,
        ratees=random.Random(3).sample(list(situation.ratees), len(situation.ratees)),
        staff=random.Random(4).sample(list(situation.staff), len(situation.staff)),
    )
    assert draw(7, EVERYTHING, situation) == draw(7, EVERYTHING, shuffled)
    assert draw(7, EVERYTHING, situation).created != draw(8, EVERYTHING, situation).created


@settings(max_examples=60, deadline=None)
@given(
    people=st.integers(1, 60),
    size=st.integers(8, 30),
    seed=st.integers(0, 2**53 - 1),
    peers=st.integers(1, 9),
    cap=st.integers(1, 12),
)
def test_every_draw_keeps_the_rules(people: int, size: int, seed: int, peers: int, cap: int) -> None:
    situation = city(people, size)
    drawing = draw(seed, replace(EVERYTHING, peers=PeerRule(peers, PeerScope.UNIT, cap)), situation)
    ratees = {ratee.participant_id: ratee for ratee in situation.ratees}
    superior_of = {rater.id: rater.superior_id for rater in situation.staff}
    unit_of = {rater.id: rater.unit_id for rater in situation.staff}
    assert len({(pair.participant_id, pair.rater_id) for pair in drawing.created}) == len(drawing.created)
    for pair in drawing.created:
        ratee = ratees[pair.participant_id]
        if pair.rater_type is SELF:
            assert pair.rater_id == ratee.employee_id
        elif pair.rater_type is SUPERIOR:
            assert pair.rater_id == ratee.superior_id
        else:
            assert pair.rater_id not in above(ratee)
            assert (ratee.employee_id in line(superior_of, pair.rater_id)) == (pair.rater_type is SUBORDINATE)
            assert pair.rater_type is PEER or superior_of[pair.rater_id] == ratee.employee_id
            assert pair.rater_id not in line(superior_of, ratee.employee_id)
            assert pair.rater_type is SUBORDINATE or unit_of[pair.rater_id] == ratee.unit_id
    assert max(loads(drawing).values(), default=0) <= cap
    for shortfall in drawing.shortfalls:
        drawn = by_ratee(drawing, shortfall.rater_type).get(shortfall.participant_id, [])
        assert shortfall.assigned == len(drawn) < shortfall.wanted


@settings(max_examples=40, deadline=None)
@given(people=st.integers(6, 40), seed=st.integers(0, 1_000), wanted=st.integers(5, 8))
def test_among_equals_nobody_rates_more_than_one_above_another(people: int, seed: int, wanted: int) -> None:
    rules = replace(PEERS_ONLY, peers=PeerRule(wanted, PeerScope.UNIT, 50))
    drawing = draw(seed, rules, one_unit(people))
    counted = loads(drawing)
    spread = [counted[person(n)] for n in range(people)]
    assert max(spread) - min(spread) <= 1
    expected = min(wanted, people - 1)
    assert {len(raters) for raters in by_ratee(drawing, PEER).values()} == {expected}
    assert drawing.loads.least == min(spread)
    assert drawing.loads.most == max(spread)
    assert sum(raters for _, raters in drawing.loads.histogram) == people


def test_groups_get_the_minimum_and_two_where_the_unit_allows() -> None:
    minimums = MINIMUMS | {PEER: 4, SUBORDINATE: 5}
    situation = replace(city(60, 60), minimums=minimums)
    rules = Rules(superior=False, own=False, subordinates=1, peers=PeerRule(1, PeerScope.UNIT, 50))
    drawing = draw(1, rules, situation)
    head = situation.ratees[0].participant_id
    assert len(by_ratee(drawing, SUBORDINATE)[head]) == 7
    peers = by_ratee(drawing, PEER)
    assert {len(peers.get(ratee.participant_id, [])) for ratee in situation.ratees[1:]} == {6}
    assert head not in peers  # everybody of the unit works under the head
    assert (head, PEER, 6, 0) in drawing.shortfalls


def test_a_scarcity_is_shared_and_reported() -> None:
    drawing = draw(1, replace(PEERS_ONLY, peers=PeerRule(5, PeerScope.UNIT, 2)), one_unit(10))
    assert {len(raters) for raters in by_ratee(drawing, PEER).values()} == {2}
    assert {(s.wanted, s.assigned) for s in drawing.shortfalls} == {(5, 2)}
    assert len(drawing.shortfalls) == 10


def test_a_second_draw_adds_only_what_is_missing() -> None:
    situation = city(200, 40)
    first = draw(1, EVERYTHING, situation)
    second = draw(2, EVERYTHING, replace(situation, held=first.created))
    assert (second.created, second.existing) == ([], len(first.created))
    assert second.loads == first.loads
    some_lost = [pair for pair in first.created if pair.rater_id != person(5)]
    lost = [pair for pair in first.created if pair.rater_id == person(5)]
    third = draw(3, EVERYTHING, replace(situation, held=some_lost))
    assert Counter(pair.rater_type for pair in third.created) == Counter(pair.rater_type for pair in lost)


def test_loads_of_other_units_and_other_draws_count() -> None:
    situation = one_unit(12)
    elsewhere = [Pair(UUID(int=77 + n), PEER, person(0)) for n in range(12)]
    drawing = draw(1, replace(PEERS_ONLY, peers=PeerRule(5, PeerScope.UNIT, 12)), replace(situation, held=elsewhere))
    assert loads(drawing)[person(0)] == 0
    assert drawing.loads.most == 12


def test_peers_under_the_same_superior() -> None:
    situation = city(60, 30)
    drawing = draw(1, replace(PEERS_ONLY, peers=PeerRule(5, PeerScope.SUPERIOR, 50)), situation)
    superior_of = {rater.id: rater.superior_id for rater in situation.staff}
    ratees = {ratee.participant_id: ratee for ratee in situation.ratees}
    assert drawing.created
    assert all(superior_of[pair.rater_id] == ratees[pair.participant_id].superior_id for pair in drawing.created)


def test_what_is_not_asked_or_sealed_is_left_alone() -> None:
    situation = one_unit(8)
    first = situation.ratees[0]
    ratees = [replace(first, asked=frozenset({SELF})), *situation.ratees[1:]]
    sealed = {(situation.ratees[1].participant_id, PEER)}
    drawing = draw(1, EVERYTHING, replace(situation, ratees=ratees, sealed=sealed))
    drawn = by_ratee(drawing, PEER)
    assert first.participant_id not in drawn
    assert situation.ratees[1].participant_id not in drawn
    assert len(drawn) == 6
    assert len(by_ratee(drawing, SELF)) == 8
    assert {s.participant_id for s in drawing.shortfalls if s.rater_type is PEER} == set()


def test_a_superior_out_of_service_is_a_shortfall() -> None:
    situation = city(9, 9)
    staff = [rater for rater in situation.staff if rater.id != person(0)]
    drawing = draw(1, Rules(superior=True, own=True, subordinates=None, peers=None), replace(situation, staff=staff))
    reports = {r.participant_id for r in situation.ratees if r.superior_id in {person(0), None}}
    assert {s.participant_id for s in drawing.shortfalls if s.rater_type is SUPERIOR} == reports
    assert {s.participant_id for s in drawing.shortfalls if s.rater_type is SELF} == {UUID(int=10**6)}


def test_one_more_rater_is_drawn_from_the_idlest() -> None:
    candidates = {person(1): 2, person(2): 1, person(3): 1}
    assert {draw_one(seed, candidates) for seed in range(50)} == {person(2), person(3)}
    assert draw_one(3, candidates) == draw_one(3, dict(reversed(candidates.items())))
    assert draw_one(1, {}) is None


@pytest.mark.parametrize("unit_size", [8, 100, 6_000])
def test_a_whole_city_is_drawn_in_moments(unit_size: int) -> None:
    situation = city(6_000, unit_size)
    start = time.process_time()
    drawing = draw(1, EVERYTHING, situation)
    assert time.process_time() - start < 5
    assert len(drawing.created) > 35_000
    assert drawing.loads.most - drawing.loads.least <= 1
