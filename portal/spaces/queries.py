"""Reading spaces, their rosters, rules, topics and invitations."""

import sqlalchemy as sa
from sqlalchemy import orm

from portal import db
from portal.accounts.models import Grant
from portal.clock import utcnow
from portal.errors import NotFound
from portal.places.models import codes_above
from portal.policy import Role
from portal.spaces.models import Invitation, RuleVersion, Space, SpaceKind, SpaceState, Topic
from portal.spaces.policy import GIVEN, ROSTER
from portal.text.lazy import _l
from portal.web import paging

MEMBERS = 12  # of a roster on the space's own page
_RANK = {role: rank for rank, role in enumerate(reversed(GIVEN))}


def get_space(space_id: int) -> Space:
    """The space with its place. Raises NoResultFound where there is none."""
    found = sa.select(Space).where(Space.id == space_id).options(orm.joinedload(Space.place))
    return db.Session().scalars(found).one()


def list_spaces(
    place_code: str | None = None, kind: SpaceKind | None = None, *, after=None, before=None, size: int = 20
) -> paging.Page:
    """The open spaces of a place, of everything below it and of the places it belongs to, most recently active first."""
    wanted = sa.select(Space).where(Space.state != SpaceState.CLOSED).options(orm.joinedload(Space.place))
    if place_code:
        wanted = wanted.where(_around(place_code))
    if kind is not None:
        wanted = wanted.where(Space.kind == kind)
    return paging.by_key(db.Session(), wanted, [Space.last_active_at, Space.id], size=size, after=after, before=before)


def spaces_for(place_code: str) -> list[Space]:
    """The active spaces to which a proposal from this place may go: those of the place and of the places above."""
    here = sa.select(Space).where(Space.state == SpaceState.ACTIVE, Space.place_code.in_(codes_above(place_code)))
    nearest = sa.func.length(Space.place_code).desc()
    return list(
        db.Session().scalars(
            here.options(orm.joinedload(Space.place)).order_by(nearest, Space.kind, Space.id).limit(60)
        )
    )


def counts_by_kind(place_code: str | None) -> dict[str, int]:
    """How many of them there are of each kind. One query."""
    wanted = sa.select(Space.kind, sa.func.count()).where(Space.state != SpaceState.CLOSED).group_by(Space.kind)
    if place_code:
        wanted = wanted.where(_around(place_code))
    return {str(kind): n for kind, n in db.Session().execute(wanted)}


def _around(code: str):
    return sa.or_(db.prefix_range(Space.place_code, code), Space.place_code.in_(codes_above(code)[:-1]))


def roster(space: Space, limit: int | None = MEMBERS) -> list[Grant]:
    """Who sits here: chair, secretary, hosts, then members, longest-serving first; with the person loaded."""
    rank = sa.case({str(role): rank for role, rank in _RANK.items()}, value=sa.cast(Grant.role, sa.String), else_=9)
    wanted = living_grants(space.id).options(orm.joinedload(Grant.user)).order_by(rank, Grant.starts_at, Grant.id)
    return list(db.Session().scalars(wanted.limit(limit) if limit else wanted))


def chairs(space: Space) -> set[int]:
    """The ids of those who chair it now."""
    return set(
        db.Session().scalars(living_grants(space.id).where(Grant.role == Role.CHAIR).with_only_columns(Grant.user_id))
    )


def held_by(space: Space, actor) -> list[Grant]:
    """What somebody holds on the roster now, the oldest first."""
    return list(db.Session().scalars(living_grants(space.id).where(Grant.user_id == actor.id).order_by(Grant.id)))


def member_page(space: Space, after=None, before=None) -> paging.Page:
    """The whole roster, newest first, by key."""
    wanted = living_grants(space.id).options(orm.joinedload(Grant.user))
    return paging.by_key(db.Session(), wanted, [Grant.id], size=50, after=after, before=before)


