"""The form, its draft and its submission."""

from typing import Annotated, Literal, Self

from pydantic import Field

from app.api.schemas.common import Day, Id, In, Int, LongText, Moment, Out, Reason
from app.domain.actions.submissions import Content, OpenForm
from app.domain.rubrics import Scale as DomainScale
from app.domain.submissions import Answers, Form, SubmissionStatus
from app.domain.submissions import Comment as DomainComment
from app.domain.submissions import Score as DomainScore
from app.domain.values import CommentKind, Dimension, RaterType


class ScoreInput(In):
    """One answer."""

    indicator_id: Annotated[Id, Field(description="An indicator of the form.")]
    points: Annotated[
        Annotated[Int, Field(ge=-1000, le=1000)] | None,
        Field(description="A point of the scale, or null for *not observed*.", examples=[4]),
    ]


class CommentInput(In):
    """One remark."""

    criterion_id: Annotated[Id | None, Field(description="The criterion it is about; null for all of it.")] = None
    kind: Annotated[CommentKind, Field(description="What it tells of.", examples=["strength"])]
    text: Annotated[LongText, Field(max_length=2000, description="The remark.", examples=["Sabar melayani warga."])]


class SubmissionPut(In):
    """A draft (any part of the form) or the submission (all of it)."""

    status: Annotated[Literal["draft", "submitted"], Field(description="Keep as a draft, or submit for good.")]
    scores: Annotated[list[ScoreInput], Field(max_length=200, description="The answers.")]
    comments: Annotated[list[CommentInput], Field(max_length=50, description="Remarks.", default_factory=list)]

    def to_domain(self) -> Answers:
        """As the domain reads it."""
        return Answers(
            tuple(DomainScore(score.indicator_id, score.points) for score in self.scores),
            tuple(DomainComment(comment.criterion_id, comment.kind, comment.text) for comment in self.comments),
        )


class Reopening(In):
    """Why a submitted form is given back."""

    reason: Reason


class ScoreOut(Out):
    """One answer."""

    indicator_id: Annotated[Id, Field(description="An indicator of the form.")]
    points: Annotated[
        Annotated[int, Field(ge=-1000, le=1000)] | None,
        Field(description="A point of the scale, or null for *not observed*.", examples=[4]),
    ]


class CommentOut(Out):
    """One remark."""

    criterion_id: Annotated[Id | None, Field(description="The criterion it is about; null for all of it.")]
    kind: Annotated[CommentKind, Field(description="What it tells of.", examples=["strength"])]
    text: Annotated[str, Field(max_length=2000, description="The remark.", examples=["Sabar melayani warga."])]


def _scores(answers: Answers | None) -> list[ScoreOut] | None:
    if answers is None:
        return None
    return [ScoreOut(indicator_id=score.indicator_id, points=score.points) for score in answers.scores]


def _comments(answers: Answers | None) -> list[CommentOut] | None:
    if answers is None:
        return None
    return [
        CommentOut(criterion_id=comment.criterion_id, kind=comment.kind, text=comment.text)
        for comment in answers.comments
    ]


class Submission(Out):
    """What is kept of a rater's form. Of a submitted form of an anonymous type nobody is shown the answers again."""

    assignment_id: Annotated[Id, Field(description="The assignment.")]
    status: Annotated[SubmissionStatus, Field(description="Empty, draft or submitted.", examples=["draft"])]
    submitted_on: Annotated[Day | None, Field(description="The day of submission (Asia/Jakarta).")]
    scores: Annotated[
        list[ScoreOut] | None,
        Field(max_length=200, description="The answers; null once an anonymous type has submitted."),
    ]
    comments: Annotated[
        list[CommentOut] | None,
        Field(max_length=50, description="The remarks; null once an anonymous type has submitted."),
    ]

    @classmethod
    def of(cls, content: Content) -> "Submission":
        """From the domain."""
        return cls(
            assignment_id=content.assignment_id,
            status=content.status,
            submitted_on=content.submitted_on,
            scores=_scores(content.answers),
            comments=_comments(content.answers),
        )


class FormLabel(Out):
    """The words for one point of a scale."""

    points: Annotated[int, Field(ge=-1000, le=1000, description="The point.", examples=[4])]
    label: Annotated[str, Field(max_length=200, description="Its words.", examples=["Proaktif"])]
    description: Annotated[str | None, Field(max_length=4000, description="What it means.", examples=[None])]


class FormScale(Out):
    """The scale to answer on."""

    min: Annotated[int, Field(ge=-1000, le=1000, description="Lowest point.", examples=[1])]
    max: Annotated[int, Field(ge=-1000, le=1000, description="Highest point.", examples=[5])]
    labels: Annotated[list[FormLabel], Field(max_length=101, description="The words for each point.")]

    @classmethod
    def of(cls, scale: DomainScale) -> "FormScale":
        """From the domain."""
        labels = [FormLabel(points=x.points, label=x.label, description=x.description) for x in scale.labels]
        return cls(min=scale.min, max=scale.max, labels=labels)


