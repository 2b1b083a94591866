"""Starting, walking, handing in, confirming, reading."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_login import current_user

from portal import clock, db, files
from portal.accounts import queries as people
from portal.brands import policy as brand_policy
from portal.brands import queries as brands
from portal.clock import BEIJING
from portal.errors import Invalid
from portal.patrols import checklist, policy, queries, service
from portal.patrols.errors import FindingsMissing, WrongItems
from portal.patrols.forms import EndForm, LogForm, ReasonForm, StartForm
from portal.patrols.models import Outcome
from portal.patrols.states import BUTTONS, LABELS, TONES, PatrolState
from portal.patrols.views.shared import beside, bp, key_of, new_key
from portal.policy import require
from portal.text.clean import one_line
from portal.text.lazy import _
from portal.web.guards import public, signed_in
from portal.web.language import language
from portal.web.paging import cursors


@bp.get("/patrols/")
@public
def index():
    """All confirmed patrols of a team or a place."""
    number, place = request.args.get("team", ""), one_line(request.args.get("place"))[:24] or None
    team = brands.get_team(int(number)) if number.isascii() and number.isdigit() and len(number) < 10 else None
    page = queries.list_patrols(
        team_id=team.id if team else None, place_code=place, total=team.patrol_count if team else None, **cursors()
    )
    return render_template("patrols/index.html", page=page, team=team, **_words())


@bp.get("/patrols/mine")
@signed_in
def mine():
    """My own patrols, whatever their state."""
    return render_template(
        "patrols/mine.html", page=queries.list_mine(current_user.id, **cursors()), labels=LABELS, tones=TONES
    )


@bp.route("/patrols/new", methods=["GET", "POST"])
@signed_in
def new():
    """Set out now."""
    return _begin(StartForm, "patrols/new.html")


@bp.route("/patrols/log", methods=["GET", "POST"])
@signed_in
def log():
    """Write up a patrol that is over."""
    return _begin(LogForm, "patrols/log.html")


def _begin(kind, template):
    teams = brands.find_teams(current_user.refs_with("team", brand_policy.MEMBERS))
    running = queries.find_running(current_user.id)
    if running and request.method == "POST" and running.client_key == request.form.get("client_key"):
        return redirect(url_for(".show", ident=running.id))  # the same form once more
    asked = request.args.get("team", "")
    team = next((t for t in teams if str(t.id) == asked), teams[0] if len(teams) == 1 else None)
    if team is None or (running and kind is StartForm):
        return render_template(
            "patrols/which.html",
            teams=teams,
            running=running,
            endpoint=request.endpoint,
            forgotten=running is not None and running.is_forgotten(clock.utcnow()),
        ), 409 if request.method == "POST" else 200
    start = {"place": current_user.home_code, "lane": one_line(request.args.get("lane"))[:60], "client_key": new_key()}
    form = kind.from_request(data=start)
    places = brands.places_for_team(team.place_code)  # held, so that the service finds the chosen one loaded
    form.place.choices = [(p.code, p.pinyin if language() == "en" and p.pinyin else p.name) for p in places]
    if form.submitted():
        given = [current_user, team.id, form.lane.data, form.place.data, form.companions.data or 0]
        try:
            if kind is LogForm:
                patrol = service.log(
                    *given,
                    form.started_at.moment or clock.utcnow(),
                    form.ended_at.moment or clock.utcnow(),
                    key_of(form),
                )
            else:
                patrol = service.start(*given, key_of(form))
        except Invalid as problem:
            beside(form, problem, "lane")
        else:
            return redirect(url_for(".show", ident=patrol.id))
        teams = brands.find_teams([t.id for t in teams])  # a refusal undoes what was loaded
        team = next(t for t in teams if t.id == team.id)
    return render_template(template, form=form, team=team, teams=teams), 422 if form.errors else 200


@bp.get("/patrols/<int:ident>")
@public
def show(ident):
    return _show(ident, ReasonForm(formdata=None))


def _show(ident, reason_form, status=200):
    patrol = queries.get_patrol(ident)
    require(policy.why_not_see(current_user, patrol))
    findings = queries.findings_of([ident])
    own = patrol.volunteer_id == current_user.id
    inside = own or policy.leads(current_user, patrol)
    page = {
        "patrol": patrol, "team": patrol.team, "brand": patrol.team.brand, "findings": findings, "own": own, "inside": inside,
        "photos": files.photos_of(db.Session(), "finding", [f.id for f in findings]) if findings else {}, "moves": policy.open_moves(current_user, patrol),
    }  # fmt: skip
    if own and policy.why_not_write(current_user, patrol) is None:
        now = clock.utcnow()
        return render_template(
            "patrols/walk.html", lasted=patrol.lasted or now - patrol.started_at, forgotten=patrol.is_forgotten(now), done=len(patrol.checklist),
            **page, **_words(),
        )  # fmt: skip
    return render_template(
        "patrols/show.html", led_on=queries.led_on(findings), score=checklist.score_of(patrol.checklist), reason_form=reason_form,
        may_lead_on={f.id for f in findings if policy.why_not_lead_on(current_user, f, patrol) is None},
        confirmer=people.names([patrol.confirmed_by]).get(patrol.confirmed_by, "") if inside and patrol.confirmed_by else "", **page, **_words(),
    ), status  # fmt: skip


@bp.route("/patrols/<int:ident>/end", methods=["GET", "POST"])
@signed_in
def end(ident):
    """The checklist, what was done by hand, a note and the end: keep for later, or hand in."""
    patrol = queries.get_patrol(ident)
    form, missing = EndForm.from_request(data=_so_far(patrol)), []
    if request.method == "POST":
        try:
            if kept := _keep(ident, form):
                return kept
            if form.validate():
                service.finish(
                    current_user, ident, form.checklist(), form.by_hand.data, form.note.data, _new_end(patrol, form)
                )
                flash(_("Handed in. The team lead confirms it or asks you for a change."))
                return redirect(url_for(".show", ident=ident))
        except WrongItems as problem:
            missing = problem.items if isinstance(problem, FindingsMissing) else []
            for number in problem.items:
                form.refuse(f"item_{number}", problem.why)
            service.keep(current_user, ident, form.checklist(), form.by_hand.data, form.note.data)
        except Invalid as problem:
            beside(form, problem, "note")
    if form.errors:
        patrol = queries.get_patrol(ident)  # a refusal undoes what was loaded
    require(policy.why_not_write(current_user, patrol))
    counted = {item.number: 0 for item in checklist.ITEMS}
    for finding in queries.findings_of([ident]):
        if finding.item in counted:
            counted[finding.item] += 1
    return render_template(
        "patrols/end.html",
        form=form,
        patrol=patrol,
        team=patrol.team,
        items=checklist.ITEMS,
        counted=counted,
        missing=missing,
        forgotten=patrol.is_forgotten(clock.utcnow()),
    ), 422 if form.errors else 200


def _keep(ident, form):
    """The buttons that keep what is filled in without handing in; None when none of them was pressed."""
    marks, add = form.checklist(), request.form.get("add", "")[:2]
    said = _("Kept. You can go on walking and fill in the rest later.")
    if add:
        way = url_for(".new_finding", ident=ident, what=f"i{add}", back="end")
    elif "rest" in request.form:
        marks = {str(item.number): "ok" for item in checklist.ITEMS} | marks
        way, said = (
            url_for(".end", ident=ident, _anchor="by_hand"),
            _("The rest is marked as in order. Now hand it in."),
        )
    elif "keep" in request.form:
        way = url_for(".show", ident=ident)
    else:
        return None
    service.keep(current_user, ident, marks, form.by_hand.data or [], form.note.data)
    flash(said)
    return redirect(way)


@bp.post("/patrols/<int:ident>/moves")
@signed_in
def move(ident):
    """Confirm, return with a reason, discard."""
    action = request.form.get("action", "")[:20]
    if action not in BUTTONS:
        abort(400)
    form = ReasonForm.from_request()
    try:
        patrol = service.move(current_user, ident, action, form.reason.data or "")
    except Invalid as problem:
        form.refuse("reason", problem.why)
        return _show(ident, form, 422)
    done = {
        PatrolState.CONFIRMED: _("Confirmed. The patrol is public now."), PatrolState.RETURNED: _("Returned to the volunteer with your words."),
        PatrolState.WITHDRAWN: _("The patrol has been discarded."),
    }  # fmt: skip
    if patrol.state in done:
        flash(done[patrol.state])
    if patrol.state is PatrolState.WITHDRAWN or patrol.volunteer_id != current_user.id:
        return redirect(url_for("brands.team", ident=patrol.team_id))
    return redirect(url_for(".show", ident=ident))


def _new_end(patrol, form):
    """When it ended, if that was typed; the minute that stood in the field already says nothing new."""
    stood, typed = _so_far(patrol)["ended_at"], form.ended_at.data
    return None if typed is None or typed == stood else form.ended_at.moment


def _so_far(patrol) -> dict:
    ended = (
        patrol.ended_at.astimezone(BEIJING).replace(tzinfo=None, second=0, microsecond=0) if patrol.ended_at else None
    )
    return {"by_hand": patrol.by_hand, "note": patrol.note, "ended_at": ended} | {
        f"item_{n}": mark for n, mark in patrol.checklist.items()
    }


def _words() -> dict:
    """The words a template needs for states, outcomes and the checklist."""
    return {
        "labels": LABELS, "tones": TONES, "buttons": BUTTONS, "items": checklist.ITEMS, "by_number": checklist.BY_NUMBER, "marks": checklist.MARKS,
        "outcomes": checklist.OUTCOMES, "outcome_tones": checklist.OUTCOME_TONES, "outcome_icons": checklist.OUTCOME_ICONS,
        "hands": {word.value: label for word, label in checklist.BY_HAND.items()}, "Outcome": Outcome, "S": PatrolState,
    }  # fmt: skip
