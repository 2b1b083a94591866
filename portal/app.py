"""create_app(): a table of contents."""

from pathlib import Path
from typing import Any

from flask import Flask

from portal import clock, db, features, files
from portal.config import Settings
from portal.demo import accounts
from portal.outbox.queue import attach, make_queue
from portal.web import components, context, errors, headers, home, kept, language, limits, sessions
from portal.web.request import PortalRequest
from portal.web.urls import CleanWord, DatabaseInteger

ROOT = Path(__file__).resolve().parent.parent


def create_app(settings: Settings | None = None, *, engine=None, queue: bool = True) -> Flask:
    """The portal as a WSGI application. `engine` and `queue` are given by tests, which bring their own."""
    settings = (settings or Settings.from_environment()).completed()
    folders: dict[str, Any] = {"template_folder": str(ROOT / "templates"), "static_folder": str(ROOT / "static")}
    app = Flask("portal", root_path=str(ROOT / "portal"), **folders)
    app.request_class = PortalRequest
    app.jinja_environment = context.Templates
    app.config.update(
        PORTAL=settings,
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=80 * 1024 * 1024,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.base_url.startswith("https://"),
        SESSION_COOKIE_PATH="/",
        REMEMBER_COOKIE_HTTPONLY=True,
        WTF_CSRF_TIME_LIMIT=None,  # a page left open over lunch still works; the token lives as long as the session
    )
    app.url_map.converters.update(int=DatabaseInteger, default=CleanWord, string=CleanWord)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    if engine is None:
        engine = db.make_engine(settings.database_url)
        if not settings.demo:
            accounts.refuse_outside_demo(engine)
    db.bind(engine)
    files.use_folder(settings.files_url)
    clock.use_demo_file(settings.data_dir / "demo-clock" if settings.demo else None)
    if queue:
        app.extensions["queue"] = make_queue(settings)
        attach(app.extensions["queue"], app.app_context)

    language.register(app)
    sessions.register(app)
    limits.register(app)
    context.register(app)
    components.register(app)
    headers.register(app)
    kept.register(app)
    errors.register(app)
    app.register_blueprint(home.bp)
    features.register(app)
    return app
