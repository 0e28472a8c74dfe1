"""Shapes of the texts."""

from typing import NamedTuple

#: Indonesian, English.
Sentence = tuple[str, str]


class ProblemText(NamedTuple):
    """What a problem document says: its title and its detail (what happened and how to mend it)."""

    title: Sentence
    detail: Sentence
