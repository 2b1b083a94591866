"""Who may report, move, see, supervise and rate a case. Four eyes: a unit never judges its own work, nobody his own report."""

from portal.cases.models import Case, CaseRating
from portal.cases.states import MOST_EXTENSIONS, MOVES, OPEN_WITH_UNIT, READ_FIRST, VERIFY_FIRST, CaseSource
from portal.cases.states import CaseState as S
from portal.clock import utcnow
from portal.policy import Level, Refusal, Role, Scope
from portal.text.lazy import _l

SIGN_IN = Refusal(_l("Please sign in first."), "accounts.sign_in")
NOT_YOURS = Refusal(_l("This step belongs to somebody else."))
TOO_LATE = Refusal(_l("This case is no longer waiting for that step. Somebody may have been faster."))

CASE_ROLES = frozenset({
    Role.ACCEPTOR, Role.SHIFT_SUPERVISOR, Role.DISPATCHER, Role.COMMAND_LEAD, Role.UNIT_OFFICER, Role.INSPECTOR,
})  # fmt: skip
WORKERS = CASE_ROLES | {Role.PLACE_ADMIN}
PROPOSAL_ROLES = frozenset({Role.MODERATOR, Role.PLACE_ADMIN, Role.ACCEPTOR})
NOT_TAKEN_IN = frozenset({S.REPORTED, S.NOT_ACCEPTED, S.WITHDRAWN})


def why_not_report(actor, place_code: str, source: CaseSource = CaseSource.RESIDENT) -> Refusal | None:
    """Reporting a thing asks for a confirmed phone only; other channels are entered by the case desk."""
    if not actor.is_authenticated:
        return SIGN_IN
    if source in (CaseSource.RESIDENT, CaseSource.PATROL):
        if actor.level < Level.PHONE:
            return Refusal(_l("Confirm your phone number first, so that we can answer you."), "accounts.verify")
        return None
    roles = PROPOSAL_ROLES if source is CaseSource.PROPOSAL else {Role.ACCEPTOR}
    if not actor.has_role(roles, Scope(place=place_code)):
        return NOT_YOURS
    return None


def why_not_move(actor, case: Case, action: str) -> Refusal | None:
    """May this person make this move now? Who comes before when, so that a stranger learns nothing."""
    move = MOVES[action]
    if refusal := _why_not_hers(actor, case, action):
        return refusal
    if case.state not in move.come_from:
        return TOO_LATE
    check = _GUARDS.get(action)
    return check(actor, case) if check else None


def open_moves(actor, case: Case) -> list[str]:
    """The moves open to this person, in the order of the table."""
    return [action for action in MOVES if why_not_move(actor, case, action) is None]


def acting_role(actor, case: Case, action: str) -> str:
    """In which of the roles of a move this person acts, for the ledger."""
    who = MOVES[action].who
    if "system" in who:
        return "system"
    if "reporter" in who:
        return "reporter"
    return next((str(role) for role in sorted(who) if _holds(actor, case, Role(role))), "")


def why_not_see_words(actor, case: Case) -> Refusal | None:
    """What a resident or a volunteer wrote (title, where, description) and his photos are shown to the public once the case desk has taken the case in."""
    never_taken_in = case.state in NOT_TAKEN_IN or (case.state is S.VOID and case.accepted_at is None)
    if not never_taken_in or case.source not in READ_FIRST:
        return None
    if actor.id is not None and actor.id == case.reporter_id:
        return None
    if works_on(actor, case):
        return None
    return Refusal(_l("What was written and the photos are shown once the case has been taken in."))


def works_on(actor, case: Case) -> bool:
    """Does this person hold a case role where the case lies, or in its unit?"""
    if not actor.is_authenticated:
        return False
    return actor.has_role(WORKERS, Scope(place=case.place_code)) or any(
        actor.has_role(Role.UNIT_OFFICER, Scope(unit=unit)) for unit in _units(case)
    )


def why_not_supervise(actor, case: Case) -> Refusal | None:
    """The command lead may order that a case under way is watched more closely (DOMAIN A7)."""
    if not actor.has_role(Role.COMMAND_LEAD, Scope(place=case.place_code)):
        return NOT_YOURS
    if case.state not in OPEN_WITH_UNIT:
        return TOO_LATE
    return None


