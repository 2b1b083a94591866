"""The demo accounts: who they are and what each can show. Their password is the same for all."""

from typing import Any, NamedTuple

import sqlalchemy as sa

from portal.accounts.models import User
from portal.audit import Entry
from portal.config import SettingsError
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


def refuse_outside_demo(engine: sa.Engine) -> None:
    """Raises SettingsError where the database holds demo accounts: their password is public, so they open in demo mode only.

    A database that does not answer or has no tables yet is left to `portal doctor`.
    """
    names = [account.username for account in ACCOUNTS]
    told = sa.select(Entry.seq).join(User, Entry.subject_id == sa.cast(User.id, sa.String))
    told = told.where(User.username.in_(names), Entry.subject_kind == "user", Entry.action == "user.demo").limit(1)
    try:
        with engine.connect() as connection:
            found = connection.scalar(told)
    except sa.exc.DBAPIError:
        return
    finally:
        engine.dispose()  # nothing may be open when the web workers are forked
    if found:
        raise SettingsError(
            "the database holds demo content, whose accounts have a public password. Set PORTAL_DEMO=1, "
            "or begin with an empty database: PORTAL_DATA_DIR or PORTAL_DATABASE_URL."
        )
