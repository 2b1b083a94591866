"""The demo accounts: who they are and what each can show. Their password is the same for all."""

from typing import Any, NamedTuple

from portal.text.lazy import _l

PASSWORD = "gongzhi-demo"


class Account(NamedTuple):
    username: str
    label: Any
    shows: Any


ACCOUNTS = [
    Account("resident", _l("Resident"), _l("proposes, seconds, votes, rates")),
    Account("neighbour", _l("Neighbour"), _l("seconds and comments, lives next door")),
    Account("chair", _l("Chair of the council"), _l("leads from the proposal to the conclusion")),
    Account("volunteer", _l("Volunteer"), _l("walks the lanes and logs patrols")),
    Account("teamlead", _l("Team leader"), _l("confirms the patrols of a team")),
    Account("moderator", _l("Community staff"), _l("reviews, confirms residents, answers reports")),
    Account("acceptor", _l("Acceptor"), _l("takes reports in and checks them")),
    Account("dispatcher", _l("Dispatcher"), _l("sends cases to the units")),
    Account("officer", _l("Unit officer"), _l("handles cases and replies")),
    Account("inspector", _l("Inspector"), _l("checks on the spot, never his own unit")),
    Account("admin", _l("Administrator"), _l("gives roles and sees the ledger")),
]
