"""My notifications: the list, opening one, marking all as read."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user

from portal.notifications import queries, service, texts
from portal.text.lazy import _
from portal.web import paging
from portal.web.guards import signed_in
from portal.web.request import safe_path

bp = Blueprint("notifications", __name__, url_prefix="/notifications")


@bp.get("/")
@signed_in
def index():
    """Newest first; what waits for me can be shown alone."""
    only = request.args.get("show", "")
    only = only if only in ("new", "tasks") else ""
    page = queries.of(current_user, only=only, **paging.cursors())
    rows = [(row, texts.shown(row)) for row in page.rows]
    unread = queries.unread(current_user)
    return render_template(
        "notifications/index.html", page=page, rows=rows, only=only, unread=unread, shown=queries.shown
    )


@bp.post("/<int:ident>/readings")
@signed_in
def read(ident):
    """Note one as read and lead on to what it is about."""
    found = service.read(current_user, ident)
    return redirect(request.script_root + (safe_path(found.url) or "/"), 303)


@bp.post("/readings")
@signed_in
def read_all():
    """Note everything that was on the page, and what is older, as read."""
    up_to = request.form.get("up_to", "")
    if up_to.isdecimal() and len(up_to) < 18:
        service.read_all(current_user, int(up_to))
        flash(_("All messages are marked as read."))
    return redirect(url_for(".index"), 303)
