"""Who may vote, who may annul."""

from datetime import datetime

from portal.ballots.models import Ballot, Elector, Vote
from portal.ballots.states import MOVES, BallotState
from portal.conversations.policy import ROSTER
from portal.policy import Level, Refusal, Role, Scope
from portal.spaces.rules import Electorate
from portal.text.lazy import _l

ORGANISERS = frozenset({Role.CHAIR, Role.HOST, Role.SECRETARY, Role.MODERATOR, Role.PLACE_ADMIN})
ANNULLERS = frozenset({Role.MODERATOR, Role.PLACE_ADMIN})  # not the room itself: somebody who stands above it
CLOSED = Refusal(_l("Voting has ended."))
HIDDEN = Refusal(_l("What is voted on is not shown at present. Nobody votes until it is shown again."))


def why_not_vote(
    actor, ballot: Ballot, elector: Elector | None, now: datetime, vote: Vote | None = None, *, hidden: bool = False
) -> Refusal | None:
    """`elector` is the person's row in the snapshot, `vote` what the seat has voted so far; `hidden`: what is voted on is."""
    if ballot.state is BallotState.ANNOUNCED:
        return _not_open_yet(actor, ballot)
    if actor.is_suspended:
        return Refusal(_l("Your account may not vote at present. Ask your community what to do."))
    if ballot.state is BallotState.ANNULLED:
        return Refusal(_l("This ballot was annulled."))
    if ballot.state is not BallotState.OPEN or now >= ballot.closes_at:
        return CLOSED
    if hidden:
        return HIDDEN
    if not actor.is_authenticated:
        return _to_sign_in(ballot)
    if elector is None:
        return _not_on_the_list(actor, ballot)
    if vote is not None and vote.cast_by != actor.id:
        return Refusal(
            _l("Somebody in your household has cast its one vote. Only this person can change it until voting ends.")
        )
    return None


def _not_open_yet(actor, ballot: Ballot) -> Refusal:
    """Who may vote is written down at the opening: there is time to get verified."""
    residents_vote = ballot.rule_set.electorate is Electorate.RESIDENTS
    if actor.is_authenticated and actor.level < Level.RESIDENT and residents_vote:
        return Refusal(
            _l("Voting has not begun yet. Get verified before it does, and you can vote."), "accounts.verify"
        )
    return Refusal(_l("Voting has not begun yet."))


def _to_sign_in(ballot: Ballot) -> Refusal:
    if ballot.rule_set.electorate is Electorate.MEMBERS:
        return Refusal(_l("The members of this body vote here. If you are one of them, please sign in."), "accounts.sign_in")
    return Refusal(_l("Confirmed residents of this place vote here. If you are one of them, please sign in."), "accounts.sign_in")


def _not_on_the_list(actor, ballot: Ballot) -> Refusal:
    """Somebody else votes here; or this person was confirmed, or joined, after the opening."""
    members_vote = ballot.rule_set.electorate is Electorate.MEMBERS
    if members_vote and not actor.has_role(ROSTER, Scope(space=ballot.space_id)):
        return Refusal(_l("The members of this body vote here. You are not one of them."))
    if actor.level < Level.RESIDENT:
        return Refusal(
            _l("Only confirmed residents vote here. Get verified, and the next ballot is open to you."),
            "accounts.verify",
        )
    if not members_vote and not actor.lives_in(ballot.place_code):
        return Refusal(
            _l("The residents of this place vote here. You are confirmed in another community. If you have moved, the community "
               "staff here confirm your new address.")
        )  # fmt: skip
    return Refusal(_l("You are not on the list of voters. It was fixed when voting began."))


def why_not_annul(actor, ballot: Ballot, author_id: int | None = None) -> Refusal | None:
    """Community staff, never the person whose matter is voted on (`author_id`)."""
    if actor.is_suspended or not actor.has_role(ANNULLERS, ballot.scope):
        return Refusal(_l("This step belongs to the community staff."))
    if actor.id == author_id:
        return Refusal(_l("Nobody decides about his own matter. A colleague must do this."))
    if ballot.state not in MOVES["annul"].come_from:
        return Refusal(_l("This ballot is over and cannot be annulled any more."))
    return None