class FormIndicator(Out):
    """One statement to answer."""

    indicator_id: Annotated[Id, Field(description="Send it back with the answer.")]
    code: Annotated[str, Field(max_length=40, description="Code of the indicator.", examples=["BP1"])]
    statement: Annotated[str, Field(max_length=4000, description="What to judge.", examples=["Ramah dan cekatan."])]


class FormCriterion(Out):
    """A group of statements on one scale."""

    criterion_id: Annotated[Id, Field(description="Send it back with a remark about it.")]
    code: Annotated[str, Field(max_length=40, description="Code of the criterion.", examples=["BP"])]
    title: Annotated[str, Field(max_length=200, description="Its title.", examples=["Berorientasi Pelayanan"])]
    dimension: Annotated[Dimension, Field(description="Work results or behaviour.", examples=["work_behaviour"])]
    scale: Annotated[FormScale, Field(description="The scale to answer on.")]
    indicators: Annotated[list[FormIndicator], Field(max_length=200, description="The statements.")]


class RaterNotice(Out):
    """What a rater must know before he answers (who reads it, how many answer, what could be worked out)."""

    anonymous: Annotated[bool, Field(description="Whether nobody is told who answered what.", examples=[True])]
    minimum: Annotated[
        int, Field(ge=1, le=1000, description="Fewer answers than this are neither shown nor counted.", examples=[3])
    ]
    asked: Annotated[int, Field(ge=0, le=100000, description="How many are asked in this group.", examples=[5])]
    readers: Annotated[
        list[Annotated[str, Field(max_length=40)]],
        Field(max_length=10, description="Who reads the group's mean.", examples=[["ratee", "appraiser"]]),
    ]
    text: Annotated[str, Field(max_length=2000, description="The same in words.", examples=["Jawaban Anda anonim."])]


class RateeOfForm(Out):
    """The person to be rated."""

    name: Annotated[str, Field(max_length=200, description="Name.", examples=["Siti Aminah, S.Kep."])]
    position: Annotated[str, Field(max_length=200, description="Position.", examples=["Perawat Ahli Muda"])]
    unit_name: Annotated[str, Field(max_length=200, description="Unit.", examples=["Puskesmas Unyur"])]


class SubmissionForm(Submission):
    """The form for exactly this rater, with what is saved of it."""

    cycle_id: Annotated[Id, Field(description="The cycle.")]
    cycle_title: Annotated[str, Field(max_length=200, description="Title of the cycle.", examples=["Triwulan IV 2026"])]
    rater_type: Annotated[RaterType, Field(description="In which relation you rate.", examples=["peer"])]
    rating_opens_at: Annotated[Moment, Field(description="From when you may answer.")]
    rating_closes_at: Annotated[Moment, Field(description="Until when you may answer.")]
    accepts_answers: Annotated[bool, Field(description="Whether the form can be written now.", examples=[True])]
    ratee: Annotated[RateeOfForm, Field(description="The person to be rated.")]
    criteria: Annotated[list[FormCriterion], Field(max_length=40, description="What is asked of you.")]
    notice: Annotated[RaterNotice, Field(description="What you must know before you answer.")]

    @classmethod
    def of_form(cls, opened: OpenForm, notice: RaterNotice) -> Self:
        """From the domain."""
        facts = opened.facts
        return cls(
            **dict(Submission.of(opened.content)),
            cycle_id=facts.task.cycle_id,
            cycle_title=facts.cycle_title,
            rater_type=facts.task.rater_type,
            rating_opens_at=facts.rating_opens_at,
            rating_closes_at=facts.rating_closes_at,
            accepts_answers=facts.accepts,
            ratee=RateeOfForm(name=facts.ratee_name, position=facts.ratee_position, unit_name=facts.unit_name),
            criteria=_criteria(opened.form),
            notice=notice,
        )


def _criteria(form: Form) -> list[FormCriterion]:
    shown: list[FormCriterion] = []
    for criterion in form.rubric.criteria:
        asked = [indicator for _, owner, indicator in form.asked if owner is criterion]
        if asked:
            shown.append(
                FormCriterion(
                    criterion_id=criterion.id,
                    code=criterion.code,
                    title=criterion.title,
                    dimension=criterion.dimension,
                    scale=FormScale.of(form.rubric.scale_of(criterion)),
                    indicators=[FormIndicator(indicator_id=x.id, code=x.code, statement=x.statement) for x in asked],
                )
            )
    return shown
