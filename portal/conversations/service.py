"""Opening threads, commenting, changing, withdrawing, reviewing. Counts change in the same order everywhere."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from portal import audit, outbox
from portal.clock import utcnow
from portal.conversations import policy
from portal.conversations.events import CommentPublished, CommentReviewed
from portal.conversations.models import Comment, CommentState, CommentVersion, Stance, Thread
from portal.db import transaction
from portal.errors import Conflict, Invalid, NotFound
from portal.policy import Scope, require
from portal.text import richtext
from portal.text.clean import clean
from portal.text.lazy import _l

MOST = 500  # characters of a comment; imported ones may have IMPORTED_MOST
IMPORTED_MOST = 2000
TWICE = timedelta(minutes=1)  # the same words within this time are the same comment sent twice

counters: dict[str, Callable[[orm.Session, int, int], None]] = {}  # kind of thing → (session, id, by)


def open_thread(
    session,
    subject: tuple[str, int],
    scope: Scope,
    *,
    write_level: int,
    members_only: bool = False,
    review_first: bool = False,
    residents_only: bool = False,
    new: bool = False,
) -> Thread:
    """The thread of a thing; a second call returns the first one. Inside the caller's transaction.

    `new`: the caller knows that there is none yet.
    """
    same = sa.select(Thread).where(Thread.subject_kind == subject[0], Thread.subject_id == subject[1])
    if not new and (had := session.scalars(same).one_or_none()) is not None:
        return had
    values = {
        "subject_kind": subject[0],
        "subject_id": subject[1],
        "place_code": scope.place,
        "space_id": scope.space,
        "write_level": write_level,
        "members_only": members_only,
        "residents_only": residents_only,
        "review_first": review_first,
    }
    with session.no_autoflush:  # its thing is written once, at the end
        return session.scalars(sa.insert(Thread).values(values).returning(Thread)).one()


def close_thread(session, thread_id: int | None, *, closed: bool = True) -> None:
    """Nobody writes any more (or again). Inside the caller's transaction, which has locked the thread's thing."""
    session.execute(
        sa.update(Thread).where(Thread.id == thread_id).values(is_open=not closed),
        execution_options={"synchronize_session": "fetch"},
    )


def comment(
    actor, thread_id: int, body: str, parent_id: int | None = None, stance: str | Stance | None = None
) -> Comment:
    """Say something, or answer somebody. The same words sent twice within a minute are one comment."""
    body = _usable(body)
    with transaction() as session:
        thread, parent, twin = _look(session, actor, thread_id, parent_id, body)
        require(policy.why_not_comment(actor, thread))
        if parent_id is not None:
            require(policy.why_not_reply(actor, thread, parent))
        if twin is not None:
            return twin
        said = Comment(
            thread_id=thread.id,
            parent_id=parent.id if parent else None,
            author_id=actor.id,
            body=body,
            html=richtext.render(body),
            stance=None if parent else _stance(stance),
            state=CommentState.PUBLISHED,
        )
        if thread.review_first and not policy.is_reviewer(actor, thread.scope):
            said.state = CommentState.WAITING
        expected = thread.comment_count + 1
        _shift(session, thread, said, +1 if _counts(said) else 0)
        require(policy.why_not_comment(actor, thread))  # it may have been closed while we waited for it
        if thread.comment_count != expected and (twin := _twin(session, actor, thread_id, said.parent_id, body)):
            _shift(session, thread, said, -1 if _counts(said) else 0)
            return twin
        session.add(said)
        session.flush()
        audit.record(
            session,
            actor,
            "comment.publish" if _counts(said) else "comment.submit",
            ("comment", said.id),
            after=said.state,
            thread=thread.id,
            on=f"{thread.subject_kind}/{thread.subject_id}",
        )
        if _counts(said):
            _tell(session, thread, said)
        return said


def edit(actor, comment_id: int, body: str) -> Comment:
    """Change one's words; what they were is kept. What was returned goes back to the reviewers."""
    body, now = _usable(body), utcnow()
    with transaction() as session:
        said = _load(session, comment_id)
        require(policy.why_not_edit(actor, said, now))
        if body == said.body:
            return said
        old, state = said.body, said.state
        after = CommentState.WAITING if state is CommentState.RETURNED else state
        if (
            state is CommentState.PUBLISHED
            and said.thread.review_first
            and not policy.is_reviewer(actor, said.thread.scope)
        ):
            after = CommentState.WAITING
        if after is not state and state is CommentState.PUBLISHED:
            _shift(session, said.thread, said, -1)
        values = {"body": body, "html": richtext.render(body), "edited_at": now, "state": after, "review_note": ""}
        _set(session, said, **values)
        if state is CommentState.PUBLISHED:  # what nobody has read yet is no history
            session.add(CommentVersion(comment_id=said.id, body=old, replaced_at=now))
        audit.record(session, actor, "comment.edit", ("comment", said.id), before=state, after=after)
        return said


def withdraw(actor, comment_id: int) -> Comment:
    """Take one's own words back; answers to them stay."""
    with transaction() as session:
        said = _load(session, comment_id)
        require(policy.why_not_withdraw(actor, said))
        before = said.state
        if _counts(said):
            _shift(session, said.thread, said, -1)
        _set(session, said, state=CommentState.WITHDRAWN)
        audit.record(
            session, actor, "comment.withdraw", ("comment", said.id), before=before, after=CommentState.WITHDRAWN
        )
        return said


