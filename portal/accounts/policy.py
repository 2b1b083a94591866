"""Who may give roles, confirm residents, and change what on a profile."""

from portal.policy import Refusal, Role, Scope
from portal.text.lazy import _l

ROLES_ON = {
    "place": frozenset({
        Role.MODERATOR, Role.RESPONSIBLE_PLANNER, Role.ACCEPTOR, Role.SHIFT_SUPERVISOR, Role.DISPATCHER,
        Role.COMMAND_LEAD, Role.INSPECTOR, Role.EVALUATOR, Role.PLACE_ADMIN, Role.ADMIN,
    }),
    "space": frozenset({Role.MODERATOR, Role.HOST, Role.CHAIR, Role.SECRETARY, Role.MEMBER}),
    "team": frozenset({Role.TEAM_LEAD, Role.VOLUNTEER}),
    "unit": frozenset({Role.UNIT_OFFICER}),
}  # fmt: skip
ADMINS = (Role.PLACE_ADMIN, Role.ADMIN)
DESK = (Role.MODERATOR, Role.PLACE_ADMIN)

_NOT_YOURS = _l("This place belongs to another desk.")


def why_not_grant(actor, user_id: int, role: Role, on_kind: str, scope: Scope) -> Refusal | None:
    """May this person give that role there? Nobody gives a role to himself; rank is given by the rank above."""
    if role not in ROLES_ON.get(on_kind, ()):
        return Refusal(_l("This role cannot be held there. Choose a role that fits."))
    if user_id == actor.id:
        return Refusal(_l("Nobody gives himself a role. Ask a colleague."))
    return _why_not_rule(actor, role, scope)


def why_not_revoke(actor, user_id: int, role: Role, scope: Scope) -> Refusal | None:
    if role is Role.ADMIN and user_id == actor.id:
        return Refusal(_l("An administrator is relieved by another administrator."))
    return None if user_id == actor.id else _why_not_rule(actor, role, scope)


def _why_not_rule(actor, role: Role, scope: Scope) -> Refusal | None:
    if actor.has_role(Role.ADMIN, scope):
        return None
    if not actor.has_role(Role.PLACE_ADMIN, scope):
        return Refusal(_NOT_YOURS)
    if role is Role.ADMIN:
        return Refusal(_l("Only an administrator of the portal appoints administrators."))
    if role is Role.PLACE_ADMIN and scope.place in actor.places_with(Role.PLACE_ADMIN):
        return Refusal(_l("The administrator of a place is appointed by the place above it."))
    return None
