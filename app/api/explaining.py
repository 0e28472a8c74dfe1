"""An explanation in sentences: each is made of what the JSON beside it says too, and of nothing else."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from app.api.texts import explanations as texts
from app.api.texts.results import EXPECTATIONS, WORDS, predicate_label
from app.api.words import Words
from app.domain.explanation import Conclusions, CriterionReading, DimensionReading, LeftOut, Node, Omission, Rule
from app.domain.ports.results import Version
from app.domain.results import Reason
from app.domain.rounding import round_half_up
from app.domain.schemes import COLLEAGUES_HEARD, VERY_GOOD_FROM
from app.domain.values import Completeness, Dimension, Expectation, Predicate, ReasonCode, Scheme

#: Parts that are named with their shares; of more the sentence says how many there are.
_MOST_NAMED: Final = 5


def word(words: Words, code: str, label: str | None = None) -> str:
    """The rubric's own wording, otherwise the field's word."""
    if label is not None:
        return label
    return words.say(WORDS[code]) if code in WORDS else code


def node_text(words: Words, node: Node) -> str:
    """What a figure was made of, how it was rounded, and its share."""
    sentences = [_making(words, node)]
    if node.exact is not None:
        sentences.append(_rounding(words, node))
    if node.weight is not None and node.share:
        total, share = round(node.weight / node.share), words.share(node.share)
        whole = node.weight == total
        sentences.append(words.say(texts.WHOLE if whole else texts.SHARE, weight=node.weight, total=total, share=share))
    return " ".join(sentences)


def _making(words: Words, node: Node) -> str:
    if node.rule is Rule.MEAN:
        answers = node.params["answers"]
        return words.say(texts.ANSWER if answers == 1 else texts.ANSWERS, answers=answers)
    if node.rule is Rule.EXTERNAL:
        return words.say(texts.EXTERNAL, **{name: words.decimal(str(text)) for name, text in node.params.items()})
    if node.rule is Rule.PERFORMANCE_PART:
        return words.say(texts.PART, label=word(words, node.code))
    if node.rule is Rule.PERFORMANCE_VALUE:
        heard = tuple(part.weight for part in node.inputs) == COLLEAGUES_HEARD
        return words.say(texts.VALUE[heard], parts=_parts(words, node.inputs))
    return _mean_of_parts(words, node)


def _mean_of_parts(words: Words, node: Node) -> str:
    parts, kind = node.inputs, words.say(texts.KINDS[node.rule])
    if not parts:
        return words.say(texts.NOTHING)
    if len(parts) == 1:
        return words.say(texts.ONLY, part=word(words, parts[0].code))
    shares = {part.share for part in parts}
    if len(parts) <= _MOST_NAMED and len(shares) > 1:
        return words.say(texts.WEIGHTED, count=len(parts), kind=kind, parts=_parts(words, parts))
    first = parts[0].share
    if len(shares) == 1 and first is not None:
        return words.say(texts.EQUAL, count=len(parts), kind=kind, share=words.share(first))
    return words.say(texts.MANY, count=len(parts), kind=kind)


def _parts(words: Words, parts: Sequence[Node]) -> str:
    return words.several([f"{word(words, part.code)} {words.share(part.share or Fraction(0))}" for part in parts])


def _rounding(words: Words, node: Node) -> str:
    assert node.exact is not None
    published = words.figure(round_half_up(node.exact))
    if (node.exact * 100).denominator == 1:
        return words.say(texts.EXACT, published=published)
    fraction, expansion = words.fraction(node.exact), words.expansion(node.exact)
    exact = expansion if fraction is None else f"{fraction} = {expansion}"
    return words.say(texts.ROUNDED, exact=exact, published=published)


def omission_text(words: Words, left_out: LeftOut, beside: Sequence[Node]) -> str:
    """Why something takes no part, and which of those that count ``beside`` it take the share that it would have."""
    label = word(words, left_out.code, left_out.label)
    why = words.say(texts.OMISSIONS[left_out.reason], label=label, minimum=left_out.minimum)
    if left_out.reason is not Omission.NOT_SCORED or not beside:
        return why
    sentence = texts.SHARE_TO_ONE if len(beside) == 1 else texts.SHARE_TO_OTHERS
    return f"{why} {words.say(sentence, other=word(words, beside[0].code))}"


def expectation_text(words: Words, reading: DimensionReading, conclusions: Conclusions) -> str:
    """How a dimension's expectation follows from its published figure."""
    if reading.expectation is None:
        return words.say(texts.NO_EXPECTATION)
    policy = conclusions.policy
    meets, above = words.decimal(policy.meets), words.decimal(policy.above)
    return words.say(texts.READ_AS[reading.expectation], figure=words.figure(reading.figure), meets=meets, above=above)


def predicate_text(words: Words, conclusions: Conclusions) -> str:
    """How the recommended predicate follows, or why there is none, and that it is no more than a recommendation."""
    return f"{_following(words, conclusions)} {words.say(texts.RECOMMENDATION)}"


