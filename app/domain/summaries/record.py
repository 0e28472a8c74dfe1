"""What is frozen of a cycle: in every place the numbers and sums of the blocks and groups that stand there."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import numpy as np

from app.domain.summaries.blocks import LEAST, Blocks, form_blocks, form_groups
from app.domain.summaries.figures import ABSENT, COUNTED, PREDICATES, Basis, Numbers
from app.domain.summaries.places import Office, Place, plant


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """Numbers of participants and sums of hundredths, ``[place, column]``, in the columns of `all_columns`.

    They are those of the place alone, without what is below it. ``blocks`` are the places of the blocks.
    """

    places: tuple[Place, ...]
    blocks: tuple[int, ...]
    numbers: Numbers
    sums: Numbers


@dataclass(frozen=True, slots=True, eq=False)
class Frozen:
    """A record with the place and the block of each participant of the basis."""

    record: Record
    leaves: tuple[int, ...]
    blocks: tuple[int | None, ...]


def freeze(basis: Basis, offices: Mapping[UUID, Office]) -> Frozen:
    """Decide once who is counted where, and count; ``offices`` are all units."""
    tree = plant(offices, basis.homes)
    leaves = tuple(tree.leaves[home] for home in basis.homes)
    blocks = form_blocks(tree.places, leaves, basis.levels)
    means, sums = _figures(len(tree.places), blocks, basis)
    groups = np.zeros((len(tree.places), len(COUNTED) * len(PREDICATES)), dtype=np.int64)
    kinds = basis.levels[0]
    for group in form_groups(tree.places, form_blocks(tree.places, leaves, [kinds]), kinds, basis.labels):
        for kind, predicate in enumerate(group.label):
            groups[group.place, kind * len(PREDICATES) + predicate] += len(group.members)
    record = Record(tree.places, blocks.places, np.hstack([means, groups]), np.hstack([sums, np.zeros_like(groups)]))
    return Frozen(record, leaves, blocks.of)


@dataclass(frozen=True, slots=True)
class Change:
    """The frozen figures of one participant of a block, and those that he has in a later version of his result."""

    participant_id: UUID
    block: int
    version: int
    before: Sequence[int]
    now: Sequence[int]


def renewable(changes: Sequence[Change]) -> list[Change]:
    """The changes of blocks in which each figure changed for nobody or for at least `LEAST`.

    Then what a summary says more than the one before, figure by figure, is said of as many. Whoever has got or lost a
    figure keeps those that were frozen.
    """
    of_block: dict[int, list[Change]] = defaultdict(list)
    for one in changes:
        if [figure == ABSENT for figure in one.before] == [figure == ABSENT for figure in one.now]:
            of_block[one.block].append(one)
    return [one for some in of_block.values() if _together(some) for one in some]


def _together(changes: Sequence[Change]) -> bool:
    changed = np.array([one.before for one in changes]) != np.array([one.now for one in changes])
    numbers = changed.sum(axis=0)
    return bool(((numbers == 0) | (numbers >= LEAST)).all() and changed.any())


def renew(record: Record, basis: Basis, blocks: Sequence[int | None]) -> Record:
    """The record with the figures that the basis has now. Predicates, blocks and places stay as they were."""
    means, sums = _figures(len(record.places), Blocks(record.blocks, tuple(blocks)), basis)
    numbers, before = record.numbers.copy(), record.sums.copy()
    numbers[:, : means.shape[1]], before[:, : sums.shape[1]] = means, sums
    return replace(record, numbers=numbers, sums=before)


def _figures(places: int, blocks: Blocks, basis: Basis) -> tuple[Numbers, Numbers]:
    """Of each block the figures that all of it have."""
    chosen = [one for one, block in enumerate(blocks.of) if block is not None]
    block_of = np.array([blocks.of[one] for one in chosen], dtype=np.int64)
    values = basis.values[chosen]
    has = np.zeros((len(blocks.places), len(basis.columns)), dtype=np.int64)
    totals = np.zeros_like(has)
    np.add.at(has, block_of, values != ABSENT)
    np.add.at(totals, block_of, values)
    common = has == np.bincount(block_of, minlength=len(blocks.places))[:, None]
    numbers = np.zeros((places, len(basis.columns)), dtype=np.int64)
    sums = np.zeros_like(numbers)
    stands = np.array(blocks.places, dtype=np.int64)
    np.add.at(numbers, stands, np.where(common, has, 0))
    np.add.at(sums, stands, np.where(common, totals, 0))
    return numbers, sums
