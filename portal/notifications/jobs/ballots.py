"""Ballots: everybody who may vote is asked to, and hears how it ended."""

import sqlalchemy as sa

from portal import links
from portal.ballots.events import BallotClosed, BallotOpened
from portal.ballots.models import Ballot
from portal.notifications import audience
from portal.notifications.service import notify, settle
from portal.outbox import on


@on(BallotOpened)
def ask_the_electors(session, event) -> None:
    """One INSERT … SELECT from the snapshot, whether it holds ten people or ten thousand."""
    ballot = session.get(Ballot, event.ballot_id)
    if ballot is None:
        return
    params = {"title": ballot.question, "day": ballot.closes_at.isoformat()}
    key = f"ballot/{ballot.id}/opened"
    notify(session, audience.electors(ballot.id), "ballot.opened", params, _url(session, ballot), key, is_task=True)


@on(BallotClosed)
def tell_the_result(session, event) -> None:
    """Who voted, and who proposed, seconded or follows the matter. Nobody else: no campaign by message."""
    ballot = session.get(Ballot, event.ballot_id)
    if ballot is None:
        return
    settle(session, audience.electors(ballot.id), f"ballot/{ballot.id}/opened")
    voters = audience.voters(ballot.id)
    is_proposal = event.subject_kind == "proposal"
    people = sa.union(voters, *audience.concerned(event.subject_id).selects) if is_proposal else voters
    kind = "ballot.passed" if event.passed else "ballot.failed" if ballot.quorate else "ballot.no_quorum"
    params = {
        "title": ballot.question, "for": ballot.for_count, "against": ballot.against_count,
        "abstain": ballot.abstain_count, "cast": ballot.turnout, "eligible": ballot.eligible_count,
    }  # fmt: skip
    notify(session, people, kind, params, _url(session, ballot), f"ballot/{ballot.id}/closed")


def _url(session, ballot: Ballot) -> str:
    pair = (ballot.subject_kind, ballot.subject_id)
    subject = links.describe(session, [pair]).get(pair)
    return subject.url if subject else f"/ballots/{ballot.id}"
