"""Why a result is what it is, in figures and in the reader's words (scoring.md section 7)."""

from collections.abc import Sequence
from typing import Annotated, Self

from pydantic import Field

from app.api import explaining
from app.api.languages import Language
from app.api.schemas.common import Code, Id, Int, Out, Title
from app.api.schemas.results import (
    Complete,
    ExpectationWord,
    Figure,
    ParticipantId,
    PredicateWord,
    Receipt,
    ResultDecision,
    ResultParticipant,
    Status,
    VersionNumber,
    result_decision,
    result_participant,
    result_predicate,
)
from app.api.texts import explanations as texts
from app.api.words import Words
from app.domain.actions.results import Explained
from app.domain.explanation import Conclusions, CriterionReading, DimensionReading, LeftOut, Node, Omission, Rule
from app.domain.results import Reason
from app.domain.values import Dimension, Flag, RaterType, ReasonCode, Scheme, Withheld

NodeCode = Annotated[
    Code, Field(description="`overall`, `value`, a dimension, a rater type, or a code of the rubric.", examples=["BP1"])
]
Label = Annotated[str, Field(max_length=2000, description="The same in words.", examples=["Rekan Kerja"])]
Sentence = Annotated[
    str,
    Field(
        max_length=4000,
        description="In words.",
        examples=["Rata-rata dari 3 jawaban, masing-masing diubah ke skala 0–100. Nilainya tepat 75,00."],
    ),
]
Fraction = Annotated[
    str, Field(max_length=2000, pattern=r"^[0-9]+(/[0-9]+)?$", description="Exact value.", examples=["815/12"])
]
Minimum = Annotated[
    Annotated[Int, Field(ge=1, le=1_000_000)] | None,
    Field(description="Where a rater type has too few answers: as many it needs.", examples=[3]),
]
Threshold = Annotated[float, Field(ge=0, le=100, description="Threshold of the cycle's policy.", examples=[60])]


class ExplanationOmission(Out):
    """What takes no part, and why."""

    code: NodeCode
    label: Label
    reason: Annotated[Omission | Withheld, Field(description="Why.", examples=["below_min_raters"])]
    minimum: Minimum
    text: Sentence
    left_out: Annotated[
        list["ExplanationOmission"], Field(max_length=200, description="What in turn was left out of it.")
    ]

    @classmethod
    def of(cls, left_out: LeftOut, words: Words, beside: Sequence[Node] = ()) -> Self:
        """From the domain; ``beside`` it these count."""
        return cls(
            code=left_out.code,
            label=explaining.word(words, left_out.code, left_out.label),
            reason=left_out.reason,
            minimum=left_out.minimum,
            text=explaining.omission_text(words, left_out, beside),
            left_out=[ExplanationOmission.of(item, words) for item in left_out.left_out],
        )


class ExplanationNode(Out):
    """One figure: its rule, its value and what it was made of."""

    rule: Annotated[Rule, Field(description="How its value follows from its inputs.", examples=["mean"])]
    code: NodeCode
    label: Label
    text: Annotated[Sentence, Field(description="What it was made of, how it was rounded and what its share is.")]
    exact: Annotated[Fraction | None, Field(description="Exact value; null when everything was left out.")]
    published: Annotated[
        float | None, Field(ge=0, le=120, description="The same rounded once, half-up.", examples=[67.92])
    ]
    weight: Annotated[
        Annotated[Int, Field(ge=0, le=2_147_483_647)] | None,
        Field(description="Its weight among its siblings; null at the root.", examples=[60]),
    ]
    share: Annotated[Fraction | None, Field(description="Its share among those that have a figure.", examples=["3/5"])]
    answers: Annotated[
        Annotated[Int, Field(ge=0, le=1_000_000)] | None,
        Field(description="Of a mean: how many answers.", examples=[3]),
    ]
    inputs: Annotated[list["ExplanationNode"], Field(max_length=200, description="What it was made of.")]
    left_out: Annotated[list[ExplanationOmission], Field(max_length=200, description="What was left out of it.")]

    @classmethod
    def of(cls, node: Node, words: Words) -> Self:
        """From the domain."""
        answers = node.params.get("answers")
        return cls(
            rule=node.rule,
            code=node.code,
            label=explaining.word(words, node.code, node.label),
            text=explaining.node_text(words, node),
            exact=None if node.exact is None else str(node.exact),
            published=node.published,
            weight=node.weight,
            share=None if node.share is None else str(node.share),
            answers=answers if isinstance(answers, int) else None,
            inputs=[ExplanationNode.of(item, words) for item in node.inputs],
            left_out=[ExplanationOmission.of(item, words, node.inputs) for item in node.left_out],
        )


