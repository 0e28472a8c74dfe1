"""Plausible answers for the demo city, drawn from a given random stream.

A ratee has a *leaning*, the share of the scale (0..1) that fair observers would
give. A sheet adds what is known of raters: the type's leniency (most of all of
oneself), the rater's own severity on the whole sheet, and noise per indicator.
"""

from collections.abc import Mapping
from random import Random
from typing import Final

from app.demo.remarks import IMPROVEMENTS, STRENGTHS
from app.domain.values import CommentKind, RaterType

_LEANING_MEAN: Final = 0.68
_LEANING_SPREAD: Final = 0.13
_LEANING_BOUNDS: Final = (0.15, 0.97)

_SEVERITY_SPREAD: Final = 0.08
_NOISE_SPREAD: Final = 0.13

_LENIENCY: Final[Mapping[RaterType, float]] = {
    RaterType.SUPERIOR: -0.02,
    RaterType.PEER: 0.03,
    RaterType.SUBORDINATE: 0.04,
    RaterType.SELF: 0.10,
    RaterType.SERVICE_RECIPIENT: 0.02,
}
_NOT_OBSERVED_SHARE: Final[Mapping[RaterType, float]] = {
    RaterType.SUPERIOR: 0.01,
    RaterType.PEER: 0.04,
    RaterType.SUBORDINATE: 0.05,
    RaterType.SELF: 0.0,
    RaterType.SERVICE_RECIPIENT: 0.08,
}
_REMARK_SHARE: Final = 0.35


def leaning_for(rng: Random) -> float:
    """The leaning of one ratee, 0..1."""
    lowest, highest = _LEANING_BOUNDS
    return min(highest, max(lowest, rng.gauss(_LEANING_MEAN, _LEANING_SPREAD)))


def points_for(
    rng: Random,
    scale_min: int,
    scale_max: int,
    n_indicators: int,
    leaning: float,
    rater_type: RaterType,
) -> list[int | None]:
    """One sheet: a point of the scale per indicator, or null for *not observed*.

    At least one indicator is always answered; of oneself everything is.
    """
    span = scale_max - scale_min
    tendency = leaning + _LENIENCY[rater_type] + rng.gauss(0, _SEVERITY_SPREAD)
    not_observed = _NOT_OBSERVED_SHARE[rater_type]
    answered = rng.randrange(n_indicators) if n_indicators else 0
    return [
        None
        if index != answered and rng.random() < not_observed
        else scale_min + _clamp(round(span * (tendency + rng.gauss(0, _NOISE_SPREAD))), span)
        for index in range(n_indicators)
    ]


def _clamp(steps: int, span: int) -> int:
    return min(span, max(0, steps))


def remarks_for(rng: Random) -> list[tuple[CommentKind, str]]:
    """The written remarks of one sheet: usually none, else a strength, an improvement or both."""
    if rng.random() >= _REMARK_SHARE:
        return []
    remarks = [
        (CommentKind.STRENGTH, rng.choice(STRENGTHS)),
        (CommentKind.IMPROVEMENT, rng.choice(IMPROVEMENTS)),
    ]
    first = rng.randrange(3)
    return remarks if first == len(remarks) else [remarks[first]]
