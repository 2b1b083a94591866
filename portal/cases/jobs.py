"""What cases do by themselves."""

from portal.cases import service
from portal.outbox import due, on
from portal.proposals.events import ProposalMoved


@on(ProposalMoved)
def do_again(session, event):
    """Residents dispute that a proposal is done: its closed case is reopened, once."""
    if event.action == "redo":
        service.reopen_for(session, event.proposal_id, reason="proposal disputed")


@due("cases.evaluate")
def evaluate(now):
    """The time for rating is over."""
    return service.evaluate_due(now)
