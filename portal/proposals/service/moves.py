"""The moves that people make: what each needs and what it does besides changing the state."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from portal.ballots import service as ballots
from portal.clock import utcnow
from portal.conversations import service as conversations
from portal.db import transaction
from portal.errors import Invalid, Refused
from portal.proposals import policy
from portal.proposals.models import Proposal
from portal.proposals.service import drafts, merging
from portal.proposals.service.steps import load, open_thread, require_move, step
from portal.proposals.service.versions import index_title
from portal.proposals.states import MOVES, AcceptedHow, RefuseReason
from portal.proposals.states import ProposalState as S
from portal.text.clean import clean, one_line
from portal.text.lazy import _l
from portal.units.models import Unit

LONGEST = timedelta(days=5 * 366)  # nobody promises farther than this


def move(actor, proposal_id: int, action: str, **given) -> Proposal:
    """Take a proposal one step along the table, if the table and the policy allow it."""
    if action == "submit":
        return drafts.submit(actor, proposal_id)
    if action == "merge":
        return merging.merge(actor, proposal_id, given.get("into"))
    if action not in EFFECTS:
        raise Refused(_l("There is no such step."))
    with transaction() as session:
        p, now = load(session, proposal_id), utcnow()
        require_move(actor, p, action, now)
        with session.no_autoflush:  # the proposal is written once, at the end
            details = EFFECTS[action](session, actor, p, now, _complete(actor, action, given))
            step(session, actor, p, action, now, **details)
        return p


def _pass_review(session, actor, p: Proposal, now: datetime, given: dict) -> dict:
    p.published_at, p.closing_note = now, ""
    open_thread(session, p, p.rule_set)
    if p.is_hidden:
        conversations.close_thread(session, p.thread_id)
    index_title(session, p)
    return {"version": p.version}


def _send_back(session, actor, p: Proposal, now: datetime, given: dict) -> dict:
    p.closing_note = given["reason"]
    return {"reason": p.closing_note}


def _refuse(session, actor, p: Proposal, now: datetime, given: dict) -> dict:
    try:
        p.reason_code = RefuseReason(given["reason_code"]).value
    except ValueError as problem:
        raise Invalid(_l("Choose the rule this proposal does not meet.")) from problem
    p.closing_note = given["reason"]
    return {"reason_code": p.reason_code, "reason": p.closing_note}


def _conclude(session, actor, p: Proposal, now: datetime, given: dict) -> dict:
    return {"note": given.get("note", ""), "version": p.version}


def _accept(session, actor, p: Proposal, now: datetime, given: dict) -> dict:
    try:
        p.accepted_how = AcceptedHow(given["how"])
    except ValueError as problem:
        raise Invalid(_l("Choose how this will be done.")) from problem
    unit = _unit(session, given.get("unit_id"))
    p.unit_id = unit.id if unit else None
    p.responsible = one_line(given.get("responsible"))[:80] or (unit.name if unit else "")
    if not p.responsible and p.accepted_how is not AcceptedHow.CASE:
        raise Invalid(_l("Say which unit or who is responsible."))
    p.promised_at = _promise(given["promised_at"], now)
    p.answer, p.answered_at = given["answer"], now
    _end_ballot(session, actor, p)
    return {
        "how": p.accepted_how.value,
        "responsible": p.responsible,
        "promised_at": p.promised_at.isoformat(),
        "answer": p.answer,
    }


def _decline(session, actor, p: Proposal, now: datetime, given: dict) -> dict:
    p.answer, p.answered_at = given["answer"], now
    _end_ballot(session, actor, p)
    return {"answer": p.answer}


def _start(session, actor, p: Proposal, now: datetime, given: dict) -> dict:
    return {}


def _finish(session, actor, p: Proposal, now: datetime, given: dict) -> dict:
    p.result, p.done_at = given["result"], now
    return {"result": p.result, "round": p.redo_count}


def _withdraw(session, actor, p: Proposal, now: datetime, given: dict) -> dict:
    p.closing_note = given.get("reason", "")
    if p.state is S.DRAFT:
        drafts.erase(session, p)
    return {"reason": p.closing_note}


EFFECTS: dict[str, Callable[..., dict]] = {
    "pass_review": _pass_review, "return": _send_back, "refuse": _refuse, "conclude": _conclude, "accept": _accept,
    "decline": _decline, "start": _start, "finish": _finish, "withdraw": _withdraw,
}  # fmt: skip
WORDS = {
    "reason": (500, _l("Give the reason; it is sent as you write it.")),
    "answer": (2000, _l("Write the answer; everybody will read it.")),
    "result": (2000, _l("Write what was done.")),
    "note": (2000, _l("Write a note.")),
}
MISSING = {
    "reason_code": _l("Choose the rule this proposal does not meet."),
    "how": _l("Choose how this will be done."),
    "promised_at": _l("Say by which day it will be done."),
}


def _complete(actor, action: str, given: dict) -> dict:
    """What was given, cleaned. Raises Invalid for the first thing that is missing."""
    values = dict(given)
    for name, (most, _sentence) in WORDS.items():
        text = clean(values.get(name)) if isinstance(values.get(name), str) else ""
        if actor.kind == "system":  # taken over from a case, where more may be said
            text = text[:most]
        if len(text) > most:
            raise Invalid(_l("At most %(max)s characters, please shorten it.", max=most))
        values[name] = text
    for name in MOVES[action].needs:
        if not values.get(name):
            raise Invalid(WORDS[name][1] if name in WORDS else MISSING[name])
    return values


def _promise(value, now: datetime) -> datetime:
    if not isinstance(value, datetime):
        raise Invalid(MISSING["promised_at"])
    value = value if value.tzinfo else value.replace(tzinfo=UTC)
    if not now < value <= now + LONGEST:
        raise Invalid(_l("Promise a day that is still to come, within five years."))
    return value


def _unit(session, unit_id) -> Unit | None:
    if not unit_id:
        return None
    unit = session.get(Unit, unit_id) if drafts.is_id(unit_id) else None
    if unit is None or unit.retired_at is not None:
        raise Invalid(_l("Choose a unit from the list."))
    return unit


def _end_ballot(session, actor, p: Proposal) -> None:
    if p.ballot_id is not None:
        ballots.finish(session, actor, p.ballot_id, policy.role_for(actor, p, "accept") or "")
