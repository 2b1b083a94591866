"""Doors of signing in, registering, setting a new password, signing out."""

from importlib import import_module
from importlib.util import find_spec

from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask_login import current_user, login_user, logout_user
from markupsafe import Markup

from portal.accounts import passwords, phones, service
from portal.accounts.forms import CodeSignInForm, PasswordSignInForm, PhoneForm, RegisterForm, ResetCodeForm, ResetForm
from portal.accounts.service.signing_in import NotAgreed
from portal.accounts.views import bp
from portal.errors import Invalid, PortalError, Refused
from portal.places.current import code_now
from portal.policy import GUEST
from portal.text.lazy import _, _l
from portal.web.guards import public, signed_in
from portal.web.limits import by_address, limiter
from portal.web.request import safe_path


def enter(user, *, stay=False, next=None):
    """Begin a session for this person and lead on."""
    flashes = session.get("_flashes")
    session.clear()
    if flashes:
        session["_flashes"] = flashes
    login_user(user)
    session.permanent = bool(stay)
    return redirect(safe_path(next) or url_for("accounts.me"), 303)


def demo_accounts() -> list:
    """The accounts offered as buttons; none outside demo mode."""
    if not current_app.config["PORTAL"].demo or not find_spec("portal.demo.accounts"):
        return []
    return import_module("portal.demo.accounts").ACCOUNTS


def ask_for_code(phone: str) -> None:
    """Send a code; in demo mode show it on the page."""
    code = service.ask_for_code(phone, by_address())
    if current_app.config["PORTAL"].demo:
        session["demo_code"] = code
        show_demo_code()
    else:
        flash(_("The code is on its way. It is valid for 10 minutes."), "good")


def show_demo_code() -> None:
    """In demo mode nothing is sent: what was asked for stands on the page, after a mistake once more."""
    if current_app.config["PORTAL"].demo and (code := session.get("demo_code")):
        flash(_("Demo: your code is %(code)s.", code=code), "info")


def welcome(user) -> None:
    """For somebody who has just registered: under which name, and where that can be changed."""
    said = _("Welcome. Others see you as %(name)s.", name=user.display_name)
    flash(Markup('{} <a href="{}">{}</a>').format(said, url_for("accounts.name"), _("Change this name")), "good")


def _page(form, status=200, sent=False):
    return render_template("accounts/sign_in.html", form=form, demo=demo_accounts(), sent=sent), status


@bp.route("/sign-in", methods=["GET", "POST"])
@public
@limiter.limit("30 per minute", methods=["POST"], key_func=by_address)
def sign_in():
    form = CodeSignInForm.from_request()
    if request.method == "POST" and not form.code.data and form.phone.data != session.get("phone"):
        return codes()  # Enter in the phone field, or the button before a code was asked for
    if request.method == "GET":
        if current_user.is_authenticated:
            return redirect(safe_path(request.args.get("next")) or url_for("accounts.me"))
        form.phone.data, form.next.data = session.get("phone", ""), safe_path(request.args.get("next")) or ""
        return _page(form, sent=bool(form.phone.data))
    if form.submitted():
        try:
            agreed = form.agreed.data
            user = service.sign_in_by_code(form.phone.data, form.code.data, agreed=agreed, place_code=code_now(GUEST))
            if agreed:
                welcome(user)
            return enter(user, stay=form.stay.data, next=form.next.data)
        except NotAgreed as problem:
            form.refuse("agreed", problem.why)
        except Invalid as problem:
            form.refuse("code" if phones.looks_like_one(form.phone.data) else "phone", problem.why)
        except Refused as problem:
            form.refuse("phone", problem.why)
    show_demo_code()
    return _page(form, 422, sent=True)


@bp.post("/sign-in/codes")
@public
@limiter.limit("10 per minute", key_func=by_address)
def codes():
    """Send a code to the phone that was typed; comes back to the sign-in page."""
    asked = PhoneForm.from_request()
    if asked.submitted():
        try:
            ask_for_code(asked.phone.data)
            session["phone"] = asked.phone.data[:40]
            return redirect(url_for(".sign_in", next=safe_path(asked.next.data)), 303)
        except PortalError as problem:
            asked.refuse("phone", problem.why)
            status = problem.status
    else:
        status = 422
    form = CodeSignInForm(formdata=None, data={"phone": asked.phone.data, "next": safe_path(asked.next.data) or ""})
    form.phone.errors = list(asked.phone.errors)
    return _page(form, status, sent=status == 409)


