"""The proposals a case came from follow what becomes of it, in the same transaction."""

import sqlalchemy as sa

from portal import links, outbox
from portal.cases.events import NoCaseOpen
from portal.cases.models import Case
from portal.cases.states import CLOSED_STATES
from portal.policy import SYSTEM
from portal.proposals import service as proposals
from portal.proposals.models import Proposal
from portal.proposals.states import ProposalState

UNDER_WAY = (ProposalState.ACCEPTED, ProposalState.IN_PROGRESS)


def start_proposals(session, case: Case) -> None:
    """The unit has it: what was accepted is being handled."""
    for proposal_id, state in _proposals(session, case):
        if state is ProposalState.ACCEPTED:
            proposals.move(SYSTEM, proposal_id, "start")


def finish_proposals(session, case: Case) -> None:
    """The last of a proposal's cases is closed: the proposal is done, with what the unit says it did."""
    for proposal_id, state in _proposals(session, case):
        if not _open_cases(session, proposal_id, case):
            if state is ProposalState.ACCEPTED:  # closed before any unit had it; the answer is owed all the same
                proposals.move(SYSTEM, proposal_id, "start")
            proposals.move(SYSTEM, proposal_id, "finish", result=case.result or case.public_note or case.title)


def give_back_proposals(session, case: Case) -> None:
    """The last of a proposal's cases has ended without work: whoever answered it carries it on."""
    for proposal_id, _state in _proposals(session, case):
        if not _open_cases(session, proposal_id, case):
            outbox.publish(session, NoCaseOpen(proposal_id))


def is_carried(session, proposal_id: int) -> bool:
    """Does an open case begin and end the work on this proposal?"""
    return _any_open(session, cases_of(session, proposal_id))


def _proposals(session, case: Case) -> list[tuple[int, ProposalState]]:
    """Those a case came from that are accepted or in progress, and which of the two."""
    came_from, _ = links.linked(session, "case", case.id)
    ids = [ident for kind, ident in came_from if kind == "proposal"]
    if not ids:
        return []
    wanted = sa.select(Proposal.id, Proposal.state).where(Proposal.id.in_(ids), Proposal.state.in_(UNDER_WAY))
    return list(session.execute(wanted.order_by(Proposal.id)).tuples())


def cases_of(session, proposal_id: int) -> list[int]:
    """The cases a proposal led to."""
    _, led_to = links.linked(session, "proposal", proposal_id)
    return [ident for kind, ident in led_to if kind == "case"]


def _open_cases(session, proposal_id: int, but: Case) -> bool:
    return _any_open(session, [ident for ident in cases_of(session, proposal_id) if ident != but.id])


def _any_open(session, cases: list[int]) -> bool:
    still = sa.select(sa.exists().where(Case.id.in_(cases), Case.state.not_in(CLOSED_STATES)))
    return bool(cases and session.scalar(still))
