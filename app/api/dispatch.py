"""Where a request goes: one look per segment of its path, instead of a hundred patterns tried in turn.

FastAPI finds an operation by trying every route's pattern, some 4 µs each and more than once (docs/performance.md). This
index, the innermost layer around it, answers for plain hits only. Whatever it does not know (no such path, another method,
a mounted application) goes on to FastAPI's own routes, which say 404 and 405 as ever; so do the few operations that take
a form, since FastAPI's handler needs what its own routing puts around it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from app.api.binding import Binding
from app.api.routing import Route


@dataclass(slots=True)
class _Node:
    """One position in a path: what may follow, and which operations end here."""

    fixed: dict[str, "_Node"] = field(default_factory=dict)
    any: "_Node | None" = None
    operations: dict[str, tuple[Route, tuple[str, ...]]] = field(default_factory=dict)


class Dispatch:
    """All operations by method and path, in front of ``app``."""

    def __init__(self, app: ASGIApp, routes: Iterable[BaseRoute]) -> None:
        self._app = app
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

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
        """The operation and the parts of its path, or ``None`` for whatever is not plainly one of ours."""
        node, values = self._root, []
        for segment in path.split("/"):
            following = node.fixed.get(segment)
            if following is None and segment:
                following = node.any
                values.append(segment)
            if following is None:
                return None
            node = following
        found = node.operations.get(method)
        return None if found is None else (found[0], dict(zip(found[1], values, strict=True)))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        plain = scope["type"] == "http" and not scope.get("root_path")
        found = self.find(scope["method"], scope["path"]) if plain else None
        if found is None:
            await self._app(scope, receive, send)
            return
        route, scope["path_params"] = found
        request = Request(scope, receive, send)
        try:
            response = await route.run(request)
        except Exception as error:
            handlers = scope["app"].exception_handlers
            handler = next((handlers[kind] for kind in type(error).__mro__ if kind in handlers), None)
            if handler is None:
                raise
            response = await handler(request, error)
        await response(scope, receive, send)
