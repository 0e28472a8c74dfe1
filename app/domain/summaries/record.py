"""What is frozen of a cycle: in every place the numbers and sums of the blocks and groups that stand there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import numpy as np

from app.domain.summaries.blocks import Blocks, form_blocks, form_groups
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
    blocks = form_blocks(tree.places, leaves, basis.kinds)
    means, sums = _figures(len(tree.places), blocks, basis)
    groups = np.zeros((len(tree.places), len(COUNTED) * len(PREDICATES)), dtype=np.int64)
    for group in form_groups(tree.places, blocks, basis.kinds, basis.labels):
        for kind, predicate in enumerate(group.label):
            groups[group.place, kind * len(PREDICATES) + predicate] += len(group.members)
    record = Record(tree.places, blocks.places, np.hstack([means, groups]), np.hstack([sums, np.zeros_like(groups)]))
    return Frozen(record, leaves, blocks.of)


def renew(record: Record, basis: Basis, blocks: Sequence[int | None]) -> Record:
    """The record with the figures that the basis has now. Predicates, blocks and places stay as they were."""
    means, sums = _figures(len(record.places), Blocks(record.blocks, tuple(blocks)), basis)
    numbers, before = record.numbers.copy(), record.sums.copy()
    numbers[:, : means.shape[1]], before[:, : sums.shape[1]] = means, sums
    return replace(record, numbers=numbers, sums=before)


def _figures(places: int, blocks: Blocks, basis: Basis) -> tuple[Numbers, Numbers]:
    chosen = np.array([block is not None for block in blocks.of], dtype=np.bool_)
    stands = np.array([blocks.places[block] for block in blocks.of if block is not None], dtype=np.int64)
    values = basis.values[chosen]
    has = values != ABSENT
    numbers = np.zeros((places, len(basis.columns)), dtype=np.int64)
    sums = np.zeros_like(numbers)
    np.add.at(numbers, stands, has)
    np.add.at(sums, stands, np.where(has, values, 0))
    return numbers, sums