class ExplainedExpectation(Out):
    """How a dimension's expectation follows from its published figure."""

    dimension: Annotated[Dimension, Field(description="The dimension.", examples=["work_behaviour"])]
    label: Label
    value: Figure
    meets: Annotated[Threshold, Field(description="From here the expectation is met.", examples=[60])]
    above: Annotated[Threshold, Field(description="From here the figure is above expectation.", examples=[85])]
    expectation: ExpectationWord
    text: Sentence

    @classmethod
    def of(cls, reading: DimensionReading, conclusions: Conclusions, words: Words) -> Self:
        """From the domain."""
        return cls.model_validate(
            {
                "dimension": reading.dimension,
                "label": explaining.word(words, reading.dimension),
                "value": _shown(reading.figure),
                "meets": float(conclusions.policy.meets),
                "above": float(conclusions.policy.above),
                "expectation": reading.expectation,
                "text": explaining.expectation_text(words, reading, conclusions),
            }
        )


class ExplainedPredicate(Out):
    """How the recommended predicate follows: from the matrix, or under PP 30/2019 from value and innovation."""

    scheme: Annotated[Scheme, Field(description="The regulation that gives it.", examples=["permenpanrb_6_2022"])]
    recommended: PredicateWord
    innovation: Annotated[
        bool | None, Field(description="PP 30/2019: whether a useful innovation is noted; null elsewhere.")
    ]
    text: Sentence

    @classmethod
    def of(cls, conclusions: Conclusions, words: Words) -> Self:
        """From the domain."""
        return cls(
            scheme=conclusions.policy.scheme,
            recommended=conclusions.recommended,
            innovation=conclusions.innovation,
            text=explaining.predicate_text(words, conclusions),
        )


class ExplainedDecision(Out):
    """What the appraiser decided."""

    made: Annotated[ResultDecision | None, Field(description="The decision with its written reason; null before it.")]
    predicate: PredicateWord
    label: Annotated[str | None, Field(max_length=40, description="The decided predicate in words.", examples=["Baik"])]
    differs: Annotated[bool | None, Field(description="Whether it is another one than recommended; null before it.")]
    text: Sentence

    @classmethod
    def of(cls, explained: Explained, words: Words) -> Self:
        """From the domain."""
        version = explained.version
        label = result_predicate(version, words.language)["label"] if version.decided else None
        return cls.model_validate(
            {
                "made": result_decision(version),
                "predicate": version.decided,
                "label": label,
                "differs": explaining.differs(version),
                "text": explaining.decision_text(words, version),
            }
        )


class ExplainedReason(Out):
    """One thing that is missing or left out."""

    code: Annotated[ReasonCode, Field(description="What it is.", examples=["below_min_raters"])]
    rater_type: Annotated[RaterType | None, Field(description="Of this rater type.", examples=["peer"])]
    indicator: Annotated[Code | None, Field(description="On this indicator (code).", examples=["BP1"])]
    dimension: Annotated[Dimension | None, Field(description="Of this dimension.", examples=["work_result"])]
    minimum: Minimum
    text: Sentence

    @classmethod
    def of(cls, reason: Reason, conclusions: Conclusions, words: Words) -> Self:
        """From the domain."""
        return cls(
            code=reason.code,
            rater_type=reason.rater_type,
            indicator=reason.indicator,
            dimension=reason.dimension,
            minimum=explaining.reason_minimum(reason, conclusions),
            text=explaining.reason_text(words, reason, conclusions),
        )


class ExplainedCodes(Out):
    """Strengths, or areas to improve."""

    codes: Annotated[list[Code], Field(max_length=40, description="Codes of criteria.", examples=[["BP"]])]
    text: Annotated[Sentence, Field(description="The rule, with the criteria it names.")]


