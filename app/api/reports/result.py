"""The report of one result: every word and number of it, ready to be set."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import orjson

from app.api.charts import Caption, Pair, bars_of, pairs_of, printed_radar
from app.api.explaining import expectation_label, word
from app.api.reports.days import day_in_words
from app.api.reports.letterhead import Letterhead
from app.api.reports.typesetting import typeset
from app.api.texts import charts as chart_words
from app.api.texts import reports as texts
from app.api.texts.explanations import FEW_ANSWERS, REASONS
from app.api.texts.exports import FLAGS
from app.api.texts.results import predicate_label
from app.api.words import Words
from app.domain.actions.results.reporting import Reported
from app.domain.local_time import local_day
from app.domain.people import Employee
from app.domain.values import (
    Dimension,
    Expectation,
    Flag,
    Predicate,
    RaterType,
    ReasonCode,
    ResultStatus,
    Scheme,
)

_REGULATIONS: Final = {Scheme.PERMENPANRB_6_2022: "PermenPANRB 6/2022", Scheme.PP_30_2019: "PP 30/2019"}
Json = dict[str, Any]


def result_report(reported: Reported, words: Words, letterhead: Letterhead) -> bytes:
    """The PDF of a result for its reader, with the notice that it is not final while it is not."""
    version = reported.shown.version
    data = report_content(reported, words) | letterhead.content()
    return typeset("result.typ", data, version.published_at or version.computed_at, letterhead.files())


def report_content(reported: Reported, words: Words) -> Json:
    """What the template sets: texts, and lists of texts, by name."""
    return {
        "language": words.language,
        "labels": {name: words.say(sentence) for name, sentence in texts.LABELS.items()},
        **_frame(reported, words),
        **_summary(reported, words),
        **_details(reported, words),
    }


def _frame(reported: Reported, words: Words) -> Json:
    """Whom it is about, and what it is."""
    version, ratee = reported.shown.version, reported.shown.ratee
    status = {
        "version": version.version,
        "computed": _moment(words, version.computed_at),
        "published": None if version.published_at is None else _moment(words, version.published_at),
    }
    cycle, appraiser, deputy = reported.cycle, reported.appraiser, reported.deputy
    period = {"start": day_in_words(words, cycle.period_start), "end": day_in_words(words, cycle.period_end)}
    return {
        "title": words.say(texts.TITLE),
        "notice": _notice(reported, words),
        "footer": [words.say(texts.TITLE), ratee.name, cycle.title],
        "page": words.say(texts.PAGE),
        "of": words.say(texts.OF),
        "name": ratee.name,
        "nip": reported.ratee.nip,
        "grade": reported.ratee.grade,
        "position": ratee.position,
        "unit": ratee.unit_name,
        "appraiser": None if appraiser is None else f"{appraiser.name}, {appraiser.position}",
        "deputy": None if deputy is None else f"{deputy.name}, {deputy.position}",
        "cycle": cycle.title,
        "period": words.say(texts.PERIOD, **period),
        "status": words.say(texts.VERSION if version.published_at is None else texts.PUBLISHED, **status),
        "disclaimer": words.say(texts.NOTICE),
        "signatures": [
            _signature(words, "appraiser", appraiser) if deputy is None else _signature(words, "on_behalf", deputy),
            _signature(words, "ratee", reported.ratee) | {"name": ratee.name},
        ],
        "receipt": version.receipt,
    }


def _signature(words: Words, role: str, person: Employee | None) -> Json:
    """Who signs as what, with his NIP as on the forms of PermenPANRB 6/2022 (docs/decisions.md 29)."""
    named = {"name": " ", "nip": None} if person is None else {"name": person.name, "nip": person.nip}
    return {"role": words.say(texts.LABELS[role]), **named}


def _notice(reported: Reported, words: Words) -> str | None:
    version = reported.shown.version
    if version.status is not ResultStatus.PUBLISHED:
        return words.say(texts.NOT_FINAL)
    return words.say(texts.NO_DECISION) if version.decision is None else None


def _summary(reported: Reported, words: Words) -> Json:
    """Overall figure, predicate and the expectation of each dimension."""
    version = reported.shown.version
    figures: Json = orjson.loads(reported.shown.figures)
    decided = {} if version.decision is None else version.decision.expectations
    undecided = words.say(texts.UNDECIDED)
    return {
        "overall": words.number(figures["overall"]),
        "predicate": undecided if version.decision is None else _predicate(words, reported, version.decided),
        "recommended": _predicate(words, reported, version.recommended),
        "reason": None if version.decision is None else version.decision.reason,
        "dimensions": [
            [
                word(words, one["dimension"]),
                words.number(one["value"]),
                expectation_label(words, None if one["expectation"] is None else Expectation(one["expectation"])),
                expectation_label(words, decided[Dimension(one["dimension"])])
                if Dimension(one["dimension"]) in decided
                else undecided,
            ]
            for one in figures["dimensions"]
        ],
    }


def _predicate(words: Words, reported: Reported, predicate: Predicate | None) -> str:
    version = reported.shown.version
    if predicate is None:
        return "–"
    label = words.say(predicate_label(version.scheme, predicate))
    regulation = _REGULATIONS[version.scheme]
    if version.value is None:
        return words.say(texts.PREDICATE_LINE, label=label, regulation=regulation)
    return words.say(texts.VALUE_LINE, label=label, value=words.figure(int(version.value * 100)), regulation=regulation)


def _details(reported: Reported, words: Words) -> Json:
    """Criteria, rater types, strengths, areas to improve, remarks and the chart."""
    figures: Json = orjson.loads(reported.shown.figures)
    pairs = pairs_of(figures, reported.titles)
    titles = {one["code"]: pair.title for one, pair in zip(figures["criteria"], pairs, strict=True)}
    return {
        "criteria": [_criterion(words, pair, one) for pair, one in zip(pairs, figures["criteria"], strict=True)],
        "groups": [
            {"label": bar.label, "length": bar.value, "value": words.number(bar.value), "reason": bar.reason}
            for bar in bars_of(figures, words)
        ],
        "strengths": ", ".join(titles[code] for code in figures["strengths"]) or "–",
        "improvements": ", ".join(titles[code] for code in figures["improvements"]) or "–",
        "reasons": [_reason(words, reported, one) for one in orjson.loads(reported.shown.reasons)],
        **_radar(words, pairs),
    }


def _criterion(words: Words, pair: Pair, figure: Json) -> Json:
    return {
        "title": pair.title,
        "flag": None if figure["flag"] is None else words.say(FLAGS[Flag(figure["flag"])]),
        "figures": [words.number(figure[name]) for name in ("value", "others", "self", "gap")],
        "lengths": [pair.others, pair.self],
    }


def _reason(words: Words, reported: Reported, reason: Json) -> str:
    code, kind = ReasonCode(reason["code"]), reason.get("rater_type")
    few = code is ReasonCode.BELOW_MIN_RATERS and "indicator" in reason
    return words.say(
        FEW_ANSWERS if few else REASONS[code],
        label=word(words, RaterType(kind)) if kind else "",
        indicator=reason.get("indicator"),
        dimension=word(words, reason["dimension"]) if "dimension" in reason else "",
        minimum=reported.cycle.policy.minimum(RaterType(kind)) if kind else None,
    )


def _radar(words: Words, pairs: Sequence[Pair]) -> Json:
    names = words.say(chart_words.SELF), words.say(chart_words.OTHERS)
    described = words.say(texts.RADAR)
    drawn = printed_radar(pairs, names, Caption(described, described, words.language))
    return {"radar": None if drawn is None else drawn.decode(), "radar_alt": described}


def _moment(words: Words, moment: datetime) -> str:
    return day_in_words(words, local_day(moment))
