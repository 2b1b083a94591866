"""Who may do what in a space. Pure: actor, space, topic or invitation, and nothing else."""

from collections.abc import Collection

from portal.conversations.policy import REVIEWERS, ROSTER, why_not_speak
from portal.policy import Level, Refusal, Role, Scope
from portal.spaces.defaults import ABOUT
from portal.spaces.models import Invitation, Space, SpaceState, Topic
from portal.spaces.rules import RuleSet, WhoWrites
from portal.spaces.states import MOVES
from portal.text.lazy import _l

RULERS = frozenset({Role.CHAIR, Role.SECRETARY, Role.PLACE_ADMIN, Role.ADMIN})  # write rules and keep the roster
HOSTS = RULERS | {Role.HOST}  # invite, look after topics
ADMINS = frozenset({Role.PLACE_ADMIN, Role.ADMIN})
GIVEN = (Role.MEMBER, Role.HOST, Role.SECRETARY, Role.CHAIR)  # roles of a roster, lowest first


def why_not_write(actor, space: Space, rules: RuleSet | None = None) -> Refusal | None:
    """May this person start a topic or a proposal here? `rules`: those something running began with."""
    rules = rules or space.rule_set
    if space.state is not SpaceState.ACTIVE:
        return Refusal(_l("Nothing new is started here at present. You can read everything."))
    return why_not_speak(
        actor,
        space.scope,
        level=rules.write_level,
        residents_only=rules.who_writes is WhoWrites.RESIDENTS,
        members_only=rules.who_writes is WhoWrites.MEMBERS,
    )


def is_member(actor, space: Space) -> bool:
    """Does somebody hold a role of the roster on this very space?"""
    return actor.has_role(ROSTER, Scope(space=space.id))


def why_not_join(actor, space: Space) -> Refusal | None:
    """Walk in (forum, living room) or ask to be let in (council, hall)."""
    if not actor.is_authenticated:
        return Refusal(_l("Sign in to join."), "accounts.sign_in")
    if actor.is_suspended:
        return Refusal(_l("Your account may not join at present. Ask your community what to do."))
    if space.state not in (SpaceState.FORMING, SpaceState.ACTIVE):
        return Refusal(_l("This space takes no new members at present."))
    if is_member(actor, space):
        return Refusal(_l("You are a member already."))
    least = Level.PHONE if ABOUT[space.kind].open_door else Level.REAL_NAME
    if actor.level < least:
        return Refusal(_l("Your real name has to be confirmed first."), "accounts.verify")
    return None


def walks_in(space: Space) -> bool:
    """Is joining enough, or does somebody have to say yes?"""
    return ABOUT[space.kind].open_door


def why_not_leave(actor, space: Space, chairs: Collection[int]) -> Refusal | None:
    """A body does not lose its last chair by his leaving. `chairs`: the ids of those who chair it now."""
    if not is_member(actor, space):
        return Refusal(_l("You are not a member of this space."))
    return why_not_give_up(actor, chairs)


def why_not_give_up(actor, chairs: Collection[int]) -> Refusal | None:
    """May this person give up the chair (with or without leaving)?"""
    if set(chairs) == {actor.id}:
        return Refusal(_l("You are the only chair here. Give somebody else the chair first, under “Who sits here”."))
    return None


def why_not_invite(actor, space: Space, role: Role = Role.MEMBER) -> Refusal | None:
    """A host invites members; the chair, the secretary and the place's admin invite to any role."""
    if space.state is SpaceState.CLOSED:
        return Refusal(_l("This space is closed."))
    if actor.has_role(RULERS, space.scope) or (role is Role.MEMBER and actor.has_role(HOSTS, space.scope)):
        return None
    return Refusal(_l("The chair, the secretary or the administrator of the place does this."))


def why_not_answer(actor, invitation: Invitation) -> Refusal | None:
    """Who was invited answers himself; who asked is answered by somebody else who may invite."""
    if invitation.answered_at is not None:
        return Refusal(_l("This has been answered already."))
    if invitation.invited_by != invitation.user_id:
        return None if invitation.user_id == actor.id else Refusal(_l("This invitation is for somebody else."))
    if invitation.user_id == actor.id:
        return Refusal(_l("Somebody else has to say yes to your wish."))
    return why_not_invite(actor, invitation.space)


def why_not_give(actor, space: Space, user_id: int, role: Role) -> Refusal | None:
    if user_id == actor.id:
        return Refusal(_l("Nobody gives himself a role. Ask a colleague."))
    return why_not_invite(actor, space, role)


def why_not_take(actor, space: Space, user_id: int, role: Role) -> Refusal | None:
    return None if user_id == actor.id else why_not_invite(actor, space, role)


def why_not_rule(actor, space: Space) -> Refusal | None:
    """Who may write the rules of this space, its name and its purpose?"""
    if space.state is SpaceState.CLOSED:
        return Refusal(_l("This space is closed."))
    if not actor.has_role(RULERS, space.scope):
        return Refusal(_l("The chair, the secretary or the administrator of the place writes the rules."))
    return None


def why_not_create(actor, place_code: str) -> Refusal | None:
    if not actor.has_role(ADMINS, Scope(place=place_code)):
        return Refusal(_l("The administrator of the place sets up spaces. Ask your community."))
    return None


def why_not_move(actor, space: Space, action: str) -> Refusal | None:
    if action not in MOVES or space.state not in MOVES[action].come_from:
        return Refusal(_l("This space is no longer waiting for that step."))
    if not actor.has_role(ADMINS, space.scope):
        return Refusal(_l("The administrator of the place does this."))
    return None


def open_moves(actor, space: Space) -> list[str]:
    return [action for action in MOVES if why_not_move(actor, space, action) is None]


def why_not_tend(actor, space: Space, topic: Topic) -> Refusal | None:
    """Who closes a topic and opens it again?"""
    if actor.has_role(HOSTS | REVIEWERS, space.scope):
        return None
    return Refusal(_l("The host, the chair or a moderator does this."))
