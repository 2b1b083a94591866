"""Seconding and following."""

from datetime import datetime

import sqlalchemy as sa

from portal import audit, db
from portal.clock import utcnow
from portal.db import transaction
from portal.policy import SYSTEM, require
from portal.proposals import policy
from portal.proposals.models import Follow, Proposal, Second
from portal.proposals.service.steps import load, step
from portal.proposals.states import ProposalState


def second(actor, proposal_id: int) -> Proposal:
    """Stand behind a proposal, or behind its new version. The last one that was needed moves it on, in the same step.

    Seconding twice is seconding once.
    """
    with transaction() as session:
        p, now = load(session, proposal_id), utcnow()
        require(policy.why_not_see(actor, p))
        require(policy.why_not_second(actor, p))
        renewed = _renew(session, actor, p, now) if p.stale_seconds_count else False
        if not renewed and not _add(session, actor, p, now):
            return p
        follow_too(session, p.id, actor.id, now)
        p.seconds_count += 1
        audit.record(session, actor, "proposal.second", ("proposal", p.id), version=p.version, again=renewed or None)
        reach(session, p, now)
        return p


def unsecond(actor, proposal_id: int) -> Proposal:
    """Take one's second back, while the text is still being discussed."""
    with transaction() as session:
        p = load(session, proposal_id)
        require(policy.why_not_unsecond(actor, p))
        gone = sa.delete(Second).where(Second.proposal_id == p.id, Second.user_id == actor.id).returning(Second.stale)
        was_stale = session.scalar(gone)
        if was_stale is None:
            return p
        if was_stale:
            p.stale_seconds_count -= 1
        else:
            p.seconds_count -= 1
        audit.record(session, actor, "proposal.unsecond", ("proposal", p.id))
        return p


def follow(actor, proposal_id: int) -> None:
    """Be told what becomes of it. One's own business: it is not written into the ledger."""
    with transaction() as session:
        p = load(session, proposal_id)
        require(policy.why_not_follow(actor, p))
        follow_too(session, p.id, actor.id, utcnow())


def unfollow(actor, proposal_id: int) -> None:
    require(policy.SIGN_IN if actor.id is None else None)
    with transaction() as session:
        session.execute(sa.delete(Follow).where(Follow.proposal_id == proposal_id, Follow.user_id == actor.id))


def follow_too(session, proposal_id: int, user_id: int, now: datetime) -> None:
    db.insert_new(session, Follow, [{"proposal_id": proposal_id, "user_id": user_id, "at": now}])


def reach(session, p: Proposal, now: datetime) -> None:
    """Move it on if it has what it needs. The caller holds the lock."""
    if p.state is not ProposalState.GATHERING or p.seconds_count < p.seconds_needed:
        return
    breadth = p.rule_set.breadth
    if breadth and buildings(session, p.id) < breadth:
        return
    step(session, SYSTEM, p, "reach", now, seconds=p.seconds_count)


def buildings(session, proposal_id: int) -> int:
    """From how many buildings or lanes the valid seconds come."""
    named = sa.and_(Second.proposal_id == proposal_id, Second.stale.is_(False), Second.building != "")
    return session.scalar(sa.select(sa.func.count(sa.distinct(Second.building))).where(named))


def recount(session, proposal_id: int) -> tuple[int, int]:
    """(valid, stale) seconds as the rows say."""
    wanted = sa.select(Second.stale, sa.func.count()).where(Second.proposal_id == proposal_id).group_by(Second.stale)
    rows = dict(session.execute(wanted).tuples().all())
    return rows.get(False, 0), rows.get(True, 0)


def _add(session, actor, p: Proposal, now: datetime) -> bool:
    row = {
        "proposal_id": p.id,
        "user_id": actor.id,
        "version": p.version,
        "stale": False,
        "building": actor.building,
        "at": now,
    }
    return db.insert_new(session, Second, [row]) == 1


def _renew(session, actor, p: Proposal, now: datetime) -> bool:
    again = (
        sa.update(Second)
        .where(Second.proposal_id == p.id, Second.user_id == actor.id, Second.stale.is_(True))
        .values(stale=False, version=p.version, building=actor.building, at=now)
    )
    if not session.execute(again, execution_options={"synchronize_session": "fetch"}).rowcount:
        return False
    p.stale_seconds_count -= 1
    return True
