"""An explanation in words: right for the worked examples, complete and honest for whatever cycle."""

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.api.explanation_text import as_text
from app.api.languages import Language
from app.api.schemas.explanations import ExplanationNode, ResultExplanation
from app.api.texts import explanations as texts
from app.api.texts.results import EXPECTATIONS
from app.api.words import Words
from app.domain.cycles import ExternalRange, Policy
from app.domain.explanation import Omission, Rule
from app.domain.results import Reason
from app.domain.values import Dimension, Expectation, Flag, Predicate, RaterType, ReasonCode, Scheme, Withheld
from tests.support.appraisals import Scored, criterion, indicator, random_cycle, rubric, scale
from tests.support.explained import decision, explained
from tests.support.oracle import Case
from tests.unit.scoring.test_worked_examples import BY_PEERS, BY_SUPERIOR, POLICY, RUBRIC

SUPERIOR, PEER, SUBORDINATE, SELF, RECIPIENT = RaterType
LANGUAGES: tuple[Language, ...] = ("id", "en")
RESULT, BEHAVIOUR = Dimension.WORK_RESULT, Dimension.WORK_BEHAVIOUR
#: A published figure in a text: two decimals that are not cut off, no percentage.
FIGURE = re.compile(r"(?<![\d.,])\d{1,3}[.,]\d\d(?![\d%…])")


def told(scored: Scored, language: Language, **more: Any) -> ResultExplanation:
    return ResultExplanation.of(explained(scored, **more), language)


def nodes(node: ExplanationNode) -> Iterator[ExplanationNode]:
    yield node
    for child in node.inputs:
        yield from nodes(child)


def node(shown: ResultExplanation, code: str) -> ExplanationNode:
    return next(one for one in nodes(shown.overall) if one.code == code)


def omissions(items: Any) -> Iterator[Any]:
    for item in items:
        yield item
        yield from omissions(item.left_out)


# ---------------------------------------------------------------- the worked examples of scoring.md section 9


def test_1_in_words() -> None:
    scored = Scored(RUBRIC, POLICY, Case([BY_SUPERIOR, *BY_PEERS], assigned={PEER}))
    shown = told(scored, "id")
    assert node(shown, "work_behaviour").text == (
        "Rata-rata dari 2 kriteria yang dihitung, masing-masing dengan bagian 50%. Nilai eksak 815/12 = 67,9166…, dibulatkan "
        "satu kali (setengah ke atas) menjadi 67,92. Tidak ada yang lain yang dihitung di sini, jadi bagiannya 100%."
    )
    assert node(shown, "a1").text == (
        "Rata-rata tertimbang dari 2 kelompok penilai yang dihitung: Atasan Langsung 60% dan Rekan Kerja 40%. Nilai eksak "
        "260/3 = 86,6666…, dibulatkan satu kali (setengah ke atas) menjadi 86,67. Bobotnya 1 dari jumlah 2 yang dihitung, "
        "jadi bagiannya 50%."
    )
    assert node(shown, "A").text.startswith(
        "Rata-rata dari 2 indikator yang dihitung, masing-masing dengan bagian 50%."
    )
    assert "Nilainya tepat 82,50." in node(shown, "A").text
    assert shown.expectations[0].text == (
        "Angka yang ditampilkan, 67,92, mencapai 60 tetapi belum mencapai 85: sesuai ekspektasi."
    )
    assert shown.predicate.text.startswith("Matriks PermenPANRB 6/2022 memerlukan dua dimensi")


def test_2_and_4_say_why_peers_do_not_count() -> None:
    second = told(Scored(RUBRIC, POLICY, Case([BY_SUPERIOR, *BY_PEERS[:2]], assigned={PEER})), "id")
    assert [reason.text for reason in second.completeness.reasons] == [
        "Formulir Rekan Kerja tidak ada atau kurang dari batas minimum 3."
    ]
    assert "Nilainya tepat 68,75." in second.overall.text
    peers = next(item for item in node(second, "a1").left_out if item.code == "peer")
    assert peers.text == (
        "Tidak dihitung dan tidak ditampilkan: jawaban Rekan Kerja tidak ada atau kurang dari 3, yaitu batas minimum agar "
        "jawaban siapa pun tidak dapat ditebak."
    )
    fourth = told(Scored(RUBRIC, POLICY, Case([BY_SUPERIOR, *BY_PEERS[:2], (PEER, [3, 4, None])])), "en")
    assert [reason.text for reason in fourth.completeness.reasons] == [
        "On the indicator b1 there are no answers of “Peers” or fewer than the minimum of 3."
    ]
    assert node(fourth, "b1").text.startswith("Equal to the figure of Direct superior, the only one that counts here.")


