"""What time does to proposals."""

from datetime import datetime

from portal.outbox import due, one_by_one
from portal.proposals.service import deadlines, notice, ratings
from portal.proposals.states import ProposalState

S = ProposalState


@due("proposals.expire")
def expire(now: datetime) -> int:
    """Drafts and returned proposals that nobody touched for 30 days."""
    return one_by_one(deadlines.due(now, S.DRAFT, S.RETURNED), lambda ident: deadlines.run(ident, "expire", now))


@due("proposals.lapse")
def lapse(now: datetime) -> int:
    """Not enough seconds in time, or not enough that stand when the deliberation is over."""
    return one_by_one(deadlines.due(now, S.GATHERING, S.DELIBERATING), lambda ident: deadlines.run(ident, "lapse", now))


@due("proposals.conclude")
def conclude(now: datetime) -> int:
    """The days of deliberation are over, and enough seconds stand."""
    return one_by_one(deadlines.due(now, S.DELIBERATING), lambda ident: deadlines.run(ident, "conclude", now))


@due("proposals.end_notice")
def end_notice(now: datetime) -> int:
    """The public notice is over; the official answer is owed."""
    return one_by_one(deadlines.due(now, S.PUBLICITY, on_notice=True), lambda ident: notice.end_notice(ident, now))


@due("proposals.close_rating")
def close_rating(now: datetime) -> int:
    """The time for ratings is over."""
    return one_by_one(deadlines.due(now, S.DONE), lambda ident: ratings.close_rating(ident, now))
