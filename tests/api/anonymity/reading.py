"""Everything that everybody can read, in a form in which two cities can be compared (anonymity.md rule 2)."""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import httpx

from app.api.answers import etag_of
from tests.support.city import ACTORS, City, Headers, Setting
from tests.support.contract import Operation, document, operations
from tests.support.direct import Answer
from tests.support.requests import Target

#: Topics in which something could hang on a sheet; of the first three every filter, sort and page is tried.
RELATED: Final = ("Assignments", "Submissions", "Results", "Cycles", "Identity", "Data rights")
SEARCHED: Final = frozenset(RELATED[:3])
#: One of each kind of reader does the searching; what the others see at first sight is compared all the same.
SEARCHERS: Final = frozenset({"ratee", "peer", "appraiser", "unit_admin", "admin", "auditor", "machine"})
#: Whose assignments are asked about one by one.
RATERS: Final = ("peer", "other_peer", "peer2", "sub0", "superior", "recipient")
#: What differs between any two computations: their moment and their salted receipt. Nothing else may.
MOMENTS: Final = re.compile(r'"(computed_at|published_at|decided_at|acknowledged_at|generated_at|frozen_at)":"[^"]*"')
RECEIPT: Final = re.compile(r'"receipt":"[0-9a-f]{64}"')
PDF: Final = "application/pdf"
_MOST_PAGES: Final = 60


@dataclass(frozen=True, slots=True)
class Seen:
    """One answer as its reader saw it, without what differs between any two requests."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: str

    @classmethod
    def of(cls, answer: Answer) -> "Seen":
        """Of an answer on the short way."""
        return cls._of(answer.status, answer.headers, answer.content)

    @classmethod
    def told(cls, answer: httpx.Response) -> "Seen":
        """Of an answer to a client."""
        return cls._of(answer.status_code, dict(answer.headers), answer.content)

    @classmethod
    def _of(cls, status: int, headers: dict[str, str], content: bytes) -> "Seen":
        own = {"x-request-id": "*", "content-length": "*"}
        if headers.get("etag") == etag_of(content):
            own["etag"] = "the digest of the body"  # which is compared itself
        if headers.get("content-type") == PDF:
            content = b""  # holds the receipt and its moment somewhere; it is set from nothing but what getResult tells
        text = RECEIPT.sub('"receipt":"*"', MOMENTS.sub(r'"\1":"*"', content.decode()))
        return cls(status, tuple(sorted((headers | own).items())), text.replace(headers["x-request-id"], "*"))


Sight = dict[str, Seen]


def differences(one: Sight, other: Sight) -> list[str]:
    """Where two sights differ, shortly."""
    found = [f"only one of them has {key}" for key in sorted(one.keys() ^ other.keys())]
    found += [
        f"{key}\n" + "\n".join(_first_difference(repr(one[key]), repr(other[key])))
        for key in one.keys() & other.keys()
        if one[key] != other[key]
    ]
    return found


def _first_difference(one: str, other: str) -> Iterator[str]:
    """Both texts around the place where they part."""
    at = next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    for text in (one, other):
        yield f"    … {text[max(at - 60, 0) : at + 60]} …"


async def read_everything(
    city: City, setting: Setting, actors: Collection[str] = ACTORS, topics: Collection[str] | None = None
) -> Sight:
    """Every GET of the document, with all ids that could tell something and every filter, sort and page."""
    sight: Sight = {}
    for operation in operations().values():
        if operation.method == "GET" and (topics is None or operation.spec["tags"][0] in topics):
            for actor in actors:
                reader = _Reader(
                    city, city.headers(actor, setting), sight, f"{operation.id} as {actor}", actor in SEARCHERS
                )
                for url in _urls(operation, known_ids(city, setting)):
                    await reader.read(operation, url, known_ids(city, setting))
    return sight


def known_ids(city: City, setting: Setting) -> dict[str, list[str]]:
    """What a curious reader could ask about, by the name of the parameter."""
    raters = [str(city.people[name].id) for name in ("peer", "other_peer")]
    plain = {name: [str(value)] for name, value in Target(city, setting).ids().items()}
    return plain | {
        "assignment_id": [setting.assignments[rater] for rater in RATERS if rater in setting.assignments],
        "participant_id": [setting.participant_id, setting.outsider_id],
        "employee_id": [*raters, str(city.people["ratee"].id)],
        "account_id": [city.accounts["peer"], city.accounts["other_peer"]],
        "rater_id": raters,
        "superior_id": [str(city.people["superior"].id)],
        "parent_id": [str(city.units["DINAS"].id)],
    }


def _urls(operation: Operation, ids: Mapping[str, list[str]]) -> Iterator[str]:
    paths: list[dict[str, str]] = [{}]
    for name in operation.path_parameters:
        paths = [{**path, name: value} for path in paths for value in ids[name]]
    for path in paths:
        yield operation.url(path)


@dataclass(frozen=True, slots=True)
class _Reader:
    """One person at one operation."""

    city: City
    headers: Headers
    sight: Sight
    name: str
    searches: bool

    async def read(self, operation: Operation, url: str, ids: Mapping[str, list[str]]) -> None:
        """As it comes; when there is anything to see, also in every other way the document offers."""
        plain = await self._get(url, {})
        searched = self.searches and operation.spec["tags"][0] in SEARCHED
        if not searched or plain.status != 200 or b'"items":[]' in plain.content:
            return
        for query in _queries(operation, ids):
            await self._get(url, query)
        if "cursor" in operation.parameters("query"):
            await self._turn_pages(url)

    async def _get(self, url: str, query: Mapping[str, str], label: str = "") -> Answer:
        assert self.city.direct is not None
        answer = await self.city.direct.get(url, query, self.headers)
        self.sight[f"{self.name} {url} {label or json.dumps(query)}"] = Seen.of(answer)
        return answer

    async def _turn_pages(self, url: str) -> None:
        query = {"limit": "1"}
        for page in range(_MOST_PAGES):
            answer = await self._get(url, query, f"page {page}")
            following = json.loads(answer.content)["next_cursor"]
            if following is None:
                return
            query["cursor"] = following
        raise AssertionError(f"{url} has no end")


def _queries(operation: Operation, ids: Mapping[str, list[str]]) -> Iterator[dict[str, str]]:
    parameters = operation.parameters("query")
    choices = {name: list(_choices(name, one["schema"], ids)) for name, one in parameters.items()}
    for name, values in choices.items():
        yield from ({name: value} for value in values)
    for state in choices.get("state", ()):
        yield from ({"state": state, "rater_id": rater} for rater in choices.get("rater_id", ()))


def _choices(name: str, schema: Mapping[str, Any], ids: Mapping[str, list[str]]) -> Iterator[str]:
    """What there is to choose for one query parameter."""
    if "$ref" in schema:
        schema = document()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if name in {"limit", "cursor"}:
        return
    if name in ids:
        yield from ids[name]
    elif "enum" in schema:
        yield from schema["enum"]
    elif schema.get("type") == "boolean":
        yield from ("true", "false")
    elif name == "q":
        yield from ("peer", "ratee")
    elif name == "code":
        yield "CYCLE-rating"
    elif name == "component":
        yield "1"
    else:
        raise LookupError(f"say what to ask for with {name}")