def test_3_sevenths_are_told_as_fractions() -> None:
    seven = rubric(*(criterion(f"c{c}", indicator(f"i{c}")) for c in range(7)))
    shown = told(Scored(seven, Policy(rater_weights={SUPERIOR: 1}), Case([(SUPERIOR, [5] * 7)])), "id")
    assert node(shown, "work_behaviour").text.startswith(
        "Rata-rata dari 7 kriteria yang dihitung, masing-masing dengan bagian 1/7 (sekitar 14,29%). Nilainya tepat 100,00."
    )


@pytest.mark.parametrize(
    ("weights", "exact", "reading"),
    [
        ((199, 1), "16999/200 = 84.995, rounded half-up once to 85.00.", "85.00, reaches 85: above expectation."),
        (
            (497, 3),
            "42497/500 = 84.994, rounded half-up once to 84.99.",
            "84.99, reaches 60 but not 85: meets expectation.",
        ),
    ],
)
def test_5_the_published_figure_is_what_is_compared(weights: tuple[int, int], exact: str, reading: str) -> None:
    fine = rubric(criterion("A", indicator("i1", weights[0]), indicator("i2", weights[1])), on=scale(0, 100))
    shown = told(Scored(fine, Policy(rater_weights={SUPERIOR: 1}), Case([(SUPERIOR, [85, 84])])), "en")
    assert f"The exact value is {exact}" in node(shown, "A").text
    assert shown.expectations[0].text == f"The figure shown, {reading}"


THREE = rubric(criterion("A", indicator("a1"), indicator("a2"), indicator("a3")))


@pytest.mark.parametrize(
    ("points", "indonesian", "english"),
    [
        (
            [5, None, 4],
            "Bagiannya beralih kepada yang lain, sesuai bobot masing-masing.",
            "the others, each by its weight.",
        ),
        (
            [5, None, None],
            "Bagiannya beralih kepada a1, satu-satunya yang dihitung di sini.",
            "a1, the only one that counts here.",
        ),
    ],
)
def test_who_takes_the_share_of_what_has_no_figure(points: list[int | None], indonesian: str, english: str) -> None:
    scored = Scored(THREE, Policy(rater_weights={SUPERIOR: 1}), Case([(SUPERIOR, points)]))
    told_of = [
        next(one.text for one in node(told(scored, language), "A").left_out if one.code == "a2")
        for language in LANGUAGES
    ]
    assert told_of == [
        f"Tidak dihitung karena tidak ada nilainya. {indonesian}",
        f"Does not count because it has no figure. Its share goes to {english}",
    ]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("id", "Tidak dihitung karena tidak ada nilainya."), ("en", "Does not count because it has no figure.")],
)
def test_where_nobody_was_rated_no_share_goes_anywhere(language: Language, sentence: str) -> None:
    shown = told(Scored(THREE, Policy(rater_weights={SUPERIOR: 1}), Case([])), language)
    unscored = [one for one in omissions(shown.overall.left_out) if one.reason is Omission.NOT_SCORED]
    assert [one.code for one in unscored] == ["work_behaviour", "A", "a1", "a2", "a3"]
    assert {one.text for one in unscored} == {sentence}


