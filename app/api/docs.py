"""The document and its reading page, from local files only: the office network has no internet."""

import hashlib
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import orjson
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_PAGE: Final = """<!doctype html>
<html lang="id">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Kinerja API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
"""
_START: Final = """SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  tryItOutEnabled: true
});
"""
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_FILES: Final = {
    "swagger-ui.css": "text/css; charset=utf-8",
    "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
}


def install(app: FastAPI) -> None:
    """Serve /openapi.json and /docs; neither is an operation of the contract."""

    async def document(request: Request) -> Response:
        body = _document(app)
        etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        headers = {"ETag": etag, "Cache-Control": "no-cache"}
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers=headers)
        return Response(body, media_type="application/json", headers=headers)

    async def page(_: Request) -> Response:
        return Response(_PAGE, media_type="text/html", headers={"Content-Security-Policy": _POLICY})

    async def asset(request: Request) -> Response:
        name = request.path_params["name"]
        if name == "start.js":
            return _cached(_START.encode(), "text/javascript; charset=utf-8")
        if name in _FILES:
            return _cached(_read(name), _FILES[name])
        raise HTTPException(404)

    app.router.routes.append(Route("/openapi.json", document))
    app.router.routes.append(Route("/docs", page))
    app.router.routes.append(Route("/docs/{name}", asset))


def _cached(body: bytes, media_type: str) -> Response:
    return Response(body, media_type=media_type, headers={"Cache-Control": "public, max-age=86400"})


def _document(app: FastAPI) -> bytes:
    return orjson.dumps(app.openapi(), option=orjson.OPT_SORT_KEYS)


@cache
def _read(name: str) -> bytes:
    spec = find_spec("fastapi_swagger")
    assert spec is not None
    assert spec.origin is not None
    return (Path(spec.origin).parent / "resources" / name).read_bytes()
