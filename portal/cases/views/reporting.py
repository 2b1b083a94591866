"""Reporting a case: first what it is about (emergencies show whom to call), then where and what."""

import secrets

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user

from portal.cases import numbers, policy, queries, service
from portal.cases.forms import PlainForm, ReportForm, source_choices
from portal.cases.states import CaseSource
from portal.cases.views import bp
from portal.categories import queries as categories
from portal.categories.models import THEMES
from portal.errors import Conflict, Invalid, Refused
from portal.places import queries as places
from portal.places.current import code_now
from portal.places.names import of
from portal.policy import Role, Scope, require
from portal.text.clean import one_line
from portal.text.lazy import _, _l
from portal.web.guards import signed_in
from portal.web.limits import limiter


@bp.route("/cases/new", methods=["GET", "POST"])
@signed_in
@limiter.limit("20/hour", methods=["POST"], exempt_when=lambda: current_user.has_role(Role.ACCEPTOR))
def new():
    """Without a category: the list of categories by theme. With one: the form."""
    require(policy.why_not_report(current_user, code_now(current_user) or ""))
    category = _category()
    if category is None:
        text = one_line(request.args.get("q", ""))[:60]
        return render_template("cases/choose.html", groups=categories.by_theme(text), themes=THEMES, text=text,
                               place=request.args.get("place", "")[:12])  # fmt: skip
    near = _near()
    if not near:
        return render_template("cases/where.html", category=category)
    form = _form(near)
    if form.submitted() and _can_wait(form) and (case := _report(form, category)):
        flash(_("Reported. The number of your case is %(number)s.", number=numbers.grouped(case.number)))
        return redirect(url_for("cases.show", number=case.number))
    similar = queries.similar_open(form.place.data, category.id) if form.place.data else []
    calls = form.emergencies if form.is_submitted() else []
    page = render_template(
        "cases/new.html", form=form, category=category, similar=similar, calls=calls, staff=len(form.source.choices) > 1
    )
    return page, 422 if form.errors else 200


def _category():
    raw = request.args.get("category", "")
    if not (raw.isascii() and raw.isdigit() and len(raw) < 10):
        return None
    found = next((c for c in categories.list_categories() if c.id == int(raw)), None)
    return found


def _near():
    """The communities to choose from: those of the street one lives in, has chosen, or comes from."""
    code = request.args.get("place", "") or code_now(current_user) or ""
    if not (code.isascii() and code.isalnum() and 9 <= len(code) <= 24):
        return []
    return places.children(code[:9])


def _form(near) -> ReportForm:
    mine = request.args.get("place", "") or code_now(current_user) or ""
    form = ReportForm.from_request(data={"place": mine[:12], "client_key": secrets.token_urlsafe(18)})
    form.place.choices = [(place.code, of(place)) for place in near]
    desk = current_user.has_role(Role.ACCEPTOR, Scope(place=near[0].code))
    form.source.choices = source_choices(desk)
    if not desk:
        form.source.data = str(CaseSource.RESIDENT)
    return form


def _can_wait(form: ReportForm) -> bool:
    """Words of an emergency: the number to call is shown first; sent only once somebody says that nobody is in danger."""
    if form.emergencies and not form.no_emergency.data:
        form.refuse("no_emergency", _("If somebody is in danger, call first. Otherwise tick this box."))
        return False
    return True


def _report(form: ReportForm, category):
    """The new case, or None with what is still needed beside the fields."""
    try:
        return service.report(
            current_user, title=form.title.data, description=form.description.data, category_id=category.id,
            place_code=form.place.data, where=form.where.data, source=CaseSource(form.source.data),
            uploads=form.photos.uploads(), alts=[form.alt.data or ""], client_key=(form.client_key.data or "")[:64],
        )  # fmt: skip
    except (Invalid, Refused) as problem:
        form.refuse("photos" if isinstance(problem, Invalid) else "place", problem.why)
        return None


@bp.post("/findings/<int:finding_id>/cases")
@signed_in
def from_finding(finding_id):
    """What a patrol found becomes a case in one step."""
    if not PlainForm.from_request().submitted():
        raise Invalid(_l("This page was open for too long. Reload it and try again."))
    try:
        case = service.from_finding(current_user, finding_id)
    except Conflict as problem:
        flash(str(problem.why), "error")
        return redirect(request.referrer_path or url_for("cases.index"))
    flash(_("Reported. The number of the case is %(number)s.", number=numbers.grouped(case.number)))
    return redirect(url_for("cases.show", number=case.number))
