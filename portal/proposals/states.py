"""The life of a proposal, as one table. Buttons, permissions, trace, JSON, diagrams and tests derive from it."""

from enum import StrEnum
from typing import NamedTuple

from portal.policy import Role
from portal.spaces.rules import RuleSet
from portal.text.lazy import _l


class ProposalState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    REFUSED = "refused"
    GATHERING = "gathering"
    LAPSED = "lapsed"
    DELIBERATING = "deliberating"
    VOTING = "voting"
    FAILED = "failed"
    PUBLICITY = "publicity"
    DECLINED = "declined"
    ACCEPTED = "accepted"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    CONFIRMED = "confirmed"
    DISPUTED = "disputed"
    UNCONFIRMED = "unconfirmed"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"


class Who(StrEnum):
    """Who may make a move; `policy` knows how to tell."""

    AUTHOR = "author"
    REVIEWER = "reviewer"  # never the author
    ORGANISER = "organiser"
    ANSWERER = "answerer"  # gives the official answer; never the author
    SYSTEM = "system"


ROLES = {
    Who.REVIEWER: frozenset({Role.MODERATOR, Role.PLACE_ADMIN}),
    Who.ORGANISER: frozenset({Role.HOST, Role.CHAIR, Role.SECRETARY, Role.MODERATOR, Role.PLACE_ADMIN}),
    Who.ANSWERER: frozenset({Role.MODERATOR, Role.PLACE_ADMIN, Role.ACCEPTOR}),
}


class Move(NamedTuple):
    come_from: frozenset[ProposalState]
    go_to: tuple[ProposalState, ...]  # several: the first the rule set does not skip
    who: frozenset[Who]
    needs: tuple[str, ...] = ()


S, W = ProposalState, Who


def _move(come_from, go_to, who, *needs) -> Move:
    return Move(frozenset(come_from), go_to if isinstance(go_to, tuple) else (go_to,), frozenset(who), needs)


MOVES: dict[str, Move] = {
    "submit":       _move({S.DRAFT, S.RETURNED}, S.SUBMITTED, {W.AUTHOR}),
    "pass_review":  _move({S.SUBMITTED}, (S.GATHERING, S.DELIBERATING, S.VOTING, S.PUBLICITY), {W.REVIEWER}),
    "return":       _move({S.SUBMITTED}, S.RETURNED, {W.REVIEWER}, "reason"),
    "refuse":       _move({S.SUBMITTED}, S.REFUSED, {W.REVIEWER}, "reason_code", "reason"),
    "reach":        _move({S.GATHERING}, (S.DELIBERATING, S.VOTING, S.PUBLICITY), {W.SYSTEM}),
    "lapse":        _move({S.GATHERING, S.DELIBERATING}, S.LAPSED, {W.SYSTEM}),  # too few seconds stand when the time is over
    "conclude":     _move({S.DELIBERATING}, (S.VOTING, S.PUBLICITY), {W.ORGANISER, W.SYSTEM}),
    "pass_ballot":  _move({S.VOTING}, S.PUBLICITY, {W.SYSTEM}),
    "fail_ballot":  _move({S.VOTING}, S.FAILED, {W.SYSTEM}),
    "annul_ballot": _move({S.VOTING, S.PUBLICITY}, S.DELIBERATING, {W.SYSTEM}),  # a mistake was found: talk again, vote anew
    "accept":       _move({S.PUBLICITY}, S.ACCEPTED, {W.ANSWERER}, "how", "answer", "promised_at"),
    "decline":      _move({S.PUBLICITY}, S.DECLINED, {W.ANSWERER}, "answer"),
    "start":        _move({S.ACCEPTED}, S.IN_PROGRESS, {W.ANSWERER, W.SYSTEM}),
    "finish":       _move({S.IN_PROGRESS}, S.DONE, {W.ANSWERER, W.SYSTEM}, "result"),
    "confirm":      _move({S.DONE}, S.CONFIRMED, {W.SYSTEM}),
    "dispute":      _move({S.DONE}, S.DISPUTED, {W.SYSTEM}),
    "leave_unanswered": _move({S.DONE}, S.UNCONFIRMED, {W.SYSTEM}),
    "redo":         _move({S.DISPUTED}, S.IN_PROGRESS, {W.SYSTEM}),  # once (guard in policy)
    "merge":        _move({S.GATHERING, S.DELIBERATING}, S.MERGED, {W.REVIEWER, W.ORGANISER}, "into"),
    "withdraw":     _move({S.DRAFT, S.SUBMITTED, S.RETURNED, S.GATHERING, S.DELIBERATING}, S.WITHDRAWN, {W.AUTHOR}),
    "expire":       _move({S.DRAFT, S.RETURNED}, S.WITHDRAWN, {W.SYSTEM}),
}  # fmt: skip

