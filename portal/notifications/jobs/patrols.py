"""Patrols: the lead is asked to confirm, the volunteer hears what came of it."""

from portal.notifications import audience
from portal.notifications.service import notify, settle
from portal.outbox import on
from portal.patrols.events import PatrolMoved
from portal.patrols.models import Patrol
from portal.policy import Role
from portal.text.clean import excerpt


@on(PatrolMoved)
def tell_of_a_patrol(session, event) -> None:
    patrol = session.get(Patrol, event.patrol_id)
    if patrol is None or event.action not in ("submit", "confirm", "return"):
        return
    params = {"title": patrol.lane, "day": patrol.started_at.isoformat()}
    round_ = int(patrol.submitted_at.timestamp()) if patrol.submitted_at else 0
    key, url = f"patrol/{patrol.id}/{event.action}/{round_}", f"/patrols/{patrol.id}"
    leads = audience.without(audience.holders([Role.TEAM_LEAD], team=patrol.team_id), patrol.volunteer_id)
    if event.action == "submit":
        settle(session, patrol.volunteer_id, f"patrol/{patrol.id}/return/")
        notify(session, leads, "patrol.submit", params, url, key, is_task=True)
        return
    settle(session, leads, f"patrol/{patrol.id}/submit/")
    if event.action == "confirm":
        notify(session, patrol.volunteer_id, "patrol.confirm", params, url, key)
    else:
        params["reason"] = excerpt(patrol.return_reason, 300)
        notify(session, patrol.volunteer_id, "patrol.return", params, url, key, is_task=True)
