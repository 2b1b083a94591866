"""Publishing events and delivering them."""

import dataclasses
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, TypeVar, dataclass_transform

import sqlalchemy as sa

from portal import clock, db
from portal.outbox.models import Message

log = logging.getLogger(__name__)
T = TypeVar("T")

_events: dict[str, type] = {}
_handlers: dict[str, list[Callable]] = defaultdict(list)
_due: list[tuple[str, Callable]] = []
_wake: Callable[[list[int]], None] | None = None

GRACE = timedelta(seconds=20)  # how long a message is left to the queue before the sweep takes it
KEPT = timedelta(days=90)  # how long a message that is done can be looked up


@dataclass_transform(frozen_default=True)
def event(name: str) -> Callable[[type[T]], type[T]]:
    """Class decorator: this frozen dataclass of plain values is the event of that name."""

    def register(cls: type[T]) -> type[T]:
        made: Any = dataclasses.dataclass(frozen=True)(cls)
        made.event_name = name
        _events[name] = made
        return made

    return register


def on(*kinds: Any):
    """Function decorator: call `handler(session, event)` for these events.

    A handler runs inside the transaction that marks the message done. It must not commit or send anything itself, and
    doing it twice must change nothing.
    """

    def register(handler):
        for kind in kinds:
            if handler not in _handlers[kind.event_name]:
                _handlers[kind.event_name].append(handler)
        return handler

    return register


def due(name: str):
    """Function decorator: `job(now) -> int` does what fell due by `now` and says how much it did. Safe to repeat."""

    def register(job):
        _due.append((name, job))
        return job

    return register


def publish(session, what) -> None:
    """Note an event; it exists if and only if the change it tells of is committed."""
    message = Message(event=what.event_name, payload=dataclasses.asdict(what))
    session.add(message)
    session.info.setdefault("outbox", []).append(message)


def wake_with(wake: Callable[[list[int]], None] | None) -> None:
    """How the worker is told of new messages. Without it they wait for the sweep."""
    global _wake
    _wake = wake


@db.after_commit
def _wake_worker(session) -> None:
    messages = session.info.pop("outbox", None)
    if messages and _wake is not None:
        _wake([message.id for message in messages])


def deliver(ids: Iterable[int]) -> int:
    """Hand these messages to their handlers; returns how many were done. One that fails is put back for later."""
    done = 0
    for ident in ids:
        try:
            done += _deliver_one(ident)
        except Exception as problem:  # the worker goes on; the message keeps its error
            log.exception("outbox message %s failed", ident)
            _put_back(ident, problem)
    return done


def _deliver_one(ident: int) -> int:
    with db.transaction() as session:
        waiting = sa.select(Message).where(Message.id == ident, Message.done_at.is_(None))
        message = session.scalars(waiting.with_for_update(skip_locked=True)).one_or_none()
        if message is None:
            return 0
        kind = _events.get(message.event)
        if kind is None:  # an older worker beside newer web processes; it waits for one that knows
            raise LookupError(f"this worker does not know the event {message.event}")
        what = kind(**message.payload)
        for handler in _handlers.get(message.event, ()):
            handler(session, what)
        message.done_at = clock.utcnow()
        message.attempts += 1
        return 1


def _put_back(ident: int, problem: Exception) -> None:
    with db.transaction() as session:
        message = session.get(Message, ident)
        if message and message.done_at is None:
            message.attempts += 1
            message.error = f"{type(problem).__name__}: {problem}"[:500]
            message.next_at = clock.utcnow() + timedelta(seconds=min(3600, 5 * 2**message.attempts))


def sweep(now: datetime | None = None, *, grace: timedelta = GRACE, most: int = 1000) -> int:
    """Deliver what a crash or a lost queue left behind; returns how many messages were done."""
    now = now or clock.utcnow()
    waiting = (
        sa.select(Message.id)
        .where(Message.done_at.is_(None), Message.next_at <= now - grace)
        .order_by(Message.id)
        .limit(most)
    )
    return deliver(list(db.Session().scalars(waiting)))


def one_by_one(ids: Iterable[int], step: Callable[[int], object]) -> int:
    """For deadline jobs: `step(id)` for each; returns how often it did something. A failing one does not hold up the rest."""
    did = 0
    for ident in ids:
        try:
            did += bool(step(ident))
        except Exception:
            log.exception("deadline step %s failed for %s", getattr(step, "__qualname__", step), ident)
    return did


def run_due(now: datetime | None = None) -> dict[str, int]:
    """Run every registered deadline job once; returns how much each did. A failing one does not hold up the rest."""
    now = now or clock.utcnow()
    did = {}
    for name, job in _due:
        try:
            did[name] = job(now) or 0
        except Exception:  # the others still have their deadlines
            log.exception("deadline job %s failed", name)
            did[name] = -1
    return did


@due("outbox.forget")
def forget(now: datetime, most: int = 1000) -> int:
    """Remove what was done more than 90 days ago, `most` ids at a time from the oldest; the ledger keeps what happened."""
    oldest = db.Session().scalar(sa.select(sa.func.min(Message.id)).where(Message.done_at.is_not(None))) or 0
    over = Message.id < oldest + most, Message.done_at < now - KEPT
    if not db.Session().scalar(sa.select(sa.exists().where(*over))):
        return 0
    with db.transaction() as session:
        return len(session.scalars(sa.delete(Message).where(*over).returning(Message.id)).all())
