"""The newest proposals on the page of the space they went through."""

from portal import clock
from portal.proposals import queries
from portal.spaces.panels import panel


@panel("proposals")
def newest(_actor, space):
    return {"rows": queries.list_proposals(space_id=space.id, size=6).rows, "now": clock.utcnow()}
