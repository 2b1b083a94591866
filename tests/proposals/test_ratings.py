"""The last word: whoever proposed or seconded says whether it is solved."""

import pytest
import sqlalchemy as sa

from portal import audit, clock
from portal.clock import utcnow
from portal.errors import Invalid, Refused
from portal.outbox import Message
from portal.policy import GUEST
from portal.proposals import service
from portal.proposals.models import OutcomeRating, Second
from portal.proposals.service import ratings
from portal.proposals.states import ProposalState
from portal.spaces.rules import RuleSet
from tests.factories import save
from tests.proposals.helpers import ANSWER, promise, run_due, submitted

S = ProposalState


@pytest.fixture
def done(session, make):
    """Finished work, its author, three people who seconded, the staff."""
    author, staff, people = make.user(), make.staff(), [make.user() for _ in range(3)]
    p = submitted(
        author,
        make.space(rules=RuleSet(seconds_needed=3, deliberation_days=0, ballot=False, publicity_days=0, rating_days=7)),
    )
    service.move(staff, p.id, "pass_review")
    for person in people:
        service.second(person, p.id)
    service.move(staff, p.id, "accept", **ANSWER, promised_at=promise(10))
    service.move(staff, p.id, "start")
    service.move(staff, p.id, "finish", result="装好了。")
    return p, author, people, staff


def numbers(p):
    return p.rating_yes_count, p.rating_no_count


def test_when_everybody_entitled_has_rated_the_result_stands_at_once(session, done):
    p, author, people, _ = done
    for person in (author, people[0], people[1]):
        service.rate(person, p.id, "satisfied")
        assert p.state is S.DONE
    service.rate(people[2], p.id, "not_solved", "还是有人乱停")
    assert (p.state, numbers(p), p.due_at) == (S.CONFIRMED, (3, 1), None)
    with pytest.raises(Refused):
        service.rate(people[2], p.id, "satisfied")


def test_a_rating_may_be_changed_until_the_time_is_over(session, done):
    p, author, people, _ = done
    for answer, comment, now in (
        ("satisfied", "", (1, 0)),
        ("satisfied", "", (1, 0)),
        ("fair", "还行", (1, 0)),
        ("not_solved", "又停满了", (0, 1)),
    ):
        service.rate(author, p.id, answer, comment)
        assert numbers(p) == now == ratings.recount(session, p.id, 0)
    with clock.travel(days=8), pytest.raises(Refused):
        service.rate(people[0], p.id, "satisfied")


def test_the_ledger_says_that_somebody_rated_never_how(session, done):
    p, author, _, _ = done
    service.rate(author, p.id, "not_solved", "没解决")
    entry = session.scalars(sa.select(audit.Entry).where(audit.Entry.action == "proposal.rate")).one()
    assert (entry.actor_id, entry.details) == (author.id, {"round": 0})


def test_who_may_not_rate(session, make, done):
    p, author, people, staff = done
    stale = make.user()
    save(Second(proposal_id=p.id, user_id=stale.id, version=1, stale=True))
    people[0].is_suspended = True
    save(people[0])
    for actor in (GUEST, make.user(), staff, stale, people[0]):
        with pytest.raises(Refused):
            service.rate(actor, p.id, "satisfied")
    for answer in ("great", "", None):
        with pytest.raises(Invalid):
            service.rate(author, p.id, answer)
    with pytest.raises(Invalid):
        service.rate(author, p.id, "fair", "长" * 501)
    for state in sorted(set(S) - {S.DONE}):
        other = make.proposal(author=author, state=state)
        with pytest.raises(Refused):
            service.rate(author, other.id, "satisfied")
    assert numbers(p) == (0, 0)


def test_nobody_answered_in_time(session, done):
    p = done[0]
    run_due(days=6)
    assert p.state is S.DONE
    run_due(days=8)
    run_due(days=8)
    assert p.state is S.UNCONFIRMED


@pytest.mark.parametrize(
    ("yes", "no", "state"),
    [(1, 0, S.CONFIRMED), (2, 1, S.CONFIRMED), (1, 1, S.IN_PROGRESS), (0, 1, S.IN_PROGRESS), (1, 2, S.IN_PROGRESS)],
)
def test_the_answers_of_those_who_answered_decide_and_a_tie_is_no_confirmation(session, done, yes, no, state):
    p, author, people, _ = done
    everybody = [author, *people]
    for n in range(yes + no):
        service.rate(everybody[n], p.id, "satisfied" if n < yes else "not_solved")
    run_due(days=8)
    assert p.state is state


def test_what_is_not_solved_is_done_again_once_with_a_new_clock(session, done):
    p, author, people, staff = done
    span = p.promised_at - p.answered_at
    for person in (author, *people):
        service.rate(person, p.id, "not_solved")
    assert (p.state, p.redo_count) == (S.IN_PROGRESS, 1)
    assert abs((p.due_at - utcnow()) - span).total_seconds() < 5
    assert [
        m.payload["action"]
        for m in session.scalars(sa.select(Message).where(Message.event == "proposal.moved").order_by(Message.id))
    ][-2:] == ["dispute", "redo"]
    service.move(staff, p.id, "finish", result="又装了一遍。")
    assert numbers(p) == (0, 0)
    for person in (author, *people):
        service.rate(person, p.id, "not_solved")
    assert (p.state, p.redo_count, p.due_at) == (S.DISPUTED, 1, None)
    run_due(days=400)
    assert p.state is S.DISPUTED
    assert session.scalar(sa.select(sa.func.count()).select_from(OutcomeRating)) == 8


def test_the_table_refuses_two_ratings_of_a_person_in_a_round(session, done):
    p, author, _, _ = done
    service.rate(author, p.id, "fair")
    with pytest.raises(sa.exc.IntegrityError), session.begin_nested():
        session.execute(
            sa.insert(OutcomeRating),
            [{"proposal_id": p.id, "user_id": author.id, "round": 0, "answer": "fair", "comment": "", "at": utcnow()}],
        )
