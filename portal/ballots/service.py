"""Announcing, opening, voting, closing, annulling. Whoever changes a ballot has locked its subject first.

A kind of subject signs itself up with `belongs_to`: how it is locked, and what the end of its ballot causes, in the same
transaction.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import orm

from portal import audit, clock, db, outbox
from portal.ballots import policy, queries, results
from portal.ballots.events import BallotAnnounced, BallotAnnulled, BallotClosed, BallotOpened, BallotVoted
from portal.ballots.models import Ballot, Choice, Elector, Vote
from portal.ballots.queries import seat_of
from portal.ballots.states import MOVES, BallotState
from portal.clock import utcnow
from portal.db import transaction
from portal.errors import Conflict, Invalid, NotFound, Refused
from portal.policy import SYSTEM, require
from portal.spaces.rules import RuleSet
from portal.text.clean import clean, one_line
from portal.text.lazy import _l


class Owner(NamedTuple):
    """What a kind of subject wants to do with its ballots. The locked subject is handed to what the ballot causes."""

    lock: Callable[[orm.Session, int], Any]  # locks the subject and returns it; its author decides nothing here
    closed: Callable[[orm.Session, Any, Ballot], None]
    annulled: Callable[[orm.Session, Any, Ballot], None]
    opened: Callable[[orm.Session, Any, Ballot], None] | None = None


owners: dict[str, Owner] = {}


def belongs_to(kind: str, lock, closed, annulled, opened=None, hidden=None) -> None:
    """Sign up a kind of subject. `hidden(id column)` is the condition under which it is not shown, nor voted on."""
    owners[kind] = Owner(lock, closed, annulled, opened)
    if hidden is not None:
        queries.hidden_if[kind] = hidden


def announce(session, actor, *, subject: tuple[str, int], version: int, space, question: str, rules: RuleSet,
             opens_at: datetime, closes_at: datetime, role: str = "") -> Ballot:  # fmt: skip
    """Fix the question, the rules and the time, and post them. Inside the caller's transaction.

    It opens by the job at `opens_at`, never earlier (K6), with the electorate of that moment.
    """
    if closes_at <= opens_at:
        raise Invalid(_l("Voting must end after it begins."))
    values = {
        "subject_kind": subject[0], "subject_id": subject[1], "version": version, "space_id": space.id, "place_code": space.place_code,
        "question": one_line(question)[:200], "state": BallotState.ANNOUNCED, "rules": rules.to_json(), "opens_at": opens_at,
        "closes_at": closes_at,
    }  # fmt: skip
    with session.no_autoflush:  # the subject is written once, at the end
        ballot = session.scalars(sa.insert(Ballot).values(values).returning(Ballot)).one()
    audit.record(session, actor, "ballot.announce", ("ballot", ballot.id), before=BallotState.DESIGNED, after=ballot.state, role=role,
                 on=f"{subject[0]}/{subject[1]}", version=version, opens_at=opens_at.isoformat(), closes_at=closes_at.isoformat())  # fmt: skip
    outbox.publish(session, BallotAnnounced(ballot.id))
    return ballot


def vote(actor, ballot_id: int, choice: str) -> Vote:
    """Cast the vote of one's seat, or change it. The same choice again changes nothing."""
    try:
        choice = Choice(choice)
    except ValueError as problem:
        raise Invalid(_l("Choose one of the options.")) from problem
    with transaction() as session:
        (ballot, hidden), now = _locked(session, ballot_id), utcnow()
        elector, cast = seat_of(session, ballot_id, actor.id)
        refusal = policy.why_not_vote(actor, ballot, elector, now, cast, hidden=hidden)
        if refusal is policy.CLOSED:
            raise Conflict(refusal.why)
        require(refusal)
        if cast is not None and cast.choice is choice:
            return cast
        _count(ballot, choice, +1)
        if cast is not None:
            _count(ballot, cast.choice, -1)
            cast.choice, cast.changed_at = choice, now
        else:
            cast = Vote(ballot_id=ballot.id, seat=elector.seat, choice=choice, cast_by=actor.id, cast_at=now)
            session.add(cast)
            outbox.publish(session, BallotVoted(ballot.id, actor.id))
        audit.record(
            session, actor, "ballot.change_vote" if cast.changed_at else "ballot.vote", ("ballot", ballot.id)
        )  # never the choice
        return cast


def open_ballot(ballot_id: int, now: datetime) -> bool:
    """Open one ballot whose time has come; False if there was nothing to do."""
    with transaction() as session:
        ballot, subject = _locked_with_subject(session, ballot_id)
        if ballot.state is not BallotState.ANNOUNCED or now < ballot.opens_at:
            return False
        ballot.opened_at = now
        if (
            clock.counted_from(ballot.opens_at, now) > ballot.opens_at
        ):  # opened late, it still lasts as long as its rules say
            ballot.closes_at = max(ballot.closes_at, clock.days_later(now, ballot.rule_set.ballot_days))
        ballot.eligible_count = _take_snapshot(session, ballot, now)
        at_once = ballot.opens_at <= ballot.created_at or None  # nobody waited for a time
        _step(
            session,
            SYSTEM,
            ballot,
            "open",
            follows=at_once,
            eligible=ballot.eligible_count,
            closes_at=ballot.closes_at.isoformat(),
        )
        outbox.publish(session, BallotOpened(ballot.id, ballot.subject_kind, ballot.subject_id))
        if (owner := owners.get(ballot.subject_kind)) and owner.opened:
            owner.opened(session, subject, ballot)
        return True


