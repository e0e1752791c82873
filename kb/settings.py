"""Every setting, where it comes from and what it defaults to."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kb.domain.errors import N_, Invalid

# Environment variable: (default as a person would write it, one sentence). README lists them; a test compares.
SETTINGS: dict[str, tuple[str, str]] = {
    "KB_HOME": (".home", "The home folder: database, index, secret key, dictionary. `--home` goes before it."),
    "KB_DATABASE_URL": (
        "sqlite in the home folder",
        "SQLAlchemy address of the database, `sqlite:///…` or `postgresql+psycopg://…`.",
    ),
    "KB_TIMEZONE": ("Asia/Shanghai", "Zone in which dates are shown and read."),
    "KB_LANGUAGE": ("zh", "Language of the interface before a person chooses: `zh` or `en`."),
    "KB_DEMO": ("0", "`1` lets a visitor from this machine choose a role instead of signing in; only on 127.0.0.1."),
    "KB_HOST": ("127.0.0.1", "Address on which `kb serve` listens."),
    "KB_PORT": ("8000", "Port on which `kb serve` listens."),
    "KB_WORKERS": ("0", "Worker processes of `kb serve`; 0 means as many as there are cores."),
    "KB_SESSION_HOURS": ("12", "Hours after which a person must sign in again."),
    "KB_SECURE_COOKIES": ("0", "`1` when the desk is reached over https: cookies are then sent over https only."),
    "KB_EMBEDDINGS_URL": (
        "none",
        "Weighs the best hits by meaning too: an OpenAI-compatible `https://…/v1`, or `bundled` with `zhixi[semantic]`.",
    ),
    "KB_EMBEDDINGS_KEY": ("none", "Key for that address."),
    "KB_EMBEDDINGS_MODEL": ("none", "Model that the address is asked for."),
    "KB_WEBHOOKS": ("none", "Addresses that get each issued list and each new gap as JSON, separated by spaces: `https://…`."),
}

BUNDLED = "bundled"  # as KB_EMBEDDINGS_URL
LANGUAGES = ("zh", "en")
_LOCAL = ("localhost", "127.0.0.1", "::1")
_YES, _NO = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}


@dataclass(frozen=True)
class Settings:
    home: Path
    database_url: str
    timezone: str = "Asia/Shanghai"
    language: str = "zh"
    demo: bool = False
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 0
    session_hours: int = 12
    secure_cookies: bool = False
    webhooks: tuple[str, ...] = ()
    embeddings_url: str = ""  # "bundled": the model inside the package
    embeddings_key: str = field(default="", repr=False)
    embeddings_model: str = ""

    @classmethod
    def load(cls, home: Path | None = None, environ: Mapping[str, str] = os.environ) -> Settings:
        """Read the settings from the environment.

        Raises:
            Invalid: a value cannot be understood; the sentence names the variable.
        """
        folder = (home or Path(environ.get("KB_HOME") or SETTINGS["KB_HOME"][0])).expanduser().absolute()
        settings = cls(
            home=folder,
            database_url=environ.get("KB_DATABASE_URL") or f"sqlite:///{folder / 'kb.sqlite3'}",
            timezone=environ.get("KB_TIMEZONE") or cls.timezone,
            language=environ.get("KB_LANGUAGE") or cls.language,
            demo=_flag(environ, "KB_DEMO"),
            host=environ.get("KB_HOST") or cls.host,
            port=_number(environ, "KB_PORT", cls.port, 0, 65535),
            workers=_number(environ, "KB_WORKERS", cls.workers, 0, 256),
            session_hours=_number(environ, "KB_SESSION_HOURS", cls.session_hours, 1, 24 * 365),
            secure_cookies=_flag(environ, "KB_SECURE_COOKIES"),
            webhooks=tuple(_webhook(url) for url in environ.get("KB_WEBHOOKS", "").split()),
            embeddings_url=_embeddings(environ.get("KB_EMBEDDINGS_URL", "").strip()),
            embeddings_key=environ.get("KB_EMBEDDINGS_KEY", "").strip(),
            embeddings_model=environ.get("KB_EMBEDDINGS_MODEL", "").strip(),
        )
        if settings.language not in LANGUAGES:
            raise Invalid(
                N_("{name} 的值“{value}”无法识别。"), field="KB_LANGUAGE", name="KB_LANGUAGE", value=settings.language
            )
        _ = settings.zone
        return settings

    @cached_property
    def zone(self) -> ZoneInfo:
        try:
            return ZoneInfo(self.timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise Invalid(
                N_("{name} 的值“{value}”无法识别。"), field="KB_TIMEZONE", name="KB_TIMEZONE", value=self.timezone
            ) from error

    @property
    def index_dir(self) -> Path:
        return self.home / "index"

    @property
    def cache_dir(self) -> Path:
        return self.home / "cache"

    @property
    def dictionary(self) -> Path:
        """The centre's own words, one a line; need not exist."""
        return self.home / "dictionary.txt"

    @property
    def secret_key_file(self) -> Path:
        return self.home / "secret_key"

    @property
    def secret_key(self) -> str:
        """The key that signs cookies, made by ``kb init``.

        Raises:
            Invalid: there is none yet.
        """
        try:
            return self.secret_key_file.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise Invalid(
                N_("“{home}”还不是知席的数据目录，请先运行 kb init。"), field="home", home=str(self.home)
            ) from error


def _webhook(url: str) -> str:
    """An address over https; over http on this machine only."""
    try:
        parts = urlsplit(url)
        secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOCAL)
        fits = secure and bool(parts.hostname) and parts.username is None and parts.port != 0 and url.isascii()
    except ValueError:
        fits = False
    if not fits:
        raise Invalid(
            N_("{name} 的值“{value}”无法识别。"), field="KB_WEBHOOKS", name="KB_WEBHOOKS", value=url[:80]
        )  # fmt: skip
    return url


def _embeddings(url: str) -> str:
    """``bundled`` or an address; inside a centre it may be plain http."""
    try:
        parts = urlsplit(url)
        fits = url in ("", BUNDLED) or (parts.scheme in ("http", "https") and bool(parts.hostname) and url.isascii())
        fits = fits and parts.port != 0 and parts.username is None
    except ValueError:
        fits = False
    if not fits:
        name = "KB_EMBEDDINGS_URL"
        raise Invalid(N_("{name} 的值“{value}”无法识别。"), field=name, name=name, value=url[:80])
    return url


def _flag(environ: Mapping[str, str], name: str) -> bool:
    value = environ.get(name, "").strip().lower()
    if value not in _YES | _NO:
        raise Invalid(N_("{name} 的值“{value}”无法识别。"), field=name, name=name, value=value[:40])
    return value in _YES


def _number(environ: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    value = environ.get(name, "").strip()
    if not value:
        return default
    if not value.isascii() or not value.isdigit() or not least <= int(value[:9]) <= most:
        raise Invalid(N_("{name} 的值“{value}”无法识别。"), field=name, name=name, value=value[:40])
    return int(value)
