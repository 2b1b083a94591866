"""Recording what was found."""

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user

from portal.errors import Invalid
from portal.patrols import policy, queries, service
from portal.patrols.forms import FindingForm
from portal.patrols.views.shared import beside, bp, key_of, new_key
from portal.policy import require
from portal.text.lazy import _
from portal.web.guards import signed_in


@bp.route("/patrols/<int:ident>/findings/new", methods=["GET", "POST"])
@signed_in
def new_finding(ident):
    """One thing: what, where, a note, photos, done on the spot or to be reported."""
    categories = queries.list_categories()
    form = FindingForm.from_request(
        data={"client_key": new_key(), "what": request.args.get("what", "")[:40], "outcome": "open"}
    )
    form.offer(categories)
    back = ".end" if request.args.get("back") == "end" else ".show"
    if form.submitted():
        what = form.what.data
        item = int(what[1:]) if what[:1] == "i" and what[1:].isdigit() else None
        uploads = form.photos.uploads()
        try:
            service.add_finding(
                current_user, ident, item=item, category_id=next((c.id for c in categories if c.identifier == what), None), where=form.where.data,
                note=form.note.data, outcome=form.outcome.data, uploads=uploads, alts=[form.alt.data] * len(uploads), client_key=key_of(form),
            )  # fmt: skip
        except Invalid as problem:
            beside(form, problem, "note")
        else:
            flash(_("Recorded."))
            return redirect(url_for(back, ident=ident))
    patrol = queries.get_patrol(ident)
    require(policy.why_not_write(current_user, patrol))
    return render_template(
        "patrols/finding.html", form=form, patrol=patrol, team=patrol.team, back=back
    ), 422 if form.errors else 200


@bp.post("/findings/<int:ident>/removals")
@signed_in
def remove_finding(ident):
    """Take back what was recorded by mistake."""
    patrol = service.remove_finding(current_user, ident)
    flash(_("Removed."))
    return redirect(url_for(".show", ident=patrol.id))
