"""The links of the chain on both sides of a case: the proposal or finding it came from follows what becomes of it."""

from datetime import datetime

import sqlalchemy as sa

from portal import db, links
from portal.cases.models import Case
from portal.cases.service import moves, reports
from portal.cases.states import CLOSED_STATES, CaseSource, CaseState
from portal.categories import queries as categories
from portal.categories.models import Category
from portal.db import transaction
from portal.errors import Conflict, Invalid
from portal.patrols import policy as patrols_policy
from portal.patrols.checklist import BY_NUMBER
from portal.patrols.models import Finding, Outcome, Patrol
from portal.policy import SYSTEM, require
from portal.proposals.models import Proposal
from portal.proposals.states import ProposalState
from portal.text.clean import excerpt
from portal.text.lazy import _l


def accept_with_case(actor, proposal_id: int, *, answer: str, promised_at: datetime, category_id: int, responsible: str = "") -> Case:
    """Accept a proposal by making it an official case, both or neither. Its author is the one who reported it."""
    from portal.proposals import service as proposals

    with transaction() as session:
        proposals.move(actor, proposal_id, "accept", how="case", answer=answer, promised_at=promised_at, responsible=responsible)
        proposal = session.get_one(Proposal, proposal_id)
        return reports.report(
            actor, title=proposal.title, description=proposal.body, category_id=category_id, place_code=proposal.place_code,
            where=proposal.where, source=CaseSource.PROPOSAL, led_from=("proposal", proposal.id), reporter_id=proposal.author_id,
        )  # fmt: skip


def from_finding(actor, finding_id: int, category_id: int | None = None) -> Case:
    """Report what a patrol found, in one step: category, place and photos are the finding's."""
    from portal.patrols import service as patrols

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


def start_proposals(session, case: Case) -> None:
    """The unit has it: what was accepted is being handled."""
    from portal.proposals import service as proposals

    for proposal_id in _proposals(session, case, ProposalState.ACCEPTED):
        proposals.move(SYSTEM, proposal_id, "start")


def finish_proposals(session, case: Case) -> None:
    """The last of a proposal's cases is closed: the proposal is done, with what the unit says it did."""
    from portal.proposals import service as proposals

    for state in (ProposalState.ACCEPTED, ProposalState.IN_PROGRESS):
        for proposal_id in _proposals(session, case, state):
            if not _open_cases(session, proposal_id, case):
                if state is ProposalState.ACCEPTED:  # closed before any unit had it; the answer is owed all the same
                    proposals.move(SYSTEM, proposal_id, "start")
                proposals.move(SYSTEM, proposal_id, "finish", result=case.public_note or case.result or case.title)


def reopen_for(session, proposal_id: int, reason: str) -> int:
    """Residents dispute a finished proposal: its closed cases are done again, each once. Returns how many."""
    done = 0
    wanted = sa.select(Case.id).where(
        Case.id.in_(_cases_of(session, proposal_id)), Case.reopen_count == 0,
        Case.state.in_((CaseState.CLOSED, CaseState.EVALUATED)),
    )  # fmt: skip
    for case_id in list(session.scalars(wanted.order_by(Case.id))):
        moves.move(SYSTEM, case_id, "reopen", reason=reason)
        done += 1
    return done


def _proposals(session, case: Case, state: ProposalState) -> list[int]:
    came_from, _ = links.linked(session, "case", case.id)
    ids = [ident for kind, ident in came_from if kind == "proposal"]
    if not ids:
        return []
    return list(session.scalars(sa.select(Proposal.id).where(Proposal.id.in_(ids), Proposal.state == state).order_by(Proposal.id)))


def _cases_of(session, proposal_id: int) -> list[int]:
    _, led_to = links.linked(session, "proposal", proposal_id)
    return [ident for kind, ident in led_to if kind == "case"]


def _open_cases(session, proposal_id: int, but: Case) -> bool:
    others = [ident for ident in _cases_of(session, proposal_id) if ident != but.id]
    if not others:
        return False
    still = sa.select(sa.exists().where(Case.id.in_(others), Case.state.not_in(CLOSED_STATES)))
    return bool(session.scalar(still))
