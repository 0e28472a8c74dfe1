"""The one place where the layers are joined."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from app.housekeeping import keep_house
from app.logs import configure_logging
from app.services import AppServices
from app.settings import Settings

if TYPE_CHECKING:
    from fastapi import FastAPI


def create_app(settings: Settings | None = None) -> "FastAPI":
    """The application; without settings only its document can be asked for.

    The API is loaded here and not before: to describe its operations takes longer than everything else together, and
    the commands that serve nothing do without it.
    """
    # ruff: noqa: PLC0415
    from fastapi import FastAPI
    from starlette.middleware.cors import CORSMiddleware

    from app.api import contract, docs, problems, router
    from app.api.middleware import BodyLimit, Edge, LastResort

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        if settings is None:
            raise RuntimeError("settings are needed to serve")
        configure_logging(settings.log_level)
        services = AppServices(settings)
        app.state.services = services
        await services.directory.start()
        services.external_tokens.start()
        keeper = asyncio.create_task(keep_house(services), name="housekeeping")
        try:
            yield
        finally:
            keeper.cancel()
            with suppress(asyncio.CancelledError):
                await keeper
            await services.close()

    app = FastAPI(
        title="Kinerja",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        telemetry={"tracing": False, "metrics": False, "logs": False},  # the service has its own log and metrics
        generate_unique_id_function=lambda route: route.name,
        separate_input_output_schemas=True,
    )
    router.include_all(app)
    contract.install(app)
    problems.install(app, router.allowed_methods)
    docs.install(app)
    if settings is not None:
        larger = {"/v1/imports": settings.max_import_bytes}
        app.add_middleware(BodyLimit, limit=settings.max_body_bytes, by_path=larger)
        app.add_middleware(LastResort)
        if settings.cors_origins:
            app.add_middleware(
                CORSMiddleware,
                allow_origins=list(settings.cors_origins),
                allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
                allow_headers=[
                    "Authorization",
                    "Content-Type",
                    "If-Match",
                    "If-None-Match",
                    "Idempotency-Key",
                    "Accept-Language",
                    "X-Request-Id",
                ],
                expose_headers=[
                    "Content-Disposition",
                    "ETag",
                    "Location",
                    "Retry-After",
                    "X-Request-Id",
                    "Idempotent-Replayed",
                ],
            )
        app.add_middleware(Edge)
    return app
