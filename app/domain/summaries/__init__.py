"""Summaries of a cycle over the tree of units (anonymity.md rule 10).

They are made of participants' published figures, each participant with the same weight. What could be worked out of them
is decided once, by construction, and for all readers together: `places` are where participants stand, `blocks` puts them
together, `record` is what is frozen of it, and a `summary` adds up what its reader may have. Nothing hangs on the size of
any figure.
"""

from app.domain.summaries.blocks import LEAST
from app.domain.summaries.figures import (
    ABSENT,
    COUNTED,
    PREDICATES,
    Basis,
    Column,
    Home,
    Kind,
    Person,
    all_columns,
    columns_of,
    gather,
)
from app.domain.summaries.places import Office, Place
from app.domain.summaries.record import Change, Frozen, Record, freeze, renew, renewable
from app.domain.summaries.summary import NOTHING, Cell, Circle, Heading, Row, Summary, Withholding, summarise

__all__ = [
    "ABSENT",
    "COUNTED",
    "LEAST",
    "NOTHING",
    "PREDICATES",
    "Basis",
    "Cell",
    "Change",
    "Circle",
    "Column",
    "Frozen",
    "Heading",
    "Home",
    "Kind",
    "Office",
    "Person",
    "Place",
    "Record",
    "Row",
    "Summary",
    "Withholding",
    "all_columns",
    "columns_of",
    "freeze",
    "gather",
    "renew",
    "renewable",
    "summarise",
]
