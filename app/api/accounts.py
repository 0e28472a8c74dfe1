"""Managing accounts over HTTP. Full administrators alone."""

from typing import Annotated, Final

from fastapi import Query, Response
from pydantic import Field

from app.api.answers import answer, answer_page, page_request, require_match
from app.api.deps import Ctx
from app.api.operations import Operation
from app.api.passwords import new_secret
from app.api.routing import TopicRouter
from app.api.schemas.auth import (
    Account,
    AccountCreate,
    AccountPage,
    AccountUpdate,
    ActivationCode,
    ServiceAccount,
    ServiceAccountCreate,
)
from app.api.schemas.common import NEVER_NULL, Cursor, Id, Limit
from app.domain.actions import accounts as actions
from app.domain.auth import DEFAULT_RATER_TYPES, Scope
from app.domain.ports.auth import AccountFilter
from app.domain.values import Role

router = TopicRouter("Organisation")

_TAKEN: Final = ("username_taken", "employee_has_account")
Search = Annotated[
    str,
    Field(min_length=1, max_length=100, description="Part of the username or the person's name.", examples=["siti"]),
]


@router.operation("GET", "/v1/accounts", name="listAccounts", summary="List accounts", answers=AccountPage)
async def list_accounts(
    ctx: Ctx,
    limit: Annotated[Limit, Query()] = 50,
    cursor: Annotated[Cursor | None, Query(), NEVER_NULL] = None,
    q: Annotated[Search | None, Query(), NEVER_NULL] = None,
    role: Annotated[Role | None, Query(description="Only accounts with this role."), NEVER_NULL] = None,
    unit_id: Annotated[
        Id | None, Query(description="Only accounts of this unit's people and administrators."), NEVER_NULL
    ] = None,
    active: Annotated[bool | None, Query(description="Only accounts in use, or only others."), NEVER_NULL] = None,
) -> Response:
    """Accounts by username."""
    wanted = AccountFilter(q=q, role=role, unit_id=unit_id, active=active)
    page = await actions.list_accounts(ctx.uow, ctx.actor, wanted, page_request(limit, cursor, "username"))
    return answer_page(ctx, AccountPage, page, Account.of, "username")


@router.operation(
    "POST",
    "/v1/accounts",
    name="createAccount",
    summary="Create an account",
    answers=Account,
    status=201,
    promise=Operation(etag=True, conflicts=_TAKEN, secret_inputs=("password",)),
)
async def create_account(ctx: Ctx, body: AccountCreate) -> Response:
    """A new account of a person. Without a password it waits until its owner uses an activation code."""
    given = await actions.given_password(ctx.services.passwords, ctx.actor, body.password)
    new = actions.NewAccount(
        username=body.username,
        employee_id=body.employee_id,
        roles=frozenset(body.roles),
        rater_types=DEFAULT_RATER_TYPES if body.rater_types is None else frozenset(body.rater_types),
        unit_id=body.unit_id,
    )
    created = await actions.create_account(ctx.uow, ctx.actor, new, given)
    return answer(ctx, Account.of(created), 201, etag=True, headers={"Location": f"/v1/accounts/{created.id}"})


@router.operation(
    "GET",
    "/v1/accounts/{account_id}",
    name="getAccount",
    summary="Read an account",
    answers=Account,
    promise=Operation(etag=True),
)
async def get_account(ctx: Ctx, account_id: Id) -> Response:
    """One account."""
    return answer(ctx, Account.of(await actions.get_account(ctx.uow, ctx.actor, account_id)), etag=True)


@router.operation(
    "PATCH",
    "/v1/accounts/{account_id}",
    name="updateAccount",
    summary="Change an account",
    answers=Account,
    promise=Operation(etag=True, if_match=True, conflicts=(*_TAKEN, "own_admin_role", "last_admin", "own_password")),
)
async def update_account(ctx: Ctx, account_id: Id, body: AccountUpdate) -> Response:
    """Change an account. When its powers or its password change, its sessions and tokens end at once.

    When the password or the employee changes, forms begun under the account start empty. No administrator takes his own
    role, and one always remains. One's own password is changed by changePassword.
    """
    given = await actions.given_password(ctx.services.passwords, ctx.actor, body.password)
    before = await actions.get_account(ctx.uow, ctx.actor, account_id, lock=True)
    require_match(ctx, Account.of(before))
    after = await actions.update_account(ctx.uow, ctx.actor, before, body.to_domain(), given)
    return answer(ctx, Account.of(after), etag=True)


@router.operation(
    "POST",
    "/v1/accounts/{account_id}/activation",
    name="issueActivation",
    summary="Issue a one-time activation code",
    answers=ActivationCode,
    status=201,
    promise=Operation(conflicts=("account_inactive", "account_is_service", "own_password")),
)
async def issue_activation(ctx: Ctx, account_id: Id) -> Response:
    """A code with which the account's owner sets its password, once, within seven days. It replaces an earlier one."""
    code = new_secret()
    expires_at = await actions.issue_activation(ctx.uow, ctx.actor, account_id, code.hash)
    return answer(ctx, ActivationCode(code=code.text, expires_at=expires_at), 201, secrets=("code",))


@router.operation(
    "POST",
    "/v1/accounts/{account_id}/unlock",
    name="unlockAccount",
    summary="Forget failed log-ins",
    answers=Account,
    promise=Operation(etag=True),
)
async def unlock_account(ctx: Ctx, account_id: Id) -> Response:
    """Let the account's owner log in at once after failed attempts."""
    return answer(ctx, Account.of(await actions.unlock_account(ctx.uow, ctx.actor, account_id)), etag=True)


@router.operation(
    "POST",
    "/v1/service-accounts",
    name="createServiceAccount",
    summary="Create an account of a machine",
    answers=ServiceAccount,
    status=201,
    promise=Operation(conflicts=("username_taken",)),
)
async def create_service_account(ctx: Ctx, body: ServiceAccountCreate) -> Response:
    """A new account that logs in with the `client_credentials` grant. Its secret is shown this once; it can rate nobody."""
    secret = new_secret()
    scopes = frozenset[str](body.scopes)
    made = await actions.create_service_account(ctx.uow, ctx.actor, body.username, scopes, secret.hash)
    shown = ServiceAccount(
        id=made.id,
        client_id=made.username,
        client_secret=secret.text,
        scopes=[Scope(scope) for scope in sorted(made.scopes)],
        created_at=made.created_at,
    )
    where = {"Location": f"/v1/accounts/{made.id}"}
    return answer(ctx, shown, 201, headers=where, secrets=("client_secret",))
