"""One frozen `Settings`, read once from the environment; refuses to start on weak secrets outside the demo."""

import base64
import binascii
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final

MIN_SECRET_BYTES: Final = 32


class SettingsError(ValueError):
    """A setting is missing, malformed or too weak; the message names it and says how to mend it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the service is told from outside.

    ``sheet_key`` (>= 32 bytes) keys the HMAC that is the only link between an assignment and its sheet
    (anonymity.md rule 1); it must never be stored in the database. ``signing_keys`` is the file of the ES256
    private keys (JWK set). ``clock_offset`` shifts the service's clock in the demo only, so that a year can be shown.
    """

    database_url: str
    owner_database_url: str
    sheet_key: bytes = field(repr=False)
    signing_keys: Path
    demo: bool = False
    issuer: str = "https://kinerja.serangkota.example"
    audience: str = "kinerja-api"
    access_token_seconds: int = 900
    refresh_token_days: int = 14
    invitation_days: int = 14
    public_url: str = "http://127.0.0.1:8000"
    cors_origins: tuple[str, ...] = ()
    max_body_bytes: int = 1_048_576
    pool_size: int = 10
    hot_pool_size: int = 10
    pool_timeout_seconds: float = 3.0
    login_attempts: int = 10
    log_level: str = "info"
    clock_offset: timedelta = timedelta(0)

    @property
    def roles_separated(self) -> bool:
        """Whether the app connects as another database role than the owner of the tables."""
        return self.database_url != self.owner_database_url


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings of a server that has its own database (``DATABASE_URL``)."""
    env = os.environ if environ is None else environ
    demo = env.get("KINERJA_DEMO", "") == "1"
    database_url = env.get("DATABASE_URL", "")
    if not database_url:
        raise SettingsError("DATABASE_URL is not set: name the PostgreSQL database, or use `kinerja run`.")
    data_dir = Path(env.get("KINERJA_DATA_DIR", ".data"))
    return Settings(
        database_url=database_url,
        owner_database_url=env.get("KINERJA_OWNER_DATABASE_URL") or database_url,
        sheet_key=_sheet_key(env),
        signing_keys=Path(env.get("KINERJA_SIGNING_KEYS") or data_dir / "signing-keys.json"),
        demo=demo,
        issuer=env.get("KINERJA_ISSUER") or "https://kinerja.serangkota.example",
        public_url=env.get("KINERJA_PUBLIC_URL") or f"http://127.0.0.1:{env.get('PORT', '8000')}",
        cors_origins=tuple(filter(None, env.get("KINERJA_CORS_ORIGINS", "").split(","))),
        max_body_bytes=_integer(env, "KINERJA_MAX_BODY_BYTES", 1_048_576, 1_024, 104_857_600),
        pool_size=_integer(env, "KINERJA_POOL_SIZE", 10, 1, 200),
        hot_pool_size=_integer(env, "KINERJA_HOT_POOL_SIZE", 10, 1, 200),
        login_attempts=_integer(env, "KINERJA_LOGIN_ATTEMPTS", 10, 3, 1000),
        log_level=env.get("KINERJA_LOG_LEVEL") or "info",
        clock_offset=_clock_offset(env, demo=demo),
    )


def _sheet_key(env: Mapping[str, str]) -> bytes:
    text = env.get("KINERJA_SHEET_KEY", "")
    if not text:
        raise SettingsError("KINERJA_SHEET_KEY is not set: 32 random bytes in base64, kept outside the database.")
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise SettingsError("KINERJA_SHEET_KEY is not base64.") from error
    if len(key) < MIN_SECRET_BYTES or len(set(key)) < MIN_SECRET_BYTES // 4:
        raise SettingsError("KINERJA_SHEET_KEY is too weak: 32 random bytes in base64 are needed.")
    return key


def _integer(env: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    text = env.get(name, "")
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise SettingsError(f"{name} must be a whole number from {least} to {most}.")
    return int(text)


def _clock_offset(env: Mapping[str, str], *, demo: bool) -> timedelta:
    text = env.get("KINERJA_CLOCK_OFFSET_DAYS", "")
    if not text:
        return timedelta(0)
    if not demo:
        raise SettingsError("KINERJA_CLOCK_OFFSET_DAYS is for the demo only (KINERJA_DEMO=1).")
    return timedelta(days=_integer(env, "KINERJA_CLOCK_OFFSET_DAYS", 0, 0, 3660))


def new_secret() -> str:
    """A fresh 256-bit secret in base64."""
    return base64.b64encode(secrets.token_bytes(MIN_SECRET_BYTES)).decode("ascii")
