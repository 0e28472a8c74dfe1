"""One frozen `Settings`, read once from the environment; refuses to start on weak secrets outside the demo."""

import base64
import binascii
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from app.issuers import TrustedIssuer

MIN_SECRET_BYTES: Final = 32
Network = IPv4Network | IPv6Network
_MOST_LETTERHEAD_LINES: Final = 6
_LONGEST_LETTERHEAD_LINE: Final = 120
_LONGEST_PLACE: Final = 60
OWN_ISSUER: Final = "https://kinerja.serangkota.example"


class SettingsError(ValueError):
    """A setting is missing, malformed or too weak; the message names it and says how to mend it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the service is told from outside.

    ``sheet_key`` (>= 32 bytes) keys the HMAC that is the only link between an assignment and its sheet
    (anonymity.md rule 1); it must never be stored in the database. ``signing_keys`` is the file of the ES256
    private keys (JWK set). ``clock_offset`` shifts the service's clock in the demo only, so that a year can be shown.

    Limits, each switched off by 0: ``address_limit``, ``address_failures`` and ``name_limit`` count calls of a minute by
    somebody who has not logged in; ``rate_limit`` and ``service_rate_limit`` are calls per second of one account, with a
    store of ``rate_burst`` and ``service_rate_burst``. ``trusted_proxies`` may say in ``X-Forwarded-For`` who called.
    """

    database_url: str
    owner_database_url: str
    sheet_key: bytes = field(repr=False)
    signing_keys: Path
    demo: bool = False
    issuer: str = OWN_ISSUER
    audience: str = "kinerja-api"
    trusted_issuers: "tuple[TrustedIssuer, ...]" = ()
    access_token_seconds: int = 900
    refresh_token_days: int = 14
    invitation_days: int = 14
    public_url: str = "http://127.0.0.1:8000"
    cors_origins: tuple[str, ...] = ()
    max_body_bytes: int = 1_048_576
    max_import_bytes: int = 20_971_520
    max_import_rows: int = 100_000
    pool_size: int = 10
    hot_pool_size: int = 10
    pool_timeout_seconds: float = 3.0
    login_attempts: int = 10
    address_limit: int = 300
    address_failures: int = 60
    name_limit: int = 60
    rate_limit: int = 50
    rate_burst: int = 200
    service_rate_limit: int = 200
    service_rate_burst: int = 1_000
    trusted_proxies: tuple[Network, ...] = ()
    retention_years: int = 5
    housekeeping_seconds: int = 3_600
    letterhead: tuple[str, ...] = ("PEMERINTAH KOTA SERANG",)
    letterhead_logo: Path | None = None
    letterhead_place: str = "Serang"
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
        issuer=env.get("KINERJA_ISSUER") or OWN_ISSUER,
        trusted_issuers=_trusted_issuers(env),
        public_url=env.get("KINERJA_PUBLIC_URL") or f"http://127.0.0.1:{env.get('PORT', '8000')}",
        cors_origins=_origins(env),
        max_body_bytes=_integer(env, "KINERJA_MAX_BODY_BYTES", 1_048_576, 1_024, 104_857_600),
        max_import_bytes=_integer(env, "KINERJA_MAX_IMPORT_BYTES", 20_971_520, 1_024, 104_857_600),
        max_import_rows=_integer(env, "KINERJA_MAX_IMPORT_ROWS", 100_000, 1, 1_000_000),
        pool_size=_integer(env, "KINERJA_POOL_SIZE", 10, 1, 200),
        hot_pool_size=_integer(env, "KINERJA_HOT_POOL_SIZE", 10, 1, 200),
        login_attempts=_integer(env, "KINERJA_LOGIN_ATTEMPTS", 10, 3, 1000),
        address_limit=_integer(env, "KINERJA_ADDRESS_LIMIT", 300, 0, 1_000_000),
        address_failures=_integer(env, "KINERJA_ADDRESS_FAILURES", 60, 0, 1_000_000),
        name_limit=_integer(env, "KINERJA_NAME_LIMIT", 60, 0, 1_000_000),
        rate_limit=_integer(env, "KINERJA_RATE_LIMIT", 50, 0, 1_000_000),
        rate_burst=_integer(env, "KINERJA_RATE_BURST", 200, 1, 1_000_000),
        service_rate_limit=_integer(env, "KINERJA_SERVICE_RATE_LIMIT", 200, 0, 1_000_000),
        service_rate_burst=_integer(env, "KINERJA_SERVICE_RATE_BURST", 1_000, 1, 1_000_000),
        trusted_proxies=_networks(env),
        retention_years=_integer(env, "KINERJA_RETENTION_YEARS", 5, 2, 50),
        housekeeping_seconds=_integer(env, "KINERJA_HOUSEKEEPING_SECONDS", 3_600, 1, 86_400),
        letterhead=_letterhead(env),
        letterhead_logo=_logo(env),
        letterhead_place=_place(env),
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


