"""Results: computed, decided, published, read, pictured and proved.

`judging` is pure, `computing` streams a cycle through it, `publishing` releases the results, `reading` shows them,
`picturing` gives charts their figures and words, `deciding` keeps what the appraiser and the ratee say, `verifying`
recomputes.
"""

from app.domain.actions.results.comparing import Compared, Side, compare_results
from app.domain.actions.results.computing import compute_cycle, compute_results, recompute_cycle, recompute_one
from app.domain.actions.results.deciding import (
    Ruling,
    acknowledge,
    decide,
    decide_many,
    result_to_decide,
    shown_to_appraiser,
)
from app.domain.actions.results.judging import Report
from app.domain.actions.results.picturing import History, Past, Pictured, picture_history, picture_result
from app.domain.actions.results.publishing import Publication, publish_cycle
from app.domain.actions.results.reading import (
    Explained,
    Overview,
    Shown,
    StoredResultDiffersError,
    explain_result,
    get_result,
    list_results,
    list_versions,
    my_overview,
    my_results,
    require_appraiser,
    show,
)
from app.domain.actions.results.verifying import Difference, Verification, verify_cycle

__all__ = [
    "Compared",
    "Difference",
    "Explained",
    "History",
    "Overview",
    "Past",
    "Pictured",
    "Publication",
    "Report",
    "Ruling",
    "Shown",
    "Side",
    "StoredResultDiffersError",
    "Verification",
    "acknowledge",
    "compare_results",
    "compute_cycle",
    "compute_results",
    "decide",
    "decide_many",
    "explain_result",
    "get_result",
    "list_results",
    "list_versions",
    "my_overview",
    "my_results",
    "picture_history",
    "picture_result",
    "publish_cycle",
    "recompute_cycle",
    "recompute_one",
    "require_appraiser",
    "result_to_decide",
    "show",
    "shown_to_appraiser",
    "verify_cycle",
]
