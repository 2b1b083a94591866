"""Changing a text that is public, and reading what was changed."""

from flask import flash, redirect, render_template, url_for
from flask_login import current_user

from portal.errors import Invalid, NotFound
from portal.policy import require
from portal.proposals import policy, queries, service
from portal.proposals.forms import CompareForm, ReviseForm, number
from portal.proposals.states import SECONDABLE
from portal.proposals.views import bp
from portal.text.diff import compare
from portal.text.lazy import _, _l
from portal.web.guards import public, signed_in


@bp.route("/proposals/<int:id>/edit", methods=["GET", "POST"])
@signed_in
def edit(id):
    p = queries.get_proposal(id)
    if policy.why_not_see(current_user, p):
        raise NotFound(_l("There is nothing at this address (any more)."))
    require(policy.why_not_edit(current_user, p))
    if p.state not in SECONDABLE:
        return redirect(url_for(".draft", id=id))
    form = ReviseForm.from_request(data={"title": p.title, "body": p.body, "plan": p.plan, "why": "", "material": None})
    if form.submitted():
        try:
            service.revise(current_user, id, title=form.title.data, body=form.body.data, plan=form.plan.data or "", why=form.why.data,
                           material=form.material.data == "yes")  # fmt: skip
        except Invalid as problem:
            form.refuse("body", problem.why)
        else:
            flash(_("The new version is shown now. Everybody can compare it with the one before."))
            return redirect(url_for(".show", id=id), code=303)
    return render_template("proposals/edit.html", p=p, form=form), 422 if form.errors else 200


@bp.get("/proposals/<int:id>/versions")
@public
def versions(id):
    """Any two versions beside each other; the last two unless told otherwise."""
    p = queries.get_proposal(id)
    if policy.why_not_see(current_user, p) or (p.is_hidden and p.author_id != current_user.id):
        raise NotFound(_l("There is nothing at this address (any more)."))
    every = queries.versions(id)
    by_number, form = {v.number: v for v in every}, CompareForm.from_request()
    newer = by_number.get(number(form.newer.data)) or max(every, key=lambda v: v.number, default=None)
    older = by_number.get(number(form.older.data)) or (by_number.get(newer.number - 1) if newer else None)
    pieces = {}
    if older and newer:
        pieces = {name: compare(getattr(older, name), getattr(newer, name)) for name in ("title", "body", "plan")}
    shown = older if older is not newer else None
    return render_template(
        "proposals/versions.html",
        p=p,
        versions=sorted(every, key=lambda v: v.number),
        older=shown,
        newer=newer,
        **pieces,
    )
