"""What `kinerja run` prints: how to log in, one curl to try, where the documentation is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from app.demo.city import AUDITOR, UNIT_ADMIN
from app.demo.staffing import SHOWCASE_UNIT
from app.repositories import tables as t
from app.repositories.session import Session

DEMO_PASSWORD: Final = "serang-demo-2026"  # noqa: S105 - printed at every start of the demo
_EXAMPLES: Final = 3


@dataclass(frozen=True, slots=True)
class Door:
    """One way to log in."""

    username: str
    password: str
    who: str


async def demo_doors(session: Session) -> list[Door]:
    """Accounts of the demo worth trying; none when the database holds another city."""
    people = (
        sa.select(t.accounts.c.username, t.employees.c.name, t.employees.c.position)
        .join_from(t.accounts, t.employees)
        .join(t.units, t.units.c.id == t.employees.c.unit_id)
        .where(t.units.c.code == SHOWCASE_UNIT)
        .order_by(t.employees.c.id)
        .limit(_EXAMPLES)
    )
    rows = await session.all(people)
    if not rows:
        return []
    offices = [
        Door(AUDITOR, DEMO_PASSWORD, "auditor"),
        Door(UNIT_ADMIN, DEMO_PASSWORD, "administrator of Dinas Kesehatan and below"),
    ]
    return offices + [Door(row.username, DEMO_PASSWORD, f"{row.name}, {row.position}") for row in rows]


def welcome(url: str, admin: Door | None, demo: Sequence[Door], data_dir: str | None) -> str:
    """The text."""
    doors = [*([admin] if admin else []), *demo]
    lines = ["", f"Kinerja is ready at {url}", f"Documentation: {url}/docs", ""]
    if doors:
        width = max(len(door.username) for door in doors)
        lines += ["Log in as:"]
        lines += [f"  {door.username:<{width}}  {door.password}  ({door.who})" for door in doors]
        lines += ["  (every ASN of the demo: NIP and the same password)", ""] if demo else [""]
        lines += ["Try:", f"  {_curl(url, doors[0])}", ""]
    kept = f"; the data stays in {data_dir}" if data_dir else ""
    return "\n".join([*lines, f"Ctrl-C stops everything{kept}.", ""])


def _curl(url: str, door: Door) -> str:
    return (
        f"curl -s {url}/v1/auth/token -d grant_type=password -d 'username={door.username}' "
        f"--data-urlencode 'password={door.password}'"
    )
