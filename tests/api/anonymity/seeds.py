"""Leaks as they might come in with an innocent change, to be planted so that the suite can show that it finds them."""

import re
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from app.api import assignments as assignments_api
from app.api.answers import etag_of
from app.api.schemas import assignments as assignment_schemas
from app.domain import policies_results
from app.domain.actions import assignments as assignment_actions
from app.domain.actions import invitations, progress, submissions
from app.domain.actions.results import computing, deciding, reading
from app.domain.assignments import VoidStep
from app.domain.cycles import Policy
from app.domain.explanation import Explanation, Node, Rule
from app.domain.progress import Audience
from app.domain.quality import assessment
from app.domain.submissions import Answers, SubmissionStatus
from app.repositories import assignments as stored_assignments
from app.repositories import computations, results_sql, submissions_sql
from app.repositories import results as stored_results
from app.repositories import tables as t
from app.repositories.participants import SqlParticipants
from app.repositories.submissions import SqlSubmissions


def tell_the_state(patch: pytest.MonkeyPatch) -> None:
    """Whoever sees an assignment sees its state."""
    patch.setattr(assignment_schemas, "knows_state", lambda *_: True)


def filter_by_state(patch: pytest.MonkeyPatch) -> None:
    """The state is not shown, but a list can be filtered by it."""
    patch.setattr(stored_assignments, "_ANONYMOUS", sa.false())


def let_unit_administrators_try(patch: pytest.MonkeyPatch) -> None:
    """What became of the attempt tells the state."""
    patch.setattr(assignment_actions, "may_administer", lambda actor, assignment: actor.administers(assignment.unit_id))


def digest_what_is_stored(patch: pytest.MonkeyPatch) -> None:
    """An ETag over the whole row, as a framework would make it."""
    model_of_answer, answer = vars(assignments_api)["Assignment"], vars(assignments_api)["answer"]
    shown = model_of_answer.of
    states: dict[Any, str] = {}

    def of(assignment: Any, actor: Any) -> Any:
        states[assignment.id] = str(assignment.state)
        return shown(assignment, actor)

    def digest(ctx: Any, model: Any, *rest: Any, etag: bool = False, **more: Any) -> Any:
        whole = etag_of(f"{model}{states.get(getattr(model, 'id', None))}".encode()) if etag else False
        return answer(ctx, model, *rest, etag=whole, **more)

    patch.setattr(model_of_answer, "of", of)
    patch.setattr(assignments_api, "answer", digest)


def list_as_last_written(patch: pytest.MonkeyPatch) -> None:
    """Without an order of its own a list comes as its rows were last written."""
    fetch_page: Any = vars(stored_assignments)["fetch_page"]

    async def unordered(session: Any, statement: Any, request: Any, _keys: Any, *rest: Any) -> Any:
        written: Any = sa.literal_column("assignments.xmin::text::bigint", sa.BigInteger)
        return await fetch_page(session, statement, request, [written, t.assignments.c.id], *rest)

    patch.setattr(stored_assignments, "fetch_page", unordered)


def show_submitted_sheets(patch: pytest.MonkeyPatch) -> None:
    """A rater reads again what he sent."""
    hidden: Any = vars(submissions)["_content"]

    async def shown(uow: Any, facts: Any, form: Any) -> Any:
        content = await hidden(uow, facts, form)
        sheet = await uow.submissions.own_sheet(facts.task.assignment_id)
        if sheet is None or content.status is not SubmissionStatus.SUBMITTED:
            return content
        answers = Answers(form.scores(sheet[0]), sheet[1].comments)
        return submissions.Content(content.assignment_id, content.status, content.submitted_on, answers)

    patch.setattr(submissions, "_content", shown)


def count_for_everybody(patch: pytest.MonkeyPatch) -> None:
    """Everybody who reads the progress gets the administrator's figures."""
    patch.setattr(progress, "_audience", lambda actor: Audience(None, actor.employee_id, exact=True))


def show_two(patch: pytest.MonkeyPatch) -> None:
    """Two raters are enough."""
    patch.setattr(Policy, "minimum", lambda *_: 2)


# ---------------------------------------------------------------- rule 1: in the tables


def keep_a_digest_in_the_trail(patch: pytest.MonkeyPatch) -> None:
    """Proof for later disputes of what was submitted."""
    statement_of = submissions_sql.submit

    def leaky(**parts: bool) -> submissions_sql.Statement:
        statement = statement_of(**parts)
        points = f"${statement.names.index('points') + 1}"
        text = statement.text.replace("object_id, request_id, digest)", "object_id, request_id, digest, details)")
        text = re.sub(
            r"(\$\d+), '' FROM target", rf"\1, '', jsonb_build_object('seal', md5({points}::text)) FROM target", text
        )
        return submissions_sql.Statement(text, statement.names)

    patch.setattr(submissions_sql, "submit", leaky)


def announce_everybody(patch: pytest.MonkeyPatch) -> None:
    """Every submission is an event that others may want to hear of."""
    statement_of = submissions_sql.submit
    patch.setattr(submissions_sql, "submit", lambda **parts: statement_of(**{**parts, "announced": True}))


