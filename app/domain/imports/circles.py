"""Circles in what must be a tree: units below units, people under superiors."""

from collections.abc import Mapping
from uuid import UUID


def on_circles(parents: Mapping[UUID, UUID | None]) -> set[UUID]:
    """Everybody who would be his own ancestor. Each is looked at once, so long chains cost no more than many short ones."""
    settled: set[UUID] = set()
    found: set[UUID] = set()
    for start in parents:
        path: dict[UUID, None] = {}  # in order
        here: UUID | None = start
        while here is not None and here not in settled and here not in path:
            path[here] = None
            here = parents.get(here)
        if here in path:
            steps = list(path)
            found.update(steps[steps.index(here) :])
        settled.update(path)
    return found
