"""Why something is missing: completeness, reasons and withheld figures (scoring.md sections 3 and 4).

None and too few are told apart nowhere (anonymity.md rule 7).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from app.domain.scoring import ANONYMOUS, MISSING, TYPES, Circumstances, Mask, Plan, Scores, View
from app.domain.values import Dimension, RaterType, ReasonCode, Withheld


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that is missing or left out; indicators and dimensions by code."""

    code: ReasonCode
    rater_type: RaterType | None = None
    indicator: str | None = None
    dimension: Dimension | None = None

    def as_json(self) -> dict[str, str]:
        """The reason as a result document shows it: only the members that it has."""
        members = {
            "code": self.code,
            "rater_type": self.rater_type,
            "indicator": self.indicator,
            "dimension": self.dimension,
        }
        return {name: str(member) for name, member in members.items() if member is not None}


def withheld(rater_type: RaterType, *, asked: bool, set_aside: bool) -> Withheld:
    """Why the figure of a type that does not exist is not shown: the first of these that applies.

    ``asked``: the type is asked something at this place of the rubric.
    """
    if set_aside:
        return Withheld.GROUP_SET_ASIDE
    if not asked:
        return Withheld.NOT_ASKED
    return Withheld.BELOW_MIN_RATERS if rater_type.anonymous else Withheld.NO_ANSWERS


def complete(plan: Plan, scores: Scores) -> Mask:
    """Per participant: every required type has its minimum of sheets and every dimension its figure."""
    required = [t for t, rater_type in enumerate(TYPES) if rater_type in plan.policy.required_rater_types]
    scored = scores.published.dimensions[View.TOGETHER] != MISSING
    return np.asarray(_enough(plan, scores)[required].all(axis=0) & scored.all(axis=0))


def lost(plan: Plan, scores: Scores, circumstances: Circumstances) -> Mask:
    """``[type, participant]``: `group_lost`, for the appraiser, administrators and auditors only.

    The anonymous type weighs, had its minimum assigned when rating first opened, and counts nowhere; of a
    group that was set aside only that is told.
    """
    could_count = circumstances.filled_at_opening.T & (ANONYMOUS & plan.weighing)[:, np.newaxis]
    return np.asarray(could_count & ~scores.reaches.any(axis=1) & ~circumstances.set_aside.T)


def reasons(plan: Plan, scores: Scores, circumstances: Circumstances) -> list[list[Reason]]:
    """What every reader of a result is told, per participant.

    In the order of section 4: by code, then by rater type as in `TYPES`, then in rubric order.
    """
    found: list[list[Reason]] = [[] for _ in range(len(circumstances))]
    candidates = list(_candidates(plan, scores, circumstances))
    applies = np.stack([mask for _, mask in candidates], axis=1)
    for participant, candidate in np.argwhere(applies).tolist():
        found[participant].append(candidates[candidate][0])
    return found


def _candidates(plan: Plan, scores: Scores, circumstances: Circumstances) -> Iterator[tuple[Reason, Mask]]:
    """Every reason there can be under this plan, each with the participants whom it concerns."""
    yield from _missing_types(plan, scores)
    yield from _small_groups(plan, scores, circumstances)
    yield from _few_answers(plan, scores, circumstances)
    yield from _not_scored(plan, scores)
    for t in np.flatnonzero(ANONYMOUS):
        yield Reason(ReasonCode.GROUP_SET_ASIDE, TYPES[t]), circumstances.set_aside[:, t]


def _missing_types(plan: Plan, scores: Scores) -> Iterator[tuple[Reason, Mask]]:
    enough = _enough(plan, scores)
    for t in np.flatnonzero(~ANONYMOUS):
        if TYPES[t] in plan.policy.required_rater_types:
            yield Reason(ReasonCode.MISSING_RATER_TYPE, TYPES[t]), ~enough[t]


def _small_groups(plan: Plan, scores: Scores, circumstances: Circumstances) -> Iterator[tuple[Reason, Mask]]:
    enough = _enough(plan, scores)
    for t in np.flatnonzero(ANONYMOUS):
        expected = circumstances.assigned[:, t] & plan.weighing[t]
        if TYPES[t] in plan.policy.required_rater_types:
            expected = np.ones_like(expected)
        yield (
            Reason(ReasonCode.BELOW_MIN_RATERS, TYPES[t]),
            expected & ~enough[t] & ~circumstances.set_aside[:, t],
        )


def _few_answers(plan: Plan, scores: Scores, circumstances: Circumstances) -> Iterator[tuple[Reason, Mask]]:
    enough = _enough(plan, scores)
    for t in np.flatnonzero(ANONYMOUS & plan.weighing):
        for i in np.flatnonzero(plan.asked[t]):
            yield (
                Reason(ReasonCode.BELOW_MIN_RATERS, TYPES[t], indicator=plan.indicators[i].code),
                enough[t] & ~scores.reaches[t, i] & ~circumstances.set_aside[:, t],
            )


def _not_scored(plan: Plan, scores: Scores) -> Iterator[tuple[Reason, Mask]]:
    for i, indicator in enumerate(plan.indicators):
        missing = scores.published.indicators[View.TOGETHER, i] == MISSING
        yield Reason(ReasonCode.INDICATOR_NOT_SCORED, indicator=indicator.code), missing
    for code in (ReasonCode.DIMENSION_NOT_SCORED, ReasonCode.EXTERNAL_SCORE_MISSING):
        for d, dimension in enumerate(plan.dimensions):
            if plan.external(dimension) is (code is ReasonCode.EXTERNAL_SCORE_MISSING):
                missing = scores.published.dimensions[View.TOGETHER, d] == MISSING
                yield Reason(code, dimension=dimension), missing


def _enough(plan: Plan, scores: Scores) -> Mask:
    """``[type, participant]``: the type has its minimum of submitted sheets, set aside or not."""
    return np.asarray(scores.tally.sheets >= plan.minimum[:, np.newaxis])
