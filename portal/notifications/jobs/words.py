"""Comments, their review, and what moderators decided."""

import sqlalchemy as sa

from portal import links
from portal.conversations.events import CommentPublished, CommentReviewed
from portal.conversations.models import Comment, CommentState, Thread
from portal.moderation.events import ModerationDecided
from portal.moderation.models import Report, Reporter
from portal.notifications.service import notify
from portal.outbox import on
from portal.text.clean import excerpt


@on(CommentPublished)
def tell_of_a_comment(session, event) -> None:
    """Whoever is answered, and whoever's matter it is; nobody hears of his own words."""
    comment = session.get(Comment, event.comment_id)
    subject = links.describe(session, [(event.subject_kind, event.subject_id)]).get(
        (event.subject_kind, event.subject_id)
    )
    if comment is None or subject is None or comment.is_hidden or comment.state != CommentState.PUBLISHED:
        return
    params = {"title": subject.title, "subject": event.subject_kind}
    url = f"{subject.url}#comment-{comment.id}"
    answered = _author_of(session, event.parent_id) if event.parent_id else None
    if answered and answered != event.author_id:
        notify(session, answered, "comment.reply", params, url, f"comment/{comment.id}")
    if subject.author_id and subject.author_id not in (event.author_id, answered):
        notify(session, subject.author_id, "comment.new", params, url, f"comment/{comment.id}")


@on(CommentReviewed)
def tell_of_a_review(session, event) -> None:
    """The author of a comment that waited hears that it was sent back, and why; or nothing, once it is public."""
    comment = session.get(Comment, event.comment_id)
    if comment is None or comment.state != CommentState.RETURNED:
        return
    thread = session.get(Thread, comment.thread_id)
    subject = links.describe(session, [(thread.subject_kind, thread.subject_id)]).get(
        (thread.subject_kind, thread.subject_id)
    )
    params = {"title": subject.title if subject else "", "reason": excerpt(comment.review_note, 300)}
    key = f"comment/{comment.id}/returned"
    notify(session, event.author_id, "comment.returned", params, subject.url if subject else "/me/", key)


@on(ModerationDecided)
def tell_of_a_decision(session, event) -> None:
    """The author hears what was hidden or shown again, the rule and the moderator's words; the reporters what came of it."""
    subject = _thing(session, event.subject_kind, event.subject_id)
    report = session.get(Report, event.report_id) if event.report_id else _last_report(session, event)
    rule, again, note = (report.reason, report.restore_reason, report.note) if report else (None, None, "")
    thing = subject.title if subject else ""
    params = {"title": excerpt(thing, 80), "rule": rule or "", "again": again or "", "reason": excerpt(note, 300)}
    url = subject.url if subject else "/"
    stamp = (
        f"{event.subject_kind}/{event.subject_id}/{event.decision}/{event.report_id or (report.id if report else 0)}"
    )
    if event.decision in ("hidden", "restored"):
        notify(session, event.author_id, f"moderation.{event.decision}", params, url, f"moderation/{stamp}")
    if event.report_id and event.decision in ("hidden", "kept"):
        readers = sa.select(Reporter.user_id).where(Reporter.report_id == event.report_id)
        mine = {"title": params["title"], "rule": params["rule"]}
        notify(session, readers, f"report.{event.decision}", mine, url, f"report/{stamp}")


def _author_of(session, comment_id: int) -> int | None:
    return session.scalar(sa.select(Comment.author_id).where(Comment.id == comment_id))


def _thing(session, kind: str, ident: int):
    return links.describe(session, [(kind, ident)]).get((kind, ident))


def _last_report(session, event) -> Report | None:
    about = Report.subject_kind == event.subject_kind, Report.subject_id == event.subject_id
    return session.scalars(sa.select(Report).where(*about).order_by(Report.id.desc()).limit(1)).first()
