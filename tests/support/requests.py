"""A good request for every operation of the contract, to be asked by anybody in any cycle of a `City`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

import httpx

from tests.support.city import City, Headers, Setting
from tests.support.contract import JSON, Operation, operations
from tests.support.rounds import cycle_body, rubric_body
from tests.support.world import PASSWORD

FORM = "application/x-www-form-urlencoded"
REASON = {"reason": "Salah pilih penilai."}
NEW_PASSWORD = "empat kucing di pasar baru"
LATER = "2099-06-01T00:00:00Z"
_NEXT: dict[str, dict[str, Any]] = {
    "draft": {"to": "rating"},
    "rating": {"to": "review"},
    "review": {"to": "published", "allow_undecided": True, **REASON},
    "published": {"to": "archived"},
}


@dataclass(frozen=True, slots=True)
class Target:
    """What is asked about: a cycle and one thing in it or in the city, by name."""

    city: City
    setting: Setting
    thing: str = ""

    def ids(self) -> dict[str, object]:
        """Every identifier that a path may want."""
        city, setting, thing = self.city, self.setting, self.thing
        return {
            "cycle_id": setting.cycle_id,
            "participant_id": setting.outsider_id if thing == "outsider" else setting.participant_id,
            "assignment_id": setting.assignments.get(thing or "peer", ""),
            "employee_id": city.people.get(thing, city.people["ratee"]).id,
            "unit_id": city.units.get(thing, city.units["SEKSI"]).id,
            "account_id": city.accounts.get(thing, city.accounts["newcomer"]),
            "rubric_id": city.rubrics.get(thing, city.rubrics["published"])["id"],
            "job_id": city.job_id,
            "correction_id": city.correction_id,
            "import_id": city.import_id,
            "delegation_id": city.delegation_id,
            "dimension": "work_result",
        }


def _employee(target: Target) -> Any:
    unit = target.city.units.get(target.thing, target.city.units["SEKSI"])
    return {
        "name": "Pegawai Baru",
        "nip": "199001012015031001",
        "employment": "pns",
        "position": "Analis",
        "position_kind": "functional",
        "grade": "III/a",
        "unit_id": str(unit.id),
        "superior_id": str(target.city.people["superior"].id),
        "email": "baru@serang.example",
        "phone": "+62254200000",
    }


def _score(_target: Target) -> Any:
    return {"value": 90.25, "source": "e-Kinerja", "measured_at": "2026-01-31T08:00:00Z"}


def _assignments(target: Target) -> Any:
    row = {"participant_id": target.setting.participant_id, "rater_type": "peer"}
    return {"items": [{**row, "rater_id": str(target.city.people["spare"].id)}]}


def _sheet(target: Target) -> Any:
    remark = {"criterion_id": target.city.criteria()[0], "kind": "strength", "text": "Sabar melayani warga."}
    return target.city.sheet([4, None, 2], comments=[remark])


def _decision(_target: Target) -> Any:
    return {"expectations": {"work_result": "above", "work_behaviour": "meets"}, **REASON}


def _cycle(target: Target) -> Any:
    rubrics = [{"rubric_id": target.city.rubrics["published"]["id"], "position_kinds": ["executor", "functional"]}]
    policy = {
        "rater_weights": {"superior": 60, "peer": 40},
        "min_raters": {"peer": 3},
        "min_commenters": 3,
        "max_invitations": 50,
        "dimension_weights": {"work_result": 60, "work_behaviour": 40},
        "required_rater_types": ["superior"],
        "expectation_thresholds": {"meets": 60, "above": 85.5},
        "gap_threshold": 15,
        "external_dimensions": {"work_result": {"min": 0, "max": 120}},
        "scheme": "permenpanrb_6_2022",
    }
    return cycle_body(rubrics[0]["rubric_id"], "SIKLUS-BARU", rubrics=rubrics, policy=policy)


def _file(_target: Target) -> bytes:
    return b"code,name,kind,parent_code\nUPTD,UPTD Baru,other,KOTA\n"


BODIES: dict[str, Callable[[Target], Any]] = {
    "createToken": lambda t: {"grant_type": "password", "username": t.city.usernames["ratee"], "password": PASSWORD},
    "revokeToken": lambda _: {"token": "tidak-dikenal"},
    "activateAccount": lambda t: {"code": t.city.activation_code, "password": NEW_PASSWORD},
    "redeemInvitation": lambda t: {"code": t.setting.codes[t.thing or "recipient"]},
    "changePassword": lambda _: {"current_password": PASSWORD, "new_password": NEW_PASSWORD},
    "createUnit": lambda t: {
        "code": "BARU",
        "name": "Unit Baru",
        "kind": "other",
        "parent_id": str(t.city.units["LAIN"].id),
    },
    "updateUnit": lambda _: {"name": "Seksi Lain"},
    "createEmployee": _employee,
    "updateEmployee": lambda _: {"phone": "+62254200001"},
    "lookupEmployees": lambda t: {"nips": [t.city.people["ratee"].nip]},
    "createImport": _file,
    "createAccount": lambda _: {"username": "pegawai.baru", "roles": ["employee"], "rater_types": ["peer", "self"]},
    "updateAccount": lambda _: {"rater_types": ["peer"], "active": True},
    "createServiceAccount": lambda _: {"username": "siasn-bridge", "scopes": ["people:read"]},
    "requestDataCorrection": lambda _: {"field": "phone", "wanted": "+62254200009", "reason": "Nomor baru."},
    "decideDataCorrection": lambda _: {"outcome": "accept", **REASON},
    "createAppraiserDelegation": lambda t: {
        "appraiser_id": str(t.city.people["superior"].id),
        "delegate_id": str(t.city.people["newcomer"].id),
        "kind": "plh",
        "starts_on": "2098-01-01",
        "ends_on": "2098-01-14",
        **REASON,
    },
    "endAppraiserDelegation": lambda _: REASON,
    "createRubric": lambda _: rubric_body("RUBRIK-BARU"),
    "replaceRubric": lambda _: rubric_body("DRAFT", indicators=4),
    "createCycle": _cycle,
    "updateCycle": lambda t: {"title": "Judul lain"} | ({"appeal_days": 10} if t.thing == "policy" else {}),
    "transitionCycle": lambda t: _NEXT[t.setting.state],
    "extendCycle": lambda _: {"rating_closes_at": LATER, **REASON},
    "addParticipants": lambda t: {"employee_ids": [str(t.city.people[t.thing or "newcomer"].id)]},
    "updateParticipant": lambda _: {"innovation": True},
    "setExternalScore": _score,
    "setOrgAchievement": lambda _: {"achievement": "needs_improvement", **REASON},
    "createAssignments": _assignments,
    "generateAssignments": lambda _: {"rules": {"superior": True, "peers": {"count": 5}}, "dry_run": True},
    "declineAssignment": lambda _: REASON,
    "excuseAssignment": lambda _: REASON,
    "reassignAssignment": lambda t: {"rater_id": str(t.city.people["spare"].id), **REASON},
    "voidAssignment": lambda _: REASON,
    "createInvitationBatch": lambda _: {"count": 1},
    "createInvitationQr": lambda t: {"code": t.setting.codes["recipient"]},
    "putSubmission": _sheet,
    "reopenSubmission": lambda _: REASON,
    "decideResult": _decision,
    "decideResults": lambda t: {"items": [{"participant_id": t.setting.participant_id, **_decision(t)}]},
}


def body_of(operation: Operation, target: Target) -> Any:
    """A body that the operation takes; ``None`` for one without."""
    has_body = "requestBody" in operation.spec
    assert has_body == (operation.id in BODIES), f"{operation.id}: say in BODIES what to send"
    return BODIES[operation.id](target) if has_body else None


#: Operations about one unit, named in the query.
_OF_UNIT: Final = frozenset({"getDistributionCheck", "getSummaryTrend"})


def query_of(operation: Operation, target: Target) -> dict[str, str]:
    """The query parameters that the operation cannot do without."""
    if operation.id == "createImport":
        return {"kind": target.thing or "units", "dry_run": "true"}
    if operation.id == "compareResults":
        other = target.city.settings.get(target.thing)
        return {"with": str(uuid4()) if other is None else other.cycle_id}
    return {"unit_id": str(target.ids()["unit_id"])} if operation.id in _OF_UNIT else {}


def content_of(operation: Operation, body: Any) -> dict[str, Any]:
    """How the client is to send a body."""
    if body is None:
        return {}
    if isinstance(body, bytes):
        return {"content": body, "headers": {"Content-Type": "text/csv"}}
    return {"data" if operation.body(JSON) is None else "json": body}


def needs_match(operation: Operation) -> bool:
    """Whether ``If-Match`` has to be sent where the thing exists."""
    header = operation.parameters("header").get("If-Match")
    return header is not None and (header["required"] or operation.id in {"setExternalScore", "setOrgAchievement"})


async def ask(name: str, target: Target, headers: Headers) -> httpx.Response:
    """Ask for one operation as somebody."""
    operation = operations()[name]
    sent = content_of(operation, body_of(operation, target))
    sent["headers"] = headers | sent.get("headers", {}) | ({"If-Match": "*"} if needs_match(operation) else {})
    url, query = operation.url(target.ids()), query_of(operation, target)
    return await target.city.api.request(operation.method, url, params=query, **sent)
