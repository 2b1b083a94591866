"""Who may do what with a proposal. Four eyes: nobody decides anything about what he proposed himself."""

from datetime import datetime

from portal.clock import utcnow
from portal.policy import Level, Refusal
from portal.proposals.models import Objection, Proposal, Second
from portal.proposals.states import EDITABLE, MOVES, ROLES, SECONDABLE, ProposalState, Who
from portal.spaces.models import Space
from portal.spaces.policy import why_not_write
from portal.spaces.rules import RuleSet, WhoWrites
from portal.text.lazy import _l

S = ProposalState
MOST_REDOS = 1
DISCLOSURE_DAYS = 15  # below this a notice is not a disclosure of residents' affairs (K9; RCOL25 art 34)

NOT_NOW = Refusal(_l("This proposal is no longer waiting for that step. Look at the page again."))
OWN = Refusal(_l("Nobody decides about his own proposal. A colleague must do this."))
NOT_YOURS = Refusal(_l("This step belongs to someone else."))
# What the portal itself may do only once the time is over.
BY_DEADLINE = frozenset({"lapse", "expire", "conclude", "leave_unanswered"})


def why_not_see(actor, p: Proposal) -> Refusal | None:
    """What was let through is public; before that the author sees it, and the reviewers once it was sent in."""
    if p.is_published or (actor.id is not None and actor.id == p.author_id and not p.is_deleted):
        return None
    sent_in = p.submitted_at is not None or p.state in (S.SUBMITTED, S.RETURNED, S.REFUSED)
    if sent_in and actor.has_role(ROLES[Who.REVIEWER], p.scope):
        return None
    if not actor.is_authenticated:
        return Refusal(_l("This proposal is not public. If it is yours, please sign in."), "accounts.sign_in")
    return Refusal(_l("This proposal is not public."))


def why_not_draft(actor) -> Refusal | None:
    """A phone number is enough to write a draft."""
    return _why_not_take_part(actor, Level.PHONE)


def why_not_propose(actor, space: Space, rules: RuleSet | None = None) -> Refusal | None:
    """May this person send a proposal into this space?"""
    return why_not_write(actor, space, rules)


def why_not_edit(actor, p: Proposal) -> Refusal | None:
    """The author, until voting begins."""
    if actor.id is None or actor.id != p.author_id:
        return Refusal(_l("Only the proposer may change the text."))
    if actor.is_suspended:
        return SUSPENDED
    if p.is_hidden:
        return HIDDEN
    if p.state not in EDITABLE:
        return Refusal(_l("The text can no longer be changed: this version is the one people decide about."))
    return None


def why_not_second(actor, p: Proposal) -> Refusal | None:
    """`p.space` must be loaded. Level 3 means a confirmed resident of the space's place."""
    if refusal := _why_not_take_part(actor, p.rule_set.second_level):
        return refusal
    if not seconds_from_here(actor, p.rule_set, p.space.place_code):
        return Refusal(_l("Only confirmed residents of this place second here. You can follow the proposal."))
    if actor.id == p.author_id:
        return Refusal(_l("You proposed this yourself. Now it needs others."))
    if p.is_hidden or not p.is_published:
        return HIDDEN
    if p.state not in SECONDABLE:
        return Refusal(_l("Seconds are no longer being gathered for this proposal."))
    return None


def seconds_from_here(person, rules: RuleSet, place_code: str) -> bool:
    """Does it matter where this person lives, and if so, is it here?"""
    local = rules.second_level >= Level.RESIDENT or rules.who_writes is WhoWrites.RESIDENTS
    return not local or person.lives_in(place_code)


def why_not_unsecond(actor, p: Proposal) -> Refusal | None:
    if not actor.is_authenticated:
        return SIGN_IN
    if p.state not in SECONDABLE:
        return Refusal(_l("Seconds can only be taken back while the text is still being discussed."))
    return None


def why_not_follow(actor, p: Proposal) -> Refusal | None:
    return _why_not_take_part(actor, Level.PHONE) or why_not_see(actor, p)


def why_not_object(actor, p: Proposal, now: datetime | None = None) -> Refusal | None:
    """Anybody whose name is confirmed, but for the proposer, until the notice ends."""
    if refusal := _why_not_take_part(actor, Level.REAL_NAME):
        return refusal
    if actor.id == p.author_id:
        return Refusal(_l("You proposed this yourself. Objections come from others."))
    if p.is_hidden or not p.is_published:
        return HIDDEN
    if p.state is not S.PUBLICITY or notice_is_over(p, now or utcnow()):
        return Refusal(_l("The time for objections is over."))
    return None


def why_not_answer_objection(actor, p: Proposal, objection: Objection) -> Refusal | None:
    if actor.is_suspended or not actor.has_role(ROLES[Who.ANSWERER], p.scope):
        return NOT_YOURS
    if actor.id in (p.author_id, objection.author_id):
        return OWN
    if p.state is not S.PUBLICITY or objection.answered_at is not None:
        return NOT_NOW
    return None


