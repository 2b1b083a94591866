"""Reading ballots."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from portal import clock, db, links
from portal.accounts.models import Grant, User, UserKind
from portal.ballots import policy, results
from portal.ballots.models import Ballot, Choice, Elector, Vote
from portal.ballots.states import BallotState
from portal.conversations.policy import ROSTER
from portal.policy import Level, Refusal
from portal.spaces.rules import Electorate
from portal.web import paging


class Seat(NamedTuple):
    """Where somebody stands in a ballot: his row in the snapshot, and what his seat has voted so far."""

    elector: Elector | None
    vote: Vote | None


def get_ballot(ballot_id: int) -> Ballot:
    """Raises NoResultFound where there is none."""
    return db.Session().get_one(Ballot, ballot_id)


def seat(ballot: Ballot, actor) -> Seat:
    """One query (none for guests)."""
    return seat_of(db.Session(), ballot.id, actor.id)


def seat_of(session, ballot_id: int, user_id: int | None) -> Seat:
    if user_id is None:
        return Seat(None, None)
    wanted = (
        sa.select(Elector, Vote)
        .outerjoin(Vote, sa.and_(Vote.ballot_id == Elector.ballot_id, Vote.seat == Elector.seat))
        .where(Elector.ballot_id == ballot_id, Elector.user_id == user_id)
        .execution_options(populate_existing=True)
    )
    row = session.execute(wanted).one_or_none()
    return Seat(*row) if row else Seat(None, None)


def elector(ballot: Ballot, actor) -> Elector | None:
    return seat(ballot, actor).elector


def my_vote(ballot: Ballot, actor) -> Vote | None:
    """What this person's seat has voted; for the person only."""
    return seat(ballot, actor).vote


def why_not_vote(ballot: Ballot, actor) -> Refusal | None:
    """Why this person may not vote now, in a sentence. One query."""
    found = seat(ballot, actor)
    return policy.why_not_vote(
        actor, ballot, found.elector, clock.utcnow(), found.vote, hidden=is_hidden(db.Session(), ballot)
    )


def subject(session, ballot: Ballot) -> links.Subject | None:
    """What is voted on; None where nobody knows this kind of thing. One query."""
    key = (ballot.subject_kind, ballot.subject_id)
    return links.describe(session, [key]).get(key)


hidden_if: dict[
    str, Callable[[Any], sa.ColumnElement[bool]]
] = {}  # by kind of subject: is the one with this id hidden?


def hidden() -> sa.ColumnElement[bool]:
    """Is what is voted on not shown at present? A condition on ballots. Its question is not shown then, and nobody votes."""
    return sa.or_(
        sa.false(), *(sa.and_(Ballot.subject_kind == kind, of(Ballot.subject_id)) for kind, of in hidden_if.items())
    )


def is_hidden(session, ballot: Ballot) -> bool:
    """The same of one ballot. One query."""
    return bool(session.scalar(sa.select(hidden()).select_from(Ballot).where(Ballot.id == ballot.id)))


def open_for(actor, limit: int = 20) -> list[Ballot]:
    """Ballots this person may vote in and has not yet, the one that closes first on top. One query."""
    if actor.id is None:
        return []
    voted = sa.exists().where(Vote.ballot_id == Elector.ballot_id, Vote.seat == Elector.seat)
    wanted = (
        sa.select(Ballot)
        .join(Elector, Elector.ballot_id == Ballot.id)
        .where(
            Elector.user_id == actor.id,
            Ballot.state == BallotState.OPEN,
            Ballot.closes_at > clock.utcnow(),
            ~voted,
            ~hidden(),
        )
    )
    return list(db.Session().scalars(wanted.order_by(Ballot.closes_at, Ballot.id).limit(limit)))


def running(place_code: str = "", limit: int = 10) -> list[Ballot]:
    """Open ballots of a place and below it, the one that closes first on top."""
    wanted = sa.select(Ballot).where(Ballot.state == BallotState.OPEN, Ballot.closes_at > clock.utcnow(), ~hidden())
    if place_code:
        wanted = wanted.where(db.prefix_range(Ballot.place_code, place_code))
    return list(db.Session().scalars(wanted.order_by(Ballot.closes_at, Ballot.id).limit(limit)))


def electorate(ballot: Ballot, now: datetime) -> sa.Select:
    """(ballot, person, seat) of everybody who may vote, if it opened now."""
    rules = ballot.rule_set
    own = sa.literal("u:") + sa.cast(User.id, sa.String)
    seat = own
    if rules.per_household:  # whoever has no household on the roll votes alone
        shared = sa.literal("h:") + User.home_code + sa.literal("/") + User.household
        seat = sa.case((sa.and_(User.household.isnot(None), User.household != ""), shared), else_=own)
    who = sa.select(sa.literal(ballot.id), User.id, seat).where(
        User.level >= int(Level.RESIDENT),
        User.kind == UserKind.PERSON,
        User.is_suspended.is_(False),
        User.home_code.isnot(None),
    )
    if rules.electorate is Electorate.MEMBERS:
        return who.where(User.id.in_(_members(ballot.space_id, now)))
    return who.where(db.prefix_range(User.home_code, ballot.place_code))


def _members(space_id: int, now: datetime) -> sa.Select:
    return sa.select(Grant.user_id).where(
        Grant.on_kind == "space", Grant.on_ref == str(space_id), Grant.role.in_(ROSTER), Grant.revoked_at.is_(None),
        Grant.starts_at <= now, sa.or_(Grant.ends_at.is_(None), Grant.ends_at > now),
    )  # fmt: skip


class Named(NamedTuple):
    """Who chose what in a vote by name. `cast_at` and `cast_by` are the key by which the list pages."""

    name: str
    choice: Choice
    cast_at: datetime
    cast_by: int


def named_votes(ballot: Ballot, now: datetime, *, after=None, before=None, size: int = 50) -> paging.Page | None:
    """Who chose what, the first vote on top; None where nobody may know, or not yet. One query, none for a secret ballot."""
    if not results.names_are_public(ballot, now):
        return None
    wanted = (
        sa.select(User.display_name.label("name"), Vote.choice, Vote.cast_at, Vote.cast_by)
        .join(User, User.id == Vote.cast_by)
        .where(Vote.ballot_id == ballot.id)
    )
    page = paging.by_key(
        db.Session(),
        wanted,
        [Vote.cast_at, Vote.cast_by],
        size=size,
        after=after,
        before=before,
        scalars=False,
        ascending=True,
    )
    return page._replace(rows=[Named(*row) for row in page.rows], total=ballot.turnout)
