"""Receipts: canonical JSON after RFC 8785, and a digest that changes with every input and nothing else."""

import hashlib
import json
import random
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.cycles import ExternalRange, Policy
from app.domain.results import canonical_json, digest, receipt_inputs, terms_digest
from app.domain.rubrics import Rubric, ScaleLabel
from app.domain.scoring import compile_plan
from app.domain.values import Dimension, RaterType, RubricState, Scheme
from tests.support.appraisals import Scored, criterion, indicator, rubric, scale
from tests.support.oracle import Case

SUPERIOR, PEER, SUBORDINATE, SELF, RECIPIENT = RaterType
SALT = bytes(range(32))

# ---------------------------------------------------------------- RFC 8785


def test_members_are_ordered_by_utf_16_code_units() -> None:
    """The example of RFC 8785 section 3.2.3; by code points U+1F600 would follow U+FB33."""
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    written = json.loads(canonical_json(dict.fromkeys(names, 0)))
    assert list(written) == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]
    assert list(written) != sorted(names)


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), st.integers(-9, 9)))
def test_any_members_are_ordered_by_utf_16_code_units(value: dict[str, int]) -> None:
    def code_units(name: str) -> list[int]:
        units: list[int] = []
        for character in map(ord, name):
            if character < 0x10000:
                units.append(character)
            else:
                high, low = divmod(character - 0x10000, 0x400)
                units += [0xD800 + high, 0xDC00 + low]
        return units

    pairs = json.loads(canonical_json(value), object_pairs_hook=list)
    assert [name for name, _ in pairs] == sorted(value, key=code_units)
    assert dict(map(tuple, pairs)) == value


def test_strings_are_escaped_as_the_rfc_says() -> None:
    text = "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/\u2028\u007f\b\t\f\r"
    expected = '"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/\u2028\u007f\\b\\t\\f\\r"'
    assert canonical_json(text) == expected.encode()


def test_nested_values_without_white_space() -> None:
    value = {"b": [1, None, {"d": False, "c": "x"}], "a": {}, "": [-(2**53) + 1, []]}
    assert canonical_json(value) == b'{"":[-9007199254740991,[]],"a":{},"b":[1,null,{"c":"x","d":false}]}'


@pytest.mark.parametrize("value", [1.5, 1.0, Decimal(1), (1,), b"x", {1: 2}, [[1.0]], {"a": {"b": 1.0}}])
def test_what_has_no_single_notation_is_refused(value: object) -> None:
    with pytest.raises((TypeError, AttributeError)):
        canonical_json(value)


@pytest.mark.parametrize("value", [2**53, -(2**53), [2**53], "\ud800", {"\ud800": 1}])
def test_what_json_cannot_carry_exactly_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"exact|surrogates"):
        canonical_json(value)


# ---------------------------------------------------------------- what a receipt covers

RUBRIC = rubric(criterion("A", indicator("a1"), indicator("a2", asked={SUPERIOR, SELF})))
POLICY = Policy(
    rater_weights={SUPERIOR: 60, PEER: 40, SELF: 0},
    external_dimensions={Dimension.WORK_RESULT: ExternalRange(Decimal(0), Decimal(120))},
)
CASE = Case(
    [(SUPERIOR, [5, 4]), (PEER, [4, None]), (PEER, [None, None]), (PEER, [3, None])],
    assigned={PEER},
    filled_at_opening={PEER},
    external={Dimension.WORK_RESULT: Decimal("100.5")},
)


def inputs(case: Case = CASE, policy: Policy = POLICY, of: Rubric = RUBRIC) -> bytes:
    scored = Scored(of, policy, case)
    (only,) = receipt_inputs(scored.plan, scored.sheets, scored.circumstances)
    return only


def receipt(case: Case = CASE, policy: Policy = POLICY, of: Rubric = RUBRIC) -> str:
    return digest(inputs(case, policy, of), SALT)


def test_the_input_of_a_receipt() -> None:
    assert json.loads(inputs()) == {
        "engine": 1,
        "terms": terms_digest(compile_plan(RUBRIC, POLICY)),
        "sheets": {"superior": ["5,4"], "peer": [",", "3,", "4,"]},
        "set_aside": [],
        "assigned": ["peer"],
        "filled_at_opening": ["peer"],
        "innovation": False,
        "external": {"work_result": "100.5"},
    }


def test_the_digest_is_sha_256_over_salt_and_input() -> None:
    canonical = inputs()
    assert receipt() == hashlib.sha256(SALT + canonical).hexdigest()
    assert receipt() != digest(canonical, bytes(32))


