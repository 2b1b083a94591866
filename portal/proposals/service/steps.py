"""One step along the table: state, clock, counts, ledger, event. Nothing else assigns a proposal's state."""

import math
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from portal import audit, clock, outbox
from portal.accounts.queries import resident_count
from portal.ballots import service as ballots
from portal.categories import clockwork
from portal.categories.models import LimitUnit
from portal.conversations import service as conversations
from portal.errors import Conflict, NotFound
from portal.places import counts
from portal.policy import SYSTEM, require
from portal.proposals import policy
from portal.proposals.events import ProposalMoved
from portal.proposals.models import Proposal
from portal.proposals.states import MOVES, OPEN_TO_TALK, ProposalState, destination
from portal.spaces.models import Space
from portal.spaces.rules import RuleSet, WhoWrites
from portal.text.lazy import _l

S = ProposalState
DRAFT_DAYS = 30  # an untouched draft or a returned proposal is kept this long
REVIEW_DAYS = 5  # work days in which a moderator has read it (DOMAIN C3)
TALK_DAYS = 7  # to talk again after an annulled ballot, where the rules foresee no deliberation


def load(session, proposal_id: int) -> Proposal:
    """The proposal with its space, fresh; the proposal alone is locked. Raises NotFound."""
    wanted = (
        sa.select(Proposal)
        .where(Proposal.id == proposal_id)
        .options(orm.joinedload(Proposal.space, innerjoin=True))
        .with_for_update(of=Proposal)
        .execution_options(populate_existing=True)
    )
    found = session.scalars(wanted).one_or_none()
    if found is None:
        raise NotFound(_l("There is no such proposal (any more)."))
    return found


def require_move(actor, p: Proposal, action: str, now: datetime) -> None:
    """Raises Refused, or Conflict where somebody was faster."""
    require(policy.why_not_see(actor, p) if actor is not SYSTEM else None)
    refusal = policy.why_not_move(actor, p, action, now)
    if refusal is policy.NOT_NOW:
        raise Conflict(refusal.why)
    require(refusal)


def step(session, actor, p: Proposal, action: str, now: datetime, **details) -> None:
    """Make a move that was found allowed."""
    before, was_public = p.state, p.is_public
    if before not in MOVES[action].come_from:
        raise Conflict(policy.NOT_NOW.why)
    role = policy.role_for(actor, p, action) or ""
    p.state = after = destination(action, p.rule_set)
    p.state_since = p.updated_at = now
    p.due_at = _enter(session, actor, p, now, role)
    if was_public != p.is_public:
        _count_in_space(session, p, +1 if p.is_public else -1, now)
    if was_public or p.is_public:
        place_moved(session, p, before if was_public else None, after if p.is_public else None)
    if before in OPEN_TO_TALK and after not in OPEN_TO_TALK:
        conversations.close_thread(session, p.thread_id)
    audit.record(
        session, actor, f"proposal.{action}", ("proposal", p.id), before=before, after=after, role=role, **details
    )
    outbox.publish(session, ProposalMoved(p.id, action, actor.id))


def place_moved(session, p: Proposal, before: ProposalState | None, after: ProposalState | None) -> None:
    """Keep the counts of the places right."""
    counts.moved(session, "proposal", p.place_code, before, after)


def count_visible(session, p: Proposal, visible: bool, now: datetime) -> None:
    """A published proposal is hidden, or shown again."""
    place_moved(session, p, None if visible else p.state, p.state if visible else None)
    _count_in_space(session, p, +1 if visible else -1, now)


def open_thread(session, p: Proposal, rules: RuleSet) -> None:
    """Everybody who may write may talk about it from now on."""
    thread = conversations.open_thread(
        session, ("proposal", p.id), p.scope, write_level=rules.write_level, review_first=rules.review_comments,
        members_only=rules.who_writes is WhoWrites.MEMBERS, residents_only=rules.who_writes is WhoWrites.RESIDENTS,
        new=p.thread_id is None,
    )  # fmt: skip
    p.thread_id = thread.id


def needed(rules: RuleSet, residents: int) -> int:
    """How many seconds it takes: the fixed number, or the share of the residents if that is more; at least one."""
    return max(1, rules.seconds_needed, math.ceil(rules.seconds_share * residents / 100))


def _enter(session, actor, p: Proposal, now: datetime, role: str) -> datetime | None:
    """What begins with the new state; returns when its next step is owed."""
    rules = p.rule_set
    if p.state is S.GATHERING:
        residents = resident_count(p.space.place_code) if rules.seconds_share else 0
        p.seconds_needed = needed(rules, residents)
    if p.state is S.VOTING:
        return _announce(session, actor, p, rules, now, role)
    if p.state is S.PUBLICITY:
        p.objections_until = clock.days_later(now, rules.publicity_days)
        return p.objections_until
    if p.state is S.ACCEPTED:
        return p.promised_at
    if p.state is S.IN_PROGRESS:
        return _work_until(p, now)
    if p.state is S.SUBMITTED:
        return clockwork.due_at(now, REVIEW_DAYS, LimitUnit.WORK_DAY)
    if p.state in (S.DRAFT, S.RETURNED):
        return now + timedelta(days=DRAFT_DAYS)
    days = {
        S.GATHERING: rules.gather_days,
        S.DELIBERATING: rules.deliberation_days or TALK_DAYS,
        S.DONE: rules.rating_days,
    }
    return clock.days_later(now, days[p.state]) if p.state in days else None


def _announce(session, actor, p: Proposal, rules: RuleSet, now: datetime, role: str) -> datetime:
    """Until the notice of the vote is over (K6), its opening is what comes next; then its end."""
    opens_at = clock.days_later(now, rules.notice_days)
    ballot = ballots.announce(
        session, actor, subject=("proposal", p.id), version=p.version, space=p.space, question=p.title, rules=rules,
        opens_at=opens_at, closes_at=clock.days_later(opens_at, rules.ballot_days), role=role,
    )  # fmt: skip
    p.ballot_id = ballot.id
    p.ballot_opens_at = ballot.opens_at if rules.notice_days else None
    return p.ballot_opens_at or ballot.closes_at


def _work_until(p: Proposal, now: datetime) -> datetime | None:
    """The promised day; when it has to be done again, the same span from now."""
    if not p.redo_count or p.promised_at is None:
        return p.promised_at
    span = p.promised_at - (p.answered_at or p.promised_at)
    return now + max(span, timedelta(days=1))


def _count_in_space(session, p: Proposal, by: int, now: datetime) -> None:
    values: dict[str, Any] = {"proposal_count": Space.proposal_count + by}
    if by > 0:
        values["last_active_at"] = now
    session.execute(
        sa.update(Space).where(Space.id == p.space_id).values(**values),
        execution_options={"synchronize_session": False},
    )
