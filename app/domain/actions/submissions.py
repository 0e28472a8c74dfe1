"""Filling in, submitting and reopening: the rater's own side of an assignment."""

from dataclasses import dataclass
from datetime import date
from typing import NoReturn
from uuid import UUID

from app.domain.actions.assignments import hold
from app.domain.assignments import is_rater, may_know
from app.domain.audit import AuditEvent
from app.domain.auth import Actor
from app.domain.errors import Conflict, Forbidden, NotFound, raise_if_any
from app.domain.ports.submissions import SubmissionKey
from app.domain.submissions import Answers, Form, FormFacts, Outcome, SubmissionStatus, Task
from app.domain.unit_of_work import UnitOfWork
from app.domain.values import AssignmentState


@dataclass(frozen=True, slots=True)
class Content:
    """What the rater is shown of his own submission; of a submitted anonymous sheet only that it is there."""

    assignment_id: UUID
    status: SubmissionStatus
    submitted_on: date | None
    answers: Answers | None


@dataclass(frozen=True, slots=True)
class OpenForm:
    """A form with everything around it."""

    facts: FormFacts
    form: Form
    content: Content


async def open_form(uow: UnitOfWork, actor: Actor, assignment_id: UUID) -> OpenForm:
    """The form of one's own assignment, with the saved draft.

    Somebody who may know the assignment but is not its rater is told so; everybody else finds nothing.
    """
    facts = await _facts(uow, actor, assignment_id)
    await _require_rater(uow, actor, facts)
    form = await uow.submissions.form(facts.task)
    return OpenForm(facts, form, await _content(uow, facts, form))


async def _content(uow: UnitOfWork, facts: FormFacts, form: Form) -> Content:
    task = facts.task
    if facts.state is AssignmentState.SUBMITTED:
        answers = None
        if not task.rater_type.anonymous:
            sheet = await uow.submissions.own_sheet(task.assignment_id)
            answers = Answers(form.scores(sheet[0]), sheet[1].comments) if sheet else None
        return Content(task.assignment_id, SubmissionStatus.SUBMITTED, facts.submitted_on, answers)
    draft = await uow.submissions.draft(task.assignment_id) if facts.state is AssignmentState.DRAFT else None
    if draft is None:
        return Content(task.assignment_id, SubmissionStatus.EMPTY, None, Answers((), ()))
    return Content(task.assignment_id, SubmissionStatus.DRAFT, None, draft)


async def save_draft(uow: UnitOfWork, actor: Actor, assignment_id: UUID, answers: Answers) -> Content:
    """Keep any part of the form; the last draft wins."""
    task, form = await _writable(uow, actor, assignment_id)
    raise_if_any(form.check(answers, complete=False))
    outcome = await uow.submissions.save_draft(actor, task, answers)
    await _require_written(uow, actor, task, outcome)
    return Content(assignment_id, SubmissionStatus.DRAFT, None, answers)


async def submit(
    uow: UnitOfWork, actor: Actor, assignment_id: UUID, answers: Answers, key: SubmissionKey | None
) -> tuple[Content, bool]:
    """Submit for good: in state and window, with an answer (points or null) for every indicator asked.

    A repetition with the same key is told again what it was told (then the second value is true). Any other request
    after submission is a `Conflict` (``submission_locked``) whatever it holds: contents are never compared
    (anonymity.md rule 4).
    """
    task, form = await _writable(uow, actor, assignment_id)
    raise_if_any(form.check(answers, complete=True))
    outcome = await uow.submissions.submit(actor, task, form.points(answers), answers, key)
    if await _is_repetition(uow, actor, outcome, key):
        return await _content(uow, await _facts(uow, actor, assignment_id), form), True
    await _require_written(uow, actor, task, outcome)
    assert outcome is not None
    shown = None if task.rater_type.anonymous else answers
    return Content(assignment_id, SubmissionStatus.SUBMITTED, outcome.submitted_on, shown), False


async def _is_repetition(uow: UnitOfWork, actor: Actor, outcome: Outcome | None, key: SubmissionKey | None) -> bool:
    if outcome is None or outcome.written or not outcome.rater or key is None:
        return False
    return outcome.state is AssignmentState.SUBMITTED and await uow.submissions.was_sent_with(actor, key)


