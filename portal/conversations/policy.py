"""Who may write in a thread, change a comment, look at what waits."""

from datetime import datetime, timedelta

from portal.conversations.models import Comment, CommentState, Thread
from portal.policy import Level, Refusal, Role, Scope
from portal.text.lazy import _l

REVIEWERS = frozenset({Role.MODERATOR, Role.PLACE_ADMIN})
ROSTER = frozenset({Role.MEMBER, Role.CHAIR, Role.SECRETARY, Role.HOST})
EDIT_WINDOW = timedelta(minutes=15)


def why_not_speak(actor, scope: Scope, *, level: int, residents_only=False, members_only=False) -> Refusal | None:
    """May this person write where such rules hold? Spaces, topics and proposals ask the same question."""
    if not actor.is_authenticated:
        return Refusal(_l("Sign in to join in."), "accounts.sign_in")
    if actor.is_suspended:
        return Refusal(_l("Your account may not write at present. Ask your community what to do."))
    if actor.level < level:
        if level >= Level.RESIDENT:
            return Refusal(_l("Only confirmed residents write here. Get verified first."), "accounts.verify")
        return Refusal(
            _l("Only people whose real name is confirmed write here. Get verified first."), "accounts.verify"
        )
    if (residents_only or members_only) and actor.has_role(ROSTER | REVIEWERS, scope):
        return None
    if members_only:
        return Refusal(_l("Only the members write here. You can read everything."))
    if residents_only and not actor.lives_in(scope.place):
        return Refusal(_l("Only confirmed residents of this place write here. You can read everything."))
    return None


def why_not_comment(actor, thread: Thread) -> Refusal | None:
    if not thread.is_open:
        return Refusal(_l("This conversation is closed. You can read it."))
    return why_not_speak(
        actor,
        thread.scope,
        level=thread.write_level,
        residents_only=thread.residents_only,
        members_only=thread.members_only,
    )


def why_not_reply(actor, thread: Thread, parent: Comment | None) -> Refusal | None:
    if parent is None:
        return Refusal(_l("What you answer to is not here (any more)."))
    if parent.state is not CommentState.PUBLISHED or parent.is_hidden:
        return Refusal(_l("What you answer to is not shown at present."))
    return None


def why_not_edit(actor, comment: Comment, now: datetime) -> Refusal | None:
    """The author, within 15 minutes; what was returned may be mended at any time."""
    if comment.author_id != actor.id or actor.id is None:
        return Refusal(_l("Only the author may change a comment."))
    if comment.is_hidden or comment.state is CommentState.WITHDRAWN:
        return Refusal(_l("This comment is no longer shown and cannot be changed."))
    if comment.state is not CommentState.RETURNED and now - comment.created_at > EDIT_WINDOW:
        return Refusal(_l("A comment can be changed for 15 minutes. Add another one, or withdraw this one."))
    return None


def why_not_withdraw(actor, comment: Comment) -> Refusal | None:
    if comment.author_id != actor.id or actor.id is None:
        return Refusal(_l("Only the author may withdraw a comment."))
    if comment.state is CommentState.WITHDRAWN:
        return Refusal(_l("This comment has already been withdrawn."))
    return None


def is_reviewer(actor, scope: Scope) -> bool:
    return actor.has_role(REVIEWERS, scope)


def why_not_review(actor, comment: Comment, scope: Scope) -> Refusal | None:
    if not is_reviewer(actor, scope):
        return Refusal(_l("Comments here are looked at by the moderators of this place."))
    if comment.author_id == actor.id:
        return Refusal(_l("Nobody decides about his own words. A colleague has to look at this."))
    if comment.state is not CommentState.WAITING:
        return Refusal(_l("A colleague has already decided about this comment."))
    return None


def why_not_see(actor, comment: Comment, scope: Scope) -> Refusal | None:
    """What waits or was returned is seen by its author and, while it waits, by reviewers."""
    if comment.state is CommentState.PUBLISHED or (comment.author_id == actor.id and actor.id is not None):
        return None
    if comment.state is CommentState.WAITING and is_reviewer(actor, scope):
        return None
    return Refusal(_l("This comment is not shown."))