def cut_nothing(patch: pytest.MonkeyPatch) -> None:
    """The sheets stay as they were written."""
    patch.setattr(computations, "_CUT_LINKS", ())


def keep_the_keys(patch: pytest.MonkeyPatch) -> None:
    """Rewritten at once, but under the keys that lead back."""
    columns = {
        "sheets": "id, cycle_id, participant_id, rater_type, points",
        "comments": "id, sheet_id, cycle_id, participant_id, rater_type, criterion_id, kind, text",
    }
    rewriting = tuple(
        f"WITH gone AS (DELETE FROM {table} WHERE cycle_id = $1 AND rater_type = ANY($2) RETURNING {names}) "  # noqa: S608
        f"INSERT INTO {table} ({names}) SELECT {names} FROM gone ORDER BY id"
        for table, names in columns.items()
    )
    patch.setattr(computations, "_CUT_LINKS", rewriting)


def lay_down_in_another_order(patch: pytest.MonkeyPatch) -> None:
    """Fresh keys, but the rows lie in an order that something else decided."""
    statements = vars(computations)["_CUT_LINKS"]
    patch.setattr(
        computations, "_CUT_LINKS", tuple(one.replace("ORDER BY id", "ORDER BY id DESC") for one in statements)
    )


# ---------------------------------------------------------------- rule 3: early, and unsealed


def be_ready_always(patch: pytest.MonkeyPatch) -> None:
    """Results that exist are results that can be read."""
    for module in (policies_results, computing, deciding, reading):
        patch.setattr(module, "require_results", lambda _: None)


def forget_seals(patch: pytest.MonkeyPatch) -> None:
    """Nobody remembers what was shown."""

    async def unsealed(*_: Any) -> bool:
        return False

    for repository in (stored_assignments.SqlAssignments, SqlParticipants, SqlSubmissions):
        patch.setattr(repository, "is_sealed", unsealed)

    async def none(*_: Any) -> frozenset[Any]:
        return frozenset()

    patch.setattr(stored_assignments.SqlAssignments, "sealed", none)


# ---------------------------------------------------------------- rules 4, 6 and 9


def keep_drafts(patch: pytest.MonkeyPatch) -> None:
    """Nobody's work is thrown away."""

    async def keep(*_: Any) -> None:
        return None

    patch.setattr(SqlSubmissions, "_delete", keep)


def let_raters_read(patch: pytest.MonkeyPatch) -> None:
    """An administrator is an administrator, whomever he rates."""
    see = vars(policies_results)["see_result"]

    def seeing(actor: Any, standing: Any) -> Any:
        return see(actor, replace(standing, rates_anonymously=False))

    patch.setattr(reading, "see_result", seeing)
    patch.setattr(stored_results, "rated_anonymously_by", lambda _: sa.false())


def explain_each_answer(patch: pytest.MonkeyPatch) -> None:
    """The tree goes down to what each rater answered."""
    explain = vars(reading)["explain"]

    def deepen(node: Node) -> Node:
        if node.rule is Rule.MEAN:
            return replace(node, inputs=(replace(node, params={"answers": 1}),) * 3)
        return replace(node, inputs=tuple(map(deepen, node.inputs)))

    def deeper(*arguments: Any) -> Explanation:
        found: Explanation = explain(*arguments)
        return replace(found, overall=deepen(found.overall))

    patch.setattr(reading, "explain", deeper)


def salt_with_nothing(patch: pytest.MonkeyPatch) -> None:
    """The same inputs give the same receipt, so it can be found by trying."""
    patch.setattr(computations.SqlComputations, "salts", lambda _, count: [bytes(32)] * count)


# ---------------------------------------------------------------- rules 11 and 12


def tell_comments_with_the_result(patch: pytest.MonkeyPatch) -> None:
    """A result that brings along what was written about it."""
    whole = vars(results_sql)["FIND"]
    written = "(SELECT coalesce(string_agg(c.text, ' '), '') FROM comments c WHERE c.participant_id = r.participant_id)"
    figures = f"overlay(r.figures placing ',\"remarks\":' || to_json({written})::text || '}}' from length(r.figures))"
    assert "r.figures" in whole
    patch.setattr(results_sql, "FIND", whole.replace("r.figures", f"{figures} AS figures"))


def void_alone(patch: pytest.MonkeyPatch) -> None:
    """One administrator is enough."""
    patch.setattr(assignment_actions, "next_void_step", lambda *_: VoidStep.EXECUTE)


def let_everybody_invite(patch: pytest.MonkeyPatch) -> None:
    """Administrators issue codes, whoever they are."""

    async def no_distance(*_: Any) -> None:
        return None

    patch.setattr(invitations, "_require_distance", no_distance)


# ---------------------------------------------------------------- rule 8


def judge_by_one_sheet(patch: pytest.MonkeyPatch) -> None:
    """A band as soon as there is anything to go by."""
    patch.setattr(assessment, "FEWEST", 1)
    patch.setattr(assessment, "FAR", 40)
