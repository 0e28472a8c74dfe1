"""Loading the demo city: units, people, accounts, three cycles."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Final

import sqlalchemy as sa
from rich.progress import Progress

from app.api.passwords import hash_password
from app.demo.city import City, is_empty, write_city
from app.demo.cycles import CycleMaker
from app.demo.welcome import DEMO_PASSWORD, Door, demo_doors
from app.domain.auth import Actor
from app.domain.values import Role
from app.repositories import tables as t
from app.repositories.session import Session
from app.services import AppServices

_STEPS: Final = 6
Tell = Callable[[str], None]


class DatabaseNotEmptyError(RuntimeError):
    """The demo would mix with what is there."""


async def load_demo_when_empty(services: AppServices, employees: int, seed: int) -> list[Door]:
    """Load the demo into an empty database; in any case, the accounts of a demo worth trying."""
    session = Session(services.database)
    try:
        if await is_empty(session):
            await load_demo(services, employees=employees, seed=seed, progress=False)
        return await demo_doors(session)
    finally:
        await session.close()


async def load_demo(services: AppServices, *, employees: int, seed: int, progress: bool) -> None:
    """Load the demo city. Raises `DatabaseNotEmptyError` unless the database holds no city yet."""
    bar: AbstractContextManager[Tell] = _bar() if progress else nullcontext(lambda _: None)
    with bar as tell:
        tell("people")
        city = await _write_city(services, employees, seed)
        maker = CycleMaker(services, await _administrator(services), city, seed)
        tell("rubrics")
        rubrics = await maker.rubrics()
        async with services.unit_of_work("demo") as uow:
            now = await uow.now()
        tell("last quarter's cycle")
        await maker.published(rubrics["technical_and_behaviour"], now)
        tell("this quarter's cycle")
        await maker.in_rating(rubrics["technical_and_behaviour"], now)
        tell("next quarter's cycle")
        await maker.in_preparation(rubrics["berakhlak"], now)
        tell("done")


@contextmanager
def _bar() -> Iterator[Tell]:
    with Progress() as progress:
        task = progress.add_task("demo", total=_STEPS)

        def tell(step: str) -> None:
            progress.update(task, description=step, advance=1)

        yield tell


async def _write_city(services: AppServices, employees: int, seed: int) -> City:
    password_hash = await asyncio.to_thread(hash_password, DEMO_PASSWORD)
    session = Session(services.database)
    try:
        if not await is_empty(session):
            raise DatabaseNotEmptyError("the database is not empty: the demo is loaded into an empty one only.")
        city = await write_city(session, employees, seed, password_hash)
        await session.commit()
        return city
    finally:
        await session.close()


async def _administrator(services: AppServices) -> Actor:
    """In whose name the demo's cycles are made: any full administrator."""
    session = Session(services.database)
    try:
        admin = t.accounts.c.roles.any(str(Role.ADMIN))
        account_id = await session.scalar(sa.select(t.accounts.c.id).where(admin, t.accounts.c.active).limit(1))
    finally:
        await session.close()
    actor = await services.actor(account_id) if account_id else None
    if actor is None:
        raise DatabaseNotEmptyError("there is no administrator yet: set KINERJA_ADMIN_USERNAME and _PASSWORD first.")
    return actor
