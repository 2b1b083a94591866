"""Starting a topic, closing it, opening it again."""

from datetime import timedelta

import sqlalchemy as sa

from portal import audit, db
from portal.clock import utcnow
from portal.conversations.service import close_thread, open_thread
from portal.db import transaction
from portal.errors import Conflict, Invalid
from portal.policy import require
from portal.spaces import policy
from portal.spaces.models import Space, Topic
from portal.spaces.rules import WhoWrites
from portal.text import richtext
from portal.text.clean import clean, one_line
from portal.text.lazy import _l

TITLE, BODY = 120, 2000  # characters
TWICE = timedelta(minutes=1)


def start_topic(actor, space_id: int, title: str, body: str = "") -> Topic:
    """Bring something up. Sent twice within a minute it is one topic."""
    title, body, now = one_line(title), clean(body), utcnow()
    if not 4 <= len(title) <= TITLE:
        raise Invalid(_l("Say in 4 to 120 characters what it is about."))
    if len(body) > BODY:
        raise Invalid(_l("At most %(max)s characters, please shorten it.", max=BODY))
    with transaction() as session:
        space = db.locked(session, Space, space_id)
        rules = space.rule_set
        require(policy.why_not_write(actor, space, rules))
        same = sa.select(Topic).where(
            Topic.space_id == space.id,
            Topic.author_id == actor.id,
            Topic.title == title,
            Topic.created_at > now - TWICE,
        )
        if (twin := session.scalars(same.limit(1)).first()) is not None:
            return twin
        topic = Topic(
            space_id=space.id,
            author_id=actor.id,
            title=title,
            body=body,
            html=richtext.render(body),
            created_at=now,
            last_active_at=now,
        )
        session.add(topic)
        session.flush()
        topic.thread_id = open_thread(
            session,
            ("topic", topic.id),
            space.scope,
            write_level=rules.write_level,
            review_first=rules.review_comments,
            members_only=rules.who_writes is WhoWrites.MEMBERS,
            residents_only=rules.who_writes is WhoWrites.RESIDENTS,
            new=True,
        ).id
        space.topic_count += 1
        space.last_active_at = now
        audit.record(session, actor, "topic.start", ("topic", topic.id), space=space.id)
        return topic


def close_topic(actor, topic_id: int) -> Topic:
    """Nobody writes under it any more; everybody can read it."""
    return _set_open(actor, topic_id, False)


def reopen_topic(actor, topic_id: int) -> Topic:
    return _set_open(actor, topic_id, True)


def _set_open(actor, topic_id: int, is_open: bool) -> Topic:
    with transaction() as session:
        topic = db.locked(session, Topic, topic_id)
        space = session.get_one(Space, topic.space_id)
        require(policy.why_not_tend(actor, space, topic))
        if topic.is_hidden:
            raise Conflict(_l("This topic is hidden. It has to be shown again first."))
        if topic.is_open is is_open:
            raise Conflict(_l("Somebody has already done this."))
        topic.is_open = is_open
        close_thread(session, topic.thread_id, closed=not is_open)
        audit.record(
            session,
            actor,
            "topic.reopen" if is_open else "topic.close",
            ("topic", topic.id),
            before=not is_open,
            after=is_open,
        )
        return topic
