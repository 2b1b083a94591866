"""Who hears that a vote is coming, that it is void, and that an answer is owed."""

from portal import clock, outbox
from portal.ballots import service as ballots
from portal.notifications.models import Notification
from portal.policy import Role
from portal.proposals import service
from portal.spaces.rules import RuleSet
from tests.notifications.test_jobs import told
from tests.proposals.helpers import submitted


def announced(make, **rules):
    author, staff, neighbour = make.user(), make.staff(home=None), make.user()
    make.user(home="110102003002")
    rules = {"seconds_needed": 0, "deliberation_days": 0, "notice_days": 3, "quorum_share": 0} | rules
    p = submitted(author, make.space(rules=RuleSet(**rules)))
    service.move(staff, p.id, "pass_review")
    _work()
    return p, author, staff, neighbour


def _work():
    outbox.run_due()
    outbox.sweep(clock.utcnow() + clock.timedelta(minutes=1))


def kinds(user):
    return [kind for kind, _ in told(user)]


def test_electors_hear_of_the_date_and_are_asked_when_it_opens(session, make):
    p, author, _staff, neighbour = announced(make)
    assert kinds(neighbour) == ["ballot.announced"]
    assert kinds(author) == ["proposal.announced"]
    with clock.at(p.due_at):
        _work()
    assert told(neighbour)[-1] == ("ballot.opened", True)


def test_a_vote_that_opens_at_once_is_not_announced_first(session, make):
    *_, neighbour = announced(make, notice_days=0)
    assert kinds(neighbour) == ["ballot.opened"]


def test_an_annulled_announcement_is_taken_back_with_its_reason(session, make):
    p, _author, staff, neighbour = announced(make)
    ballots.annul(staff, p.ballot_id, "题目写错了")
    _work()
    assert (p.is_announced, p.state) == (False, "deliberating")
    assert kinds(neighbour) == ["ballot.announced", "ballot.annulled"]


def test_whoever_answers_here_is_asked_for_the_answer_until_it_is_given(session, make):
    p, author, staff, neighbour = announced(make, ballot=False, publicity_days=2)
    acceptor = make.staff(Role.ACCEPTOR)
    with clock.at(p.due_at):
        _work()
        assert ("proposal.end_notice", True) in told(staff)
        assert ("proposal.end_notice", True) in told(acceptor)
        assert "proposal.end_notice" not in kinds(author) + kinds(neighbour)
        service.move(staff, p.id, "decline", answer="没有空间。")
        _work()
    left = session.query(Notification).filter_by(kind="proposal.end_notice", read_at=None).count()
    assert left == 0
