"""Submissions are read and written without a model of each answer, and still are what the models describe."""

import json
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from asyncpg.pgproto import pgproto
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from app.api.answers import to_json
from app.api.schemas.submissions import Submission, SubmissionPut
from app.api.strict_json import UnreadableJsonError, decode
from app.api.submissions_json import plain_submission, submission_json
from app.domain.actions.submissions import Content
from app.domain.errors import Invalid
from app.domain.submissions import Answers, Comment, Score, SubmissionStatus
from app.domain.values import CommentKind

INDICATOR = "01997c1e-5d1c-7a3e-9b60-2f4f0c9a1b2c"
REMARK = {"kind": "strength", "text": "Sabar."}
IDS = st.sampled_from(
    [INDICATOR, INDICATOR.upper(), INDICATOR.replace("-", ""), f"{{{INDICATOR[:34]}}}", "", "x" * 36, 5]
)
POINTS = st.sampled_from([None, 4, 0, -1000, 1001, 10**30, True, 4.0, 4.5, "4", [4]])
SCORES = st.lists(
    st.fixed_dictionaries({"indicator_id": IDS, "points": POINTS}, optional={"more": st.none()})
    | st.fixed_dictionaries({"indicator_id": IDS})
    | st.sampled_from([None, [], ["indicator_id", "points"], "ab", {}]),
    max_size=3,
)
BODIES: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {"scores": SCORES | st.sampled_from([{}, None, "", [[]]])},
    optional={
        "status": st.sampled_from(["draft", "submitted", "empty", None, [], {}]),
        "comments": st.sampled_from([[], None, {}, "", [REMARK]]),
        "more": st.none(),
    },
)
HARD = [
    b'{"status":"draft","status":"submitted","scores":[]}',
    b'{"status":"draft","scores":[{"points":4,"points":5,"indicator_id":"%s"}]}' % INDICATOR.encode(),
    b'{"status":"draft","scores":[{"indicator_id":"%s","points":4}],"scores":[]}' % INDICATOR.encode(),
    b'{"status":"draft","scores":[],"comments":[],"comments":[{"kind":"strength","text":"x"}]}',
    b'{"status":"draft","scores":[{"indicator_id":"%s","points":1e0}]}' % INDICATOR.encode(),
    b'{"status":"draft","scores":[{"indicator_id":"%s","points":-0}]}' % INDICATOR.encode(),
    b'{"status":"draft","scores":[{"indicator_id":"\\u0030%s","points":1}]}' % INDICATOR[1:].encode(),
    *(b'{"status":"draft","scores":[],"comments":%s}' % other for other in (b"null", b"{}", b'""', b"0", b"[[]]")),
    *(
        b'{"status":"draft","scores":[{"indicator_id":"%s","points":4}]}' % other.encode()
        for other in (
            INDICATOR.replace("-", ""),
            f"{{{INDICATOR.replace('-', '')}}}--",
            f"urn:{INDICATOR.replace('-', '')}",
        )
    ),
    b"[]",
    b"null",
    b"1",
    b'"status"',
    b"{",
    b"\xff",
]


def the_ordinary_way(body: bytes) -> Any:
    try:
        put = SubmissionPut.model_validate(decode(body))
    except (UnreadableJsonError, Invalid, ValidationError):
        return None
    return put.status, put.to_domain()


def assert_same(body: bytes) -> None:
    plain = plain_submission(body)
    if plain is not None:
        assert (plain.status, plain.to_domain()) == the_ordinary_way(body)


@given(BODIES)
def test_the_quick_way_comes_to_the_same(body: Any) -> None:
    assert_same(json.dumps(body).encode())


@pytest.mark.parametrize("body", HARD)
def test_hard_cases(body: bytes) -> None:
    assert_same(body)


@pytest.mark.parametrize("separators", [(",", ":"), (", ", ": ")])
@pytest.mark.parametrize("count", [0, 1, 200, 201])
def test_an_ordinary_form_takes_the_quick_way(separators: tuple[str, str], count: int) -> None:
    scores = [{"indicator_id": str(uuid4()), "points": number % 5 or None} for number in range(count)]
    body = json.dumps({"status": "submitted", "scores": scores, "comments": []}, separators=separators).encode()
    assert (plain_submission(body) is not None) == (count <= 200)
    assert_same(body)


@pytest.mark.parametrize("status", list(SubmissionStatus))
@pytest.mark.parametrize(
    "answers",
    [
        None,
        Answers((), ()),
        Answers(
            (Score(UUID(INDICATOR), 4), Score(pgproto.UUID(INDICATOR), None)),
            (Comment(None, CommentKind.STRENGTH, "Sabar “é”."), Comment(UUID(INDICATOR), CommentKind.GENERAL, "…")),
        ),
    ],
)
def test_what_is_shown_is_what_the_model_would_write(status: SubmissionStatus, answers: Answers | None) -> None:
    content = Content(pgproto.UUID(INDICATOR), status, date(2026, 3, 1), answers)
    assert submission_json(content) == to_json(Submission.of(content))
    assert orjson.loads(submission_json(content))["status"] == status.value
