"""What time does to ballots."""

from datetime import datetime

from portal.ballots import service
from portal.ballots.events import BallotAnnounced
from portal.ballots.models import Ballot
from portal.clock import utcnow
from portal.outbox import due, on


@on(BallotAnnounced)
def open_at_once(session, event) -> None:
    """A ballot announced for now opens as soon as the worker hears of it, not at the next full minute."""
    ballot, now = session.get(Ballot, event.ballot_id), utcnow()
    if ballot is not None and ballot.opens_at <= now:
        service.open_ballot(ballot.id, now)


@due("ballots.open")
def open_due(now: datetime) -> int:
    return service.open_due(now)


@due("ballots.close")
def close_due(now: datetime) -> int:
    return service.close_due(now)
