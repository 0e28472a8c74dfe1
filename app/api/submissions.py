"""The rater's form over HTTP."""

from typing import Final

from fastapi import Response

from app.api.answers import answer, etag_of, in_language, match_if_sent, no_content
from app.api.deps import Context, Ctx, header
from app.api.operations import Operation
from app.api.routing import TopicRouter, idempotency_key
from app.api.schemas.common import Id
from app.api.schemas.submissions import RaterNotice, Reopening, Submission, SubmissionForm, SubmissionPut
from app.api.submissions_json import plain_submission, submission_json
from app.api.texts import say
from app.api.texts.submissions import ANONYMOUS_NOTICE, NAMED_NOTICE
from app.domain.actions import submissions as actions
from app.domain.ports.submissions import SubmissionKey
from app.domain.submissions import FormFacts
from app.domain.values import RaterType

router = TopicRouter("Submissions")
_ANONYMOUS_READERS: Final = ["ratee", "superior", "appraiser", "unit_admin", "admin", "auditor"]
_CLOSED: Final = ("submission_locked", "rating_not_open", "assignment_closed", "group_sealed")


def _notice(ctx: Context, facts: FormFacts) -> RaterNotice:
    """Anonymity.md rule 5: the minimum, how many are asked, who reads, and what all others together could work out."""
    anonymous = facts.task.rater_type.anonymous
    own_only = facts.task.rater_type is RaterType.SELF
    sentence = ANONYMOUS_NOTICE if anonymous else NAMED_NOTICE[own_only]
    params = {"minimum": facts.minimum, "asked": facts.assigned}
    return RaterNotice(
        anonymous=anonymous,
        minimum=facts.minimum,
        asked=facts.assigned,
        readers=_ANONYMOUS_READERS,
        text=say(sentence, ctx.language, params),
    )


@router.operation(
    "GET",
    "/v1/assignments/{assignment_id}/submission",
    name="getSubmission",
    summary="Read one's own form",
    answers=SubmissionForm,
    promise=Operation(etag=True, conflicts=("rating_not_open",)),
)
async def get_submission(ctx: Ctx, assignment_id: Id) -> Response:
    """The form for exactly this rater type, with the saved draft.

    Only the assignment's rater reads it. Once an anonymous type has submitted, the answers are shown to nobody, the rater
    included. The ETag is that of the content (`status`, `scores`, `comments`), the same that putSubmission answers.
    """
    opened = await actions.open_form(ctx.uow, ctx.actor, assignment_id)
    etag = etag_of(submission_json(opened.content))
    form = SubmissionForm.of_form(opened, _notice(ctx, opened.facts))
    return answer(ctx, form, etag=etag, headers=in_language(ctx))


@router.operation(
    "PUT",
    "/v1/assignments/{assignment_id}/submission",
    name="putSubmission",
    summary="Save a draft or submit",
    answers=Submission,
    promise=Operation(
        etag=True, optional_if_match=True, own_idempotency=True, conflicts=_CLOSED, plain_body=plain_submission
    ),
)
async def put_submission(ctx: Ctx, assignment_id: Id, body: SubmissionPut) -> Response:  # or a `PlainSubmission`
    """Keep a draft, or submit for good, by the assignment's rater, while rating is open.

    Submitting needs an answer (points, or null for *not observed*) for every indicator asked. With `If-Match` a draft is
    written only over the one you read; without it the last draft wins. After submission the same `Idempotency-Key` is
    answered again, everything else is refused (`submission_locked`) and never compared with what was submitted.
    """
    if header(ctx.request, b"if-match") is not None:
        await ctx.uow.submissions.lock(assignment_id)
        present = await actions.open_form(ctx.uow, ctx.actor, assignment_id)
        match_if_sent(ctx, submission_json(present.content))
    answers = body.to_domain()
    if body.status == "draft":
        content, replayed = await actions.save_draft(ctx.uow, ctx.actor, assignment_id, answers), False
    else:
        key = idempotency_key(ctx.request)
        line = f"PUT /v1/assignments/{assignment_id}/submission?"
        sent_with = SubmissionKey(key, line) if key is not None else None
        content, replayed = await actions.submit(ctx.uow, ctx.actor, assignment_id, answers, sent_with)
    headers = {"Idempotent-Replayed": "true"} if replayed else None
    return answer(ctx, submission_json(content), etag=True, headers=headers)


@router.operation(
    "POST",
    "/v1/assignments/{assignment_id}/submission/reopening",
    name="reopenSubmission",
    summary="Give a submitted form back, empty",
    status=204,
    promise=Operation(conflicts=("rating_not_open", "not_submitted", "group_sealed")),
)
async def reopen_submission(ctx: Ctx, assignment_id: Id, body: Reopening) -> Response:
    """What was submitted no longer counts; of anonymous types it is deleted, of superior and self kept as history.

    Administrators; for superior and self also the subtree's. Not after a figure of the group was shown to anybody.
    """
    await actions.reopen(ctx.uow, ctx.actor, assignment_id, body.reason)
    return no_content()
