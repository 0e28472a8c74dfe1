"""The rubric presets are well formed and say what the regulations say."""

import json
from collections.abc import Iterator
from uuid import UUID

import pytest

from app.domain.presets import PRESET_NAMES_EN, PRESETS, RubricBody
from app.domain.presets.shapes import CriterionBody, IndicatorBody
from app.domain.rubrics import Criterion, Indicator, Scale, ScaleLabel, check_content
from app.domain.values import Dimension, RaterType

NIL = UUID(int=0)
RATER_TYPES = {rater_type.value for rater_type in RaterType}
COLLEAGUES = {"superior", "peer", "subordinate", "self"}
BODIES = [pytest.param(body, id=code) for code, body in PRESETS.items()]

#: SE MenPANRB 20/2021, letter by letter.
OFFICIAL = {
    "Berorientasi Pelayanan": [
        "Memahami dan memenuhi kebutuhan masyarakat",
        "Ramah, cekatan, solutif, dan dapat diandalkan",
        "Melakukan perbaikan tiada henti",
    ],
    "Akuntabel": [
        "Melaksanakan tugas dengan jujur, bertanggung jawab, cermat, disiplin, dan berintegritas tinggi",
        "Menggunakan kekayaan dan barang milik negara secara bertanggung jawab, efektif, dan efisien",
        "Tidak menyalahgunakan kewenangan jabatan",
    ],
    "Kompeten": [
        "Meningkatkan kompetensi diri untuk menjawab tantangan yang selalu berubah",
        "Membantu orang lain belajar",
        "Melaksanakan tugas dengan kualitas terbaik",
    ],
    "Harmonis": [
        "Menghargai setiap orang apa pun latar belakangnya",
        "Suka menolong orang lain",
        "Membangun lingkungan kerja yang kondusif",
    ],
    "Loyal": [
        "Memegang teguh ideologi Pancasila, UUD Negara RI Tahun 1945, setia kepada NKRI serta pemerintahan yang sah",
        "Menjaga nama baik sesama ASN, pimpinan, instansi, dan negara",
        "Menjaga rahasia jabatan dan negara",
    ],
    "Adaptif": [
        "Cepat menyesuaikan diri menghadapi perubahan",
        "Terus berinovasi dan mengembangkan kreativitas",
        "Bertindak proaktif",
    ],
    "Kolaboratif": [
        "Memberi kesempatan kepada berbagai pihak untuk berkontribusi",
        "Terbuka dalam bekerja sama untuk menghasilkan nilai tambah",
        "Menggerakkan pemanfaatan berbagai sumber daya untuk tujuan bersama",
    ],
}


def indicators(body: RubricBody) -> Iterator[IndicatorBody]:
    for criterion in body["criteria"]:
        yield from criterion["indicators"]


def asked(body: RubricBody, rater_type: str) -> list[str]:
    return [indicator["code"] for indicator in indicators(body) if rater_type in indicator["rater_types"]]


def domain_scale(body: RubricBody) -> Scale:
    scale = body["scale"]
    return Scale(scale["min"], scale["max"], tuple(ScaleLabel(**label) for label in scale["labels"]))


def domain_criterion(body: CriterionBody) -> Criterion:
    made = tuple(
        Indicator(
            NIL,
            indicator["code"],
            indicator["statement"],
            indicator["weight"],
            frozenset(RaterType(rater_type) for rater_type in indicator["rater_types"]),
        )
        for indicator in body["indicators"]
    )
    return Criterion(NIL, body["code"], body["title"], Dimension(body["dimension"]), body["weight"], None, made)


def test_the_three_presets_of_the_contract_are_there() -> None:
    assert list(PRESETS) == ["berakhlak", "technical_and_behaviour", "service_recipient"]
    assert all(body["code"] == code for code, body in PRESETS.items())


@pytest.mark.parametrize("body", BODIES)
def test_a_preset_satisfies_the_rules_of_rubrics(body: RubricBody) -> None:
    criteria = tuple(domain_criterion(criterion) for criterion in body["criteria"])
    assert check_content(domain_scale(body), criteria) == []


@pytest.mark.parametrize("body", BODIES)
def test_a_preset_is_plain_json(body: RubricBody) -> None:
    assert json.loads(json.dumps(body)) == body
    assert {"code", "title", "description", "scale", "criteria"} == set(body)