def why_not_rate(actor, case: Case, has_proposal: bool, now=None) -> Refusal | None:
    """Whoever reported a case says how it went, where no proposal is rated instead."""
    if not actor.is_authenticated:
        return SIGN_IN
    if actor.id is None or actor.id != case.reporter_id:
        return Refusal(_l("Only whoever reported this case may rate it."))
    if has_proposal:
        return Refusal(_l("This case is rated on the page of its proposal."))
    ends_at = case.rating_ends_at
    if case.state not in (S.CLOSED, S.EVALUATED) or ends_at is None:
        return Refusal(_l("A case is rated once it has been closed."))
    if case.rated_at is not None and case.rated_at >= case.closed_at:
        return Refusal(_l("You have rated this case already."))
    if (now or utcnow()) > ends_at:
        return Refusal(_l("The time for rating this case is over."))
    return None


def reopens(case: Case, rating: CaseRating) -> bool:
    """ "Not solved" sends a case back once; after that it is kept and counted."""
    return rating is CaseRating.NOT_SOLVED and case.reopen_count == 0 and case.lead_unit_id is not None


def _why_not_hers(actor, case: Case, action: str) -> Refusal | None:
    who = MOVES[action].who
    if "system" in who:
        return None if actor.kind == "system" else NOT_YOURS
    if not actor.is_authenticated:
        return SIGN_IN
    if "reporter" in who:
        return None if actor.id is not None and actor.id == case.reporter_id else NOT_YOURS
    if not any(_holds(actor, case, Role(role)) for role in who):
        return NOT_YOURS
    if actor.id == case.reporter_id:
        return Refusal(_l("You reported this case yourself. A colleague has to decide about it."))
    return None


def _holds(actor, case: Case, role: Role) -> bool:
    if role is Role.UNIT_OFFICER:  # of the lead unit itself, never by a role on the place
        return case.lead_unit_id is not None and actor.has_role(role, Scope(unit=case.lead_unit_id))
    return actor.has_role(role, Scope(place=case.place_code))


def _units(case: Case) -> list[int]:
    return [unit for unit in (case.lead_unit_id, *(case.co_unit_ids or ())) if unit is not None]


def _not_of_the_unit(actor, case: Case) -> Refusal | None:
    if actor.id == case.handled_by or any(actor.has_role(Role.UNIT_OFFICER, Scope(unit=unit)) for unit in _units(case)):
        return Refusal(_l("Your unit handled this case. Somebody else has to inspect and close it."))
    return None


def _may_close(actor, case: Case) -> Refusal | None:
    if actor.id == case.inspected_by:
        return Refusal(_l("You inspected this case yourself. A colleague has to close it."))
    return _not_of_the_unit(actor, case)


def _may_file(actor, case: Case) -> Refusal | None:
    if case.source in VERIFY_FIRST and case.verified is None:
        return Refusal(_l("This report has to be checked on site before it is filed."))
    if case.verified is False:
        return Refusal(_l("The check on site found nothing. Void the case, or do not take it in."))
    return None


def _may_ask_verification(actor, case: Case) -> Refusal | None:
    return Refusal(_l("This case has been checked on site already.")) if case.verified is not None else None


def _may_return(actor, case: Case) -> Refusal | None:
    if case.return_until is None or utcnow() > case.return_until:
        return Refusal(_l("A case can be returned once, and only in the first quarter of its time."))
    return None


def _may_ask_extension(actor, case: Case) -> Refusal | None:
    if case.extension_count >= MOST_EXTENSIONS:
        return Refusal(_l("The time of this case was extended twice already."))
    if case.is_overdue(utcnow()):
        return Refusal(_l("More time has to be asked for before the deadline."))
    return None


def _may_grant(actor, case: Case) -> Refusal | None:
    if case.extension_count >= 1 and not _holds(actor, case, Role.COMMAND_LEAD):
        return Refusal(_l("A second extension is decided by the command centre."))
    return _not_of_the_unit(actor, case)


def _may_withdraw(actor, case: Case) -> Refusal | None:
    if case.source is CaseSource.PROPOSAL:
        return Refusal(_l("This case belongs to a proposal and cannot be withdrawn by itself."))
    return None


def _may_reopen(actor, case: Case) -> Refusal | None:
    if case.lead_unit_id is None:
        return Refusal(_l("This step belongs to somebody else."))  # no unit ever had it: nobody could do it again
    return Refusal(_l("A case is reopened only once.")) if case.reopen_count else None


_GUARDS = {
    "ask_verification": _may_ask_verification, "file": _may_file, "return": _may_return, "ask_extension": _may_ask_extension,
    "grant_extension": _may_grant, "refuse_extension": _may_grant, "pass_inspection": _not_of_the_unit,
    "fail_inspection": _not_of_the_unit, "close": _may_close, "close_abnormal": _not_of_the_unit,
    "suspend": _not_of_the_unit, "reject_return": _not_of_the_unit, "redispatch": _not_of_the_unit, "withdraw": _may_withdraw, "reopen": _may_reopen,
}  # fmt: skip
