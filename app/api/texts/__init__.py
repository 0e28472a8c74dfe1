"""All person-facing sentences, Indonesian first, by code: one dictionary per topic, merged here.

``PROBLEMS`` holds the title and detail of a problem document, ``VIOLATIONS`` the message of one faulty place. Both may
name the params of their error in braces. A test holds that every code raised anywhere has its text.
"""

from typing import Any, Final

from app.api.languages import Language
from app.api.texts import (
    assignments,
    auth,
    calibration,
    common,
    comparison,
    cycles,
    data_rights,
    delegations,
    exports,
    imports,
    people,
    quality,
    results,
    rubrics,
    submissions,
)
from app.api.texts.types import ProblemText, Sentence

_TOPICS: Final = (
    assignments,
    auth,
    calibration,
    common,
    comparison,
    cycles,
    data_rights,
    delegations,
    exports,
    imports,
    people,
    quality,
    results,
    rubrics,
    submissions,
)
PROBLEMS: Final[dict[str, ProblemText]] = {code: text for topic in _TOPICS for code, text in topic.PROBLEMS.items()}
VIOLATIONS: Final[dict[str, Sentence]] = {code: text for topic in _TOPICS for code, text in topic.VIOLATIONS.items()}


def say(sentence: Sentence, language: Language, params: dict[str, Any]) -> str:
    """The sentence in the reader's language with its params filled in; a param may be a `Sentence` itself."""
    spoken = {name: _in(value, language) if isinstance(value, tuple) else value for name, value in params.items()}
    return _in(sentence, language).format_map(_Params(spoken))


def _in(sentence: Sentence, language: Language) -> str:
    return sentence[0] if language == "id" else sentence[1]


class _Params(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"
