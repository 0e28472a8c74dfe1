"""Receipts: proof of what a result was made of (scoring.md section 7).

A receipt is SHA-256 over a salt and the canonical JSON of everything that went in. Rubric and policy are the
same for a whole cycle, so they enter by their own digest, `terms_digest`. Nothing in it names a rater, an
assignment or an order: the sheets of a type are sorted.
"""

import hashlib
import itertools
import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.domain.cycles import Policy
from app.domain.rubrics import Criterion, Rubric, Scale
from app.domain.scoring import ANONYMOUS, NO_ANSWER, TYPES, Circumstances, Mask, Plan, Sheets
from app.domain.values import Dimension

#: Changes whenever the same inputs could give another figure.
ENGINE_VERSION: Final = 1
SALT_BYTES: Final = 32
#: RFC 8785 writes numbers as IEEE doubles; whole numbers up to here are exact in them.
_LARGEST: Final = 2**53 - 1
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
#: The rater types in the order of their names, as canonical JSON has them, and the place of each there.
_SORTED_TYPES: Final = sorted(rater_type.value for rater_type in TYPES)
_RANKS: Final = np.array([_SORTED_TYPES.index(rater_type.value) for rater_type in TYPES])
#: Every set of rater types as a list, by the sum of their bits.
_BITS: Final = 1 << np.arange(len(TYPES))
_LISTS: Final = [
    json.dumps([kind.value for place, kind in enumerate(TYPES) if which >> place & 1], separators=(",", ":"))
    for which in range(1 << len(TYPES))
]


def digest(canonical: bytes, salt: bytes) -> str:
    """The receipt: SHA-256 in hexadecimal over the 256-bit ``salt`` followed by the canonical input."""
    if len(salt) != SALT_BYTES:
        msg = "a receipt needs a salt of 256 bits"
        raise ValueError(msg)
    return hashlib.sha256(salt + canonical).hexdigest()


def receipt_inputs(plan: Plan, sheets: Sheets, circumstances: Circumstances) -> list[bytes]:
    """Everything that went into each participant's result, as canonical JSON (`canonical_json` of it is the same).

    ``sheets`` holds, per rater type, one text per sheet: its points in rubric order with commas between them, nothing
    where an indicator was not observed or not asked (``"4,,5"``); sheets are sorted by their points, nothing before every
    point. ``set_aside``, ``assigned`` and ``filled_at_opening`` name the anonymous types for which they hold.
    """
    terms = terms_digest(plan)
    columns = zip(
        _named(circumstances.assigned),
        _external(plan, circumstances),
        _named(circumstances.filled_at_opening),
        ("true" if flag else "false" for flag in circumstances.innovation.tolist()),
        _named(circumstances.set_aside),
        _sorted_sheets(plan, sheets, len(circumstances)),
        strict=True,
    )
    return [
        (
            f'{{"assigned":{assigned},"engine":{ENGINE_VERSION},"external":{external},"filled_at_opening":{filled},'
            f'"innovation":{innovation},"set_aside":{set_aside},"sheets":{answers},"terms":"{terms}"}}'
        ).encode()
        for assigned, external, filled, innovation, set_aside, answers in columns
    ]


@lru_cache(maxsize=256)
def terms_digest(plan: Plan) -> str:
    """SHA-256 in hexadecimal over the canonical JSON of the rubric version and the policy."""
    terms = {"rubric": _rubric(plan.rubric), "policy": _policy(plan.policy)}
    return hashlib.sha256(canonical_json(terms)).hexdigest()


def canonical_json(value: object) -> bytes:
    """``value`` as RFC 8785 writes it, for strings, integers, booleans, null, lists and objects.

    `TypeError` for anything else (a float or a decimal would need a choice of notation), `ValueError` for an
    integer beyond 2^53 - 1 or an unpaired surrogate.
    """
    return _ENCODER.encode(_ordered(value)).encode()


def _ordered(value: object) -> object:
    """The same value, checked, with the members of every object in order of their UTF-16 code units."""
    if isinstance(value, dict):
        # among ASCII names Python's own order is that of code units
        names = sorted(value) if all(map(str.isascii, value)) else sorted(value, key=_utf_16)
        return {name: _ordered(value[name]) for name in names}
    if isinstance(value, list):
        return [_ordered(item) for item in value]
    if isinstance(value, int):
        if abs(value) > _LARGEST:
            msg = "no exact JSON number"
            raise ValueError(msg)
        return value
    if value is None or isinstance(value, str):
        return value
    msg = f"{type(value).__name__} has no canonical form here"
    raise TypeError(msg)


def _utf_16(name: str) -> bytes:
    """Big-endian, so that comparing bytes is comparing code units (surrogates sort below U+E000)."""
    return name.encode("utf-16-be")


