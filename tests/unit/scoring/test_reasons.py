"""Every reason and every withheld code, each where it applies and where it just does not (sections 3 and 4)."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from app.domain.cycles import ExternalRange, Policy
from app.domain.results import withheld
from app.domain.values import ANONYMOUS_TYPES, Completeness, Dimension, RaterType, Withheld
from tests.support.appraisals import Scored, criterion, indicator, rubric
from tests.support.appraisals import document as document_of
from tests.support.oracle import Case

SUPERIOR, PEER, SUBORDINATE, SELF, RECIPIENT = RaterType
RUBRIC = rubric(
    criterion("A", indicator("a1"), indicator("a2", asked={SUPERIOR, PEER})),
    criterion("B", indicator("b1", asked={SUPERIOR, SELF}), dimension=Dimension.WORK_RESULT),
)
POLICY = Policy(rater_weights={SUPERIOR: 60, PEER: 40})
BY_SUPERIOR = (SUPERIOR, [4, 4, 4])
PEERS = [(PEER, [3, 3, None])] * 3
FULL = Case([BY_SUPERIOR, *PEERS], assigned={PEER})


def told(case: Case, policy: Policy = POLICY) -> list[tuple[str, ...]]:
    return [tuple(reason.values()) for reason in Scored(RUBRIC, policy, case).document["reasons"]]


def completeness(case: Case, policy: Policy = POLICY) -> Completeness:
    (appraisal,) = Scored(RUBRIC, policy, case).appraisals
    return appraisal.completeness


def requiring(*types: RaterType) -> Policy:
    return replace(POLICY, required_rater_types=frozenset(types))


def test_a_full_participant_is_complete_without_reasons() -> None:
    assert completeness(FULL) is Completeness.COMPLETE
    assert told(FULL) == []


@pytest.mark.parametrize("rater_type", [SUPERIOR, SELF])
def test_missing_rater_type_is_a_required_superior_or_self_without_a_sheet(rater_type: RaterType) -> None:
    without = replace(FULL, sheets=[sheet for sheet in FULL.sheets if sheet[0] is not rater_type])
    assert ("missing_rater_type", rater_type) in told(without, requiring(rater_type))
    assert completeness(without, requiring(rater_type)) is Completeness.INCOMPLETE
    assert ("missing_rater_type", rater_type) not in told(without, requiring())
    with_sheet = replace(FULL, sheets=[*without.sheets, (rater_type, [None, None, None])])
    assert ("missing_rater_type", rater_type) not in told(with_sheet, requiring(rater_type))


@pytest.mark.parametrize("submitted", [0, 2])
def test_below_min_raters_tells_none_and_too_few_alike(submitted: int) -> None:
    few = Case([BY_SUPERIOR, *PEERS[:submitted]], assigned={PEER})
    assert told(few) == [("below_min_raters", "peer")]
    assert completeness(few) is Completeness.COMPLETE


def test_below_min_raters_needs_an_assignment_or_a_requirement() -> None:
    nobody = Case([BY_SUPERIOR])
    assert told(nobody) == []
    assert told(nobody, requiring(PEER)) == [("below_min_raters", "peer")]
    assert completeness(nobody, requiring(PEER)) is Completeness.INCOMPLETE


def test_below_min_raters_needs_a_weight_or_a_requirement() -> None:
    assigned = Case([BY_SUPERIOR], assigned={SUBORDINATE})
    assert told(assigned) == []
    assert told(assigned, requiring(SUBORDINATE)) == [("below_min_raters", "subordinate")]


def test_the_minimum_is_the_policys() -> None:
    four = replace(POLICY, min_raters={PEER: 4})
    assert told(FULL, four) == [("below_min_raters", "peer")]
    assert told(replace(FULL, sheets=[*FULL.sheets, PEERS[0]]), four) == []


def test_below_min_raters_on_an_indicator() -> None:
    blind = Case([BY_SUPERIOR, *PEERS[:2], (PEER, [3, None, None])], assigned={PEER})
    assert told(blind) == [("below_min_raters", "peer", "a2")]
    without_weight = replace(POLICY, rater_weights={SUPERIOR: 60})
    assert told(blind, without_weight) == []


def test_what_a_type_is_not_asked_is_no_reason() -> None:
    assert "b1" not in {part for reason in told(FULL) for part in reason}


def test_indicator_and_dimension_not_scored() -> None:
    blind = replace(FULL, sheets=[(SUPERIOR, [4, 4, None]), *PEERS])
    assert told(blind) == [("indicator_not_scored", "b1"), ("dimension_not_scored", "work_result")]
    assert completeness(blind) is Completeness.INCOMPLETE
    partly = replace(FULL, sheets=[(SUPERIOR, [4, None, 4]), *PEERS[:2]], assigned=set())
    assert told(partly) == [("indicator_not_scored", "a2")]
    assert completeness(partly) is Completeness.COMPLETE


def test_an_incomplete_participant_keeps_its_figures() -> None:
    document = Scored(RUBRIC, POLICY, Case([(SUPERIOR, [4, 4, None])])).document
    assert document["dimensions"][1]["value"] == 75.0
    assert document["dimensions"][1]["expectation"] == "meets"
    assert document["overall"] == 75.0
    assert document["improvements"] == ["A"]


EXTERNAL = replace(POLICY, external_dimensions={Dimension.WORK_RESULT: ExternalRange(Decimal(0), Decimal(120))})
BEHAVIOUR = rubric(RUBRIC.criteria[0])


def test_external_score_missing_stands_alone_for_its_dimension() -> None:
    scored = Scored(BEHAVIOUR, EXTERNAL, Case([(SUPERIOR, [4, 4])]))
    assert scored.document["reasons"] == [{"code": "external_score_missing", "dimension": "work_result"}]
    assert scored.document["completeness"] == "incomplete"
    assert scored.document["dimensions"][0] == {
        "dimension": "work_result",
        "value": None,
        "expectation": None,
        "source": "external",
        "by_rater_type": {},
    }


def test_group_set_aside_is_the_only_reason_about_its_group() -> None:
    for sheets in ([], PEERS[:2], PEERS, [(PEER, [3, None, None])] * 3):
        case = Case([BY_SUPERIOR, *sheets], set_aside={PEER}, assigned={PEER}, filled_at_opening={PEER})
        (appraisal,) = Scored(RUBRIC, POLICY, case).appraisals
        assert document_of(appraisal)["reasons"] == [{"code": "group_set_aside", "rater_type": "peer"}]
        assert appraisal.lost == ()
        entry = {"value": None, "withheld": "group_set_aside"}
        for place in places(document_of(appraisal)):
            assert place["peer"] == entry


def test_the_sheets_of_a_group_set_aside_still_meet_a_requirement() -> None:
    case = replace(FULL, set_aside={PEER})
    assert completeness(case, requiring(PEER)) is Completeness.COMPLETE
    fewer = replace(case, sheets=FULL.sheets[:-1])
    assert completeness(fewer, requiring(PEER)) is Completeness.INCOMPLETE
    assert told(fewer, requiring(PEER)) == [("group_set_aside", "peer")]


@pytest.mark.parametrize("rater_type", [SUPERIOR, SELF])
def test_only_anonymous_groups_can_be_set_aside(rater_type: RaterType) -> None:
    with pytest.raises(ValueError, match="anonymous"):
        Scored(RUBRIC, POLICY, replace(FULL, set_aside={rater_type}))


def lost(case: Case, policy: Policy = POLICY) -> tuple[RaterType, ...]:
    (appraisal,) = Scored(RUBRIC, policy, case).appraisals
    assert "group_lost" not in {reason["code"] for reason in document_of(appraisal)["reasons"]}
    return appraisal.lost


def test_group_lost_is_kept_apart_from_what_the_ratee_reads() -> None:
    vanished = Case([BY_SUPERIOR], filled_at_opening={PEER})
    assert lost(vanished) == (PEER,)
    assert lost(replace(vanished, filled_at_opening=set())) == ()
    assert lost(replace(vanished, sheets=[BY_SUPERIOR, *PEERS])) == ()
    assert lost(replace(vanished, sheets=[BY_SUPERIOR, *[(PEER, [None, None, None])] * 3])) == (PEER,)
    assert lost(vanished, replace(POLICY, rater_weights={SUPERIOR: 1})) == ()
    assert lost(Case([], filled_at_opening={SUPERIOR})) == ()


def test_reasons_stand_in_the_order_of_the_rules() -> None:
    policy = replace(
        POLICY,
        rater_weights={SUPERIOR: 1, PEER: 1, SUBORDINATE: 1, RECIPIENT: 1},
        required_rater_types=frozenset({SELF, SUPERIOR}),
    )
    case = Case(
        [(PEER, [None, 3, None])] * 3,
        assigned={PEER, SUBORDINATE, RECIPIENT},
        set_aside={RECIPIENT},
    )
    assert told(case, policy) == [
        ("missing_rater_type", "superior"),
        ("missing_rater_type", "self"),
        ("below_min_raters", "subordinate"),
        ("below_min_raters", "peer", "a1"),
        ("indicator_not_scored", "a1"),
        ("indicator_not_scored", "b1"),
        ("dimension_not_scored", "work_result"),
        ("group_set_aside", "service_recipient"),
    ]


# ---------------------------------------------------------------- withheld figures


def places(document: Any) -> list[dict[str, Any]]:
    levels = [document, *document["dimensions"], *document["criteria"], *document["indicators"]]
    return [level["by_rater_type"] for level in levels]


@pytest.mark.parametrize("rater_type", RaterType)
@pytest.mark.parametrize("asked", [True, False])
@pytest.mark.parametrize("set_aside", [True, False])
def test_the_first_that_applies_of_the_withheld_codes(rater_type: RaterType, asked: bool, set_aside: bool) -> None:
    expected = Withheld.BELOW_MIN_RATERS if rater_type in ANONYMOUS_TYPES else Withheld.NO_ANSWERS
    if not asked:
        expected = Withheld.NOT_ASKED
    if set_aside:
        expected = Withheld.GROUP_SET_ASIDE
    assert withheld(rater_type, asked=asked, set_aside=set_aside) is expected


def test_all_five_types_are_named_everywhere() -> None:
    for place in places(Scored(RUBRIC, POLICY, FULL).document):
        assert list(place) == [rater_type.value for rater_type in RaterType]


def test_each_withheld_code_at_each_level() -> None:
    document = Scored(RUBRIC, POLICY, Case([BY_SUPERIOR, *PEERS[:2]])).document
    work_result, behaviour = document["dimensions"]

    def codes(level: dict[str, Any]) -> list[str | None]:
        return [entry.get("withheld") for entry in level["by_rater_type"].values()]

    small, absent, unasked = "below_min_raters", "no_answers", "not_asked"
    assert codes(document) == codes(behaviour) == [None, small, small, absent, small]
    assert codes(work_result) == [None, unasked, unasked, absent, unasked]
    assert codes(document["criteria"][0]) == [None, small, small, absent, small]
    assert codes(document["indicators"][1]) == [None, small, unasked, unasked, unasked]
    assert all(entry["value"] is None for entry in behaviour["by_rater_type"].values() if "withheld" in entry)


def test_a_type_without_weight_is_shown_where_it_reaches_its_minimum() -> None:
    case = Case([BY_SUPERIOR, *[(RECIPIENT, [5, None, None])] * 3, (SELF, [1, None, 5])])
    document = Scored(RUBRIC, POLICY, case).document
    assert document["by_rater_type"]["service_recipient"] == {"value": 100.0}
    assert document["by_rater_type"]["self"] == {"value": 60.0}
    assert document["overall"] == 75.0
