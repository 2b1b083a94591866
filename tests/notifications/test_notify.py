"""Telling people: once, and only people."""

import threading

import pytest
import sqlalchemy as sa

from portal import clock, db, outbox
from portal.accounts.models import UserKind
from portal.ballots.events import BallotOpened
from portal.ballots.models import Elector
from portal.notifications import notify, queries, service
from portal.notifications.jobs import proposals
from portal.notifications.models import Notification
from portal.proposals.events import ProposalMoved
from tests.factories import make_proposal, make_user


def told(session):
    return session.scalars(sa.select(Notification).order_by(Notification.id)).all()


def test_the_same_key_tells_a_person_once(session, make):
    user, other = make.user(), make.user()
    with db.transaction() as s:
        assert (
            notify(s, [user.id, other.id, user.id, None], "comment.new", {"title": "停车架"}, "/proposals/1", "a") == 2
        )
        assert notify(s, user.id, "comment.new", {"title": "停车架"}, "/proposals/1", "a") == 0
        assert notify(s, user.id, "comment.new", {"title": "停车架"}, "/proposals/1", "b") == 1
    assert [(n.user_id, n.key, n.params) for n in told(session)] == [
        (user.id, "a", {"title": "停车架"}), (other.id, "a", {"title": "停车架"}), (user.id, "b", {"title": "停车架"}),
    ]  # fmt: skip


def test_outside_pseudonyms_and_suspended_people_are_never_told(session, make):
    outside = make.user(kind=UserKind.OUTSIDE, username=None, source_ref="x:1")
    suspended = make.user(is_suspended=True)
    with db.transaction() as s:
        assert notify(s, [outside.id, suspended.id], "comment.new", {}, "/", "a") == 0
        assert notify(s, [], "comment.new", {}, "/", "a") == 0


def test_a_message_delivered_twice_tells_once(session, make):
    proposal = make.proposal(state="accepted")
    with db.transaction() as s:
        message = outbox.Message(
            event="proposal.moved", payload={"proposal_id": proposal.id, "action": "confirm", "actor_id": None}
        )
        s.add(message)
    assert outbox.deliver([message.id]) == 1
    assert outbox.deliver([message.id]) == 0
    assert len(told(session)) == 1


def test_a_handler_run_again_after_a_crash_changes_nothing(session, make):
    proposal = make.proposal(state="accepted")
    event = ProposalMoved(proposal.id, "confirm", None)
    for _ in range(3):
        with db.transaction() as s:
            proposals.tell_of_a_move(s, event)
    assert len(told(session)) == 1


def test_the_same_step_of_a_later_round_tells_again(session, make):
    proposal = make.proposal(state="returned")
    with db.transaction() as s:
        proposals.tell_of_a_move(s, ProposalMoved(proposal.id, "return", None))
    with clock.travel(days=1), db.transaction() as s:
        s.get(type(proposal), proposal.id).state_since = clock.utcnow()
        proposals.tell_of_a_move(s, ProposalMoved(proposal.id, "return", None))
    assert len(told(session)) == 2


def test_a_handler_that_fails_leaves_neither_notification_nor_done_mark(session, make):
    proposal = make.proposal(state="accepted")

    def fail(_session, _event):
        raise RuntimeError("the power went")

    handlers = outbox.service._handlers["proposal.moved"]
    handlers.append(fail)
    try:
        with db.transaction() as s:
            message = outbox.Message(
                event="proposal.moved", payload={"proposal_id": proposal.id, "action": "confirm", "actor_id": None}
            )
            s.add(message)
        assert outbox.deliver([message.id]) == 0
        assert told(session) == []
    finally:
        handlers.remove(fail)
    assert outbox.deliver([message.id]) == 1
    assert len(told(session)) == 1


@pytest.mark.parametrize("times", [6])
def test_workers_that_take_the_same_message_at_once_tell_once(real_db, times):
    proposal = make_proposal(state="accepted")
    with db.transaction() as s:
        message = outbox.Message(
            event="proposal.moved", payload={"proposal_id": proposal.id, "action": "confirm", "actor_id": None}
        )
        s.add(message)
    start, done = threading.Barrier(times), []

    def work():
        start.wait()
        with db.scope():
            done.append(outbox.deliver([message.id]))

    threads = [threading.Thread(target=work) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(done) == 1
    assert len(told(db.Session())) == 1


def test_three_thousand_electors_are_asked_with_one_insert(session, make, sql):
    ballot = make.ballot()
    users = [{"username": f"e{n}", "display_name": f"邻居{n}", "level": 3} for n in range(3000)]
    from portal.accounts.models import User

    ids = session.scalars(sa.insert(User).returning(User.id), users).all()
    session.execute(sa.insert(Elector), [{"ballot_id": ballot.id, "user_id": i, "seat": f"u:{i}"} for i in ids])
    session.commit()
    from portal.notifications.jobs import ballots

    with sql() as seen, db.transaction() as s:
        ballots.ask_the_electors(s, BallotOpened(ballot.id, "proposal", ballot.subject_id))
    assert len([s for s in seen if s.lstrip().startswith("INSERT")]) == 1
    assert session.scalar(sa.select(sa.func.count()).select_from(Notification)) == 3000
    assert session.scalars(sa.select(Notification).limit(1)).one().is_task


def test_reading_one_and_reading_all(session, make):
    user, stranger = make.user(), make.user()
    with db.transaction() as s:
        for key in "abc":
            notify(s, user.id, "comment.new", {}, "/", key, is_task=key == "c")
    assert queries.unread(user) == (3, 1)
    first, _, last = told(session)
    service.read(user, first.id)
    assert queries.unread(user) == (2, 1)
    assert service.read_all(stranger, last.id) == 0
    assert service.read_all(user, last.id - 1) == 1
    assert queries.unread(user) == (1, 1)
    with pytest.raises(service.NotFound):
        service.read(stranger, last.id)


def test_more_than_ninety_nine_is_shown_as_such(session, make, sql):
    user = make_user()
    with db.transaction() as s:
        for n in range(120):
            notify(s, user.id, "comment.new", {}, "/", str(n))
    with sql() as seen:
        assert queries.shown(queries.unread(user).all) == "99+"
    assert len(seen) == 1


def test_what_waited_under_a_prefix_is_settled_whatever_the_language_of_the_database(session, make):
    user = make.user()
    with db.transaction() as s:
        for key in ("case/1/report/7/do", "case/1/accept/8/do", "case/12/report/7/do"):
            notify(s, user.id, "case.turn", {}, "/cases/1", key, is_task=True)
        assert service.settle(s, user.id, "case/1/", but="case/1/accept/8/do") == 1
    session.expire_all()
    assert [n.key for n in told(session) if n.read_at] == ["case/1/report/7/do"]
