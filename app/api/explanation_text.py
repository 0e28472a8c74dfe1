"""An explanation as plain text: the sentences of its JSON under headings, so it tells nothing that the JSON does not."""

import textwrap
from collections.abc import Iterable, Iterator
from typing import Final

from app.api.languages import Language
from app.api.schemas.explanations import ExplanationNode, ExplanationOmission, ResultExplanation
from app.api.texts import explanation_text as texts
from app.api.texts.results import WORDS
from app.api.words import Words
from app.domain.explanation import Omission, Rule

_WIDTH: Final = 100
_STEP: Final = "  "
#: Their code is the name that people know; others are named by their label alone.
_CODED: Final = frozenset({Rule.CRITERION, Rule.INDICATOR})


def as_text(shown: ResultExplanation, language: Language) -> str:
    """The whole explanation, lines of 100 characters at most where words allow it."""
    words = Words(language)
    lines = [*_head(shown, words)]
    for title, body in _sections(shown, words):
        lines += ["", title, "-" * len(title), *body]
    return "\n".join(lines) + "\n"


def _head(shown: ResultExplanation, words: Words) -> Iterator[str]:
    title = words.say(texts.TITLE)
    yield title
    yield "=" * len(title)
    about = shown.participant
    facts = {
        texts.RATEE: about.name,
        texts.POSITION: about.position,
        texts.UNIT: about.unit_name,
        texts.CYCLE: shown.cycle_title,
        texts.VERSION: f"{shown.version} ({words.say(texts.STATUSES[shown.status])})",
    }
    for name, fact in facts.items():
        yield from _paragraph(f"{words.say(name)}: {fact}")


def _sections(shown: ResultExplanation, words: Words) -> Iterator[tuple[str, Iterable[str]]]:
    yield words.say(texts.CALCULATION), _calculation(shown, words)
    yield words.say(texts.EXPECTATIONS), _items(f"{one.label}: {one.text}" for one in shown.expectations)
    yield words.say(texts.PREDICATE), _paragraph(shown.predicate.text)
    yield words.say(texts.DECISION), _decision(shown, words)
    yield (
        words.say(texts.COMPLETENESS),
        [*_paragraph(shown.completeness.text), *_items(one.text for one in shown.completeness.reasons)],
    )
    yield words.say(texts.STRENGTHS), [*_paragraph(shown.strengths.text), *_paragraph(shown.improvements.text)]
    gaps = (f"{one.code} – {one.label}: {one.text}" for one in shown.gaps.criteria)
    yield words.say(texts.GAPS), [*_paragraph(shown.gaps.text), *_items(gaps)]
    yield words.say(texts.RECEIPT), [shown.receipt, *_paragraph(shown.verification)]


def _calculation(shown: ResultExplanation, words: Words) -> Iterator[str]:
    yield from _paragraph(shown.calculation)
    without_weight = list(dict.fromkeys(_without_weight(shown.overall.inputs, shown.overall.left_out)))
    if without_weight:
        yield from _paragraph(words.say(texts.WITHOUT_WEIGHT, types=words.several(without_weight)))
    for tree in (shown.overall, shown.value):
        if tree is not None:
            yield ""
            yield from _node(tree, words, 0)


def _without_weight(inputs: Iterable[ExplanationNode], left_out: Iterable[ExplanationOmission]) -> Iterator[str]:
    """Rater types that the policy gives no weight: said once, instead of at every indicator."""
    for node in inputs:
        yield from _without_weight(node.inputs, node.left_out)
    for item in left_out:
        if item.reason is Omission.NO_WEIGHT:
            yield item.label
        yield from _without_weight((), item.left_out)


def _node(node: ExplanationNode, words: Words, depth: int) -> Iterator[str]:
    name = f"{node.code} – {node.label}" if node.rule in _CODED else node.label
    published = None if node.published is None else round(node.published * 100)
    yield from _paragraph(f"{name}: {words.figure(published)}", depth, hanging=True)
    yield from _paragraph(node.text, depth + 1)
    for child in node.inputs:
        yield from _node(child, words, depth + 1)
    yield from _left_out(node.left_out, depth + 1)


def _left_out(items: Iterable[ExplanationOmission], depth: int) -> Iterator[str]:
    for item in items:
        if item.reason is not Omission.NO_WEIGHT:
            name = item.label if item.code in WORDS else f"{item.code} – {item.label}"
            yield from _paragraph(f"{name}: {item.text}", depth, hanging=True)
            yield from _left_out(item.left_out, depth + 1)


def _decision(shown: ResultExplanation, words: Words) -> Iterator[str]:
    yield from _paragraph(shown.decision.text)
    made = shown.decision.made
    if made is not None and made.reason is not None:
        yield from _paragraph(words.say(texts.WRITTEN_REASON, reason=made.reason))


def _items(texts_of_items: Iterable[str]) -> Iterator[str]:
    for text in texts_of_items:
        yield from _paragraph(f"- {text}", hanging=True)


def _paragraph(text: str, depth: int = 0, *, hanging: bool = False) -> list[str]:
    indent = _STEP * depth
    return textwrap.wrap(
        text,
        max(_WIDTH, len(indent) + 60),
        initial_indent=indent,
        subsequent_indent=indent + (_STEP if hanging else ""),
        break_long_words=False,
        break_on_hyphens=False,
    )
