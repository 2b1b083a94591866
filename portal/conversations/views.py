"""Doors to conversations: speak, answer, change, withdraw, look at what was said before."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user

from portal import db, links
from portal.clock import utcnow
from portal.conversations import policy, queries, service
from portal.conversations.forms import CommentForm, EditForm
from portal.conversations.models import CommentState, Thread
from portal.errors import Invalid, NotFound, Refused
from portal.policy import require
from portal.text.lazy import _, _l
from portal.web.guards import is_htmx, public, signed_in
from portal.web.limits import limiter
from portal.web.request import safe_path

bp = Blueprint("conversations", __name__)


@bp.post("/threads/<int:thread_id>/comments")
@signed_in
@limiter.limit("30/10 minutes")
def publish(thread_id):
    """Say something under a thing, or answer somebody; then back to where it was written."""
    form = CommentForm.from_request()
    if form.submitted():
        try:
            said = service.comment(current_user, thread_id, form.body.data, form.parent, form.stance.data or None)
        except (Invalid, Refused) as problem:
            form.refuse("body", problem.why)
        else:
            if said.state is CommentState.WAITING:
                flash(
                    _("Thank you. A moderator looks at it first, usually within 2 hours; then everybody can read it.")
                )
            if is_htmx():
                return _part(thread_id, CommentForm(formdata=None), form.next.data)
            return redirect(f"{_back(form.next.data, said.thread_id)}#comment-{said.id}")
    if is_htmx():
        return _part(thread_id, form, form.next.data)
    thread = queries.get_thread(thread_id)
    return render_template(
        "conversations/write.html", form=form, thread=thread, back=_back(form.next.data, thread.id)
    ), 422


@bp.get("/comments/<int:comment_id>")
@public
def show(comment_id):
    """One comment with all its answers, and the form to add one."""
    after = request.args.get("after", "")
    found = queries.reply_page(
        comment_id, current_user, int(after) if after.isascii() and after.isdigit() and len(after) < 10 else None
    )
    form = CommentForm(
        formdata=None, parent_id=str(found.comment.id), next=url_for(".show", comment_id=found.comment.id)
    )
    about = _must_see(found.thread, found.reviewer)
    return render_template("conversations/show.html", rp=found, form=form, about=about)


@bp.route("/comments/<int:comment_id>/edit", methods=["GET", "POST"])
@signed_in
def edit(comment_id):
    """Change one's own words within 15 minutes, or withdraw them."""
    said = queries.get_comment(comment_id, current_user)
    form = EditForm.from_request(data={"body": said.body, "next": request.args.get("next", "")[:2000]})
    back = safe_path(form.next.data) or url_for(".show", comment_id=said.id)
    why_not = policy.why_not_edit(current_user, said, utcnow())
    if why_not and (request.method == "POST" or policy.why_not_withdraw(current_user, said)):
        require(why_not)
    if form.submitted():
        try:
            service.edit(current_user, said.id, form.body.data)
        except Invalid as problem:
            form.refuse("body", problem.why)
        else:
            flash(_("Changed."))
            return redirect(f"{back}#comment-{said.id}")
    page = render_template("conversations/edit.html", form=form, said=said, back=back, why_not=why_not)
    return page, 422 if form.errors else 200


@bp.post("/comments/<int:comment_id>/withdrawal")
@signed_in
def withdraw(comment_id):
    """Take one's own words back."""
    said = service.withdraw(current_user, comment_id)
    flash(_("Withdrawn. Nobody sees it any more."))
    return redirect(safe_path(request.form.get("next")) or _back(None, said.thread_id))


@bp.get("/comments/<int:comment_id>/versions")
@public
def versions(comment_id):
    """What a comment said before it was changed."""
    said = queries.get_comment(comment_id, current_user)
    if said.is_hidden or said.state is CommentState.WITHDRAWN:
        raise NotFound(_l("There is nothing at this address (any more)."))
    _must_see(said.thread, policy.is_reviewer(current_user, said.thread.scope))
    return render_template("conversations/versions.html", said=said, versions=queries.versions(said))


def _must_see(thread: Thread, reviewer: bool) -> links.Subject | None:
    """What the words are about. Where it is hidden or private, they are too, but for reviewers."""
    about = _about(thread)
    if about is None and not reviewer:
        raise NotFound(_l("There is nothing at this address (any more)."))
    return about


def _about(thread: Thread) -> links.Subject | None:
    """The thing this conversation is about, if everybody may see it."""
    key = (thread.subject_kind, thread.subject_id)
    found = links.describe(db.Session(), [key]).get(key)
    return found if found is not None and found.public else None


def _back(wanted: str | None, thread_id: int) -> str:
    about = None if (back := safe_path(wanted)) else _about(queries.get_thread(thread_id))
    return back or (request.script_root + about.url if about else url_for("home.page", name="rules"))


def _part(thread_id: int, form: CommentForm, here: str | None):
    """Only the conversation, for a page that swaps it in place."""
    found = queries.thread_page(thread_id, current_user)
    _must_see(found.thread, policy.is_reviewer(current_user, found.thread.scope))
    about = _back(here, thread_id)
    return render_template(
        "conversations/part.html", tp=found, form=form, here=about, stances=found.thread.subject_kind == "proposal"
    )
