"""Who may read a result, and from when (contract.md, "Who sees and does what"; anonymity.md rules 3 and 6).

About himself a person is a ratee and nothing else, whatever his roles. Whoever holds an anonymous assignment on a
participant never reads that participant's result by another role: to him it does not exist.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final
from uuid import UUID

from app.domain.auth import Actor
from app.domain.cycles import RELEASED, WITH_RESULTS
from app.domain.errors import Conflict, Forbidden, NotFound
from app.domain.values import CycleState

READ_RESULTS: Final = "results:read"


class Reader(StrEnum):
    """As what somebody reads a result: the first of these that he is."""

    RATEE = "ratee"
    APPRAISER = "appraiser"
    OFFICER = "officer"
    SUPERIOR = "superior"
    UNIT_ADMIN = "unit_admin"
    INTEGRATION = "integration"


#: They read while results are under review, and they alone learn that a group was lost (scoring.md section 4).
FROM_REVIEW: Final = frozenset({Reader.APPRAISER, Reader.OFFICER})


@dataclass(frozen=True, slots=True)
class Standing:
    """The people and the unit of one participant, and whether the actor rates him anonymously."""

    state: CycleState
    employee_id: UUID
    superior_id: UUID | None
    appraiser_id: UUID | None
    unit_id: UUID
    rates_anonymously: bool


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose results a list may hold: any of these is enough, and never those whom ``reader_id`` rates anonymously.

    ``everybody`` leaves out the reader himself until results are published. ``appraisers`` are those as whom he appraises,
    never himself.
    """

    reader_id: UUID | None
    everybody: bool = False
    appraisers: Collection[UUID] = frozenset()
    as_ratee: bool = False
    as_superior: bool = False
    units: Collection[UUID] = frozenset()


def require_results(state: CycleState) -> None:
    """Nothing made of points exists for anybody before review (anonymity.md rule 3)."""
    if state not in WITH_RESULTS:
        raise Conflict("results_not_ready")


def see_result(actor: Actor, standing: Standing) -> Reader:
    """As what the actor reads this result now.

    Raises `NotFound` when it is never his to know, `Conflict` (``results_not_ready``) when it is not yet.
    """
    require_results(standing.state)
    reader = None if standing.rates_anonymously else _reader(actor, standing)
    if reader is None:
        raise NotFound
    if standing.state not in RELEASED and reader not in FROM_REVIEW:
        raise Conflict("results_not_ready")
    return reader


def _reader(actor: Actor, standing: Standing) -> Reader | None:
    me = actor.employee_id
    if me is not None and me == standing.employee_id:  # most readers, and the table need not be made for them
        return Reader.RATEE
    is_one = {
        Reader.APPRAISER: standing.appraiser_id in actor.appraises_as,
        Reader.OFFICER: actor.is_admin or actor.is_auditor,
        Reader.SUPERIOR: me is not None and me == standing.superior_id,
        Reader.UNIT_ADMIN: actor.is_unit_admin and standing.unit_id in actor.unit_ids,
        Reader.INTEGRATION: actor.has_scope(READ_RESULTS),
    }
    return next((reader for reader, holds in is_one.items() if holds), None)


def decide_result(actor: Actor, standing: Standing) -> None:
    """The participant's appraiser alone decides, or who stands in for him today (scoring.md section 5).

    Who else may read it is told so.
    """
    if see_result(actor, standing) is not Reader.APPRAISER:
        raise Forbidden("not_allowed")


def acknowledge_result(actor: Actor, standing: Standing) -> None:
    """The ratee alone acknowledges."""
    if see_result(actor, standing) is not Reader.RATEE:
        raise Forbidden("not_allowed")


def list_scope(actor: Actor, state: CycleState) -> Scope:
    """Whose results the actor may find in a list of a cycle in ``state``; the same rules as `see_result`."""
    require_results(state)
    staff, everybody = actor.employee_id is not None, actor.is_admin or actor.is_auditor
    if state not in RELEASED:
        return Scope(actor.employee_id, everybody=everybody, appraisers=actor.appraises_as)
    return Scope(
        actor.employee_id,
        everybody=everybody or actor.has_scope(READ_RESULTS),
        appraisers=actor.appraises_as,
        as_ratee=staff,
        as_superior=staff,
        units=actor.unit_ids if actor.is_unit_admin else frozenset(),
    )


def export_scope(actor: Actor, state: CycleState) -> Scope:
    """Whose results a file may hold: those of `list_scope`, but nobody exports as a ratee (contract.md).

    A superior's or appraiser's file holds his team without himself. Files of the whole city or of a subtree are complete.
    """
    scope = list_scope(actor, state)
    return replace(scope, as_ratee=scope.as_ratee and scope.everybody)