@pytest.mark.parametrize("salt", [b"", bytes(31), bytes(33)])
def test_a_salt_has_256_bits(salt: bytes) -> None:
    with pytest.raises(ValueError, match="256 bits"):
        digest(b"{}", salt)


@pytest.mark.parametrize(
    "other",
    [
        replace(CASE, sheets=CASE.sheets[:-1]),
        replace(CASE, sheets=[*CASE.sheets[:-1], (PEER, [4, None])]),
        replace(CASE, sheets=[*CASE.sheets[:-1], (PEER, [None, None])]),
        replace(CASE, sheets=[*CASE.sheets[:-1], (SUBORDINATE, [3, None])]),
        replace(CASE, set_aside={PEER}),
        replace(CASE, assigned=set()),
        replace(CASE, filled_at_opening=set()),
        replace(CASE, innovation=True),
        replace(CASE, external={}),
        replace(CASE, external={Dimension.WORK_RESULT: Decimal("100.5001")}),
    ],
)
def test_every_input_of_the_participant_changes_the_receipt(other: Case) -> None:
    assert receipt(other) != receipt()


@pytest.mark.parametrize(
    "other",
    [
        replace(POLICY, rater_weights={SUPERIOR: 60, PEER: 41}),
        replace(POLICY, min_raters={PEER: 4}),
        replace(POLICY, dimension_weights={Dimension.WORK_RESULT: 61, Dimension.WORK_BEHAVIOUR: 40}),
        replace(POLICY, required_rater_types=frozenset()),
        replace(POLICY, meets=Decimal("60.0001")),
        replace(POLICY, above=Decimal(86)),
        replace(POLICY, gap_threshold=Decimal(16)),
        replace(POLICY, scheme=Scheme.PP_30_2019),
        replace(POLICY, external_dimensions={Dimension.WORK_RESULT: ExternalRange(Decimal(0), Decimal(121))}),
    ],
)
def test_every_rule_of_the_policy_changes_the_receipt(other: Policy) -> None:
    assert receipt(policy=other) != receipt()


A = RUBRIC.criteria[0]
A1, A2 = A.indicators


@pytest.mark.parametrize(
    "other",
    [
        replace(RUBRIC, version=2),
        replace(RUBRIC, scale=scale(0, 5)),
        replace(RUBRIC, scale=replace(RUBRIC.scale, labels=(ScaleLabel(1, "other"), *RUBRIC.scale.labels[1:]))),
        replace(RUBRIC, criteria=(replace(A, weight=2),)),
        replace(RUBRIC, criteria=(replace(A, scale=scale(1, 5)),)),
        replace(RUBRIC, criteria=(replace(A, title="Other"),)),
        replace(RUBRIC, criteria=(replace(A, indicators=(replace(A1, weight=2), A2)),)),
        replace(RUBRIC, criteria=(replace(A, indicators=(replace(A1, statement="Other"), A2)),)),
        replace(RUBRIC, criteria=(replace(A, indicators=(replace(A1, rater_types=frozenset({PEER})), A2)),)),
    ],
)
def test_every_word_of_the_rubric_changes_the_receipt(other: Rubric) -> None:
    assert terms_digest(compile_plan(other, POLICY)) != terms_digest(compile_plan(RUBRIC, POLICY))


def test_what_changes_no_figure_changes_no_receipt() -> None:
    shuffled = random.Random(1).sample(CASE.sheets, len(CASE.sheets))
    assert receipt(replace(CASE, sheets=shuffled)) == receipt()
    stray = [(t, [points[0], 1]) if t is PEER else (t, points) for t, points in CASE.sheets]
    assert receipt(replace(CASE, sheets=stray)) == receipt()
    assert receipt(replace(CASE, assigned={PEER, SUPERIOR}, filled_at_opening={PEER, SELF})) == receipt()
    assert receipt(replace(CASE, external={Dimension.WORK_RESULT: Decimal("100.5000")})) == receipt()
    assert receipt(policy=replace(POLICY, rater_weights={PEER: 40, SUPERIOR: 60})) == receipt()
    assert receipt(policy=replace(POLICY, min_raters={PEER: 3}, meets=Decimal("60.0000"))) == receipt()
    retired = replace(RUBRIC, state=RubricState.RETIRED, retired_at=datetime(2027, 1, 1, tzinfo=UTC))
    assert receipt(of=retired) == receipt()


def test_an_external_score_that_never_came_is_told() -> None:
    assert json.loads(inputs(replace(CASE, external={})))["external"] == {"work_result": None}
