"""Who calls, how often he may, and the settings that say so."""

from collections.abc import Callable
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from app.api.limits import Pace, Paces, client_address
from app.domain.auth import Actor
from app.domain.errors import TooManyRequests
from app.domain.limits import Allowance, Door, Visit
from app.domain.values import Role
from app.settings import Settings, SettingsError, load_settings

PROXIES = tuple(map(ip_network, ("10.0.0.0/8", "127.0.0.1/32", "fd00::/8")))
SETTINGS = Settings("postgresql://a/b", "postgresql://a/b", bytes(32), Path("keys"))


def caller(peer: str | None, *forwarded: str, trusted: Any = PROXIES) -> str:
    headers = [(b"x-forwarded-for", value.encode("latin-1")) for value in forwarded]
    return client_address({"client": None if peer is None else (peer, 1234), "headers": headers}, trusted)


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("203.0.113.9", (), "203.0.113.9"),
        ("203.0.113.9", ("198.51.100.1",), "203.0.113.9"),  # whoever is no proxy of ours says what he likes
        ("10.0.0.1", ("198.51.100.1",), "198.51.100.1"),
        ("10.0.0.1", (), "10.0.0.1"),
        ("10.0.0.1", ("6.6.6.6, 198.51.100.1, 10.0.0.2",), "198.51.100.1"),  # 6.6.6.6 is the client's own invention
        ("10.0.0.1", ("6.6.6.6", "198.51.100.1"), "198.51.100.1"),
        ("10.0.0.1", ("10.0.0.3, 10.0.0.2",), "10.0.0.3"),
        ("10.0.0.1", ("198.51.100.1, not an address",), "10.0.0.1"),
        ("10.0.0.1", ("",), "10.0.0.1"),
        ("10.0.0.1", (", ,",), "10.0.0.1"),
        ("10.0.0.1", ("198.51.100.1:8080",), "198.51.100.1"),
        ("10.0.0.1", ("\xff\x00",), "10.0.0.1"),
        ("10.0.0.1", ("6.6.6.6, " * 1000 + "198.51.100.1",), "198.51.100.1"),
        ("10.0.0.1", ("10.0.0.1, " * 1000 + "10.0.0.2",), "10.0.0.1"),
        ("::ffff:10.0.0.1", ("198.51.100.1",), "198.51.100.1"),
        ("fd00::1", ("2001:db8:1:2:3:4:5:6",), "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", (), "2001:db8:1:2::/64"),
        (None, ("198.51.100.1",), "unknown"),
        ("/run/kinerja.sock", (), "unknown"),
        ("", (), "unknown"),
    ],
)
def test_who_calls(peer: str | None, forwarded: tuple[str, ...], expected: str) -> None:
    assert caller(peer, *forwarded) == expected


def test_without_proxies_nobody_is_believed() -> None:
    assert caller("10.0.0.1", "198.51.100.1", trusted=()) == "10.0.0.1"


# ---------------------------------------------------------------- what is counted


def test_a_session_has_more_room_and_is_not_ended_by_the_failures_of_others() -> None:
    allowance = Allowance(address=5, failures=3, name=2)
    entry, session = Visit(Door.ENTRY, "203.0.113.9", "siti"), Visit(Door.SESSION, "203.0.113.9", "siti")
    assert sorted(entry.limits(allowance).values()) == [2, 5]
    assert sorted(session.limits(allowance).values()) == [2, 50]
    assert not entry.limits(allowance).keys() & session.limits(allowance).keys()
    assert entry.failure_limits(allowance) == {entry.failure_key: 2}
    assert session.failure_limits(allowance) == {}


def test_zero_is_no_limit() -> None:
    visit = Visit(Door.ENTRY, "203.0.113.9", "siti")
    assert visit.limits(Allowance(0, 0, 0)) == {} == visit.failure_limits(Allowance(0, 0, 0))


# ---------------------------------------------------------------- the pace of an account


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_store_of_calls_and_then_the_rate() -> None:
    clock = Clock()
    pace, account = Pace(10, 20, clock=clock), uuid4()
    assert [pace.take(account) for _ in range(20)] == [0] * 20
    assert [pace.take(account) for _ in range(3)] == [1] * 3, "refusals cost nothing more"
    clock.now += 0.1
    assert [pace.take(account) for _ in range(2)] == [0, 1]
    clock.now += 3600
    assert [pace.take(account) for _ in range(21)] == [0] * 20 + [1], "a store is never more than full"


def test_the_wait_is_until_the_next_call_is_there() -> None:
    clock = Clock()
    pace, account = Pace(1, 1, clock=clock), uuid4()
    assert pace.take(account) == 0
    clock.now += 0.25
    wait = pace.take(account)
    assert wait == 1
    clock.now += wait
    assert pace.take(account) == 0


