"""What the codes of cases mean to a reader."""

from portal.cases.models import CaseRating
from portal.cases.states import CaseSource, ClosingReason
from portal.cases.states import CaseState as S
from portal.policy import Role
from portal.text.lazy import _l
from portal.units.names import of as unit_name

# Verbs on the buttons of the desk.
ACTIONS = {
    "accept": _l("Take in"), "not_accept": _l("Do not take in"), "ask_verification": _l("Ask for a check on site"),
    "verify": _l("Record the check on site"), "file": _l("File"), "dispatch": _l("Dispatch"), "sign": _l("Sign for it"),
    "return": _l("Return: not ours"), "reject_return": _l("Reject the return"), "redispatch": _l("Dispatch anew"),
    "ask_extension": _l("Ask for more time"), "grant_extension": _l("Grant more time"),
    "refuse_extension": _l("Refuse more time"), "suspend": _l("Suspend"), "resume": _l("Resume"),
    "report_handled": _l("Report it handled"), "pass_inspection": _l("Inspection passed"),
    "fail_inspection": _l("Inspection failed"), "close": _l("Close"), "close_abnormal": _l("Close without a result"),
    "void": _l("Void"), "withdraw": _l("Withdraw"), "reopen": _l("Reopen"), "evaluate": _l("Evaluate"),
    "supervise": _l("Put under supervision"),
}  # fmt: skip

# What the public log says was done.
DONE = {
    "report": _l("Reported."), "accept": _l("Taken in."), "not_accept": _l("Not taken in."),
    "ask_verification": _l("A check on site was asked for."), "verify": _l("Checked on site."), "file": _l("Filed."),
    "dispatch": _l("Dispatched to %(unit)s."), "sign": _l("The unit signed for it."),
    "return": _l("The unit says it is not its matter."), "reject_return": _l("The unit has to handle it after all."),
    "redispatch": _l("Dispatched anew, to %(unit)s."), "ask_extension": _l("The unit asked for more time."),
    "grant_extension": _l("More time was granted."), "refuse_extension": _l("More time was refused."),
    "suspend": _l("Suspended."), "resume": _l("Resumed."), "report_handled": _l("Handled."),
    "pass_inspection": _l("Inspected on site: done."), "fail_inspection": _l("Inspected on site: to be done again."),
    "close": _l("Closed."), "close_abnormal": _l("Closed without a result."), "void": _l("Declared void."),
    "withdraw": _l("Withdrawn by whoever reported it."), "reopen": _l("Reopened: residents say it is not solved."),
    "evaluate": _l("Counted into the evaluation."), "supervise": _l("Put under supervision."), "rate": _l("Rated by whoever reported it."),
}  # fmt: skip

SAME_UNIT = _l(
    "Dispatched once more to %(unit)s, which had returned it."
)  # instead of "anew", where nobody else has it now

ROLES = {
    Role.ACCEPTOR: _l("Case desk"), Role.SHIFT_SUPERVISOR: _l("Shift supervisor"), Role.DISPATCHER: _l("Dispatcher"),
    Role.COMMAND_LEAD: _l("Command centre"), Role.UNIT_OFFICER: _l("Responsible unit"), Role.INSPECTOR: _l("Inspector"),
    Role.VOLUNTEER: _l("Patrol"), "reporter": _l("Resident"), "system": _l("Portal"), "staff": _l("Staff"),
}  # fmt: skip

OWES = {
    Role.ACCEPTOR: _l("the case desk"), Role.SHIFT_SUPERVISOR: _l("the shift supervisor"), Role.INSPECTOR: _l("the inspector"),
    Role.DISPATCHER: _l("the dispatcher"), Role.COMMAND_LEAD: _l("the command centre"),
}  # fmt: skip


def owes(case):
    """Whose turn it is, in words; of what lies with a unit, its name; None where it is nobody's. Needs the unit."""
    if case.turn:
        return OWES[case.turn]
    return unit_name(case.lead_unit) if case.lead_unit else None


# By when what is owed before a unit has it is to be done.
DUE = {"accept_due_at": _l("Taken in by"), "dispatch_due_at": _l("Dispatched by")}

STAGES = {
    "accept": _l("Taking in"), "file": _l("Filing"), "dispatch": _l("Dispatch"), "handle": _l("Handling"),
    "inspect": _l("Inspection"), "close": _l("Closing"),
}  # fmt: skip

REASONS = {
    ClosingReason.FIXED: _l("fixed"), ClosingReason.DUPLICATE: _l("reported already"),
    ClosingReason.OUT_OF_AREA: _l("outside our area"), ClosingReason.NOT_FOUND: _l("not found on the spot"),
    ClosingReason.OWNERSHIP_DISPUTE: _l("the ownership is disputed"),
    ClosingReason.ENFORCEMENT_CASE: _l("became a law-enforcement case"),
    ClosingReason.MERGED_PROJECT: _l("became part of a larger project"), ClosingReason.WITHDRAWN: _l("withdrawn by the resident"),
    ClosingReason.BEYOND_SCOPE: _l("beyond what the street may handle"), ClosingReason.TEST: _l("entered by mistake or as a test"),
}  # fmt: skip

SOURCES = {
    CaseSource.PATROL: _l("Patrol"), CaseSource.RESIDENT: _l("Resident"), CaseSource.PROPOSAL: _l("Proposal"),
    CaseSource.HOTLINE: _l("Hotline"), CaseSource.MEDIA: _l("Media"), CaseSource.SUPERIOR: _l("Superior authority"),
    CaseSource.PETITION: _l("Petition"), CaseSource.SENSOR: _l("Sensor"),
}  # fmt: skip

RATINGS = {
    CaseRating.SATISFIED: _l("Solved, and well done"), CaseRating.FAIR: _l("Solved, more or less"),
    CaseRating.NOT_SOLVED: _l("Not solved"),
}  # fmt: skip

# Tone and icon of the badge of a state (ux/UX.md, section 5).
BADGES = {
    S.REPORTED: ("", "inbox"), S.ACCEPTED: ("info", "check-lg"), S.NOT_ACCEPTED: ("", "x-circle"), S.VERIFYING: ("", "search"),
    S.FILED: ("info", "file-earmark-check"), S.DISPATCHED: ("info", "send"), S.IN_HANDLING: ("info", "arrow-repeat"),
    S.RETURNED: ("", "arrow-return-left"), S.REDISPATCHED: ("info", "send"), S.EXTENSION_REQUESTED: ("now", "hourglass-split"),
    S.SUSPENDED: ("now", "pause-fill"), S.HANDLED: ("", "search"), S.INSPECTING: ("good", "check-lg"),
    S.REWORK: ("now", "arrow-counterclockwise"), S.CLOSED: ("done", "check-circle-fill"), S.CLOSED_ABNORMAL: ("", "dash-circle"),
    S.VOID: ("", "slash-circle"), S.WITHDRAWN: ("", "archive"), S.EVALUATED: ("done", "check-circle-fill"),
}  # fmt: skip
