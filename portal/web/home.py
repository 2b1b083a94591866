"""Doors that belong to no feature: switches kept in cookies, photos, health, fixed pages."""

from flask import Blueprint, Response, redirect, render_template, request
from sqlalchemy import text

from portal import db, files
from portal.errors import NotFound
from portal.text.lazy import _l
from portal.web.guards import open_to_machines, public
from portal.web.request import safe_path

bp = Blueprint("home", __name__)
YEAR = 365 * 24 * 3600
UNINDEXED = ("/search", "/sign-in", "/register", "/me/", "/notifications/", "/staff/", "/elder", "/theme", "/reports/")
PAGES = ("about", "rules", "privacy", "accessibility", "source")


def _switch(cookie: str, value: str):
    response = redirect(safe_path(request.args.get("next")) or "/")
    response.set_cookie(cookie, value, max_age=YEAR, samesite="Lax", httponly=True)
    return response


@bp.get("/elder")
@public
def elder():
    """Switch the large-print version on or off. Sets a cookie, changes nothing else."""
    return _switch("elder", "1" if request.args.get("on") == "1" else "0")


@bp.get("/theme")
@public
def theme():
    """Light, dark, or as the system says."""
    return _switch("theme", request.args.get("to") if request.args.get("to") in ("dark", "auto") else "light")


@bp.get("/pages/<name>")
@public
def page(name):
    """About, rules, privacy, accessibility, source: plain words on one template each."""
    if name not in PAGES:
        raise NotFound(_l("There is nothing at this address (any more)."))
    return render_template(f"pages/{name}.html")


@bp.get("/photos/<key>/<int:width>.jpg")
@public
def photo(key, width):
    data = files.read(db.Session(), key[:64], width)
    return Response(data, mimetype="image/jpeg", headers={"Cache-Control": "public, max-age=86400"})


@bp.get("/robots.txt")
@public
def robots():
    """Search engines may read what is public; not what is endless, or one's own."""
    lines = [f"Disallow: {root}{path}" for root in ("", "/en") for path in UNINDEXED]
    return Response("\n".join(["User-agent: *", *lines, ""]), mimetype="text/plain")


@bp.get("/healthz")
@open_to_machines
def healthz():
    """The process answers."""
    return {"status": "ok"}


@bp.get("/readyz")
@open_to_machines
def readyz():
    """The process can serve: its database answers."""
    db.Session().execute(text("SELECT 1"))
    return {"status": "ready"}
