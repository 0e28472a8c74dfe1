"""Imports: all rows of a file or none, with every fault listed.

`running` judges who may, keeps the report and the trail; `people` and `cycles` know what becomes of each kind of row.
"""

from app.domain.actions.imports.common import IssuedCode, NewCode, Order
from app.domain.actions.imports.running import Outcome, get_import, operator, require_importer, run_import

__all__ = [
    "IssuedCode",
    "NewCode",
    "Order",
    "Outcome",
    "get_import",
    "operator",
    "require_importer",
    "run_import",
]
