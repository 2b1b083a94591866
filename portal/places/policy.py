"""Who may change the map of places."""

from portal.policy import Refusal, Role
from portal.text.lazy import _l


def why_not_add_lane(actor, community) -> Refusal | None:
    if actor.kind == "system" or actor.has_role((Role.PLACE_ADMIN, Role.MODERATOR, Role.ADMIN), community.scope):
        return None
    return Refusal(_l("Lanes are entered by the staff of the community."))
