"""Submissions as bytes, both ways, without a model of each answer (docs/performance.md)."""

from functools import lru_cache
from typing import Any, Final
from uuid import UUID

import orjson

from app.api.schemas.submissions import SubmissionPut
from app.domain.actions.submissions import Content
from app.domain.submissions import Answers, Score

_STATUSES: Final = frozenset({"draft", "submitted"})
_NAMES: Final = frozenset({"status", "scores", "comments"})
_MOST_SCORES: Final = 200
_FARTHEST_POINT: Final = 1000


def submission_json(content: Content) -> bytes:
    """The JSON of `Submission`. Its digest is the ETag of a form and of what was written into it."""
    answers = content.answers
    shown = {
        "assignment_id": content.assignment_id,
        "status": content.status,
        "submitted_on": content.submitted_on,
        "scores": None if answers is None else answers.scores,
        "comments": None if answers is None else answers.comments,
    }
    return orjson.dumps(shown, str)  # `str` is for the database driver's own UUIDs


def plain_submission(body: bytes) -> SubmissionPut | None:
    """What `strict_json.decode` and the model would make of a body with scores and no remarks; else ``None``.

    Every property brings a colon. When there are exactly as many colons as properties that belong there, no name stands
    twice.
    """
    try:
        sent = orjson.loads(body)
        rows = sent["scores"]
        if type(rows) is not list or len(rows) > _MOST_SCORES or body.count(b":") != len(sent) + 2 * len(rows):
            return None
        if not sent.keys() <= _NAMES or sent["status"] not in _STATUSES or sent.get("comments", []) != []:
            return None
        scores = [Score(_id(row["indicator_id"]), row["points"]) for row in rows if len(row) == 2]
    except (ValueError, TypeError, KeyError, AttributeError):  # whatever it is, the ordinary way finds words for it
        return None
    if len(scores) != len(rows) or not all(_is_point(score.points) for score in scores):
        return None
    return SubmissionPut.of_answers(sent["status"], Answers(tuple(scores), ()))


def _is_point(value: Any) -> bool:
    return value is None or (type(value) is int and -_FARTHEST_POINT <= value <= _FARTHEST_POINT)


@lru_cache(maxsize=5_000)
def _id(text: str) -> UUID:
    """The id in its usual spelling: indicators are few and come again and again. Raises `ValueError`."""
    made = UUID(text)
    if str(made) != text:
        raise ValueError(text)
    return made
