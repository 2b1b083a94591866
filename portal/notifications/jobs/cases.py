"""A case's way: the next person at the desk has something to do, the reporter and the followers hear of it."""

import sqlalchemy as sa

from portal.cases.events import CaseMoved, CaseRated, NoCaseOpen
from portal.cases.models import Case
from portal.cases.states import MOVES, VERIFY_FIRST
from portal.links import Link
from portal.notifications import audience
from portal.notifications.service import notify, settle
from portal.outbox import on
from portal.policy import Role
from portal.proposals.models import Proposal
from portal.proposals.states import ROLES, ProposalState, Who
from portal.text.clean import excerpt

# After this move it is these people's turn.
NEXT = {
    "report": Role.ACCEPTOR,
    "ask_verification": Role.INSPECTOR,
    "verify": Role.SHIFT_SUPERVISOR,
    "accept": Role.SHIFT_SUPERVISOR,
    "file": Role.DISPATCHER,
    "dispatch": Role.UNIT_OFFICER,
    "redispatch": Role.UNIT_OFFICER,
    "reject_return": Role.UNIT_OFFICER,
    "return": Role.SHIFT_SUPERVISOR,
    "ask_extension": Role.SHIFT_SUPERVISOR,
    "grant_extension": Role.UNIT_OFFICER,
    "refuse_extension": Role.UNIT_OFFICER,
    "resume": Role.UNIT_OFFICER,
    "report_handled": Role.INSPECTOR,
    "pass_inspection": Role.SHIFT_SUPERVISOR,
    "fail_inspection": Role.UNIT_OFFICER,
    "reopen": Role.UNIT_OFFICER,
}
DESK_ROLES = frozenset(NEXT.values())
# What the reporter hears of, and what the followers of its proposal hear of besides (the proposal itself tells of the rest).
REPORTER_HEARS = frozenset({"accept", "not_accept", "dispatch", "report_handled", "fail_inspection", "close", "close_abnormal",
                            "void", "suspend", "reopen"})  # fmt: skip
FOLLOWERS_HEAR = frozenset({"report_handled", "fail_inspection", "suspend", "reopen", "void", "not_accept"})


@on(CaseMoved)
def tell_of_a_move(session, event) -> None:
    case = session.get(Case, event.case_id)
    if case is None:
        return
    params = {"title": case.title, "number": case.number}
    if case.due_at:
        params["day"] = case.due_at.isoformat()
    key, url = f"case/{case.id}/{event.action}/{int(case.state_since.timestamp())}", f"/cases/{case.number}"
    if event.action in MOVES:  # not when it was only put under supervision
        settle(session, _desks(case), f"case/{case.id}/", but=f"{key}/do")
    if event.action in ("evaluate", "reopen") and case.reporter_id:
        settle(session, case.reporter_id, f"case/{case.id}/close/")
    desk = _whose_turn(case, event.action)
    if desk is not None:
        people = audience.without(desk, event.actor_id)
        notify(
            session, people, f"case.do.{event.action}", params, f"/staff/cases/{case.number}", f"{key}/do", is_task=True
        )
    told = {**params, "reason": excerpt(case.public_note or case.result, 300)}
    rate = event.action == "close" and not _has_proposal(session, case.id)
    kind = "case.closed" if event.action == "close" and not rate else f"case.{event.action}"
    if event.action in REPORTER_HEARS and case.reporter_id and (rate or case.reporter_id != event.actor_id):
        notify(session, case.reporter_id, kind, told, url, key, is_task=rate)
    if event.action in FOLLOWERS_HEAR:
        people = audience.without(audience.followers_of_case(case.id), event.actor_id)
        notify(session, people, f"case.{event.action}", told, url, key)


@on(CaseRated)
def tell_of_a_rating(session, event) -> None:
    """The officers who did the work hear how it was found."""
    case = session.get(Case, event.case_id)
    if case is None:
        return
    if case.reporter_id:
        settle(session, case.reporter_id, f"case/{case.id}/close/")
    if case.lead_unit_id is None:
        return
    params = {"title": case.title, "number": case.number, "rating": event.rating}
    officers = audience.holders([Role.UNIT_OFFICER], unit=case.lead_unit_id)
    notify(session, officers, "case.rated", params, f"/cases/{case.number}", f"case/{case.id}/rated/{event.rating}")


@on(NoCaseOpen)
def hand_a_proposal_back(session, event) -> None:
    """Its case ended without work: whoever gives answers there begins the work and reports it done."""
    p = session.get(Proposal, event.proposal_id)
    if p is None or p.state not in (ProposalState.ACCEPTED, ProposalState.IN_PROGRESS):
        return
    desk = audience.without(audience.holders(ROLES[Who.ANSWERER], place=p.place_code, space=p.space_id), p.author_id)
    key = f"proposal/{p.id}/no_case/{int(p.state_since.timestamp())}"
    notify(session, desk, "proposal.no_case", {"title": p.title}, f"/staff/proposals/{p.id}", key, is_task=True)


def _has_proposal(session, case_id: int) -> bool:
    """Then those who proposed and seconded it rate the result, not the reporter alone."""
    led_here = Link.from_kind == "proposal", Link.to_kind == "case", Link.to_id == case_id
    return session.scalar(sa.select(Link.from_id).where(*led_here).limit(1)) is not None


def _desks(case: Case):
    """Everybody for whom this case may have waited, but for its reporter, who is asked to rate it."""
    people = audience.holders(DESK_ROLES, place=case.place_code, unit=case.lead_unit_id)
    return audience.without(people, case.reporter_id)


def _whose_turn(case: Case, action: str):
    role = NEXT.get(action)
    if role is None or (action == "accept" and case.source in VERIFY_FIRST and not case.verified):
        return None
    if role is Role.UNIT_OFFICER:
        return audience.holders([role], unit=case.lead_unit_id) if case.lead_unit_id else None
    return audience.holders([role], place=case.place_code)
