"""The public notice: objections, answers, its end; then the official answer."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal import audit, clock, outbox
from portal.ballots import service as ballots
from portal.ballots.models import Ballot
from portal.ballots.states import BallotState
from portal.clock import utcnow
from portal.errors import Conflict, Invalid, NotFound, Refused
from portal.moderation import service as moderation
from portal.outbox import Message
from portal.policy import GUEST, Level, Role
from portal.proposals import policy, queries, service, stations
from portal.proposals.models import Objection
from portal.proposals.states import ProposalState
from portal.spaces.rules import RuleSet
from tests.factories import OTHER_COMMUNITY
from tests.proposals.helpers import ANSWER, by_group, promise, run_due, submitted

S = ProposalState
STRAIGHT = RuleSet(seconds_needed=0, deliberation_days=0, ballot=False, publicity_days=7, answer_days=10)


@pytest.fixture
def noticed(session, make):
    """A proposal that has just been put on public notice, its author and the staff."""
    author, staff = make.user(), make.staff()
    p = submitted(author, make.space(rules=STRAIGHT))
    service.move(staff, p.id, "pass_review")
    return p, author, staff


def accept(staff, p):
    return service.move(staff, p.id, "accept", **ANSWER, promised_at=promise(40))


def test_an_objection_is_shown_answered_and_counted(session, make, noticed):
    p, _, staff = noticed
    neighbour = make.user(level=Level.REAL_NAME, home=OTHER_COMMUNITY)
    objection = service.object_to(neighbour, p.id, "  31 号门口不要装  ")
    assert service.object_to(neighbour, p.id, "31 号门口不要装").id == objection.id
    assert (p.objection_count, p.open_objection_count, objection.body) == (1, 1, "31 号门口不要装")
    with pytest.raises(Conflict):
        service.object_to(neighbour, p.id, "还有一点")
    service.answer_objection(staff, objection.id, "移到 29 号。")
    service.answer_objection(staff, objection.id, "移到 29 号。")
    assert (p.objection_count, p.open_objection_count) == (1, 0)
    service.object_to(neighbour, p.id, "还有一点")
    assert (p.objection_count, p.open_objection_count) == (2, 1)
    assert [(o.body, o.answer) for o in queries.objections(p.id)] == [
        ("31 号门口不要装", "移到 29 号。"),
        ("还有一点", ""),
    ]
    names = [m.event for m in session.scalars(sa.select(Message).order_by(Message.id))]
    assert names[-3:] == ["proposal.objected", "proposal.objection_answered", "proposal.objected"]


def test_who_may_not_object(session, make, noticed):
    p, author, _ = noticed
    for actor in (GUEST, author, make.user(level=Level.PHONE), make.user(is_suspended=True)):
        with pytest.raises(Refused):
            service.object_to(actor, p.id, "反对")
    for body in ("", " \x00 ", None, "长" * 1001):
        with pytest.raises(Invalid):
            service.object_to(make.user(), p.id, body)
    with clock.travel(days=8), pytest.raises(Refused):
        service.object_to(make.user(), p.id, "晚了")
    for state in sorted(set(S) - {S.PUBLICITY}):
        other = make.proposal(state=state)
        with pytest.raises(Refused):
            service.object_to(make.user(), other.id, "反对")
    assert p.objection_count == 0


def test_who_may_not_answer_an_objection(session, make, noticed):
    p, author, staff = noticed
    critic = make.staff()
    objection = service.object_to(critic, p.id, "反对")
    make.grant(author, Role.MODERATOR, place=p.place_code)
    for actor in (GUEST, make.user(), critic, author, make.staff(Role.CHAIR), make.staff(place=OTHER_COMMUNITY)):
        with pytest.raises(Refused):
            service.answer_objection(actor, objection.id, "没事")
    for answer in ("", None, "长" * 1001):
        with pytest.raises(Invalid):
            service.answer_objection(staff, objection.id, answer)
    with pytest.raises(NotFound):
        service.answer_objection(staff, 999_999, "没事")
    service.answer_objection(staff, objection.id, "改了")
    with pytest.raises(Conflict):
        service.answer_objection(make.staff(), objection.id, "另一个答复")
    assert p.open_objection_count == 0


def test_the_table_itself_refuses_two_unanswered_objections_of_a_person(session, make, noticed):
    p, _, _ = noticed
    critic = make.user()
    service.object_to(critic, p.id, "反对")
    row = {
        "proposal_id": p.id,
        "author_id": critic.id,
        "body": "再来",
        "created_at": utcnow(),
        "answer": "",
        "hidden_note": "",
    }
    with pytest.raises(sa.exc.IntegrityError), session.begin_nested():
        session.execute(sa.insert(Objection), [row])


def test_the_answer_comes_after_the_notice_and_after_every_objection_was_answered(session, make, noticed):
    p, _, staff = noticed
    objection = service.object_to(make.user(), p.id, "反对")
    with pytest.raises(Refused, match="not over"):
        accept(staff, p)
    with clock.travel(days=8):
        outbox.run_due()
        for action, given in (("accept", {**ANSWER, "promised_at": promise()}), ("decline", {"answer": "不行"})):
            with pytest.raises(Refused, match="every objection"):
                service.move(staff, p.id, action, **given)
        service.answer_objection(staff, objection.id, "改了")
        accept(staff, p)
    assert p.state is S.ACCEPTED


def test_the_end_of_the_notice_starts_the_clock_of_the_answer_once(session, make, noticed):
    p, _, _ = noticed
    until = p.objections_until
    assert (p.due_at, stations.owes(p).due_at) == (until, until)
    assert "objection" in str(stations.owes(p, utcnow()).who)
    for days in (6, 8, 8, 30):
        run_due(days=days)
    assert (p.state, p.objections_until, p.due_at) == (S.PUBLICITY, until, until + timedelta(days=10))
    assert "answer" in str(stations.owes(p, utcnow()).who)
    assert session.scalar(sa.select(sa.func.count()).where(audit.Entry.action == "proposal.end_notice")) == 1


def test_a_hidden_objection_does_not_hold_up_the_answer(session, make, noticed):
    p, _, staff = noticed
    objection = service.object_to(make.user(), p.id, "脏话")
    moderation.hide(staff, "objection", objection.id, "personal_attack", "请文明发言。")
    assert (p.objection_count, p.open_objection_count) == (0, 0)
    moderation.restore(staff, "objection", objection.id, "mistake")
    assert (p.objection_count, p.open_objection_count) == (1, 1)
    moderation.hide(staff, "objection", objection.id, "personal_attack", "请文明发言。")
    with clock.travel(days=8):
        accept(staff, p)


def test_a_hidden_proposal_leaves_lists_and_counts_and_comes_back(session, make, noticed):
    p, _, staff = noticed
    moderation.hide(staff, "proposal", p.id, "private_data", "写了邻居的电话。")
    assert p.is_hidden
    assert queries.list_proposals().rows == []
    assert by_group(p.place_code)["all"] == 0
    session.refresh(p.space)
    assert p.space.proposal_count == 0
    with pytest.raises(Refused):
        service.object_to(make.user(), p.id, "反对")
    run_due(days=8)
    moderation.restore(staff, "proposal", p.id, "corrected")
    assert by_group(p.place_code)["publicity"] == 1
    session.refresh(p.space)
    assert (p.space.proposal_count, len(queries.list_proposals().rows)) == (1, 1)


def test_an_annulled_ballot_brings_the_matter_back_to_the_table(session, make):
    author, staff = make.user(), make.staff()
    p = submitted(author, make.space(rules=RuleSet(seconds_needed=0, deliberation_days=0, quorum_share=0)))
    service.move(staff, p.id, "pass_review")
    assert p.state is S.VOTING
    first = p.ballot_id
    outbox.run_due()
    ballots.vote(author, first, "for")
    run_due(days=8)
    assert p.state is S.PUBLICITY
    ballots.annul(staff, first, "选票漏发了一栋楼")
    assert p.state is S.DELIBERATING
    service.revise(author, p.id, title=p.title, body="改好的正文，写清楚了。", why="漏了一栋楼")
    service.move(staff, p.id, "conclude")
    assert p.ballot_id != first
    second = session.get_one(Ballot, p.ballot_id)
    assert (p.state, second.version, session.get_one(Ballot, first).state) == (S.VOTING, 2, BallotState.ANNULLED)
    own = make.staff()
    mine = make.proposal(author=own, state="voting")
    box = make.ballot(mine, state=BallotState.OPEN)
    with pytest.raises(Refused, match="own matter"):
        ballots.annul(own, box.id, "我想重来")


def test_a_ballot_that_fails_ends_the_matter(session, make):
    author, staff = make.user(), make.staff()
    p = submitted(author, make.space(rules=RuleSet(seconds_needed=0, deliberation_days=0, quorum_share=50)))
    service.move(staff, p.id, "pass_review")
    outbox.run_due()
    run_due(days=8)
    run_due(days=8)
    assert (p.state, p.due_at, stations.trace_mini(p, utcnow()).stopped) == (S.FAILED, None, True)
    assert policy.open_moves(staff, p) == []
