"""Why a figure is what it is, in the reader's language (scoring.md section 7)."""

from typing import Annotated, Self

from pydantic import Field

from app.api.languages import Language
from app.api.schemas.common import Code, Int, Out
from app.api.schemas.results import ParticipantId, Receipt, VersionNumber
from app.api.texts import say
from app.api.texts.results import OMISSIONS, RULES, WORDS
from app.domain.actions.results import Explained
from app.domain.explanation import LeftOut, Node, Omission, Rule
from app.domain.values import Withheld

NodeCode = Annotated[
    Code, Field(description="`overall`, `value`, a dimension, a rater type, or a code of the rubric.", examples=["BP1"])
]
Label = Annotated[str, Field(max_length=2000, description="The same in words.", examples=["Rekan Kerja"])]
Sentence = Annotated[
    str,
    Field(
        max_length=300, description="In words.", examples=["Rata-rata dari 3 jawaban, masing-masing dalam skala 0–100."]
    ),
]
Fraction = Annotated[
    str, Field(max_length=2000, pattern=r"^[0-9]+(/[0-9]+)?$", description="Exact value.", examples=["815/12"])
]


class ExplanationOmission(Out):
    """What takes no part, and why."""

    code: NodeCode
    label: Label
    reason: Annotated[Omission | Withheld, Field(description="Why.", examples=["below_min_raters"])]
    text: Sentence
    left_out: Annotated[
        list["ExplanationOmission"], Field(max_length=200, description="What in turn was left out of it.")
    ]

    @classmethod
    def of(cls, left_out: LeftOut, language: Language) -> Self:
        """From the domain."""
        return cls(
            code=left_out.code,
            label=_word(left_out.code, None, language),
            reason=left_out.reason,
            text=say(OMISSIONS[left_out.reason], language, {}),
            left_out=[ExplanationOmission.of(item, language) for item in left_out.left_out],
        )


class ExplanationNode(Out):
    """One figure: its rule, its value and what it was made of."""

    rule: Annotated[Rule, Field(description="How its value follows from its inputs.", examples=["mean"])]
    code: NodeCode
    label: Label
    text: Sentence
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
    def of(cls, node: Node, language: Language) -> Self:
        """From the domain."""
        answers = node.params.get("answers")
        return cls(
            rule=node.rule,
            code=node.code,
            label=_word(node.code, node.label, language),
            text=say(RULES[node.rule], language, dict(node.params)),
            exact=None if node.exact is None else str(node.exact),
            published=node.published,
            weight=node.weight,
            share=None if node.share is None else str(node.share),
            answers=answers if isinstance(answers, int) else None,
            inputs=[ExplanationNode.of(item, language) for item in node.inputs],
            left_out=[ExplanationOmission.of(item, language) for item in node.left_out],
        )


def _word(code: str, label: str | None, language: Language) -> str:
    """The rubric's own wording, otherwise the field's word."""
    if label is not None:
        return label
    return say(WORDS[code], language, {}) if code in WORDS else code


class ResultExplanation(Out):
    """The trees of one version of a result."""

    participant_id: ParticipantId
    version: VersionNumber
    receipt: Receipt
    overall: ExplanationNode
    value: Annotated[ExplanationNode | None, Field(description="The value of PP 30/2019, where there is one.")]

    @classmethod
    def of(cls, explained: Explained, language: Language) -> Self:
        """From the domain."""
        value = explained.explanation.value
        return cls(
            participant_id=explained.ratee.participant_id,
            version=explained.version.version,
            receipt=explained.version.receipt,
            overall=ExplanationNode.of(explained.explanation.overall, language),
            value=None if value is None else ExplanationNode.of(value, language),
        )
