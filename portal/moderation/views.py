"""Pages for readers who report something."""

from flask import Blueprint, flash, redirect, render_template, request
from flask_login import current_user

from portal import db, links
from portal.errors import Invalid, NotFound
from portal.moderation import policy, service
from portal.moderation.forms import ReportForm
from portal.policy import require
from portal.text.lazy import _, _l
from portal.web.guards import signed_in
from portal.web.limits import limiter
from portal.web.request import safe_path

bp = Blueprint("moderation", __name__)


@bp.route("/reports/new", methods=["GET", "POST"])
@signed_in
@limiter.limit("20/hour", methods=["POST"])
def report():
    """Say what is wrong with something; a moderator of the place looks at it."""
    form = ReportForm.from_request(data={name: request.args.get(name, "")[:2000] for name in ("kind", "id", "next")})
    kind, ident = _named(form)
    if form.submitted():
        try:
            service.report(current_user, kind, ident, form.reason.data, form.note.data)
        except Invalid as problem:
            form.refuse("reason", problem.why)
        else:
            flash(_("Thank you. A moderator will look at it, usually within 2 hours."))
            return redirect(safe_path(form.next.data) or request.script_root + _thing(kind, ident).url)
    thing = _thing(kind, ident)
    require(policy.why_not_report(current_user, thing))
    back = safe_path(form.next.data) or request.script_root + thing.url
    return render_template("moderation/report.html", form=form, thing=thing, back=back), 422 if form.errors else 200


def _thing(kind: str, ident: int) -> links.Subject:
    thing = links.describe(db.Session(), [(kind, ident)]).get((kind, ident))
    if thing is None or not thing.public:
        raise NotFound(_l("There is nothing at this address (any more)."))
    return thing


def _named(form: ReportForm) -> tuple[str, int]:
    kind, ident = form.kind.data or "", form.id.data or ""
    if kind not in service.things or not ident.isascii() or not ident.isdigit() or int(ident[:12]) > 2**31 - 1:
        raise NotFound(_l("There is nothing at this address (any more)."))
    return kind, int(ident)
