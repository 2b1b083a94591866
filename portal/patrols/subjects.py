"""How others show patrols and findings, and what patrols show on the pages of brands and teams."""

import sqlalchemy as sa
from sqlalchemy import orm

from portal.accounts import me
from portal.brands import policy as brand_policy
from portal.links import Subject, subject
from portal.links.panels import panel
from portal.moderation.service import reportable
from portal.patrols import queries
from portal.patrols.models import Finding, Patrol
from portal.patrols.states import LABELS, PatrolState
from portal.policy import Scope
from portal.text.lazy import _l

reportable("finding", Finding, photos=True)


@subject("patrol")
def patrols(session, ids):
    for patrol in session.scalars(sa.select(Patrol).where(Patrol.id.in_(ids))):
        yield Subject("patrol", patrol.id, patrol.lane, f"/patrols/{patrol.id}", _l("Patrol"), patrol.scope, patrol.state.value,
                      patrol.volunteer_id, patrol.state is PatrolState.CONFIRMED)  # fmt: skip


@subject("finding")
def findings(session, ids):
    wanted = sa.select(Finding).where(Finding.id.in_(ids)).options(orm.joinedload(Finding.patrol))
    for finding in session.scalars(wanted):
        patrol = finding.patrol
        yield Subject("finding", finding.id, finding.where, f"/patrols/{patrol.id}#finding-{finding.id}", _l("Patrol finding"),
                      Scope(place=patrol.place_code, team=patrol.team_id), finding.outcome.value, patrol.volunteer_id,
                      patrol.state is PatrolState.CONFIRMED and not finding.is_hidden, thing=finding)  # fmt: skip


@panel("brands")
def on_all_brands(actor, _nothing):
    return {"recent": queries.list_patrols(size=5).rows, "mine": _mine(actor)}


@panel("brand")
def on_brand(actor, brand):
    return {
        "recent": queries.list_patrols(brand_id=brand.id, size=5).rows,
        "found": queries.most_found(brand_id=brand.id),
    }


@panel("team")
def on_team(actor, team):
    return {
        "recent": queries.list_patrols(team_id=team.id, size=5).rows,
        "waiting": queries.list_waiting(team.id) if brand_policy.leads(actor, team) else [],
        "mine": _mine(actor) if brand_policy.is_member(actor, team) else [],
    }


def _mine(actor):
    return queries.list_unfinished(actor.id) if actor.is_authenticated else []


def my_patrols(actor):
    """For one's own page: the latest ones, whatever their state."""
    return [(p.lane, f"/patrols/{p.id}", LABELS[p.state]) for p in queries.list_mine(actor.id, size=5).rows]


def waiting_patrols(actor):
    """For the page of who leads a team: what waits for a confirmation, and by whom it was walked."""
    return [(p.lane, f"/patrols/{p.id}", p.volunteer.display_name) for p in queries.list_waiting_for(actor)]


me.section(_l("Patrols that wait for me"), waiting_patrols)
me.section(_l("My patrols"), my_patrols)
