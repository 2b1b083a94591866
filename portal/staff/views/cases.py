"""The case desks: what waits for me, most urgent first, and the panel on which a case is moved."""

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user

from portal.cases import face, numbers, policy, queries, service
from portal.cases.forms import DeskQuery, SuperviseForm, move_form, reason_choices, who_reads
from portal.cases.models import Case
from portal.cases.service.moves import require_move
from portal.cases.states import MOVES, ORDINARY, TO_CONFIRM
from portal.cases.views.page import helping_and_log
from portal.cases.words import ACTIONS, STAGES
from portal.clock import utcnow
from portal.errors import Conflict, Invalid, NotFound
from portal.places import queries as places
from portal.policy import require
from portal.staff.desk import bp, tab
from portal.text.lazy import _, _l
from portal.units import queries as units
from portal.units.names import of
from portal.web.guards import staff
from portal.web.paging import cursors
from portal.web.typed import typed_words

tab(_l("Cases"), "staff.cases", policy.CASE_ROLES, queries.how_many_wait)

CHIPS = {
    "mine": _l("Waiting for me"), "acceptor": _l("To take in"), "supervisor": _l("Shift supervisor"), "dispatcher": _l("To dispatch"),
    "officer": _l("With my unit"), "inspector": _l("To verify or inspect"), "command": _l("Command centre"),
    "overdue": _l("Overdue"), "supervised": _l("Supervised"), "all": _l("All under way"),
}  # fmt: skip


@bp.get("/cases")
@staff
def cases():
    """One table, the most urgent first; chips for every desk at which this person works."""
    names = queries.desks_of(current_user)
    asked = DeskQuery.from_request().desk.data
    desk = asked if asked in ("overdue", "supervised", "all", *names) else "mine"
    figures = queries.figures(current_user)
    counted = {
        "mine": figures.mine,
        "overdue": figures.overdue,
        "supervised": figures.supervised,
        "all": figures.all,
        **figures.desks,
    }
    shown = [key for key in CHIPS if key not in queries.DESKS or (key in names and len(names) > 1)]
    return render_template(
        "staff/cases.html", page=queries.desk(current_user, desk, **cursors()), figures=figures, desk=desk, title=CHIPS[desk],
        chips=[(CHIPS[key], url_for("staff.cases", desk=key), key == desk, counted[key]) for key in shown],
    )  # fmt: skip


@bp.get("/cases/<number>")
@staff
def cases_show(number):
    """The panel of a case with exactly the moves open to this person."""
    case = queries.get_case(number)
    moves = policy.open_moves(current_user, case)
    asked = request.args.get("do", "")
    action = (
        asked if asked in moves else next((name for name in ORDINARY if name in moves), moves[0] if moves else None)
    )
    form = _form(action)(formdata=None) if action else None
    if form is not None:
        _offer(form, case, action)
    return _panel(case, action, form)


@bp.post("/cases/<number>/moves")
@staff
def cases_move(number):
    """Make a move; what ends a case is shown once more before it counts."""
    action = request.form.get("action", "")
    if action not in MOVES or "system" in MOVES[action].who:
        raise Invalid(_l("There is no such step."))
    form = _form(action).from_request()
    try:
        if form.submitted() and (done := _make(str(number), action, form)):
            return done
        case = queries.get_case(number)
        require_move(current_user, case, action)
    except Conflict as problem:  # a colleague was faster: back to the case, with what was typed
        case = queries.get_case(number)
        return render_template(
            "staff/cases_conflict.html", case=case, words=ACTIONS[action], why=problem.why, typed=typed_words()
        ), 409
    if (
        "photos" in form
        and not form.photos.errors
        and service.lacks_picture(action, case.category, form.photos.uploads())
    ):
        form.refuse("photos", service.NO_PICTURE)  # together with what else is missing, not after it
    _offer(form, case, action)
    return _panel(case, action, form, 422)


def _make(number: str, action: str, form):
    """The answer to a complete form: the step is made, or shown once more; None with what is wrong beside its field."""
    ask_first = action in TO_CONFIRM and form.confirmed.data != "1"
    try:
        if ask_first:
            service.check(current_user, number, action, **_given(form))
        else:
            case = service.move(current_user, number, action, **_given(form))
    except Invalid as problem:
        form.refuse(
            problem.field if problem.field in form else "photos" if "photos" in form else "public_note", problem.why
        )
        return None
    if ask_first:
        return render_template(
            "staff/cases_confirm.html", case=queries.get_case(number), action=action, words=ACTIONS[action], form=form
        )
    flash(_("Done: %(step)s. Case %(number)s.", step=ACTIONS[action], number=numbers.grouped(case.number)))
    return redirect(url_for("staff.cases"))


