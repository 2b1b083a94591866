"""Topics: the list of a space, one topic with its conversation, starting and closing one."""

from flask import flash, redirect, render_template, url_for
from flask_login import current_user

from portal.conversations.forms import CommentForm
from portal.conversations.queries import thread_page
from portal.errors import Invalid
from portal.links import panels
from portal.policy import require
from portal.spaces import policy, queries, service
from portal.spaces.forms import TopicForm
from portal.spaces.views import bp
from portal.text.lazy import _
from portal.web.guards import public, signed_in
from portal.web.limits import limiter
from portal.web.paging import cursors


@bp.get("/spaces/<int:space_id>/topics")
@public
def topics(space_id):
    space = queries.get_space(space_id)
    why_not = policy.why_not_write(current_user, space)
    return render_template(
        "spaces/topics.html", space=space, page=queries.topics(space, size=20, **cursors()), why_not=why_not
    )


@bp.route("/spaces/<int:space_id>/topics/new", methods=["GET", "POST"])
@signed_in
@limiter.limit("10/hour", methods=["POST"])
def new_topic(space_id):
    form = TopicForm.from_request()
    if form.submitted():
        try:
            topic = service.start_topic(current_user, space_id, form.title.data, form.body.data)
        except Invalid as problem:
            form.refuse("title", problem.why)
        else:
            return redirect(url_for(".topic", topic_id=topic.id))
    space = queries.get_space(space_id)
    require(policy.why_not_write(current_user, space))
    return render_template("spaces/new_topic.html", form=form, space=space), 422 if form.errors else 200


@bp.get("/topics/<int:topic_id>")
@public
def topic(topic_id):
    """What it is about, and what people say. A hidden topic leaves a stub with the rule that was broken."""
    found = queries.get_topic(topic_id)
    tends = policy.why_not_tend(current_user, found.space, found) is None
    shown = not found.is_hidden or tends or found.author_id == current_user.id
    talk = thread_page(found.thread_id, current_user, **cursors()) if shown and found.thread_id else None
    return render_template(
        "spaces/topic.html",
        topic=found,
        space=found.space,
        tp=talk,
        shown=shown,
        tends=tends,
        form=CommentForm(formdata=None),
        why_not_propose=policy.why_not_write(current_user, found.space),
        came_of_it=panels.fill("topic", current_user, found) if shown else None,
    )


@bp.post("/topics/<int:topic_id>/closures")
@signed_in
def close_topic(topic_id):
    service.close_topic(current_user, topic_id)
    flash(_("Closed. Everybody can still read it."))
    return redirect(url_for(".topic", topic_id=topic_id))


@bp.post("/topics/<int:topic_id>/openings")
@signed_in
def reopen_topic(topic_id):
    service.reopen_topic(current_user, topic_id)
    flash(_("Open again."))
    return redirect(url_for(".topic", topic_id=topic_id))
