"""The file of our own signing keys: made once, rotated with an overlap, noticed while the service runs."""

import json
import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from app.api.tokens.access import AccessTokens
from app.api.tokens.jws import InvalidTokenError, read_header
from app.api.tokens.key_file import KeyFile, rotating
from app.api.tokens.keys import KeyFileError, KeyRing, load_keys, new_key, read_keys, write_beside
from app.domain.auth import DEFAULT_RATER_TYPES, Actor

KEY = new_key()
NOW = 1_790_000_000
ACTOR = Actor(uuid4(), "siti", None, frozenset(), DEFAULT_RATER_TYPES)


def test_the_key_file_is_made_once_and_is_private(tmp_path: Path) -> None:
    path = tmp_path / "a folder" / "signing-keys.json"
    first = load_keys(path)
    assert load_keys(path) == first
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    assert "d" not in first.public[0]
    assert "d" in first.signing


def test_processes_that_start_at_once_agree_on_their_keys(tmp_path: Path) -> None:
    path, found = tmp_path / "signing-keys.json", []
    start = threading.Barrier(8)

    def begin() -> None:
        start.wait()
        found.append(load_keys(path).signing["kid"])

    threads = [threading.Thread(target=begin) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [load_keys(path).signing["kid"]] * 8


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"keys": []}',
        '{"keys": {}}',
        json.dumps({"keys": [KEY, KEY]}),
        json.dumps({"keys": [KEY | {"alg": "HS256"}]}),
        json.dumps({"keys": [{name: value for name, value in KEY.items() if name != "d"}]}),
        json.dumps({"keys": [KEY | {"d": new_key()["d"]}]}),
        json.dumps({"keys": [KEY | {"x": new_key()["x"]}]}),
        json.dumps({"keys": [KEY | {"kid": ""}]}),
        json.dumps({"keys": [KEY | {"kid": 7}]}),
        json.dumps({"keys": [KEY | {"retire_at": 1}]}),
        json.dumps({"keys": [KEY, new_key() | {"retire_at": "1"}]}),
        json.dumps({"keys": [KEY, new_key() | {"retire_at": None}]}),
    ],
)
def test_a_spoilt_key_file_is_named_and_never_quoted(tmp_path: Path, text: str) -> None:
    path = tmp_path / "signing-keys.json"
    path.write_text(text)
    with pytest.raises(KeyFileError) as caught:
        load_keys(path)
    assert "signing-keys.json" in str(caught.value)
    assert KEY["d"] not in str(caught.value)


# ------------------------------------------------------------- rotation


def kids(ring: KeyRing) -> list[str]:
    return [key["kid"] for key in ring.keys]


def rotate(path: Path, now: int = NOW, retire_after: int = 100) -> KeyRing:
    with rotating(path, now, retire_after) as ring:
        pass
    return ring


