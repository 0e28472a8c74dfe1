"""The appraiser's decision and the ratee's acknowledgement."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain import policies
from app.domain.actions.results.reading import Shown, show
from app.domain.audit import AuditEvent, OutboxEvent
from app.domain.auth import Actor
from app.domain.decisions import (
    Decision,
    Expectations,
    check_decision,
    decided_predicate,
    recommended_expectations,
)
from app.domain.errors import Conflict, DomainError, NotFound, Violation, raise_if_any
from app.domain.participants import BEFORE_ARCHIVE
from app.domain.policies_results import (
    READ_RESULTS,
    Reader,
    acknowledge_result,
    decide_result,
    require_results,
)
from app.domain.ports.results import Found, Summary, Version
from app.domain.unit_of_work import UnitOfWork
from app.domain.values import Cause, CycleState, Predicate


@dataclass(frozen=True, slots=True)
class Ruling:
    """What an appraiser decides on one result; without ``expectations`` he follows the recommendation."""

    participant_id: UUID
    expectations: Expectations | None
    reason: str | None


async def result_to_decide(uow: UnitOfWork, actor: Actor, cycle_id: UUID, ruling: Ruling) -> Found:
    """The current result that the actor rules on as its appraiser, held until this transaction ends."""
    policies.require_reader(actor, READ_RESULTS)
    found = await _hold(uow, actor, cycle_id, ruling.participant_id)
    decide_result(actor, found.standing)
    if found.version is None:
        raise NotFound
    _require_open(actor, found, ruling)
    return found


async def _hold(uow: UnitOfWork, actor: Actor, cycle_id: UUID, participant_id: UUID) -> Found:
    """Read a participant after making sure that neither the cycle nor the current result changes meanwhile."""
    await uow.cycles.hold(cycle_id)
    await uow.results.lock([participant_id])
    return await _find(uow, actor, cycle_id, participant_id)


async def _find(uow: UnitOfWork, actor: Actor, cycle_id: UUID, participant_id: UUID) -> Found:
    known = await uow.results.find(cycle_id, participant_id, actor.employee_id)
    if known is None:
        raise NotFound
    state, found = known
    require_results(state)
    if found is None:
        raise NotFound
    return found


def _require_open(actor: Actor, found: Found, ruling: Ruling) -> None:
    """In review a decision may be changed; after publication only the first one of an undecided result is taken."""
    state = found.standing.state
    if state is CycleState.ARCHIVED:
        raise Conflict("cycle_state_forbids", state=str(state))
    decided = found.version is not None and found.version.decision is not None
    if state is CycleState.PUBLISHED and decided and not _repeats(actor, found, ruling):
        raise Conflict("already_published")


def _repeats(actor: Actor, found: Found, ruling: Ruling) -> bool:
    """Whether the current decision says the same already: by the same person, for the same appraiser and reason."""
    earlier = found.version.decision if found.version else None
    return earlier is not None and earlier == _decision(actor, found, ruling, earlier.decided_at)


def shown_to_appraiser(found: Found) -> Shown:
    """The result as its appraiser reads it."""
    if found.version is None or found.document is None:
        raise NotFound
    return show(found.ratee, found.version, found.document, Reader.APPRAISER)


async def decide(uow: UnitOfWork, actor: Actor, before: Found, ruling: Ruling) -> Shown:
    """Decide on ``before`` (read and held by `result_to_decide`) and read the result anew.

    The same decision sent again changes nothing and leaves no trace.
    """
    assert before.version is not None
    raise_if_any(check_decision(before.version.recommendation, _expectations(ruling, before.version), ruling.reason))
    if _repeats(actor, before, ruling):
        return shown_to_appraiser(before)
    made = _made(actor, before, ruling, await uow.now())
    await _keep(uow, {ruling.participant_id: (before, made)})
    event = AuditEvent("result.decided", "participant", ruling.participant_id, _change(before, made), ruling.reason)
    await uow.trail.record(actor, event)
    return shown_to_appraiser(await _find(uow, actor, before.version.cycle_id, ruling.participant_id))


_Made = tuple[Decision, Predicate | None]


def _made(actor: Actor, before: Found, ruling: Ruling, now: datetime) -> _Made:
    assert before.version is not None
    decision = _decision(actor, before, ruling, now)
    return decision, decided_predicate(before.version.recommendation, decision.expectations)


def _decision(actor: Actor, before: Found, ruling: Ruling, now: datetime) -> Decision:
    assert actor.employee_id is not None
    assert before.version is not None
    appraiser = before.standing.appraiser_id
    on_behalf_of = None if appraiser == actor.employee_id else appraiser
    expectations = _expectations(ruling, before.version)
    return Decision(expectations, ruling.reason, actor.employee_id, now, on_behalf_of)


async def _keep(uow: UnitOfWork, made: Mapping[UUID, tuple[Found, _Made]]) -> None:
    """Store decisions; in a published cycle each makes a new version that others may want to hear of."""
    decisions = {participant_id: decision for participant_id, (_, decision) in made.items()}
    found = next(iter(made.values()))[0]
    if found.standing.state is CycleState.PUBLISHED:
        await uow.results.decide_anew(decisions, cause=Cause.DECISION_AFTER_PUBLICATION)
        await uow.trail.announce(OutboxEvent("result.changed", _payload(found, made)))
    else:
        await uow.results.decide(decisions)


def _payload(found: Found, made: Mapping[UUID, object]) -> dict[str, Any]:
    assert found.version is not None
    cycle = {"cycle_id": str(found.version.cycle_id)}
    if len(made) > 1:
        return {**cycle, "count": len(made)}
    return {**cycle, "participant_id": str(found.ratee.participant_id)}


def _change(before: Found, made: _Made) -> dict[str, Any]:
    """Before and after, for the trail."""
    version, (decision, predicate) = before.version, made
    earlier = version.decision if version else None
    behalf = {} if decision.on_behalf_of is None else {"on_behalf_of": str(decision.on_behalf_of)}
    return {
        "before": _plain(earlier.expectations, version.decided) if version and earlier else None,
        "after": _plain(decision.expectations, predicate),
        **behalf,
    }


def _plain(expectations: Expectations, predicate: Predicate | None) -> dict[str, Any]:
    return {
        "expectations": {str(dimension): str(value) for dimension, value in expectations.items()},
        "predicate": None if predicate is None else str(predicate),
    }


async def decide_many(uow: UnitOfWork, actor: Actor, cycle_id: UUID, rulings: Sequence[Ruling]) -> list[Summary]:
    """Decide on several participants of one cycle, all or none; `Invalid` names every faulty row.

    Rows the actor may not decide on are ``unknown_participant``, whether or not they exist. Those that say what was decided
    already stay as they are.
    """
    policies.require_reader(actor, READ_RESULTS)
    ids = [ruling.participant_id for ruling in rulings]
    cycle = await uow.cycles.hold(cycle_id)
    if cycle is None:
        raise NotFound
    require_results(cycle.state)
    cycle.require_state(BEFORE_ARCHIVE)  # one answer for all rows, as for a single decision
    await uow.results.lock(ids)
    found = {} if actor.employee_id is None else await uow.results.many(cycle_id, ids, actor.employee_id)
    raise_if_any([*_duplicates(ids), *_faults(actor, found, rulings)])
    new = [ruling for ruling in rulings if not _repeats(actor, found[ruling.participant_id], ruling)]
    if new:
        await _decide_new(uow, actor, cycle_id, new, found)
    assert actor.employee_id is not None
    after = await uow.results.many(cycle_id, ids, actor.employee_id)
    return [_summary(after[participant_id]) for participant_id in ids]


async def _decide_new(
    uow: UnitOfWork, actor: Actor, cycle_id: UUID, rulings: Sequence[Ruling], found: Mapping[UUID, Found]
) -> None:
    now = await uow.now()
    made = {}
    for ruling in rulings:
        before = found[ruling.participant_id]
        made[ruling.participant_id] = (before, _made(actor, before, ruling, now))
    await _keep(uow, made)
    decisions = [
        {"participant_id": str(one), **_change(*of_one), "reason": of_one[1][0].reason} for one, of_one in made.items()
    ]
    details = {"count": len(decisions), "decisions": decisions}
    await uow.trail.record(actor, AuditEvent("results.decided", "cycle", cycle_id, details))


def _summary(found: Found) -> Summary:
    assert found.version is not None
    return Summary(found.ratee, found.version)


def _expectations(ruling: Ruling, version: Version) -> Expectations:
    return recommended_expectations(version.recommendation) if ruling.expectations is None else ruling.expectations


def _duplicates(ids: Sequence[UUID]) -> Iterable[Violation]:
    first = {participant_id: place for place, participant_id in reversed(list(enumerate(ids)))}
    for place, participant_id in enumerate(ids):
        if first[participant_id] != place:
            yield Violation(f"/items/{place}/participant_id", "duplicate_item")


def _faults(actor: Actor, found: Mapping[UUID, Found], rulings: Sequence[Ruling]) -> Iterable[Violation]:
    for place, ruling in enumerate(rulings):
        pointer = f"/items/{place}"
        before = found.get(ruling.participant_id)
        if before is None or before.version is None or not _may_decide(actor, before):
            yield Violation(f"{pointer}/participant_id", "unknown_participant")
            continue
        try:
            _require_open(actor, before, ruling)
        except Conflict as error:
            yield Violation(f"{pointer}/participant_id", error.code, error.params)
            continue
        expectations = _expectations(ruling, before.version)
        yield from check_decision(before.version.recommendation, expectations, ruling.reason, pointer)


def _may_decide(actor: Actor, found: Found) -> bool:
    try:
        decide_result(actor, found.standing)
    except DomainError:
        return False
    return True


async def acknowledge(uow: UnitOfWork, actor: Actor, cycle_id: UUID, participant_id: UUID) -> tuple[Version, datetime]:
    """The ratee notes that he has read the current version; repeated, it tells the first time again."""
    policies.require_staff(actor)
    found = await _hold(uow, actor, cycle_id, participant_id)
    acknowledge_result(actor, found.standing)
    if found.version is None:
        raise NotFound
    if found.version.acknowledged_at is not None:
        return found.version, found.version.acknowledged_at
    if found.standing.state is not CycleState.PUBLISHED:
        raise Conflict("cycle_state_forbids", state=str(found.standing.state))
    now = await uow.now()
    await uow.results.acknowledge(participant_id, now)
    details = {"version": found.version.version}
    await uow.trail.record(actor, AuditEvent("result.acknowledged", "participant", participant_id, details))
    return found.version, now