def _following(words: Words, conclusions: Conclusions) -> str:
    predicate, scheme = conclusions.recommended, conclusions.policy.scheme
    if predicate is None:
        complete = conclusions.completeness is Completeness.COMPLETE
        return words.say(texts.ONE_DIMENSION if complete else texts.INCOMPLETE_PREDICATE)
    label = words.say(predicate_label(scheme, predicate))
    if scheme is Scheme.PP_30_2019:
        value = conclusions.value or 0
        outstanding = predicate is Predicate.GOOD and value >= VERY_GOOD_FROM
        sentence = texts.GOOD_WITHOUT_INNOVATION if outstanding else texts.BANDS[predicate]
        return words.say(sentence, value=words.figure(value), label=label)
    by_dimension = {reading.dimension: reading.expectation for reading in conclusions.dimensions}
    row = expectation_label(words, by_dimension[Dimension.WORK_RESULT])
    column = expectation_label(words, by_dimension[Dimension.WORK_BEHAVIOUR])
    return words.say(texts.MATRIX_CELL, row=row, column=column, label=label)


def expectation_label(words: Words, expectation: Expectation | None) -> str:
    """The expectation in words."""
    return words.say(texts.NONE_RECOMMENDED if expectation is None else EXPECTATIONS[expectation])


def differs(version: Version) -> bool | None:
    """Whether the decision is another one than the recommendation; ``None`` while there is no decision."""
    decision = version.decision
    return None if decision is None else dict(decision.expectations) != dict(version.expectations)


def decision_text(words: Words, version: Version) -> str:
    """What was decided, by the appraiser or in his place; the written reason stands beside it."""
    decision = version.decision
    if decision is None:
        return words.say(texts.UNDECIDED)
    decided = words.several([_decided(words, version, dimension) for dimension in decision.expectations])
    if decision.on_behalf_of is None:
        sentence = texts.DIFFERED if differs(version) else texts.FOLLOWED
    else:
        sentence = texts.DIFFERED_ON_BEHALF if differs(version) else texts.FOLLOWED_ON_BEHALF
    return f"{words.say(sentence, decided=decided)} {_decided_predicate(words, version)}"


def _decided(words: Words, version: Version, dimension: Dimension) -> str:
    assert version.decision is not None
    decided, recommended = version.decision.expectations[dimension], version.expectations.get(dimension)
    return words.say(
        texts.DECIDED_DIMENSION if decided is recommended else texts.DECIDED_OTHERWISE,
        dimension=word(words, dimension),
        decided=expectation_label(words, decided),
        recommended=expectation_label(words, recommended),
    )


def _decided_predicate(words: Words, version: Version) -> str:
    if version.scheme is Scheme.PP_30_2019:
        return words.say(texts.BY_NUMBER)
    if version.decided is None:
        return words.say(texts.DECIDED_WITHOUT)
    return words.say(texts.DECIDED_PREDICATE, label=words.say(predicate_label(version.scheme, version.decided)))


def completeness_text(words: Words, completeness: Completeness) -> str:
    """Whether everything that is required is there."""
    return words.say(texts.COMPLETE if completeness is Completeness.COMPLETE else texts.INCOMPLETE)


def reason_minimum(reason: Reason, conclusions: Conclusions) -> int | None:
    """As many answers as were needed, where too few is the reason."""
    if reason.code is not ReasonCode.BELOW_MIN_RATERS or reason.rater_type is None:
        return None
    return conclusions.policy.minimum(reason.rater_type)


def reason_text(words: Words, reason: Reason, conclusions: Conclusions) -> str:
    """What is missing or left out."""
    few_answers = reason.code is ReasonCode.BELOW_MIN_RATERS and reason.indicator is not None
    return words.say(
        texts.FEW_ANSWERS if few_answers else texts.REASONS[reason.code],
        label="" if reason.rater_type is None else word(words, reason.rater_type),
        indicator=reason.indicator,
        dimension="" if reason.dimension is None else word(words, reason.dimension),
        minimum=reason_minimum(reason, conclusions),
    )


def strengths_text(words: Words, conclusions: Conclusions) -> str:
    """The rule of strengths with those there are."""
    found = conclusions.strengths
    above = words.decimal(conclusions.policy.above)
    return words.say(texts.STRENGTHS if found else texts.NO_STRENGTHS, above=above, criteria=_criteria(words, found))


def improvements_text(words: Words, conclusions: Conclusions) -> str:
    """The rule of areas to improve with those there are."""
    found, meets = conclusions.improvements, conclusions.policy.meets
    if not found:
        return words.say(texts.NO_IMPROVEMENTS)
    below = any(criterion.figure is not None and criterion.figure < meets * 100 for criterion in found)
    sentence = texts.IMPROVEMENTS if below else texts.LOWEST
    return words.say(sentence, meets=words.decimal(meets), criteria=_criteria(words, found))


def _criteria(words: Words, criteria: Sequence[CriterionReading]) -> str:
    return words.several([f"{criterion.code} ({words.figure(criterion.figure)})" for criterion in criteria])


def gaps_text(words: Words, conclusions: Conclusions) -> str:
    """What a gap is and which are marked."""
    if all(criterion.gap is None for criterion in conclusions.criteria):
        return words.say(texts.NO_GAPS)
    return words.say(texts.GAPS, threshold=words.decimal(conclusions.policy.gap_threshold))


def gap_text(words: Words, criterion: CriterionReading) -> str:
    """One gap."""
    figures = {name: words.figure(getattr(criterion, name)) for name in ("own", "others", "gap")}
    return words.say(texts.GAP[criterion.flag], **figures)
