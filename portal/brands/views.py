"""Pages of brands and teams."""

import secrets

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user

from portal.accounts import queries as people
from portal.brands import policy, queries, service
from portal.brands.forms import AskForm, InviteForm, TeamForm
from portal.brands.words import KINDS, duties_of
from portal.errors import Invalid, NotFound
from portal.links import panels
from portal.policy import Role, require
from portal.text.lazy import _, _l
from portal.web.guards import public, signed_in
from portal.web.language import language
from portal.web.paging import cursors

bp = Blueprint("brands", __name__)


@bp.get("/brands/")
@public
def index():
    return render_template("brands/index.html", brands=queries.list_brands(), kinds=KINDS, mine=_my_teams(),
                           panel=panels.fill("brands", current_user))  # fmt: skip


@bp.get("/brands/<slug>")
@public
def show(slug):
    everyone = queries.list_brands()
    brand = next((b for b in everyone if b.slug == slug), None) or abort(404)
    return render_template(
        "brands/show.html", brand=brand, kind=KINDS[brand.kind], duties=duties_of(brand), others=[b for b in everyone if b is not brand],
        teams=queries.list_teams(brand.id, **cursors()), panel=panels.fill("brand", current_user, brand),
        may_create=current_user.has_role(Role.PLACE_ADMIN),
    )  # fmt: skip


@bp.route("/teams/new", methods=["GET", "POST"])
@signed_in
def new_team():
    codes = current_user.places_with(Role.PLACE_ADMIN)
    if not codes:
        require(policy.why_not_create_team(current_user, ""))
    start = {"brand": request.args.get("brand", "")[:40], "client_key": secrets.token_urlsafe(18)}
    form = TeamForm.from_request(data=start)
    brands = {b.slug: b for b in queries.list_brands()}
    form.brand.choices = [(b.slug, b.name_en if language() == "en" else b.name) for b in brands.values()]
    form.place.choices = [
        (p.code, p.pinyin if language() == "en" and p.pinyin else p.name) for p in queries.streets_of(codes)
    ]
    if form.submitted():
        try:
            team = service.create_team(
                current_user, brand_id=brands[form.brand.data].id, place_code=form.place.data, name=form.name.data, about=form.about.data,
                lead=form.lead.data, client_key=(form.client_key.data or "")[:64],
            )  # fmt: skip
        except Invalid as problem:
            form.refuse("name" if not form.lead.data else "lead", problem.why)
        else:
            flash(_("The team has been set up."))
            return redirect(url_for(".team", ident=team.id))
    return render_template("brands/new_team.html", form=form), 422 if form.errors else 200


@bp.get("/teams/<int:ident>")
@public
def team(ident):
    return _team_page(ident, AskForm(formdata=None), InviteForm(formdata=None))


def _team_page(ident, ask_form, invite_form, status=200):
    team = queries.get_team(ident)
    member, leading = policy.is_member(current_user, team), policy.leads(current_user, team)
    appoints = policy.why_not_appoint(current_user, team) is None
    roster = people.roster("team", team.id, policy.MEMBERS if member or leading else [Role.TEAM_LEAD])
    return render_template(
        "brands/team.html", team=team, brand=team.brand, kind=KINDS[team.brand.kind], member=member, leading=leading, appoints=appoints,
        roster=roster, why_not_leave=policy.why_not_leave(current_user, team, roster),
        why_not_join=policy.why_not_join(current_user, team, team.brand), mine=queries.my_application(team.id, current_user.id),
        waiting=queries.applications(team.id) if leading else [], ask_form=ask_form, invite_form=invite_form,
        panel=panels.fill("team", current_user, team),
    ), status  # fmt: skip


@bp.post("/teams/<int:ident>/applications")
@signed_in
def ask(ident):
    form = AskForm.from_request()
    if not form.submitted():
        return _team_page(ident, form, InviteForm(formdata=None), 422)
    service.ask(current_user, ident, form.note.data)
    flash(_("The lead of the team has been asked. You will hear from them."))
    return redirect(url_for(".team", ident=ident))


@bp.post("/teams/<int:ident>/invitations")
@signed_in
def invite(ident):
    form = InviteForm.from_request()
    if form.submitted():
        try:
            service.invite(current_user, ident, form.username.data)
        except Invalid as problem:
            form.refuse("username", problem.why)
        else:
            flash(_("Invited. The person becomes a member by accepting."))
            return redirect(url_for(".team", ident=ident))
    return _team_page(ident, AskForm(formdata=None), form, 422)


@bp.post("/team-applications/<int:ident>/answers")
@signed_in
def answer(ident):
    wanted = request.form.get("answer", "")
    if wanted == "withdraw":
        application = service.withdraw(current_user, ident)
    elif wanted in ("accept", "decline"):
        application = service.answer(current_user, ident, wanted == "accept")
    else:
        abort(400)
    flash(_("Noted."))
    return redirect(url_for(".team", ident=application.team_id))


@bp.route("/teams/<int:ident>/departures", methods=["GET", "POST"])
@signed_in
def leave(ident):
    """Leave a team, after one more look at which."""
    if request.method == "POST":
        service.leave(current_user, ident)
        flash(_("You have left the team. Your patrols stay on record."))
        return redirect(url_for(".team", ident=ident))
    team = queries.get_team(ident)
    require(policy.why_not_leave(current_user, team, people.roster("team", ident, [Role.TEAM_LEAD])))
    return render_template("brands/leave.html", team=team)


@bp.route("/teams/<int:ident>/members/<int:user_id>/removals", methods=["GET", "POST"])
@signed_in
def remove(ident, user_id):
    """Let a volunteer go, after one more look at whom."""
    if request.method == "POST":
        service.remove(current_user, ident, user_id)
        flash(_("This person is no longer a member."))
        return redirect(url_for(".team", ident=ident))
    team = queries.get_team(ident)
    held = [g for g in people.roster("team", ident, policy.MEMBERS) if g.user_id == user_id]
    require(policy.why_not_remove(current_user, team, held))
    if not held:
        raise NotFound(_l("This person is not in the team (any more)."))
    return render_template("brands/remove.html", team=team, grant=held[0])


@bp.post("/teams/<int:ident>/leads")
@signed_in
def appoint(ident):
    form = InviteForm.from_request()
    if form.submitted():
        try:
            service.appoint(current_user, ident, form.username.data)
        except Invalid as problem:
            form.refuse("username", problem.why)
        else:
            flash(_("The lead has been appointed."))
            return redirect(url_for(".team", ident=ident))
    return _team_page(ident, AskForm(formdata=None), form, 422)


@bp.post("/teams/<int:ident>/members/<int:user_id>/reliefs")
@signed_in
def relieve(ident, user_id):
    service.relieve(current_user, ident, user_id)
    flash(_("Relieved. The person stays in the team as a volunteer."))
    return redirect(url_for(".team", ident=ident))


@bp.route("/teams/<int:ident>/closures", methods=["GET", "POST"])
@signed_in
def close(ident):
    """Close a team, after one more look at which."""
    if request.method == "POST":
        service.close_team(current_user, ident)
        flash(_("The team has been closed. Its patrols stay on record."))
        return redirect(url_for(".team", ident=ident))
    team = queries.get_team(ident)
    require(policy.why_not_appoint(current_user, team))
    return render_template("brands/close.html", team=team)


def _my_teams():
    ids = current_user.refs_with("team", policy.MEMBERS) if current_user.is_authenticated else []
    return queries.find_teams(ids)
