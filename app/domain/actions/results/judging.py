"""From what is stored of some participants to what has to be stored about them: no I/O, so it may run in a thread."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.domain.ports.computations import (
    Computations,
    Figures,
    Intake,
    NewReceipt,
    NewVersion,
    Outcome,
    Present,
)
from app.domain.results import Appraisal, Reason, appraise, digest, receipt_inputs
from app.domain.scoring import ANONYMOUS, TYPES, Circumstances, Mask, Plan, Scores, score
from app.domain.values import Completeness


@dataclass(frozen=True, slots=True)
class Report:
    """What a computation did: ``computed`` participants got a new version, ``unchanged`` ones keep theirs."""

    participants: int = 0
    computed: int = 0
    unchanged: int = 0
    complete: int = 0
    incomplete: int = 0

    def __add__(self, other: "Report") -> "Report":
        return Report(
            self.participants + other.participants,
            self.computed + other.computed,
            self.unchanged + other.unchanged,
            self.complete + other.complete,
            self.incomplete + other.incomplete,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Computed:
    """What the inputs of a number of participants make.

    ``canonical`` is what each receipt is a digest of; ``shown[p, t]``: some figure of the anonymous type is shown.
    """

    scores: Scores
    figures: Sequence[Figures]
    canonical: Sequence[bytes]
    shown: Mask


def compute(plan: Plan, intake: Intake, circumstances: Circumstances, storage: Computations) -> Computed:
    """Score, appraise and write out."""
    scores = score(plan, intake.sheets, circumstances)
    appraisals = appraise(plan, scores, circumstances)
    return Computed(
        scores=scores,
        figures=[_figures(appraisal, storage) for appraisal in appraisals],
        canonical=receipt_inputs(plan, intake.sheets, circumstances),
        shown=scores.reaches.any(axis=1).T & ANONYMOUS,
    )


def _figures(appraisal: Appraisal, storage: Computations) -> Figures:
    recommendation = appraisal.recommendation
    return Figures(
        completeness=appraisal.completeness,
        overall=appraisal.overall,
        value=recommendation.value,
        recommended=recommendation.predicate,
        expectations=recommendation.expectations,
        figures=appraisal.figures,
        reasons=_told(appraisal.reasons, storage),
        officer_reasons=_told(appraisal.officer_reasons, storage) if appraisal.lost else None,
    )


def _told(reasons: Sequence[Reason], storage: Computations) -> str:
    return storage.write_json([reason.as_json() for reason in reasons])


def judge(
    plan: Plan,
    intake: Intake,
    circumstances: Circumstances,
    storage: Computations,
    *,
    renew_receipts: bool,
) -> tuple[Outcome, Report]:
    """Compute, and find out what differs from the current versions.

    A version stays as long as nothing that any of its readers is shown has changed. With ``renew_receipts`` (while
    results are under review) it gets a new receipt all the same, like everybody's: a receipt that changed alone would
    tell that a sheet of a hidden group did (anonymity.md rule 2). Published receipts stay as long as they hold.
    """
    computed = compute(plan, intake, circumstances, storage)
    salts = storage.salts(len(intake.participants))
    versions: list[NewVersion] = []
    receipts: list[NewReceipt] = []
    for place, participant_id in enumerate(intake.participants):
        present, figures = intake.present[place], computed.figures[place]
        canonical, salt = computed.canonical[place], salts[place]
        if present is None or present.content != storage.content_digest(figures):
            number = present.version + 1 if present else 1
            versions.append(NewVersion(participant_id, number, figures, digest(canonical, salt), salt))
        elif renew_receipts or not holds(present, canonical):
            receipts.append(NewReceipt(participant_id, present.version, digest(canonical, salt), salt))
    return Outcome(versions, receipts, _newly_shown(intake, computed)), _report(computed, len(versions))


def holds(present: Present, canonical: bytes) -> bool:
    """Whether a stored receipt is that of these inputs."""
    return digest(canonical, present.salt) == present.receipt


def _newly_shown(intake: Intake, computed: Computed) -> list[Any]:
    new = np.argwhere(computed.shown & ~intake.sealed).tolist()
    return [(intake.participants[participant], TYPES[rater_type]) for participant, rater_type in new]


def _report(computed: Computed, new_versions: int) -> Report:
    participants = len(computed.figures)
    complete = sum(figures.completeness is Completeness.COMPLETE for figures in computed.figures)
    return Report(participants, new_versions, participants - new_versions, complete, participants - complete)