async def _writable(uow: UnitOfWork, actor: Actor, assignment_id: UUID) -> tuple[Task, Form]:
    """The task and its form, for an actor whose token covers its rater type. Whether it is his, the write decides."""
    await _require_invited(uow, actor, assignment_id)
    task = await uow.submissions.task(assignment_id)
    if task is None:
        await _refuse_unopened(uow, actor, assignment_id)
    if task.rater_type not in actor.rater_types:
        await _require_rater(uow, actor, await _facts(uow, actor, assignment_id))
    return task, await uow.submissions.form(task)


async def _require_invited(uow: UnitOfWork, actor: Actor, assignment_id: UUID) -> None:
    """A citizen's token is good for one assignment, and only until another code is issued for it."""
    if not actor.is_recipient:
        return
    if actor.assignment_id != assignment_id or not await uow.invitations.hold(actor.account_id):
        raise NotFound


async def _facts(uow: UnitOfWork, actor: Actor, assignment_id: UUID) -> FormFacts:
    await _require_invited(uow, actor, assignment_id)
    facts = await uow.submissions.facts(assignment_id)
    if facts is None:
        await _refuse_unopened(uow, actor, assignment_id)
    return facts


async def _require_rater(uow: UnitOfWork, actor: Actor, facts: FormFacts) -> None:
    task = facts.task
    if not is_rater(actor, task.assignment_id, facts.rater_id):
        await _refuse_stranger(uow, actor, task.assignment_id)
    if task.rater_type not in actor.rater_types:
        raise Forbidden("rater_type_not_allowed", rater_type=str(task.rater_type))


async def _refuse_stranger(uow: UnitOfWork, actor: Actor, assignment_id: UUID) -> NoReturn:
    """Refuse whoever is not the assignment's rater: to whom may not know of it, it does not exist (rule 7)."""
    known = await uow.assignments.get(assignment_id)
    if known is not None and may_know(actor, known):
        raise Forbidden("not_allowed")
    raise NotFound


async def _refuse_unopened(uow: UnitOfWork, actor: Actor, assignment_id: UUID) -> NoReturn:
    """An assignment whose cycle never opened has no form yet; its rater may hear that."""
    known = await uow.assignments.facts(assignment_id)
    if known is not None and is_rater(actor, known.id, known.rater_id):
        raise Conflict("rating_not_open")
    await _refuse_stranger(uow, actor, assignment_id)


async def _require_written(uow: UnitOfWork, actor: Actor, task: Task, outcome: Outcome | None) -> None:
    """Why a write did not happen, in the order a rater would ask."""
    if outcome is None or not outcome.rater:
        await _refuse_stranger(uow, actor, task.assignment_id)
    if outcome.written:
        return
    if outcome.state is AssignmentState.SUBMITTED:
        raise Conflict("submission_locked")
    if outcome.state in {AssignmentState.DECLINED, AssignmentState.EXCUSED, AssignmentState.VOIDED}:
        raise Conflict("assignment_closed", state=str(outcome.state))
    if not outcome.open:
        raise Conflict("rating_not_open")
    if outcome.sealed:
        raise Conflict("group_sealed")
    raise Conflict("submission_locked")


async def reopen(uow: UnitOfWork, actor: Actor, assignment_id: UUID, reason: str) -> None:
    """Give a submitted form back to its rater, empty, while rating is open and its group was never shown.

    Administrators; for superior and self also the subtree's administrator. Nobody reopens a sheet about himself, since
    that would tell him of it (anonymity.md rules 2 to 4 and 7).
    """
    await hold(uow, actor, assignment_id)
    facts = await uow.submissions.facts(assignment_id)
    if facts is None or not facts.accepts:
        raise Conflict("rating_not_open")
    if facts.state is not AssignmentState.SUBMITTED:
        raise Conflict("not_submitted")
    if await uow.submissions.is_sealed(facts.task):
        raise Conflict("group_sealed")
    await uow.submissions.reopen(facts.task)
    await uow.trail.record(actor, AuditEvent("submission.reopened", "assignment", assignment_id, reason=reason))
