"""Pure rules of rubrics: shares, ids of a draft written anew, the checks of the content."""

from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

import pytest

from app.domain.presets import PRESETS
from app.domain.presets.definitions import definition_of
from app.domain.rubrics import Rubric, Scale, ScaleLabel, check_content, share, with_known_ids
from app.domain.values import RubricState
from tests.support.appraisals import DRAWN_AT, criterion, indicator, scale


@pytest.mark.parametrize(
    ("weight", "siblings", "shown"),
    [(1, 7, "14.29"), (1, 3, "33.33"), (2, 3, "66.67"), (1, 1, "100"), (1, 800, "0.13")],
)
def test_a_share_is_a_percentage_rounded_half_up(weight: int, siblings: int, shown: str) -> None:
    assert share(weight, siblings) == Decimal(shown)


@pytest.mark.parametrize("code", sorted(PRESETS))
def test_every_preset_is_a_faultless_definition(code: str) -> None:
    definition = definition_of(PRESETS[code], uuid4)
    assert check_content(definition.scale, definition.criteria) == []
    ids = [one.id for one in definition.criteria] + [i.id for one in definition.criteria for i in one.indicators]
    assert len(set(ids)) == len(ids)


def test_a_draft_written_anew_keeps_the_ids_of_codes_that_stay() -> None:
    before = Rubric(
        uuid4(), "R", 1, "T", None, RubricState.DRAFT, scale(1, 5),
        (criterion("A", indicator("A1"), indicator("A2")),), DRAWN_AT, None, None,
    )  # fmt: skip
    written = (
        replace(criterion("A", indicator("A2"), indicator("A3")), id=uuid4()),
        replace(criterion("B", replace(indicator("A1"), id=uuid4())), id=uuid4()),
    )
    after = with_known_ids(before, written)
    known = {i.code: i.id for _, i in before.indicators()}
    assert after[0].id == before.criteria[0].id
    assert after[1].id == written[1].id
    assert [i.id for i in after[0].indicators] == [known["A2"], written[0].indicators[1].id]
    assert after[1].indicators[0].id == known["A1"]


def test_a_scale_needs_two_to_a_hundred_and_one_points_each_with_one_label() -> None:
    one = (criterion("A", indicator("A1")),)
    assert check_content(scale(0, 100), one) == []
    assert [v.code for v in check_content(scale(0, 101), one)] == ["scale_size"]
    assert [v.code for v in check_content(scale(1, 1), one)] == ["scale_size"]
    doubled = Scale(1, 2, (ScaleLabel(1, "a"), ScaleLabel(1, "b")))
    assert [v.code for v in check_content(doubled, one)] == ["scale_labels_incomplete"]


def test_codes_are_unique_and_every_indicator_is_asked_of_somebody() -> None:
    criteria = (criterion("A", indicator("A1"), indicator("A1")), criterion("A", indicator("B1", asked=())))
    found = {(v.pointer, v.code) for v in check_content(scale(1, 5), criteria)}
    assert found == {
        ("/criteria/1/code", "duplicate_criterion"),
        ("/criteria/0/indicators/1/code", "duplicate_indicator"),
        ("/criteria/1/indicators/0/rater_types", "indicator_asked_of_nobody"),
    }
