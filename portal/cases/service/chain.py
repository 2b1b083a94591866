"""The links of the chain on both sides of a case: the proposal or finding it came from follows what becomes of it."""

from datetime import datetime

import sqlalchemy as sa

from portal import db, outbox
from portal.cases.events import NoCaseOpen
from portal.cases.models import Case
from portal.cases.service import follow, moves, reports
from portal.cases.states import CaseSource, CaseState
from portal.categories import queries as categories
from portal.categories.models import Category
from portal.db import transaction
from portal.errors import Conflict, Invalid
from portal.patrols import policy as patrols_policy
from portal.patrols import service as patrols
from portal.patrols.checklist import BY_NUMBER
from portal.patrols.models import Finding, Outcome, Patrol
from portal.policy import SYSTEM, require
from portal.proposals import service as proposals
from portal.proposals.models import Proposal
from portal.proposals.states import AcceptedHow
from portal.text.clean import excerpt
from portal.text.lazy import _l


def accept_with_case(
    actor, proposal_id: int, *, answer: str, promised_at: datetime, category_id: int, responsible: str = ""
) -> Case:
    """Accept a proposal by making it an official case, both or neither. Its author is the one who reported it."""
    with transaction() as session:
        proposals.move(
            actor, proposal_id, "accept", how="case", answer=answer, promised_at=promised_at, responsible=responsible
        )
        proposal = session.get_one(Proposal, proposal_id)
        return reports.report(
            actor, title=proposal.title, description=proposal.body, category_id=category_id, place_code=proposal.place_code,
            where=proposal.where, source=CaseSource.PROPOSAL, led_from=("proposal", proposal.id), reporter_id=proposal.author_id,
        )  # fmt: skip


def from_finding(actor, finding_id: int, category_id: int | None = None) -> Case:
    """Report what a patrol found, in one step: category, place and photos are the finding's."""
    with transaction() as session:
        finding = db.locked(session, Finding, finding_id)
        patrol = session.get_one(Patrol, finding.patrol_id)
        if finding.outcome is Outcome.REPORTED:
            raise Conflict(_l("This finding has been reported already."))
        require(patrols_policy.why_not_lead_on(actor, finding, patrol))
        category = session.get(Category, category_id or finding.category_id or 0) or _category_of(finding.item)
        if category is None:
            raise Invalid(_l("Choose what it is about from the list."))
        case = reports.report(
            actor, title=excerpt(finding.note, 60) or f"{finding.where} {category.name}"[:120], description=finding.note,
            category_id=category.id, place_code=patrol.place_code, where=finding.where, source=CaseSource.PATROL,
            client_key=f"finding-{finding.id}", led_from=("finding", finding.id),
        )  # fmt: skip
        patrols.led_to(session, finding.id, Outcome.REPORTED)
        return case


def _category_of(item: int | None) -> Category | None:
    known = BY_NUMBER.get(item) if item else None
    return categories.by_identifier(*(known.categories if known else ()))


def reopen_for(session, proposal_id: int, reason: str) -> int:
    """Residents dispute a finished proposal: its closed cases are done again, each once. Returns how many."""
    done = 0
    wanted = sa.select(Case.id).where(
        Case.id.in_(follow.cases_of(session, proposal_id)), Case.reopen_count == 0, Case.lead_unit_id.is_not(None),
        Case.state.in_((CaseState.CLOSED, CaseState.EVALUATED)),
    )  # fmt: skip
    for case_id in list(session.scalars(wanted.order_by(Case.id))):
        moves.move(SYSTEM, case_id, "reopen", reason=reason)
        done += 1
    if not follow.is_carried(session, proposal_id) and _became_a_case(session, proposal_id):
        outbox.publish(session, NoCaseOpen(proposal_id))
    return done


def is_carried(proposal_id: int) -> bool:
    """Does an open case begin and end the work on this proposal? Else community staff do."""
    return follow.is_carried(db.Session(), proposal_id)


def _became_a_case(session, proposal_id: int) -> bool:
    return session.scalar(sa.select(Proposal.accepted_how).where(Proposal.id == proposal_id)) is AcceptedHow.CASE
