"""A small city with everybody who could ask for anything, and one cycle in each state that tests want to ask about."""

from collections.abc import Sequence
from copy import copy, deepcopy
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx
import sqlalchemy as sa

from app.api.passwords import hash_password
from app.domain.auth import Actor, Scope
from app.domain.people import Employee, Unit
from app.domain.values import RaterType, Role
from app.repositories import tables as t
from tests.support.direct import Direct
from tests.support.rounds import ALL_TYPES, cycle_body, rubric_body
from tests.support.world import PASSWORD, World

Headers = dict[str, str]
#: Everybody who asks. Two machines stand at the end of each question: one that was granted its scope, one all others.
ACTORS = (
    *("anonymous", "stranger", "ratee", "peer", "other_peer", "superior", "appraiser", "plh"),
    *("unit_admin", "foreign_admin", "admin", "auditor", "machine", "other_machine", "recipient", "other_recipient"),
)
RATERS = {
    "superior": RaterType.SUPERIOR,
    "self": RaterType.SELF,
    **dict.fromkeys(("peer", "other_peer", "peer2", "peer3"), RaterType.PEER),
    **dict.fromkeys(("sub0", "sub1"), RaterType.SUBORDINATE),
}
RECIPIENTS = ("recipient", "other_recipient", "recipient2")
POLICY = {
    "rater_weights": {"superior": 60, "peer": 40, "subordinate": 10, "self": 0, "service_recipient": 10},
    "external_dimensions": {"work_result": {"min": 0, "max": 120}},
}
#: How far a cycle goes to each state.
_STEPS = ("rating", "review", "published")


