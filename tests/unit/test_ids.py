"""Identifiers made many at a time are the same as those made one by one."""

import time
from uuid import RFC_4122, UUID, uuid4

from app.repositories.ids import random_ids, sheet_id, sheet_keys, uuid7s


def test_a_sheet_has_the_same_key_among_many_as_alone() -> None:
    assignments, key = [uuid4() for _ in range(50)], b"k" * 32
    alone = [sheet_id(key, one) for one in assignments]
    assert sheet_keys(key, [one.bytes for one in assignments]) == [one.bytes for one in alone]
    assert {(one.version, one.variant) for one in alone} == {(8, RFC_4122)}


def test_many_uuids_of_one_millisecond_carry_it_and_differ_otherwise() -> None:
    before = time.time_ns() // 1_000_000
    ids = [UUID(int=one.int) for one in uuid7s(200)]
    after = time.time_ns() // 1_000_000
    assert len(set(ids)) == 200
    assert {(one.version, one.variant) for one in ids} == {(7, RFC_4122)}
    (moment,) = {one.int >> 80 for one in ids}
    assert before <= moment <= after


def test_random_ids_tell_nothing_of_their_time() -> None:
    ids = [UUID(int=one.int) for one in random_ids(200)]
    assert len(set(ids)) == len({one.int >> 80 for one in ids}) == 200
    assert {(one.version, one.variant) for one in ids} == {(4, RFC_4122)}
