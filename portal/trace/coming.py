"""The stations still to come: which, about when, and who owes the next step. Derived from the table of states."""

from datetime import datetime, timedelta

from portal import clock
from portal.proposals.models import Proposal
from portal.proposals.states import FINAL, AcceptedHow, ProposalState
from portal.proposals.stations import owes, waits_for_answer
from portal.proposals.words import HOW
from portal.text.lazy import _l
from portal.trace.stations import Station

S = ProposalState
WAY = ("proposal", "seconds", "deliberation", "ballot", "publicity", "decision", "case", "done", "rating")
STANDS = {
    S.DRAFT: "proposal", S.SUBMITTED: "proposal", S.RETURNED: "proposal", S.GATHERING: "seconds",
    S.DELIBERATING: "deliberation", S.VOTING: "ballot", S.PUBLICITY: "publicity", S.ACCEPTED: "decision",
    S.IN_PROGRESS: "case", S.DISPUTED: "rating", S.DONE: "done",
}  # fmt: skip
AS_CASE = frozenset({AcceptedHow.CASE, AcceptedHow.WHISTLE, AcceptedHow.HOTLINE})


def how(p: Proposal):
    return HOW.get(p.accepted_how, "")


def stations(p: Proposal, so_far: list, now: datetime) -> list:
    """What lies ahead of a proposal that is still on its way; also says on the present station who owes the next step."""
    if p.state in FINAL:
        return []
    present, since = next((s for s in reversed(so_far) if s.status == "now"), None), p.state_since
    if present is not None and waits_for_answer(p, now):  # the notice is over: now the decision is owed
        since = p.objections_until or p.state_since
        present.status, present.until, present = "done", since, None
    ahead = [key for key in WAY[WAY.index(STANDS[p.state]) + 1 :] if not _skipped(p, key)]
    days, found = _days(p), []
    expected = p.due_at if p.due_at and p.due_at > now else None  # what is overdue makes no promises
    if expected and p.is_announced:
        expected += timedelta(days=p.rule_set.ballot_days)  # it opens first
    for key in ahead:
        if any(s.key == key and s.status == "now" for s in so_far):
            continue
        shown = "handling" if key == "case" and p.accepted_how and p.accepted_how not in AS_CASE else key
        at = p.promised_at if key == "done" and p.promised_at and p.promised_at > now else expected
        if key == "decision" and at:
            at += timedelta(days=p.rule_set.answer_days)  # by then the answer is owed
        if key == "ballot" and at:
            at = expected = expected + timedelta(days=p.rule_set.notice_days)  # announced first, then opened
        found.append(Station(shown, "todo", at=at))
        expected = expected + timedelta(days=days[key]) if expected and key in days else None
    if present is not None:
        if not present.owes:  # a case says itself with whom it is
            present.owes, present.due = owes(p, now)
        present.text = missing(p, now) or present.text
    elif found:
        found[0].status, found[0].at = "now", since
        found[0].owes, found[0].due = owes(p, now)
        found[0].text = missing(p, now) or ""
    return found


def missing(p: Proposal, now: datetime):
    """What the present step still lacks, with the days left where there is a deadline."""
    days = clock.days_left(p.due_at, now)
    if p.state is S.GATHERING:
        lack = max(0, p.seconds_needed - p.seconds_count)
        return _l("%(lack)s more seconds needed, %(days)s days left", lack=lack, days=days)
    return None


def _skipped(p: Proposal, key: str) -> bool:
    rules = p.rule_set
    return {
        "seconds": rules.seconds_needed == 0 and rules.seconds_share == 0,
        "deliberation": rules.deliberation_days == 0,
        "ballot": not rules.ballot,
    }.get(key, False)


def _days(p: Proposal) -> dict[str, int]:
    """How long each station lasts under the rules this proposal runs under."""
    r = p.rule_set
    return {"seconds": r.gather_days, "deliberation": r.deliberation_days, "ballot": r.ballot_days,
            "publicity": r.publicity_days}  # fmt: skip