@bp.route("/cases/<number>/supervision", methods=["GET", "POST"])
@staff
def cases_supervise(number):
    """Order closer supervision."""
    case = queries.get_case(number)
    require(policy.why_not_supervise(current_user, case))
    form = SuperviseForm.from_request()
    if form.submitted():
        service.supervise(current_user, case.number, form.level.data, form.reason.data)
        flash(_("The case is under supervision now."))
        return redirect(url_for("staff.cases_show", number=case.number))
    return render_template("staff/cases_supervise.html", case=case, form=form), 422 if form.errors else 200


def _form(action: str):
    """The form class of a move. Which unit may be chosen is the service's business, so that a step costs few statements."""
    kind = move_form(action)

    class Bound(kind):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            if "reason_code" in self:
                self.reason_code.choices = reason_choices(action)
            for name in {"lead_unit_id", "co_unit_ids"} & set(self._fields):
                self[name].choices = [(value, value) for value in request.form.getlist(name)[:20] if value]

    return Bound


def _offer(form, case: Case, action: str | None) -> None:
    """Show the units that work where the case lies; after a return, who returned it comes last."""
    if "lead_unit_id" in form:
        for name, offered in _unit_choices(case).items():
            form[name].choices = offered
        if action == "redispatch":
            back = str(case.lead_unit_id)
            others = [(value, words) for value, words in form.lead_unit_id.choices if value != back]
            returned = [(back, _("%(unit)s (returned it)", unit=of(case.lead_unit)))] if case.lead_unit else []
            form.lead_unit_id.choices = [*others, *returned]


def _unit_choices(case: Case) -> dict[str, list]:
    """Units of the category's trades first; a residents' committee may help but is never offered as the lead."""
    here = units.units_for(case.place_code)
    wanted = {trade: n for n, trade in enumerate(case.category.lead_trades)}
    fitting = sorted((u for u in here if u.trade in wanted), key=lambda u: wanted[u.trade])
    leads = [u for u in [*fitting, *(u for u in here if u.trade not in wanted)] if u.kind in units.LEADS]
    marked = [(str(u.id), _("%(unit)s (usual)", unit=of(u)) if u.trade in wanted else of(u)) for u in leads]
    return {"lead_unit_id": marked, "co_unit_ids": [(str(u.id), of(u)) for u in here]}


def _given(form) -> dict:
    """What the form says, as the service reads it."""
    given = {
        name: field.data
        for name, field in form._fields.items()
        if name not in ("csrf_token", "confirmed", "photos", "alt")
    }
    for name in ("until", "review_at"):
        if name in form:
            given[name] = form[name].moment
    if "photos" in form:
        given |= {"uploads": form.photos.uploads(), "alts": [form.alt.data or ""]}
    return given


def _panel(case: Case, action: str | None, form, status: int = 200):
    if not policy.works_on(current_user, case):
        raise NotFound(_l("There is no case with this number."))
    about, now = queries.about(case), utcnow()
    helping, log = helping_and_log(case, about)
    page = render_template(
        "staff/cases_show.html", case=case, path=places.path(case.place_code), about=about, log=log, now=now,
        face=face.read(case, now), stages=[(STAGES[name], state) for name, state in queries.stages(case)], action=action, form=form,
        moves=[(name, ACTIONS[name]) for name in policy.open_moves(current_user, case)],
        may_supervise=policy.why_not_supervise(current_user, case) is None, helping=helping,
        why_not=_why_not(case), hints={name: who_reads(action, name) for name in (form._fields if form else ())},
    )  # fmt: skip
    return page, status


def _why_not(case: Case):
    """Where nothing is open: the first reason that is about this person rather than about the state."""
    for action in MOVES:
        if case.state in MOVES[action].come_from and "system" not in MOVES[action].who:
            refusal = policy.why_not_move(current_user, case, action)
            if refusal and refusal not in (policy.NOT_YOURS, policy.TOO_LATE):
                return refusal.why
    return None
