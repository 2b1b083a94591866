"""Where a state stands on the nine stations of the chain, and who owes the next step."""

from datetime import datetime
from typing import Any, NamedTuple

from portal.proposals.models import Proposal
from portal.proposals.states import FINAL, GROUPS, STATIONS, AcceptedHow, ProposalState
from portal.proposals.states import LABELS as STATES
from portal.proposals.words import ANNOUNCED, BADGES, WAITING
from portal.text.lazy import _l

S = ProposalState

LABELS = {
    "talk": _l("Talk"), "proposal": _l("Proposal"), "seconds": _l("Seconding"), "ballot": _l("Vote"),
    "publicity": _l("Public notice"), "decision": _l("Decision"), "case": _l("Case"), "done": _l("Done"),
    "rating": _l("Rating"),
}  # fmt: skip

STATION_OF = {
    S.DRAFT: "proposal", S.SUBMITTED: "proposal", S.RETURNED: "proposal", S.REFUSED: "proposal", S.WITHDRAWN: "proposal",
    S.GATHERING: "seconds", S.LAPSED: "seconds", S.MERGED: "seconds", S.DELIBERATING: "seconds",
    S.VOTING: "ballot", S.FAILED: "ballot", S.PUBLICITY: "publicity", S.DECLINED: "decision", S.ACCEPTED: "decision",
    S.IN_PROGRESS: "case", S.DONE: "done", S.CONFIRMED: "rating", S.DISPUTED: "rating", S.UNCONFIRMED: "rating",
}  # fmt: skip
# The thread ends before its last station.
STOPPED = frozenset({S.REFUSED, S.LAPSED, S.FAILED, S.DECLINED, S.MERGED, S.WITHDRAWN})


class Mini(NamedTuple):
    """What the short thread of a list row needs: `trace_mini(at, total, label, stopped)`."""

    at: int
    total: int
    label: Any
    stopped: bool


class Owed(NamedTuple):
    """Whose turn it is (None: nobody's), and until when."""

    who: Any
    due_at: datetime | None


def station(state: ProposalState) -> int:
    """The number of a state's station, from 1."""
    return STATIONS.index(STATION_OF[state]) + 1


def badge(p: Proposal, now: datetime) -> tuple[Any, str, str]:
    """(label, tone, icon) of its state, as every list and page says it."""
    if p.is_announced:
        return ANNOUNCED
    if waits_for_answer(p, now):
        return WAITING
    return STATES[p.state], *BADGES[p.state]


def trace_mini(p: Proposal, now: datetime) -> Mini:
    """The short thread of a proposal."""
    waits = waits_for_answer(p, now)
    at = STATIONS.index("decision") + 1 if waits else station(p.state)
    return Mini(at, len(STATIONS), LABELS["decision"] if waits else _label(p), p.state in STOPPED)


def _label(p: Proposal):
    """What goes on at its station: several states share one."""
    if p.is_announced:
        return ANNOUNCED[0]
    if p.state is S.DELIBERATING:
        return _l("Deliberation")
    if p.state is S.IN_PROGRESS and p.accepted_how != AcceptedHow.CASE:
        return _l("Handling")
    return LABELS[STATION_OF[p.state]]


def group(state: ProposalState) -> str:
    """The group of a public state; empty for a private one."""
    return next((name for name, states in GROUPS.items() if state in states), "")


OWING = {
    S.DRAFT: _l("the proposer"), S.RETURNED: _l("the proposer"), S.SUBMITTED: _l("community staff, who review it"),
    S.GATHERING: _l("neighbours who second it"), S.DELIBERATING: _l("the organisers of the room"),
    S.VOTING: _l("everybody who may vote"), S.ACCEPTED: _l("community staff"), S.IN_PROGRESS: _l("community staff"),
    S.DONE: _l("whoever proposed or seconded it"),
}  # fmt: skip


def owes(p: Proposal, now: datetime | None = None) -> Owed:
    """Whose turn it is, and by when. During a public notice it is everybody's, then the decider's."""
    if p.state in FINAL or p.state is S.DISPUTED:
        return Owed(None, None)
    if p.state is S.PUBLICITY:
        return _owed_on_notice(p, now)
    if p.is_announced:
        return Owed(_l("nobody yet: voting begins by itself"), p.due_at)
    if p.state in (S.ACCEPTED, S.IN_PROGRESS) and p.responsible:
        return Owed(p.responsible, p.due_at)
    return Owed(OWING[p.state], p.due_at)


def waits_for_answer(p: Proposal, now: datetime) -> bool:
    """Is its public notice over, so that the official answer is owed?"""
    if p.state is not S.PUBLICITY:
        return False
    until = p.objections_until or p.due_at
    return until is None or now >= until


def late_since(p: Proposal, now: datetime) -> datetime | None:
    """Since when the official answer, or the work that was promised, is late."""
    if p.state is S.PUBLICITY:
        due = p.due_at if p.due_at != p.objections_until else None  # until the worker has ended the notice
    elif p.state in (S.ACCEPTED, S.IN_PROGRESS):
        due = p.due_at or p.promised_at
    else:
        return None
    return due if due is not None and due <= now else None


def _owed_on_notice(p: Proposal, now: datetime | None) -> Owed:
    over = p.due_at != p.objections_until or (
        now is not None and p.objections_until is not None and now >= p.objections_until
    )
    if not over:
        return Owed(_l("everybody with an objection"), p.due_at)
    return Owed(p.rule_set.decider or _l("community staff, who owe the answer"), p.due_at)
