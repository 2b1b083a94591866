"""Who may change the list of categories."""

from portal.places.codes import CITY
from portal.policy import Refusal, Role, Scope
from portal.text.lazy import _l


def why_not_add(actor) -> Refusal | None:
    """Local extensions hold for the whole city, so an administrator of the portal or of a place adds them."""
    if not actor.is_authenticated:
        return Refusal(_l("Please sign in first."), "accounts.sign_in")
    if not actor.has_role({Role.PLACE_ADMIN, Role.ADMIN}):
        return Refusal(_l("Only an administrator adds categories."))
    return None


def why_not_retire(actor, category) -> Refusal | None:
    if refusal := why_not_add(actor):
        return refusal
    if category.family.value != "X" and not actor.has_role(Role.ADMIN, Scope(place=CITY)):
        return Refusal(_l("Official classes are changed by the portal’s own administrator only."))
    return None
