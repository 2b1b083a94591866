"""Who may walk for a team, write on a patrol, confirm it, and see it."""

from portal.brands.policy import LEADS, is_member
from portal.patrols.models import Outcome
from portal.patrols.states import FINAL, HANDED_IN, MOVES, OPEN, PatrolState
from portal.policy import Refusal
from portal.text.lazy import _l

_SIGN_IN = Refusal(_l("Please sign in first."), "accounts.sign_in")


def leads(actor, patrol) -> bool:
    """Another person who answers for the team. Nobody confirms his own patrol, whatever his roles."""
    return patrol.volunteer_id != actor.id and actor.has_role(LEADS, patrol.scope)


def why_not_start(actor, team) -> Refusal | None:
    if not actor.is_authenticated:
        return _SIGN_IN
    if team.closed_at:
        return Refusal(_l("This team has been closed."))
    if actor.is_suspended or not is_member(actor, team):
        return Refusal(_l("Patrols are logged by members of the team. Join it first."))
    return None


def why_not_write(actor, patrol) -> Refusal | None:
    """Add or remove findings, fill the checklist: the volunteer, until it is handed in."""
    if not actor.is_authenticated:
        return _SIGN_IN
    if patrol.volunteer_id != actor.id or actor.is_suspended:
        return Refusal(_l("Only the person who walked writes here."))
    if patrol.state not in OPEN:
        return Refusal(_l("This patrol has been handed in; it cannot be changed any more."))
    return None


def why_not_move(actor, patrol, action: str) -> Refusal | None:
    move = MOVES.get(action)
    if move is None:
        return Refusal(_l("There is no such step."))
    if not actor.is_authenticated:
        return _SIGN_IN
    if patrol.state not in move.come_from:
        return Refusal(_l("This patrol is no longer waiting for that step."))
    if move.who == "volunteer":
        return None if patrol.volunteer_id == actor.id else Refusal(_l("Only the person who walked may do this."))
    if patrol.volunteer_id == actor.id:
        return Refusal(_l("Nobody confirms his own patrol. Another lead does it."))
    return None if leads(actor, patrol) else Refusal(_l("Only the lead of this team may do this."))


def open_moves(actor, patrol) -> list[str]:
    """The buttons this person should see, in table order."""
    return [action for action in MOVES if why_not_move(actor, patrol, action) is None]


def why_not_see(actor, patrol) -> Refusal | None:
    """Confirmed patrols are public; before that they are between the volunteer and the leads."""
    if patrol.state is PatrolState.CONFIRMED or (actor.is_authenticated and patrol.volunteer_id == actor.id):
        return None
    if not actor.is_authenticated:
        return _SIGN_IN
    if patrol.state not in FINAL and leads(actor, patrol):
        return None
    return Refusal(_l("This patrol is not public (yet). It is once the team lead has confirmed it."))


def why_not_lead_on(actor, finding, patrol) -> Refusal | None:
    """Report a finding as a case or make a proposal of it: the volunteer or a lead, once the patrol is handed in."""
    if not actor.is_authenticated:
        return _SIGN_IN
    if actor.is_suspended or not (patrol.volunteer_id == actor.id or leads(actor, patrol)):
        return Refusal(_l("Only the person who walked, or a lead of the team, may do this."))
    if patrol.state not in HANDED_IN:
        return Refusal(_l("Hand in the patrol first."))
    if finding.hidden_at or finding.outcome is not Outcome.OPEN:
        return Refusal(_l("This finding is settled already."))
    return None
