"""The paths of single requests: product and floor get the same requests, in turns."""

import asyncio
import http.client
import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import asyncpg
import orjson

from app.api.tokens.access import AccessTokens
from app.domain.auth import Actor
from app.domain.values import Role
from benchmarks.city import RATERS, City, Duty
from benchmarks.load import LoadGenerator, prepare
from benchmarks.report import Line, compared
from benchmarks.servers import Databases, Server, floor_server, product_server

#: How often the same person asks: clients come back, and a token is good for a quarter of an hour.
_ASKED_AGAIN: Final = 5
#: A steady stream that the server can well answer: eight raters at a time, each every 40 ms.
_STREAMS: Final = 8
_PAUSE: Final = 0.04


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured: ``requests`` per round and side, reads ten times as many, ``paced`` ones beside other work."""

    people: int
    requests: int
    rounds: int
    paced: int = 1_000


@dataclass(slots=True)
class Bench:
    """Both servers, the load, and the requests still unused (an assignment can be submitted once)."""

    databases: Databases
    city: City
    tokens: AccessTokens
    load: LoadGenerator
    product: Server
    floor: Server
    size: Size
    unused: Iterator[Duty]

    def token(self, person: UUID) -> str:
        """An access token of an employee."""
        types = frozenset(kind for kind, _ in RATERS)
        return self.tokens.mint(Actor(person, "", person, frozenset({Role.EMPLOYEE}), types))

    def load_computation(self) -> None:
        """Have the administrator compute the submitted cycle once more, through the very server that is measured."""
        token = self.tokens.mint(Actor(self.city.admin, "", None, frozenset({Role.ADMIN}), frozenset()))
        path = f"/v1/cycles/{self.city.submitted.id}/results/computation"
        fetch(self.product.port, path, token, method="POST")

    def take(self, count: int) -> list[Duty]:
        """The next assignments to be submitted, whole raters after one another."""
        return list(itertools.islice(self.unused, count))

    def in_turns(self, requests: Callable[[], tuple[Sequence[bytes], Sequence[bytes]]]) -> list[tuple[float, float]]:
        """Requests per second of product and floor, round by round; who begins alternates."""
        pairs = []
        for number in range(self.size.rounds):
            for_product, for_floor = requests()
            if number % 2:
                floor = self.load.run(self.floor.port, for_floor).rate
                pairs.append((self.load.run(self.product.port, for_product).rate, floor))
            else:
                product = self.load.run(self.product.port, for_product).rate
                pairs.append((product, self.load.run(self.floor.port, for_floor).rate))
        return pairs


@contextmanager
def bench(databases: Databases, city: City, size: Size) -> Iterator[Bench]:
    """Both servers over the filled databases, warmed by one short round."""
    load = LoadGenerator()
    try:
        with product_server(databases) as product, floor_server(databases) as floor:
            made = Bench(databases, city, databases.tokens(), load, product, floor, size, iter(city.pending.duties))
            _warm(made)
            yield made
    finally:
        load.close()


def _warm(made: Bench) -> None:
    duties = made.take(16 * len(RATERS))
    for server in (made.product, made.floor):
        made.load.run(server.port, submissions(made, duties))


def submissions(made: Bench, duties: Sequence[Duty]) -> list[bytes]:
    """The finished forms of these assignments, 21 answers each."""
    city = made.city
    tokens = {number: made.token(city.employees[number]) for number in {duty.rater for duty in duties}}
    requests = []
    for duty, points in zip(duties, city.answers(len(duties)), strict=True):
        scores = [
            {"indicator_id": str(indicator), "points": given}
            for indicator, given in zip(city.indicators, points, strict=True)
        ]
        body = orjson.dumps({"status": "submitted", "scores": scores, "comments": []})
        requests.append(prepare("PUT", f"/v1/assignments/{duty.id}/submission", tokens[duty.rater], body))
    return requests


def forms(made: Bench, duties: Sequence[Duty]) -> list[bytes]:
    """The rater opens each form before he fills it in."""
    return [
        prepare("GET", f"/v1/assignments/{duty.id}/submission", made.token(made.city.employees[duty.rater]))
        for duty in duties
    ]


def measure_submit(made: Bench) -> Line:
    """Submissions of forms that were opened before (untimed), as everybody must to know the questions."""

    def requests() -> tuple[list[bytes], list[bytes]]:
        duties = made.take(made.size.requests)
        made.load.run(made.product.port, forms(made, duties))
        sent = submissions(made, duties)
        return sent, sent

    pairs = made.in_turns(requests)
    return compared("submit", "requests/s", pairs, target=0.5, better="higher", n=made.size.requests)


def measure_cold_submit(made: Bench) -> Line:
    """The same for assignments and raters this server process has never seen."""

    def requests() -> tuple[list[bytes], list[bytes]]:
        sent = submissions(made, made.take(made.size.requests))
        return sent, sent

    pairs = made.in_turns(requests)
    return compared(
        "submit, form never opened", "requests/s", pairs, target=None, better="higher", n=made.size.requests
    )


def measure_list(made: Bench) -> Line:
    """Everybody asks for the work that waits for him: eight assignments, with whom and until when."""
    people = made.city.employees[: made.size.requests]
    path = f"/v1/me/assignments?cycle_id={made.city.pending.id}"
    requests = [prepare("GET", path, made.token(person)) for person in people] * _ASKED_AGAIN
    pairs = made.in_turns(lambda: (requests, requests))
    return compared("list my assignments", "requests/s", pairs, target=0.4, better="higher", n=len(requests))


def measure_read(made: Bench) -> Line:
    """Everybody reads his own published result; the floor answers with the very same bytes."""
    city, cycle = made.city, made.city.submitted
    count = made.size.requests
    tokens = [made.token(person) for person in city.employees[:count]]
    of_product, of_floor, bodies = [], [], {}
    for token, participant in zip(tokens, cycle.participants, strict=False):
        path = f"/v1/cycles/{cycle.id}/results/{participant}"
        bodies[participant] = fetch(made.product.port, path, token)
        of_product.append(prepare("GET", path, token))
        of_floor.append(prepare("GET", f"/documents/{participant}", token))
    asyncio.run(_keep_documents(made.databases.floor, bodies))
    pairs = made.in_turns(lambda: (of_product * _ASKED_AGAIN, of_floor * _ASKED_AGAIN))
    return compared("read own result", "requests/s", pairs, target=0.5, better="higher", n=count * _ASKED_AGAIN)


async def _keep_documents(dsn: str, bodies: dict[UUID, bytes]) -> None:
    connection = await asyncpg.connect(dsn)
    await connection.copy_records_to_table("documents", records=list(bodies.items()))
    await connection.execute("VACUUM (ANALYZE) documents")
    await connection.close()


def measure_fairness(made: Bench) -> Line:
    """The 99th percentile of a steady stream of submissions while the other cycle is computed over and over."""
    requests = made.size.paced
    pairs = [(_paced(made, requests, beside=True), _paced(made, requests, beside=False)) for _ in range(2)]
    return compared("submit while computing, p99", "ms", pairs, target=3.0, better="lower", n=requests)


def _paced(made: Bench, count: int, *, beside: bool) -> float:
    duties = made.take(count)
    made.load.run(made.product.port, forms(made, duties))
    sending = made.load.start(made.product.port, submissions(made, duties), connections=_STREAMS, pause=_PAUSE)
    while beside and not sending.done():
        made.load_computation()
    return sending.result().percentile(0.99) * 1000


def fetch(port: int, path: str, token: str, *, method: str = "GET") -> bytes:
    """The body of one answer. Raises `RuntimeError` unless it is a 2xx."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    try:
        connection.request(method, path, headers={"Authorization": f"Bearer {token}"})
        answer = connection.getresponse()
        body = answer.read()
    finally:
        connection.close()
    if answer.status // 100 != 2:
        raise RuntimeError(f"{method} {path}: {answer.status} {body[:500]!r}")
    return body