@pytest.mark.parametrize("body", BODIES)
def test_weights_codes_and_texts_are_in_bounds(body: RubricBody) -> None:
    codes = [criterion["code"] for criterion in body["criteria"]]
    codes += [indicator["code"] for indicator in indicators(body)]
    assert len(set(codes)) == len(codes)
    assert all(1 <= criterion["weight"] <= 1000 for criterion in body["criteria"])
    assert all(1 <= indicator["weight"] <= 1000 for indicator in indicators(body))
    assert all(0 < len(indicator["statement"]) <= 200 for indicator in indicators(body))
    assert all(set(indicator["rater_types"]) <= RATER_TYPES for indicator in indicators(body))
    assert len({indicator["statement"] for indicator in indicators(body)}) == len(list(indicators(body)))


@pytest.mark.parametrize("body", BODIES)
def test_the_superior_and_the_ratee_are_asked_everything(body: RubricBody) -> None:
    """So a cycle opens with the default policy, and no indicator hangs on a group that may be too small."""
    everything = [indicator["code"] for indicator in indicators(body)]
    assert asked(body, "superior") == everything
    assert asked(body, "self") == everything


@pytest.mark.parametrize("body", BODIES)
def test_english_names_cover_the_preset(body: RubricBody) -> None:
    names = PRESET_NAMES_EN[body["code"]]
    assert names.title
    assert set(names.criteria) == {criterion["code"] for criterion in body["criteria"]}
    assert len(names.scale_labels) == len(body["scale"]["labels"])


def test_berakhlak_has_the_official_values_and_behaviours() -> None:
    body = PRESETS["berakhlak"]
    found = {
        criterion["title"]: [indicator["statement"] for indicator in criterion["indicators"]]
        for criterion in body["criteria"]
    }
    assert found == OFFICIAL
    assert [criterion["code"] for criterion in body["criteria"]] == ["BP", "AK", "KP", "HM", "LY", "AD", "KB"]
    assert [indicator["code"] for indicator in indicators(body)] == [
        f"{criterion['code']}{number}" for criterion in body["criteria"] for number in (1, 2, 3)
    ]
    assert {criterion["dimension"] for criterion in body["criteria"]} == {"work_behaviour"}
    assert {criterion["weight"] for criterion in body["criteria"]} == {1}
    assert [label["points"] for label in body["scale"]["labels"]] == [1, 2, 3, 4, 5]


def test_berakhlak_asks_colleagues_everything_and_recipients_what_they_see() -> None:
    body = PRESETS["berakhlak"]
    assert all(set(indicator["rater_types"]) >= COLLEAGUES for indicator in indicators(body))
    assert asked(body, "service_recipient") == ["BP1", "BP2", "BP3", "AK1", "HM1"]


def test_technical_and_behaviour_has_both_dimensions_and_twenty_one_indicators() -> None:
    body = PRESETS["technical_and_behaviour"]
    by_dimension = {
        dimension: [c["title"] for c in body["criteria"] if c["dimension"] == dimension]
        for dimension in ("work_result", "work_behaviour")
    }
    assert by_dimension["work_result"] == [
        "Pengetahuan Teknis",
        "Keterampilan Teknis",
        "Mutu dan Ketepatan Hasil Kerja",
    ]
    assert by_dimension["work_behaviour"] == ["Integritas", "Disiplin", "Kerja Sama", "Inisiatif Kerja"]
    assert len(list(indicators(body))) == 21
    for dimension in by_dimension:
        assert sum(c["weight"] for c in body["criteria"] if c["dimension"] == dimension) == 100


def test_recipients_are_not_asked_about_money_or_office_matters() -> None:
    body = PRESETS["technical_and_behaviour"]
    assert asked(body, "service_recipient") == ["PT2", "KT1", "HK2", "IN2", "DS1", "KS3", "IK3"]
    money = next(indicator for indicator in indicators(body) if "anggaran" in indicator["statement"])
    assert set(money["rater_types"]) == {"superior", "self"}


def test_service_recipient_is_short_with_the_scale_of_the_satisfaction_survey() -> None:
    body = PRESETS["service_recipient"]
    assert [label["label"] for label in body["scale"]["labels"]] == [
        "Tidak baik",
        "Kurang baik",
        "Baik",
        "Sangat baik",
    ]
    assert (body["scale"]["min"], body["scale"]["max"]) == (1, 4)
    assert len(asked(body, "service_recipient")) == len(list(indicators(body))) == 7
    assert asked(body, "peer") == asked(body, "subordinate") == []


def test_presets_cannot_be_replaced() -> None:
    with pytest.raises(TypeError):
        PRESETS["berakhlak"] = PRESETS["service_recipient"]  # type: ignore[index]
