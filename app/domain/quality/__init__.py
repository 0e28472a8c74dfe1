"""Rating quality of a cycle, made at the end of rating (scoring.md section 8, anonymity.md rule 8).

Raters are small integers here: whoever stores a diagnosis knows whom they mean. What leaves this package may be shown: of an
anonymous rater one band, all else over at least `FEWEST` ratees.
"""

from app.domain.quality.assessment import Assessment
from app.domain.quality.severity import Adjustment, Untold
from app.domain.quality.terms import (
    FEWEST,
    NOBODY,
    SMALL_SAMPLE,
    Diagnosis,
    NamedRater,
    RatedSheets,
)

__all__ = [
    "FEWEST",
    "NOBODY",
    "SMALL_SAMPLE",
    "Adjustment",
    "Assessment",
    "Diagnosis",
    "NamedRater",
    "RatedSheets",
    "Untold",
]
