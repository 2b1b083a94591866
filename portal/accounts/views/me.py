"""Doors of one's own page."""

from flask import flash, redirect, render_template, request, session, url_for
from flask_login import current_user, login_user

from portal import db, links
from portal.accounts import me as page_of
from portal.accounts import policy, service
from portal.accounts.forms import AddPhoneForm, NameForm, PasswordForm, PhoneForm, PlaceForm
from portal.accounts.service.profile import community
from portal.accounts.service.signing_in import WrongPassword
from portal.accounts.states import LEVEL_LABELS, ROLE_LABELS
from portal.accounts.views import bp
from portal.accounts.views.sign_in import ask_for_code, show_demo_code
from portal.clock import utcnow
from portal.errors import Invalid, PortalError
from portal.places import current, names
from portal.places import queries as places
from portal.policy import Level
from portal.text.clean import mask_name, mask_phone
from portal.text.lazy import _
from portal.web.guards import public, signed_in
from portal.web.request import safe_path


@bp.get("/me/")
@signed_in
def me():
    user = current_user
    return render_template(
        "accounts/me.html", level=LEVEL_LABELS[Level(user.level)], roles=_roles(user),
        sections=page_of.sections(user), may_choose=policy.why_not_choose(user) is None,
    )  # fmt: skip


def _roles(user) -> list[dict]:
    """What this person may do and where, now or from a day to come; one query for each kind of thing."""
    now = utcnow()
    held = [g for g in user.grants if g.ends_at is None or g.ends_at > now]
    things = links.describe(db.Session(), [(g.on_kind, int(g.on_ref)) for g in held if g.on_ref.isdigit()])
    rows = []
    for grant in held:
        thing = things.get((grant.on_kind, int(grant.on_ref))) if grant.on_ref.isdigit() else None
        rows.append({"role": grant.title or ROLE_LABELS[grant.role], "on": thing.title if thing else grant.on_ref,
                     "url": thing.url if thing else "", "until": grant.ends_at,
                     "first": grant.starts_at if grant.starts_at > now else None})  # fmt: skip
    return rows


@bp.get("/me/privacy")
@signed_in
def privacy():
    """What is kept about me, why, and who sees it."""
    home = places.get_place(current_user.home_code) if current_user.home_code else None
    user = current_user
    return render_template("accounts/privacy.html", home=home, phone=mask_phone(user.phone) if user.phone else "",
                           real_name=mask_name(user.real_name))  # fmt: skip


@bp.route("/me/name", methods=["GET", "POST"])
@signed_in
def name():
    form = NameForm.from_request(data={"display_name": current_user.display_name})
    if form.submitted():
        try:
            service.rename(current_user, form.display_name.data)
            flash(_("From now on others see you as %(name)s.", name=form.display_name.data), "good")
            return redirect(url_for(".me"), 303)
        except Invalid as problem:
            form.refuse("display_name", problem.why)
    return render_template("accounts/name.html", form=form), 422 if request.method == "POST" else 200


@bp.route("/me/password", methods=["GET", "POST"])
@signed_in
def change_password():
    form = PasswordForm.from_request()
    if form.submitted():
        try:
            user = service.change_password(current_user, form.old.data, form.password.data)
            login_user(user)
            flash(_("Your new password is set. Every other device was signed out."), "good")
            return redirect(url_for(".me"), 303)
        except Invalid as problem:
            form.refuse("old" if isinstance(problem, WrongPassword) else "password", problem.why)
    return render_template("accounts/password.html", form=form), 422 if request.method == "POST" else 200


@bp.route("/me/phone", methods=["GET", "POST"])
@signed_in
def phone():
    """Confirm a phone number for this account."""
    form = AddPhoneForm.from_request()
    if request.method == "GET":
        form.phone.data = session.get("phone", "")
    if form.submitted():
        try:
            service.add_phone(current_user, form.phone.data, form.code.data)
            session.pop("phone", None)
            session.pop("demo_code", None)
            flash(_("Your phone is confirmed."), "good")
            return redirect(url_for(".me"), 303)
        except Invalid as problem:
            form.refuse("code", problem.why)
    if form.errors:
        show_demo_code()
    return render_template("accounts/phone.html", form=form), 422 if request.method == "POST" else 200


@bp.post("/me/phone/codes")
@signed_in
def phone_codes():
    asked = PhoneForm.from_request()
    form, status = AddPhoneForm(formdata=None, data={"phone": asked.phone.data}), 422
    if asked.submitted():
        try:
            ask_for_code(asked.phone.data)
            session["phone"] = asked.phone.data[:40]
            return redirect(url_for(".phone"), 303)
        except PortalError as problem:
            asked.refuse("phone", problem.why)
            status = problem.status
    form.phone.errors = list(asked.phone.errors)
    return render_template("accounts/phone.html", form=form), status


@bp.post("/me/community")
@public
def choose():
    """Keep the chosen community: on this device, and in the profile of who is signed in."""
    form = PlaceForm.from_request()
    form.validate()
    place = community(db.Session(), form.code.data or "")
    if current_user.is_authenticated and current_user.home_code != place.code:
        service.choose_community(current_user, place.code)
    flash(_("Your community is %(place)s now.", place=names.of(place)), "good")
    onward = safe_path(form.next.data) or f"{request.script_root}/places/{place.code}"
    return current.remember(redirect(onward, 303), place.code)
