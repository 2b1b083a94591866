"""The index, one space, setting it up, its rules."""

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user

from portal.errors import Invalid
from portal.links import panels
from portal.places import queries as places
from portal.places.current import code_now
from portal.policy import require
from portal.spaces import policy, queries, service, words
from portal.spaces.defaults import ABOUT
from portal.spaces.forms import KINDS, ListQuery, MoveForm, NewSpaceForm, RulesForm, SpaceForm
from portal.spaces.rules import RuleSet
from portal.spaces.states import LABELS, MOVE_LABELS, TONES
from portal.spaces.views import bp
from portal.text.lazy import _
from portal.web.guards import public, signed_in
from portal.web.paging import cursors


@bp.app_context_processor
def _words():
    return {"SPACE_KINDS": ABOUT, "SPACE_STATES": LABELS, "SPACE_TONES": TONES, "SPACE_ROLES": words.ROLES}


@bp.get("/spaces/")
@public
def index():
    """Where people of a place discuss, most recently active first."""
    form = ListQuery.from_request()
    here = places.path(form.place.data or code_now(current_user) or "") if form.place.data != "all" else []
    code = here[-1].code if here else None
    kind = KINDS.get(form.kind.data)
    page = queries.list_spaces(code, kind, **cursors())
    counts = queries.counts_by_kind(code)
    may_create = current_user.has_role(policy.ADMINS)
    return render_template("spaces/index.html", here=here, kind=kind, page=page, counts=counts, may_create=may_create)


@bp.get("/spaces/<int:space_id>")
@public
def show(space_id):
    space = queries.get_space(space_id)
    rules = space.rule_set
    return render_template(
        "spaces/show.html",
        space=space,
        rules=rules,
        topics=queries.topics(space, size=6),
        people=_people(queries.roster(space)),
        moves=[(a, MOVE_LABELS[a]) for a in policy.open_moves(current_user, space)],
        move_form=MoveForm(formdata=None),
        why_not_write=policy.why_not_write(current_user, space, rules),
        why_not_join=policy.why_not_join(current_user, space),
        is_member=policy.is_member(current_user, space),
        walks_in=policy.walks_in(space),
        mine=queries.my_invitation(space, current_user),
        may_rule=policy.why_not_rule(current_user, space) is None,
        may_invite=policy.why_not_invite(current_user, space) is None,
        decider=words.decider(rules),
        proposals=panels.fill("space", current_user, space),
    )


def _people(grants):
    """The roster with one line a person."""
    lines = {}
    for grant in grants:
        lines.setdefault(grant.user_id, []).append(grant)
    return list(lines.values())


@bp.route("/spaces/new", methods=["GET", "POST"])
@signed_in
def new():
    """Set up a space for a place one administers."""
    form = NewSpaceForm.from_request(data={"place_code": request.args.get("place", "")[:24] or _first_place()})
    if not current_user.has_role(policy.ADMINS):
        require(policy.why_not_create(current_user, form.place_code.data or ""))
    form.place_code.under = current_user.places_with(policy.ADMINS)
    if form.submitted():
        try:
            space = service.create(
                current_user, form.kind.data, form.place_code.data, form.name.data, form.purpose.data, form.access.data
            )
        except Invalid as problem:
            form.refuse("place_code", problem.why)
        else:
            flash(_("The space is set up. Look at its rules, invite people, then open it."))
            return redirect(url_for(".show", space_id=space.id))
    return render_template("spaces/new.html", form=form), 422 if form.errors else 200


def _first_place() -> str:
    return next(iter(current_user.places_with(policy.ADMINS)), "")


@bp.route("/spaces/<int:space_id>/edit", methods=["GET", "POST"])
@signed_in
def edit(space_id):
    space = queries.get_space(space_id)
    require(policy.why_not_rule(current_user, space))
    form = SpaceForm.from_request(data={"name": space.name, "purpose": space.purpose, "access": space.access})
    if form.submitted():
        service.describe(
            current_user, space_id, name=form.name.data, purpose=form.purpose.data, access=form.access.data
        )
        flash(_("Saved."))
        return redirect(url_for(".show", space_id=space_id))
    return render_template("spaces/edit.html", form=form, space=space), 422 if form.errors else 200


@bp.post("/spaces/<int:space_id>/moves")
@signed_in
def move(space_id):
    """Open a space, let it rest, close it."""
    form = MoveForm.from_request()
    service.move(current_user, space_id, form.action.data or "", form.reason.data or "")
    flash(_("Done."))
    return redirect(url_for(".show", space_id=space_id))


@bp.get("/spaces/<int:space_id>/rules")
@public
def rules(space_id):
    """The rules in plain words, and every earlier version."""
    space = queries.get_space(space_id)
    versions = queries.rule_versions(space)
    shown = next((v for v in versions if str(v.version) == request.args.get("version", "")), None)
    said = words.in_plain_words(RuleSet.from_json(shown.rules) if shown else space.rule_set)
    may_rule = policy.why_not_rule(current_user, space) is None
    return render_template(
        "spaces/rules.html", space=space, said=said, versions=versions, shown=shown, may_rule=may_rule
    )


@bp.route("/spaces/<int:space_id>/rules/edit", methods=["GET", "POST"])
@signed_in
def edit_rules(space_id):
    """Write new rules. What is already running keeps the rules it began with."""
    space = queries.get_space(space_id)
    require(policy.why_not_rule(current_user, space))
    now = space.rule_set.to_json()
    now |= {
        "write_level": str(now["write_level"]),
        "second_level": str(now["second_level"]),
        "decider": str(words.decider(space.rule_set)),
    }
    form = RulesForm.from_request(data=now)
    if form.submitted():
        try:
            space = service.change_rules(current_user, space_id, **form.changes())
        except Invalid as problem:
            form.refuse("breadth", problem.why)
        else:
            flash(
                _("Saved as version %(number)s. What is already running keeps its rules.", number=space.rules_version)
            )
            return redirect(url_for(".rules", space_id=space_id))
    return render_template("spaces/edit_rules.html", form=form, space=space), 422 if form.errors else 200
