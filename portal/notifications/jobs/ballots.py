"""Ballots: everybody who may vote is asked to, and hears how it ended."""

import sqlalchemy as sa

from portal import clock, links
from portal.accounts.models import User
from portal.ballots.events import BallotAnnounced, BallotAnnulled, BallotClosed, BallotOpened, BallotVoted
from portal.ballots.models import Ballot
from portal.ballots.queries import is_hidden
from portal.ballots.states import BallotState
from portal.notifications import audience
from portal.notifications.service import notify, settle
from portal.outbox import on
from portal.text.clean import excerpt


@on(BallotAnnounced)
def tell_of_the_date(session, event) -> None:
    """Everybody who could vote as things stand hears when it begins; a vote that begins at once is told by its opening.

    Whoever proposed, seconded or follows the matter hears it from the matter itself.
    """
    ballot = session.get(Ballot, event.ballot_id)
    if ballot is None or ballot.state is not BallotState.ANNOUNCED or ballot.opens_at <= clock.utcnow():
        return
    if is_hidden(session, ballot):
        return
    people = audience.likely_electors(ballot)
    if ballot.subject_kind == "proposal":
        people = people.where(User.id.not_in(audience.concerned(ballot.subject_id)))
    params = {"title": ballot.question, "at": ballot.opens_at.isoformat()}
    notify(session, people, "ballot.announced", params, _url(session, ballot), f"ballot/{ballot.id}/announced")


@on(BallotAnnulled)
def tell_of_an_annulment(session, event) -> None:
    """Nobody is asked to vote any more; whoever had been told of the vote hears why it is void."""
    ballot = session.get(Ballot, event.ballot_id)
    if ballot is None:
        return
    settle(session, audience.electors(ballot.id), f"ballot/{ballot.id}/opened")
    told = audience.electors(ballot.id) if ballot.opened_at else audience.likely_electors(ballot)
    people = sa.union(told, *audience.concerned(event.subject_id).selects) if event.subject_kind == "proposal" else told
    params = {"title": ballot.question, "reason": excerpt(ballot.annulled_reason, 300)}
    notify(session, people, "ballot.annulled", params, _url(session, ballot), f"ballot/{ballot.id}/annulled")


@on(BallotOpened)
def ask_the_electors(session, event) -> None:
    """One INSERT … SELECT from the snapshot, whether it holds ten people or ten thousand."""
    ballot = session.get(Ballot, event.ballot_id)
    if ballot is None or is_hidden(session, ballot):  # nobody votes then, and its question is not shown
        return
    params = {"title": ballot.question, "day": ballot.closes_at.isoformat()}
    key = f"ballot/{ballot.id}/opened"
    notify(session, audience.electors(ballot.id), "ballot.opened", params, _url(session, ballot), key, is_task=True)


@on(BallotVoted)
def settle_the_vote(session, event) -> None:
    """Whoever has voted is not asked to any more, nor is anybody who shares the vote."""
    settle(session, audience.seat_mates(event.ballot_id, event.user_id), f"ballot/{event.ballot_id}/opened")


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
        "title": "" if is_hidden(session, ballot) else ballot.question, "for": ballot.for_count, "against": ballot.against_count,
        "abstain": ballot.abstain_count, "cast": ballot.turnout, "eligible": ballot.eligible_count,
    }  # fmt: skip
    notify(session, people, kind, params, _url(session, ballot), f"ballot/{ballot.id}/closed")


def _url(session, ballot: Ballot) -> str:
    pair = (ballot.subject_kind, ballot.subject_id)
    subject = links.describe(session, [pair]).get(pair)
    return subject.url if subject else f"/ballots/{ballot.id}"
