"""Who may give roles, confirm residents, and change what on a profile."""

from portal.places.codes import CITY
from portal.policy import Level, Refusal, Role, Scope
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


def why_not_choose(actor) -> Refusal | None:
    """May this person pick another community by himself?"""
    if actor.level >= Level.RESIDENT:
        return Refusal(_l("Your home is confirmed. If you have moved, tell the desk of your community, or ask the desk "
                          "of your new one to confirm you."), "accounts.verify")  # fmt: skip
    return None


def why_not_ask(actor, place) -> Refusal | None:
    if not actor.is_authenticated:
        return Refusal(_l("Please sign in first."), "accounts.sign_in")
    if actor.lives_in(place.code):
        return Refusal(_l("You are confirmed as a resident there already."))
    return None


def why_not_see(actor, verification) -> Refusal | None:
    """The desk of the place, and nobody else at a desk."""
    if actor.has_role(DESK, Scope(place=verification.place_code)):
        return None
    return Refusal(_NOT_YOURS)


def why_not_decide(actor, verification) -> Refusal | None:
    return _not_himself(actor, verification.user_id) or why_not_see(actor, verification)


def why_not_confirm(actor, user, scope: Scope) -> Refusal | None:
    """May this person confirm somebody at the window as living there?"""
    if refusal := _not_himself(actor, user.id):
        return refusal
    return None if actor.has_role(DESK, scope) else Refusal(_NOT_YOURS)


def why_not_issue_code(actor, user) -> Refusal | None:
    """A new password for somebody else is a key to his account: the desk of his place, for residents only."""
    if refusal := _not_himself(actor, user.id):
        return refusal
    if not user.is_active:
        return Refusal(_l("There is no such account, or it is suspended."))
    if user.is_staff and not actor.has_role(Role.ADMIN):
        return Refusal(_l("A colleague's password is set again by an administrator of the portal."))
    if user.home_code is None:  # no desk is his: only who answers for the whole city
        return None if any(len(code) <= len(CITY) for code in actor.places_with(ADMINS)) else Refusal(_NOT_YOURS)
    return None if actor.has_role((*DESK, Role.ADMIN), Scope(place=user.home_code)) else Refusal(_NOT_YOURS)


def why_not_end_residence(actor, user) -> Refusal | None:
    if user.level < Level.RESIDENT:
        return Refusal(_l("This person is not confirmed as a resident."))
    if actor.id == user.id or actor.has_role(DESK, Scope(place=user.home_code or "")):
        return None
    return Refusal(_NOT_YOURS)


def _not_himself(actor, user_id: int) -> Refusal | None:
    return Refusal(_l("Nobody confirms himself. Ask a colleague.")) if actor.id == user_id else None


def why_not_find(actor) -> Refusal | None:
    """May this person look somebody up by user name or phone at the window?"""
    return (
        None if actor.places_with(DESK) else Refusal(_l("Looking people up is for the desk that confirms residents."))
    )


def is_of_desk(actor, user) -> bool:
    """Does this person live (or want to) where the actor's desk is? Only then are name and home shown there."""
    return bool(user.home_code) and actor.has_role(DESK, Scope(place=user.home_code))


def why_not_see_roles(actor) -> Refusal | None:
    return None if actor.has_role(ADMINS) else Refusal(_l("Roles are given by the administrator of a place."))
