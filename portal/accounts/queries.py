"""Reading accounts."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy import orm

from portal import clock, db
from portal.accounts.models import Grant, User, Verification, VerificationState
from portal.accounts.policy import DESK
from portal.accounts.states import OPEN
from portal.places import counts
from portal.policy import Role


def get_user(ident: int) -> User:
    """The person with all roles. Raises NoResultFound where there is none."""
    return db.Session().scalars(_people().where(User.id == ident)).unique().one()


def find_by_username(username: str) -> User | None:
    """By the name used to sign in, whatever its case."""
    return db.Session().scalars(_people().where(User.username == username.strip().lower())).unique().one_or_none()


def find_by_phone(phone: str) -> User | None:
    """By a phone number in its normal form (phones.normal)."""
    return db.Session().scalars(_people().where(User.phone == phone)).unique().one_or_none()


def roster(on_kind: str, ref, roles: Iterable[Role] | None = None) -> list[Grant]:
    """Who holds a role on this thing now, with the person loaded; longest-serving first. One query."""
    now = clock.utcnow()
    wanted = (
        sa.select(Grant)
        .where(Grant.on_kind == on_kind, Grant.on_ref == str(ref), Grant.revoked_at.is_(None), Grant.starts_at <= now,
               sa.or_(Grant.ends_at.is_(None), Grant.ends_at > now))
        .options(orm.joinedload(Grant.user))
        .order_by(Grant.starts_at, Grant.id)
    )  # fmt: skip
    if roles is not None:
        wanted = wanted.where(Grant.role.in_(set(roles)))
    return list(db.Session().scalars(wanted))


def get_living_grant(ident: int) -> Grant:
    """A role that has not been taken back, with its person. Raises NoResultFound where there is none."""
    wanted = sa.select(Grant).where(Grant.id == ident, Grant.revoked_at.is_(None)).options(orm.joinedload(Grant.user))
    return db.Session().scalars(wanted).one()


def names(ids: Iterable[int]) -> dict[int, str]:
    """Display names by id. One query, none for no ids."""
    wanted = {ident for ident in ids if ident}
    if not wanted:
        return {}
    return dict(db.Session().execute(sa.select(User.id, User.display_name).where(User.id.in_(wanted))).tuples().all())


def resident_count(place_code: str) -> int:
    """How many confirmed residents (L3) a place has; a stored count."""
    return counts.totals(db.Session(), "resident", place_code).by_state.get("resident", 0)


def _people():
    return sa.select(User).options(orm.joinedload(User.grants))


def newest_wish(user_id: int) -> Verification | None:
    """The last verification somebody asked for, with its place."""
    wanted = sa.select(Verification).where(Verification.user_id == user_id).options(orm.joinedload(Verification.place))
    return db.Session().scalars(wanted.order_by(Verification.id.desc()).limit(1)).one_or_none()


def get_wish(ident: int) -> Verification:
    """A verification with person and place. Raises NoResultFound where there is none."""
    both = (orm.joinedload(Verification.place), orm.joinedload(Verification.user))
    return db.Session().scalars(sa.select(Verification).where(Verification.id == ident).options(*both)).one()


def waiting_wishes(actor, state: VerificationState = VerificationState.WAITING, limit: int = 50) -> list[Verification]:
    """What the desk of this person has to decide, oldest first."""
    if not (codes := actor.places_with(DESK)):
        return []
    wanted = (
        sa.select(Verification).where(Verification.state == state, _below(codes)).order_by(Verification.id).limit(limit)
    )
    both = (orm.joinedload(Verification.place), orm.joinedload(Verification.user))
    return list(db.Session().scalars(wanted.options(*both)))


def asked_here(actor, user_id: int) -> bool:
    """Does this person's wish wait for the desk of the actor?"""
    if not (codes := actor.places_with(DESK)):
        return False
    wish = sa.select(Verification.id).where(
        Verification.user_id == user_id, Verification.state.in_(OPEN), _below(codes)
    )
    return db.Session().scalar(wish.limit(1)) is not None


def how_many_wait(actor) -> sa.ScalarSelect[int]:
    """How many wishes wait for the desk of this person, for the number in the staff bar."""
    return waiting(actor).with_only_columns(sa.func.count()).scalar_subquery()


def waiting(actor) -> sa.Select:
    """The wishes that wait for the desk of this person; his own waits for a colleague."""
    mine = _below(actor.places_with(DESK))
    return sa.select(Verification).where(
        Verification.state == VerificationState.WAITING, Verification.user_id != actor.id, mine
    )


def _below(codes: list[str]):
    return sa.or_(sa.false(), *(db.prefix_range(Verification.place_code, code) for code in codes))
