"""Joining and leaving, inviting and answering, roles."""

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user

from portal.accounts.service import WrongFirstDay
from portal.errors import Invalid, NotFound
from portal.policy import require
from portal.spaces import policy, queries, service
from portal.spaces.forms import GiveForm, InviteForm
from portal.spaces.models import Invitation
from portal.spaces.views import bp
from portal.text.lazy import _, _l
from portal.web.guards import public, signed_in
from portal.web.limits import limiter
from portal.web.paging import cursors


@bp.get("/spaces/<int:space_id>/members")
@public
def members(space_id):
    """The whole roster; whoever keeps it also sees the open invitations and the buttons."""
    space = queries.get_space(space_id)
    may_invite = policy.why_not_invite(current_user, space) is None
    return render_template(
        "spaces/members.html",
        space=space,
        page=queries.member_page(space, **cursors()),
        may_invite=may_invite,
        waiting=queries.open_invitations(space) if may_invite else [],
        to_come=queries.to_come(space) if may_invite else [],
        may_rule=policy.why_not_rule(current_user, space) is None,
    )


@bp.post("/spaces/<int:space_id>/members")
@signed_in
@limiter.limit("30/hour")
def join(space_id):
    """Walk in, or ask to be let in."""
    done = service.join(current_user, space_id)
    flash(
        _("Your wish has been sent. You will hear from the space.")
        if isinstance(done, Invitation)
        else _("Welcome. You are a member now.")
    )
    return redirect(url_for(".show", space_id=space_id))


@bp.route("/spaces/<int:space_id>/departures", methods=["GET", "POST"])
@signed_in
def leave(space_id):
    """Leave, after one more look at what goes with it."""
    if request.method == "POST":
        service.leave(current_user, space_id)
        flash(_("You have left."))
        return redirect(url_for(".show", space_id=space_id))
    space = queries.get_space(space_id)
    require(policy.why_not_leave(current_user, space, queries.chairs(space)))
    return render_template("spaces/leave.html", space=space, walks_in=policy.walks_in(space), grants=queries.held_by(space, current_user))


@bp.route("/spaces/<int:space_id>/invitations", methods=["GET", "POST"])
@signed_in
def invite(space_id):
    """Ask somebody to sit here in a role, until a day."""
    space = queries.get_space(space_id)
    require(policy.why_not_invite(current_user, space))
    form = InviteForm.from_request()
    if form.submitted():
        try:
            service.invite(
                current_user,
                space_id,
                form.username.data,
                form.role.data,
                title=form.title.data,
                starts_at=form.first_day.beginning,
                ends_at=form.last_day.moment,
            )
        except Invalid as problem:
            form.refuse("first_day" if isinstance(problem, WrongFirstDay) else "username", problem.why)
        else:
            flash(_("Invited. The person says yes or no."))
            return redirect(url_for(".members", space_id=space_id))
    return render_template("spaces/invite.html", form=form, space=space), 422 if form.errors else 200


@bp.get("/invitations/<int:invitation_id>")
@signed_in
def invitation(invitation_id):
    """What one is invited to, with yes and no."""
    found = _mine_to_see(invitation_id)
    return render_template(
        "spaces/invitation.html", invitation=found, why_not=policy.why_not_answer(current_user, found)
    )


@bp.post("/invitations/<int:invitation_id>/answers")
@signed_in
def answer(invitation_id):
    found = _mine_to_see(invitation_id)
    accepted = request.form.get("answer") == "yes"
    service.answer(current_user, invitation_id, accepted)
    flash(_("Accepted.") if accepted else _("Declined."))
    asked = found.invited_by == found.user_id
    return redirect(url_for(".members" if asked else ".show", space_id=found.space_id))


def _mine_to_see(invitation_id: int) -> Invitation:
    found = queries.get_invitation(invitation_id)
    if found.user_id != current_user.id and policy.why_not_invite(current_user, found.space):
        raise NotFound(_l("There is nothing at this address (any more)."))
    return found


@bp.route("/spaces/<int:space_id>/members/<int:grant_id>", methods=["GET", "POST"])
@signed_in
def member(space_id, grant_id):
    """One person of the roster: give another role, or take this one back."""
    space = queries.get_space(space_id)
    grant = queries.get_grant(space, grant_id)
    require(policy.why_not_take(current_user, space, grant.user_id, grant.role))
    form = GiveForm.from_request(data={"role": str(grant.role), "title": grant.title})
    may_give = policy.why_not_give(current_user, space, grant.user_id, grant.role)
    if form.submitted():
        try:
            service.give_role(
                current_user,
                space_id,
                grant.user_id,
                form.role.data,
                title=form.title.data,
                starts_at=form.first_day.beginning,
                ends_at=form.last_day.moment,
            )
        except Invalid as problem:
            form.refuse("first_day" if isinstance(problem, WrongFirstDay) else "role", problem.why)
            grant = queries.get_grant(space, grant_id)  # a refusal undoes what was loaded
        else:
            flash(_("Saved."))
            return redirect(url_for(".members", space_id=space_id))
    page = render_template("spaces/member.html", form=form, space=space, grant=grant, why_not_give=may_give)
    return page, 422 if form.errors else 200


@bp.post("/spaces/<int:space_id>/members/<int:grant_id>/ends")
@signed_in
def end_role(space_id, grant_id):
    service.take_role(current_user, space_id, grant_id)
    flash(_("The role has been taken back."))
    return redirect(url_for(".members", space_id=space_id))
