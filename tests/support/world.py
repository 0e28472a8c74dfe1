"""Short ways to fill a database for a test: units, people, accounts; tokens minted without a password."""

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from app.api.passwords import hash_password
from app.domain.auth import DEFAULT_RATER_TYPES, Account
from app.domain.people import Employee, Unit
from app.domain.values import Employment, PositionKind, RaterType, Role, UnitKind
from app.repositories import tables as t
from app.repositories.database import to_driver_url
from app.services import AppServices
from app.settings import Settings

#: The password of every account that a test can log in with.
PASSWORD = "tiga kucing di pasar lama"


@asynccontextmanager
async def fresh_world(services: AppServices, api: httpx.AsyncClient, settings: Settings) -> AsyncIterator["World"]:
    """The database of ``services``, emptied."""
    owner = create_async_engine(to_driver_url(settings.owner_database_url))
    names = ", ".join(table.name for table in t.metadata.tables.values() if table.name != "audit_events")
    try:
        async with owner.begin() as connection:
            await connection.execute(sa.text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
        services.directory.forget()
        yield World(services, api, owner)
    finally:
        await owner.dispose()


class World:
    """A small city in the test's hands."""

    def __init__(self, services: AppServices, api: httpx.AsyncClient, owner: AsyncEngine) -> None:
        self.services = services
        self.api = api
        self.owner = owner
        self._serial = itertools.count(1)

    async def unit(self, code: str = "", parent: UUID | None = None, name: str = "") -> Unit:
        """A stored unit."""
        code = code or f"UNIT-{next(self._serial)}"
        unit = Unit(uuid4(), code, name or code.title(), UnitKind.DEPARTMENT, parent)
        async with self.services.unit_of_work(None) as uow:
            await uow.units.add(unit)
            await uow.commit()
        return unit

    async def employee(self, unit: Unit, **changes: Any) -> Employee:
        """A stored employee (a PNS with a valid NIP unless told otherwise)."""
        number = next(self._serial)
        values: dict[str, Any] = {
            "id": uuid4(),
            "nip": f"19860926201505{1 + number % 2}{number % 1000:03d}"[:18],
            "name": f"Pegawai {number:04d}",
            "employment": Employment.PNS,
            "position": "Pengelola Data",
            "position_kind": PositionKind.EXECUTOR,
            "grade": "III/a",
            "unit_id": unit.id,
            "superior_id": None,
            "appraiser_id": None,
            "email": None,
            "phone": None,
            "active": True,
        }
        employee = Employee(**(values | changes))
        async with self.services.unit_of_work(None) as uow:
            await uow.employees.add(employee)
            await uow.commit()
        return employee

    async def login(
        self,
        *roles: Role,
        employee: Employee | None = None,
        unit: Unit | None = None,
        rater_types: frozenset[RaterType] = DEFAULT_RATER_TYPES,
        scopes: tuple[str, ...] = (),
    ) -> dict[str, str]:
        """Request headers of a fresh account with these roles."""
        account_id = uuid4()
        async with self.owner.begin() as connection:
            await connection.execute(
                sa.insert(t.accounts).values(
                    id=account_id,
                    username=f"akun-{account_id}",
                    employee_id=employee.id if employee else None,
                    roles=[str(role) for role in (roles or (Role.EMPLOYEE,))],
                    rater_types=[str(kind) for kind in rater_types],
                    unit_id=unit.id if unit else None,
                    scopes=list(scopes),
                    active=True,
                )
            )
        actor = await self.services.actor(account_id)
        assert actor is not None
        return {"Authorization": f"Bearer {self.services.tokens.mint(actor)}", "Accept-Language": "en"}

    async def admin(self) -> dict[str, str]:
        """Request headers of a full administrator."""
        return await self.login(Role.ADMIN)

    async def account(
        self,
        username: str,
        *roles: Role,
        password: str | None = PASSWORD,
        employee: Employee | None = None,
        unit: Unit | None = None,
    ) -> UUID:
        """A stored account of a person that can log in with its password."""
        account = Account(
            id=uuid4(),
            username=username,
            employee_id=employee.id if employee else None,
            roles=frozenset(roles or (Role.EMPLOYEE,)),
            rater_types=DEFAULT_RATER_TYPES,
            unit_id=unit.id if unit else None,
            scopes=frozenset(),
            active=True,
            has_password=password is not None,
            locked_until=None,
            created_at=datetime.now(UTC),
        )
        async with self.services.unit_of_work(None) as uow:
            await uow.accounts.add(account, None if password is None else hash_password(password))
            await uow.commit()
        return account.id

    async def token(self, **form: str) -> httpx.Response:
        """The answer to a token request with these fields."""
        return await self.api.post("/v1/auth/token", data=form, headers={"Accept-Language": "en"})

    async def log_in(self, username: str, password: str = PASSWORD) -> dict[str, Any]:
        """The tokens of somebody who logs in with a password."""
        answer = await self.token(grant_type="password", username=username, password=password)
        assert answer.status_code == 200, answer.text
        tokens: dict[str, Any] = answer.json()
        return tokens
