"""The words of the thread: stations, steps, roles."""

from portal.policy import Role
from portal.proposals.states import Who
from portal.text.lazy import _l

STATIONS = {
    "talk": _l("Talk"), "proposal": _l("Proposal"), "seconds": _l("Seconding"), "deliberation": _l("Deliberation"),
    "ballot": _l("Vote"), "publicity": _l("Public notice"), "decision": _l("Decision"), "case": _l("Case"),
    "handling": _l("Handling"), "done": _l("Done"), "rating": _l("Rating"),
}  # fmt: skip

ROLES = {
    Role.MODERATOR: _l("community staff"), Role.HOST: _l("the host"), Role.CHAIR: _l("the chair"),
    Role.SECRETARY: _l("the secretary"), Role.MEMBER: _l("a member"), Role.TEAM_LEAD: _l("the team lead"),
    Role.VOLUNTEER: _l("a volunteer"), Role.RESPONSIBLE_PLANNER: _l("the responsible planner"),
    Role.ACCEPTOR: _l("the acceptor"), Role.SHIFT_SUPERVISOR: _l("the shift supervisor"),
    Role.DISPATCHER: _l("the dispatcher"), Role.COMMAND_LEAD: _l("the command lead"),
    Role.UNIT_OFFICER: _l("the handling unit"), Role.INSPECTOR: _l("the inspector"),
    Role.EVALUATOR: _l("the evaluator"), Role.PLACE_ADMIN: _l("community staff"), Role.ADMIN: _l("the administrator"),
    Who.AUTHOR: _l("the proposer"), Who.REVIEWER: _l("community staff"), Who.ORGANISER: _l("the organiser"),
    Who.ANSWERER: _l("community staff"), Who.SYSTEM: _l("the portal, by its deadlines"), "reporter": _l("the reporter"),
}  # fmt: skip

STEPS = {
    "proposal.create": _l("Draft begun"), "proposal.draft": _l("Draft begun"), "proposal.submit": _l("Sent in"),
    "proposal.pass_review": _l("Passed review"), "proposal.return": _l("Returned to the proposer"),
    "proposal.refuse": _l("Not taken up"), "proposal.reach": _l("Enough seconds"), "proposal.lapse": _l("Lapsed"),
    "proposal.conclude": _l("Deliberation concluded"), "proposal.pass_ballot": _l("The vote passed it"),
    "proposal.fail_ballot": _l("The vote did not pass it"), "proposal.accept": _l("Accepted"),
    "proposal.decline": _l("Declined"), "proposal.start": _l("Work begun"), "proposal.finish": _l("Work reported done"),
    "proposal.confirm": _l("Residents say it is solved"), "proposal.dispute": _l("Residents say it is not solved"),
    "proposal.leave_unanswered": _l("Nobody rated in time"), "proposal.redo": _l("Goes back to be done again"),
    "proposal.merge": _l("Merged into another proposal"), "proposal.withdraw": _l("Withdrawn by the proposer"),
    "proposal.expire": _l("Expired"), "proposal.revise": _l("Text changed"), "proposal.object": _l("Objection made"),
    "proposal.answer_objection": _l("Objection answered"), "proposal.import": _l("Imported"), "proposal.add_photos": _l("Photos added"),
    "proposal.remove_photo": _l("Photo removed"), "proposal.end_notice": _l("Public notice over"),
    "proposal.take_in": _l("Another proposal merged into this one"), "proposal.annul_ballot": _l("Vote annulled, back to deliberation"),
    "ballot.announce": _l("Vote announced"), "ballot.open": _l("Vote opened"), "ballot.close": _l("Vote closed"),
    "ballot.tally": _l("Votes counted"), "ballot.publish": _l("Result published"), "ballot.finish": _l("Vote final"),
    "ballot.annul": _l("Vote annulled"),
    "case.report": _l("Reported as a case"), "case.accept": _l("Taken in"), "case.not_accept": _l("Not taken in"),
    "case.ask_verification": _l("To be verified on site"), "case.verify": _l("Verified on site"), "case.file": _l("Filed"),
    "case.dispatch": _l("Dispatched"), "case.sign": _l("Signed for by the unit"), "case.return": _l("Returned by the unit"),
    "case.reject_return": _l("Return not granted"), "case.redispatch": _l("Dispatched anew"),
    "case.ask_extension": _l("Extension asked for"), "case.grant_extension": _l("Extension granted"),
    "case.refuse_extension": _l("Extension refused"), "case.suspend": _l("Suspended"), "case.resume": _l("Resumed"),
    "case.report_handled": _l("Handling reported"), "case.pass_inspection": _l("Passed inspection"),
    "case.fail_inspection": _l("Failed inspection"), "case.close": _l("Closed"),
    "case.close_abnormal": _l("Closed without a result"), "case.void": _l("Void"), "case.withdraw": _l("Withdrawn"),
    "case.reopen": _l("Reopened"), "case.evaluate": _l("Evaluated"),
}  # fmt: skip

# What the portal does because of the step before, which a person or a deadline made.
FOLLOWS = frozenset({
    "proposal.reach", "proposal.pass_ballot", "proposal.fail_ballot", "proposal.annul_ballot", "proposal.start", "proposal.finish",
    "proposal.redo", "ballot.announce", "ballot.tally", "ballot.publish", "ballot.finish", "case.reopen",
})  # fmt: skip


def follows(entry) -> bool:
    """Did this happen because of the step before, not at a deadline and by nobody's hand?"""
    return entry.actor_kind == "system" and (entry.action in FOLLOWS or bool(entry.details.get("follows")))


def taken(entry):
    """Who took a step, as a sentence."""
    return _l("Follows from the step before") if follows(entry) else _l("Step taken by %(who)s", who=by(entry))


def who(role: str, actor_kind: str = "user"):
    """A role in words; nobody's name."""
    if actor_kind == "system":
        return ROLES[Who.SYSTEM]
    return ROLES.get(role, _l("a resident"))


def by(entry):
    """Who did what an entry tells, as a role. Votes are announced and annulled by organisers, whatever else they are."""
    if follows(entry):
        return _l("follows from the step before")
    if not entry.role and entry.actor_kind == "user" and entry.subject_kind == "ballot":
        return ROLES[Who.ORGANISER]
    return who(entry.role, entry.actor_kind)


def step(action: str):
    """One entry of the ledger in words; an action without words of its own stays the stable English name."""
    return STEPS.get(action, action)
