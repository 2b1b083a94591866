"""Who is asking: a database session per request, the signed-in user, CSRF."""

from flask import Flask, g, redirect, request, url_for
from flask_login import LoginManager
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from portal import db
from portal.policy import GUEST

login = LoginManager()
csrf = CSRFProtect()


def register(app: Flask) -> None:
    settings = app.config["PORTAL"]
    if settings.trusted_proxies:
        n = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=n)
    login.init_app(app)
    login.anonymous_user = lambda: GUEST
    login.session_protection = None  # phones change networks; sign-out everywhere is the epoch's business
    csrf.init_app(app)

    @app.before_request
    def _open():
        g.db_scope = db.open_scope()

    @app.teardown_request
    def _close(_problem):
        token = g.pop("db_scope", None)
        if token is not None:
            db.close_scope(token)

    @login.unauthorized_handler
    def _unauthorized():
        return redirect(url_for("accounts.sign_in", next=request.script_root + request.full_path.rstrip("?")))
