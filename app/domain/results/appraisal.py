"""The computed result of each participant: the document, the recommendation, and what only some may read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.domain.results.document import DocumentWriter
from app.domain.results.reasons import Reason, complete, lost, reasons
from app.domain.results.recommendation import Recommendation, recommendations
from app.domain.scoring import MISSING, TYPES, Circumstances, Mask, Plan, Scores, View
from app.domain.values import Completeness, RaterType


@dataclass(frozen=True, slots=True)
class Appraisal:
    """What is computed for one participant. ``overall`` is in hundredths, ``None`` where there is none.

    ``document`` is the part of the result that every reader of it gets. ``lost`` names the types of
    `group_lost`, which is not part of it, because only the appraiser, administrators and auditors learn it.
    """

    completeness: Completeness
    overall: int | None
    recommendation: Recommendation
    reasons: tuple[Reason, ...]
    lost: tuple[RaterType, ...]
    document: Mapping[str, Any]


def appraise(plan: Plan, scores: Scores, circumstances: Circumstances) -> list[Appraisal]:
    """The appraisals of a batch, in the order of its participants."""
    writer = DocumentWriter(plan, scores, circumstances)
    is_complete = complete(plan, scores)
    recommended = recommendations(plan, scores, circumstances, is_complete)
    told = reasons(plan, scores, circumstances)
    lost_groups = _lost_groups(lost(plan, scores, circumstances))
    overall = scores.published.overall[View.TOGETHER].tolist()
    appraisals = []
    for participant in range(len(circumstances)):
        completeness = Completeness.COMPLETE if is_complete[participant] else Completeness.INCOMPLETE
        expectations = recommended[participant].expectations
        appraisals.append(
            Appraisal(
                completeness=completeness,
                overall=None if overall[participant] == MISSING else overall[participant],
                recommendation=recommended[participant],
                reasons=tuple(told[participant]),
                lost=tuple(lost_groups[participant]),
                document=writer.write(participant, completeness, expectations, told[participant]),
            )
        )
    return appraisals


def _lost_groups(lost: Mask) -> list[list[RaterType]]:
    """Per participant the types of ``lost[type, participant]``."""
    named: list[list[RaterType]] = [[] for _ in range(lost.shape[1])]
    for participant, t in np.argwhere(lost.T).tolist():
        named[participant].append(TYPES[t])
    return named
