"""The words of a comparison of two results."""

from collections.abc import Mapping
from typing import Final

from app.api.texts.types import ProblemText, Sentence
from app.domain.comparison import NotCompared, RubricRelation

PROBLEMS: dict[str, ProblemText] = {}
VIOLATIONS: dict[str, Sentence] = {
    "same_cycle": (
        "Ini siklus yang sama; sebutkan siklus yang lain.",
        "This is the same cycle; name another one.",
    ),
}

RELATIONS: Final[Mapping[RubricRelation, Sentence]] = {
    RubricRelation.SAME_VERSION: (
        "Kedua siklus memakai versi rubrik yang sama.",
        "Both cycles use the same version of the rubric.",
    ),
    RubricRelation.REVISED: (
        "Kedua siklus memakai rubrik yang sama dalam versi yang berbeda.",
        "The cycles use different versions of the same rubric.",
    ),
    RubricRelation.DIFFERENT: (
        "Kedua siklus memakai rubrik yang berbeda.",
        "The cycles use different rubrics.",
    ),
}
SHARED: Final[Sentence] = (
    "Hanya kriteria dengan kode dan dimensi yang sama yang dibandingkan: {codes}.",
    "Only criteria of the same code and dimension are compared: {codes}.",
)
NOTHING_SHARED: Final[Sentence] = (
    "Tidak ada kriteria dengan kode dan dimensi yang sama, jadi tidak ada kriteria yang dibandingkan.",
    "There are no criteria of the same code and dimension, so no criterion is compared.",
)
OTHER_WEIGHTS: Final[Sentence] = (
    "Bobot kelompok penilai berbeda, jadi perbedaan pada kriteria dapat juga berasal dari bobot itu.",
    "The weights of the rater types differ, so a difference of a criterion may also come from them.",
)
OTHER_SCHEME: Final[Sentence] = (
    "Predikat kedua siklus diberikan menurut peraturan yang berbeda.",
    "The predicates of the cycles are given by different regulations.",
)
NOT_COMPARED: Final[Mapping[NotCompared, Sentence]] = {
    NotCompared.NO_FIGURE: (
        "Tidak dibandingkan: salah satu hasil tidak mempunyai angka ini.",
        "Not compared: one of the results does not have this figure.",
    ),
    NotCompared.DIMENSIONS_DIFFER: (
        "Tidak dibandingkan: kedua nilai keseluruhan terdiri atas dimensi yang berbeda.",
        "Not compared: the two overall figures are made of different dimensions.",
    ),
    NotCompared.SOURCES_DIFFER: (
        "Tidak dibandingkan: yang satu dinilai di sini, yang lain berasal dari sistem lain.",
        "Not compared: one was rated here, the other comes from another system.",
    ),
    NotCompared.RANGES_DIFFER: (
        "Tidak dibandingkan: rentang nilai dari sistem lain berbeda.",
        "Not compared: the range of the values from the other system differs.",
    ),
    NotCompared.RUBRICS_DIFFER: (
        "Tidak dibandingkan: rubrik atau versinya berbeda, jadi angkanya tidak terdiri atas bagian yang sama.",
        "Not compared: the rubrics or their versions differ, so the figures are not made of the same parts.",
    ),
    NotCompared.WEIGHTS_DIFFER: (
        "Tidak dibandingkan: kebijakan kedua siklus memberi bobot yang berbeda.",
        "Not compared: the policies of the cycles give different weights.",
    ),
}
