"""What comes after logging in: refresh tokens, machines, good and bad access tokens."""

import asyncio
import base64
from typing import Any
from uuid import uuid4

import httpx
import pytest
import sqlalchemy as sa
from jose import jwt

from app.domain.auth import Actor
from app.domain.values import RaterType, Role
from app.repositories import tables as t
from app.services import AppServices
from tests.support import jose
from tests.support.logins import NEW_PASSWORD, actions_of, attempt, bearer, is_good, refreshed, rows, told
from tests.support.world import PASSWORD, World

pytestmark = pytest.mark.anyio


async def test_a_refresh_token_is_good_once(api: httpx.AsyncClient, world: World) -> None:
    account = await world.account("siti")
    first = await world.log_in("siti")
    second = (await refreshed(world, first["refresh_token"])).json()
    assert second["refresh_token"] != first["refresh_token"]
    assert await is_good(api, second["access_token"])
    third = await refreshed(world, second["refresh_token"])
    assert third.status_code == 200
    expiries = {row.expires_at for row in await rows(world, sa.select(t.refresh_tokens))}
    assert len(expiries) == 1  # rotation prolongs nothing
    assert await actions_of(world, account) == ["auth.logged_in", "auth.refreshed", "auth.refreshed"]


async def test_using_it_again_ends_the_whole_family_and_no_other(world: World) -> None:
    account = await world.account("siti")
    stolen, other = await world.log_in("siti"), await world.log_in("siti")
    fresh = (await refreshed(world, stolen["refresh_token"])).json()
    again = await refreshed(world, stolen["refresh_token"])
    assert (again.status_code, again.json()["code"]) == (401, "invalid_credentials")
    assert (await refreshed(world, fresh["refresh_token"])).status_code == 401
    assert (await refreshed(world, other["refresh_token"])).status_code == 200
    assert (await actions_of(world, account)).count("auth.refresh_reused") == 1


