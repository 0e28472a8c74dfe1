"""Drafts, sheets and comments under the sheet's own key; submit and save are one statement each (docs/performance.md)."""

from collections import OrderedDict
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import asyncpg
import orjson
import sqlalchemy as sa

from app.domain.auth import Actor
from app.domain.errors import Invalid
from app.domain.ports.submissions import SubmissionKey
from app.domain.submissions import Answers, Comment, Form, FormFacts, Outcome, Score, Task
from app.domain.values import AssignmentState, CommentKind, RaterType
from app.repositories import submissions_sql as sql
from app.repositories import tables as t
from app.repositories.idempotency import KEPT, SqlIdempotencyRecords
from app.repositories.ids import sheet_id
from app.repositories.rubrics import SqlRubrics
from app.repositories.session import Session
from app.repositories.words import by_word

_MOST_REMEMBERED: Final = 200_000
_MOST_FORMS: Final = 1_000
_RATER_TYPES: Final = by_word(RaterType)
_STATES: Final = by_word(AssignmentState)
_KEEP_AS_HISTORY: Final = sa.text(
    "INSERT INTO retracted_sheets (id, participant_id, rater_type, points) "
    "SELECT gen_random_uuid(), participant_id, rater_type, points FROM sheets WHERE id = :sheet"
)


class TaskMemory:
    """What never changes about the assignments of opened cycles, shared by all requests of the process."""

    def __init__(self) -> None:
        self._tasks: OrderedDict[UUID, Task] = OrderedDict()
        self._forms: OrderedDict[tuple[UUID, RaterType], Form] = OrderedDict()

    def get(self, assignment_id: UUID) -> Task | None:
        """The remembered task."""
        return self._tasks.get(assignment_id)

    def keep(self, task: Task) -> None:
        """Remember, forgetting the oldest beyond a bound."""
        self._tasks[task.assignment_id] = task
        if len(self._tasks) > _MOST_REMEMBERED:
            self._tasks.popitem(last=False)

    def form(self, task: Task) -> Form | None:
        """The remembered form of a task's rubric and rater type."""
        return self._forms.get((task.rubric_id, task.rater_type))

    def keep_form(self, form: Form) -> None:
        """Remember, forgetting the oldest beyond a bound."""
        self._forms[form.rubric.id, form.rater_type] = form
        if len(self._forms) > _MOST_FORMS:
            self._forms.popitem(last=False)


