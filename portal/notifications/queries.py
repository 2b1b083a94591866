"""Reading one's notifications."""

from typing import NamedTuple

import sqlalchemy as sa

from portal import db
from portal.notifications.models import Notification
from portal.web import paging
from portal.web.context import provides

MOST = 99  # more is shown as 99+


class Unread(NamedTuple):
    all: int
    tasks: int


def of(actor, *, only: str = "", after=None, before=None) -> paging.Page:
    """One page of this person's notifications, newest first. `only` is "", "new" or "tasks". One statement."""
    mine = sa.select(Notification).where(Notification.user_id == actor.id)
    if only in ("new", "tasks"):
        mine = mine.where(Notification.read_at.is_(None))
    if only == "tasks":
        mine = mine.where(Notification.is_task)
    return paging.by_key(db.Session(), mine, [Notification.id], size=20, after=after, before=before)


def unread(actor) -> Unread:
    """How much is new, and how much of it waits for this person (counted to 100 at most). One statement."""
    return Unread(*db.Session().execute(_UNREAD, {"user": actor.id}).one())


_new = (
    sa.select(Notification.is_task)
    .where(Notification.user_id == sa.bindparam("user"), Notification.read_at.is_(None))
    .limit(MOST + 1)
    .subquery()
)
_tasks = sa.func.coalesce(sa.func.sum(sa.cast(_new.c.is_task, sa.Integer)), 0)
_UNREAD = db.plan_once(sa.select(sa.func.count(), _tasks).select_from(_new))


def shown(number: int) -> str:
    """The number for a badge."""
    return f"{MOST}+" if number > MOST else str(number)


@provides("unread")
def _unread(actor) -> str:
    number = unread(actor).all if actor.is_authenticated else 0
    return shown(number) if number else ""