DEMO = rubric(
    criterion("HK", indicator("hk1", asked={SUPERIOR}), dimension=RESULT),
    criterion("BP", indicator("bp1", 2), indicator("bp2")),
    criterion("AK", indicator("ak1")),
)
DEMO_POLICY = Policy(rater_weights={SUPERIOR: 60, PEER: 30, SUBORDINATE: 10})
DEMO_CASE = Case(
    [
        (SUPERIOR, [5, 4, 4, 3]),
        (PEER, [3, 4, 5, 4]),
        (PEER, [3, 4, 4, 4]),
        (PEER, [3, 3, 4, None]),
        (SELF, [5, 5, 5, 5]),
    ],
    assigned={PEER, SUBORDINATE},
    filled_at_opening={SUBORDINATE},
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_whole_result_as_text(language: Language) -> None:
    """Word by word; look at the files beside this one."""
    decided = decision({RESULT: Expectation.ABOVE, BEHAVIOUR: Expectation.ABOVE}, "Inovasi layanan terbukti.")
    shown = told(
        Scored(DEMO, DEMO_POLICY, DEMO_CASE), language, decided=decided, predicate=Predicate.VERY_GOOD, officer=True
    )
    expected = (Path(__file__).parent / f"explanation.{language}.txt").read_text("utf-8")
    assert as_text(shown, language) == expected


# ---------------------------------------------------------------- predicates and decisions

NUMERIC = Policy(
    rater_weights={SUPERIOR: 60, PEER: 40},
    external_dimensions={RESULT: ExternalRange(Decimal("-1.5"), Decimal(120))},
    scheme=Scheme.PP_30_2019,
)
HUNDRED = rubric(criterion("B", indicator("b1")), on=scale(0, 100))


@pytest.mark.parametrize(
    ("points", "innovation", "sentence"),
    [
        (
            100,
            True,
            "mencapai 110 dan tercatat inovasi yang bermanfaat; menurut PP 30/2019 pasal 41 predikatnya Sangat Baik.",
        ),
        (100, False, "mencapai 110, tetapi tidak tercatat inovasi yang bermanfaat;"),
        (55, False, "mencapai 90 tetapi belum mencapai 110;"),
    ],
)
def test_the_value_of_pp_30_in_words(points: int, innovation: bool, sentence: str) -> None:
    case = Case([(SUPERIOR, [points])], innovation=innovation, external={RESULT: Decimal(120)})
    shown = told(Scored(HUNDRED, NUMERIC, case), "id")
    assert sentence in shown.predicate.text
    assert shown.predicate.innovation is innovation
    assert shown.value is not None
    assert "Hasil Kerja 70% dan Perilaku Kerja 30%, karena penilaian Rekan Kerja dan Bawahan" in shown.value.text
    external = node(shown, "work_result")
    assert external.text.startswith("Nilai 120 dari sistem lain dengan rentang (−1,5) sampai 120")  # noqa: RUF001 - minus


@pytest.mark.parametrize(
    ("skp", "points", "predicate"),
    [(100, 10, Predicate.FAIR), (60, 30, Predicate.POOR), (0, 0, Predicate.VERY_POOR)],
)
def test_the_lower_bands_of_pp_30(skp: int, points: int, predicate: Predicate) -> None:
    case = Case([(SUPERIOR, [points])], external={RESULT: Decimal(skp)})
    shown = told(Scored(HUNDRED, NUMERIC, case), "en")
    assert shown.predicate.recommended is predicate
    label = {"fair": "Fair", "poor": "Poor", "very_poor": "Very poor"}[predicate]
    assert f"by PP 30/2019 art. 41 the predicate is {label}." in shown.predicate.text


def test_peers_who_count_are_named_as_the_reason_of_60_and_40() -> None:
    case = Case([(SUPERIOR, [80]), *[(PEER, [80])] * 3], external={RESULT: Decimal(100)})
    shown = told(Scored(HUNDRED, NUMERIC, case), "en")
    assert shown.value is not None
    assert "Work results 60% and Work behaviour 40%, because peers or direct reports count" in shown.value.text


@pytest.mark.parametrize(
    ("above_or_not", "predicate", "text"),
    [
        (
            Expectation.MEETS,
            Predicate.GOOD,
            "The appraising officer decided as recommended: Work results “Above expectation” and Work behaviour “Meets "
            "expectation”. The predicate is Good.",
        ),
        (
            Expectation.ABOVE,
            Predicate.VERY_GOOD,
            "The appraising officer decided differently from the recommendation: Work results “Above expectation” and Work "
            "behaviour “Above expectation” (recommended: Meets expectation). The predicate is Very good.",
        ),
    ],
)
def test_a_decision_in_words(above_or_not: Expectation, predicate: Predicate, text: str) -> None:
    made = decision({RESULT: Expectation.ABOVE, BEHAVIOUR: above_or_not}, "Sesuai bukti.")
    shown = told(Scored(DEMO, DEMO_POLICY, DEMO_CASE), "en", decided=made, predicate=predicate)
    assert shown.decision.text == text
    assert shown.decision.differs is (above_or_not is Expectation.ABOVE)
    assert shown.decision.made is not None
    assert shown.decision.made.reason == "Sesuai bukti."


@pytest.mark.parametrize(
    ("behaviour", "text"),
    [
        (
            Expectation.MEETS,
            "Pengganti (Plt/Plh) memutuskan atas nama Pejabat Penilai Kinerja, sesuai dengan rekomendasi: ",
        ),
        (
            Expectation.ABOVE,
            "Pengganti (Plt/Plh) memutuskan atas nama Pejabat Penilai Kinerja, berbeda dari rekomendasi: ",
        ),
    ],
)
def test_who_stood_in_for_the_appraiser_is_told(behaviour: Expectation, text: str) -> None:
    made = decision({RESULT: Expectation.ABOVE, BEHAVIOUR: behaviour}, "Sesuai bukti.")
    made = replace(made, decided_by=UUID(int=7), on_behalf_of=UUID(int=8))
    shown = told(Scored(DEMO, DEMO_POLICY, DEMO_CASE), "id", decided=made, predicate=Predicate.GOOD)
    assert shown.decision.text.startswith(text)


def test_a_lost_group_is_told_to_officers_alone() -> None:
    scored = Scored(DEMO, DEMO_POLICY, DEMO_CASE)
    for language in LANGUAGES:
        officers, others = (told(scored, language, officer=officer) for officer in (True, False))
        assert ReasonCode.GROUP_LOST in [reason.code for reason in officers.completeness.reasons]
        assert ReasonCode.GROUP_LOST not in [reason.code for reason in others.completeness.reasons]
        lost = next(one.text for one in officers.completeness.reasons if one.code is ReasonCode.GROUP_LOST)
        assert lost in " ".join(as_text(officers, language).split())
        assert lost not in " ".join(as_text(others, language).split())


# ---------------------------------------------------------------- whatever cycle


@pytest.mark.parametrize("seeds", [range(start, start + 15) for start in range(0, 60, 15)])
def test_every_node_has_its_sentence_and_every_figure_of_the_text_stands_in_the_json(seeds: range) -> None:
    for seed in seeds:
        drawn, policy, cases = random_cycle(seed)
        scored = Scored(drawn, policy, *cases)
        for place in range(len(cases)):
            for language in LANGUAGES:
                _check(told(scored, language, participant=place, officer=place % 2 == 0), language)


def _check(shown: ResultExplanation, language: Language) -> None:
    trees = [tree for tree in (shown.overall, shown.value) if tree is not None]
    everything = [one for tree in trees for one in nodes(tree)]
    left_out = [item for one in everything for item in omissions(one.left_out)]
    for one in (*everything, *left_out, *shown.expectations, *shown.completeness.reasons, *shown.gaps.criteria):
        assert one.text.strip()
        assert not {"{", "}", "None"} & set(re.findall(r"[{}]|None", one.text))
        assert one.label.strip() if hasattr(one, "label") else True
    for one in everything:
        own = {*_figures(one.text)} - _params(one)
        assert own <= ({_written(one.published, language)} if one.published is not None else set())
    known = {_written(one.published, language) for one in everything if one.published is not None}
    known |= {
        _written(abs(figure or 0), language)
        for gap in shown.gaps.criteria
        for figure in (gap.self, gap.others, gap.gap)
    }
    known |= {_written(one.value, language) for one in shown.expectations if one.value is not None}
    thresholds = {_short(one.meets, language) for one in shown.expectations}
    thresholds |= {_short(one.above, language) for one in shown.expectations}
    external = {figure for one in everything for figure in _params(one)}
    text = " ".join(as_text(shown, language).split())
    assert {*_figures(text)} <= known | thresholds | external | {*_figures(shown.gaps.text)}


def _figures(text: str) -> Iterator[str]:
    return (found[0] for found in FIGURE.finditer(text))


def _params(one: ExplanationNode) -> set[str]:
    """What another system sent, which may have two decimals too."""
    return {*_figures(one.text.partition("100 ×")[0])} if one.rule is Rule.EXTERNAL else set()


def _written(figure: Any, language: Language) -> str:
    return f"{figure:.2f}".replace(".", "," if language == "id" else ".")


def _short(figure: float, language: Language) -> str:
    return f"{figure:g}".replace(".", "," if language == "id" else ".")


# ---------------------------------------------------------------- numbers


@given(st.fractions(min_value=0, max_value=120))
@settings(max_examples=300, deadline=None)
def test_a_number_is_written_as_it_begins(exact: Fraction) -> None:
    text = Words("en").expansion(exact)
    shown = Fraction(text.rstrip("…"))
    assert shown <= exact < shown + Fraction(1, 10_000)
    assert (shown == exact) == (not text.endswith("…"))
    assert Words("id").expansion(exact) == text.replace(".", ",")


@pytest.mark.parametrize(
    ("share", "text"),
    [("1", "100%"), ("3/5", "60%"), ("1/8", "12,5%"), ("1/3", "1/3 (sekitar 33,33%)"), ("2/3", "2/3 (sekitar 66,67%)")],
)
def test_a_share_in_words(share: str, text: str) -> None:
    assert Words("id").share(Fraction(share)) == text


def test_lists_negatives_and_long_fractions() -> None:
    words = Words("en")
    assert [words.several(items) for items in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]
    assert (words.decimal(Decimal("-1.50")), words.figure(-50), words.figure(None)) == ("(−1.5)", "−0.50", "–")  # noqa: RUF001
    assert words.fraction(Fraction(1, 10**60)) is None


def test_everything_that_can_happen_has_its_sentence() -> None:
    assert set(texts.OMISSIONS) == {*Omission, *Withheld}
    assert set(texts.REASONS) == set(ReasonCode)
    assert set(texts.READ_AS) == set(EXPECTATIONS) == set(Expectation)
    assert set(texts.GAP) == {*Flag, None}
    assert set(texts.BANDS) == set(Predicate) - {Predicate.NEEDS_IMPROVEMENT}
    assert Reason(ReasonCode.GROUP_LOST, PEER).as_json() == {"code": "group_lost", "rater_type": "peer"}
