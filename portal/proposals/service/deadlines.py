"""What the portal does by itself when a time is over, and what the end of a ballot causes. Each is safe to repeat."""

from datetime import datetime

import sqlalchemy as sa

from portal import db
from portal.ballots.models import Ballot
from portal.clock import counted_from, utcnow
from portal.db import transaction
from portal.policy import SYSTEM
from portal.proposals import policy
from portal.proposals.models import Proposal
from portal.proposals.service.steps import load, step
from portal.proposals.states import ProposalState

S = ProposalState


def due(now: datetime, *states: ProposalState, **equal) -> list[int]:
    """Ids of proposals in these states whose time is over, the longest overdue first."""
    session = db.Session()
    wanted = sa.select(Proposal.id).where(Proposal.state.in_(states), Proposal.due_at <= now)
    if equal.get("on_notice"):
        wanted = wanted.where(Proposal.due_at == Proposal.objections_until)
    return list(session.scalars(wanted.order_by(Proposal.due_at, Proposal.id)))


def run(proposal_id: int, action: str, now: datetime) -> bool:
    """Make a deadline's move if it is (still) due; False if there was nothing to do."""
    with transaction() as session:
        p = load(session, proposal_id)
        if policy.why_not_move(SYSTEM, p, action, now) is not None:
            return False
        step(session, SYSTEM, p, action, counted_from(p.due_at, now))
        return True


def ballot_opened(session, p: Proposal, ballot: Ballot) -> None:
    """What was announced is open: now its end is what comes next."""
    if p.state is S.VOTING and p.ballot_id == ballot.id:
        p.ballot_opens_at, p.due_at = None, ballot.closes_at


def ballot_closed(session, p: Proposal, ballot: Ballot) -> None:
    """The result moves the proposal on, in the transaction that closes the ballot."""
    if p.state is S.VOTING and p.ballot_id == ballot.id:
        action = "pass_ballot" if ballot.passed else "fail_ballot"
        since = counted_from(ballot.closes_at, ballot.closed_at)
        step(session, SYSTEM, p, action, since, ballot=ballot.id, votes_for=ballot.for_count, votes_against=ballot.against_count,
             abstentions=ballot.abstain_count, eligible=ballot.eligible_count, quorate=ballot.quorate)  # fmt: skip


def ballot_annulled(session, p: Proposal, ballot: Ballot) -> None:
    """Back to the table: the text can be changed, and a new ballot will be announced."""
    if p.state in (S.VOTING, S.PUBLICITY) and p.ballot_id == ballot.id:
        p.ballot_opens_at = None
        step(session, SYSTEM, p, "annul_ballot", utcnow(), ballot=ballot.id, reason=ballot.annulled_reason)
