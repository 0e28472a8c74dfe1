"""Rule 5: no group smaller than three, whatever the policy; and the rater is told all of it before he answers."""

from typing import Any, Final
from uuid import uuid4

import pytest

from app.domain.values import ANONYMOUS_TYPES
from tests.support.city import POLICY, City
from tests.support.rounds import cycle_body

pytestmark = pytest.mark.anyio
ANONYMOUS: Final = sorted(map(str, ANONYMOUS_TYPES))
TOO_LOW: Final = [
    *({"min_raters": {kind: minimum}} for kind in ANONYMOUS for minimum in (2, 1, 0, -3)),
    *({"min_commenters": minimum} for minimum in (2, 0)),
    {"min_raters": {"peer": 2.9}},
    {"min_raters": {"peer": "3"}},
    {"min_raters": {"superior": 3}},
]


@pytest.mark.parametrize("change", TOO_LOW)
async def test_no_policy_goes_below_three(untouched: City, change: dict[str, Any]) -> None:
    body = cycle_body(untouched.rubrics["published"]["id"], f"SIKLUS-{uuid4()}"[:40], policy=POLICY | change)
    refused = await untouched.api.post("/v1/cycles", json=body, headers=untouched.admin)
    assert refused.status_code == 422
    made = await untouched.post("/v1/cycles", body | {"policy": POLICY | {"min_raters": {"peer": 4}}})
    path = f"/v1/cycles/{made['id']}"
    changed = await untouched.api.patch(path, json={"policy": change}, headers=untouched.admin | {"If-Match": "*"})
    assert changed.status_code == 422


async def test_the_minimum_is_frozen_when_rating_opens(untouched: City) -> None:
    change = {"policy": {"min_raters": {"peer": 5}}}
    path = untouched.settings["rating"].path
    answer = await untouched.api.patch(path, json=change, headers=untouched.admin | {"If-Match": "*"})
    assert (answer.status_code, answer.json()["code"]) == (409, "cycle_frozen")


@pytest.mark.parametrize(("rater", "asked"), [("peer", 4), ("sub0", 2), ("recipient", 3)])
async def test_the_form_tells_the_rater_what_he_must_know(untouched: City, rater: str, asked: int) -> None:
    setting = untouched.settings["rating"]
    path = f"/v1/assignments/{setting.assignments[rater]}/submission"
    headers = untouched.headers(rater, setting)
    notices = {
        language: (await untouched.api.get(path, headers=headers | {"Accept-Language": language})).json()["notice"]
        for language in ("id", "en")
    }
    for notice in notices.values():
        assert (notice["anonymous"], notice["minimum"], notice["asked"]) == (True, 3, asked)
        assert set(notice["readers"]) == {"ratee", "superior", "appraiser", "unit_admin", "admin", "auditor"}
        assert "3" in notice["text"]
        assert str(asked) in notice["text"]
    assert "together" in notices["en"]["text"]
    assert "bersama" in notices["id"]["text"]


async def test_named_raters_are_not_told_that_they_are_anonymous(untouched: City) -> None:
    setting = untouched.settings["rating"]
    for rater in ("superior", "self"):
        path = f"/v1/assignments/{setting.assignments[rater]}/submission"
        notice = (await untouched.api.get(path, headers=untouched.headers(rater))).json()["notice"]
        assert (notice["anonymous"], notice["minimum"]) == (False, 1)
