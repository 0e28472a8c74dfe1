"""The document is the contract: committed, complete, the same as what is served, with the names that clients rely on."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import httpx
import orjson
import pytest
from typer.testing import CliRunner

from app.cli import OPENAPI, cli
from tests.support.contract import JSON, METHODS, PROBLEM, Operation, document, operations

#: contract.md: names, methods and paths are fixed; more may be added, nothing renamed.
FIXED: Final = """
createToken POST /v1/auth/token
redeemInvitation POST /v1/auth/invitations/redeem
revokeToken POST /v1/auth/revoke
activateAccount POST /v1/auth/activate
changePassword PUT /v1/me/password
getMe GET /v1/me
listMyAssignments GET /v1/me/assignments
listMyResults GET /v1/me/results
getMyOverview GET /v1/me/overview
getJwks GET /.well-known/jwks.json
listUnits GET /v1/units
createUnit POST /v1/units
getUnit GET /v1/units/{unit_id}
updateUnit PATCH /v1/units/{unit_id}
listEmployees GET /v1/employees
createEmployee POST /v1/employees
getEmployee GET /v1/employees/{employee_id}
updateEmployee PATCH /v1/employees/{employee_id}
lookupEmployees POST /v1/employees/lookup
listAccounts GET /v1/accounts
createAccount POST /v1/accounts
getAccount GET /v1/accounts/{account_id}
updateAccount PATCH /v1/accounts/{account_id}
issueActivation POST /v1/accounts/{account_id}/activation
unlockAccount POST /v1/accounts/{account_id}/unlock
createServiceAccount POST /v1/service-accounts
listRubricPresets GET /v1/rubric-presets
listRubrics GET /v1/rubrics
createRubric POST /v1/rubrics
getRubric GET /v1/rubrics/{rubric_id}
replaceRubric PUT /v1/rubrics/{rubric_id}
deleteRubric DELETE /v1/rubrics/{rubric_id}
publishRubric POST /v1/rubrics/{rubric_id}/publication
reviseRubric POST /v1/rubrics/{rubric_id}/revisions
retireRubric POST /v1/rubrics/{rubric_id}/retirement
listCycles GET /v1/cycles
createCycle POST /v1/cycles
getCycle GET /v1/cycles/{cycle_id}
updateCycle PATCH /v1/cycles/{cycle_id}
deleteCycle DELETE /v1/cycles/{cycle_id}
transitionCycle POST /v1/cycles/{cycle_id}/transitions
extendCycle POST /v1/cycles/{cycle_id}/extensions
listParticipants GET /v1/cycles/{cycle_id}/participants
addParticipants POST /v1/cycles/{cycle_id}/participants
getParticipant GET /v1/cycles/{cycle_id}/participants/{participant_id}
updateParticipant PATCH /v1/cycles/{cycle_id}/participants/{participant_id}
removeParticipant DELETE /v1/cycles/{cycle_id}/participants/{participant_id}
getExternalScore GET /v1/cycles/{cycle_id}/participants/{participant_id}/external-scores/{dimension}
setExternalScore PUT /v1/cycles/{cycle_id}/participants/{participant_id}/external-scores/{dimension}
setOrgAchievement PUT /v1/cycles/{cycle_id}/org-achievements/{unit_id}
getDistributionCheck GET /v1/cycles/{cycle_id}/distribution-check
getCycleProgress GET /v1/cycles/{cycle_id}/progress
getAnonymityForecast GET /v1/cycles/{cycle_id}/anonymity-forecast
createAssignments POST /v1/cycles/{cycle_id}/assignments
generateAssignments POST /v1/cycles/{cycle_id}/assignments/generation
listAssignments GET /v1/cycles/{cycle_id}/assignments
getAssignment GET /v1/assignments/{assignment_id}
deleteAssignment DELETE /v1/assignments/{assignment_id}
declineAssignment POST /v1/assignments/{assignment_id}/decline
undoDecline POST /v1/assignments/{assignment_id}/decline/undo
excuseAssignment POST /v1/assignments/{assignment_id}/excuse
reassignAssignment POST /v1/assignments/{assignment_id}/reassignment
voidAssignment POST /v1/assignments/{assignment_id}/voidance
createInvitation POST /v1/assignments/{assignment_id}/invitation
createInvitationBatch POST /v1/cycles/{cycle_id}/participants/{participant_id}/invitations
getSubmission GET /v1/assignments/{assignment_id}/submission
putSubmission PUT /v1/assignments/{assignment_id}/submission
reopenSubmission POST /v1/assignments/{assignment_id}/submission/reopening
computeResults POST /v1/cycles/{cycle_id}/results/computation
listResults GET /v1/cycles/{cycle_id}/results
getResult GET /v1/cycles/{cycle_id}/results/{participant_id}
getResultExplanation GET /v1/cycles/{cycle_id}/results/{participant_id}/explanation
listResultVersions GET /v1/cycles/{cycle_id}/results/{participant_id}/versions
decideResult PUT /v1/cycles/{cycle_id}/results/{participant_id}/decision
acknowledgeResult POST /v1/cycles/{cycle_id}/results/{participant_id}/acknowledgement
getJob GET /v1/jobs/{job_id}
"""
#: Paths that contract.md fixes without naming the operation.
NAMELESS: Final = (
    ("POST", "/v1/cycles/{cycle_id}/results/decisions"),
    ("POST", "/v1/cycles/{cycle_id}/participants/{participant_id}/invitations/qr"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
)
each = pytest.mark.parametrize("operation", operations().values(), ids=operations())


def test_the_committed_document_is_what_the_application_says() -> None:
    told = orjson.dumps(document(), option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2) + b"\n"
    assert OPENAPI.read_bytes() == told, "run `make openapi` and commit the result"
    assert CliRunner().invoke(cli, ["openapi", "--check"]).exit_code == 0


@pytest.mark.anyio
async def test_the_served_document_is_the_same(api: httpx.AsyncClient) -> None:
    answer = await api.get("/openapi.json")
    assert answer.json() == orjson.loads(orjson.dumps(document()))
    again = await api.get("/openapi.json", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


def test_the_names_and_paths_of_the_contract_are_there() -> None:
    found = {(operation.id, operation.method, operation.path) for operation in operations().values()}
    assert {tuple(line.split()) for line in FIXED.split("\n") if line} <= found
    assert set(NAMELESS) <= {(method, path) for _, method, path in found}


def test_routes_and_document_name_the_same() -> None:
    assert {method for path in document()["paths"].values() for method in path} <= set(METHODS)
    for operation in operations().values():
        assert re.fullmatch(r"[a-z]+([A-Z][a-z]+)+", operation.id), operation.id
        assert re.fullmatch(r"(/[a-z0-9.-]+|/{[a-z_]+})+", operation.path), operation.path
        assert set(operation.path_parameters) == set(operation.parameters("path")), operation.id


def test_no_schema_is_split_in_two() -> None:
    assert not [name for name in document()["components"]["schemas"] if name.endswith(("-Input", "-Output"))]


@each
def test_an_operation_says_what_it_is_and_who_may_ask(operation: Operation) -> None:
    spec = operation.spec
    assert spec["summary"]
    assert len(spec["description"]) > len("Short.")
    assert len(spec["tags"]) == 1
    assert document()["security"] == [{"bearer": []}]
    assert spec.get("security", document()["security"]) in ([{}], [{"bearer": []}])


@each
def test_an_operation_declares_its_errors_as_problems(operation: Operation) -> None:
    responses = operation.spec["responses"]
    assert set(map(str, _expected_errors(operation))) <= set(responses)
    for status, response in responses.items():
        if int(status) >= 400:
            assert list(response["content"]) == [PROBLEM], status
            assert re.fullmatch(r"#/components/schemas/\w*Problem", response["content"][PROBLEM]["schema"]["$ref"])
            assert response["content"][PROBLEM]["example"]["status"] == int(status)
        if status in {"429", "503"}:
            assert "Retry-After" in response["headers"]


#: Operations whose query names what must exist: a cycle to import into, the unit of a trend.
NAMED_BY_QUERY: Final = {"createImport", "getSummaryTrend"}


def _expected_errors(operation: Operation) -> set[int]:
    match = operation.parameters("header").get("If-Match")
    return {
        *{422, 429, 500, 503},
        *(() if operation.public else (401, 403)),
        *((404,) if operation.path_parameters or operation.id in NAMED_BY_QUERY else ()),
        *((400, 413, 415) if "requestBody" in operation.spec else ()),
        *((409,) if operation.method == "POST" and not operation.public else ()),
        *((412,) if match else ()),
        *((428,) if match and match["required"] else ()),
    }


@each
def test_everything_that_an_operation_takes_and_gives_has_an_example(operation: Operation) -> None:
    missing = [name for name, one in _parameters(operation) if not _has_example(one["schema"])]
    for place, schema in _schemas(operation):
        missing += [f"{place}{path}" for path in _without_example(schema, "", ())]
    assert not missing


def _parameters(operation: Operation) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for where in ("path", "query", "header"):
        for name, one in operation.parameters(where).items():
            assert one["description"], name
            yield name, one


def _schemas(operation: Operation) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for media_type, content in operation.spec.get("requestBody", {}).get("content", {}).items():
        if "example" not in content and media_type == JSON:
            yield "request", content["schema"]
    for status, response in operation.spec["responses"].items():
        if status.startswith("2") and JSON in response.get("content", {}):
            yield status, response["content"][JSON]["schema"]


def _resolved(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    return {**document()["components"]["schemas"][name], **schema} if name else schema


def _without_example(schema: Mapping[str, Any], path: str, seen: tuple[str, ...]) -> Iterator[str]:
    """The places below ``schema`` for which nothing says what a value looks like."""
    if _has_example(schema) or schema.get("$ref", "") in seen:
        return
    seen = (*seen, schema["$ref"]) if "$ref" in schema else seen
    schema = _resolved(schema)
    inner = {f"{path}/{name}": one for name, one in schema.get("properties", {}).items()}
    inner |= {
        f"{path}/*": schema[name] for name in ("items", "additionalProperties") if isinstance(schema.get(name), dict)
    }
    branches = [one for name in ("anyOf", "oneOf") for one in schema.get(name, ()) if one != {"type": "null"}]
    if not inner and not branches:
        yield path
    for place, one in inner.items():
        yield from _without_example(one, place, seen)
    for one in branches:
        yield from _without_example(one, path, seen)


def _has_example(schema: Mapping[str, Any]) -> bool:
    known = {"example", "examples", "enum", "const", "default"} & set(_resolved(schema))
    branches = [one for name in ("anyOf", "oneOf") for one in schema.get(name, ()) if one != {"type": "null"}]
    return bool(known) or schema.get("type") == "boolean" or any(map(_has_example, branches))
