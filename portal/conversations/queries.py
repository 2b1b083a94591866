"""Reading threads: one page of comments with the beginning of their answers, in three statements."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from portal import db
from portal.accounts.models import User
from portal.conversations import policy
from portal.conversations.models import Comment, CommentState, CommentVersion, Thread
from portal.errors import NotFound
from portal.policy import Refusal
from portal.text.lazy import _l
from portal.web import paging

PAGE = 50  # comments of a page, with the answers shown below them
FIRST_REPLIES = 3  # answers shown below each
REPLY_PAGE = 50
# A page shows the HTML of a comment; what was typed and where it came from stay in the database.
_AS_DRAWN = (
    *map(orm.defer, (Comment.body, Comment.source_ref, Comment.outside_votes)),
    orm.joinedload(Comment.author, innerjoin=True).load_only(User.display_name),
)
_THREAD = sa.bindparam("thread", type_=sa.Integer)
_READER = sa.bindparam("reader", type_=sa.Integer)


@dataclass
class ThreadPage:
    """One page of a conversation. Each comment of `page.rows` carries `.replies` (the first three), `.more_replies`."""

    thread: Thread
    page: paging.Page
    why_not: Refusal | None  # may this reader write?
    reviewer: bool
    reader_id: int | None

    @property
    def can_write(self) -> bool:
        return self.why_not is None


@dataclass
class ReplyPage:
    """One comment with one page of its answers, oldest first."""

    thread: Thread
    comment: Comment
    rows: list[Comment]
    after: int | None  # id of the last answer shown, if there are more
    why_not: Refusal | None
    reviewer: bool
    reader_id: int | None


def get_thread(thread_id: int) -> Thread:
    return db.Session().get_one(Thread, thread_id)


def thread_page(thread_id: int, actor, after=None, before=None) -> ThreadPage:
    """The newest comments that this reader may see; `after`/`before` are cursors (portal.web.paging)."""
    session = db.Session()
    thread = session.get_one(Thread, thread_id)
    reviewer = policy.is_reviewer(actor, thread.scope)
    given = {"thread": thread_id, "reader": actor.id}
    page = paging.by_key(
        session, _top(actor.id is not None, reviewer), [Comment.id], given=given, size=PAGE, after=after, before=before,
        weight=_shown,
    )  # fmt: skip
    _with_replies(session, thread_id, page.rows, actor, reviewer)
    return ThreadPage(thread, page, policy.why_not_comment(actor, thread), reviewer, actor.id)


def reply_page(comment_id: int, actor, after: int | None = None) -> ReplyPage:
    """A comment and its answers. Raises NotFound where this reader may not see the comment."""
    session = db.Session()
    comment = get_comment(comment_id, actor)
    if comment.parent_id is not None:
        comment = get_comment(comment.parent_id, actor)
    thread = comment.thread
    reviewer = policy.is_reviewer(actor, thread.scope)
    rows = list(
        session.scalars(
            sa.select(Comment)
            .where(
                Comment.thread_id == comment.thread_id,
                Comment.parent_id == comment.id,
                Comment.id > (after or 0),
                _seen_by(actor.id is not None, reviewer),
            )
            .options(orm.joinedload(Comment.author))
            .order_by(Comment.id)
            .limit(REPLY_PAGE + 1),
            {"reader": actor.id},
        )
    )
    more = len(rows) > REPLY_PAGE
    rows = rows[:REPLY_PAGE]
    why_not = policy.why_not_comment(actor, thread) or policy.why_not_reply(actor, thread, comment)
    return ReplyPage(thread, comment, rows, rows[-1].id if more else None, why_not, reviewer, actor.id)


def get_comment(comment_id: int, actor) -> Comment:
    """A comment with its thread and author, if this reader may see it."""
    found = sa.select(Comment).where(Comment.id == comment_id)
    comment = (
        db.Session()
        .scalars(found.options(orm.joinedload(Comment.thread), orm.joinedload(Comment.author)))
        .one_or_none()
    )
    if comment is None or (
        comment.state is not CommentState.WITHDRAWN and policy.why_not_see(actor, comment, comment.thread.scope)
    ):
        raise NotFound(_l("There is nothing at this address (any more)."))
    return comment


def versions(comment: Comment) -> list[CommentVersion]:
    """What a comment said before, newest first."""
    return list(
        db.Session().scalars(
            sa.select(CommentVersion)
            .where(CommentVersion.comment_id == comment.id)
            .order_by(CommentVersion.id.desc())
            .limit(50)
        )
    )


def waiting(places: list[str], spaces: Iterable[int] = ()):
    """The comments that wait for a look in these places and below, or in these spaces; a statement for the desk."""
    near = (db.prefix_range(Thread.place_code, code) for code in places)
    mine = sa.or_(sa.false(), *near, Thread.space_id.in_(list(spaces)))
    return (
        sa.select(Comment)
        .join(Comment.thread)
        .where(Comment.state == CommentState.WAITING, Comment.hidden_at.is_(None), mine)
    )


@lru_cache
def _top(signed_in: bool, reviewer: bool) -> sa.Select:
    """The comments of `thread` that answer none, as far as such a reader may see them. Built once, like the next one."""
    found = sa.select(Comment).where(
        Comment.thread_id == _THREAD, Comment.parent_id.is_(None), _seen_by(signed_in, reviewer)
    )
    # By `parent_id`, which is the same for all, because PostgreSQL does not see from IS NULL that the index is in this order.
    return db.plan_once(found.options(*_AS_DRAWN).order_by(Comment.parent_id.desc()))


@lru_cache
def _first_replies(signed_in: bool, reviewer: bool) -> sa.Select:
    """The first answers to each of the comments `wanted` of `thread`, numbered by the database."""
    number = sa.func.row_number().over(partition_by=Comment.parent_id, order_by=Comment.id).label("number")
    answers = (
        Comment.thread_id == _THREAD,
        Comment.parent_id.in_(sa.bindparam("wanted", expanding=True)),
    )  # an index begins with the thread
    numbered = sa.select(Comment.id, number).where(*answers, _seen_by(signed_in, reviewer)).subquery()
    return db.plan_once(
        sa.select(Comment)
        .join(numbered, numbered.c.id == Comment.id)
        .where(numbered.c.number <= FIRST_REPLIES)
        .options(*_AS_DRAWN)
        .order_by(Comment.id)
    )


def _seen_by(signed_in: bool, reviewer: bool) -> Any:
    """What was published (hidden: as a stub), `reader`'s own, and for reviewers what waits. Withdrawn only above answers."""
    seen = [
        Comment.state == CommentState.PUBLISHED,
        sa.and_(Comment.state == CommentState.WITHDRAWN, Comment.reply_count > 0),
    ]
    if signed_in:
        seen.append(
            sa.and_(Comment.author_id == _READER, Comment.state.in_((CommentState.WAITING, CommentState.RETURNED)))
        )
    if reviewer:
        seen.append(Comment.state == CommentState.WAITING)
    return sa.or_(*seen)


def _shown(comment: Comment) -> int:
    """How many comments it brings to a page."""
    return 1 + min(comment.reply_count, FIRST_REPLIES)


def _with_replies(session, thread_id: int, comments: list[Any], actor, reviewer: bool) -> None:
    """The first answers of every comment. One statement, none where there are no answers."""
    for comment in comments:
        comment.replies, comment.more_replies = [], comment.reply_count
    mine_may_wait = actor.id is not None
    wanted = [c.id for c in comments if mine_may_wait or c.reply_count]
    if not wanted:
        return
    rows = session.scalars(
        _first_replies(mine_may_wait, reviewer), {"thread": thread_id, "wanted": wanted, "reader": actor.id}
    )
    by_id = {c.id: c for c in comments}
    for reply in rows:
        parent = by_id[reply.parent_id]
        parent.replies.append(reply)
        if reply.state is CommentState.PUBLISHED and not reply.is_hidden:
            parent.more_replies -= 1
