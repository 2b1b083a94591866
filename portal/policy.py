"""Who may do what: roles and where they hold, the actors, and refusals that carry a reason and a way on.

Every feature has a `policy.py` with `why_not_…(actor, thing, …) -> Refusal | None` built on these.
"""

from collections.abc import Iterable
from enum import IntEnum, StrEnum
from typing import Any, NamedTuple

from portal.errors import Refused


class Level(IntEnum):
    """How sure we are who somebody is (DOMAIN G2)."""

    VISITOR = 0  # reads
    PHONE = 1  # phone confirmed: drafts, follows, reports a thing
    REAL_NAME = 2  # comments, proposes, seconds
    RESIDENT = 3  # of one community: votes, represents


class Role(StrEnum):
    MODERATOR = "moderator"
    HOST = "host"
    CHAIR = "chair"
    SECRETARY = "secretary"
    MEMBER = "member"
    TEAM_LEAD = "team_lead"
    VOLUNTEER = "volunteer"
    RESPONSIBLE_PLANNER = "responsible_planner"
    ACCEPTOR = "acceptor"
    SHIFT_SUPERVISOR = "shift_supervisor"
    DISPATCHER = "dispatcher"
    COMMAND_LEAD = "command_lead"
    UNIT_OFFICER = "unit_officer"
    INSPECTOR = "inspector"
    EVALUATOR = "evaluator"
    PLACE_ADMIN = "place_admin"
    ADMIN = "admin"


STAFF_ROLES = frozenset({
    Role.MODERATOR, Role.ACCEPTOR, Role.SHIFT_SUPERVISOR, Role.DISPATCHER, Role.COMMAND_LEAD, Role.UNIT_OFFICER,
    Role.INSPECTOR, Role.EVALUATOR, Role.PLACE_ADMIN, Role.ADMIN,
})  # fmt: skip


class Scope(NamedTuple):
    """Where a thing lies, so that a role granted there can be found: all codes and ids it belongs to."""

    place: str = ""  # a place code; a role on any place whose code begins it holds here
    space: int | None = None
    team: int | None = None
    unit: int | None = None

    def covered_by(self, kind: str, ref: str) -> bool:
        """Does something granted on (kind, ref) hold here? `kind` is place, space, team or unit."""
        if kind == "place":
            return bool(self.place) and self.place.startswith(ref)
        mine = getattr(self, kind, None)
        return mine is not None and str(mine) == ref


class Refusal(NamedTuple):
    """Why not, in a sentence, and the endpoint of the page that helps (with its label)."""

    why: Any
    remedy: str | None = None


class Guest:
    """Somebody without an account. Answers the same questions as a user."""

    id = None
    kind = "guest"
    is_authenticated = False
    is_active = False
    is_anonymous = True
    level = Level.VISITOR
    home_code = None
    household = None
    display_name = ""
    is_suspended = False
    grants = ()

    def get_id(self):
        return None

    def has_role(self, role: Role | Iterable[Role], scope: Scope | None = None) -> bool:
        return False

    def lives_in(self, place_code: str) -> bool:
        return False

    @property
    def is_staff(self) -> bool:
        return False


class System(Guest):
    """The portal itself, when a deadline passes. May whatever a table gives to the system, nothing else."""

    kind = "system"
    is_authenticated = True
    is_anonymous = False


GUEST = Guest()
SYSTEM = System()


def require(refusal: Refusal | None) -> None:
    """Raises Refused with the reason and the remedy when there is a refusal."""
    if refusal is not None:
        raise Refused(refusal.why, refusal.remedy)
