"""Giving and taking back roles. The grants on a space, a team or a unit are its roster."""

import sqlalchemy as sa

from portal import audit, clock, db, links, outbox
from portal.accounts import policy, queries
from portal.accounts.events import GrantChanged
from portal.accounts.models import Grant, User
from portal.db import transaction
from portal.errors import Invalid, NotFound
from portal.places.models import Place
from portal.policy import SYSTEM, Role, Scope, require
from portal.text.clean import one_line
from portal.text.lazy import _l


class WrongFirstDay(Invalid):
    """The term cannot begin on that day."""


def check_term(starts_at, ends_at) -> None:
    """A term begins now (None), today or on a day to come, and ends after that. Raises Invalid."""
    if ends_at is not None and ends_at <= clock.utcnow():
        raise Invalid(_l("The last day must lie in the future."))
    if starts_at is not None and starts_at.astimezone(clock.BEIJING).date() < clock.today():
        raise WrongFirstDay(_l("The first day must not lie in the past."))
    if starts_at is not None and ends_at is not None and ends_at <= starts_at:
        raise WrongFirstDay(_l("The first day must not lie after the last."))


def give(
    session, by, user_id: int, role: Role, on: tuple[str, object], *, title: str = "", starts_at=None, ends_at=None
) -> Grant:
    """Let somebody hold a role on (kind, ref) from now or from a moment to come, inside the caller's transaction. The
    caller has asked its own policy.

    Doing it again returns the living grant, with title, first day and end brought up to date. Who holds the role today
    keeps it: a later first day is refused then (WrongFirstDay).
    """
    now = clock.utcnow()
    begins_at = starts_at if starts_at is not None and starts_at > now else None
    key = {"user_id": user_id, "role": role, "on_kind": on[0], "on_ref": str(on[1])}
    row = key | {"title": title, "starts_at": begins_at or now, "begins_at": begins_at, "ends_at": ends_at,
                 "granted_by": by.id}  # fmt: skip
    found = db.inserted(session, Grant, row)
    if found is None:
        found = session.scalars(_living(key).with_for_update().execution_options(populate_existing=True)).one()
        if not _brought_up_to_date(found, by, title, begins_at, ends_at, now):
            return found
    _note(session, by, "grant.give", found, given=True, starts_at=begins_at, ends_at=ends_at)
    return found


def take_back(session, by, grant: Grant) -> None:
    """End a grant, inside the caller's transaction. One that has ended stays ended."""
    living = sa.update(Grant).where(Grant.id == grant.id, Grant.revoked_at.is_(None))
    ended = session.scalars(
        living.values(revoked_at=clock.utcnow()).returning(Grant),
        execution_options={"populate_existing": True, "synchronize_session": False},
    ).one_or_none()
    if ended is not None:
        _note(session, by, "grant.revoke", ended, given=False)


def begin_terms(now) -> int:
    """Count and tell of every role whose first day has come; returns how many. A role holds from then on by itself."""
    come = sa.select(Grant.id).where(Grant.begins_at <= now, Grant.revoked_at.is_(None))
    ids = list(db.Session().scalars(come.order_by(Grant.id).limit(500)))
    return outbox.one_by_one(ids, lambda ident: _begin_term(ident, now))


def _begin_term(grant_id: int, now) -> bool:
    with transaction() as session:
        found = db.locked(session, Grant, grant_id)
        if found.revoked_at is not None or found.begins_at is None or found.begins_at > now:
            return False
        found.begins_at = None
        session.flush()
        _note(session, SYSTEM, "grant.begin", found, given=True)
        return True


def grant(actor, user_id: int, role: Role, on_kind: str, on_ref: str, ends_at=None, *, starts_at=None) -> Grant:
    """Give a role at the staff desk."""
    with transaction() as session:
        scope = scope_of(session, on_kind, on_ref, living=True)
        require(policy.why_not_grant(actor, user_id, role, on_kind, scope))
        user = session.get(User, user_id)
        if user is None or not user.is_active:
            raise NotFound(_l("There is no such account, or it is suspended."))
        check_term(starts_at, ends_at)
        return give(session, actor, user_id, role, (on_kind, str(on_ref)), starts_at=starts_at, ends_at=ends_at)


def revoke(actor, grant_id: int) -> None:
    """Take a role back at the staff desk."""
    with transaction() as session:
        found = db.locked(session, Grant, grant_id)
        scope = scope_of(session, found.on_kind, found.on_ref)
        require(policy.why_not_revoke(actor, found.user_id, found.role, scope))
        take_back(session, actor, found)


def get_revocable(actor, grant_id: int) -> Grant:
    """The living role with its person, if this actor may take it back. Raises NoResultFound, Refused."""
    session, found = db.Session(), queries.get_living_grant(grant_id)
    require(policy.why_not_revoke(actor, found.user_id, found.role, scope_of(session, found.on_kind, found.on_ref)))
    return found


def scope_of(session, on_kind: str, on_ref, *, living: bool = False) -> Scope:
    """Where the thing lies on which a role is held. Raises NotFound where there is no such thing, or, where one is
    wanted that is `living`, where the place was retired."""
    ref = one_line(str(on_ref))
    if on_kind == "place":
        place = session.get(Place, ref) if len(ref) <= 24 else None
        if place is not None and not (living and place.retired_at):
            return place.scope
    elif on_kind in policy.ROLES_ON and ref.isascii() and ref.isdigit() and len(ref) < 10:
        thing = links.describe(session, [(on_kind, int(ref))]).get((on_kind, int(ref)))
        if thing is not None:
            return thing.scope
    raise NotFound(_l("There is no such place, space, team or unit."))


def _living(key: dict):
    same = (getattr(Grant, name) == value for name, value in key.items())
    return sa.select(Grant).where(*same, Grant.revoked_at.is_(None))


def _brought_up_to_date(found: Grant, by, title: str, begins_at, ends_at, now) -> bool:
    """Does what is asked for now differ from what the person holds already, or will?"""
    holds, same_end = found.holds(now), found.ends_at == ends_at and title in ("", found.title)
    if holds and begins_at is not None:
        raise WrongFirstDay(_l("This person holds this role now. Take it back first if it is to begin later."))
    if same_end and (holds or (begins_at is not None and found.begins_at == begins_at)):
        return False
    if not holds:
        found.starts_at, found.begins_at, found.granted_by = begins_at or now, begins_at, by.id
    found.ends_at, found.title = ends_at, title or found.title
    return True


def _note(session, by, action: str, found: Grant, *, given: bool, **details) -> None:
    audit.record(
        session, by, action, ("user", found.user_id),
        granted=found.role.value, on_kind=found.on_kind, on_ref=found.on_ref, **details,
    )  # fmt: skip
    outbox.publish(session, GrantChanged(found.id, found.user_id, given))
    user = session.identity_map.get(sa.orm.util.identity_key(User, found.user_id))
    if user is not None:  # what was loaded before must not remember the old roles
        session.expire(user, ["grants"])
