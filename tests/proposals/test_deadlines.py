"""What time does: each deadline does its step once, at its time, however often the worker looks."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from portal import audit, clock, outbox
from portal.ballots.models import Ballot
from portal.clock import BEIJING, utcnow
from portal.outbox import Message
from portal.proposals import service
from portal.proposals.states import ProposalState
from portal.spaces.rules import RuleSet
from tests.proposals.helpers import run_due, submitted

S = ProposalState


def times(session, action):
    return session.scalar(sa.select(sa.func.count()).where(audit.Entry.action == action))


def public(make, author=None, **rules):
    author = author or make.user()
    p = submitted(author, make.space(rules=RuleSet(**rules)))
    return service.move(make.staff(), p.id, "pass_review")


@pytest.mark.parametrize(("rules", "days", "action", "after"), [
    ({"gather_days": 10}, 10, "lapse", S.LAPSED),
    ({"seconds_needed": 0, "deliberation_days": 3}, 3, "conclude", S.VOTING),
    ({"seconds_needed": 0, "deliberation_days": 3, "ballot": False}, 3, "conclude", S.PUBLICITY),
])  # fmt: skip
def test_a_deadline_moves_it_on_once_and_not_a_minute_early(session, make, rules, days, action, after):
    p = public(make, **rules)
    assert p.due_at == clock.days_later(p.state_since, days)
    with clock.at(p.due_at - timedelta(minutes=1)):
        outbox.run_due()
        assert p.state is not after
    with clock.at(p.due_at):
        for _ in range(3):
            outbox.run_due()
        assert p.state is after
    assert times(session, f"proposal.{action}") == 1
    entry = session.scalars(sa.select(audit.Entry).where(audit.Entry.action == f"proposal.{action}")).one()
    assert (entry.actor_kind, entry.actor_id, entry.role) == ("system", None, "system")
    moved = [m.payload["action"] for m in session.scalars(sa.select(Message).where(Message.event == "proposal.moved"))]
    assert moved.count(action) == 1


def test_a_vote_ends_where_it_was_said_it_would_and_moves_the_matter_in_the_same_step(session, make):
    p = public(make, seconds_needed=0, deliberation_days=0, ballot_days=5)
    ballot = session.get_one(Ballot, p.ballot_id)
    assert p.due_at == ballot.closes_at == clock.days_later(p.state_since, 5)
    outbox.run_due()
    run_due(days=4)
    assert p.state is S.VOTING
    run_due(days=6)
    run_due(days=6)
    assert (p.state, ballot.quorate) == (S.FAILED, False)
    assert times(session, "proposal.fail_ballot") == times(session, "ballot.close") == 1


def test_a_returned_proposal_is_kept_for_thirty_days(session, make):
    author, staff = make.user(), make.staff()
    p = submitted(author, make.space())
    service.move(staff, p.id, "return", reason="写清楚")
    run_due(days=29)
    assert p.state is S.RETURNED
    run_due(days=31)
    assert (p.state, p.is_public) == (S.WITHDRAWN, False)


def test_a_moderator_has_five_work_days_so_that_no_holiday_makes_him_late(session, make):
    thursday = datetime(2026, 9, 24, 10, tzinfo=BEIJING)  # Mid-Autumn follows; then the week of the National Day
    with clock.at(thursday):
        p = submitted(make.user(), make.space())
    due = p.due_at.astimezone(BEIJING)
    assert (due.month, due.day, due.hour) == (10, 9, 18), due


def test_the_portal_never_reviews_and_never_answers(session, make):
    waiting = submitted(make.user(), make.space())
    noticed = public(make, seconds_needed=0, deliberation_days=0, ballot=False, publicity_days=0)
    for days in (1, 30, 400):
        run_due(days=days)
    assert (waiting.state, noticed.state) == (S.SUBMITTED, S.PUBLICITY)


def test_the_promise_and_the_time_for_rating_are_deadlines_people_see(session, make):
    staff, p = (
        make.staff(),
        public(make, seconds_needed=0, deliberation_days=0, ballot=False, publicity_days=0, rating_days=9),
    )
    day = utcnow() + timedelta(days=30)
    service.move(
        staff, p.id, "accept", how="self_handling", answer="我们自己来。", responsible="楼门长", promised_at=day
    )
    assert p.due_at == day
    service.move(staff, p.id, "start")
    assert p.due_at == day
    service.move(staff, p.id, "finish", result="好了。")
    assert p.due_at == clock.days_later(p.done_at, 9)
