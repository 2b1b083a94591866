"""The desk of residents: wishes to be confirmed, and people who stand at the window."""

from flask import flash, redirect, render_template, request, session, url_for
from flask_login import current_user
from wtforms import StringField

from portal.accounts import phones, policy, queries, service, states
from portal.accounts.forms import DecideForm, WindowForm
from portal.accounts.models import VerificationState
from portal.accounts.policy import DESK
from portal.errors import Invalid, NotFound
from portal.places import names
from portal.places import queries as places
from portal.policy import Level, require
from portal.staff.desk import bp, tab
from portal.text.clean import mask_phone
from portal.text.lazy import _, _l
from portal.web.forms import Form, Query, at_most, required
from portal.web.guards import staff
from portal.web.limits import limiter

tab(_l("Residents"), "staff.residents", DESK, queries.how_many_wait)

DECISIONS = ("approve", "ask_more", "reject")
SHOWN = {"waiting": VerificationState.WAITING, "needs_more": VerificationState.NEEDS_MORE}


class QueueForm(Query):
    state = StringField(default="waiting")


class FindForm(Form):
    find = StringField(
        _l("User name or phone number"),
        validators=[required(_l("Type the whole phone number or user name.")), at_most(60)],
    )


@bp.get("/residents")
@staff
def residents():
    """What waits, oldest first."""
    return _queue(FindForm(formdata=None))


@bp.post("/residents/searches")
@staff
@limiter.limit("60 per hour")
def residents_search():
    """Find one person by exactly what he tells at the window. A POST, so that no phone number lies in a log."""
    require(policy.why_not_find(current_user))
    form = FindForm.from_request()
    if form.submitted():
        if person := _find(form.find.data):
            _remember(person.id)
            return redirect(url_for(".residents_person", user_id=person.id), 303)
        form.refuse("find", _l("Nobody has this phone number or user name."))
    return _queue(form, 422)


def _queue(form, status: int = 200):
    state = SHOWN.get(QueueForm.from_request().state.data, VerificationState.WAITING)
    rows = queries.waiting_wishes(current_user, state)
    return render_template("staff/residents.html", rows=rows, state=state, form=form, states=states), status


def _find(text: str):
    """Exactly this person or nobody: the desk looks up who stands there, it does not browse."""
    return (
        queries.find_by_phone(phones.normal(text))
        if phones.looks_like_one(text)
        else queries.find_by_username(text[:40])
    )


@bp.route("/residents/<int:verification_id>", methods=["GET", "POST"])
@staff
def residents_show(verification_id):
    """One wish, and the decision."""
    form = DecideForm.from_request()
    action = form.action.data if request.method == "POST" else ""
    if action in DECISIONS and _decided(form, verification_id, action):
        flash(_("Written down. The person gets a message."), "good")
        return redirect(url_for(".residents"), 303)
    wish = queries.get_wish(verification_id)
    require(policy.why_not_see(current_user, wish))
    if request.method == "POST" and action not in DECISIONS:
        raise Invalid(_l("There is no such step."))
    if request.method == "GET":
        form.level.data, form.household.data, form.building.data = (
            str(int(Level.RESIDENT)),
            wish.household,
            wish.building,
        )
    return render_template(
        "staff/residents_show.html", form=form, wish=wish, states=states, phone=mask_phone(wish.user.phone) if wish.user.phone else "",
        where=" › ".join(names.of(p) for p in places.path(wish.place_code)[1:]),
        refusal=policy.why_not_decide(current_user, wish),
    ), 422 if request.method == "POST" else 200  # fmt: skip


def _decided(form, verification_id: int, action: str) -> bool:
    given = {}
    if action == "approve":
        if not form.validate():
            return False
        given = {"level": Level(int(form.level.data)), "evidence": form.evidence.data, "household": form.household.data,
                 "building": form.building.data}  # fmt: skip
    try:
        service.decide(current_user, verification_id, action, reason=form.reason.data or "", **given)
    except Invalid as problem:
        form.refuse(
            problem.field if problem.field in form else "level" if action == "approve" else "reason", problem.why
        )
        return False
    return True


