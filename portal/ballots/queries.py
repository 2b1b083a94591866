"""Reading ballots."""

from typing import NamedTuple

import sqlalchemy as sa

from portal import clock, db
from portal.ballots import policy
from portal.ballots.models import Ballot, Elector, Vote
from portal.ballots.states import BallotState
from portal.policy import Refusal


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
    return policy.why_not_vote(actor, ballot, found.elector, clock.utcnow(), found.vote)


def ballots_of(kind: str, ident: int) -> list[Ballot]:
    """Every ballot there was about a thing, newest first."""
    wanted = sa.select(Ballot).where(Ballot.subject_kind == kind, Ballot.subject_id == ident)
    return list(db.Session().scalars(wanted.order_by(Ballot.id.desc())))


def open_for(actor, limit: int = 20) -> list[Ballot]:
    """Ballots this person may vote in and has not yet, the one that closes first on top. One query."""
    if actor.id is None:
        return []
    voted = sa.exists().where(Vote.ballot_id == Elector.ballot_id, Vote.seat == Elector.seat)
    wanted = (
        sa.select(Ballot)
        .join(Elector, Elector.ballot_id == Ballot.id)
        .where(Elector.user_id == actor.id, Ballot.state == BallotState.OPEN, Ballot.closes_at > clock.utcnow(), ~voted)
    )
    return list(db.Session().scalars(wanted.order_by(Ballot.closes_at, Ballot.id).limit(limit)))


def running(place_code: str = "", limit: int = 10) -> list[Ballot]:
    """Open ballots of a place and below it, the one that closes first on top."""
    wanted = sa.select(Ballot).where(Ballot.state == BallotState.OPEN, Ballot.closes_at > clock.utcnow())
    if place_code:
        wanted = wanted.where(db.prefix_range(Ballot.place_code, place_code))
    return list(db.Session().scalars(wanted.order_by(Ballot.closes_at, Ballot.id).limit(limit)))
