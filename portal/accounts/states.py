"""The life of a wish to be confirmed, and the words around it."""

from enum import StrEnum
from typing import NamedTuple

from portal.accounts.models import VerificationState as S
from portal.policy import Level, Role
from portal.text.lazy import _l


class Move(NamedTuple):
    label: object
    come_from: frozenset[S]
    go_to: S
    by_desk: bool
    needs_reason: bool = False


OPEN = frozenset({S.WAITING, S.NEEDS_MORE})
MOVES = {
    "approve": Move(_l("Confirm"), OPEN, S.APPROVED, by_desk=True),
    "ask_more": Move(_l("Ask for more"), frozenset({S.WAITING}), S.NEEDS_MORE, by_desk=True, needs_reason=True),
    "reject": Move(_l("Do not confirm"), OPEN, S.REJECTED, by_desk=True, needs_reason=True),
    "withdraw": Move(_l("Withdraw"), OPEN, S.WITHDRAWN, by_desk=False),
    "complete": Move(_l("Send again"), OPEN, S.WAITING, by_desk=False),
}

STATE_LABELS = {
    S.WAITING: _l("Waiting to be confirmed"),
    S.APPROVED: _l("Confirmed"),
    S.NEEDS_MORE: _l("Something is missing"),
    S.REJECTED: _l("Not confirmed"),
    S.WITHDRAWN: _l("Withdrawn"),
}
STATE_TONES = {S.WAITING: "now", S.APPROVED: "good", S.NEEDS_MORE: "now", S.REJECTED: "alert", S.WITHDRAWN: ""}

LEVEL_LABELS = {
    Level.VISITOR: _l("Account without a phone"),
    Level.PHONE: _l("Phone confirmed"),
    Level.REAL_NAME: _l("Real name confirmed"),
    Level.RESIDENT: _l("Confirmed resident"),
}


class Paper(StrEnum):
    """Which kind of paper the desk looked at. It is looked at, never stored."""

    HOUSEHOLD_BOOK = "household_book"
    TITLE_DEED = "title_deed"
    LEASE = "lease"
    RESIDENCE_PERMIT = "residence_permit"
    UTILITY_BILL = "utility_bill"
    ID_CARD = "id_card"
    KNOWN = "known"


PAPER_LABELS = {
    Paper.HOUSEHOLD_BOOK: _l("Household register"),
    Paper.TITLE_DEED: _l("Property certificate"),
    Paper.LEASE: _l("Lease"),
    Paper.RESIDENCE_PERMIT: _l("Residence permit"),
    Paper.UTILITY_BILL: _l("Water or electricity bill"),
    Paper.ID_CARD: _l("Identity card"),
    Paper.KNOWN: _l("Known in person, visited at home"),
}

ROLE_LABELS = {
    Role.MODERATOR: _l("Moderator"),
    Role.HOST: _l("Host"),
    Role.CHAIR: _l("Chair"),
    Role.SECRETARY: _l("Secretary"),
    Role.MEMBER: _l("Member"),
    Role.TEAM_LEAD: _l("Team leader"),
    Role.VOLUNTEER: _l("Volunteer"),
    Role.RESPONSIBLE_PLANNER: _l("Responsible planner"),
    Role.ACCEPTOR: _l("Acceptor"),
    Role.SHIFT_SUPERVISOR: _l("Shift supervisor"),
    Role.DISPATCHER: _l("Dispatcher"),
    Role.COMMAND_LEAD: _l("Command lead"),
    Role.UNIT_OFFICER: _l("Unit officer"),
    Role.INSPECTOR: _l("Inspector"),
    Role.EVALUATOR: _l("Evaluator"),
    Role.PLACE_ADMIN: _l("Place administrator"),
    Role.ADMIN: _l("Portal administrator"),
}
