"""The whole way of a proposal, and every way off it."""

from datetime import timedelta

import sqlalchemy as sa

from portal import audit, clock, outbox
from portal.ballots import service as ballots
from portal.ballots.models import Ballot
from portal.ballots.states import BallotState
from portal.conversations.models import Thread
from portal.proposals import service
from portal.proposals.states import ProposalState
from portal.spaces.rules import RuleSet
from tests.proposals.helpers import ANSWER, promise, submitted

S = ProposalState


def test_a_proposal_walks_the_whole_way(session, make):
    author, seconder, staff = make.user(), make.user(), make.staff()
    space = make.space(
        rules=RuleSet(seconds_needed=1, deliberation_days=2, ballot_days=3, quorum_share=30, publicity_days=4)
    )
    p = submitted(author, space)
    assert (p.state, p.rules_version) == (S.SUBMITTED, 1)
    service.move(staff, p.id, "pass_review")
    assert p.state is S.GATHERING
    assert p.thread_id is not None
    assert p.seconds_needed == 1
    service.second(seconder, p.id)
    assert p.state is S.DELIBERATING
    service.move(staff, p.id, "conclude", note="大家同意试一试。")
    assert p.state is S.VOTING
    outbox.run_due()
    ballot = session.get_one(Ballot, p.ballot_id)
    assert (ballot.state, ballot.eligible_count) == (BallotState.OPEN, 3)
    ballots.vote(author, ballot.id, "for")
    ballots.vote(seconder, ballot.id, "for")
    with clock.travel(days=4):
        outbox.run_due()
        assert ballot.state is BallotState.PUBLISHED
        assert p.state is S.PUBLICITY
        assert p.due_at == p.objections_until
    with clock.travel(days=9):
        outbox.run_due()
        assert p.due_at == p.objections_until + timedelta(days=15)
        service.move(staff, p.id, "accept", **ANSWER, promised_at=promise())
        assert ballot.state is BallotState.FINAL
        service.move(staff, p.id, "start")
        service.move(staff, p.id, "finish", result="停车架装好了。")
        assert p.state is S.DONE
        service.rate(author, p.id, "satisfied")
        assert p.state is S.DONE
        service.rate(seconder, p.id, "fair", "还行")
        assert p.state is S.CONFIRMED
    for action in (
        "draft",
        "submit",
        "pass_review",
        "reach",
        "conclude",
        "pass_ballot",
        "accept",
        "start",
        "finish",
        "confirm",
    ):
        entry = session.scalars(sa.select(audit.Entry).where(audit.Entry.action == f"proposal.{action}")).one()
        assert entry.role
        assert entry.at
    assert not session.get_one(Thread, p.thread_id).is_open
    assert audit.verify(session)[1] == []