FINAL = frozenset({S.REFUSED, S.LAPSED, S.FAILED, S.DECLINED, S.CONFIRMED, S.UNCONFIRMED, S.MERGED, S.WITHDRAWN})
PRIVATE = frozenset({S.DRAFT, S.SUBMITTED, S.RETURNED, S.REFUSED})  # seen by the author and reviewers only
EDITABLE = frozenset({S.DRAFT, S.RETURNED, S.GATHERING, S.DELIBERATING})
SECONDABLE = frozenset({S.GATHERING, S.DELIBERATING})
OPEN_TO_TALK = frozenset({S.GATHERING, S.DELIBERATING, S.VOTING, S.PUBLICITY, S.ACCEPTED, S.IN_PROGRESS, S.DONE,
                          S.DISPUTED})  # fmt: skip

LABELS = {
    S.DRAFT: _l("Draft"), S.SUBMITTED: _l("Waiting for review"), S.RETURNED: _l("Returned to the author"),
    S.REFUSED: _l("Not taken up"), S.GATHERING: _l("Gathering seconds"), S.LAPSED: _l("Lapsed"),
    S.DELIBERATING: _l("Under deliberation"), S.VOTING: _l("Voting"), S.FAILED: _l("Not passed"),
    S.PUBLICITY: _l("On public notice"), S.DECLINED: _l("Declined"), S.ACCEPTED: _l("Accepted"),
    S.IN_PROGRESS: _l("Being handled"), S.DONE: _l("Done, please rate"), S.CONFIRMED: _l("Confirmed by residents"),
    S.DISPUTED: _l("Not solved, say residents"), S.UNCONFIRMED: _l("Done, nobody rated"), S.MERGED: _l("Merged"),
    S.WITHDRAWN: _l("Withdrawn"),
}  # fmt: skip

# What lists and their chips put together.
GROUPS: dict[str, frozenset[ProposalState]] = {
    "gathering": frozenset({S.GATHERING}),
    "deliberating": frozenset({S.DELIBERATING}),
    "voting": frozenset({S.VOTING}),
    "publicity": frozenset({S.PUBLICITY}),
    "accepted": frozenset({S.ACCEPTED, S.IN_PROGRESS}),
    "done": frozenset({S.DONE, S.CONFIRMED, S.DISPUTED, S.UNCONFIRMED}),
    "ended": frozenset({S.LAPSED, S.FAILED, S.DECLINED, S.MERGED, S.WITHDRAWN}),
}
GROUP_LABELS = {
    "gathering": LABELS[S.GATHERING], "deliberating": LABELS[S.DELIBERATING], "voting": LABELS[S.VOTING],
    "publicity": LABELS[S.PUBLICITY], "accepted": _l("Accepted"), "done": _l("Done"), "ended": _l("Not going on"),
}  # fmt: skip

# The nine stations of the chain, and the station at which a state stands.
STATIONS = ("talk", "proposal", "seconds", "ballot", "publicity", "decision", "case", "done", "rating")


class AcceptedHow(StrEnum):
    SELF_HANDLING = "self_handling"
    STREET_TASK = "street_task"
    CASE = "case"
    WHISTLE = "whistle"
    HOTLINE = "hotline"
    CONVENTION = "convention"
    TOPIC = "topic"


class RefuseReason(StrEnum):
    """DOMAIN J4."""

    UNLAWFUL = "unlawful"
    PERSONAL_ATTACK = "personal_attack"
    PRIVATE_DATA = "private_data"
    STATUTORY_CHANNEL = "statutory_channel"
    DUPLICATE = "duplicate"
    NOT_SPECIFIC = "not_specific"
    OTHER_COMMUNITY = "other_community"
    EMERGENCY = "emergency"


def destination(action: str, rules: RuleSet) -> ProposalState:
    """Where a move leads under a rule set: the first of its targets that the rules do not skip."""
    skipped = {
        S.GATHERING: rules.seconds_needed == 0 and rules.seconds_share == 0,
        S.DELIBERATING: rules.deliberation_days == 0,
        S.VOTING: not rules.ballot,
    }
    targets = MOVES[action].go_to
    return next((state for state in targets if not skipped.get(state, False)), targets[-1])
