"""One way out for errors: a page with a sentence and a way on, or an RFC 9457 problem for machines."""

import logging
import secrets

from flask import Flask, jsonify, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import NoResultFound, OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from portal import db
from portal.errors import PortalError
from portal.text.lazy import _l

log = logging.getLogger(__name__)

SENTENCES = {
    400: _l("The portal could not read what was sent. Go back and try again."),
    403: _l("You may not do this."),
    404: _l("There is nothing at this address (any more)."),
    405: _l("This address does not take that kind of request. Go back and use the button on the page."),
    413: _l("What you sent is too large. Photos may have at most 12 MB each, 6 of them."),
    414: _l("This address is too long."),
    429: _l("That was too often in a short time. Wait a little and try again."),
    431: _l("The request is too large."),
    500: _l("Not saved, and it is not your fault. What you wrote is still in your browser; go back and try again."),
    503: _l("The portal is very busy right now. Try again in a minute."),
}
STALE = _l("This page was open for too long. Go back, reload it and send it again; what you typed is kept.")
REMEDIES = {
    "accounts.sign_in": _l("Sign in"),
    "accounts.verify": _l("Get verified"),
    "accounts.register": _l("Register"),
    "places.choose": _l("Choose my community"),
}


def register(app: Flask) -> None:
    app.register_error_handler(PortalError, lambda e: answer(e.status, e.why, e.remedy))
    app.register_error_handler(NoResultFound, lambda e: answer(404, SENTENCES[404]))
    app.register_error_handler(CSRFError, lambda e: answer(400, STALE))
    app.register_error_handler(OperationalError, _busy)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def answer(status: int, why, remedy: str | None = None, reference: str = ""):
    """The response for an error, in the form and language the reader asked for."""
    if remedy == "accounts.sign_in" and request.method == "GET" and not wants_json():
        return redirect(url_for("accounts.sign_in", next=request.script_root + request.full_path.rstrip("?")))
    if wants_json():
        body = {"type": "about:blank", "status": status, "title": str(why)}
        if reference:
            body["instance"] = f"urn:portal:error:{reference}"
        problem = jsonify(body)
        problem.content_type = "application/problem+json"
        return problem, status
    way = None
    if remedy in REMEDIES:
        back = request.script_root + request.full_path.rstrip("?") if request.method == "GET" else request.referrer_path
        way = {"label": REMEDIES[remedy], "url": url_for(remedy, next=back) if back else url_for(remedy)}
    page = render_template("errors/error.html", status=status, why=why, remedy=way, reference=reference)
    return page, status


def wants_json() -> bool:
    """Machines get problems: what lies below /api/, ends in .json, or asks for JSON only."""
    path = request.path
    if path.startswith("/api/") or path.endswith(".json"):
        return True
    return request.accept_mimetypes.best in ("application/json", "application/problem+json")


def _http(problem: HTTPException):
    if isinstance(problem, RequestRedirect):
        return problem
    status = problem.code or 500
    if status < 400:
        return problem
    response = answer(status, SENTENCES.get(status, SENTENCES[400 if status < 500 else 500]))
    return response


def _busy(problem: OperationalError):
    if "locked" in str(problem) or "timeout" in str(problem):
        db.Session.rollback()
        return answer(503, SENTENCES[503])
    return _unexpected(problem)


def _unexpected(problem: Exception):
    reference = secrets.token_hex(4)
    log.error("error %s at %s %s", reference, request.method, request.path, exc_info=problem)
    db.Session.rollback()
    return answer(500, SENTENCES[500], reference=reference)
