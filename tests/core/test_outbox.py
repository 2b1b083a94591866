"""Events: published if and only if the change is committed, delivered once in effect, never held up by a failing one."""

import itertools
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal import clock, db, outbox
from portal.outbox import Message
from portal.places.models import Place, PlaceLevel

serial = itertools.count(1)


@outbox.event("test.rang")
class Rang:
    bell: int
    fails: bool = False


@outbox.on(Rang)
def note_the_ring(session, event):
    """Not safe to repeat on purpose: a second delivery would show."""
    if event.fails:
        session.add(Place(code=f"f{event.bell}", level=PlaceLevel.LANE, name="half done", pinyin=""))
        session.flush()
        raise RuntimeError("the bell is broken")
    session.add(Place(code=f"r{event.bell}-{next(serial)}", level=PlaceLevel.LANE, name="rang", pinyin=""))


def rung(session) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(Place).where(Place.name == "rang"))


def ring(bell=1, fails=False) -> int:
    with db.transaction() as session:
        outbox.publish(session, Rang(bell, fails))
    return db.Session().scalar(sa.select(sa.func.max(Message.id)))


@pytest.fixture(autouse=True)
def _nobody_wakes():
    outbox.wake_with(None)
    yield
    outbox.wake_with(None)


def test_an_event_is_there_if_the_change_is(session):
    ident = ring()
    message = session.get(Message, ident)
    assert (message.event, message.payload, message.done_at, message.attempts) == (
        "test.rang",
        {"bell": 1, "fails": False},
        None,
        0,
    )


def test_an_event_is_not_there_if_the_change_is_not(session):
    with pytest.raises(ValueError), db.transaction() as open_:
        outbox.publish(open_, Rang(1))
        open_.flush()
        raise ValueError
    assert session.scalar(sa.select(sa.func.count()).select_from(Message)) == 0


def test_the_worker_is_woken_after_the_commit_only(session):
    woken = []
    outbox.wake_with(woken.append)
    with pytest.raises(ValueError), db.transaction() as open_:
        outbox.publish(open_, Rang(1))
        raise ValueError
    assert woken == []
    ident = ring()
    assert woken == [[ident]]


def test_a_message_handed_over_twice_is_delivered_once(session):
    ident = ring()
    assert outbox.deliver([ident, ident]) == 1
    assert outbox.deliver([ident]) == 0
    assert rung(session) == 1
    assert session.get(Message, ident).done_at is not None


def test_a_message_this_worker_does_not_know_waits_for_one_that_does(session):
    session.add(Message(event="test.of_a_newer_version", payload={}))
    session.commit()
    ident = session.scalar(sa.select(sa.func.max(Message.id)))
    assert outbox.deliver([ident]) == 0
    message = session.get(Message, ident, populate_existing=True)
    assert message.done_at is None and "does not know" in message.error


def test_what_was_done_long_ago_is_forgotten_and_what_waits_is_not(session):
    old, waiting = ring(bell=1), ring(bell=2)
    outbox.deliver([old])
    assert outbox.run_due(clock.utcnow() + timedelta(days=89))["outbox.forget"] == 0
    assert outbox.run_due(clock.utcnow() + timedelta(days=91))["outbox.forget"] == 1
    assert session.scalars(sa.select(Message.id)).all() == [waiting]


def test_one_that_waits_for_ever_does_not_keep_the_others(session):
    waiting, *old = [ring(bell=n) for n in range(4)]
    outbox.deliver(old)
    late = clock.utcnow() + timedelta(days=91)
    assert [outbox.service.forget(late, most=2) for _ in range(3)] == [2, 1, 0]
    assert session.scalars(sa.select(Message.id)).all() == [waiting]


def test_a_failing_message_is_put_back_and_the_others_go_on(session):
    broken, sound = ring(1, fails=True), ring(2)
    assert outbox.deliver([broken, sound]) == 1
    assert rung(session) == 1
    session.expire_all()
    message = session.get(Message, broken)
    assert (message.done_at, message.attempts, message.error) == (None, 1, "RuntimeError: the bell is broken")
    assert message.next_at > clock.utcnow()
    assert session.scalar(sa.select(sa.func.count()).select_from(Place).where(Place.name == "half done")) == 0


def test_a_failing_message_waits_longer_each_time(session):
    ident = ring(fails=True)
    waits = []
    for _ in range(4):
        outbox.deliver([ident])
        session.expire_all()
        waits.append(session.get(Message, ident).next_at - clock.utcnow())
    assert waits == sorted(waits)
    assert waits[-1] < timedelta(hours=1, seconds=1)


def test_the_sweep_takes_what_was_left_behind_and_leaves_what_is_fresh(session):
    ring()
    assert outbox.sweep() == 0, "the queue has it"
    assert outbox.sweep(clock.utcnow() + timedelta(minutes=1)) == 1
    assert outbox.sweep(clock.utcnow() + timedelta(minutes=1)) == 0
    assert rung(session) == 1


def test_the_sweep_comes_back_to_a_failed_one_when_its_time_has_come(session):
    ident = ring(fails=True)
    outbox.deliver([ident])
    assert outbox.sweep(clock.utcnow() + timedelta(hours=2)) == 0
    session.expire_all()
    assert session.get(Message, ident).attempts == 2


def test_a_failing_deadline_job_does_not_hold_up_the_rest(session, monkeypatch):
    jobs = [("broken", lambda now: 1 // 0), ("sound", lambda now: 3)]
    monkeypatch.setattr(outbox.service, "_due", jobs)
    assert outbox.run_due() == {"broken": -1, "sound": 3}
