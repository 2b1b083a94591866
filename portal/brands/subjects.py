"""How others show brands and teams."""

import sqlalchemy as sa

from portal.brands.models import Brand, Team
from portal.links import Subject, subject
from portal.policy import Scope
from portal.text.lazy import _l


@subject("brand")
def brands(session, ids):
    for brand in session.scalars(sa.select(Brand).where(Brand.id.in_(ids))):
        yield Subject("brand", brand.id, brand.name, f"/brands/{brand.slug}", _l("Brand"), Scope(place=brand.place_code))


@subject("team")
def teams(session, ids):
    for team in session.scalars(sa.select(Team).where(Team.id.in_(ids))):
        yield Subject("team", team.id, team.name, f"/teams/{team.id}", _l("Team"), team.scope)
