"""One way out for errors: a page with a sentence and a way on, or an RFC 9457 problem for machines."""

import logging
import secrets

from flask import Flask, current_app, g, jsonify, redirect, render_template, request, url_for
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, NoResultFound, OperationalError, PendingRollbackError
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from portal import db
from portal.errors import PortalError
from portal.text.lazy import _, _l
from portal.web.language import LANGUAGES, language
from portal.web.request import safe_path
from portal.web.typed import typed_words

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
SIGN_IN = _l("Please sign in first.")
STALE = _l("This page was open for too long. Go back, reload it and send it again; what you typed is kept.")
ANEW = _l(
    "Since this page was opened, somebody has signed in here anew. If that was you, open the page again and send it once more."
)
REMEDIES = {
    "accounts.sign_in": _l("Sign in"),
    "accounts.verify": _l("Get verified"),
    "accounts.register": _l("Register"),
    "places.choose": _l("Choose my community"),
}


def register(app: Flask) -> None:
    app.register_error_handler(PortalError, lambda e: answer(e.status, e.why, e.remedy))
    app.register_error_handler(NoResultFound, lambda e: answer(404, SENTENCES[404]))
    app.register_error_handler(CSRFError, _stale)
    app.register_error_handler(OperationalError, _busy)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def answer(status: int, why, remedy: str | None = None, reference: str = "", headline=None):
    """The response for an error, in the form and language the reader asked for. `headline` in place of that of the status."""
    if remedy == "accounts.sign_in" and request.method == "GET" and not wants_json():
        return redirect(url_for("accounts.sign_in", next=request.script_root + request.full_path.rstrip("?")))
    if wants_json():
        body = {"type": "about:blank", "status": status, "title": str(why)}
        if reference:
            body["instance"] = f"urn:portal:error:{reference}"
        problem = jsonify(body)
        problem.content_type = "application/problem+json"
        return problem, status
    back = _page_before(status) if status in (400, 409, 422) else None
    parts = {"remedy": _way(remedy), "reference": reference, "typed": _typed(), "headline": headline, "back": back}
    return _page(status, why=why, **parts), status


def _way(remedy: str | None) -> dict | None:
    """The link that helps, and back from there to the page the reader was on."""
    if remedy not in REMEDIES:
        return None
    if request.method == "GET":
        back = request.script_root + request.full_path.rstrip("?")
    else:
        back = request.referrer_path or safe_path(_sent("next"))
    url = url_for(remedy, next=back) if back else url_for(remedy)
    return {"label": REMEDIES[remedy], "url": url, "is_sign_in": remedy == "accounts.sign_in", "endpoint": remedy}


def _sent(name: str) -> str | None:
    """A field of the form, if the form can be read at all."""
    try:
        return request.form.get(name)
    except HTTPException:
        return None


def _typed() -> str:
    """What was typed, unless the form stood on somebody else's site: nobody puts words on our pages."""
    return typed_words() if not g.get("unproven") or request.referrer_path else ""


def _page(status: int, **parts) -> str:
    """The error page; where even the layout cannot be drawn (it asks who reads), one that needs no database."""
    try:
        return render_template("errors/error.html", status=status, **parts)
    except (DBAPIError, PendingRollbackError):
        db.Session.rollback()
        g.without_database = True
        bare = current_app.jinja_env.get_template("errors/bare.html")  # without what Flask adds for every template
        return bare.render(
            html_lang=LANGUAGES[language()][1], heading=_("That did not work, and it is not your fault"), **parts,
            home_url=request.script_root + "/", home_label=_("Back to the home page"),
        )  # fmt: skip


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
    if status == 405 and request.method == "GET" and (above := _page_above()):
        return redirect(above)  # a form that was sent there and refused, and then the other language or a reload
    response = answer(status, SENTENCES.get(status, SENTENCES[400 if status < 500 else 500]))
    return response


def _page_before(status: int) -> str | None:
    """Where one sees how the matter stands now: the page this came from; where that would be in conflict again, the one above."""
    came = request.referrer_path
    path = (came or "").partition("?")[0].removeprefix(request.script_root)
    if path and (path != request.path or status == 400) and current_app.create_url_adapter(request).test(path, "GET"):
        return came
    return _page_above()


def _page_above() -> str | None:
    """The nearest page above an address that takes forms only: /patrols/8 of /patrols/8/moves."""
    addresses, path = current_app.create_url_adapter(request), request.path.rstrip("/")
    while path := path.rpartition("/")[0]:
        if addresses.test(path, "GET"):
            return request.script_root + path
    return None


def _stale(problem: CSRFError):
    """The session of the page is over: who has to sign in for this is led there, who signed in since is told, others send it again."""
    g.unproven = True
    guard = getattr(current_app.view_functions.get(request.endpoint or ""), "guard", "")
    if guard in ("signed_in", "staff") and not current_user.is_authenticated:
        return answer(403, SIGN_IN, "accounts.sign_in")
    why = ANEW if current_user.is_authenticated else STALE
    return answer(400, why, headline=_("This page is out of date"))


def _busy(problem: OperationalError):
    if "locked" in str(problem) or "timeout" in str(problem):
        db.Session.rollback()
        return answer(503, SENTENCES[503])
    said = str(problem.orig).lower()
    return _unexpected(problem, 503 if "connect" in said or "unable to open" in said else 500)


def _unexpected(problem: Exception, status: int = 500):
    reference = secrets.token_hex(4)
    log.error("error %s at %s %s", reference, request.method, request.path, exc_info=problem)
    db.Session.rollback()
    return answer(status, SENTENCES[status], reference=reference)