def close_ballot(ballot_id: int, now: datetime) -> bool:
    """Close, count and publish one ballot whose time is over, and let its subject move on."""
    with transaction() as session:
        ballot, subject = _locked_with_subject(session, ballot_id)
        if ballot.state is not BallotState.OPEN or now < ballot.closes_at:
            return False
        ballot.closed_at = now
        _step(session, SYSTEM, ballot, "close", turnout=ballot.turnout)
        ballot.quorate, ballot.passed = results.outcome(ballot)
        _step(session, SYSTEM, ballot, "tally", eligible=ballot.eligible_count, votes_for=ballot.for_count,
              votes_against=ballot.against_count, abstentions=ballot.abstain_count, quorate=ballot.quorate, passed=ballot.passed)  # fmt: skip
        _step(session, SYSTEM, ballot, "publish")
        outbox.publish(session, BallotClosed(ballot.id, ballot.subject_kind, ballot.subject_id, ballot.passed))
        if ballot.subject_kind in owners:
            owners[ballot.subject_kind].closed(session, subject, ballot)
        return True


def finish(session, actor, ballot_id: int, role: str = "") -> None:
    """Nobody can annul it any more: what it led to has been decided. Inside the transaction of its locked subject."""
    ballot = db.locked(session, Ballot, ballot_id)
    if ballot.state is BallotState.PUBLISHED:
        _step(session, actor, ballot, "finish", role=role)


def annul(actor, ballot_id: int, reason: str) -> Ballot:
    """Declare a ballot void for a reason everybody reads; its subject goes back to be talked about."""
    reason = clean(reason)[:500]
    if not reason:
        raise Invalid(_l("Give the reason; everybody will read it."))
    with transaction() as session:
        ballot, subject = _locked_with_subject(session, ballot_id)
        require(policy.why_not_annul(actor, ballot, subject.author_id if subject else None))
        ballot.annulled_reason = reason
        role = min(actor.roles_on(ballot.scope) & policy.ANNULLERS)
        _step(session, actor, ballot, "annul", role=role, reason=reason)
        outbox.publish(session, BallotAnnulled(ballot.id, ballot.subject_kind, ballot.subject_id, actor.id))
        if ballot.subject_kind in owners:
            owners[ballot.subject_kind].annulled(session, subject, ballot)
        return ballot


def due_to_open(now: datetime) -> list[int]:
    return _ids(Ballot.state == BallotState.ANNOUNCED, Ballot.opens_at <= now)


def due_to_close(now: datetime) -> list[int]:
    return _ids(Ballot.state == BallotState.OPEN, Ballot.closes_at <= now)


def open_due(now: datetime) -> int:
    """Open every ballot whose time has come; how many there were."""
    return outbox.one_by_one(due_to_open(now), lambda ident: open_ballot(ident, now))


def close_due(now: datetime) -> int:
    """Close every ballot whose time is over; how many there were."""
    return outbox.one_by_one(due_to_close(now), lambda ident: close_ballot(ident, now))


def _ids(*conditions) -> list[int]:
    return list(db.Session().scalars(sa.select(Ballot.id).where(*conditions).order_by(Ballot.id)))


def _locked_with_subject(session, ballot_id: int) -> tuple[Ballot, Any]:
    """The subject first, then the ballot: the order in which everybody locks."""
    ballot = session.get(Ballot, ballot_id)  # whose subject never changes
    if ballot is None:
        raise NotFound(_l("There is nothing at this address (any more)."))
    owner = owners.get(ballot.subject_kind)
    subject = owner.lock(session, ballot.subject_id) if owner else None
    return db.locked(session, Ballot, ballot_id), subject


def _locked(session, ballot_id: int) -> tuple[Ballot, bool]:
    """The ballot alone, locked, and whether what is voted on is hidden. Raises NotFound."""
    wanted = sa.select(Ballot, queries.hidden()).where(Ballot.id == ballot_id)
    row = session.execute(wanted.with_for_update(of=Ballot).execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise NotFound(_l("There is nothing at this address (any more)."))
    return row[0], bool(row[1])


def _step(session, actor, ballot: Ballot, action: str, *, role="", **details) -> None:
    move, before = MOVES[action], ballot.state
    if before not in move.come_from:
        raise Refused(_l("This ballot is no longer waiting for that step."))
    ballot.state = move.go_to
    role = role or ("system" if actor is SYSTEM else "organiser")
    audit.record(
        session,
        actor,
        f"ballot.{action}",
        ("ballot", ballot.id),
        before=before,
        after=ballot.state,
        role=role,
        **details,
    )


def _count(ballot: Ballot, choice: Choice, by: int) -> None:
    name = f"{choice.value}_count"
    setattr(ballot, name, getattr(ballot, name) + by)


def _take_snapshot(session, ballot: Ballot, now: datetime) -> int:
    """Write down who may vote, in one statement; returns the number of seats."""
    session.execute(sa.insert(Elector).from_select(["ballot_id", "user_id", "seat"], queries.electorate(ballot, now)))
    seats = sa.select(sa.func.count(sa.distinct(Elector.seat))).where(Elector.ballot_id == ballot.id)
    return session.scalar(seats)