def test_one_account_does_not_slow_another() -> None:
    pace, busy, other = Pace(1, 3, clock=Clock()), uuid4(), uuid4()
    assert [pace.take(busy) for _ in range(4)] == [0, 0, 0, 1]
    assert pace.take(other) == 0


@pytest.mark.parametrize(("pause", "remembered"), [(0.0, 0), (100.0, 0)])
def test_memory_is_bounded(pause: float, remembered: int) -> None:
    clock = Clock()
    pace = Pace(1, 5, most=100, clock=clock)
    for _ in range(100):
        assert pace.take(uuid4()) == 0
    clock.now += pause
    assert pace.take(uuid4()) == 0
    assert len(pace) <= remembered + 1
    for _ in range(1000):
        pace.take(uuid4())
        assert len(pace) <= 101


def test_whoever_is_busy_is_remembered_when_the_idle_are_forgotten() -> None:
    clock = Clock()
    pace, busy = Pace(1, 50, most=100, clock=clock), uuid4()
    for _ in range(100):
        pace.take(uuid4())
    clock.now += 2
    for _ in range(50):
        pace.take(busy)
    assert pace.take(uuid4()) == 0
    assert pace.take(busy) == 1


def actor(*roles: Role) -> Actor:
    return Actor(uuid4(), "x", None, frozenset(roles), frozenset())


def calls_until_refused(paces: Paces, who: Actor) -> int:
    for number in range(10_000):
        try:
            paces.keep(who)
        except TooManyRequests as refusal:
            return number if (refusal.code, refusal.retry_after) == ("rate_limited", 1) else -1
    return 10_000


def test_machines_have_a_pace_of_their_own() -> None:
    paces = Paces(replace(SETTINGS, rate_limit=1, rate_burst=7, service_rate_limit=1, service_rate_burst=30))
    assert calls_until_refused(paces, actor(Role.ADMIN)) == 7
    assert calls_until_refused(paces, actor(Role.INTEGRATION)) == 30


def test_a_rate_of_zero_is_no_limit() -> None:
    assert calls_until_refused(Paces(replace(SETTINGS, rate_limit=0)), actor(Role.EMPLOYEE)) == 10_000


# ---------------------------------------------------------------- settings

ENVIRONMENT = {"DATABASE_URL": "postgresql://a/b", "KINERJA_SHEET_KEY": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="}


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("KINERJA_ADDRESS_LIMIT", "900", lambda s: s.address_limit == 900),
        ("KINERJA_ADDRESS_FAILURES", "0", lambda s: s.address_failures == 0),
        ("KINERJA_NAME_LIMIT", "30", lambda s: s.name_limit == 30),
        ("KINERJA_RATE_LIMIT", "0", lambda s: s.rate_limit == 0),
        ("KINERJA_RATE_BURST", "10", lambda s: s.rate_burst == 10),
        ("KINERJA_SERVICE_RATE_LIMIT", "500", lambda s: s.service_rate_limit == 500),
        ("KINERJA_SERVICE_RATE_BURST", "5", lambda s: s.service_rate_burst == 5),
        ("KINERJA_RETENTION_YEARS", "10", lambda s: s.retention_years == 10),
        ("KINERJA_TRUSTED_PROXIES", "127.0.0.1, 10.0.0.0/8,fd00::/8", lambda s: set(s.trusted_proxies) == set(PROXIES)),
        ("KINERJA_TRUSTED_PROXIES", "", lambda s: s.trusted_proxies == ()),
        (
            "KINERJA_CORS_ORIGINS",
            " https://a.go.id , http://localhost:5173",
            lambda s: s.cors_origins == ("https://a.go.id", "http://localhost:5173"),
        ),
    ],
)
def test_settings_are_read(name: str, value: str, read: Callable[[Settings], bool]) -> None:
    assert read(load_settings(ENVIRONMENT | {name: value}))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KINERJA_ADDRESS_LIMIT", "-1"),
        ("KINERJA_RATE_LIMIT", "many"),
        ("KINERJA_RATE_BURST", "0"),
        ("KINERJA_RETENTION_YEARS", "1"),
        ("KINERJA_RETENTION_YEARS", "0"),
        ("KINERJA_TRUSTED_PROXIES", "proxy.serangkota.go.id"),
        ("KINERJA_TRUSTED_PROXIES", "10.0.0.1/8"),
        *(
            ("KINERJA_CORS_ORIGINS", origin)
            for origin in (
                "*",
                "null",
                "https://*.go.id",
                "https://a.go.id/",
                "https://a.go.id/x",
                "a.go.id",
                "ftp://a.go.id",
                "https://",
                "https://u@a.go.id",
                "https://a.go.id?x",
            )
        ),
    ],
)
def test_a_bad_setting_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        load_settings(ENVIRONMENT | {name: value})
