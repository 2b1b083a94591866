"""What follows from elsewhere: terms that end, rosters changed at the desk, talk that keeps a space alive."""

import sqlalchemy as sa

from portal.accounts.events import GrantChanged
from portal.accounts.models import Grant
from portal.clock import utcnow
from portal.conversations.events import CommentPublished
from portal.outbox import due, on
from portal.spaces.models import Space, Topic
from portal.spaces.service.roster import end_terms, recount

due("spaces.terms")(end_terms)


@on(GrantChanged)
def keep_the_count(session, event):
    grant = session.get(Grant, event.grant_id)
    if grant is not None and grant.on_kind == "space":
        recount(session, int(grant.on_ref))


@on(CommentPublished)
def keep_awake(session, event):
    """Talk under a topic counts as life of its space."""
    if event.subject_kind == "topic":
        of_topic = sa.select(Topic.space_id).where(Topic.id == event.subject_id).scalar_subquery()
        session.execute(sa.update(Space).where(Space.id == of_topic).values(last_active_at=utcnow()))
