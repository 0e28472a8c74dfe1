"""Two results of one person side by side."""

from decimal import Decimal
from typing import Annotated, Any, Final, Self

from pydantic import Field

from app.api.languages import Language
from app.api.schemas.common import Code, Day, Id, Out, Title
from app.api.schemas.results import (
    Complete,
    ComputedAt,
    Figure,
    ParticipantId,
    PublishedAt,
    ResultPredicate,
    Status,
    VersionNumber,
    result_predicate,
)
from app.api.texts import comparison as texts
from app.api.texts.results import WORDS
from app.api.words import Words
from app.domain.actions.results import Compared, Side
from app.domain.comparison import Comparison, NotCompared, Pair, RubricRelation
from app.domain.values import Dimension

_CODES: Final = {"max_length": 40, "examples": [["BP"]]}
Sentence = Annotated[
    str,
    Field(
        max_length=4000,
        description="In words.",
        examples=["Kedua siklus memakai versi rubrik yang sama."],
    ),
]


class ComparedResult(Out):
    """One of the two results."""

    cycle_id: Annotated[Id, Field(description="The cycle.")]
    cycle_title: Annotated[Title, Field(description="Its title.", examples=["Triwulan IV 2026"])]
    period_start: Annotated[Day, Field(description="First day that it is about.")]
    period_end: Annotated[Day, Field(description="Last day that it is about.")]
    participant_id: ParticipantId
    version: VersionNumber
    status: Status
    completeness: Complete
    predicate: ResultPredicate
    computed_at: ComputedAt
    published_at: PublishedAt

    @classmethod
    def of(cls, side: Side, language: Language) -> Self:
        """From the domain."""
        version = side.version
        return cls(
            cycle_id=side.cycle.id,
            cycle_title=side.cycle.title,
            period_start=side.cycle.period_start,
            period_end=side.cycle.period_end,
            participant_id=side.ratee.participant_id,
            version=version.version,
            status=version.status,
            completeness=version.completeness,
            predicate=ResultPredicate.model_validate(result_predicate(version, language)),
            computed_at=version.computed_at,
            published_at=version.published_at,
        )


class ComparedFigure(Out):
    """Two published figures and their difference, or why there is none."""

    here: Figure
    there: Figure
    difference: Annotated[
        float | None, Field(ge=-100, le=100, description="Published here minus published there.", examples=[4.25])
    ]
    reason: Annotated[
        NotCompared | None, Field(description="Why they are not compared; null when they are.", examples=[None])
    ]
    text: Annotated[
        str | None,
        Field(
            max_length=300,
            description="The reason in words.",
            examples=["Tidak dibandingkan: kebijakan kedua siklus memberi bobot yang berbeda."],
        ),
    ]

    @classmethod
    def of(cls, pair: Pair, words: Words, **more: Any) -> Self:
        """From the domain, with what else belongs to the figure."""
        difference: Decimal | None = pair.difference
        text = None if pair.reason is None else words.say(texts.NOT_COMPARED[pair.reason])
        figures = {"here": pair.here, "there": pair.there, "difference": difference}
        return cls.model_validate(figures | {"reason": pair.reason, "text": text} | more)


class ComparedDimension(ComparedFigure):
    """One dimension."""

    dimension: Annotated[Dimension, Field(description="The dimension.", examples=["work_behaviour"])]
    label: Annotated[str, Field(max_length=40, description="The same in words.", examples=["Perilaku Kerja"])]


class ComparedCriterion(ComparedFigure):
    """One criterion that both rubrics have."""

    code: Annotated[Code, Field(description="Its code in both rubrics.", examples=["BP"])]
    title: Annotated[Title, Field(description="Its title here.", examples=["Berorientasi Pelayanan"])]
    dimension: Annotated[Dimension, Field(description="Its dimension in both rubrics.", examples=["work_behaviour"])]


class ResultComparison(Out):
    """A result (`here`) against the same employee's in another cycle (`there`)."""

    here: Annotated[ComparedResult, Field(description="The result that was asked about.")]
    there: Annotated[ComparedResult, Field(description="The result in the cycle `with`.")]
    rubrics: Annotated[
        RubricRelation,
        Field(
            description="`revised`: versions of one rubric; `different`: rubrics with different codes.",
            examples=["same_version"],
        ),
    ]
    text: Sentence
    overall: ComparedFigure
    dimensions: Annotated[list[ComparedDimension], Field(max_length=2, description="All that either result has.")]
    criteria: Annotated[
        list[ComparedCriterion], Field(max_length=40, description="The shared ones, in rubric order here.")
    ]
    shared: Annotated[list[Code], Field(description="Codes that both rubrics have in the same dimension.", **_CODES)]
    only_here: Annotated[list[Code], Field(description="Codes that are left out here.", **_CODES)]
    only_there: Annotated[list[Code], Field(description="Codes that are left out there.", **_CODES)]

    @classmethod
    def of(cls, compared: Compared, language: Language) -> Self:
        """From the domain."""
        words, comparison = Words(language), compared.comparison
        return cls(
            here=ComparedResult.of(compared.here, language),
            there=ComparedResult.of(compared.there, language),
            rubrics=comparison.rubrics,
            text=_text(words, compared),
            overall=ComparedFigure.of(comparison.overall, words),
            dimensions=[
                ComparedDimension.of(pair, words, dimension=dimension, label=words.say(WORDS[dimension]))
                for dimension, pair in comparison.dimensions.items()
            ],
            criteria=[
                ComparedCriterion.of(one.pair, words, code=one.code, title=one.title, dimension=one.dimension)
                for one in comparison.criteria
            ],
            shared=_shared(comparison),
            only_here=list(comparison.only_here),
            only_there=list(comparison.only_there),
        )


def _shared(comparison: Comparison) -> list[str]:
    return [criterion.code for criterion in comparison.criteria]


def _text(words: Words, compared: Compared) -> str:
    """How the rubrics are related, and what a reader of the figures has to know besides."""
    comparison = compared.comparison
    sentences = [words.say(texts.RELATIONS[comparison.rubrics])]
    if comparison.rubrics is not RubricRelation.SAME_VERSION:
        shared = _shared(comparison)
        sentences.append(words.say(texts.SHARED if shared else texts.NOTHING_SHARED, codes=words.several(shared)))
    if not comparison.same_rater_weights:
        sentences.append(words.say(texts.OTHER_WEIGHTS))
    if compared.here.version.scheme is not compared.there.version.scheme:
        sentences.append(words.say(texts.OTHER_SCHEME))
    return " ".join(sentences)
