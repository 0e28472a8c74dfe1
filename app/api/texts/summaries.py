"""The words of summaries."""

from typing import Final

from app.api.texts.types import Sentence

NO_PREDICATE: Final[Sentence] = ("Tanpa predikat", "No predicate")
