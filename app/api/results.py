"""Results over HTTP: computed, listed, read, explained, decided, acknowledged."""

from typing import Annotated, Final, Literal

from fastapi import Query, Response
from pydantic import Field

from app.api.answers import answer, answer_page, in_language, match_if_sent, page_request
from app.api.deps import Ctx
from app.api.explanation_text import as_text
from app.api.jobs import Job, answer_or_job
from app.api.negotiation import JSON, TEXT, negotiated
from app.api.operations import Operation
from app.api.results_json import result_json
from app.api.routing import TopicRouter
from app.api.schemas.common import NEVER_NULL, Cursor, Id, Limit, Out
from app.api.schemas.decisions import DecisionPut, DecisionsCreate
from app.api.schemas.explanations import ResultExplanation
from app.api.schemas.result_versions import ResultVersion, ResultVersionPage
from app.api.schemas.results import (
    Acknowledgement,
    ComputationReport,
    MyOverview,
    Result,
    ResultPage,
    ResultSummary,
    ResultSummaryList,
)
from app.domain.actions import results as actions
from app.domain.jobs import JobKind
from app.domain.policies_results import Scope
from app.domain.ports.results import ResultFilter
from app.domain.unit_of_work import UnitOfWork
from app.domain.values import Completeness, Predicate, ResultStatus

router = TopicRouter("Results")
_RESULT: Final = "/v1/cycles/{cycle_id}/results/{participant_id}"
_EXPLANATION: Final = """\
Perilaku Kerja: 67,92
  Rata-rata dari 2 kriteria yang dihitung, masing-masing dengan bagian 50%. Nilai eksak 815/12 = 67,9166…, dibulatkan satu \
kali (setengah ke atas) menjadi 67,92.
"""
_NOT_READY: Final = ("results_not_ready",)
Search = Annotated[str, Field(min_length=1, max_length=100, description="Part of the name.", examples=["Siti"])]


@router.operation(
    "POST",
    "/v1/cycles/{cycle_id}/results/computation",
    name="computeResults",
    summary="Compute the results of a cycle",
    answers=ComputationReport,
    promise=Operation(conflicts=("results_not_ready", "cycle_state_forbids")),
    others={202: {"model": Job, "description": "It takes longer: the job that goes on."}},
)
async def compute_results(ctx: Ctx, cycle_id: Id) -> Response:
    """Compute everybody's result again, in `review` and `published`. Full administrators only.

    A result gets a new version, undecided, only when something that its readers are shown has changed; in a published
    cycle the new version is published at once. Computing twice changes nothing
    but the receipts, which all are drawn anew until the cycle is published.
    """

    async def work(uow: UnitOfWork) -> Out:
        return ComputationReport.of(await actions.compute_results(uow, ctx.actor, cycle_id))

    return await answer_or_job(ctx, JobKind.COMPUTATION, cycle_id, work)


@router.operation(
    "GET",
    "/v1/cycles/{cycle_id}/results",
    name="listResults",
    summary="List results",
    answers=ResultPage,
    promise=Operation(conflicts=_NOT_READY),
)
async def list_results(
    ctx: Ctx,
    cycle_id: Id,
    limit: Annotated[Limit, Query()] = 50,
    cursor: Annotated[Cursor | None, Query(), NEVER_NULL] = None,
    sort: Annotated[
        Literal["name", "overall", "-overall"],
        Query(description="By name, or by overall figure; those without one are the lowest."),
    ] = "name",
    q: Annotated[Search | None, Query(), NEVER_NULL] = None,
    unit_id: Annotated[
        Id | None, Query(description="Only participants of this unit (none if unknown)."), NEVER_NULL
    ] = None,
    include_descendants: Annotated[bool, Query(description="With `unit_id`: also of all units below it.")] = False,
    completeness: Annotated[
        Completeness | None, Query(description="Only complete ones, or others."), NEVER_NULL
    ] = None,
    status: Annotated[ResultStatus | None, Query(description="Only results that stand here."), NEVER_NULL] = None,
    recommended: Annotated[Predicate | None, Query(description="Only with this recommendation."), NEVER_NULL] = None,
    decided: Annotated[Predicate | None, Query(description="Only with this decided predicate."), NEVER_NULL] = None,
    undecided: Annotated[
        bool | None, Query(description="Only results without a decision (true) or with one (false)."), NEVER_NULL
    ] = None,
) -> Response:
    """The current results that you may read now.

    Administrators and auditors read everybody's from `review`, appraisers those of the people they appraise; from `published`
    also superiors, unit administrators (their subtree), service accounts with `results:read`, and everybody his own. Results
    of people whom you rate anonymously are left out, whatever your role. `undecided=true&completeness=complete` names those
    whom publishing waits for (`results_undecided`).
    """
    wanted = ResultFilter(
        cycle_id=cycle_id,
        scope=Scope(None),
        unit_id=unit_id,
        include_descendants=include_descendants,
        completeness=completeness,
        status=status,
        recommended=recommended,
        decided=decided,
        undecided=undecided,
        q=q,
    )
    page = await actions.list_results(ctx.uow, ctx.actor, cycle_id, wanted, page_request(limit, cursor, sort))
    return answer_page(
        ctx, ResultPage, page, lambda item: ResultSummary.of(item, ctx.language), sort, headers=in_language(ctx)
    )


