"""The file of our own signing keys."""

import json
import threading
from pathlib import Path

import pytest

from app.api.tokens.keys import KeyFileError, load_keys, new_key, store_keys

KEY = new_key()


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


def test_replaced_keys_are_the_ones_that_are_read(tmp_path: Path) -> None:
    path = tmp_path / "signing-keys.json"
    load_keys(path)
    store_keys(path, [KEY, new_key()])
    assert load_keys(path).signing == KEY


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
    ],
)
def test_a_spoilt_key_file_is_named_and_never_quoted(tmp_path: Path, text: str) -> None:
    path = tmp_path / "signing-keys.json"
    path.write_text(text)
    with pytest.raises(KeyFileError) as caught:
        load_keys(path)
    assert "signing-keys.json" in str(caught.value)
    assert KEY["d"] not in str(caught.value)
