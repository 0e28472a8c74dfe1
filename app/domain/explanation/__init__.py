"""Why a result is what it is (scoring.md section 7): `tree` takes its figures apart, `conclusions` reads them."""

from app.domain.explanation.conclusions import Conclusions, CriterionReading, DimensionReading, conclude
from app.domain.explanation.tree import Explanation, LeftOut, Node, Omission, Rule, explain

__all__ = [
    "Conclusions",
    "CriterionReading",
    "DimensionReading",
    "Explanation",
    "LeftOut",
    "Node",
    "Omission",
    "Rule",
    "conclude",
    "explain",
]
