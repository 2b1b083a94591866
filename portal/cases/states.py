"""The life of a case, as one table (DOMAIN A2 and A7). Every move carries actor, role, time and, where asked, a reason."""

from enum import StrEnum
from typing import NamedTuple

from portal.policy import Role
from portal.text.lazy import _l


class CaseState(StrEnum):
    REPORTED = "reported"
    ACCEPTED = "accepted"
    NOT_ACCEPTED = "not_accepted"
    VERIFYING = "verifying"
    FILED = "filed"
    DISPATCHED = "dispatched"
    IN_HANDLING = "in_handling"
    RETURNED = "returned"
    REDISPATCHED = "redispatched"
    EXTENSION_REQUESTED = "extension_requested"
    SUSPENDED = "suspended"
    HANDLED = "handled"
    INSPECTING = "inspecting"  # inspected on the spot and found to agree; waits to be closed
    REWORK = "rework"
    CLOSED = "closed"
    CLOSED_ABNORMAL = "closed_abnormal"
    VOID = "void"
    WITHDRAWN = "withdrawn"
    EVALUATED = "evaluated"


class Clock(StrEnum):
    """What a move does to the handling clock."""

    KEEP = "keep"
    START = "start"  # due_at is computed anew; first_due_at only if there is none
    STOP = "stop"
    RESUME = "resume"  # due_at moves by the time it stood still


class Move(NamedTuple):
    come_from: frozenset[CaseState]
    go_to: CaseState
    who: frozenset[str]  # Role values, "reporter" or "system"
    needs: tuple[str, ...] = ()
    clock: Clock = Clock.KEEP


S, R, C = CaseState, Role, Clock


def _move(come_from, go_to, who, *needs, clock=C.KEEP) -> Move:
    return Move(frozenset(come_from), go_to, frozenset(str(w) for w in who), needs, clock)


OPEN_WITH_UNIT = frozenset({S.DISPATCHED, S.REDISPATCHED, S.RETURNED, S.IN_HANDLING, S.EXTENSION_REQUESTED, S.SUSPENDED,
                            S.HANDLED, S.INSPECTING, S.REWORK})  # fmt: skip

MOVES: dict[str, Move] = {
    "accept":           _move({S.REPORTED}, S.ACCEPTED, {R.ACCEPTOR}),
    "not_accept":       _move({S.REPORTED, S.ACCEPTED}, S.NOT_ACCEPTED, {R.ACCEPTOR}, "reason_code", "reason"),
    "ask_verification": _move({S.ACCEPTED}, S.VERIFYING, {R.ACCEPTOR}),
    "verify":           _move({S.VERIFYING}, S.ACCEPTED, {R.INSPECTOR}, "found", "note"),
    "file":             _move({S.ACCEPTED}, S.FILED, {R.SHIFT_SUPERVISOR}),
    "dispatch":         _move({S.FILED}, S.DISPATCHED, {R.DISPATCHER}, "lead_unit_id", clock=C.START),
    "sign":             _move({S.DISPATCHED, S.REDISPATCHED, S.REWORK}, S.IN_HANDLING, {R.UNIT_OFFICER}),
    "return":           _move({S.DISPATCHED, S.REDISPATCHED}, S.RETURNED, {R.UNIT_OFFICER}, "reason", clock=C.STOP),
    "reject_return":    _move({S.RETURNED}, S.DISPATCHED, {R.SHIFT_SUPERVISOR}, "reason", clock=C.RESUME),
    "redispatch":       _move({S.RETURNED}, S.REDISPATCHED, {R.DISPATCHER}, "lead_unit_id", clock=C.START),
    "ask_extension":    _move({S.IN_HANDLING}, S.EXTENSION_REQUESTED, {R.UNIT_OFFICER}, "reason", "until"),
    "grant_extension":  _move({S.EXTENSION_REQUESTED}, S.IN_HANDLING, {R.SHIFT_SUPERVISOR, R.COMMAND_LEAD}, "reason"),
    "refuse_extension": _move({S.EXTENSION_REQUESTED}, S.IN_HANDLING, {R.SHIFT_SUPERVISOR, R.COMMAND_LEAD}, "reason"),
    "suspend":          _move({S.IN_HANDLING}, S.SUSPENDED, {R.COMMAND_LEAD}, "reason", "review_at", clock=C.STOP),
    "resume":           _move({S.SUSPENDED}, S.IN_HANDLING, {R.COMMAND_LEAD}, clock=C.RESUME),
    "report_handled":   _move({S.IN_HANDLING}, S.HANDLED, {R.UNIT_OFFICER}, "result", clock=C.STOP),
    "pass_inspection":  _move({S.HANDLED}, S.INSPECTING, {R.INSPECTOR}, "note"),
    "fail_inspection":  _move({S.HANDLED}, S.REWORK, {R.INSPECTOR}, "reason", clock=C.START),
    "close":            _move({S.INSPECTING}, S.CLOSED, {R.SHIFT_SUPERVISOR}, "summary"),
    "close_abnormal":   _move(OPEN_WITH_UNIT | {S.FILED}, S.CLOSED_ABNORMAL, {R.COMMAND_LEAD}, "reason_code", "reason", clock=C.STOP),
    "void":             _move({S.REPORTED, S.ACCEPTED, S.VERIFYING, S.FILED}, S.VOID, {R.SHIFT_SUPERVISOR}, "reason_code", "reason"),
    "withdraw":         _move({S.REPORTED, S.ACCEPTED, S.VERIFYING}, S.WITHDRAWN, {"reporter"}),
    "reopen":           _move({S.CLOSED, S.EVALUATED}, S.REWORK, {"system"}, "reason", clock=C.START),  # once, by dispute
    "evaluate":         _move({S.CLOSED, S.CLOSED_ABNORMAL}, S.EVALUATED, {"system"}),
}  # fmt: skip