async def test_of_two_who_refresh_at_once_one_succeeds(world: World) -> None:
    await world.account("siti")
    tokens = await world.log_in("siti")
    answers = await asyncio.gather(*(refreshed(world, tokens["refresh_token"]) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] + [401] * 7


async def test_secrets_are_stored_by_their_hash_alone(world: World) -> None:
    await world.account("siti")
    tokens = await world.log_in("siti")
    stored = str(await rows(world, sa.select(t.refresh_tokens))) + str(await rows(world, sa.select(t.accounts)))
    assert tokens["refresh_token"] not in stored
    assert PASSWORD not in stored
    assert "$argon2id$v=19$m=19456,t=2,p=1$" in stored


async def test_an_expired_refresh_token_is_refused_and_cleared_away(world: World) -> None:
    await world.account("siti")
    tokens = await world.log_in("siti")
    async with world.owner.begin() as connection:
        await connection.execute(sa.update(t.refresh_tokens).values(expires_at=sa.func.now()))
    assert (await refreshed(world, tokens["refresh_token"])).status_code == 401
    await world.log_in("siti")
    assert len(await rows(world, sa.select(t.refresh_tokens))) == 1


async def test_logging_out_ends_the_session(api: httpx.AsyncClient, world: World) -> None:
    account = await world.account("siti")
    tokens = await world.log_in("siti")
    for token in (tokens["refresh_token"], tokens["refresh_token"], "unknown"):
        answer = await api.post("/v1/auth/revoke", data={"token": token, "token_type_hint": "refresh_token"})
        assert (answer.status_code, answer.content) == (200, b"")
    assert (await refreshed(world, tokens["refresh_token"])).status_code == 401
    assert await actions_of(world, account) == ["auth.logged_in", "auth.logged_out"]
    access = await api.post("/v1/auth/revoke", data={"token": tokens["access_token"]})
    assert access.json()["errors"][0]["pointer"] == "/token"
    assert (await api.post("/v1/auth/revoke", data={})).status_code == 422


async def test_refresh_and_access_tokens_are_not_each_other(api: httpx.AsyncClient, world: World) -> None:
    await world.account("siti")
    tokens = await world.log_in("siti")
    assert not await is_good(api, tokens["refresh_token"])
    assert (
        await world.token(grant_type="refresh_token", refresh_token=tokens["access_token"][:500])
    ).status_code == 401


async def machine(api: httpx.AsyncClient, world: World, *scopes: str) -> dict[str, Any]:
    body = {"username": "siasn-bridge", "scopes": list(scopes or ("people:read", "results:read"))}
    answer = await api.post("/v1/service-accounts", json=body, headers=await world.admin())
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def test_a_machine_logs_in_with_its_secret(api: httpx.AsyncClient, world: World) -> None:
    made = await machine(api, world)
    answer = await world.token(
        grant_type="client_credentials", client_id="siasn-bridge", client_secret=made["client_secret"]
    )
    assert answer.status_code == 200, answer.text
    assert (answer.json()["scope"], "refresh_token" in answer.json()) == ("people:read results:read", False)
    me = (await api.get("/v1/me", headers=bearer(answer.json()["access_token"]))).json()
    assert (me["roles"], me["rater_types"], me["scopes"]) == (["integration"], [], ["people:read", "results:read"])
    assert (await api.get("/v1/employees", headers=bearer(answer.json()["access_token"]))).status_code == 200


async def test_a_machine_may_use_basic_authentication(api: httpx.AsyncClient, world: World) -> None:
    made = await machine(api, world)
    form = {"grant_type": "client_credentials"}
    good = await api.post("/v1/auth/token", data=form, auth=(made["client_id"], made["client_secret"]))
    assert good.status_code == 200
    for header in (
        "Basic",
        "Basic !!!",
        "Basic " + base64.b64encode(b"no colon").decode(),
        "Basic " + base64.b64encode(b"\xff:x").decode(),
        "Bearer x",
        "Basic " + base64.b64encode(b"a\x00b:x").decode(),
    ):
        answer = await api.post("/v1/auth/token", data=form, headers={"Authorization": header})
        assert (answer.status_code, answer.json()["code"]) == (401, "invalid_credentials"), header


async def test_a_machine_may_ask_for_less_but_not_for_more(api: httpx.AsyncClient, world: World) -> None:
    made = await machine(api, world)
    form = {"grant_type": "client_credentials", "client_id": made["client_id"], "client_secret": made["client_secret"]}
    less = (await world.token(**form, scope="results:read")).json()
    assert less["scope"] == "results:read"
    assert (await api.get("/v1/me", headers=bearer(less["access_token"]))).json()["scopes"] == ["results:read"]
    for scope in ("imports:write", "results:read everything", "api"):
        more = await world.token(**form, scope=scope)
        assert (more.status_code, more.json()["errors"][0]["code"]) == (422, "scope_not_granted")
    wrong_secret = await world.token(**form | {"client_secret": "x"}, scope="imports:write")
    assert wrong_secret.status_code == 401


async def test_a_machine_has_no_password(api: httpx.AsyncClient, world: World) -> None:
    made = await machine(api, world)
    assert (await attempt(world, "siasn-bridge", made["client_secret"])).status_code == 401
    form = {"grant_type": "client_credentials", "client_id": made["client_id"], "client_secret": made["client_secret"]}
    token = (await world.token(**form)).json()["access_token"]
    change = {"current_password": made["client_secret"], "new_password": "a password for a machine"}
    assert (await api.put("/v1/me/password", json=change, headers=bearer(token))).status_code == 403


async def test_every_bad_token_gets_one_and_the_same_answer(
    api: httpx.AsyncClient, world: World, services: AppServices
) -> None:
    await world.account("siti")
    good = (await world.log_in("siti"))["access_token"]
    key = services.tokens.ring.signing
    header, claims = {"alg": "ES256", "typ": "at+jwt", "kid": key["kid"]}, jose.claims_of(good)

    def forged(changed_header: dict[str, Any] | None = None, **changed: Any) -> str:
        return "Bearer " + jose.es256(key, header | (changed_header or {}), claims | changed)

    bad = [
        "",
        "Bearer",
        "Bearer ",
        "Bearer x",
        f"Basic {good}",
        good,
        f"Bearer  {good}",
        f"Bearer {good} {good}",
        f"Bearer {good}\u00e9",
    ]
    bad += [
        forged(exp=1),
        forged(aud="other"),
        forged(iss="other"),
        forged(sub=str(uuid4())),
        forged(sub=None),
        forged(exp="x"),
        forged(exp=10**40),
    ]
    bad += [
        forged({"alg": "none"}),
        forged({"jku": "https://x.test"}),
        forged({"typ": "JWT"}),
        forged({"kid": "x"}),
        forged({"crit": ["exp"]}),
        forged(note="x" * 7000),
    ]
    bad += [forged(roles=["root"]), forged(assignment_id="x"), forged(iat=claims["iat"] + 3600)]
    english = (b"Accept-Language", b"en")
    headers = [[english, (b"Authorization", value.encode("latin-1"))] for value in bad]
    headers += [[english], [english, *[(b"Authorization", b"Bearer " + good.encode())] * 2]]
    answers = [await api.get("/v1/me", headers=one) for one in headers]
    assert [answer.status_code for answer in answers] == [401] * len(answers)
    assert all(told(answer) == told(answers[0]) for answer in answers)
    assert told(answers[0])["code"] == "unauthenticated"
    assert (await api.get("/v1/me", headers={"Authorization": forged()})).status_code == 200
    assert (await api.get("/v1/me", headers={"Authorization": f"bEARER {good}"})).status_code == 200


async def test_a_bad_token_needs_no_connection(api: httpx.AsyncClient, services: AppServices) -> None:
    before = services.database.engine.pool.checkedout()  # type: ignore[attr-defined]
    assert (await api.get("/v1/me", headers=bearer("x"))).status_code == 401
    assert services.database.engine.pool.checkedout() == before  # type: ignore[attr-defined]


async def test_a_token_can_narrow_but_not_widen_what_the_directory_says(
    api: httpx.AsyncClient, world: World, services: AppServices
) -> None:
    account = await world.account("siti")
    wide = Actor(account, "siti", None, frozenset({Role.ADMIN, Role.EMPLOYEE}), frozenset(RaterType))
    me = (await api.get("/v1/me", headers=bearer(services.tokens.mint(wide)))).json()
    assert (me["roles"], me["rater_types"]) == (["employee"], ["peer", "self", "subordinate", "superior"])
    narrow = Actor(account, "siti", None, frozenset(), frozenset({RaterType.PEER}))
    me = (await api.get("/v1/me", headers=bearer(services.tokens.mint(narrow)))).json()
    assert (me["roles"], me["rater_types"]) == ([], ["peer"])


async def test_a_recipients_token_is_good_for_its_assignment_and_nothing_else(
    api: httpx.AsyncClient, services: AppServices
) -> None:
    assignment = uuid4()
    boastful = Actor(
        assignment, "", None, frozenset({Role.RECIPIENT, Role.ADMIN}), frozenset(RaterType), assignment_id=assignment
    )
    headers = bearer(services.tokens.mint(boastful))
    me = (await api.get("/v1/me", headers=headers)).json()
    assert (me["account_id"], me["username"], me["employee"]) == (None, None, None)
    assert (me["roles"], me["rater_types"], me["assignment_id"]) == (
        ["recipient"],
        ["service_recipient"],
        str(assignment),
    )
    assert (await api.get("/v1/accounts", headers=headers)).status_code == 403
    change = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
    assert (await api.put("/v1/me/password", json=change, headers=headers)).status_code == 403


async def test_the_published_keys_verify_our_tokens(api: httpx.AsyncClient, world: World) -> None:
    answer = await api.get("/.well-known/jwks.json")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "public, max-age=300")
    (key,) = answer.json()["keys"]
    assert set(key) == {"kty", "crv", "x", "y", "kid", "alg", "use"}
    await world.account("siti")
    token = (await world.log_in("siti"))["access_token"]
    claims = jwt.decode(token, answer.json(), algorithms=["ES256"], audience="kinerja-api")
    assert claims["sub"] == jose.claims_of(token)["sub"]


async def test_me_has_an_etag(api: httpx.AsyncClient, world: World) -> None:
    await world.account("siti")
    headers = bearer((await world.log_in("siti"))["access_token"])
    first = await api.get("/v1/me", headers=headers)
    assert (await api.get("/v1/me", headers=headers | {"If-None-Match": first.headers["etag"]})).status_code == 304
