"""What is read from the figures of a participant (scoring.md sections 3 to 7).

`reasons` says what is missing and why, `reading` finds gaps, strengths and areas to improve,
`recommendation` what the figures say to the appraiser, `document` writes the result as its readers get it,
`appraisal` puts these together, and `receipt` proves what went in.
"""

from app.domain.results.appraisal import Appraisal, appraise
from app.domain.results.reading import gap, improvements, strengths
from app.domain.results.reasons import Reason, complete, withheld
from app.domain.results.receipt import (
    ENGINE_VERSION,
    canonical_json,
    decimal_text,
    digest,
    receipt_inputs,
    terms_digest,
)
from app.domain.results.recommendation import Recommendation, colleagues_heard, exact_value

__all__ = [
    "ENGINE_VERSION",
    "Appraisal",
    "Reason",
    "Recommendation",
    "appraise",
    "canonical_json",
    "colleagues_heard",
    "complete",
    "decimal_text",
    "digest",
    "exact_value",
    "gap",
    "improvements",
    "receipt_inputs",
    "strengths",
    "terms_digest",
    "withheld",
]