@router.operation(
    "GET",
    _RESULT,
    name="getResult",
    summary="Read a result",
    answers=Result,
    promise=Operation(etag=True, conflicts=_NOT_READY),
)
async def get_result(ctx: Ctx, cycle_id: Id, participant_id: Id) -> Response:
    """One whole result. Who may read it, and from when: see listResults. Reading another person's result is recorded.

    The reason `group_lost` is told to the appraiser, administrators and auditors alone.
    """
    shown = await actions.get_result(ctx.uow, ctx.actor, cycle_id, participant_id)
    return answer(ctx, result_json(shown, ctx.language), etag=True, headers=in_language(ctx))


@router.operation(
    "GET",
    f"{_RESULT}/explanation",
    name="getResultExplanation",
    summary="Explain a result",
    answers=ResultExplanation,
    promise=Operation(etag=True, conflicts=_NOT_READY, produces={TEXT: _EXPLANATION}),
)
async def get_result_explanation(ctx: Ctx, cycle_id: Id, participant_id: Id) -> Response:
    """Why the result is what it is, as JSON, or as the same text to be read when `Accept` prefers `text/plain`.

    Each figure with its rule, its exact value, its inputs, and what was left out and why; how expectations, the recommended
    predicate, strengths, areas to improve and gaps follow; what the appraiser decided; what the receipt means. Every `text`
    follows `Accept-Language`; figures in Indonesian texts have a decimal comma. For every reader alike the deepest node is
    the mean of a rater type with the number of answers, and the reasons are those of getResult.
    """
    accepted = negotiated(ctx, JSON, TEXT)
    explained = await actions.explain_result(ctx.uow, ctx.actor, cycle_id, participant_id)
    shown = ResultExplanation.of(explained, ctx.language)
    headers = in_language(ctx) | {"Vary": "Accept, Accept-Language"}
    if accepted == TEXT:
        body = as_text(shown, ctx.language).encode()
        return answer(ctx, body, etag=True, headers=headers | {"Content-Type": f"{TEXT}; charset=utf-8"})
    return answer(ctx, shown, etag=True, headers=headers)


@router.operation(
    "GET",
    f"{_RESULT}/versions",
    name="listResultVersions",
    summary="List the versions of a result",
    answers=ResultVersionPage,
    promise=Operation(conflicts=_NOT_READY),
)
async def list_result_versions(
    ctx: Ctx,
    cycle_id: Id,
    participant_id: Id,
    limit: Annotated[Limit, Query()] = 50,
    cursor: Annotated[Cursor | None, Query(), NEVER_NULL] = None,
) -> Response:
    """Versions, newest first: all of them for appraiser, administrators and auditors, the published ones for others.

    Whatever changes a result makes a new version with its cause; a computation that changes nothing makes none. What was
    superseded stays listed. `before` and `changed` compare a version with the one that you were shown before it.
    """
    request = page_request(limit, cursor, "version")
    page = await actions.list_versions(ctx.uow, ctx.actor, cycle_id, participant_id, request)
    return answer_page(
        ctx,
        ResultVersionPage,
        page,
        lambda item: ResultVersion.of(item, ctx.language),
        "version",
        headers=in_language(ctx),
    )