# By which of its moments the step that is owed in a state has to be taken. Inspecting and closing have no limit (B4).
DUE = {
    S.REPORTED: "accept_due_at", S.ACCEPTED: "dispatch_due_at", S.VERIFYING: "dispatch_due_at", S.FILED: "dispatch_due_at",
    S.RETURNED: "dispatch_due_at", S.DISPATCHED: "due_at", S.REDISPATCHED: "due_at", S.IN_HANDLING: "due_at",
    S.EXTENSION_REQUESTED: "due_at", S.REWORK: "due_at", S.SUSPENDED: "review_at",
}  # fmt: skip

# Whose turn it is; of what is not here, the unit's (or nobody's).
TURN = {
    S.REPORTED: R.ACCEPTOR, S.ACCEPTED: R.SHIFT_SUPERVISOR, S.VERIFYING: R.INSPECTOR, S.FILED: R.DISPATCHER,
    S.RETURNED: R.SHIFT_SUPERVISOR, S.EXTENSION_REQUESTED: R.SHIFT_SUPERVISOR, S.SUSPENDED: R.COMMAND_LEAD,
    S.HANDLED: R.INSPECTOR, S.INSPECTING: R.SHIFT_SUPERVISOR,
}  # fmt: skip

BEFORE_UNIT = frozenset({S.REPORTED, S.ACCEPTED, S.VERIFYING, S.FILED})
OPEN = BEFORE_UNIT | OPEN_WITH_UNIT
RUNNING = frozenset({S.DISPATCHED, S.REDISPATCHED, S.IN_HANDLING, S.EXTENSION_REQUESTED, S.REWORK})  # the unit's turn
FINAL = frozenset({S.NOT_ACCEPTED, S.VOID, S.WITHDRAWN})  # evaluated may still be reopened once by its residents
CLOSED_STATES = frozenset({S.CLOSED, S.CLOSED_ABNORMAL, S.EVALUATED, S.NOT_ACCEPTED, S.VOID, S.WITHDRAWN})

