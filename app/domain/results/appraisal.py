"""The computed result of each participant: the document, the recommendation, and what only some may read."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from app.domain.results.document import DocumentWriter
from app.domain.results.reasons import Reason, complete, lost, reasons
from app.domain.results.recommendation import Recommendation, recommendations
from app.domain.scoring import MISSING, TYPES, Circumstances, Mask, Plan, Scores, View
from app.domain.values import Completeness, RaterType, ReasonCode

_ORDER: Final = list(ReasonCode)


@dataclass(frozen=True, slots=True)
class Appraisal:
    """What is computed for one participant. ``overall`` is in hundredths, ``None`` where there is none.

    ``figures`` is JSON text: what every reader of the result gets beside ``reasons``. ``lost`` names the types of
    `group_lost`, which is not among the reasons, because only the appraiser, administrators and auditors learn it.
    """

    completeness: Completeness
    overall: int | None
    recommendation: Recommendation
    figures: str
    reasons: tuple[Reason, ...]
    lost: tuple[RaterType, ...]

    @property
    def officer_reasons(self) -> tuple[Reason, ...]:
        """All reasons in the order of scoring.md section 4, those of lost groups in their place."""
        lost = [Reason(ReasonCode.GROUP_LOST, rater_type) for rater_type in self.lost]
        return tuple(sorted([*self.reasons, *lost], key=lambda reason: _ORDER.index(reason.code)))


def appraise(plan: Plan, scores: Scores, circumstances: Circumstances) -> list[Appraisal]:
    """The appraisals of a batch, in the order of its participants."""
    is_complete = complete(plan, scores)
    completeness = [Completeness.COMPLETE if one else Completeness.INCOMPLETE for one in is_complete.tolist()]
    recommended = recommendations(plan, scores, circumstances, is_complete)
    return [
        Appraisal(
            completeness=completeness[participant],
            overall=None if overall == MISSING else overall,
            recommendation=recommended[participant],
            figures=figures,
            reasons=tuple(told),
            lost=tuple(lost_groups),
        )
        for participant, (overall, figures, told, lost_groups) in enumerate(
            zip(
                scores.published.overall[View.TOGETHER].tolist(),
                DocumentWriter(plan, scores, circumstances, recommended).write(completeness),
                reasons(plan, scores, circumstances),
                _lost_groups(lost(plan, scores, circumstances)),
                strict=True,
            )
        )
    ]


def _lost_groups(lost: Mask) -> list[list[RaterType]]:
    """Per participant the types of ``lost[type, participant]``."""
    named: list[list[RaterType]] = [[] for _ in range(lost.shape[1])]
    for participant, t in np.argwhere(lost.T).tolist():
        named[participant].append(TYPES[t])
    return named
