"""Submissions: the form of one rater type, what was answered, and what may still be changed.

A submitted sheet of an anonymous type is write-only (anonymity.md rule 4): it goes in and is never shown again, not even
to its rater.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from app.domain.errors import Violation
from app.domain.rubrics import Criterion, Indicator, Rubric, Scale
from app.domain.values import AssignmentState, CommentKind, RaterType

#: States in which a rater may still write.
WRITABLE: Final = frozenset({AssignmentState.PENDING, AssignmentState.DRAFT})


class SubmissionStatus(StrEnum):
    """What a rater sees of his own form."""

    EMPTY = "empty"
    DRAFT = "draft"
    SUBMITTED = "submitted"


@dataclass(frozen=True, slots=True)
class Score:
    """One answer: a point of the scale, or ``None`` for *not observed*."""

    indicator_id: UUID
    points: int | None


@dataclass(frozen=True, slots=True)
class Comment:
    """One remark, about a criterion or in general."""

    criterion_id: UUID | None
    kind: CommentKind
    text: str


@dataclass(frozen=True, slots=True)
class Answers:
    """What a rater sends: any part of the form as a draft, all of it when he submits."""

    scores: tuple[Score, ...]
    comments: tuple[Comment, ...]


@dataclass(frozen=True, slots=True)
class Task:
    """What never changes about an assignment once rating is open, so it may be remembered in the process."""

    assignment_id: UUID
    cycle_id: UUID
    participant_id: UUID
    rater_type: RaterType
    rubric_id: UUID


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a write. ``state`` is the assignment's state afterwards; ``rater`` whether it is the actor's."""

    written: bool
    state: AssignmentState
    rater: bool
    open: bool
    sealed: bool
    submitted_on: date | None


@dataclass(frozen=True, slots=True)
class FormFacts:
    """Everything around a form that the rater is shown. ``assigned`` counts the assignments of his type not voided."""

    task: Task
    rater_id: UUID | None
    state: AssignmentState
    submitted_on: date | None
    cycle_code: str
    cycle_title: str
    rating_opens_at: datetime
    rating_closes_at: datetime
    accepts: bool
    ratee_id: UUID
    ratee_name: str
    ratee_position: str
    unit_id: UUID
    unit_name: str
    minimum: int
    assigned: int


@dataclass(frozen=True, slots=True)
class Form:
    """The indicators asked of one rater type, in rubric order, with their position on the sheet.

    ``places`` and ``criteria`` are keyed by the number of an id, since hashing a UUID itself is slow (docs/performance.md).
    """

    rubric: Rubric
    rater_type: RaterType
    asked: tuple[tuple[int, Criterion, Indicator], ...]
    width: int
    places: Mapping[int, tuple[int, Scale]]
    criteria: frozenset[int]

    @classmethod
    def of(cls, rubric: Rubric, rater_type: RaterType) -> "Form":
        """The form of ``rater_type`` on ``rubric``."""
        asked = rubric.asked(rater_type)
        return cls(
            rubric,
            rater_type,
            asked,
            width=sum(1 for _ in rubric.indicators()),
            places={indicator.id.int: (position, rubric.scale_of(owner)) for position, owner, indicator in asked},
            criteria=frozenset(owner.id.int for _, owner, _ in asked),
        )

    def points(self, answers: Answers) -> list[int | None]:
        """The sheet of checked answers: points in rubric order, ``None`` where nothing was observed or asked."""
        sheet: list[int | None] = [None] * self.width
        for score in answers.scores:
            sheet[self.places[score.indicator_id.int][0]] = score.points
        return sheet

    def scores(self, sheet: Sequence[int | None]) -> tuple[Score, ...]:
        """The answers a sheet holds (superior and self read their own again)."""
        return tuple(Score(indicator.id, sheet[position]) for position, _, indicator in self.asked)

    def check(self, answers: Answers, *, complete: bool) -> list[Violation]:
        """Unknown or repeated indicators, points off the scale, foreign criteria; when ``complete``, missing answers."""
        answered: set[int] = set()
        violations = self._check_scores(answers.scores, answered)
        violations += [
            Violation(f"/comments/{c}/criterion_id", "criterion_not_on_form")
            for c, comment in enumerate(answers.comments)
            if comment.criterion_id is not None and comment.criterion_id.int not in self.criteria
        ]
        if complete and len(answered) < len(self.asked):
            missing = [indicator.code for position, _, indicator in self.asked if position not in answered]
            violations += [Violation("/scores", "answer_missing", {"indicator": code}) for code in missing]
        return violations

    def _check_scores(self, scores: tuple[Score, ...], answered: set[int]) -> list[Violation]:
        """Also puts the positions of the asked indicators that are answered into ``answered``."""
        violations = []
        for s, score in enumerate(scores):
            place = self.places.get(score.indicator_id.int)
            if place is None:
                violations.append(Violation(f"/scores/{s}/indicator_id", "indicator_not_on_form"))
                continue
            position, scale = place
            if position in answered:
                violations.append(Violation(f"/scores/{s}/indicator_id", "duplicate_item"))
            elif score.points is not None and not scale.holds(score.points):
                limits = f"{scale.min}..{scale.max}"
                violations.append(Violation(f"/scores/{s}/points", "points_off_scale", {"limits": limits}))
            answered.add(position)
        return violations
