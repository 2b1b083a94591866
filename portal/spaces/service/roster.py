"""Who sits in a space. The space's row is locked first, so that its number of members is right whoever comes at once."""

from contextlib import contextmanager
from datetime import datetime

import sqlalchemy as sa

from portal import audit, db, outbox
from portal.accounts import queries as accounts
from portal.accounts.models import Grant
from portal.accounts.service import check_term, give, take_back
from portal.clock import utcnow
from portal.db import transaction
from portal.errors import Conflict, Invalid, NotFound
from portal.policy import SYSTEM, Role, require
from portal.spaces import policy, queries
from portal.spaces.events import Asked, Invited
from portal.spaces.models import Invitation, Space
from portal.text.clean import one_line
from portal.text.lazy import _l


def join(actor, space_id: int) -> Grant | Invitation:
    """Walk into a forum or a living room; ask to be let into a council or a hall."""
    with transaction() as session:
        space = db.locked(session, Space, space_id)
        require(policy.why_not_join(actor, space))
        if policy.walks_in(space):
            return _seat(session, actor, space, actor.id, Role.MEMBER)
        had = session.scalars(_open(space.id, actor.id).limit(1)).first()
        if had is not None:
            return had
        wish = Invitation(space_id=space.id, user_id=actor.id, role=str(Role.MEMBER), invited_by=actor.id)
        session.add(wish)
        session.flush()
        audit.record(session, actor, "space.ask", ("space", space.id), invitation=wish.id)
        outbox.publish(session, Asked(wish.id, actor.id, space.id))
        return wish


def leave(actor, space_id: int) -> None:
    """Give up every role of the roster."""
    with transaction() as session:
        space = db.locked(session, Space, space_id)
        require(policy.why_not_leave(actor, space, queries.chairs(space)))
        mine = list(session.scalars(_seats(space.id).where(Grant.user_id == actor.id)))
        with _counting(session, space, actor.id):
            for grant in mine:
                take_back(session, actor, grant)


def invite(
    actor,
    space_id: int,
    username: str,
    role: Role | str = Role.MEMBER,
    *,
    title: str = "",
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
):
    """Ask somebody to sit here in a role, from a day and until a day. Asking again renews the open invitation."""
    role, title = _role(role), one_line(title)[:60]
    check_term(starts_at, ends_at)
    guest = accounts.find_by_username(one_line(username)[:40]) if one_line(username) else None
    with transaction() as session:
        space = db.locked(session, Space, space_id)
        require(policy.why_not_invite(actor, space, role))
        if guest is None or not guest.is_active:
            raise Invalid(_l("There is no account with this user name. Ask the person how it is written."))
        require(policy.why_not_give(actor, space, guest.id, role))
        if session.scalar(_seats(space.id).where(Grant.user_id == guest.id, Grant.role == role).limit(1)):
            raise Invalid(_l("This person already has this role here."))
        asked = _open(space.id, guest.id).where(Invitation.invited_by != guest.id, Invitation.role == str(role))
        found = session.scalars(asked.limit(1)).first()
        if found is None:
            found = Invitation(space_id=space.id, user_id=guest.id, role=str(role))
            session.add(found)
        found.title, found.invited_by = title, actor.id
        found.starts_at, found.ends_at = starts_at, ends_at
        session.flush()
        audit.record(session, actor, "space.invite", ("space", space.id), invitation=found.id, role_asked=role)
        outbox.publish(session, Invited(found.id, guest.id, space.id))
        return found


def answer(actor, invitation_id: int, accepted: bool) -> Invitation:
    """Say yes or no: the invited person to an invitation, somebody who may invite to a wish."""
    with transaction() as session:
        looked = session.get_one(Invitation, invitation_id)
        space = db.locked(session, Space, looked.space_id)
        found = db.locked(
            session, Invitation, invitation_id, options=[sa.orm.joinedload(Invitation.space, innerjoin=True)]
        )
        require(policy.why_not_answer(actor, found))
        if accepted and found.ends_at is not None and found.ends_at <= utcnow():
            raise Conflict(_l("The term of this invitation is over. Ask to be invited again."))
        found.answered_at, found.accepted = utcnow(), accepted
        audit.record(
            session, actor, "space.accept" if accepted else "space.decline", ("space", space.id), invitation=found.id
        )
        if accepted:
            term = {"starts_at": found.starts_at, "ends_at": found.ends_at}
            seat = _seat(session, actor, space, found.user_id, Role(found.role), title=found.title, **term)
            seat.granted_by = actor.id if found.invited_by == found.user_id else found.invited_by
        return found


