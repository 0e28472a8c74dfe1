"""All person-facing sentences, Indonesian first, by code: one dictionary per topic, merged here.

``PROBLEMS`` holds the title and detail of a problem document, ``VIOLATIONS`` the message of one faulty place. Both may
name the params of their error in braces. A test holds that every code raised anywhere has its text.
"""

from typing import Any, Final

from app.api.languages import Language
from app.api.texts import common, people, rubrics, submissions
from app.api.texts.types import ProblemText, Sentence

PROBLEMS: Final[dict[str, ProblemText]] = common.PROBLEMS | people.PROBLEMS | rubrics.PROBLEMS | submissions.PROBLEMS
VIOLATIONS: Final[dict[str, Sentence]] = common.VIOLATIONS | people.VIOLATIONS | rubrics.VIOLATIONS | submissions.VIOLATIONS


def say(sentence: Sentence, language: Language, params: dict[str, Any]) -> str:
    """The sentence in the reader's language with its params filled in."""
    text = sentence[0] if language == "id" else sentence[1]
    return text.format_map(_Params(params))


class _Params(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"
