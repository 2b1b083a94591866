"""What people do on the page of a proposal. Every act is a noun with its own address; the page follows."""

from flask import flash, redirect, render_template, url_for
from flask_login import current_user

from portal.errors import Conflict, Invalid, NotFound
from portal.proposals import policy, queries, service
from portal.proposals.forms import ObjectForm, RateForm
from portal.proposals.states import ProposalState
from portal.proposals.views import bp
from portal.proposals.views.page import page
from portal.text.lazy import _, _l
from portal.web.guards import signed_in
from portal.web.limits import limiter


def _back(id, anchor=None):
    return redirect(url_for(".show", id=id, _anchor=anchor), code=303)


@bp.post("/proposals/<int:id>/seconds")
@signed_in
@limiter.limit("60/hour")
def second(id):
    p = service.second(current_user, id)
    if p.state is ProposalState.GATHERING:
        flash(_("Your second is counted: %(n)s of %(needed)s.", n=p.seconds_count, needed=p.seconds_needed))
    else:
        flash(_("Your second is counted."))
    return _back(id, "second")


@bp.post("/proposals/<int:id>/seconds/withdrawal")
@signed_in
@limiter.limit("60/hour")
def unsecond(id):
    service.unsecond(current_user, id)
    flash(_("Your second is taken back."))
    return _back(id, "second")


@bp.post("/proposals/<int:id>/follows")
@signed_in
def follow(id):
    service.follow(current_user, id)
    flash(_("You will be told what happens."))
    return _back(id)


@bp.post("/proposals/<int:id>/follows/withdrawal")
@signed_in
def unfollow(id):
    service.unfollow(current_user, id)
    flash(_("You will not be told any more."))
    return _back(id)


@bp.post("/proposals/<int:id>/objections")
@signed_in
@limiter.limit("20/hour")
def object(id):
    form = ObjectForm.from_request()
    if form.submitted():
        try:
            objection = service.object_to(current_user, id, form.body.data)
        except (Invalid, Conflict) as problem:
            form.refuse("body", problem.why)
        else:
            flash(_("Your objection stands below. The community must answer it."))
            return _back(id, f"objection-{objection.id}")
    return _refused(page(id, object_form=form, wrong=form))


@bp.post("/proposals/<int:id>/ratings")
@signed_in
def rate(id):
    form = RateForm.from_request()
    if form.submitted():
        service.rate(current_user, id, form.answer.data, form.comment.data)
        flash(_("Thank you. Your rating is counted."))
        return _back(id)
    return _refused(page(id, rate_form=form, wrong=form))


@bp.get("/proposals/<int:id>/withdrawal")
@signed_in
def withdraw(id):
    """Withdrawing, or deleting a draft, cannot be undone, so it is asked once more."""
    p = queries.get_proposal(id)
    if p.author_id != current_user.id:
        raise NotFound(_l("There is nothing at this address (any more)."))
    if policy.why_not_move(current_user, p, "withdraw"):
        raise Conflict(_l("This proposal can no longer be withdrawn."))
    return render_template("proposals/withdraw.html", p=p)


@bp.post("/proposals/<int:id>/withdrawal")
@signed_in
def withdraw_now(id):
    if service.move(current_user, id, "withdraw").is_deleted:
        flash(_("The draft is deleted."))
        return redirect(url_for("accounts.me"), code=303)
    flash(_("The proposal is withdrawn."))
    return _back(id)


def _refused(answer):
    """The page with what was typed; a page that has its own status (a hidden matter) keeps it."""
    return answer if isinstance(answer, tuple) else (answer, 422)
