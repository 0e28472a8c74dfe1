"""Summaries of a cycle over the tree of units (anonymity.md rule 10), and what of them is withheld.

They are made of participants' published figures, each participant with the same weight. What is shown is decided on
numbers of participants alone, so that no figure's size can tell anything: `figures` holds what a summary is made of,
`tree` decides what is shown, `summary` puts both together.
"""

from app.domain.summaries.figures import (
    ABSENT,
    COUNTED,
    PREDICATES,
    Basis,
    Column,
    Frozen,
    Kind,
    columns_of,
    gather,
)
from app.domain.summaries.summary import Cell, Heading, Row, Summary, summarise
from app.domain.summaries.tree import LEAST, Office, Withholding

__all__ = [
    "ABSENT",
    "COUNTED",
    "LEAST",
    "PREDICATES",
    "Basis",
    "Cell",
    "Column",
    "Frozen",
    "Heading",
    "Kind",
    "Office",
    "Row",
    "Summary",
    "Withholding",
    "columns_of",
    "gather",
    "summarise",
]