LABELS = {
    S.REPORTED: _l("Reported"), S.ACCEPTED: _l("Taken in"), S.NOT_ACCEPTED: _l("Not taken in"),
    S.VERIFYING: _l("Being verified on site"), S.FILED: _l("Filed"), S.DISPATCHED: _l("Dispatched"),
    S.IN_HANDLING: _l("In handling"), S.RETURNED: _l("Returned by the unit"), S.REDISPATCHED: _l("Dispatched anew"),
    S.EXTENSION_REQUESTED: _l("Extension asked for"), S.SUSPENDED: _l("Suspended"), S.HANDLED: _l("Handled, to be inspected"),
    S.INSPECTING: _l("Inspected, to be closed"), S.REWORK: _l("To be done again"), S.CLOSED: _l("Closed"),
    S.CLOSED_ABNORMAL: _l("Closed without a result"), S.VOID: _l("Void"), S.WITHDRAWN: _l("Withdrawn"),
    S.EVALUATED: _l("Closed and evaluated"),
}  # fmt: skip

STAGES = ("accept", "file", "dispatch", "handle", "inspect", "close")  # the stage bar of the page
STAGE_OF = {
    S.REPORTED: "accept", S.VERIFYING: "file", S.ACCEPTED: "file", S.FILED: "dispatch", S.RETURNED: "dispatch",
    S.DISPATCHED: "handle", S.REDISPATCHED: "handle", S.IN_HANDLING: "handle", S.EXTENSION_REQUESTED: "handle",
    S.SUSPENDED: "handle", S.REWORK: "handle", S.HANDLED: "inspect", S.INSPECTING: "close",
}  # fmt: skip


class CaseSource(StrEnum):
    """DOMAIN J4."""

    PATROL = "patrol"
    RESIDENT = "resident"
    PROPOSAL = "proposal"
    HOTLINE = "hotline"
    MEDIA = "media"
    SUPERIOR = "superior"
    PETITION = "petition"
    SENSOR = "sensor"


VERIFY_FIRST = frozenset({CaseSource.RESIDENT, CaseSource.HOTLINE, CaseSource.MEDIA, CaseSource.PETITION})  # A2
READ_FIRST = VERIFY_FIRST | {
    CaseSource.PATROL
}  # somebody's words and photos: the case desk reads them before the public does


class ClosingReason(StrEnum):
    """DOMAIN J4 and A7."""

    FIXED = "fixed"
    DUPLICATE = "duplicate"
    OUT_OF_AREA = "out_of_area"
    NOT_FOUND = "not_found"
    OWNERSHIP_DISPUTE = "ownership_dispute"
    ENFORCEMENT_CASE = "enforcement_case"
    MERGED_PROJECT = "merged_project"
    WITHDRAWN = "withdrawn"
    BEYOND_SCOPE = "beyond_scope"
    TEST = "test"


# Which reasons a move may give; a duplicate names the case it repeats.
REASONS = {
    "not_accept": (ClosingReason.OUT_OF_AREA, ClosingReason.BEYOND_SCOPE, ClosingReason.NOT_FOUND, ClosingReason.DUPLICATE),
    "close_abnormal": (ClosingReason.ENFORCEMENT_CASE, ClosingReason.OWNERSHIP_DISPUTE, ClosingReason.MERGED_PROJECT,
                       ClosingReason.WITHDRAWN, ClosingReason.BEYOND_SCOPE, ClosingReason.NOT_FOUND),
    "void": (ClosingReason.DUPLICATE, ClosingReason.OUT_OF_AREA, ClosingReason.NOT_FOUND, ClosingReason.TEST),
}  # fmt: skip
# What these moves give as their reason is told to the public; every other reason stays with the staff.
PUBLIC_REASONS = frozenset({"not_accept", "close_abnormal", "void", "suspend", "fail_inspection", "grant_extension"})
# The ordinary way on, offered first at the desk; everything else is an exception.
ORDINARY = ("accept", "ask_verification", "verify", "file", "dispatch", "redispatch", "sign", "report_handled", "pass_inspection",
            "close", "resume", "grant_extension")  # fmt: skip
# Moves that are checked once more on a page of their own before they count.
TO_CONFIRM = frozenset({"close", "close_abnormal", "void", "not_accept"})

MOST_EXTENSIONS = 2
RATING_DAYS = 30
REVIEW_DAYS = 31  # of a suspension, at the latest (K5)
ACCEPT_HOURS = 2  # B4
DISPATCH_HOURS = 24  # B4, an ordinary request