def _trusted_issuers(env: Mapping[str, str]) -> "tuple[TrustedIssuer, ...]":
    path = env.get("KINERJA_OIDC_ISSUERS", "")
    if not path:
        return ()
    from app.issuers import IssuerFileError, load_issuers  # noqa: PLC0415 - Pydantic is loaded for those who have such a file

    try:
        return load_issuers(Path(path), env.get("KINERJA_ISSUER") or OWN_ISSUER)
    except IssuerFileError as error:
        raise SettingsError(f"KINERJA_OIDC_ISSUERS: {error}") from error


def _listed(env: Mapping[str, str], name: str) -> list[str]:
    return [text for part in env.get(name, "").split(",") if (text := part.strip())]


def _origins(env: Mapping[str, str]) -> tuple[str, ...]:
    """Origins exactly as a browser sends them; a pattern or ``*`` would let in pages that nobody thought of."""
    origins = _listed(env, "KINERJA_CORS_ORIGINS")
    for origin in origins:
        parts = urlsplit(origin)
        plain = f"{parts.scheme}://{parts.netloc}" == origin and "*" not in origin and "@" not in origin
        if parts.scheme not in {"http", "https"} or not parts.hostname or not plain:
            raise SettingsError(
                f"KINERJA_CORS_ORIGINS: {origin!r} is not an origin such as https://kinerja.serangkota.go.id"
                " (scheme, host and port, no path, no *)."
            )
    return tuple(origins)


def _networks(env: Mapping[str, str]) -> tuple[Network, ...]:
    try:
        return tuple(ip_network(text) for text in _listed(env, "KINERJA_TRUSTED_PROXIES"))
    except ValueError as error:
        raise SettingsError(
            f"KINERJA_TRUSTED_PROXIES: {error}; give addresses or networks, split by commas."
        ) from error


def _letterhead(env: Mapping[str, str]) -> tuple[str, ...]:
    """Up to six lines, split by ``|``."""
    lines = tuple(line for part in env.get("KINERJA_LETTERHEAD", "").split("|") if (line := part.strip()))
    if len(lines) > _MOST_LETTERHEAD_LINES or any(len(line) > _LONGEST_LETTERHEAD_LINE for line in lines):
        raise SettingsError("KINERJA_LETTERHEAD: up to six lines of at most 120 characters, split by |.")
    return lines or ("PEMERINTAH KOTA SERANG",)


def _logo(env: Mapping[str, str]) -> Path | None:
    if not (text := env.get("KINERJA_LETTERHEAD_LOGO", "")):
        return None
    path = Path(text)
    if path.suffix.lower() not in {".svg", ".png"} or not path.is_file():
        raise SettingsError(f"KINERJA_LETTERHEAD_LOGO: {text!r} is no SVG or PNG file.")
    return path


def _place(env: Mapping[str, str]) -> str:
    place = env.get("KINERJA_LETTERHEAD_PLACE", "").strip() or "Serang"
    if len(place) > _LONGEST_PLACE:
        raise SettingsError("KINERJA_LETTERHEAD_PLACE: a place of at most 60 characters.")
    return place


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
