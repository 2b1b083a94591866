"""The review desk: one queue, the oldest first, words answered within two hours and proposals in five work days; every decision goes to the author verbatim."""

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user

from portal import clock, db, links
from portal.conversations import service as conversations
from portal.conversations.policy import REVIEWERS
from portal.errors import Invalid, NotFound
from portal.moderation import policy, queries
from portal.moderation import service as moderation
from portal.moderation.models import HIDE_REASONS
from portal.policy import Refusal, require
from portal.staff import queue
from portal.staff.desk import bp, tab
from portal.staff.views.review.forms import CommentForm, HideForm, ReportForm, RestoreForm
from portal.text.lazy import _, _l
from portal.web.guards import staff
from portal.web.request import safe_path

SHOWS = {"all": queue.KINDS, "comments": ("comment",), "reports": ("report",), "proposals": ("proposal",)}


tab(
    _l("Review"), "staff.review", REVIEWERS, lambda actor: sum(queue.how_many_wait(actor)[:2])
)  # proposals have a tab of their own


@bp.get("/review")
@staff
def review():
    """What waits for a look where this person is moderator or administrator."""
    return _page()


@bp.post("/review/comments/<int:comment_id>")
@staff
def review_comment(comment_id):
    """Let a comment through, or send it back."""
    form = CommentForm.from_request(prefix=f"comment-{comment_id}-")
    if form.submitted():
        try:
            conversations.review(current_user, comment_id, form.decision.data, form.note.data)
        except Invalid as problem:
            form.refuse("note", problem.why)
        else:
            return _on(_("Let through.") if form.decision.data == "publish" else _("Returned to the author."))
    return _page({f"comment-{comment_id}": form}), 422


@bp.post("/review/reports/<int:report_id>")
@staff
def review_report(report_id):
    """Keep or hide what was reported."""
    form = ReportForm.from_request(prefix=f"report-{report_id}-")
    if form.submitted():
        try:
            moderation.decide(current_user, report_id, form.decision.data, form.reason.data, form.note.data)
        except Invalid as problem:
            form.refuse("note" if form.reason.data else "reason", problem.why)
        else:
            return _on(_("Hidden.") if form.decision.data == "hide" else _("Kept."))
    return _page({f"report-{report_id}": form}), 422


@bp.post("/review/reports/<int:report_id>/restorations")
@staff
def review_restore(report_id):
    """Show again what was hidden."""
    form = RestoreForm.from_request(prefix=f"report-{report_id}-")
    found = queries.get_report(report_id)
    require(policy.why_not_moderate(current_user, policy.scope_of(found), found.author_id))
    if form.submitted():
        try:
            moderation.restore(current_user, found.subject_kind, found.subject_id, form.reason.data, form.note.data)
        except Invalid as problem:
            form.refuse("note", problem.why)
        else:
            return _on(_("Shown again."))
    return _hidden({f"report-{report_id}": form}), 422


@bp.route("/review/hide", methods=["GET", "POST"])
@staff
def review_hide():
    """Hide something nobody has reported."""
    form = HideForm.from_request(data={name: request.args.get(name, "")[:2000] for name in ("kind", "id", "next")})
    kind, ident = form.kind.data or "", form.id.data or ""
    if kind not in moderation.things or not ident.isascii() or not ident.isdigit() or len(ident) > 9:
        raise NotFound(_l("There is nothing at this address (any more)."))
    if form.submitted():
        moderation.hide(current_user, kind, int(ident), form.reason.data, form.note.data)
        flash(_("Hidden."))
        return redirect(safe_path(form.next.data) or request.script_root + _thing(kind, int(ident)).url)
    thing = _thing(kind, int(ident))
    require(policy.why_not_moderate(current_user, thing.scope, thing.author_id))
    back = safe_path(form.next.data) or request.script_root + thing.url
    return render_template("staff/review_hide.html", form=form, thing=thing, back=back), 422 if form.errors else 200


def _thing(kind: str, ident: int) -> links.Subject:
    thing = links.describe(db.Session(), [(kind, ident)]).get((kind, ident))
    if thing is None:
        raise NotFound(_l("There is nothing at this address (any more)."))
    return thing


def _on(said: str):
    flash(said)
    return redirect(url_for("staff.review", show=request.args.get("show") or None))


def _page(given: dict | None = None):
    require(_why_not_here())
    show = request.args.get("show", "all")
    if show == "hidden":
        return _hidden(given)
    items, after = queue.page(current_user, SHOWS.get(show, queue.KINDS), request.args.get("after"))
    forms = {i.key: _form(i) for i in items if i.kind != "proposal"} | (given or {})
    counts, oldest = queue.waiting(current_user)
    now = clock.utcnow()
    return render_template(
        "staff/review.html",
        items=items,
        forms=forms,
        given=next(iter((given or {}).values()), None),
        after=after,
        counts=counts,
        show=show if show in SHOWS else "all",
        now=now,
        oldest=oldest,
        figures=_figures(now),
        REASONS=HIDE_REASONS,
    )


def _hidden(given: dict | None = None):
    items, after = queue.hidden(current_user, request.args.get("after"))
    forms = {i.key: RestoreForm(formdata=None, prefix=f"{i.key}-") for i in items} | (given or {})
    return render_template(
        "staff/review_hidden.html",
        items=items,
        forms=forms,
        given=next(iter((given or {}).values()), None),
        after=after,
        counts=queue.waiting(current_user)[0],
        show="hidden",
        REASONS=HIDE_REASONS,
    )


def _form(item: queue.Item):
    kind = CommentForm if item.kind == "comment" else ReportForm
    return kind(formdata=None, prefix=f"{item.key}-")


def _why_not_here():
    if not current_user.has_role(REVIEWERS):
        return Refusal(_l("This is the desk of the moderators. Your account has no such role."))
    return None


def _figures(now) -> dict[str, int]:
    """How this month's reports ended."""
    local = now.astimezone(clock.BEIJING)
    return queries.decided_since(
        current_user.places_with(REVIEWERS), local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    )
