"""A whole cycle through the API, in few words: one ratee with his superior, peers and subordinates, and their sheets."""

from dataclasses import dataclass, field
from typing import Any

import httpx

from app.domain.people import Employee, Unit
from tests.support.world import World

Headers = dict[str, str]
ALL_TYPES = ["superior", "peer", "subordinate", "self", "service_recipient"]


def rubric_body(code: str = "KECIL", *, indicators: int = 3, criteria: int = 2) -> dict[str, Any]:
    """A small rubric in one dimension: everything is asked of everybody, on 1..5."""
    labels = [{"points": points, "label": f"Nilai {points}"} for points in range(1, 6)]
    parts: list[dict[str, Any]] = [
        {"code": f"C{c}", "title": f"Kriteria {c}", "dimension": "work_behaviour", "weight": 1, "indicators": []}
        for c in range(criteria)
    ]
    for number in range(indicators):
        parts[number % criteria]["indicators"].append(
            {"code": f"I{number}", "statement": f"Pernyataan {number}", "weight": 1, "rater_types": ALL_TYPES}
        )
    return {"code": code, "title": "Rubrik kecil", "scale": {"min": 1, "max": 5, "labels": labels}, "criteria": parts}


def cycle_body(rubric_id: str, code: str = "SIKLUS-1", **changes: Any) -> dict[str, Any]:
    """A cycle whose rating is open from now until far away."""
    body: dict[str, Any] = {
        "code": code,
        "title": "Siklus uji",
        "period": {"start": "2026-01-01", "end": "2026-03-31"},
        "rubrics": [{"rubric_id": rubric_id}],
        "policy": {"rater_weights": {"superior": 60, "peer": 40, "subordinate": 10, "self": 0}},
        "rating_opens_at": "2026-01-01T00:00:00Z",
        "rating_closes_at": "2099-01-01T00:00:00Z",
        "appeal_days": 14,
    }
    return body | changes


@dataclass(slots=True)
class Round:
    """One cycle under way. ``headers`` are those of each person by name; ``assignments`` ids by rater's name."""

    world: World
    api: httpx.AsyncClient
    admin: Headers
    unit: Unit
    people: dict[str, Employee]
    cycle_id: str = ""
    participant_id: str = ""
    headers: dict[str, Headers] = field(default_factory=dict)
    assignments: dict[str, str] = field(default_factory=dict)

    async def post(self, path: str, body: Any = None, *, status: int = 201, headers: Headers | None = None) -> Any:
        """A POST that must answer ``status``."""
        answer = await self.api.post(path, json=body, headers=headers or self.admin)
        assert answer.status_code == status, (path, answer.status_code, answer.text)
        return answer.json() if answer.content else None

    async def get(self, path: str, *, status: int = 200, headers: Headers | None = None) -> Any:
        """A GET that must answer ``status``."""
        answer = await self.api.get(path, headers=headers or self.admin)
        assert answer.status_code == status, (path, answer.status_code, answer.text)
        return answer.json()

    async def transition(self, to: str, *, status: int = 200, **more: Any) -> Any:
        """Move the cycle on."""
        return await self.post(f"/v1/cycles/{self.cycle_id}/transitions", {"to": to, **more}, status=status)

    async def form(self, rater: str) -> Any:
        """The form of one rater."""
        return await self.get(f"/v1/assignments/{self.assignments[rater]}/submission", headers=self.headers[rater])

    async def put(
        self, rater: str, points: list[int | None], *, as_draft: bool = False, key: str | None = None, **more: Any
    ) -> httpx.Response:
        """Write a rater's form: points in the order of the form."""
        form = await self.form(rater)
        indicators = [i["indicator_id"] for criterion in form["criteria"] for i in criterion["indicators"]]
        scores = [{"indicator_id": i, "points": p} for i, p in zip(indicators, points, strict=False)]
        body = {"status": "draft" if as_draft else "submitted", "scores": scores, **more}
        headers = self.headers[rater] | ({"Idempotency-Key": key} if key else {})
        path = f"/v1/assignments/{self.assignments[rater]}/submission"
        return await self.api.put(path, json=body, headers=headers)

    async def submit(self, rater: str, points: list[int | None], **more: Any) -> Any:
        """Submit, and it must work."""
        answer = await self.put(rater, points, **more)
        assert answer.status_code == 200, answer.text
        return answer.json()


async def start_round(
    api: httpx.AsyncClient,
    world: World,
    *,
    peers: int = 3,
    subordinates: int = 0,
    own: bool = True,
    open_rating: bool = True,
    policy: dict[str, Any] | None = None,
    rubric: dict[str, Any] | None = None,
) -> Round:
    """A ratee (``ratee``) with ``superior``, ``appraiser``, ``peer0``…, ``sub0``… assigned, rating open unless told."""
    admin = await world.admin()
    unit = await world.unit("UNIT-UJI")
    people = await _people(world, unit, peers, subordinates)
    this = Round(world, api, admin, unit, people)
    this.headers = {name: await world.login(employee=person) for name, person in people.items()}
    made = await this.post("/v1/rubrics", rubric or rubric_body())
    await this.post(f"/v1/rubrics/{made['id']}/publication", status=200)
    changes: dict[str, Any] = {"policy": policy} if policy else {}
    this.cycle_id = (await this.post("/v1/cycles", cycle_body(made["id"], **changes)))["id"]
    path = f"/v1/cycles/{this.cycle_id}"
    added = await this.post(f"{path}/participants", {"employee_ids": [str(people["ratee"].id)]})
    this.participant_id = added["items"][0]["id"]
    raters = {"superior": "superior"} | ({"ratee": "self"} if own else {})
    raters |= {name: "peer" for name in people if name.startswith("peer")}
    raters |= {name: "subordinate" for name in people if name.startswith("sub")}
    items = [
        {"participant_id": this.participant_id, "rater_type": kind, "rater_id": str(people[name].id)}
        for name, kind in raters.items()
    ]
    assigned = await this.post(f"{path}/assignments", {"items": items})
    this.assignments = {name: item["id"] for name, item in zip(raters, assigned["items"], strict=True)}
    if open_rating:
        await this.transition("rating")
    return this


async def _people(world: World, unit: Unit, peers: int, subordinates: int) -> dict[str, Employee]:
    people = {"chief": await world.employee(unit, name="Kepala")}
    people["appraiser"] = await world.employee(unit, name="Penilai", superior_id=people["chief"].id)
    people["superior"] = await world.employee(unit, name="Atasan", superior_id=people["appraiser"].id)
    above = {"superior_id": people["superior"].id, "appraiser_id": people["appraiser"].id}
    people["ratee"] = await world.employee(unit, name="Dinilai", **above)
    for number in range(peers):
        people[f"peer{number}"] = await world.employee(unit, name=f"Rekan {number}", **above)
    for number in range(subordinates):
        people[f"sub{number}"] = await world.employee(
            unit, name=f"Bawahan {number}", superior_id=people["ratee"].id, appraiser_id=people["superior"].id
        )
    return people