def why_not_rate(actor, p: Proposal, second: Second | None, now: datetime | None = None) -> Refusal | None:
    """Whoever proposed it, or seconded the text that was carried out."""
    if not actor.is_authenticated:
        return Refusal(_l("Whoever proposed or seconded this rates it. If you did, please sign in."), "accounts.sign_in")
    if actor.is_suspended:
        return SUSPENDED
    if p.is_hidden:
        return HIDDEN
    if p.state is not S.DONE or (p.due_at is not None and (now or utcnow()) >= p.due_at):
        return Refusal(_l("This is not the time for a rating."))
    if actor.id != p.author_id and (second is None or second.stale):
        return Refusal(_l("Whoever proposed or seconded this rates it. You can write a comment."))
    return None


def why_not_move(actor, p: Proposal, action: str, now: datetime | None = None) -> Refusal | None:
    """May this person make this move of the table now?"""
    move = MOVES.get(action)
    if move is None:
        return Refusal(_l("There is no such step."))
    if role_for(actor, p, action) is None:
        return SIGN_IN if not actor.is_authenticated else NOT_YOURS
    if actor.is_suspended:
        return SUSPENDED
    if actor.id is not None and actor.id == p.author_id and Who.AUTHOR not in move.who:
        return OWN
    if p.state not in move.come_from:
        return NOT_NOW
    return _why_not_yet(actor, p, action, now or utcnow())


def open_moves(actor, p: Proposal, now: datetime | None = None) -> list[str]:
    """The buttons this person should see, in the order of the table."""
    return [action for action in MOVES if actor.kind == "user" and why_not_move(actor, p, action, now) is None]


def why_not_merge(actor, p: Proposal, into: Proposal, now: datetime | None = None) -> Refusal | None:
    """Whoever merges has the say over both, and proposed neither."""
    if p.id == into.id:
        return Refusal(_l("A proposal cannot be merged into itself."))
    if refusal := why_not_move(actor, p, "merge", now):
        return refusal
    if role_for(actor, into, "merge") is None:
        return NOT_YOURS
    if actor.id == into.author_id:
        return OWN
    if into.state not in SECONDABLE or into.is_hidden:
        return Refusal(_l("The other proposal is no longer at a stage at which it can take this one in."))
    return None


def role_for(actor, p: Proposal, action: str) -> str | None:
    """In which role this person could make the move, for the ledger; None if in none."""
    for who in sorted(MOVES[action].who):
        if who is Who.AUTHOR and actor.id is not None and actor.id == p.author_id:
            return who.value
        if who is Who.SYSTEM and actor.kind == "system":
            return who.value
        if who in ROLES and actor.kind == "user" and (held := actor.roles_on(p.scope) & ROLES[who]):
            return min(held).value
    return None


def lacks_seconds(p: Proposal) -> bool:
    """Seconds are bound to a version (DESIGN 4): after a change or a withdrawal fewer may stand than it takes."""
    return p.seconds_count < p.seconds_needed


def notice_is_over(p: Proposal, now: datetime) -> bool:
    return p.objections_until is None or now >= p.objections_until


def is_disclosure(rules: RuleSet) -> bool:
    """May its public notice be called a disclosure of residents' affairs?"""
    return rules.publicity_days >= DISCLOSURE_DAYS


def _why_not_yet(actor, p: Proposal, action: str, now: datetime) -> Refusal | None:
    if actor.kind == "system" and action in BY_DEADLINE and (p.due_at is None or now < p.due_at):
        return Refusal(_l("It is not time for that yet."))
    if action == "conclude" and lacks_seconds(p):
        return Refusal(
            _l("%(n)s of the %(needed)s seconds it takes stand for the present text. Wait until more neighbours second it.",
               n=p.seconds_count, needed=p.seconds_needed)
        )  # fmt: skip
    if action == "lapse" and p.state is S.DELIBERATING and not lacks_seconds(p):
        return Refusal(_l("Enough neighbours second it."))
    if action == "redo" and p.redo_count >= MOST_REDOS:
        return Refusal(_l("It has been done again once already."))
    if action in ("accept", "decline"):
        if not notice_is_over(p, now):
            return Refusal(_l("The public notice is not over yet. The answer comes after it."))
        if p.open_objection_count:
            return Refusal(_l("Answer every objection first."))
    return None


SIGN_IN = Refusal(_l("Please sign in first."), "accounts.sign_in")
CONFIRMED_SIGN_IN = Refusal(
    _l("Whoever is confirmed can do this. Please sign in; if you are not confirmed yet, you see then how it is done."),
    "accounts.sign_in",
)
SUSPENDED = Refusal(_l("Your account may not take part at present. Ask your community what to do."))
HIDDEN = Refusal(_l("This proposal is not shown at present."))


def _why_not_take_part(actor, level: int) -> Refusal | None:
    if not actor.is_authenticated:
        return CONFIRMED_SIGN_IN if level >= Level.REAL_NAME else SIGN_IN
    if actor.is_suspended:
        return SUSPENDED
    if actor.level >= level:
        return None
    if level >= Level.RESIDENT:
        return Refusal(_l("Only confirmed residents can do this. Get verified first."), "accounts.verify")
    if level >= Level.REAL_NAME:
        return Refusal(
            _l("Only people whose real name is confirmed can do this. Get verified first."), "accounts.verify"
        )
    return Refusal(_l("Confirm your phone number first."), "accounts.verify")
