"""When a role on a team was given or taken back elsewhere (the staff desk), the number of members follows."""

from portal import db
from portal.accounts.events import GrantChanged
from portal.accounts.models import Grant
from portal.brands.models import Team
from portal.brands.service import recount
from portal.outbox import on


@on(GrantChanged)
def count_members(session, event):
    grant = session.get(Grant, event.grant_id)
    if grant is not None and grant.on_kind == "team":
        recount(session, db.locked(session, Team, int(grant.on_ref)))