def give_role(
    actor,
    space_id: int,
    user_id: int,
    role: Role | str,
    *,
    title: str = "",
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> Grant:
    """Give somebody who already sits here another role, from a day and until a day."""
    role, title = _role(role), one_line(title)[:60]
    check_term(starts_at, ends_at)
    with transaction() as session:
        space = db.locked(session, Space, space_id)
        require(policy.why_not_give(actor, space, user_id, role))
        if not session.scalar(_seats(space.id).where(Grant.user_id == user_id).limit(1)):
            raise Invalid(_l("Invite this person first; a role is given to somebody who has agreed to sit here."))
        return _seat(session, actor, space, user_id, role, title=title, starts_at=starts_at, ends_at=ends_at)


def take_role(actor, space_id: int, grant_id: int) -> None:
    """Take a role back, or give up one's own."""
    with transaction() as session:
        space = db.locked(session, Space, space_id)
        grant = session.get(Grant, grant_id)
        if (
            grant is None
            or (grant.on_kind, grant.on_ref) != ("space", str(space.id))
            or grant.role not in policy.ROSTER
        ):
            raise NotFound(_l("There is nothing at this address (any more)."))
        require(policy.why_not_take(actor, space, grant.user_id, grant.role))
        if grant.user_id == actor.id and grant.role is Role.CHAIR:
            require(policy.why_not_give_up(actor, queries.chairs(space)))
        _unseat(session, actor, space, grant)


def end_terms(now: datetime) -> int:
    """End every role whose term is over; returns how many. A role stops holding at that moment by itself."""
    over = sa.select(Grant.id).where(
        Grant.on_kind == "space", Grant.role.in_(policy.ROSTER), Grant.revoked_at.is_(None), Grant.ends_at <= now
    )
    return outbox.one_by_one(list(db.Session().scalars(over.order_by(Grant.id).limit(500))), _end_term)


def _end_term(grant_id: int) -> bool:
    with transaction() as session:
        grant = session.get_one(Grant, grant_id)
        _unseat(session, SYSTEM, db.locked(session, Space, int(grant.on_ref)), grant)
        return True


def recount(session, space_id: int) -> None:
    """Set the number of members to what the roster says; for roles given past this feature (the roles desk)."""
    space = db.locked(session, Space, space_id)
    people = _seats(space_id).where(_BEGUN).with_only_columns(sa.func.count(sa.distinct(Grant.user_id)))
    space.member_count = session.scalar(people)


def _seat(session, by, space: Space, user_id: int, role: Role, *, title="", starts_at=None, ends_at=None) -> Grant:
    with _counting(session, space, user_id):
        return give(session, by, user_id, role, ("space", space.id), title=title, starts_at=starts_at, ends_at=ends_at)


def _unseat(session, by, space: Space, grant: Grant) -> None:
    with _counting(session, space, grant.user_id):
        take_back(session, by, grant)


_BEGUN = Grant.begins_at.is_(None)


@contextmanager
def _counting(session, space: Space, user_id: int):
    """Let the number of members follow what is done to this person's roles inside."""
    sits = sa.select(_seats(space.id).where(Grant.user_id == user_id, _BEGUN).exists())
    sat = session.scalar(sits)
    yield
    session.flush()
    space.member_count += session.scalar(sits) - sat


def _seats(space_id: int):
    """The roles of the roster that nobody has taken back yet."""
    return sa.select(Grant).where(
        Grant.on_kind == "space",
        Grant.on_ref == str(space_id),
        Grant.role.in_(policy.ROSTER),
        Grant.revoked_at.is_(None),
    )


def _open(space_id: int, user_id: int):
    return sa.select(Invitation).where(
        Invitation.space_id == space_id, Invitation.user_id == user_id, Invitation.answered_at.is_(None)
    )


def _role(role: Role | str) -> Role:
    if role not in {str(r) for r in policy.GIVEN}:
        raise Invalid(_l("Choose one of the options."))
    return Role(role)