@dataclass(slots=True)
class Setting:
    """One cycle: its ids, assignments by rater, invitations and their codes by citizen."""

    state: str
    cycle_id: str
    participant_id: str = ""
    outsider_id: str = ""
    assignments: dict[str, str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    invitations: dict[str, UUID] = field(default_factory=dict)

    @property
    def path(self) -> str:
        return f"/v1/cycles/{self.cycle_id}"


class City:
    """Units, people, accounts, rubrics; cycles are added by `setting`."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.api: httpx.AsyncClient = world.api
        self.direct: Direct | None = None
        self.units: dict[str, Unit] = {}
        self.people: dict[str, Employee] = {}
        self.accounts: dict[str, str] = {}
        self.rubrics: dict[str, Any] = {}
        self.settings: dict[str, Setting] = {}
        self.usernames: dict[str, str] = {}
        self.activation_code = ""
        self.job_id = ""
        self.correction_id = ""
        self.import_id = ""
        self.delegation_id = ""
        self.admin: Headers = {}
        self._headers: dict[str, Headers] = {}

    @classmethod
    async def build(cls, world: World) -> "City":
        city = cls(world)
        city.admin = await world.admin()
        await city._settle()
        await city._register()
        await city._ask()
        return city

    # ------------------------------------------------------------ people

    async def _settle(self) -> None:
        top = await self.world.unit("KOTA")
        for code in ("DINAS", "LAIN"):
            self.units[code] = await self.world.unit(code, parent=top.id)
        self.units["SEKSI"] = await self.world.unit("SEKSI", parent=self.units["DINAS"].id)
        chief = await self._employ("chief", "DINAS")
        appraiser = await self._employ("appraiser", "DINAS", superior_id=chief.id)
        superior = await self._employ("superior", "DINAS", superior_id=appraiser.id)
        above = {"superior_id": superior.id, "appraiser_id": appraiser.id}
        ratee = await self._employ("ratee", "SEKSI", **above)
        for name in ("peer", "other_peer", "peer2", "peer3", "spare", "newcomer"):
            await self._employ(name, "SEKSI", **above)
        for name in ("sub0", "sub1"):
            await self._employ(name, "SEKSI", superior_id=ratee.id, appraiser_id=superior.id)
        await self._employ("unit_admin", "DINAS", superior_id=chief.id)
        for name in ("stranger", "outsider", "foreign_admin", "auditor", "plh", "idle_plh"):
            await self._employ(name, "LAIN")

    async def _employ(self, name: str, unit: str, **changes: Any) -> Employee:
        self.people[name] = await self.world.employee(self.units[unit], name=name.replace("_", " ").title(), **changes)
        return self.people[name]

    async def _register(self) -> None:
        """An account for everybody, all with the same password."""
        roles = {"auditor": Role.AUDITOR, "unit_admin": Role.UNIT_ADMIN, "foreign_admin": Role.UNIT_ADMIN}
        places = {"unit_admin": self.units["DINAS"], "foreign_admin": self.units["LAIN"]}
        for name, person in self.people.items():
            role = (roles[name],) if name in roles else ()
            self._headers[name] = await self.world.login(*role, employee=person, unit=places.get(name))
        self._headers |= {"admin": self.admin, "anonymous": {"Accept-Language": "en"}, "self": self._headers["ratee"]}
        a = t.accounts
        async with self.world.owner.begin() as connection:
            await connection.execute(sa.update(a).values(password_hash=hash_password(PASSWORD)))
            found = await connection.execute(sa.select(a.c.id, a.c.username, a.c.employee_id))
            by_employee = {row.employee_id: row for row in found}
        for name, person in self.people.items():
            self.accounts[name] = str(by_employee[person.id].id)
            self.usernames[name] = by_employee[person.id].username

    async def machine(self, *scopes: str) -> Headers:
        """A service account with exactly these scopes."""
        name = f"machine {' '.join(sorted(scopes))}"
        if name not in self._headers:
            self._headers[name] = await self.world.login(Role.INTEGRATION, rater_types=frozenset(), scopes=scopes)
        return self._headers[name]

    async def employ_machines(self) -> None:
        """The two machines under the names that `ACTORS` gives them: one may do everything that machines may."""
        self._headers["machine"] = await self.machine(*map(str, Scope))
        self._headers["other_machine"] = await self.machine()

    def elsewhere(self, world: World, direct: Direct) -> "City":
        """The same city in a copy of its database."""
        twin = copy(self)
        twin.world, twin.api, twin.direct = world, world.api, direct
        twin.settings = deepcopy(self.settings)
        return twin

    def headers(self, name: str, setting: Setting | None = None) -> Headers:
        """Those of a person, or of a citizen with the code of an assignment of ``setting``."""
        if name not in RECIPIENTS:
            return self._headers[name]
        key = f"{name} {setting.cycle_id if setting else ''}"
        if key not in self._headers:
            assert setting is not None
            token = self.world.services.tokens.mint(citizen(setting.invitations[name], setting.assignments[name]))
            self._headers[key] = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}
        return self._headers[key]

    # ------------------------------------------------------------ what is asked

    async def _ask(self) -> None:
        for name in ("published", "draft"):
            made = await self.post("/v1/rubrics", rubric_body(name.upper()))
            if name == "published":
                made = await self.post(f"/v1/rubrics/{made['id']}/publication", status=200)
            self.rubrics[name] = made
        issued = await self.post(f"/v1/accounts/{self.accounts['newcomer']}/activation")
        self.activation_code = issued["code"]
        self.job_id = await self._job()
        self.import_id = await self._import()
        self.delegation_id = await self.delegate("plh", "2026-01-01", "2099-12-31")
        for year in (2025, 2100):
            await self.delegate("idle_plh", f"{year}-01-01", f"{year}-12-31")
        wish = {"field": "email", "wanted": "ratee@serang.example", "reason": "Alamat baru."}
        asked = await self.post("/v1/me/data/corrections", wish, headers=self.headers("ratee"))
        self.correction_id = asked["id"]

    async def delegate(self, name: str, starts_on: str, ends_on: str) -> str:
        """Let somebody stand in for the appraiser on these days."""
        people = {"appraiser_id": str(self.people["appraiser"].id), "delegate_id": str(self.people[name].id)}
        days = {"kind": "plh", "starts_on": starts_on, "ends_on": ends_on, "reason": "Cuti besar."}
        made: str = (await self.post("/v1/appraiser-delegations", people | days))["id"]
        return made

    async def _job(self) -> str:
        """Long work that somebody else than the administrator of these tests began."""
        job = {
            "id": uuid4(),
            "kind": "computation",
            "status": "succeeded",
            "account_id": UUID(self.accounts["auditor"]),
        }
        async with self.world.owner.begin() as connection:
            await connection.execute(sa.insert(t.jobs).values(**job))
        return str(job["id"])

    async def _import(self) -> str:
        """The report of a file that the administrator sent in."""
        file = b"code,name,kind,parent_code\nUPTD,UPTD Baru,other,KOTA\n"
        headers = self.admin | {"Content-Type": "text/csv"}
        path = "/v1/imports?kind=units&dry_run=true"
        answer = await self.api.post(path, content=file, headers=headers)
        assert answer.status_code == 200, answer.text
        import_id: str = answer.json()["id"]
        return import_id

    def indicators(self) -> list[str]:
        criteria = self.rubrics["published"]["criteria"]
        return [indicator["id"] for criterion in criteria for indicator in criterion["indicators"]]

    def criteria(self) -> list[str]:
        return [criterion["id"] for criterion in self.rubrics["published"]["criteria"]]

    async def post(self, path: str, body: Any = None, *, status: int = 201, headers: Headers | None = None) -> Any:
        answer = await self.api.post(path, json=body, headers=headers or self.admin)
        assert answer.status_code == status, (path, answer.status_code, answer.text)
        return answer.json() if answer.content else None

    # ------------------------------------------------------------ cycles

    async def setting(self, state: str, *, raters: tuple[str, ...] = tuple(RATERS), recipients: bool = True) -> Setting:
        """A cycle in ``state``; from review on everybody but the subordinates and recipients has submitted."""
        cycle = await self.post(
            "/v1/cycles", cycle_body(self.rubrics["published"]["id"], f"CYCLE-{state}", policy=POLICY)
        )
        setting = Setting("draft", cycle["id"])
        self.settings[state] = setting
        path = f"{setting.path}/org-achievements/{self.units['SEKSI'].id}"
        achieved = await self.api.put(path, json={"achievement": "good"}, headers=self.admin)
        assert achieved.status_code == 201, achieved.text
        await self._enrol(setting, raters, recipients=recipients)
        for step in _STEPS[: _STEPS.index(state) + 1] if state in _STEPS else ():
            if step == "review":
                for rater in ("peer", "other_peer"):
                    await self.submit(setting, rater, [4, 3, 5])
            await self.move(setting, step)
            if step == "rating":
                await self._rate(setting, raters)
                if recipients:
                    path = f"/v1/assignments/{setting.assignments['other_recipient']}/decline"
                    await self.post(path, status=200, headers=self.headers("other_recipient", setting))
        return setting

    async def _enrol(self, setting: Setting, raters: tuple[str, ...], *, recipients: bool) -> None:
        employees = [str(self.people[name].id) for name in ("ratee", "outsider")]
        added = await self.post(f"{setting.path}/participants", {"employee_ids": employees})
        setting.participant_id, setting.outsider_id = (item["id"] for item in added["items"])
        items = [self.proposal(setting, rater, kind) for rater, kind in RATERS.items() if rater in raters]
        made = await self.post(f"{setting.path}/assignments", {"items": items})
        setting.assignments |= dict(zip(raters, (item["id"] for item in made["items"]), strict=True))
        if recipients:
            path = f"{setting.path}/participants/{setting.participant_id}/invitations"
            invited = await self.post(path, {"count": len(RECIPIENTS)})
            for name, item in zip(RECIPIENTS, invited["items"], strict=True):
                setting.assignments[name], setting.codes[name] = item["assignment_id"], item["code"]
            await self._remember_invitations(setting)

    async def _remember_invitations(self, setting: Setting) -> None:
        by_assignment = {assignment_id: name for name, assignment_id in setting.assignments.items()}
        async with self.world.owner.connect() as connection:
            for row in await connection.execute(sa.select(t.invitations.c.id, t.invitations.c.assignment_id)):
                if str(row.assignment_id) in by_assignment:
                    setting.invitations[by_assignment[str(row.assignment_id)]] = row.id

    def proposal(self, setting: Setting, rater: str, kind: RaterType) -> dict[str, str]:
        person = self.people["ratee" if rater == "self" else rater]
        return {"participant_id": setting.participant_id, "rater_type": str(kind), "rater_id": str(person.id)}

    async def _rate(self, setting: Setting, raters: tuple[str, ...]) -> None:
        for rater, points in (("superior", [5, 4, 4]), ("self", [5, 5, 5]), ("peer2", [4, 2, 3]), ("peer3", [1, 5, 3])):
            if rater in raters:
                await self.submit(setting, rater, points)
        score = {"value": 104.5, "source": "e-Kinerja", "measured_at": "2026-01-31T08:00:00Z"}
        path = f"{setting.path}/participants/{setting.participant_id}/external-scores/work_result"
        answer = await self.api.put(path, json=score, headers=self.admin)
        assert answer.status_code == 201, answer.text

    async def move(self, setting: Setting, to: str, **more: Any) -> None:
        """Take the next step; before publication the appraiser follows the recommendation."""
        if to == "published":
            body = {
                "expectations": {"work_result": "above", "work_behaviour": "meets"},
                "reason": "Sesuai bukti kinerja.",
            }
            path = f"{setting.path}/results/{setting.participant_id}/decision"
            decided = await self.api.put(path, json=body, headers=self.headers("appraiser"))
            assert decided.status_code == 200, decided.text
        await self.post(f"{setting.path}/transitions", {"to": to, **more}, status=200)
        setting.state = to

    def sheet(self, points: Sequence[int | None], **more: Any) -> dict[str, Any]:
        """The body of a whole submission."""
        scores = [{"indicator_id": i, "points": p} for i, p in zip(self.indicators(), points, strict=True)]
        return {"status": "submitted", "scores": scores, **more}

    async def submit(
        self, setting: Setting, rater: str, points: Sequence[int | None], *, key: str = "", **more: Any
    ) -> httpx.Response:
        """A submission that must work."""
        path = f"/v1/assignments/{setting.assignments[rater]}/submission"
        headers = self.headers(rater, setting) | ({"Idempotency-Key": key} if key else {})
        answer = await self.api.put(path, json=self.sheet(points, **more), headers=headers)
        assert answer.status_code == 200, answer.text
        return answer


def citizen(invitation_id: UUID, assignment_id: str) -> Actor:
    """Who has redeemed the code of this assignment."""
    return Actor(
        account_id=invitation_id,
        username="",
        employee_id=None,
        roles=frozenset({Role.RECIPIENT}),
        rater_types=frozenset({RaterType.SERVICE_RECIPIENT}),
        assignment_id=UUID(assignment_id),
    )


assert set(ALL_TYPES) == {str(kind) for kind in RaterType}
