"""Rubrics over HTTP."""

from typing import Annotated, Literal

from fastapi import Query, Response
from pydantic import Field

from app.api.answers import answer, answer_page, in_language, no_content, page_request, require_match
from app.api.deps import Context, Ctx
from app.api.operations import Operation
from app.api.routing import TopicRouter
from app.api.schemas.common import NEVER_NULL, Code, Cursor, Id, Limit
from app.api.schemas.rubrics import Rubric, RubricCreate, RubricPage, RubricPreset, RubricPresetList, RubricReplace
from app.domain.actions import rubrics as actions
from app.domain.ports.rubrics import RubricFilter
from app.domain.presets import PRESETS
from app.domain.rubrics import Rubric as DomainRubric
from app.domain.values import RubricState

router = TopicRouter("Rubrics")

Sort = Annotated[
    Literal["code", "-code", "created_at", "-created_at"],
    Field(description="By code and version, or by age; `-` is downwards.", examples=["code"]),
]


@router.operation(
    "GET",
    "/v1/rubric-presets",
    name="listRubricPresets",
    summary="List rubric presets",
    answers=RubricPresetList,
)
async def list_rubric_presets(ctx: Ctx) -> Response:
    """Rubrics to start from. Titles and scale labels come in your language, statements in their official wording."""
    actions.require_reader(ctx.actor)
    items = [RubricPreset.of(body, ctx.language) for body in PRESETS.values()]
    return answer(ctx, RubricPresetList(items=items, next_cursor=None), headers=in_language(ctx))


@router.operation("GET", "/v1/rubrics", name="listRubrics", summary="List rubrics", answers=RubricPage)
async def list_rubrics(
    ctx: Ctx,
    limit: Annotated[Limit, Query()] = 50,
    cursor: Annotated[Cursor | None, Query(), NEVER_NULL] = None,
    sort: Annotated[Sort, Query()] = "code",
    state: Annotated[RubricState | None, Query(description="Only versions in this state."), NEVER_NULL] = None,
    code: Annotated[Code | None, Query(description="Only versions of this rubric."), NEVER_NULL] = None,
) -> Response:
    """Rubrics with all their versions. Drafts are shown to administrators and auditors only."""
    wanted = RubricFilter(state=state, code=code)
    page = await actions.list_rubrics(ctx.uow, ctx.actor, wanted, page_request(limit, cursor, sort))
    return answer_page(ctx, RubricPage, page, Rubric.of, sort)


@router.operation(
    "POST",
    "/v1/rubrics",
    name="createRubric",
    summary="Create a rubric",
    answers=Rubric,
    status=201,
    promise=Operation(etag=True, conflicts=("rubric_code_taken",)),
)
async def create_rubric(ctx: Ctx, body: RubricCreate) -> Response:
    """Version 1 of a new rubric, as a draft: with content of its own, or made from a preset. Full administrators only."""
    if body.preset is None:
        created = await actions.create_rubric(ctx.uow, ctx.actor, body.to_domain(ctx.uow.new_id))
    else:
        body.require_no_content()
        names = actions.PresetNames(body.preset, body.code, body.title, body.description)
        created = await actions.create_from_preset(ctx.uow, ctx.actor, names)
    return _created(ctx, created)


@router.operation(
    "GET",
    "/v1/rubrics/{rubric_id}",
    name="getRubric",
    summary="Read a rubric",
    answers=Rubric,
    promise=Operation(etag=True),
)
async def get_rubric(ctx: Ctx, rubric_id: Id) -> Response:
    """One version of a rubric."""
    return answer(ctx, Rubric.of(await actions.get_rubric(ctx.uow, ctx.actor, rubric_id)), etag=True)


@router.operation(
    "PUT",
    "/v1/rubrics/{rubric_id}",
    name="replaceRubric",
    summary="Replace a draft",
    answers=Rubric,
    promise=Operation(etag=True, if_match=True, conflicts=("rubric_not_draft", "rubric_code_taken")),
)
async def replace_rubric(ctx: Ctx, rubric_id: Id, body: RubricReplace) -> Response:
    """Write a draft anew. Criteria and indicators keep their id where their code stays."""
    before = await actions.rubric_to_change(ctx.uow, ctx.actor, rubric_id)
    require_match(ctx, Rubric.of(before))
    after = await actions.replace_rubric(ctx.uow, ctx.actor, before, body.to_domain(ctx.uow.new_id))
    return answer(ctx, Rubric.of(after), etag=True)


@router.operation(
    "DELETE",
    "/v1/rubrics/{rubric_id}",
    name="deleteRubric",
    summary="Delete a draft",
    status=204,
    promise=Operation(if_match=True, conflicts=("rubric_not_draft",)),
)
async def delete_rubric(ctx: Ctx, rubric_id: Id) -> Response:
    """Drop a draft. What was published once is never deleted."""
    before = await actions.rubric_to_change(ctx.uow, ctx.actor, rubric_id)
    require_match(ctx, Rubric.of(before))
    await actions.delete_rubric(ctx.uow, ctx.actor, before)
    return no_content()


@router.operation(
    "POST",
    "/v1/rubrics/{rubric_id}/publication",
    name="publishRubric",
    summary="Publish a draft",
    answers=Rubric,
    promise=Operation(etag=True, conflicts=("rubric_not_draft",)),
)
async def publish_rubric(ctx: Ctx, rubric_id: Id) -> Response:
    """From now on this version never changes, and cycles may use it."""
    return answer(ctx, Rubric.of(await actions.publish_rubric(ctx.uow, ctx.actor, rubric_id)), etag=True)


@router.operation(
    "POST",
    "/v1/rubrics/{rubric_id}/revisions",
    name="reviseRubric",
    summary="Begin a new version",
    answers=Rubric,
    status=201,
    promise=Operation(etag=True, conflicts=("rubric_is_draft", "rubric_draft_exists")),
)
async def revise_rubric(ctx: Ctx, rubric_id: Id) -> Response:
    """A draft with the next version number and the same content under new ids. A rubric has one draft at most."""
    return _created(ctx, await actions.revise_rubric(ctx.uow, ctx.actor, rubric_id))


@router.operation(
    "POST",
    "/v1/rubrics/{rubric_id}/retirement",
    name="retireRubric",
    summary="Retire a published version",
    answers=Rubric,
    promise=Operation(etag=True, conflicts=("rubric_not_published",)),
)
async def retire_rubric(ctx: Ctx, rubric_id: Id) -> Response:
    """No new cycle may use this version from now on; cycles that do already go on."""
    return answer(ctx, Rubric.of(await actions.retire_rubric(ctx.uow, ctx.actor, rubric_id)), etag=True)


def _created(ctx: Context, rubric: DomainRubric) -> Response:
    return answer(ctx, Rubric.of(rubric), 201, etag=True, headers={"Location": f"/v1/rubrics/{rubric.id}"})
