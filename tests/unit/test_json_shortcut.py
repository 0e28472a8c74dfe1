"""The quick reader must read exactly what the careful one reads, or leave it to it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.api import strict_json

LEAVES = st.none() | st.booleans() | st.integers() | st.decimals(allow_nan=False, allow_infinity=False) | st.text()
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=30)
TEXTS = VALUES.map(lambda value: json.dumps(value, default=str, ensure_ascii=False).encode("utf-8", "replace"))
HARD = [
    b'{"a":1,"a":2}',
    b'{"a":{"b":1,"b":2}}',
    b'{"a":1,"\\u0061":2}',
    b'{"a":"b:c"}',
    b"1.5",
    b"1e5",
    b"-0",
    b"18446744073709551616",
    b"1" * 41,
    b"NaN",
    b"[1,]",
    b"{'a':1}",
    b'"\\ud800"',
    b'"\\u0000"',
    b'"\x00"',
    b"\xff",
    b"\xef\xbb\xbf{}",
    b"01",
    b" [1 ] ",
    *(opening * depth + inner + closing * depth for depth in (19, 20, 21, 1100)
      for opening, closing in ((b"[", b"]"), (b'{"a":', b"}")) for inner in (b"1", b"[]", b"{}")),
]  # fmt: skip


def _outcome(read: Any, body: bytes) -> Any:
    try:
        return repr(read(body))
    except strict_json.UnreadableJsonError as error:
        return error.code


def _same(body: bytes) -> None:
    quick = strict_json.decode_plain(body)
    if quick is not strict_json.NOT_PLAIN:
        assert repr(quick) == _outcome(strict_json.decode_carefully, body)


@given(TEXTS)
def test_generated_documents(body: bytes) -> None:
    _same(body)


@given(st.binary(max_size=40) | st.text(alphabet='{}[]",:\\0159.eE+-nulatrfs \x00\t', max_size=30).map(str.encode))
def test_anything_at_all(body: bytes) -> None:
    _same(body)


@pytest.mark.parametrize("body", HARD)
def test_hard_cases(body: bytes) -> None:
    _same(body)


def test_an_ordinary_body_takes_the_quick_way() -> None:
    body = b'{"status":"submitted","scores":[{"indicator_id":"x","points":4},{"indicator_id":"y","points":null}]}'
    assert strict_json.decode_plain(body) == json.loads(body)