def _sorted_sheets(plan: Plan, sheets: Sheets, participants: int) -> list[str]:
    """Per participant an object of the rater types' sheets, in an order that depends on nothing but their points."""
    points = np.where(plan.asked[sheets.rater_type], sheets.points, NO_ANSWER)
    rank = _RANKS[sheets.rater_type]
    order = np.lexsort((*points.T[::-1], rank, sheets.participant))
    lines = [",".join(row) for row in _point_texts(points[order]).tolist()]
    group = sheets.participant[order] * len(TYPES) + rank[order]
    starts = np.flatnonzero(np.diff(group, prepend=-1)).tolist()
    written: list[list[str]] = [[] for _ in range(participants)]
    for start, end in zip(starts, [*starts[1:], len(group)], strict=False):  # without a sheet there is only an end
        participant, place = divmod(int(group[start]), len(TYPES))
        written[participant].append(f'"{_SORTED_TYPES[place]}":{_texts(lines[start:end])}')
    return [_object(parts) for parts in written]


def _texts(texts: Sequence[str]) -> str:
    return '["' + '","'.join(texts) + '"]'


def _object(members: Iterable[str]) -> str:
    return "{" + ",".join(members) + "}"


def _point_texts(points: NDArray[np.int16]) -> NDArray[np.object_]:
    """Each point as text, nothing for no answer."""
    answered = points != NO_ANSWER
    lowest, highest = int(points.min(initial=0, where=answered)), int(points.max(initial=0, where=answered))
    texts = ["", *map(str, range(lowest, highest + 1))]
    written: NDArray[np.object_] = np.array(texts, dtype=object)[np.where(answered, points - lowest + 1, 0)]
    return written


def _named(holds: Mask) -> list[str]:
    """Per participant the anonymous types for which something holds; of the others the engine asks no such thing."""
    return [_LISTS[which] for which in ((holds & ANONYMOUS) @ _BITS).tolist()]


def _external(plan: Plan, circumstances: Circumstances) -> Iterable[str]:
    """Per participant what other systems sent."""
    dimensions = sorted(plan.policy.external_dimensions)
    if not dimensions:
        return itertools.repeat("{}", len(circumstances))
    return (
        _object(_score(dimension, circumstances, participant) for dimension in dimensions)
        for participant in range(len(circumstances))
    )


def _score(dimension: Dimension, circumstances: Circumstances, participant: int) -> str:
    score = circumstances.external_score(dimension, participant)
    return f'"{dimension.value}":' + ("null" if score is None else f'"{decimal_text(score)}"')


def decimal_text(value: Decimal) -> str:
    """One notation per number: 60 and 60.0000 are both ``60``."""
    return format(value.normalize(), "f")


def _rubric(rubric: Rubric) -> dict[str, Any]:
    return {
        "id": str(rubric.id),
        "code": rubric.code,
        "version": rubric.version,
        "scale": _scale(rubric.scale),
        "criteria": [_criterion(criterion) for criterion in rubric.criteria],
    }


def _criterion(criterion: Criterion) -> dict[str, Any]:
    return {
        "code": criterion.code,
        "title": criterion.title,
        "dimension": criterion.dimension.value,
        "weight": criterion.weight,
        "scale": None if criterion.scale is None else _scale(criterion.scale),
        "indicators": [
            {
                "code": indicator.code,
                "statement": indicator.statement,
                "weight": indicator.weight,
                "rater_types": sorted(indicator.rater_types),
            }
            for indicator in criterion.indicators
        ],
    }


def _scale(scale: Scale) -> dict[str, Any]:
    labels = sorted(scale.labels, key=lambda label: label.points)
    return {"min": scale.min, "max": scale.max, "labels": [[label.points, label.label] for label in labels]}


def _policy(policy: Policy) -> dict[str, Any]:
    """The policy as it takes effect: a weight left out and a weight of 0 are the same."""
    return {
        "scheme": policy.scheme.value,
        "rater_weights": {rater_type.value: policy.weight(rater_type) for rater_type in TYPES},
        "min_raters": {rater_type.value: policy.minimum(rater_type) for rater_type in TYPES},
        "dimension_weights": {d.value: weight for d, weight in policy.dimension_weights.items()},
        "required_rater_types": sorted(policy.required_rater_types),
        "meets": decimal_text(policy.meets),
        "above": decimal_text(policy.above),
        "gap_threshold": decimal_text(policy.gap_threshold),
        "external_dimensions": {
            dimension.value: [decimal_text(bounds.min), decimal_text(bounds.max)]
            for dimension, bounds in policy.external_dimensions.items()
        },
    }
