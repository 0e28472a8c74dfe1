"""Where a request goes: one look per segment of its path, instead of a hundred patterns tried in turn.

FastAPI finds an operation by trying every route's pattern, some 4 µs each and more than once (docs/performance.md). This
index answers for plain hits only. Whatever it does not know (no such path, another method, a mounted application) falls
through to FastAPI's own routes, which stand behind it and say 404 and 405 as ever; so do the few operations that take a
form, since FastAPI's handler needs what its own routing puts around it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

from app.api.binding import Binding
from app.api.routing import Route


@dataclass(slots=True)
class _Node:
    """One position in a path: what may follow, and which operations end here."""

    fixed: dict[str, "_Node"] = field(default_factory=dict)
    any: "_Node | None" = None
    operations: dict[str, tuple[Route, tuple[str, ...]]] = field(default_factory=dict)


class Dispatch(BaseRoute):
    """All operations by method and path."""

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        self._root = _Node()
        for route in routes:
            if isinstance(route, Route) and Binding.fits(route):
                self._add(route)

    def _add(self, route: Route) -> None:
        node, names = self._root, []
        for segment in route.path.split("/"):
            if segment.startswith("{"):
                names.append(segment[1:-1])
                node.any = node.any or _Node()
                node = node.any
            else:
                node = node.fixed.setdefault(segment, _Node())
        for method in route.methods or ():
            node.operations.setdefault(method, (route, tuple(names)))

    def matches(self, scope: Scope) -> tuple[Match, dict[str, Any]]:
        """A full match or none at all."""
        if scope["type"] != "http" or scope.get("root_path"):
            return Match.NONE, {}
        node, values = self._root, []
        for segment in scope["path"].split("/"):
            following = node.fixed.get(segment)
            if following is None and segment:
                following = node.any
                values.append(segment)
            if following is None:
                return Match.NONE, {}
            node = following
        found = node.operations.get(scope["method"])
        if found is None:
            return Match.NONE, {}
        route, names = found
        return Match.FULL, {
            "route": route,
            "endpoint": route.endpoint,
            "path_params": dict(zip(names, values, strict=True)),
        }

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the operation that matched."""
        route: Route = scope["route"]
        await route.serve(scope, receive, send)