@bp.route("/sign-in/password", methods=["GET", "POST"])
@public
@limiter.limit("30 per minute", methods=["POST"], key_func=by_address)
@limiter.limit("20 per hour", methods=["POST"], key_func=lambda: f"name:{request.form.get('name', '')[:80].strip().lower()}",
               deduct_when=lambda response: response.status_code == 422)  # fmt: skip
def password():
    form = PasswordSignInForm.from_request()
    if request.method == "GET":
        form.next.data = safe_path(request.args.get("next")) or ""
    if form.submitted():
        try:
            user = service.sign_in_by_password(form.name.data, form.password.data)
            return enter(user, stay=form.stay.data, next=form.next.data)
        except (Invalid, Refused) as problem:
            form.refuse("password", problem.why)
    status = 422 if request.method == "POST" else 200
    return render_template("accounts/password_sign_in.html", form=form, demo=demo_accounts()), status


@bp.route("/register", methods=["GET", "POST"])
@public
@limiter.limit(
    "10 per hour", methods=["POST"], key_func=by_address, deduct_when=lambda response: response.status_code == 303
)
def register():
    form = RegisterForm.from_request()
    if request.method == "GET":
        form.next.data = safe_path(request.args.get("next")) or ""
    if form.submitted():
        try:
            user = service.register(form.username.data, form.password.data, place_code=code_now(GUEST))
            welcome(user)
            return enter(user, next=form.next.data)
        except Invalid as problem:
            form.refuse("password" if isinstance(problem, passwords.Unfit) else "username", problem.why)
    return render_template("accounts/register.html", form=form), 422 if request.method == "POST" else 200


@bp.route("/reset", methods=["GET", "POST"])
@public
@limiter.limit("20 per hour", methods=["POST"], key_func=by_address)
def reset():
    """A new password with a code sent to the phone, or issued at the desk."""
    form = ResetForm.from_request()
    if request.method == "GET":
        form.name.data = session.get("phone", "")
    if form.submitted():
        try:
            user = service.reset_password(form.name.data, form.code.data, form.password.data)
            flash(_("Your new password is set. Every other device was signed out."), "good")
            return enter(user)
        except (Invalid, Refused) as problem:
            form.refuse("password" if isinstance(problem, passwords.Unfit) else "code", problem.why)
    if form.errors:
        show_demo_code()
    return render_template("accounts/reset.html", form=form), 422 if request.method == "POST" else 200


@bp.post("/reset/codes")
@public
@limiter.limit("10 per minute", key_func=by_address)
def reset_codes():
    """Send a code for a new password. A user name gets the same answer: its code comes from the desk."""
    asked = ResetCodeForm.from_request()
    form, status = ResetForm(formdata=None, data={"name": asked.name.data}), 422
    if asked.submitted():
        try:
            if not phones.looks_like_one(asked.name.data):
                raise Invalid(
                    _l("Codes are sent to phones. For a user name, the desk of your community gives you one.")
                )
            ask_for_code(asked.name.data)
            session["phone"] = asked.name.data[:40]
            return redirect(url_for(".reset"), 303)
        except PortalError as problem:
            asked.refuse("name", problem.why)
            status = problem.status
    form.name.errors = list(asked.name.errors)
    return render_template("accounts/reset.html", form=form), status


@bp.post("/sign-out")
@public
def sign_out():
    logout_user()
    session.clear()
    flash(_("You are signed out."), "good")
    return redirect(f"{request.script_root}/", 303)


@bp.post("/sign-out/everywhere")
@signed_in
def sign_out_everywhere():
    """End every session, this one too."""
    service.sign_out_everywhere(current_user)
    session.clear()
    flash(_("You are signed out on every device."), "good")
    return redirect(url_for(".sign_in"), 303)
