"""Texts of the distribution check (SE MenPANRB 3/2023)."""

from collections.abc import Mapping
from typing import Final

from app.api.texts.types import ProblemText, Sentence
from app.domain.calibration import PatternStatus, WarningCode
from app.domain.values import OrgAchievement

PROBLEMS: dict[str, ProblemText] = {}
VIOLATIONS: dict[str, Sentence] = {}

ACHIEVEMENTS: Final[Mapping[OrgAchievement, Sentence]] = {
    OrgAchievement.EXCELLENT: ("Istimewa", "Excellent"),
    OrgAchievement.GOOD: ("Baik", "Good"),
    OrgAchievement.NEEDS_IMPROVEMENT: ("Butuh Perbaikan", "Needs improvement"),
    OrgAchievement.POOR: ("Kurang", "Poor"),
    OrgAchievement.VERY_POOR: ("Sangat Kurang", "Very poor"),
}
STATUSES: Final[Mapping[PatternStatus, Sentence]] = {
    PatternStatus.CHECKED: (
        "Dibandingkan dengan pola distribusi SE MenPANRB 3/2023 untuk capaian organisasi {achievement}. Peringatan menjadi "
        "bahan pertimbangan; tidak ada hasil yang diubah.",
        "Held against the distribution pattern of SE MenPANRB 3/2023 for the organisational achievement {achievement}. "
        "Warnings are for consideration; no result is changed.",
    ),
    PatternStatus.NO_ACHIEVEMENT: (
        "Capaian organisasi unit ini belum ditetapkan, sehingga tidak ada pola pembanding.",
        "The organisational achievement of this unit is not set, so there is no pattern to hold it against.",
    ),
    PatternStatus.NOT_APPLICABLE: (
        "Pola distribusi SE MenPANRB 3/2023 tidak berlaku untuk siklus dengan skema PP 30/2019.",
        "The distribution pattern of SE MenPANRB 3/2023 does not apply to cycles of the scheme PP 30/2019.",
    ),
}
WARNINGS: Final[Mapping[WarningCode, Sentence]] = {
    WarningCode.ABOVE_MAXIMUM: (
        "{predicates}: {count} dari {people} orang; menurut pola paling banyak {limit} ({percent}%).",
        "{predicates}: {count} of {people} people; by the pattern at most {limit} ({percent}%).",
    ),
    WarningCode.BELOW_MINIMUM: (
        "{predicates}: {count} dari {people} orang; menurut pola paling sedikit {limit} ({percent}%).",
        "{predicates}: {count} of {people} people; by the pattern at least {limit} ({percent}%).",
    ),
    WarningCode.NOT_MOST: (
        "{predicates}: {count} dari {people} orang; menurut pola sebagian besar, yaitu paling sedikit {limit}.",
        "{predicates}: {count} of {people} people; by the pattern most of them, which is at least {limit}.",
    ),
    WarningCode.NOBODY: (
        "{predicates}: tidak seorang pun dari {people} orang; menurut pola harus ada.",
        "{predicates}: nobody of {people} people; by the pattern there must be somebody.",
    ),
}
AND: Final[Sentence] = (" dan/atau ", " and/or ")
