"""What can be worked out from sums over sets of people by adding and subtracting them: exact linear algebra."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from fractions import Fraction
from itertools import combinations


class Span:
    """All that sums and differences of the sets seen so far can make."""

    def __init__(self, sets: Collection[frozenset[int]] = ()) -> None:
        self._rows: dict[int, dict[int, Fraction]] = {}
        for one in sets:
            self.add(one)

    @property
    def rank(self) -> int:
        return len(self._rows)

    def add(self, people: Collection[int]) -> None:
        rest = self._rest(people)
        if rest:
            pivot = min(rest)
            self._rows[pivot] = {one: value / rest[pivot] for one, value in rest.items()}

    def holds(self, people: Collection[int]) -> bool:
        return not self._rest(people)

    def _rest(self, people: Collection[int]) -> dict[int, Fraction]:
        rest = {one: Fraction(1) for one in people}
        while pending := rest.keys() & self._rows.keys():
            pivot = min(pending)
            factor = rest[pivot]
            for one, value in self._rows[pivot].items():
                left = rest.get(one, Fraction(0)) - factor * value
                if left:
                    rest[one] = left
                else:
                    rest.pop(one, None)
        return rest


def small_combinations(shown: Sequence[frozenset[int]], least: int) -> Iterator[frozenset[int]]:
    """Groups of fewer than ``least`` people of whom some combination of the shown sums speaks, and of nobody else.

    Whoever stands in the same sums always appears with the same coefficient, so whole groups of such people are tried.
    """
    alike: dict[tuple[int, ...], set[int]] = defaultdict(set)
    for one in frozenset().union(*shown):
        alike[tuple(number for number, people in enumerate(shown) if one in people)].add(one)
    few = [people for people in alike.values() if len(people) < least]
    rank = Span(shown).rank
    for size in range(1, least):
        for chosen in combinations(few, size):
            group = frozenset().union(*chosen)
            if len(group) < least and Span([people - group for people in shown]).rank < rank:
                yield group
