"""What the thread is read from: what is linked to a proposal, and what the ledger says about it. Two queries."""

from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import func as f
from sqlalchemy import orm

from portal import db
from portal.audit import Entry
from portal.ballots.models import Ballot
from portal.cases import shown
from portal.cases.models import Case
from portal.cases.states import CaseState
from portal.links import Link
from portal.patrols.models import Finding, Patrol
from portal.patrols.states import PatrolState
from portal.proposals.models import Proposal
from portal.proposals.states import PRIVATE
from portal.spaces.models import Topic

# What many people do: told as numbers and days, never one by one.
COUNTED = frozenset({
    "proposal.second", "proposal.unsecond", "proposal.rate", "proposal.follow", "proposal.unfollow",
    "ballot.vote", "ballot.change_vote", "proposal.add_photos", "proposal.remove_photo",
})  # fmt: skip


class Neighbour(NamedTuple):
    """A thing at the other end of a link. `led_here`: the proposal came from it."""

    kind: str
    id: int
    led_here: bool
    at: datetime
    title: str = ""
    path: str = ""  # below the site root; empty when it is not public
    case: Any = None


def neighbours(session, proposal_id: int) -> list[Neighbour]:
    """Everything linked to a proposal, oldest first, with title and path where it is public. One query."""
    return [_neighbour(row) for row in session.execute(_LINKED, {"proposal": proposal_id})]


def _neighbour(row) -> Neighbour:
    (
        kind,
        ident,
        led_here,
        at,
        case,
        topic,
        topic_hidden,
        _space_id,
        patrol_id,
        where,
        finding_hidden,
        title,
        state,
        hidden,
    ) = row
    start = Neighbour(kind, ident, bool(led_here), at)
    if kind == "case" and case is not None:
        open_ = case.hidden_at is None and case.state is not CaseState.VOID
        return start._replace(case=case, title=shown.plain_title(case), path=f"/cases/{case.number}" if open_ else "")
    if kind == "topic" and topic is not None and topic_hidden is None:
        return start._replace(title=topic, path=f"/topics/{ident}")
    if kind == "finding" and patrol_id is not None and not finding_hidden:
        return start._replace(title=where, path=f"/patrols/{patrol_id}#finding-{ident}")
    if kind == "proposal" and title is not None and hidden is None and state not in PRIVATE:
        return start._replace(title=title, path=f"/proposals/{ident}")
    return start


def entries(session, proposal_id: int, case_ids: list[int]) -> list[Entry]:
    """What the ledger says about a proposal, its ballots and its cases, oldest first, without what is only counted. One query."""
    return list(session.scalars(_TOLD, _about(proposal_id, case_ids)))


class Count(NamedTuple):
    """How often something was done, by whomever, and between which entries of the ledger."""

    action: str
    n: int
    first_at: datetime
    last_at: datetime
    first_seq: int
    last_seq: int


def counts(session, proposal_id: int, case_ids: list[int]) -> list[Count]:
    """What many people did with a proposal, as numbers. One query."""
    return [Count(*row) for row in session.execute(_NUMBERS, _about(proposal_id, case_ids))]


def _about(proposal_id: int, case_ids: list[int]) -> dict:
    return {"proposal": proposal_id, "named": str(proposal_id), "cases": [str(ident) for ident in case_ids]}


def _linked() -> sa.Select:
    proposal = sa.bindparam("proposal", type_=sa.Integer)
    led_here = sa.and_(Link.to_kind == "proposal", Link.to_id == proposal)
    leads_on = sa.and_(Link.from_kind == "proposal", Link.from_id == proposal)
    kind = sa.case((led_here, Link.from_kind), else_=Link.to_kind)
    ident = sa.case((led_here, Link.from_id), else_=Link.to_id)
    unseen = sa.or_(Finding.hidden_at.isnot(None), Patrol.state != PatrolState.CONFIRMED)
    return (
        sa.select(kind, ident, sa.case((led_here, True), else_=False), Link.created_at, Case, Topic.title, Topic.hidden_at,
                  Topic.space_id, Finding.patrol_id, Finding.where, unseen, Proposal.title, Proposal.state, Proposal.hidden_at)
        .outerjoin(Case, sa.and_(kind == "case", Case.id == ident))
        .outerjoin(Topic, sa.and_(kind == "topic", Topic.id == ident))
        .outerjoin(Finding, sa.and_(kind == "finding", Finding.id == ident))
        .outerjoin(Patrol, Patrol.id == Finding.patrol_id)
        .outerjoin(Proposal, sa.and_(kind == "proposal", Proposal.id == ident))
        .where(sa.or_(led_here, leads_on))
        .options(orm.joinedload(Case.lead_unit), orm.joinedload(Case.category))
        .order_by(Link.created_at, ident)
    )  # fmt: skip


# Built once: the page of every proposal asks them.
_LINKED = db.plan_once(_linked())
_BALLOTS = sa.select(sa.cast(Ballot.id, sa.String)).where(
    Ballot.subject_kind == "proposal", Ballot.subject_id == sa.bindparam("proposal", type_=sa.Integer)
)
_OF_IT = sa.or_(
    sa.and_(Entry.subject_kind == "ballot", Entry.subject_id.in_(_BALLOTS)),
    sa.and_(Entry.subject_kind == "proposal", Entry.subject_id == sa.bindparam("named", type_=sa.String)),
    sa.and_(Entry.subject_kind == "case", Entry.subject_id.in_(sa.bindparam("cases", expanding=True))),
)
_TOLD = db.plan_once(sa.select(Entry).where(_OF_IT, Entry.action.not_in(COUNTED)).order_by(Entry.seq))
_NUMBERS = (
    sa.select(Entry.action, f.count(), f.min(Entry.at), f.max(Entry.at), f.min(Entry.seq), f.max(Entry.seq))
    .where(_OF_IT, Entry.action.in_(COUNTED))
    .group_by(Entry.action)
    .order_by(f.min(Entry.seq))
)
