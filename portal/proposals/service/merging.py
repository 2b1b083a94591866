"""Two proposals about the same matter become one: its proposer, seconds and follows go along, each person once."""

from datetime import datetime

import sqlalchemy as sa

from portal import audit, db, links
from portal.accounts.models import User
from portal.clock import utcnow
from portal.db import transaction
from portal.errors import Conflict, Invalid
from portal.policy import Level, require
from portal.proposals import policy
from portal.proposals.models import Follow, Proposal, Second
from portal.proposals.service.drafts import is_id
from portal.proposals.service.steps import load, step
from portal.proposals.service.support import reach, recount
from portal.spaces.rules import WhoWrites
from portal.text.lazy import _l


def merge(actor, proposal_id: int, into: int) -> Proposal:
    """End this proposal in favour of another. Comments stay here, with a link; whoever proposed or seconded it has
    seconded the other."""
    if not is_id(into):
        raise Invalid(_l("Enter the number of the other proposal."))
    with transaction() as session:
        both = {ident: load(session, ident) for ident in sorted({proposal_id, into})}  # always in this order
        p, target, now = both[proposal_id], both[into], utcnow()
        require(policy.why_not_see(actor, target))
        refusal = policy.why_not_merge(actor, p, target, now)
        if refusal is policy.NOT_NOW:
            raise Conflict(refusal.why)
        require(refusal)
        carried = _carry_seconds(session, p, target, now)
        _carry_follows(session, p, target)
        links.add(session, ("proposal", p.id), ("proposal", target.id))
        p.merged_into_id = target.id
        step(session, actor, p, "merge", now, into=target.id, carried=carried)
        role = policy.role_for(actor, target, "merge") or ""
        audit.record(
            session, actor, "proposal.take_in", ("proposal", target.id), role=role, source=p.id, carried=carried
        )
        reach(session, target, now)
        return p


def _carry_seconds(session, p: Proposal, target: Proposal, now: datetime) -> int:
    """People who did not second the other one yet, whom its rules let second it; what was stale stays stale. Whoever
    proposed this one wants the same: he counts among them, unless he proposed both."""
    rules, here = target.rule_set, target.space.place_code
    here_already = sa.select(Second.user_id).where(Second.proposal_id == target.id)
    behind = sa.union_all(
        sa.select(Second.user_id, Second.stale, Second.building, Second.at)
        .where(Second.proposal_id == p.id, Second.user_id != p.author_id),
        sa.select(User.id, sa.literal(False), User.building, sa.literal(now, db.UTCDateTime()))
        .where(User.id == p.author_id),
    ).subquery().c  # fmt: skip
    going = sa.and_(
        behind.user_id != target.author_id, behind.user_id.not_in(here_already),
        User.level >= rules.second_level, User.is_suspended.is_(False),
    )  # fmt: skip
    if rules.second_level >= Level.RESIDENT or rules.who_writes is WhoWrites.RESIDENTS:
        going = sa.and_(going, User.level >= int(Level.RESIDENT), db.prefix_range(User.home_code, here))
    rows = (
        sa.select(sa.literal(target.id), behind.user_id, sa.literal(target.version), behind.stale, behind.building,
                  sa.literal(p.id), behind.at)
        .join(User, User.id == behind.user_id)
        .where(going)
    )  # fmt: skip
    into = ["proposal_id", "user_id", "version", "stale", "building", "carried_from", "at"]
    session.execute(sa.insert(Second).from_select(into, rows))
    valid, stale = recount(session, target.id)
    carried = valid - target.seconds_count
    target.seconds_count, target.stale_seconds_count = valid, stale
    return carried


def _carry_follows(session, p: Proposal, target: Proposal) -> None:
    here_already = sa.select(Follow.user_id).where(Follow.proposal_id == target.id)
    rows = sa.select(sa.literal(target.id), Follow.user_id, Follow.at).where(
        Follow.proposal_id == p.id, Follow.user_id.not_in(here_already)
    )
    session.execute(sa.insert(Follow).from_select(["proposal_id", "user_id", "at"], rows))