def test_a_fresh_key_signs_and_the_others_verify_until_they_retire(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    first = load_keys(path).signing["kid"]
    second = rotate(path)
    assert kids(second)[1:] == [first]
    assert (second.signing.get("retire_at"), second.keys[1]["retire_at"]) == (None, NOW + 100)
    third = rotate(path, NOW + 99, 200)
    assert [key.get("retire_at") for key in third.keys] == [None, NOW + 299, NOW + 100]
    assert read_keys(path) == third
    fourth = rotate(path, NOW + 150, 200)
    assert kids(fourth)[1:] == kids(third)[:2]
    assert [name.name for name in tmp_path.iterdir()] == ["keys.json"]


def test_a_stolen_key_is_gone_at_once(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    load_keys(path)
    rotate(path)
    assert len(rotate(path, NOW, 0).keys) == 1


def test_rotation_that_does_not_end_well_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    before = load_keys(path)
    with pytest.raises(ZeroDivisionError), rotating(path, NOW, 100):
        raise ZeroDivisionError
    assert read_keys(path) == before
    assert [name.name for name in tmp_path.iterdir()] == ["keys.json"]


def test_rotations_at_once_lose_no_key(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    load_keys(path)
    made: list[str] = []
    threads = [threading.Thread(target=lambda: made.append(rotate(path).signing["kid"])) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(made) < set(kids(read_keys(path)))
    assert len(read_keys(path).keys) == 9


def test_rotation_keeps_the_rights_and_replaces_what_a_link_leads_to(tmp_path: Path) -> None:
    real, link = tmp_path / "volume" / "keys.json", tmp_path / "keys.json"
    load_keys(real)
    real.chmod(0o640)
    if os.getuid() == 0:
        os.chown(real, 10_001, 10_002)
    owner = (real.stat().st_uid, real.stat().st_gid)
    link.symlink_to(real)
    ring = rotate(link)
    assert (link.is_symlink(), read_keys(real)) == (True, ring)
    assert (real.stat().st_mode & 0o777, (real.stat().st_uid, real.stat().st_gid)) == (0o640, owner)


def test_what_cannot_be_replaced_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "keys.json"
    with pytest.raises(KeyFileError, match=r"keys.json cannot be read: No such file"):
        rotate(path)
    load_keys(path)

    def refuse(*_: Any) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("os.fchmod", refuse)
    with pytest.raises(KeyFileError, match=r"keys.json cannot be replaced: Operation not permitted"):
        rotate(path)
    assert [name.name for name in tmp_path.iterdir()] == ["keys.json"]


# ------------------------------------------------------------- while the service runs


class Service:
    """One process over the file, with its own clock."""

    def __init__(self, path: Path) -> None:
        self.time = float(NOW)
        self.file = KeyFile(path, lambda: self.time)
        self.tokens = AccessTokens(
            self.file, issuer="https://issuer.test", audience="kinerja-api", lifetime=900, clock=lambda: self.time
        )

    def mint(self) -> str:
        return self.tokens.mint(ACTOR)

    def accepts(self, token: str) -> bool:
        try:
            return self.tokens.verify(token).subject == ACTOR.account_id
        except InvalidTokenError:
            return False


def replace(path: Path, keys: Sequence[Any]) -> None:
    write_beside(path, KeyRing(keys)).replace(path)


def test_a_rotated_file_is_noticed_within_two_seconds(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    service = Service(path)
    old = service.mint()
    ring = rotate(path, NOW, 1000)
    service.time += 1.9
    assert read_header(service.mint())["kid"] == read_header(old)["kid"]
    service.time += 0.2
    assert read_header(service.mint())["kid"] == ring.signing["kid"]
    assert [key["kid"] for key in service.tokens.ring.public] == kids(ring)
    assert all("retire_at" not in key and "d" not in key for key in service.tokens.ring.public)
    assert service.accepts(old)
    assert service.accepts(service.mint())


def test_a_process_that_has_not_looked_yet_accepts_the_tokens_of_one_that_has(tmp_path: Path) -> None:
    slow, quick = Service(tmp_path / "keys.json"), Service(tmp_path / "keys.json")
    rotate(tmp_path / "keys.json")
    quick.time += 3
    assert slow.accepts(quick.mint())


def test_a_key_retires_by_itself_and_its_remembered_tokens_with_it(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    service = Service(path)
    old = service.mint()
    rotate(path, NOW, 100)
    service.time = NOW + 99
    assert service.accepts(old)
    service.time = NOW + 102
    assert not service.accepts(old)
    assert len(service.tokens.ring.keys) == 1


def test_a_stolen_keys_remembered_tokens_go_with_it(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    service = Service(path)
    old = service.mint()
    assert service.accepts(old)
    rotate(path, NOW, 0)
    service.time += 2
    assert not service.accepts(old)


def test_looking_finds_nothing_new_in_an_unchanged_file(tmp_path: Path) -> None:
    service = Service(tmp_path / "keys.json")
    token = service.mint()
    ring = service.tokens.ring
    for _ in range(3):
        service.time += 5
        assert service.accepts(token)
        assert service.tokens.ring is ring


@pytest.mark.parametrize("spoilt", ["", "{", '{"keys": []}', None])
def test_a_spoilt_or_missing_file_changes_nothing_until_it_is_mended(tmp_path: Path, spoilt: str | None) -> None:
    path = tmp_path / "keys.json"
    service = Service(path)
    token = service.mint()
    if spoilt is None:
        path.unlink()
    else:
        path.write_text(spoilt)
    service.time += 5
    assert service.accepts(token)
    assert service.accepts(service.mint())
    assert path.exists() == (spoilt is not None)
    replace(path, [KEY])
    service.time += 5
    assert not service.accepts(token)
    assert read_header(service.mint())["kid"] == KEY["kid"]
