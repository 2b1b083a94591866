"""Spaces and topics as others see them; how a topic's counts follow its conversation and its being hidden."""

import sqlalchemy as sa
from sqlalchemy import orm

from portal import db
from portal.accounts import me
from portal.accounts.states import ROLE_LABELS
from portal.clock import utcnow
from portal.conversations.service import close_thread, counters
from portal.links import Subject, subject
from portal.moderation.service import reportable
from portal.policy import Role
from portal.spaces import queries
from portal.spaces.defaults import ABOUT
from portal.spaces.models import Space, Topic
from portal.text.lazy import _l


@subject("space")
def spaces(session, ids):
    for space in session.scalars(sa.select(Space).where(Space.id.in_(ids))):
        yield Subject(
            "space",
            space.id,
            space.name,
            f"/spaces/{space.id}",
            ABOUT[space.kind].label,
            space.scope,
            state=str(space.state),
        )


@subject("topic")
def topics(session, ids):
    for topic in session.scalars(sa.select(Topic).where(Topic.id.in_(ids)).options(orm.joinedload(Topic.space))):
        yield Subject(
            "topic",
            topic.id,
            topic.title,
            f"/topics/{topic.id}",
            _l("Discussion topic"),
            topic.space.scope,
            state="open" if topic.is_open else "closed",
            author_id=topic.author_id,
            public=not topic.is_hidden,
            thing=topic,
        )


def _talked(session, topic_id: int, by: int) -> None:
    if by > 0:
        session.execute(
            sa.update(Topic).where(Topic.id == topic_id).values(last_active_at=utcnow()),
            execution_options={"synchronize_session": False},
        )


def _hidden(session, topic: Topic, hide: bool) -> None:
    """A hidden topic counts no more, and nobody writes below it. The topic is locked before its thread, as who comments does."""
    db.locked(session, Topic, topic.id)
    by = -1 if hide else +1
    session.execute(
        sa.update(Space).where(Space.id == topic.space_id).values(topic_count=Space.topic_count + by),
        execution_options={"synchronize_session": False},
    )
    if topic.is_open:
        close_thread(session, topic.thread_id, closed=hide)


def my_invitations(actor):
    """For one's own page: what waits for a yes or no."""
    return [
        (i.space.name, f"/invitations/{i.id}", i.title or ROLE_LABELS[Role(i.role)])
        for i in queries.invitations_of(actor.id)
    ]


me.section(_l("You are invited"), my_invitations)
counters["topic"] = _talked
reportable("topic", Topic, hide=_hidden)
