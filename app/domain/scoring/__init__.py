"""The arithmetic of an appraisal: sheets in, exact figures out (scoring.md sections 1 to 3).

`ratios` is the arithmetic, `plan` a rubric under a policy laid out for it, `batch` what goes in, `engine` the
climb from answers to the overall figure.
"""

from app.domain.scoring.batch import BATCH, NO_ANSWER, Circumstances, Sheets, Tally
from app.domain.scoring.engine import ALONE, Levels, Scores, View, score
from app.domain.scoring.plan import ANONYMOUS, TYPES, Plan, compile_plan
from app.domain.scoring.ratios import MISSING, Hundredths, Mask, Ratios

__all__ = [
    "ALONE",
    "ANONYMOUS",
    "BATCH",
    "MISSING",
    "NO_ANSWER",
    "TYPES",
    "Circumstances",
    "Hundredths",
    "Levels",
    "Mask",
    "Plan",
    "Ratios",
    "Scores",
    "Sheets",
    "Tally",
    "View",
    "compile_plan",
    "score",
]
