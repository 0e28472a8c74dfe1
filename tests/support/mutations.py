"""Good bodies made bad, one place at a time: every body that comes from here has to be refused."""

import json
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from typing import Any, Final
from uuid import uuid4

from tests.support.contract import validator

#: What no property of these names may smuggle in: they stand in answers and tables, not in bodies.
SURPLUS: Final = ("surplus", "id", "state", "is_admin", "rater_id", "weight", "deleted_at", "submitted_on", "version")
#: Values of every shape. What the document allows at a place is left out there.
ODD: Final[tuple[Any, ...]] = (
    *(None, True, 0, -1, 1.5, 2**31, 2**63, 10**30, -(10**30)),
    *("", "90", "nix", "2026-13-45", "x" * 5_000),
    *([], {}, ["nix"], {"nix": 1}, [[]], [None], list(range(2_000))),
)
#: Texts that no storage can hold, whatever the place allows.
UNSTORABLE: Final = ("\x00", "a\x00b", "\ud800", "a\udfffb")
#: Numbers that are none.
TOKENS: Final = ("NaN", "Infinity", "-Infinity", "1e999", "-1e999", "1" * 60, "1e", "0x10", "01", "+1", ".5")
_MARK: Final = "\u2603"
Place = tuple[str | int, ...]


def places(body: Any, at: Place = ()) -> Iterator[Place]:
    """Every place in a body; of a list only its first item."""
    if at:
        yield at
    if isinstance(body, dict):
        for name, value in body.items():
            yield from places(value, (*at, name))
    elif isinstance(body, list) and body:
        yield from places(body[0], (*at, 0))


def value_at(body: Any, at: Place) -> Any:
    for step in at:
        body = body[step]
    return body


def changed(body: Any, at: Place, change: Callable[[Any, Any], None]) -> Any:
    """A copy in which ``change(container, key)`` was done at the place."""
    copy = deepcopy(body)
    change(value_at(copy, at[:-1]), at[-1])
    return copy


def replaced(body: Any, at: Place, value: Any) -> Any:
    if not at:
        return value

    def put(container: Any, key: Any) -> None:
        container[key] = value

    return changed(body, at, put)


def without(body: Any, at: Place) -> Any:
    def drop(container: Any, key: Any) -> None:
        del container[key]

    return changed(body, at, drop)


def text_of(body: Any) -> bytes:
    return json.dumps(body).encode()


def invalid_bodies(schema: Mapping[str, Any], body: Any) -> Iterator[tuple[str, bytes]]:
    """Bodies that the document does not allow, with what was done to them; each is a 422."""
    allowed = validator(schema)
    assert allowed.is_valid(body), [error.message for error in allowed.iter_errors(body)]
    for label, bad in (*_odd_values(body), *_missing(body), *_surplus(body)):
        if not allowed.is_valid(bad):
            yield label, text_of(bad)
    for at in places(body):
        if isinstance(value_at(body, at), str):
            for text in UNSTORABLE:
                yield f"{at} = {text!r}", text_of(replaced(body, at, text))


def _odd_values(body: Any) -> Iterator[tuple[str, Any]]:
    for at in ((), *places(body)):
        for value in ODD:
            yield f"{at} = {str(value)[:20]!r}", replaced(body, at, value)


def _missing(body: Any) -> Iterator[tuple[str, Any]]:
    for at in places(body):
        yield f"{at} missing", without(body, at)


def _surplus(body: Any) -> Iterator[tuple[str, Any]]:
    for at in ((), *places(body)):
        inner = value_at(body, at)
        if isinstance(inner, dict):
            for name in SURPLUS:
                yield f"{at} + {name}", replaced(body, at, {**inner, name: inner.get(name, "1")})


def unreadable_bodies(body: Any) -> Iterator[tuple[str, bytes]]:
    """Bodies that are no JSON as this service reads it; each is a 400."""
    whole = text_of(body)
    yield "cut off", whole[:-1]
    yield "two values", whole + whole
    yield "not UTF-8", whole[:-1] + b'\xff\xfe"}'
    yield "nested too deeply", b'{"a":' * 2_000 + b"1" + b"}" * 2_000
    yield "lists nested too deeply", b"[" * 100_000
    for name in list(body)[:1] if isinstance(body, dict) else ():
        yield "a name twice", b"{" + json.dumps(name).encode() + b":1," + whole[1:]


def numberless_bodies(body: Any) -> Iterator[tuple[str, bytes]]:
    """Bodies with what only looks like a number; each is a 400 or a 422."""
    for at in places(body):
        if not isinstance(value_at(body, at), dict | list):
            marked = text_of(replaced(body, at, _MARK)).decode()
            for token in TOKENS:
                yield f"{at} = {token[:12]}", marked.replace(json.dumps(_MARK), token).encode()


def foreign_ids(body: Any) -> Iterator[tuple[str, bytes]]:
    """Bodies that name something which does not exist."""
    for at in places(body):
        name = next((step for step in reversed(at) if isinstance(step, str)), "")
        value = value_at(body, at)
        if name.endswith(("_id", "_ids")) and isinstance(value, str):
            yield f"{at} = a stranger's", text_of(replaced(body, at, str(uuid4())))
