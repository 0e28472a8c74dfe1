"""What the API and the commands work with: settings, tokens, passwords, units of work and the directory of actors."""

from uuid import UUID

from app.api.limits import Paces
from app.api.passwords import Argon2Passwords
from app.api.tokens.access import AccessTokens
from app.api.tokens.issuers import ExternalTokens
from app.api.tokens.key_file import KeyFile
from app.domain.auth import Actor, ExternalName
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
        self.directory = Directory(self.database, settings.database_url, settings.clock_offset)
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
