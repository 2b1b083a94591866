"""How others show brands and teams."""

import sqlalchemy as sa

from portal.accounts import me
from portal.accounts.states import ROLE_LABELS
from portal.brands import queries
from portal.brands.models import Brand, Team
from portal.links import Subject, subject
from portal.policy import Role, Scope
from portal.text.lazy import _l


@subject("brand")
def brands(session, ids):
    for brand in session.scalars(sa.select(Brand).where(Brand.id.in_(ids))):
        yield Subject(
            "brand", brand.id, brand.name, f"/brands/{brand.slug}", _l("Brand"), Scope(place=brand.place_code)
        )


@subject("team")
def teams(session, ids):
    for team in session.scalars(sa.select(Team).where(Team.id.in_(ids))):
        yield Subject("team", team.id, team.name, f"/teams/{team.id}", _l("Team"), team.scope)


def my_invitations(actor):
    """For one's own page: what waits for a yes or no."""
    return [(a.team.name, f"/teams/{a.team_id}", ROLE_LABELS[Role.VOLUNTEER]) for a in queries.my_invitations(actor.id)]


me.section(_l("You are invited"), my_invitations)
