"""The rooms of the house: which features there are, lowest first, and their doors."""

from importlib import import_module
from importlib.util import find_spec

from flask import Flask

FEATURES = (
    "places", "accounts", "units", "categories", "moderation", "conversations", "spaces", "brands", "ballots",
    "patrols", "proposals", "cases", "notifications", "search", "trace", "front", "staff",
)  # fmt: skip


def load_models() -> None:
    """Import every table, for migrations and for anything that works without an application."""
    for name in ("audit", "outbox", "links", "files", *FEATURES):
        if find_spec(f"portal.{name}.models"):
            import_module(f"portal.{name}.models")


def load_handlers() -> None:
    """Import every event handler and deadline job."""
    for name in FEATURES:
        for part in ("subjects", "jobs"):
            if find_spec(f"portal.{name}.{part}"):
                import_module(f"portal.{name}.{part}")


def register(app: Flask) -> None:
    """Give the application every feature's pages, handlers and deadline jobs."""
    load_models()
    load_handlers()
    for name in FEATURES:
        for part in ("views", "api"):
            if find_spec(f"portal.{name}.{part}"):
                module = import_module(f"portal.{name}.{part}")
                app.register_blueprint(module.bp)
    if not app.config["PORTAL"].production:
        app.register_blueprint(import_module("portal.web.gallery").bp)
    if app.config["PORTAL"].demo:
        app.register_blueprint(import_module("portal.demo.views").bp)
