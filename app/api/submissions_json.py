"""Submissions as bytes, both ways, without a model of each answer (docs/performance.md)."""

from functools import lru_cache
from typing import Final, Literal, NamedTuple
from uuid import UUID

import orjson

from app.domain.actions.submissions import Content
from app.domain.submissions import Answers, Score

_STATUSES: Final = frozenset({"draft", "submitted"})
_NAMES: Final = frozenset({"status", "scores", "comments"})
_MOST_SCORES: Final = 200
_POINTS: Final = frozenset({None, *range(-1000, 1001)})
_POINT_TYPES: Final = frozenset({type(None), int})  # a true or a fraction equals a whole number


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


class PlainSubmission(NamedTuple):
    """What an endpoint uses of `SubmissionPut`."""

    status: Literal["draft", "submitted"]
    answers: Answers

    def to_domain(self) -> Answers:
        """As the domain reads it."""
        return self.answers


def plain_submission(body: bytes) -> PlainSubmission | None:
    """What `strict_json.decode` and `SubmissionPut` would make of a body with scores and no remarks; else ``None``.

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
        points = [row["points"] for row in rows if len(row) == 2]
        if len(points) != len(rows) or not (_POINTS.issuperset(points) and _POINT_TYPES.issuperset(map(type, points))):
            return None
        scores = tuple([_score(row["indicator_id"], row["points"]) for row in rows])
    except (ValueError, TypeError, KeyError, AttributeError):  # whatever it is, the ordinary way finds words for it
        return None
    return PlainSubmission(sent["status"], Answers(scores, ()))


@lru_cache(maxsize=20_000)
def _score(indicator_id: str, points: int | None) -> Score:
    """An answer, its indicator in the usual spelling: both are few and come again and again. Raises `ValueError`."""
    made = UUID(indicator_id)
    if str(made) != indicator_id:
        raise ValueError(indicator_id)
    return Score(made, points)
