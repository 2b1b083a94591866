"""The public notice: objections, their answers, its end."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from portal import audit, outbox
from portal.clock import utcnow
from portal.db import transaction
from portal.errors import Conflict, Invalid, NotFound
from portal.policy import SYSTEM, require
from portal.proposals import policy
from portal.proposals.events import ObjectionAnswered, ProposalMoved, ProposalObjected
from portal.proposals.models import Objection, Proposal
from portal.proposals.service.steps import load
from portal.proposals.states import ProposalState
from portal.text.clean import clean
from portal.text.lazy import _l

MOST = 1000


def object_to(actor, proposal_id: int, body: str) -> Objection:
    """Say what speaks against it. One unanswered objection per person; the same words sent twice are one."""
    body = _usable(body, _l("Write what speaks against it."))
    with transaction() as session:
        p, now = load(session, proposal_id), utcnow()
        require(policy.why_not_see(actor, p))
        require(policy.why_not_object(actor, p, now))
        mine = sa.select(Objection).where(Objection.proposal_id == p.id, Objection.author_id == actor.id)
        had = session.scalars(mine.where(Objection.answered_at.is_(None))).one_or_none()
        if had is not None:
            if had.body == body:
                return had
            raise Conflict(_l("Your first objection has not been answered yet. You can add another one after that."))
        objection = Objection(proposal_id=p.id, author_id=actor.id, body=body, created_at=now)
        session.add(objection)
        p.objection_count += 1
        p.open_objection_count += 1
        session.flush()
        audit.record(session, actor, "proposal.object", ("proposal", p.id), objection=objection.id)
        outbox.publish(session, ProposalObjected(p.id, objection.id))
        return objection


def answer_objection(actor, objection_id: int, answer: str) -> Objection:
    """Answer an objection for everybody to read. Never the proposer, nor whoever objected."""
    answer = _usable(answer, _l("Write the answer; everybody will read it."))
    with transaction() as session:
        looked = session.get(Objection, objection_id)
        if looked is None:
            raise NotFound(_l("This objection is not here (any more)."))
        p = load(session, looked.proposal_id)
        objection = session.get_one(Objection, objection_id, populate_existing=True)
        refusal = policy.why_not_answer_objection(actor, p, objection)
        if refusal is policy.NOT_NOW:
            if objection.answer == answer and objection.answered_by == actor.id:
                return objection
            raise Conflict(refusal.why)
        require(refusal)
        objection.answer, objection.answered_at, objection.answered_by = answer, utcnow(), actor.id
        if not objection.is_hidden:
            p.open_objection_count -= 1
        role = policy.role_for(actor, p, "accept") or ""
        audit.record(session, actor, "proposal.answer_objection", ("proposal", p.id), role=role, objection=objection.id)
        outbox.publish(session, ObjectionAnswered(p.id, objection.id))
        return objection


def end_notice(proposal_id: int, now: datetime) -> bool:
    """The notice is over: from now on the answer is owed. Once."""
    with transaction() as session:
        p = load(session, proposal_id)
        if p.state is not ProposalState.PUBLICITY or p.due_at != p.objections_until or now < p.objections_until:
            return False
        p.due_at = p.objections_until + timedelta(days=p.rule_set.answer_days)
        audit.record(session, SYSTEM, "proposal.end_notice", ("proposal", p.id), role="system", before=p.state, after=p.state,
                     objections=p.objection_count, unanswered=p.open_objection_count)  # fmt: skip
        outbox.publish(session, ProposalMoved(p.id, "end_notice", None))
        return True


def objection_hidden(session, objection: Objection, hide: bool) -> None:
    """Moderation is about to hide an objection, or to show it again: the counts follow. Locks the proposal."""
    p: Proposal = load(session, objection.proposal_id)
    by = -1 if hide else +1
    p.objection_count += by
    if objection.answered_at is None:
        p.open_objection_count += by
    session.flush()


def _usable(text: str, sentence) -> str:
    text = clean(text) if isinstance(text, str) else ""
    if not text:
        raise Invalid(sentence)
    if len(text) > MOST:
        raise Invalid(_l("At most %(max)s characters, please shorten it.", max=MOST))
    return text
