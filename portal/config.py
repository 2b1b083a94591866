"""One frozen Settings, read from PORTAL_* environment variables. A wrong value stops the start with a sentence."""

import os
import secrets
from dataclasses import dataclass, field, fields
from pathlib import Path
from urllib.parse import urlsplit


class SettingsError(Exception):
    """A setting is missing or wrong; the message says which and what to write instead."""


@dataclass(frozen=True)
class Settings:
    """Everything the portal is told from outside. Build it with `Settings.from_environment()`."""

    env: str = "development"
    demo: bool = False
    secret_key: str = field(default="", repr=False)
    data_dir: Path = Path("instance")
    database_url: str = field(default="", repr=False)
    redis_url: str = field(default="", repr=False)
    files_url: str = ""
    mail_url: str = field(default="console:", repr=False)
    sms_url: str = field(default="console:", repr=False)
    base_url: str = "http://127.0.0.1:8000"
    help_phone: str = "12345"
    trusted_proxies: int = 0
    host: str = "127.0.0.1"
    port: int = 8000
    web_workers: int = 2
    web_threads: int = 4
    kept_pages: int = 2

    @classmethod
    def from_environment(cls, environ=None) -> "Settings":
        """Read and check the settings. Raises SettingsError with a sentence for the first wrong one."""
        environ = os.environ if environ is None else environ
        given = {}
        for f in fields(cls):
            name = f"PORTAL_{f.name.upper()}"
            if (raw := environ.get(name, "").strip()) != "":
                given[f.name] = _read(name, f.type, raw)
        return cls(**given).completed()

    def completed(self) -> "Settings":
        """The same settings with derived values filled in and every value checked."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        if self.env not in ("development", "production"):
            raise SettingsError(f"PORTAL_ENV is {self.env!r}: write development or production.")
        for name, most in (("port", 65535), ("web_workers", 64), ("web_threads", 64)):
            if not 1 <= getattr(self, name) <= most:
                raise SettingsError(f"PORTAL_{name.upper()} is {getattr(self, name)}: write a number from 1 to {most}.")
        if self.kept_pages > 1024:
            raise SettingsError(f"PORTAL_KEPT_PAGES is {self.kept_pages}: write a number from 0 to 1024.")
        values["data_dir"] = data_dir = Path(self.data_dir).absolute()
        if not self.database_url:
            values["database_url"] = f"sqlite:///{data_dir / 'portal.sqlite'}"
        elif self.database_url.startswith(("postgresql://", "postgres://")):
            values["database_url"] = "postgresql+psycopg://" + self.database_url.split("://", 1)[1]
        elif not self.database_url.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise SettingsError("PORTAL_DATABASE_URL must begin with sqlite:/// or postgresql://.")
        if self.redis_url and not self.redis_url.startswith(("redis://", "rediss://", "unix://")):
            raise SettingsError("PORTAL_REDIS_URL must begin with redis://, rediss:// or unix://.")
        if not self.files_url:
            values["files_url"] = (data_dir / "files").as_uri()
        elif urlsplit(self.files_url).scheme != "file":
            raise SettingsError("PORTAL_FILES_URL must begin with file:// (other stores come later).")
        for name in ("sms_url", "mail_url"):
            if urlsplit(getattr(self, name)).scheme not in ("console", "file", "http", "https"):
                raise SettingsError(f"PORTAL_{name.upper()} must begin with console:, file://, http:// or https://.")
        if urlsplit(self.base_url).scheme not in ("http", "https"):
            raise SettingsError("PORTAL_BASE_URL must begin with http:// or https://.")
        values["base_url"] = self.base_url.rstrip("/")
        if self.env == "production":
            if len(self.secret_key) < 32:
                raise SettingsError("PORTAL_SECRET_KEY must be set to at least 32 random characters in production.")
            if self.demo:
                raise SettingsError("PORTAL_DEMO cannot be on in production.")
            if self.sms_url.startswith("console"):
                raise SettingsError("PORTAL_SMS_URL must name an SMS gateway in production (http://… or https://…).")
        elif not self.secret_key:
            values["secret_key"] = _kept_secret(data_dir)
        return Settings(**values)

    @property
    def production(self) -> bool:
        return self.env == "production"


def _read(name, kind, raw):
    if kind in (bool, "bool"):
        if raw.lower() in ("1", "true", "yes", "on"):
            return True
        if raw.lower() in ("0", "false", "no", "off"):
            return False
        raise SettingsError(f"{name} is {raw!r}: write 1 or 0.")
    if kind in (int, "int"):
        if not raw.isdigit() or len(raw) > 6:
            raise SettingsError(f"{name} is {raw!r}: write a whole number.")
        return int(raw)
    return Path(raw) if kind in (Path, "Path") else raw


def _kept_secret(data_dir: Path) -> str:
    """Development keeps a random key in the data directory, so that sessions survive a restart."""
    path = data_dir / "secret-key"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        path.write_text(secrets.token_urlsafe(48))
        path.chmod(0o600)
    return path.read_text()
