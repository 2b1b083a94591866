"""What the codes of proposals mean to a reader."""

from portal.proposals.models import OutcomeAnswer, Proposal
from portal.proposals.states import AcceptedHow, RefuseReason
from portal.proposals.states import ProposalState as S
from portal.text.lazy import _l

HOW = {
    AcceptedHow.CASE: _l("Becomes an official case"),
    AcceptedHow.STREET_TASK: _l("A task of the street office"),
    AcceptedHow.SELF_HANDLING: _l("The community does it itself"),
    AcceptedHow.WHISTLE: _l("The street calls the departments (whistle)"),
    AcceptedHow.HOTLINE: _l("Handed to the 12345 hotline"),
    AcceptedHow.CONVENTION: _l("Written into the residents’ convention"),
    AcceptedHow.TOPIC: _l("Taken up as a topic of the council"),
}

REFUSE_REASONS = {
    RefuseReason.NOT_SPECIFIC: _l("does not say clearly what should be done"),
    RefuseReason.DUPLICATE: _l("is already proposed"),
    RefuseReason.OTHER_COMMUNITY: _l("concerns another community"),
    RefuseReason.STATUTORY_CHANNEL: _l("belongs before a court or another authority"),
    RefuseReason.PRIVATE_DATA: _l("contains private data of other people"),
    RefuseReason.PERSONAL_ATTACK: _l("attacks a person"),
    RefuseReason.UNLAWFUL: _l("breaks the law"),
    RefuseReason.EMERGENCY: _l("is an emergency that belongs to 110, 119 or 120"),
}

ANSWERS = {
    OutcomeAnswer.SATISFIED: _l("Solved, and well done"),
    OutcomeAnswer.FAIR: _l("Solved, more or less"),
    OutcomeAnswer.NOT_SOLVED: _l("Not solved"),
}

# Tone and icon of the badge of a state (ux/UX.md, section 5).
BADGES = {
    S.DRAFT: ("", "pencil"), S.SUBMITTED: ("", "inbox"), S.RETURNED: ("", "arrow-return-left"), S.REFUSED: ("", "x-circle"),
    S.GATHERING: ("info", "people"), S.LAPSED: ("", "x-circle"), S.DELIBERATING: ("info", "chat-dots"),
    S.VOTING: ("now", "hourglass-split"), S.FAILED: ("", "x-circle"), S.PUBLICITY: ("notice", "megaphone"),
    S.DECLINED: ("", "x-circle"), S.ACCEPTED: ("good", "check-lg"), S.IN_PROGRESS: ("info", "arrow-repeat"),
    S.DONE: ("done", "check-circle-fill"), S.CONFIRMED: ("done", "check-circle-fill"), S.DISPUTED: ("now", "arrow-repeat"),
    S.UNCONFIRMED: ("done", "check-circle-fill"), S.MERGED: ("", "link-45deg"), S.WITHDRAWN: ("", "archive"),
}  # fmt: skip
WAITING = (_l("Waiting for the official answer"), "now", "inbox")  # its public notice is over
ANNOUNCED = (_l("Vote announced"), "info", "calendar-event")  # its ballot is not open yet


def responsible(p: Proposal):
    """Who has what was accepted: whom the answer names, else the case desk and, once work has begun, the unit of the case."""
    if p.responsible or p.accepted_how is not AcceptedHow.CASE:
        return p.responsible
    return _l("the case desk") if p.state is S.ACCEPTED else _l("the unit that handles its case")
