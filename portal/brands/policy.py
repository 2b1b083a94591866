"""Who may create teams, join them, invite, and appoint leads."""

from portal.brands.models import ApplicationKind, BrandKind
from portal.policy import Level, Refusal, Role, Scope
from portal.text.lazy import _l

MEMBERS = frozenset({Role.VOLUNTEER, Role.TEAM_LEAD})
LEADS = frozenset({Role.TEAM_LEAD, Role.PLACE_ADMIN})

_CLOSED = _l("This team has been closed.")
_SIGN_IN = Refusal(_l("Please sign in first."), "accounts.sign_in")


def is_member(actor, team) -> bool:
    """Is this person on the team's roster? A role on the place around it does not count."""
    return actor.has_role(MEMBERS, Scope(team=team.id))


def leads(actor, team) -> bool:
    return actor.has_role(LEADS, team.scope)


def why_not_create_team(actor, place_code: str) -> Refusal | None:
    if not actor.is_authenticated:
        return _SIGN_IN
    if not actor.has_role(Role.PLACE_ADMIN, Scope(place=place_code)):
        return Refusal(_l("Teams are set up by the administrator of the street. Ask your street office."))
    return None


def why_not_join(actor, team, brand) -> Refusal | None:
    if not actor.is_authenticated:
        return _SIGN_IN
    if team.closed_at:
        return Refusal(_CLOSED)
    if is_member(actor, team):
        return Refusal(_l("You are a member of this team already."))
    if brand.kind is BrandKind.CADRE:
        return Refusal(_l("Lane chiefs are appointed by the street office. There is no open enrolment."))
    if actor.is_suspended or actor.level < Level.REAL_NAME:
        return Refusal(_l("Volunteers register with their real name. Get verified first."), "accounts.verify")
    return None


def why_not_manage(actor, team) -> Refusal | None:
    """Invite, answer those who ask, let a volunteer go."""
    if not actor.is_authenticated:
        return _SIGN_IN
    if team.closed_at:
        return Refusal(_CLOSED)
    return None if leads(actor, team) else Refusal(_l("Only the lead of this team may do this."))


def why_not_remove(actor, team, held) -> Refusal | None:
    """Let somebody go who holds these roles in the team."""
    if refused := why_not_manage(actor, team):
        return refused
    if any(grant.role is Role.TEAM_LEAD for grant in held):
        return Refusal(_l("A lead has to be relieved by the administrator of the street first."))
    return None


def why_not_appoint(actor, team) -> Refusal | None:
    """Make somebody a lead or relieve one; close the team."""
    if not actor.is_authenticated:
        return _SIGN_IN
    if team.closed_at:
        return Refusal(_CLOSED)
    if not actor.has_role(Role.PLACE_ADMIN, team.scope):
        return Refusal(_l("Leads are appointed by the administrator of the street."))
    return None


def why_not_leave(actor, team, roster) -> Refusal | None:
    """Leave the team. `roster` is who leads it now, and maybe more: an open team keeps one lead."""
    if not actor.is_authenticated:
        return _SIGN_IN
    if not is_member(actor, team):
        return Refusal(_l("You are not a member of this team."))
    if not team.closed_at and {grant.user_id for grant in roster if grant.role is Role.TEAM_LEAD} == {actor.id}:
        return Refusal(
            _l("You are the only lead of this team, and nobody else could confirm its patrols. Ask the street’s administrator to name another first.")
        )  # fmt: skip
    return None


def why_not_answer(actor, application, team) -> Refusal | None:
    """A lead answers who asks; the invited person answers an invitation. Nobody answers himself."""
    if not actor.is_authenticated:
        return _SIGN_IN
    if application.kind is ApplicationKind.INVITE:
        return None if application.user_id == actor.id else Refusal(_l("This invitation is for somebody else."))
    if application.user_id == actor.id:
        return Refusal(_l("A lead of the team answers this, not you."))
    return why_not_manage(actor, team)


def why_not_withdraw(actor, application, team) -> Refusal | None:
    if application.kind is ApplicationKind.ASK:
        return None if application.user_id == actor.id else Refusal(_l("Only the person who asked may withdraw this."))
    return why_not_manage(actor, team)