class ExplainedGap(Out):
    """How one criterion looks to oneself and to others."""

    code: Annotated[Code, Field(description="Code of the criterion.", examples=["BP"])]
    label: Annotated[Label, Field(description="Its title.", examples=["Berorientasi Pelayanan"])]
    self: Annotated[Figure, Field(description="The figure of self alone.")]
    others: Annotated[Figure, Field(description="The figure without self.")]
    gap: Annotated[float, Field(ge=-100, le=100, description="Published self minus published others.", examples=[-5.0])]
    flag: Annotated[Flag | None, Field(description="What the gap says.", examples=["blind_spot"])]
    text: Sentence

    @classmethod
    def of(cls, criterion: CriterionReading, words: Words) -> Self:
        """From the domain."""
        return cls.model_validate(
            {
                "code": criterion.code,
                "label": criterion.title,
                "self": _shown(criterion.own),
                "others": _shown(criterion.others),
                "gap": _shown(criterion.gap),
                "flag": criterion.flag,
                "text": explaining.gap_text(words, criterion),
            }
        )


def _shown(hundredths: int | None) -> float | None:
    return None if hundredths is None else hundredths / 100


class ExplainedGaps(Out):
    """Self against others."""

    text: Sentence
    criteria: Annotated[list[ExplainedGap], Field(max_length=40, description="Criteria with a gap, in rubric order.")]


class ExplainedCompleteness(Out):
    """What is missing or left out."""

    completeness: Complete
    text: Sentence
    reasons: Annotated[list[ExplainedReason], Field(max_length=1000, description="Everything that is, and why.")]


class ResultExplanation(Out):
    """One version of a result, taken apart."""

    cycle_id: Annotated[Id, Field(description="The cycle.")]
    cycle_title: Annotated[Title, Field(description="Its title.", examples=["Triwulan IV 2026"])]
    participant_id: ParticipantId
    participant: ResultParticipant
    version: VersionNumber
    status: Status
    calculation: Annotated[Sentence, Field(description="How all figures are made.")]
    overall: ExplanationNode
    value: Annotated[ExplanationNode | None, Field(description="The value of PP 30/2019, where there is one.")]
    expectations: Annotated[
        list[ExplainedExpectation], Field(max_length=2, description="What each dimension's figure means.")
    ]
    predicate: ExplainedPredicate
    decision: ExplainedDecision
    completeness: ExplainedCompleteness
    strengths: ExplainedCodes
    improvements: ExplainedCodes
    gaps: ExplainedGaps
    receipt: Receipt
    verification: Annotated[Sentence, Field(description="What the receipt is and what verifying it means.")]

    @classmethod
    def of(cls, explained: Explained, language: Language) -> Self:
        """From the domain."""
        words, conclusions = Words(language), explained.conclusions
        version, value = explained.version, explained.explanation.value
        gaps = [ExplainedGap.of(one, words) for one in conclusions.criteria if one.gap is not None]
        return cls(
            cycle_id=version.cycle_id,
            cycle_title=explained.cycle_title,
            participant_id=explained.ratee.participant_id,
            participant=ResultParticipant.model_validate(result_participant(explained.ratee)),
            version=version.version,
            status=version.status,
            calculation=words.say(texts.CALCULATION),
            overall=ExplanationNode.of(explained.explanation.overall, words),
            value=None if value is None else ExplanationNode.of(value, words),
            expectations=[ExplainedExpectation.of(one, conclusions, words) for one in conclusions.dimensions],
            predicate=ExplainedPredicate.of(conclusions, words),
            decision=ExplainedDecision.of(explained, words),
            completeness=ExplainedCompleteness(
                completeness=conclusions.completeness,
                text=explaining.completeness_text(words, conclusions.completeness),
                reasons=[ExplainedReason.of(reason, conclusions, words) for reason in explained.reasons],
            ),
            strengths=ExplainedCodes(
                codes=[one.code for one in conclusions.strengths], text=explaining.strengths_text(words, conclusions)
            ),
            improvements=ExplainedCodes(
                codes=[one.code for one in conclusions.improvements],
                text=explaining.improvements_text(words, conclusions),
            ),
            gaps=ExplainedGaps(text=explaining.gaps_text(words, conclusions), criteria=gaps),
            receipt=version.receipt,
            verification=words.say(texts.VERIFICATION),
        )
