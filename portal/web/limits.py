"""How often is too often. Counted in Redis where there is one, else in this process."""

from flask import request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import current_user


def _who() -> str:
    return f"user:{current_user.id}" if current_user.is_authenticated else get_remote_address()


limiter = Limiter(key_func=_who, default_limits=[], headers_enabled=False, strategy="fixed-window")


def register(app) -> None:
    settings = app.config["PORTAL"]
    app.config.setdefault("RATELIMIT_STORAGE_URI", settings.redis_url or "memory://")
    app.config.setdefault("RATELIMIT_IN_MEMORY_FALLBACK_ENABLED", bool(settings.redis_url))
    limiter.init_app(app)


def by_address() -> str:
    """Limit by network address, for pages on which nobody is signed in yet."""
    return get_remote_address() or request.remote_addr or "?"