def living_grants(space_id: int):
    """A statement: the roles of the roster that hold now."""
    now = utcnow()
    return sa.select(Grant).where(
        Grant.on_kind == "space",
        Grant.on_ref == str(space_id),
        Grant.role.in_(ROSTER),
        Grant.revoked_at.is_(None),
        Grant.starts_at <= now,
        sa.or_(Grant.ends_at.is_(None), Grant.ends_at > now),
    )


def to_come(space: Space) -> list[Grant]:
    """The roles of the roster whose first day is still to come, the next one first; for those who keep the roster."""
    later = sa.select(Grant).where(
        Grant.on_kind == "space",
        Grant.on_ref == str(space.id),
        Grant.role.in_(ROSTER),
        Grant.revoked_at.is_(None),
        Grant.starts_at > utcnow(),
    )
    return list(
        db.Session().scalars(later.options(orm.joinedload(Grant.user)).order_by(Grant.starts_at, Grant.id).limit(50))
    )


def get_grant(space: Space, grant_id: int) -> Grant:
    found = (
        db.Session()
        .scalars(sa.select(Grant).where(Grant.id == grant_id).options(orm.joinedload(Grant.user)))
        .one_or_none()
    )
    if found is None or (found.on_kind, found.on_ref) != ("space", str(space.id)) or found.role not in ROSTER:
        raise NotFound(_l("There is nothing at this address (any more)."))
    return found


def topics(space: Space, *, size: int = 10, after=None, before=None) -> paging.Page:
    """The topics of a space, most recently active first; hidden ones are left out."""
    wanted = (
        sa.select(Topic)
        .where(Topic.space_id == space.id, Topic.hidden_at.is_(None))
        .options(orm.joinedload(Topic.author))
    )
    keys = [Topic.last_active_at, Topic.id]
    return paging.by_key(db.Session(), wanted, keys, size=size, after=after, before=before, total=space.topic_count)


def get_topic(topic_id: int) -> Topic:
    """The topic with its author, space and place."""
    found = (
        sa.select(Topic)
        .where(Topic.id == topic_id)
        .options(orm.joinedload(Topic.author), orm.joinedload(Topic.space).joinedload(Space.place))
    )
    return db.Session().scalars(found).one()


def rule_versions(space: Space) -> list[RuleVersion]:
    """Every rule set the space ever had, newest first."""
    wanted = (
        sa.select(RuleVersion).where(RuleVersion.space_id == space.id).order_by(RuleVersion.version.desc()).limit(50)
    )
    return list(db.Session().scalars(wanted))


def get_invitation(invitation_id: int) -> Invitation:
    found = (
        sa.select(Invitation)
        .where(Invitation.id == invitation_id)
        .options(orm.joinedload(Invitation.space).joinedload(Space.place), orm.joinedload(Invitation.user))
    )
    return db.Session().scalars(found).one()


def open_invitations(space: Space) -> list[Invitation]:
    """Invitations and wishes that have not been answered; for those who may invite."""
    wanted = sa.select(Invitation).where(Invitation.space_id == space.id, Invitation.answered_at.is_(None))
    return list(db.Session().scalars(wanted.options(orm.joinedload(Invitation.user)).order_by(Invitation.id).limit(50)))


def my_invitation(space: Space, actor) -> Invitation | None:
    """What is still open between this person and the space: an invitation, or a wish of his own."""
    if actor.id is None:
        return None
    wanted = sa.select(Invitation).where(
        Invitation.space_id == space.id, Invitation.user_id == actor.id, Invitation.answered_at.is_(None)
    )
    return db.Session().scalars(wanted.order_by(Invitation.id.desc()).limit(1)).first()


def invitations_of(user_id: int) -> list[Invitation]:
    """The invitations a person has not answered yet."""
    wanted = sa.select(Invitation).where(
        Invitation.user_id == user_id, Invitation.invited_by != user_id, Invitation.answered_at.is_(None)
    )
    return list(
        db.Session().scalars(wanted.options(orm.joinedload(Invitation.space)).order_by(Invitation.id.desc()).limit(20))
    )