@router.operation(
    "PUT",
    f"{_RESULT}/decision",
    name="decideResult",
    summary="Decide on a result",
    answers=Result,
    promise=Operation(
        etag=True,
        optional_if_match=True,
        conflicts=("results_not_ready", "already_published", "cycle_state_forbids"),
    ),
)
async def decide_result(ctx: Ctx, cycle_id: Id, participant_id: Id, body: DecisionPut) -> Response:
    """The appraiser decides the expectation of every dimension that the result has; answers the result.

    What differs from the recommendation needs a reason, and so does a result that is incomplete or lost a group of
    raters. In `review` a decision can be changed; in `published` only the first one of an undecided result is taken, and
    it makes a new version. `If-Match` is optional: the ETag of getResult, to decide on what you have read.

    Your own decision sent again changes nothing, whatever happened to its first answer: `decided_at` stays. Whoever stands
    in for somebody else takes a decision of his own, even if it says the same.
    """
    ruling = actions.Ruling(participant_id, body.expectations.to_domain(), body.reason)
    before = await actions.result_to_decide(ctx.uow, ctx.actor, cycle_id, ruling)
    match_if_sent(ctx, result_json(actions.shown_to_appraiser(before), ctx.language))
    shown = await actions.decide(ctx.uow, ctx.actor, before, ruling)
    return answer(ctx, result_json(shown, ctx.language), etag=True, headers=in_language(ctx))


@router.operation(
    "POST",
    "/v1/cycles/{cycle_id}/results/decisions",
    name="decideResults",
    summary="Decide on several results",
    answers=ResultSummaryList,
    status=201,
    promise=Operation(conflicts=("results_not_ready", "cycle_state_forbids")),
)
async def decide_results(ctx: Ctx, cycle_id: Id, body: DecisionsCreate) -> Response:
    """Decisions on up to 200 results, by the rules of decideResult: all of them, or none with every faulty row named.

    A row without `expectations` accepts the recommendation. A row that says what you decided already changes nothing.
    """
    rulings = [item.to_domain() for item in body.items]
    decided = await actions.decide_many(ctx.uow, ctx.actor, cycle_id, rulings)
    items = [ResultSummary.of(summary, ctx.language) for summary in decided]
    return answer(ctx, ResultSummaryList(items=items), 201, headers=in_language(ctx))


@router.operation(
    "POST",
    f"{_RESULT}/acknowledgement",
    name="acknowledgeResult",
    summary="Acknowledge one's own result",
    answers=Acknowledgement,
    promise=Operation(conflicts=("results_not_ready", "cycle_state_forbids")),
)
async def acknowledge_result(ctx: Ctx, cycle_id: Id, participant_id: Id) -> Response:
    """The ratee notes that he has read the current version of his published result. Repeating it changes nothing."""
    version, moment = await actions.acknowledge(ctx.uow, ctx.actor, cycle_id, participant_id)
    noted = Acknowledgement(participant_id=participant_id, version=version.version, acknowledged_at=moment)
    return answer(ctx, noted)


@router.operation("GET", "/v1/me/results", name="listMyResults", summary="List one's own results", answers=ResultPage)
async def list_my_results(
    ctx: Ctx,
    limit: Annotated[Limit, Query()] = 50,
    cursor: Annotated[Cursor | None, Query(), NEVER_NULL] = None,
) -> Response:
    """Your own published results in all cycles, newest first."""
    page = await actions.my_results(ctx.uow, ctx.actor, page_request(limit, cursor, "-published_at"))
    return answer_page(
        ctx,
        ResultPage,
        page,
        lambda item: ResultSummary.of(item, ctx.language),
        "-published_at",
        headers=in_language(ctx),
    )


@router.operation("GET", "/v1/me/overview", name="getMyOverview", summary="What waits for me?", answers=MyOverview)
async def get_my_overview(ctx: Ctx) -> Response:
    """Forms that you can fill in now, results that wait for your decision, and your latest results."""
    overview = await actions.my_overview(ctx.uow, ctx.actor)
    return answer(ctx, MyOverview.of(overview, ctx.language), headers=in_language(ctx))
