"""What people change about themselves."""

from portal import audit, db
from portal.accounts import naming, policy
from portal.accounts.models import User
from portal.db import transaction
from portal.errors import Invalid
from portal.places.models import Place, PlaceLevel
from portal.policy import require
from portal.text.lazy import _l


def rename(actor, name: str) -> User:
    """Another display name. Staff may sound like what they are."""
    name = naming.display_name(name, may_sound_official=actor.is_staff)
    with transaction() as session:
        user = db.locked(session, User, actor.id)
        if user.display_name != name:
            user.display_name = name
            audit.record(session, user, "user.rename", ("user", user.id))
        return user


def community(session, code: str) -> Place:
    """The community of this code. Raises Invalid for anything else."""
    place = session.get(Place, code) if code.isascii() and code.isdigit() and len(code) <= 12 else None
    if place is None or place.retired_at is not None:
        raise Invalid(_l("There is no such place. Choose one from the list."))
    return place


def choose_community(actor, code: str) -> User:
    """Keep a community in the profile; what the desk has confirmed only the desk changes."""
    with transaction() as session:
        place = community(session, code)
        user = db.locked(session, User, actor.id)
        require(policy.why_not_choose(user))
        if place.level is not PlaceLevel.COMMUNITY:
            raise Invalid(_l("Choose a community, the level below the street."))
        user.home_code = place.code
        return user
