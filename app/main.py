"""The one place where the layers are joined."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from uuid import UUID

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from app.api import contract, docs, problems, router
from app.api.limits import Paces
from app.api.middleware import BodyLimit, Edge, LastResort
from app.api.passwords import Argon2Passwords
from app.api.tokens.access import AccessTokens
from app.api.tokens.issuers import ExternalTokens
from app.api.tokens.key_file import KeyFile
from app.domain.auth import Actor, ExternalName
from app.housekeeping import keep_house
from app.logs import configure_logging
from app.repositories.database import Database
from app.repositories.directory import Directory
from app.repositories.unit_of_work import SqlUnitOfWork, Surroundings
from app.settings import Settings


class AppServices:
    """What the API is handed: settings, tokens, units of work and the directory of actors."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.tokens = AccessTokens(
            KeyFile(settings.signing_keys),
            issuer=settings.issuer,
            audience=settings.audience,
            lifetime=settings.access_token_seconds,
        )
        self.external_tokens = ExternalTokens(settings.trusted_issuers)
        self.passwords = Argon2Passwords()
        self.paces = Paces(settings)
        self.database = Database(
            settings.database_url,
            pool_size=settings.pool_size,
            hot_pool_size=settings.hot_pool_size,
            timeout=settings.pool_timeout_seconds,
        )
        self.directory = Directory(self.database, settings.database_url)
        self._surroundings = Surroundings(
            self.database, self.directory, sheet_key=settings.sheet_key, clock_offset=settings.clock_offset
        )

    def unit_of_work(self, request_id: str | None) -> SqlUnitOfWork:
        """A fresh transaction."""
        return SqlUnitOfWork(self._surroundings, request_id)

    async def actor(self, account_id: UUID) -> Actor | None:
        """Who an account is now."""
        return await self.directory.actor(account_id)

    async def actor_named(self, name: ExternalName) -> Actor | None:
        """Who the account is that a trusted issuer's name stands for."""
        return await self.directory.actor_named(name)

    async def ready(self) -> None:
        """Raise unless the database answers."""
        await self.database.ping()

    async def close(self) -> None:
        """Give everything back."""
        await self.external_tokens.stop()
        await self.directory.stop()
        await self.database.close()


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application; without settings only its document can be asked for."""

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
