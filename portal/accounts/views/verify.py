"""Doors of being confirmed as a resident."""

from typing import Any, NamedTuple

from flask import flash, g, redirect, render_template, request, url_for
from flask_login import current_user

from portal.accounts import queries, service, states
from portal.accounts.forms import VerifyForm
from portal.accounts.views import bp
from portal.errors import Invalid, Refused
from portal.places import queries as places
from portal.policy import Level
from portal.text.lazy import _, _l
from portal.web.guards import signed_in


class Stands(NamedTuple):
    """Where a wish stands, said instead of asking for it once more."""

    why: Any
    label: Any


STANDS = {
    states.S.WAITING: Stands(
        _l("Your confirmation is being looked at. You get a message when it is decided."), _l("See how it stands")
    ),
    states.S.NEEDS_MORE: Stands(_l("The desk needs something more to confirm you."), _l("See what is missing")),
}


@bp.app_template_global()
def being_confirmed(remedy: str | None = "accounts.verify") -> Stands | None:
    """Where being confirmed is what helps (`refusal.remedy`) and has been asked for already: how it stands."""
    if remedy != "accounts.verify" or not current_user.is_authenticated or current_user.level >= Level.RESIDENT:
        return None
    if "wish_state" not in g:
        wish = queries.newest_wish(current_user.id)
        g.wish_state = wish.state if wish else None
    return STANDS.get(g.wish_state)


@bp.route("/verify", methods=["GET", "POST"])
@signed_in
def verify():
    """What confirming is for, how it stands, and the wish itself."""
    wish = queries.newest_wish(current_user.id)
    form = VerifyForm.from_request(data=_start(wish))
    if form.submitted():
        try:
            service.ask(current_user, form.place_code.data, form.real_name.data, building=form.building.data,
                        household=form.household.data, note=form.note.data)  # fmt: skip
            flash(_("Your wish is at the desk. You get a message when it is decided."), "good")
            return redirect(url_for(".verify"), 303)
        except Invalid as problem:
            form.refuse(problem.field if problem.field in form else "place_code", problem.why)
        except Refused as problem:
            form.refuse("place_code", problem.why)
    path = places.path(form.place_code.data) if form.place_code.data else []
    return render_template(
        "accounts/verify.html", form=form, wish=wish, path=path, states=states,
        is_open=bool(wish and wish.state in states.OPEN),
    ), 422 if request.method == "POST" else 200  # fmt: skip


def _start(wish) -> dict:
    """What the form begins with: what was asked before, else the chosen community."""
    if wish is not None and wish.state not in (states.S.APPROVED, states.S.WITHDRAWN):
        return {name: getattr(wish, name) for name in ("place_code", "real_name", "building", "household", "note")}
    return {"place_code": current_user.home_code or ""}


@bp.post("/verify/withdrawal")
@signed_in
def withdraw_wish():
    service.withdraw(current_user)
    flash(_("Your wish is withdrawn, and what you wrote is deleted."), "good")
    return redirect(url_for(".verify"), 303)


@bp.post("/verify/move")
@signed_in
def move_away():
    """I have moved: the confirmed home ends, and another community can be chosen."""
    service.moved_away(current_user, current_user.id)
    flash(_("Your home is no longer kept. Choose your new community."), "good")
    return redirect(url_for("places.choose", next=url_for(".verify")), 303)
