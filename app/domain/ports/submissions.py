"""Storage of drafts, sheets and comments, all under the sheet's own key."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from app.domain.auth import Actor
from app.domain.submissions import Answers, Form, FormFacts, Outcome, Task


@dataclass(frozen=True, slots=True)
class SubmissionKey:
    """The client's ``Idempotency-Key`` and what it was sent with, written with the submission or not at all.

    No answer is kept: a repetition is answered from what the rater may read again, so the record tells nothing.
    """

    key: str
    request: str


class Submissions(Protocol):
    """Drafts and sheets."""

    async def task(self, assignment_id: UUID) -> Task | None:
        """What never changes about an assignment of an opened cycle; remembered by the process."""
        ...

    async def form(self, task: Task) -> Form:
        """What is asked of the task's rater; remembered by the process, since a published rubric never changes."""
        ...

    async def facts(self, assignment_id: UUID) -> FormFacts | None:
        """Everything a form shows around its indicators; ``None`` when unknown or not yet opened."""
        ...

    async def lock(self, assignment_id: UUID) -> None:
        """Hold the assignment until this transaction ends, for a comparison before a write."""
        ...

    async def draft(self, assignment_id: UUID) -> Answers | None:
        """The saved draft."""
        ...

    async def own_sheet(self, assignment_id: UUID) -> tuple[list[int | None], Answers] | None:
        """Points and comments of a submitted sheet; asked only for superior and self."""
        ...

    async def save_draft(self, actor: Actor, task: Task, answers: Answers) -> Outcome | None:
        """Keep the draft if everything allows it, in one statement; ``None`` when the assignment is gone."""
        ...

    async def submit(
        self, actor: Actor, task: Task, points: list[int | None], answers: Answers, key: SubmissionKey | None
    ) -> Outcome | None:
        """Write sheet, state, comments, invitation, audit and outbox in one statement, if everything allows it."""
        ...

    async def was_sent_with(self, actor: Actor, key: SubmissionKey) -> bool:
        """Whether this key came with this very submission during the last 24 hours."""
        ...

    async def is_sealed(self, task: Task) -> bool:
        """Whether a figure of this task's group was ever shown (anonymity.md rule 3)."""
        ...

    async def reopen(self, task: Task) -> None:
        """Back to an empty form: the sheet is kept as history (superior, self) or deleted (anonymous types)."""
        ...

    async def discard(self, assignment_id: UUID) -> None:
        """Delete draft, sheet and comments of an assignment."""
        ...

    async def delete_drafts_of(self, employee_id: UUID) -> int:
        """Delete all drafts of one rater (his account came into other hands, anonymity.md rule 4)."""
        ...
