"""Who hears of something: SELECTs of user ids, so that a crowd costs one statement."""

import sqlalchemy as sa

from portal import clock
from portal.accounts.models import Grant, User
from portal.ballots.models import Ballot, Elector, Vote
from portal.ballots.queries import electorate
from portal.links.models import Link
from portal.places.models import codes_above
from portal.proposals.models import Follow, Proposal, Second


def holders(
    roles, *, place: str = "", space: int | None = None, team: int | None = None, unit: int | None = None
) -> sa.Select:
    """People who hold one of these roles now on the place or anything above it, or on the space, team or unit."""
    now = clock.utcnow()
    on = [sa.and_(Grant.on_kind == "place", Grant.on_ref.in_(codes_above(place)))] if place else []
    on += [
        sa.and_(Grant.on_kind == kind, Grant.on_ref == str(ref))
        for kind, ref in (("space", space), ("team", team), ("unit", unit))
        if ref is not None
    ]
    return sa.select(Grant.user_id).where(
        sa.or_(*on), Grant.role.in_(roles), Grant.revoked_at.is_(None), Grant.starts_at <= now,
        sa.or_(Grant.ends_at.is_(None), Grant.ends_at > now),
    )  # fmt: skip


def seconders(proposal_id: int) -> sa.Select:
    return sa.select(Second.user_id).where(Second.proposal_id == proposal_id)


def standing(proposal_id: int) -> sa.Select:
    """Whose second stands for the text as it is now, without those who never looked at a new one."""
    return seconders(proposal_id).where(Second.stale.is_(False))


def followers(proposal_id: int) -> sa.Select:
    return sa.select(Follow.user_id).where(Follow.proposal_id == proposal_id)


def author(proposal_id: int) -> sa.Select:
    return sa.select(Proposal.author_id).where(Proposal.id == proposal_id)


def concerned(proposal_id: int) -> sa.CompoundSelect:
    """The author, everybody who seconded and everybody who follows."""
    return sa.union(author(proposal_id), seconders(proposal_id), followers(proposal_id))


def electors(ballot_id: int) -> sa.Select:
    return sa.select(Elector.user_id).where(Elector.ballot_id == ballot_id)


def seat_mates(ballot_id: int, user_id: int) -> sa.Select:
    """Everybody who shares this person's vote in a ballot, and the person."""
    seat = sa.select(Elector.seat).where(Elector.ballot_id == ballot_id, Elector.user_id == user_id).scalar_subquery()
    return electors(ballot_id).where(Elector.seat == seat)


def likely_electors(ballot: Ballot) -> sa.Select:
    """Who could vote if it opened now; who really can is written down when it opens."""
    return electorate(ballot, clock.utcnow()).with_only_columns(User.id)


def voters(ballot_id: int) -> sa.Select:
    return sa.select(Vote.cast_by).where(Vote.ballot_id == ballot_id)


def followers_of_case(case_id: int) -> sa.Select:
    """Who follows a proposal this case came from."""
    sources = sa.select(Link.from_id).where(Link.to_kind == "case", Link.to_id == case_id, Link.from_kind == "proposal")
    return sa.select(Follow.user_id).where(Follow.proposal_id.in_(sources))


def without(people, *ids: int | None):
    """The same people but for these."""
    gone = [ident for ident in ids if ident is not None]
    if not gone:
        return people
    column = people.subquery().c
    first = next(iter(column))
    return sa.select(first).where(first.not_in(gone))