@bp.get("/residents/people/<int:user_id>")
@staff
def residents_person(user_id):
    """Somebody at the window: who he is as far as the portal knows, and what the desk can do for him."""
    person = _person(user_id)
    return _person_page(person, _window(WindowForm(formdata=None, data=_start(person))))


@bp.post("/residents/people/<int:user_id>/confirmations")
@staff
def residents_confirm(user_id):
    """Confirm somebody directly, having seen him and a paper."""
    person = _person(user_id)
    form = _window(WindowForm.from_request())
    if form.submitted():
        try:
            service.confirm_at_window(
                current_user, user_id, form.place_code.data, Level(int(form.level.data)), real_name=form.real_name.data,
                evidence=form.evidence.data, household=form.household.data, building=form.building.data,
            )  # fmt: skip
            flash(_("%(name)s is confirmed.", name=person.display_name), "good")
            return redirect(url_for(".residents_person", user_id=user_id), 303)
        except Invalid as problem:
            form.refuse(problem.field if problem.field in form else "place_code", problem.why)
    return _person_page(person, form, status=422)


@bp.post("/residents/people/<int:user_id>/codes")
@staff
@limiter.limit("20 per hour")
def residents_code(user_id):
    """A one-time code for a new password, shown once and on this page only."""
    person = _person(user_id)
    code = service.issue_at_desk(current_user, user_id)
    return _person_page(person, _window(WindowForm(formdata=None, data=_start(person))), code=code)


@bp.route("/residents/people/<int:user_id>/move", methods=["GET", "POST"])
@staff
def residents_move(user_id):
    """The person has moved away; asked once more, as what is known of the home is forgotten."""
    person = _person(user_id)
    if request.method == "POST":
        service.moved_away(current_user, user_id)
        flash(_("Written down: no longer a resident."), "good")
        return redirect(url_for(".residents_person", user_id=user_id), 303)
    require(policy.why_not_end_residence(current_user, person))
    return render_template("staff/residents_move.html", person=person, home=places.path(person.home_code))


def _found() -> list[int]:
    """Whom this officer has looked up by number or name since signing in."""
    by, *ids = session.get("found_at_desk") or [None]
    return ids if by == current_user.id else []


def _remember(user_id: int) -> None:
    ids = [i for i in _found() if i != user_id]
    session["found_at_desk"] = [current_user.id, *ids[-19:], user_id]


def _person(user_id: int):
    """Somebody the officer has looked up, or who has asked this desk. Counting up the ids shows nobody."""
    require(policy.why_not_find(current_user))
    if user_id not in _found() and not queries.asked_here(current_user, user_id):
        raise NotFound(_l("There is nothing at this address (any more)."))
    _remember(user_id)  # the wish is answered by the confirmation; the page stays
    person = queries.get_user(user_id)
    if person.kind != "user":
        raise NotFound(_l("There is nothing at this address (any more)."))
    return person


def _window(form: WindowForm) -> WindowForm:
    """The form looks for communities of this desk only."""
    form.place_code.under = current_user.places_with(DESK)
    return form


def _start(person) -> dict:
    mine = policy.is_of_desk(current_user, person)
    return {"level": str(int(Level.RESIDENT)), "place_code": person.home_code if mine else "",
            "real_name": person.real_name if mine else "", "building": person.building if mine else ""}  # fmt: skip


def _person_page(person, form, *, code: str = "", status: int = 200):
    home = places.path(person.home_code) if person.home_code else []
    return render_template(
        "staff/residents_person.html", person=person, form=form, home=home, code=code, states=states,
        level=states.LEVEL_LABELS[Level(person.level)], phone=mask_phone(person.phone) if person.phone else "",
        is_mine=policy.is_of_desk(current_user, person), may_confirm=person.id != current_user.id,
        may_issue=policy.why_not_issue_code(current_user, person) is None,
        may_end=policy.why_not_end_residence(current_user, person) is None and person.id != current_user.id,
    ), status  # fmt: skip