def review(actor, comment_id: int, decision: str, note: str = "") -> Comment:
    """`publish` what waits, or `return` it to its author with a note that is sent as it is written."""
    if decision not in ("publish", "return"):
        raise Invalid(_l("Choose one of the options."))
    note = clean(note)[:500]
    if decision == "return" and not note:
        raise Invalid(_l("Tell the author what to change."))
    with transaction() as session:
        said = _load(session, comment_id)
        require(policy.why_not_review(actor, said, said.thread.scope))
        after = CommentState.PUBLISHED if decision == "publish" else CommentState.RETURNED
        if after is CommentState.PUBLISHED and not said.is_hidden:
            _shift(session, said.thread, said, +1)
        _set(session, said, state=after, review_note=note)
        audit.record(
            session,
            actor,
            f"comment.review_{decision}",
            ("comment", said.id),
            before=CommentState.WAITING,
            after=after,
            note=note,
        )
        if _counts(said):
            _tell(session, said.thread, said)
        elif after is CommentState.RETURNED:
            outbox.publish(session, CommentReviewed(said.id, said.author_id))
        return said


def hidden(session, said: Comment, hide: bool) -> None:
    """Moderation is about to hide a comment or to show it again: its counts follow."""
    if said.state is CommentState.PUBLISHED:
        _shift(session, said.thread, said, -1 if hide else +1)


def _usable(body: str, most: int = MOST) -> str:
    body = clean(body)
    if not body:
        raise Invalid(_l("Write something first."))
    if len(body) > most:
        raise Invalid(_l("At most %(max)s characters, please shorten it.", max=most))
    return body


def _stance(stance) -> Stance | None:
    try:
        return Stance(stance) if stance else None
    except ValueError as problem:
        raise Invalid(_l("Choose one of the options.")) from problem


def _look(
    session, actor, thread_id: int, parent_id: int | None, body: str
) -> tuple[Thread, Comment | None, Comment | None]:
    """The thread, what is answered, and the same words sent a moment ago: one statement, no lock yet."""
    near = sa.or_(Comment.id == parent_id if parent_id is not None else sa.false(), _same(actor, parent_id, body))
    rows = session.execute(
        sa.select(Thread, Comment)
        .outerjoin(Comment, sa.and_(Comment.thread_id == Thread.id, near))
        .where(Thread.id == thread_id)
        .execution_options(populate_existing=True)
    ).all()
    if not rows:
        raise NotFound(_l("There is nothing at this address (any more)."))
    found = [row[1] for row in rows if row[1] is not None]
    parent = next((c for c in found if c.id == parent_id), None)
    if parent is not None and parent.parent_id is not None:  # an answer to an answer stands beside it
        parent = session.get(Comment, parent.parent_id)
    twin = next((c for c in found if c.id != parent_id), None)
    return rows[0][0], parent, twin


def _same(actor, parent_id, body):
    return sa.and_(
        Comment.author_id == (actor.id or 0),
        Comment.body == body,
        Comment.created_at > utcnow() - TWICE,
        Comment.state.in_((CommentState.PUBLISHED, CommentState.WAITING)),
        Comment.hidden_at.is_(None),
        Comment.parent_id == parent_id if parent_id is not None else Comment.parent_id.is_(None),
    )


def _twin(session, actor, thread_id, parent_id, body) -> Comment | None:
    return session.scalars(
        sa.select(Comment).where(Comment.thread_id == thread_id, _same(actor, parent_id, body)).limit(1)
    ).first()


def _load(session, comment_id: int) -> Comment:
    """The comment with its thread, fresh but not locked: `_set` notices if somebody was faster."""
    found = sa.select(Comment).where(Comment.id == comment_id).options(orm.joinedload(Comment.thread))
    return session.scalars(found.execution_options(populate_existing=True)).one()


def _counts(said: Comment) -> bool:
    return said.state is CommentState.PUBLISHED and not said.is_hidden


def _shift(session, thread: Thread, said: Comment, by: int) -> None:
    """A comment begins (+1) or ceases (−1) to be seen: the thing, the thread and the answered comment count it.

    Locks as it goes, always in this order. `thread` is fresh afterwards.
    """
    if by and thread.subject_kind in counters:
        counters[thread.subject_kind](session, thread.subject_id, by)
    values: dict[str, Any] = {"comment_count": Thread.comment_count + by}
    if said.parent_id is None and said.stance:
        column = Thread.for_count if said.stance is Stance.FOR else Thread.worry_count
        values[column.key] = column + by
    if by > 0 and not said.is_hidden:
        values["last_comment_at"] = utcnow()
    lock = sa.update(Thread).where(Thread.id == thread.id).values(**values).returning(Thread)
    session.scalars(lock, execution_options={"populate_existing": True, "synchronize_session": False}).one()
    if by and said.parent_id is not None:
        session.execute(
            sa.update(Comment).where(Comment.id == said.parent_id).values(reply_count=Comment.reply_count + by),
            execution_options={"synchronize_session": False},
        )


def _set(session, said: Comment, **values) -> None:
    """Change the comment if it is still what we saw."""
    hidden = Comment.hidden_at.isnot(None) if said.is_hidden else Comment.hidden_at.is_(None)
    as_seen = sa.and_(Comment.id == said.id, Comment.state == said.state, hidden)
    changed = session.execute(
        sa.update(Comment).where(as_seen).values(**values), execution_options={"synchronize_session": False}
    )
    if changed.rowcount != 1:
        raise Conflict(_l("This comment has just changed. Look at it again."))
    for name, value in values.items():
        orm.attributes.set_committed_value(said, name, value)


def _tell(session, thread: Thread, said: Comment) -> None:
    outbox.publish(
        session,
        CommentPublished(said.id, thread.id, thread.subject_kind, thread.subject_id, said.parent_id, said.author_id),
    )