class SqlSubmissions:
    """Drafts and sheets."""

    def __init__(
        self,
        session: Session,
        memory: TaskMemory,
        *,
        sheet_key: bytes,
        clock_offset: timedelta,
        request_id: str | None,
    ) -> None:
        self._session = session
        self._memory = memory
        self._sheet_key = sheet_key
        self._clock_offset = clock_offset
        self._request_id = request_id

    async def task(self, assignment_id: UUID) -> Task | None:
        """The remembered task, or one that is read."""
        known = self._memory.get(assignment_id)
        if known is None:
            row = await self._session.quick(sql.TASK, assignment_id)
            if row is not None:
                known = _to_task(row)
                self._memory.keep(known)
        return known

    async def form(self, task: Task) -> Form:
        """The remembered form, or the one the rubric makes."""
        known = self._memory.form(task)
        if known is None:
            known = Form.of(await SqlRubrics(self._session).published(task.rubric_id), task.rater_type)
            self._memory.keep_form(known)
        return known

    async def facts(self, assignment_id: UUID) -> FormFacts | None:
        """One statement, on the hot pool."""
        row = await self._session.quick(sql.FACTS, assignment_id, self._clock_offset)
        if row is None:
            return None
        facts = _to_facts(row)
        self._memory.keep(facts.task)
        return facts

    async def lock(self, assignment_id: UUID) -> None:
        """Row lock for a comparison with ``If-Match``."""
        statement = sa.select(t.assignments.c.id).where(t.assignments.c.id == assignment_id)
        await self._session.execute(statement.with_for_update())

    async def draft(self, assignment_id: UUID) -> Answers | None:
        """The saved draft."""
        row = await self._session.quick("SELECT content::text FROM drafts WHERE id = $1", self._sheet_id(assignment_id))
        return _read_answers(orjson.loads(row["content"])) if row else None

    async def own_sheet(self, assignment_id: UUID) -> tuple[list[int | None], Answers] | None:
        """A submitted sheet of superior or self, with its comments."""
        sheet = self._sheet_id(assignment_id)
        row = await self._session.first(sa.select(t.sheets.c.points).where(t.sheets.c.id == sheet))
        if row is None:
            return None
        c = t.comments.c
        remarks = await self._session.all(
            sa.select(c.criterion_id, c.kind, c.text).where(c.sheet_id == sheet).order_by(c.id)
        )
        comments = tuple(Comment(remark.criterion_id, CommentKind(remark.kind), remark.text) for remark in remarks)
        return list(row.points), Answers((), comments)

    async def save_draft(self, actor: Actor, task: Task, answers: Answers) -> Outcome | None:
        """Keep the draft, in one statement."""
        content = orjson.dumps(_write_answers(answers)).decode()
        values = self._target(actor, task) | {"content": content}
        row = await self._session.quick(sql.SAVE_DRAFT.text, *sql.SAVE_DRAFT.arguments(values))
        return _to_outcome(row, AssignmentState.DRAFT) if row else None

    async def submit(
        self, actor: Actor, task: Task, points: list[int | None], answers: Answers, key: SubmissionKey | None
    ) -> Outcome | None:
        """Write everything a submission is, in one statement.

        Raises `Invalid` (``idempotency_key_reused``) when the key was used for something else.
        """
        statement = sql.submit(
            remarks=bool(answers.comments),
            from_recipient=actor.employee_id is None,
            announced=not task.rater_type.anonymous,
            kept=key is not None,
        )
        values = self._target(actor, task)
        values["points"] = _write_points(points)
        if answers.comments:
            values |= _remarks(answers.comments)
        if key is not None:
            values |= _kept(actor, key)
        arguments = statement.arguments(values)
        try:
            row = await self._session.quick(statement.text, *arguments)
        except asyncpg.UniqueViolationError as error:
            if key is None or error.constraint_name != "pk_idempotency_records":
                raise
            await self._make_room(actor, key.key)
            row = await self._session.quick(statement.text, *arguments)
        return _to_outcome(row, AssignmentState.SUBMITTED) if row else None

    async def _make_room(self, actor: Actor, key: str) -> None:
        """Remove an expired record that stands in the way of ``key``; one that has not expired was another request's."""
        expired = await self._session.quick(
            "DELETE FROM idempotency_records WHERE principal = $1 AND key = $2 AND created_at <= now() - $3 RETURNING 1",
            str(actor.account_id),
            key,
            KEPT,
        )
        if expired is None:
            raise Invalid((), "idempotency_key_reused")

    async def was_sent_with(self, actor: Actor, key: SubmissionKey) -> bool:
        """Whether this key came with this very submission."""
        kept = await SqlIdempotencyRecords(self._session).find(str(actor.account_id), key.key)
        return kept is not None and kept.request == key.request

    async def is_sealed(self, task: Task) -> bool:
        """Whether the group stands among the sealed ones."""
        s = t.sealed_groups.c
        sealed = sa.exists().where(s.participant_id == task.participant_id, s.rater_type == str(task.rater_type))
        return bool(await self._session.scalar(sa.select(sealed)))

    async def reopen(self, task: Task) -> None:
        """Keep the sheet as history or delete it, empty the form, forget the kept answers that would replay it."""
        sheet = self._sheet_id(task.assignment_id)
        if not task.rater_type.anonymous:
            await self._session.execute(_KEEP_AS_HISTORY, {"sheet": sheet})
        await self.discard(task.assignment_id)
        a = t.assignments
        await self._session.execute(
            sa.update(a)
            .where(a.c.id == task.assignment_id)
            .values(state="pending", submitted_on=None, void_requested_by=None)
        )
        request = t.idempotency_records.c.request == submission_request(task.assignment_id)
        await self._session.execute(sa.delete(t.idempotency_records).where(request))

    async def discard(self, assignment_id: UUID) -> None:
        """Delete draft, sheet and comments of an assignment."""
        await self._delete([self._sheet_id(assignment_id)])

    async def delete_drafts_of(self, employee_id: UUID) -> int:
        """Delete all drafts of one rater and set their assignments back to pending."""
        a = t.assignments
        own = sa.update(a).where(a.c.rater_id == employee_id, a.c.state == "draft").values(state="pending")
        rows = await self._session.all(own.returning(a.c.id))
        await self._delete([self._sheet_id(row.id) for row in rows])
        return len(rows)

    async def _delete(self, sheets: Sequence[UUID]) -> None:
        for table, column in (
            (t.drafts, t.drafts.c.id),
            (t.sheets, t.sheets.c.id),
            (t.comments, t.comments.c.sheet_id),
        ):
            await self._session.execute(sa.delete(table).where(column.in_(sheets)))

    def _sheet_id(self, assignment_id: UUID) -> UUID:
        return sheet_id(self._sheet_key, assignment_id)

    def _target(self, actor: Actor, task: Task) -> dict[str, Any]:
        """Which assignment is meant, and what the trail keeps of the actor: of a citizen nothing."""
        is_recipient = actor.is_recipient
        return {
            "assignment": task.assignment_id,
            "cycle": task.cycle_id,
            "participant": task.participant_id,
            "rater_type": str(task.rater_type),
            "clock_offset": self._clock_offset,
            "rater": actor.employee_id,
            "sheet": self._sheet_id(task.assignment_id),
            "actor": None if is_recipient else actor.account_id,
            "roles": [] if is_recipient else sorted(str(role) for role in actor.roles),
            "request_id": self._request_id,
        }


