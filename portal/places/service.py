"""Changing the map of places. The official tree is loaded by command; lanes are added here."""

import sqlalchemy as sa

from portal import audit, db
from portal.db import transaction
from portal.errors import Invalid
from portal.places import policy
from portal.places.models import Place, PlaceLevel
from portal.policy import require
from portal.text.clean import one_line
from portal.text.lazy import _l


def add_lane(actor, community_code: str, name: str) -> Place:
    """A lane (胡同, 街巷) of a community. A name that is there already is that lane; numbers are never used again."""
    name = one_line(name)
    with transaction() as session:
        community = db.locked(session, Place, community_code[:24])
        require(policy.why_not_add_lane(actor, community))
        if community.level is not PlaceLevel.COMMUNITY or community.retired_at is not None:
            raise Invalid(_l("Choose the community in which the lane lies."))
        if not 2 <= len(name) <= 40:
            raise Invalid(_l("Write the name of the lane, 2 to 40 characters."))
        known = sa.select(Place).where(Place.parent_code == community.code, Place.level == PlaceLevel.LANE)
        lanes = list(session.scalars(known))
        for lane in lanes:
            if lane.name == name and lane.retired_at is None:
                return lane
        number = max((int(lane.code.partition("L")[2]) for lane in lanes), default=0) + 1
        lane = Place(code=f"{community.code}L{number:03}", parent_code=community.code, level=PlaceLevel.LANE, name=name)
        session.add(lane)
        session.flush()
        audit.record(session, actor, "place.add_lane", ("place", lane.code), name=name)
        return lane
