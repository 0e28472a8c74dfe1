"""`kinerja keys` beside a running `kinerja serve`: the new key signs within seconds, the old one fades out."""

import asyncio
import base64
import json
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import httpx
import pytest

from app.api.tokens.jws import read_header
from app.repositories.database import to_plain_url
from app.settings import Settings
from tests.support.serving import KINERJA, ROOT, environment, running
from tests.support.world import PASSWORD, World

pytestmark = [pytest.mark.anyio, pytest.mark.thorough]


class Installation:
    """A service in a process of its own, and its operator's command line."""

    def __init__(self, url: str, folder: Path, env: dict[str, str]) -> None:
        self.url = url
        self.keys = folder / "signing-keys.json"
        self._env = env

    def operate(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """`kinerja keys …` in a process of its own."""
        command = [*KINERJA, "keys", *arguments]
        return subprocess.run(command, check=False, env=self._env, cwd=ROOT, capture_output=True, text=True, timeout=60)

    def told(self, *arguments: str) -> list[str]:
        """The lines it writes when all is well."""
        done = self.operate(*arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    def log_in(self) -> str:
        form = {"grant_type": "password", "username": "siti", "password": PASSWORD}
        token: str = httpx.post(f"{self.url}/v1/auth/token", data=form).json()["access_token"]
        return token

    def accepts(self, token: str) -> bool:
        return httpx.get(f"{self.url}/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code == 200

    def shown(self) -> list[str]:
        return [key["kid"] for key in httpx.get(f"{self.url}/.well-known/jwks.json").json()["keys"]]


@pytest.fixture
def installation(settings: Settings, tmp_path: Path) -> Iterator[Installation]:
    folder = tmp_path / "data"
    sheet_key = base64.b64encode(settings.sheet_key).decode()
    env = environment(folder, DATABASE_URL=settings.database_url, KINERJA_SHEET_KEY=sheet_key)
    with running(folder, command="serve", DATABASE_URL=settings.database_url, KINERJA_SHEET_KEY=sheet_key) as url:
        yield Installation(url, folder, env)


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < deadline, "it did not come about in five seconds"
        time.sleep(0.1)


async def test_a_running_service_follows_a_rotation(
    world: World, settings: Settings, installation: Installation
) -> None:
    await world.account("siti")
    here = installation
    old = here.log_in()
    first = read_header(old)["kid"]
    assert (here.shown(), here.told("list")) == ([first], [f"{first}  signs"])

    rotated = here.told("rotate")
    second = rotated[0].split("  ")[0]
    assert rotated[0] == f"{second}  signs"
    assert rotated[1].startswith(f"{first}  verifies until ")
    assert here.told("list") == rotated
    until(lambda: here.shown() == [second, first])
    assert read_header(here.log_in())["kid"] == second
    assert here.accepts(old)
    kept = json.loads(here.keys.read_text())["keys"]
    assert 4400 < kept[1]["retire_at"] - time.time() <= 4500  # a token's lifetime and an hour

    third = here.told("rotate", "--retire-after", "0")
    assert len(third) == 1
    until(lambda: here.shown() == [third[0].split("  ")[0]])
    assert not here.accepts(old)
    assert here.accepts(here.log_in())
    await _is_audited(settings, [(second, 4500, 2), (third[0].split("  ")[0], 0, 1)], kept)


async def _is_audited(settings: Settings, rotations: list[tuple[str, int, int]], keys: list[dict[str, str]]) -> None:
    connection = await asyncpg.connect(to_plain_url(settings.owner_database_url))
    try:
        query = "SELECT * FROM audit_events WHERE action = 'keys.rotated' ORDER BY id DESC LIMIT 2"
        rows = await connection.fetch(query)
    finally:
        await connection.close()
    details = [json.loads(row["details"]) for row in reversed(rows)]
    assert details == [{"kid": kid, "retire_after": after, "verifying": left} for kid, after, left in rotations]
    assert [(row["actor_id"], row["object_type"], row["request_id"]) for row in rows] == [
        (None, "signing_keys", "operator")
    ] * 2
    material = [key[name] for key in keys for name in ("d", "x", "y")]
    assert not any(secret in str(row) for row in rows for secret in material)


async def test_a_spoilt_key_file_is_one_sentence_and_stops_nothing(world: World, installation: Installation) -> None:
    await world.account("siti")
    token = installation.log_in()
    installation.keys.write_text("{}")
    done = installation.operate("rotate")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert done.stderr.startswith("kinerja: ")
    assert "signing-keys.json is not a set of private ES256 keys" in done.stderr
    await asyncio.sleep(2.5)  # the running service has looked, and goes on with the keys it has
    assert installation.accepts(token)
    assert installation.accepts(installation.log_in())
