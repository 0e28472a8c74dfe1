"""The file of trusted issuers is judged at start; what is wrong with it is told by name and place."""

import base64
import json
import os
from pathlib import Path
from typing import Any

import pytest

from app.domain.values import Role
from app.settings import SettingsError, load_settings
from tests.support.serving import ROOT

ISSUER = {
    "issuer": "https://sso.serangkota.example/realms/serang",
    "jwks_uri": "https://sso.serangkota.example/realms/serang/protocol/openid-connect/certs",
    "audience": "kinerja-api",
    "nip_claim": "nip",
}
LACKING = object()


def loaded(path: Path, document: Any) -> Any:
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    key = base64.b64encode(os.urandom(32)).decode()
    env = {"DATABASE_URL": "postgresql://x", "KINERJA_SHEET_KEY": key, "KINERJA_OIDC_ISSUERS": str(path)}
    return load_settings(env).trusted_issuers


def changed(**changes: Any) -> dict[str, Any]:
    return {name: value for name, value in (ISSUER | changes).items() if value is not LACKING}


def test_a_file_with_few_words_gets_careful_defaults(tmp_path: Path) -> None:
    (issuer,) = loaded(tmp_path / "issuers.json", [ISSUER])
    assert (issuer.algorithms, issuer.typ, issuer.name_claim) == ({"RS256"}, {"JWT", "at+jwt"}, "nip")
    assert issuer.mapped_roles == {}


def test_roles_by_path_with_and_without_a_map(tmp_path: Path) -> None:
    plain = changed(roles_path="realm_access.roles")
    mapped = changed(
        issuer="http://localhost:8080/realms/x",
        roles_path=["resource_access", "kinerja.web", "roles"],
        role_map={"kinerja-admin": "admin"},
        nip_claim=LACKING,
        username_claim="preferred_username",
        algorithms=["ES256", "RS512"],
        typ=["at+jwt"],
    )
    first, second = loaded(tmp_path / "issuers.json", [plain, mapped])
    assert first.roles_path == ("realm_access", "roles")
    assert set(first.mapped_roles) == {"admin", "unit_admin", "auditor", "employee"}
    assert (second.roles_path, second.mapped_roles) == (
        ("resource_access", "kinerja.web", "roles"),
        {"kinerja-admin": Role.ADMIN},
    )


def test_the_example_for_administrators_is_a_good_file(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "administration.md").read_text("utf-8")
    example = text.split("## Single sign-on")[1].split("```json\n")[1].split("```")[0]
    (issuer,) = loaded(tmp_path / "issuers.json", example)
    assert (issuer.name_claim, issuer.mapped_roles) == ("nip", {"kinerja-admin": Role.ADMIN})


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ("", "Invalid JSON"),
        ("{", "Invalid JSON"),
        ("[]", "at least 1 item"),
        (ISSUER, "valid array"),
        ([changed(issuer=LACKING)], "0.issuer: Field required"),
        ([ISSUER, changed(audience=LACKING)], "1.audience: Field required"),
        ([changed(audience="")], "0.audience"),
        ([changed(audience=["a"])], "0.audience"),
        (
            [changed(jwks_uri="http://sso.serangkota.example/certs")],
            "0.jwks_uri: Value error, must start with https://",
        ),
        ([changed(issuer="http://10.0.0.1/realms/x")], "0.issuer: Value error, must start with https://"),
        ([changed(jwks_uri="ftp://127.0.0.1/certs")], "must start with https://"),
        ([changed(jwks_uri="file:///etc/passwd")], "0.jwks_uri"),
        ([changed(jwks_uri="https://user:secret@sso.example/certs")], "without user"),
        ([changed(jwks_uri="https://sso.example/certs?x=1")], "without user, query"),
        ([changed(jwks_uri="https://sso.example:port/certs")], "0.jwks_uri"),
        ([changed(jwks_uri="https://")], "0.jwks_uri"),
        ([changed(algorithms=[])], "0.algorithms"),
        ([changed(algorithms=["HS256"])], "0.algorithms.0: Input should be 'RS256'"),
        ([changed(algorithms=["none"])], "0.algorithms.0"),
        ([changed(typ=["ID"])], "0.typ.0"),
        ([changed(roles_path="")], "0.roles_path"),
        ([changed(roles_path="realm_access..roles")], "0.roles_path"),
        ([changed(role_map={"x": "admin"})], "role_map needs roles_path"),
        ([changed(roles_path="r", role_map={"x": "root"})], "0.role_map.x"),
        ([changed(roles_path="r", role_map={"x": "integration"})], "is not a role of people"),
        ([changed(nip_claim=LACKING)], "either nip_claim or username_claim"),
        ([changed(username_claim="preferred_username")], "either nip_claim or username_claim"),
        ([changed(jwks_url="https://sso.example")], "0.jwks_url: Extra inputs"),
        ([ISSUER, ISSUER], "stand there once"),
        ([changed(issuer="https://kinerja.serangkota.example")], "not be KINERJA_ISSUER"),
        ([ISSUER] * 21, "at most 20 items"),
    ],
)
def test_a_faulty_file_keeps_the_service_from_starting(tmp_path: Path, document: Any, told: str) -> None:
    with pytest.raises(SettingsError) as caught:
        loaded(tmp_path / "issuers.json", document)
    assert str(caught.value).startswith(f"KINERJA_OIDC_ISSUERS: {tmp_path / 'issuers.json'}")
    assert told in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    env = {"DATABASE_URL": "postgresql://x", "KINERJA_SHEET_KEY": base64.b64encode(os.urandom(32)).decode()}
    with pytest.raises(SettingsError, match=r"issuers.json cannot be read: No such file"):
        load_settings(env | {"KINERJA_OIDC_ISSUERS": str(tmp_path / "issuers.json")})
    assert load_settings(env).trusted_issuers == ()
