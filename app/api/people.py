"""Units and employees over HTTP."""

from typing import Annotated

from fastapi import Query, Response
from pydantic import Field

from app.api.answers import answer, answer_page, page_request, require_match
from app.api.deps import Ctx
from app.api.operations import Operation
from app.api.routing import TopicRouter
from app.api.schemas.common import NEVER_NULL, Cursor, Id, Limit
from app.api.schemas.people import (
    Employee,
    EmployeeCreate,
    EmployeeList,
    EmployeeLookup,
    EmployeePage,
    EmployeeUpdate,
    Unit,
    UnitCreate,
    UnitPage,
    UnitUpdate,
)
from app.domain.actions import people as actions
from app.domain.people import Employee as DomainEmployee
from app.domain.people import Unit as DomainUnit
from app.domain.ports.people import EmployeeFilter, UnitFilter
from app.domain.values import Employment, PositionKind, UnitKind

router = TopicRouter("Organisation")

Search = Annotated[str, Field(min_length=1, max_length=100, description="Part of the name.", examples=["Siti"])]


@router.operation("GET", "/v1/units", name="listUnits", summary="List units", answers=UnitPage)
async def list_units(
    ctx: Ctx,
    limit: Annotated[Limit, Query()] = 50,
    cursor: Annotated[Cursor | None, Query(), NEVER_NULL] = None,
    parent_id: Annotated[Id | None, Query(description="Only units directly below this one."), NEVER_NULL] = None,
    kind: Annotated[UnitKind | None, Query(description="Only units of this kind."), NEVER_NULL] = None,
    q: Annotated[Search | None, Query(), NEVER_NULL] = None,
) -> Response:
    """The units of the organisation, by code."""
    wanted = UnitFilter(parent_id=parent_id, kind=kind, q=q)
    page = await actions.list_units(ctx.uow, ctx.actor, wanted, page_request(limit, cursor, "code"))
    return answer_page(ctx, UnitPage, page, Unit.of, "code")


@router.operation(
    "POST",
    "/v1/units",
    name="createUnit",
    summary="Create a unit",
    answers=Unit,
    status=201,
    promise=Operation(etag=True, conflicts=("unit_code_taken",)),
)
async def create_unit(ctx: Ctx, body: UnitCreate) -> Response:
    """A new unit of the organisation. Full administrators only."""
    unit = DomainUnit(ctx.uow.new_id(), **dict(body))
    created = await actions.create_unit(ctx.uow, ctx.actor, unit)
    return answer(ctx, Unit.of(created), 201, etag=True, headers={"Location": f"/v1/units/{created.id}"})


@router.operation(
    "GET",
    "/v1/units/{unit_id}",
    name="getUnit",
    summary="Read a unit",
    answers=Unit,
    promise=Operation(etag=True),
)
async def get_unit(ctx: Ctx, unit_id: Id) -> Response:
    """One unit."""
    return answer(ctx, Unit.of(await actions.get_unit(ctx.uow, ctx.actor, unit_id)), etag=True)


@router.operation(
    "PATCH",
    "/v1/units/{unit_id}",
    name="updateUnit",
    summary="Change a unit",
    answers=Unit,
    promise=Operation(etag=True, if_match=True, conflicts=("unit_code_taken",)),
)
async def update_unit(ctx: Ctx, unit_id: Id, body: UnitUpdate) -> Response:
    """Change code, name, kind or place of a unit. Full administrators only; a unit cannot come to lie below itself."""
    before = await actions.get_unit(ctx.uow, ctx.actor, unit_id, lock=True)
    require_match(ctx, Unit.of(before))
    after = await actions.update_unit(ctx.uow, ctx.actor, before, body.changes())
    return answer(ctx, Unit.of(after), etag=True)