def _write_points(points: Sequence[int | None]) -> str:
    """As PostgreSQL writes an array: the driver would look at each element to see whether it is an array itself."""
    return "{" + ",".join(["NULL" if one is None else str(one) for one in points]) + "}"


def _remarks(comments: Sequence[Comment]) -> dict[str, Any]:
    return {
        "remark_ids": [uuid4() for _ in comments],
        "criteria": [comment.criterion_id for comment in comments],
        "kinds": [str(comment.kind) for comment in comments],
        "texts": [comment.text for comment in comments],
    }


def _kept(actor: Actor, key: SubmissionKey) -> dict[str, Any]:
    return {"principal": str(actor.account_id), "key": key.key, "request": key.request}


def submission_request(assignment_id: UUID) -> str:
    """The request line under which a submission's answer is kept."""
    return f"PUT /v1/assignments/{assignment_id}/submission?"


def _to_task(row: Any) -> Task:
    rater_type = _RATER_TYPES[row["rater_type"]]
    return Task(row["id"], row["cycle_id"], row["participant_id"], rater_type, row["rubric_id"])


def _to_facts(row: Any) -> FormFacts:
    task = _to_task(row)
    return FormFacts(
        task=task,
        rater_id=row["rater_id"],
        state=_STATES[row["state"]],
        submitted_on=row["submitted_on"],
        cycle_code=row["code"],
        cycle_title=row["title"],
        rating_opens_at=row["rating_opens_at"],
        rating_closes_at=row["rating_closes_at"],
        accepts=row["accepts"],
        ratee_id=row["employee_id"],
        ratee_name=row["name"],
        ratee_position=row["position"],
        unit_id=row["unit_id"],
        unit_name=row["unit_name"],
        minimum=row["minimum"] if task.rater_type.anonymous else 1,
        assigned=row["assigned"],
    )


def _to_outcome(row: Any, written_state: AssignmentState) -> Outcome:
    written = row["written"]
    submitted = written and written_state is AssignmentState.SUBMITTED
    return Outcome(
        written=written,
        state=written_state if written else _STATES[row["state"]],
        rater=row["rater"],
        open=row["is_open"],
        sealed=row["is_sealed"],
        submitted_on=row["today"] if submitted else row["submitted_on"],
    )


def _write_answers(answers: Answers) -> dict[str, Any]:
    return {
        "scores": [[str(score.indicator_id), score.points] for score in answers.scores],
        "comments": [
            [str(comment.criterion_id) if comment.criterion_id else None, str(comment.kind), comment.text]
            for comment in answers.comments
        ],
    }


def _read_answers(content: dict[str, Any]) -> Answers:
    return Answers(
        tuple(Score(UUID(indicator), points) for indicator, points in content["scores"]),
        tuple(
            Comment(UUID(criterion) if criterion else None, CommentKind(kind), text)
            for criterion, kind, text in content["comments"]
        ),
    )
