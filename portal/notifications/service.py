"""Telling people, once, and noting what they have read."""

import sqlalchemy as sa

from portal import clock, db
from portal.accounts.models import User, UserKind
from portal.db import UTCDateTime, transaction
from portal.errors import NotFound
from portal.notifications.models import Notification
from portal.text.lazy import _l

FIELDS = ("user_id", "kind", "params", "url", "key", "is_task", "created_at")


def notify(session, users, kind: str, params: dict, url: str, key: str, is_task: bool = False) -> int:
    """Tell these people; returns how many had not been told yet.

    `users` is an id, some ids, or a SELECT of ids (for seconders, electors and other crowds: one INSERT … SELECT, however
    many they are). The same key tells a person once only. Outside pseudonyms and closed accounts are never told.
    """
    if isinstance(users, int):
        users = [users]
    if not isinstance(users, sa.Select | sa.CompoundSelect):
        users = sorted({int(ident) for ident in users if ident is not None})
        if not users:
            return 0
    columns = (
        User.id, sa.literal(kind), sa.literal(params, sa.JSON()), sa.literal(url[:200]), sa.literal(key),
        sa.literal(is_task), sa.literal(clock.utcnow(), UTCDateTime()),
    )  # fmt: skip
    people = sa.select(*columns).where(User.id.in_(users), User.kind == UserKind.PERSON, User.is_suspended.is_(False))
    statement = db.insert(session, Notification).from_select(FIELDS, people.order_by(User.id)).on_conflict_do_nothing()
    return session.execute(statement, execution_options={"preserve_rowcount": True}).rowcount


def settle(session, users, prefix: str, *, but: str = "") -> int:
    """What waited for these people under keys that begin so is done, by whomever; it stops waiting for all of them.

    `users` as in `notify`. `but`: a key that stays, so that the same event may be handled again.
    """
    if isinstance(users, int):
        users = [users]
    if not isinstance(users, sa.Select | sa.CompoundSelect):
        users = [ident for ident in users if ident is not None]
    waiting = (
        Notification.user_id.in_(users), Notification.key >= prefix, Notification.key < prefix + "~",
        Notification.key != but, Notification.is_task, Notification.read_at.is_(None),
    )  # fmt: skip
    done = sa.update(Notification).where(*waiting).values(read_at=clock.utcnow())
    return session.execute(done, execution_options={"synchronize_session": False}).rowcount


def read(actor, ident: int) -> Notification:
    """Note that the person has opened one; returns it, so that the page can lead on."""
    with transaction() as session:
        mine = sa.select(Notification).where(Notification.id == ident, Notification.user_id == actor.id)
        found = session.scalars(mine).one_or_none()
        if found is None:
            raise NotFound(_l("This message is not yours, or no longer there."))
        if found.read_at is None:
            found.read_at = clock.utcnow()
        return found


def read_all(actor, up_to: int) -> int:
    """Note everything up to this message as read: what arrived while the person was reading stays new."""
    with transaction() as session:
        mine = Notification.user_id == actor.id, Notification.read_at.is_(None), Notification.id <= up_to
        return db.touched(session, sa.update(Notification).where(*mine).values(read_at=clock.utcnow()))


__all__ = ["notify", "read", "read_all", "settle"]
