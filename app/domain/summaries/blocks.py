"""Blocks: the smallest sets of participants that anything is ever said of.

- A *block* is at least `LEAST` participants of one place who have the same figures or, of those left there, who have at least
  the same dimensions; then only the figures that all of it have are counted. Fewer wait in the place above for others, and
  so on to the top, where whoever is left is counted nowhere. Everybody is in one block at most, so whatever is shown of
  figures is a sum over whole blocks, and so is all that can be made of it by adding and subtracting.
- A *group* is at least `LEAST` participants with the same predicates among blocks of exactly the same figures, which are
  formed for predicates alone. What groups leave of the blocks is nobody or at least `LEAST` (or there is no group); it waits
  in the place above for others of its kind, of which the same predicates are gone. Only those wait together who might have
  the same predicates for all that one can know: whoever lacks a dimension has none, and a predicate that is gone from a
  place is nobody's among its rest.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.domain.summaries.figures import ABSENT
from app.domain.summaries.places import Place

#: No fewer participants than these stand behind anything that is shown or can be worked out.
LEAST: Final = 5
#: Predicates of one participant, as places in `PREDICATES`.
Label = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Blocks:
    """The place where each block stands, by its number, and the block of each participant (``None``: in none)."""

    places: tuple[int, ...]
    of: tuple[int | None, ...]


def form_blocks(places: Sequence[Place], leaves: Sequence[int], levels: Sequence[Sequence[int]]) -> Blocks:
    """``leaves`` and ``levels`` of who is alike (strictly first) are those of the participants; `ABSENT` is in no block."""
    waiting: list[list[int]] = [[] for _ in places]
    for one, leaf in enumerate(leaves):
        if levels[0][one] != ABSENT:
            waiting[leaf].append(one)
    stands: list[int] = []
    of: list[int | None] = [None] * len(leaves)
    for place in reversed(range(len(places))):
        left, parent = waiting[place], places[place].parent
        for level in levels:
            alike: dict[int, list[int]] = defaultdict(list)
            for one in left:
                alike[level[one]].append(one)
            for members in alike.values():
                if len(members) >= LEAST:
                    for one in members:
                        of[one] = len(stands)
                    stands.append(place)
            left = [one for one in left if of[one] is None]
        if parent is not None:
            waiting[parent] += left
    return Blocks(tuple(stands), tuple(of))


@dataclass(frozen=True, slots=True)
class Group:
    """Participants of one kind with the same predicates, counted at ``place`` and above."""

    place: int
    label: Label
    members: tuple[int, ...]


def form_groups(places: Sequence[Place], blocks: Blocks, kinds: Sequence[int], labels: Sequence[Label]) -> list[Group]:
    """The groups of predicates among the blocks."""
    waiting: list[dict[tuple[int, frozenset[Label]], dict[Label, list[int]]]] = [
        defaultdict(lambda: defaultdict(list)) for _ in places
    ]
    for one, (block, kind, label) in enumerate(zip(blocks.of, kinds, labels, strict=True)):
        if block is not None:
            waiting[blocks.places[block]][kind, frozenset()][label].append(one)
    found = []
    for place in reversed(range(len(places))):
        parent = places[place].parent
        for (kind, lost), by_label in waiting[place].items():
            shown = separable({label: len(members) for label, members in by_label.items()})
            found += [Group(place, label, tuple(by_label[label])) for label in sorted(shown)]
            if parent is not None:
                for label in by_label.keys() - shown:
                    waiting[parent][kind, lost | shown][label] += by_label[label]
    return found


def separable(numbers: Mapping[Label, int]) -> frozenset[Label]:
    """The labels that may be told apart: the most frequent ones, so that what they leave is nobody or enough."""
    shown = [label for label, number in sorted(numbers.items(), key=lambda one: (-one[1], one[0])) if number >= LEAST]
    while shown and 0 < sum(numbers.values()) - sum(numbers[label] for label in shown) < LEAST:
        shown.pop()
    return frozenset(shown)