@router.operation("GET", "/v1/employees", name="listEmployees", summary="List employees", answers=EmployeePage)
async def list_employees(
    ctx: Ctx,
    limit: Annotated[Limit, Query()] = 50,
    cursor: Annotated[Cursor | None, Query(), NEVER_NULL] = None,
    q: Annotated[Search | None, Query(), NEVER_NULL] = None,
    unit_id: Annotated[
        Id | None, Query(description="Only employees of this unit (none if unknown)."), NEVER_NULL
    ] = None,
    include_descendants: Annotated[bool, Query(description="With `unit_id`: also of all units below it.")] = False,
    superior_id: Annotated[Id | None, Query(description="Only direct reports of this person."), NEVER_NULL] = None,
    position_kind: Annotated[PositionKind | None, Query(description="Only this kind of position."), NEVER_NULL] = None,
    employment: Annotated[Employment | None, Query(description="Only this employment."), NEVER_NULL] = None,
    active: Annotated[bool | None, Query(description="Only people in service, or only others."), NEVER_NULL] = None,
) -> Response:
    """Employees whom you may see, by name: yourself and your reports, your subtree, or everybody."""
    wanted = EmployeeFilter(
        unit_id=unit_id,
        include_descendants=include_descendants,
        superior_id=superior_id,
        position_kind=position_kind,
        employment=employment,
        active=active,
        q=q,
    )
    page = await actions.list_employees(ctx.uow, ctx.actor, wanted, page_request(limit, cursor, "name"))
    return answer_page(ctx, EmployeePage, page, Employee.of, "name")


@router.operation(
    "POST",
    "/v1/employees",
    name="createEmployee",
    summary="Create an employee",
    answers=Employee,
    status=201,
    promise=Operation(etag=True, conflicts=("nip_taken",)),
)
async def create_employee(ctx: Ctx, body: EmployeeCreate) -> Response:
    """A new employee. Administrators, and unit administrators within their subtree."""
    employee = DomainEmployee(ctx.uow.new_id(), **dict(body))
    created = await actions.create_employee(ctx.uow, ctx.actor, employee)
    return answer(ctx, Employee.of(created), 201, etag=True, headers={"Location": f"/v1/employees/{created.id}"})


@router.operation(
    "POST",
    "/v1/employees/lookup",
    name="lookupEmployees",
    summary="Look employees up by NIP",
    answers=EmployeeList,
)
async def lookup_employees(ctx: Ctx, body: EmployeeLookup) -> Response:
    """Employees with these NIPs, within what you may see. Unknown NIPs are left out."""
    found = await actions.lookup_employees(ctx.uow, ctx.actor, body.nips)
    return answer(ctx, EmployeeList(items=[Employee.of(employee) for employee in found]))


@router.operation(
    "GET",
    "/v1/employees/{employee_id}",
    name="getEmployee",
    summary="Read an employee",
    answers=Employee,
    promise=Operation(etag=True),
)
async def get_employee(ctx: Ctx, employee_id: Id) -> Response:
    """One employee whom you may see."""
    return answer(ctx, Employee.of(await actions.get_employee(ctx.uow, ctx.actor, employee_id)), etag=True)


@router.operation(
    "PATCH",
    "/v1/employees/{employee_id}",
    name="updateEmployee",
    summary="Change an employee",
    answers=Employee,
    promise=Operation(etag=True, if_match=True, conflicts=("nip_taken", "employee_administers")),
)
async def update_employee(ctx: Ctx, employee_id: Id, body: EmployeeUpdate) -> Response:
    """Change an employee. Moving somebody needs both units; nobody can become his own superior, not even through others.

    Making somebody inactive ends his access at once. Of a full administrator take the role first (`employee_administers`).
    """
    before = await actions.get_employee(ctx.uow, ctx.actor, employee_id, lock=True)
    require_match(ctx, Employee.of(before))
    after = await actions.update_employee(ctx.uow, ctx.actor, before, body.changes())
    return answer(ctx, Employee.of(after), etag=True)
