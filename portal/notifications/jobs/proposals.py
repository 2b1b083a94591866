"""A proposal's way: who hears of which step."""

from collections.abc import Callable
from typing import NamedTuple

import sqlalchemy as sa

from portal.notifications import audience
from portal.notifications.service import notify, settle
from portal.outbox import on
from portal.policy import Role
from portal.proposals.events import ObjectionAnswered, ProposalMoved, ProposalObjected, ProposalRated, ProposalRevised
from portal.proposals.models import Objection, Proposal
from portal.proposals.states import ROLES, ProposalState, Who
from portal.text.clean import excerpt


class Telling(NamedTuple):
    """For one move: whom (a SELECT from the id), which facts the sentence needs, whether something waits for them."""

    whom: Callable
    facts: Callable[[Proposal], dict] = lambda p: {}
    is_task: bool = False


def _due(p: Proposal) -> dict:
    return {"day": p.due_at.isoformat()} if p.due_at else {}


def _state(p: Proposal) -> dict:
    return {"state": str(p.state), **_due(p)}


def _state_and_needed(p: Proposal) -> dict:
    return {**_state(p), "needed": p.seconds_needed}


NEXT = (_state, _state_and_needed)  # these tell what comes next


def _reason(p: Proposal) -> dict:
    return {"reason": excerpt(p.closing_note, 300)}


def _answer(p: Proposal) -> dict:
    promised = {"day": p.promised_at.isoformat()} if p.promised_at else {}
    return {"reason": excerpt(p.answer, 300), "how": str(p.accepted_how or ""), "who": p.responsible, **promised}


def _result(p: Proposal) -> dict:
    return {"reason": excerpt(p.result, 300), **_due(p)}


def _raters(ident: int):
    """Who may rate, as `why_not_rate` says."""
    return sa.union(audience.author(ident), audience.standing(ident))


TELLINGS = {
    "return": Telling(audience.author, _reason, is_task=True),
    "refuse": Telling(audience.author, lambda p: {**_reason(p), "rule": p.reason_code or ""}),
    "expire": Telling(audience.author),
    "pass_review": Telling(audience.author, _state_and_needed),
    "reach": Telling(audience.concerned, _state),
    "lapse": Telling(audience.concerned, lambda p: {"n": p.seconds_count, "needed": p.seconds_needed}),
    "conclude": Telling(audience.concerned, _state),
    "accept": Telling(audience.concerned, _answer),
    "decline": Telling(audience.concerned, _answer),
    "start": Telling(audience.concerned, _answer),
    "finish": Telling(_raters, _result, is_task=True),
    "confirm": Telling(audience.concerned),
    "dispute": Telling(audience.concerned),
    "redo": Telling(audience.concerned, _answer),
    "leave_unanswered": Telling(audience.concerned),
    "withdraw": Telling(audience.concerned, _reason),
}  # pass_ballot and fail_ballot: everybody concerned hears of the result by BallotClosed


@on(ProposalMoved)
def tell_of_a_move(session, event) -> None:
    p = session.get(Proposal, event.proposal_id)
    if p is None:
        return
    _settle(session, p, event.action)
    if event.action == "submit":
        return _ask_the_reviewers(session, p)
    if event.action == "end_notice":
        return _ask_for_the_answer(session, p)
    if event.action == "merge":
        return _tell_of_a_merger(session, p)
    telling = TELLINGS.get(event.action)
    # a dispute that sets the work going again at once is told by that next step
    if telling is None or (event.action == "dispute" and p.state == ProposalState.IN_PROGRESS):
        return None
    kind, facts = f"proposal.{event.action}", {"title": p.title, **telling.facts(p)}
    if telling.facts in NEXT and p.is_announced:
        kind, facts = "proposal.announced", {"title": p.title, "at": p.due_at.isoformat()}
    people = telling.whom(p.id) if telling.is_task else audience.without(telling.whom(p.id), event.actor_id)
    notify(session, people, kind, facts, _url(p), _key(p, event.action), telling.is_task)
    if event.action == "finish":  # whoever only follows, or seconded an older text, is not asked to rate
        notify(session, audience.concerned(p.id), "proposal.finished", facts, _url(p), _key(p, event.action))
    return None


def _settle(session, p: Proposal, action: str) -> None:
    """What this move ends: a review, a wish to change the text, a call to second anew or to rate."""
    if action in ("pass_review", "return", "refuse", "withdraw"):
        reviewers = audience.holders(ROLES[Who.REVIEWER], place=p.place_code, space=p.space_id)
        settle(session, reviewers, f"proposal/{p.id}/submit/")
    if action in ("accept", "decline", "annul_ballot"):
        answerers = audience.holders(ROLES[Who.ANSWERER], place=p.place_code, space=p.space_id)
        settle(session, answerers, f"proposal/{p.id}/end_notice/")
    if action in ("start", "finish"):
        answerers = audience.holders(ROLES[Who.ANSWERER], place=p.place_code, space=p.space_id)
        settle(session, answerers, f"proposal/{p.id}/no_case/")
    if action in ("submit", "expire", "withdraw"):
        settle(session, p.author_id, f"proposal/{p.id}/return/")
    if action in ("reach", "lapse", "conclude", "merge", "withdraw"):
        settle(session, audience.seconders(p.id), f"proposal/{p.id}/version/")
    if action in ("confirm", "dispute", "leave_unanswered"):
        settle(session, _raters(p.id), f"proposal/{p.id}/finish/")


def _ask_the_reviewers(session, p: Proposal) -> None:
    if p.state != ProposalState.SUBMITTED:  # somebody was faster than this message
        return
    desk = audience.without(audience.holders(ROLES[Who.REVIEWER], place=p.place_code, space=p.space_id), p.author_id)
    notify(session, desk, "proposal.submit", {"title": p.title}, _url(p), _key(p, "submit"), is_task=True)


def _ask_for_the_answer(session, p: Proposal) -> None:
    """The notice is over: the answer is owed by whoever gives answers here, but for the proposer."""
    if p.state != ProposalState.PUBLICITY:
        return
    desk = audience.without(audience.holders(ROLES[Who.ANSWERER], place=p.place_code, space=p.space_id), p.author_id)
    url = f"/staff/proposals/{p.id}"
    notify(
        session, desk, "proposal.end_notice", {"title": p.title, **_due(p)}, url, _key(p, "end_notice"), is_task=True
    )


def _tell_of_a_merger(session, p: Proposal) -> None:
    into = session.get(Proposal, p.merged_into_id) if p.merged_into_id else None
    if into is not None:
        params = {"title": p.title, "into": into.title}
        notify(session, audience.concerned(p.id), "proposal.merge", params, _url(into), _key(p, "merge"))


@on(ProposalRevised)
def tell_of_a_revision(session, event) -> None:
    """After a material change those who seconded are asked to look again, and reviewers told; who follows hears of every version."""
    p = session.get(Proposal, event.proposal_id)
    if p is None:
        return
    params, key = {"title": p.title, "n": event.version}, f"proposal/{p.id}/version/{event.version}"
    if event.material:
        people = audience.without(audience.seconders(p.id), p.author_id)
        notify(session, people, "proposal.reconfirm", params, _url(p), key, is_task=True)
        if p.is_public:  # it passed review with another text
            reviewers = audience.without(audience.holders(ROLES[Who.REVIEWER], place=p.place_code), p.author_id)
            notify(session, reviewers, "proposal.changed", params, f"/proposals/{p.id}/versions", key)
    people = audience.without(audience.followers(p.id), p.author_id)
    notify(session, people, "proposal.revised", params, f"/proposals/{p.id}/versions", key)


@on(ProposalRated)
def settle_the_rating(session, event) -> None:
    """Whoever has rated is not asked to any more."""
    settle(session, event.user_id, f"proposal/{event.proposal_id}/finish/")


@on(ProposalObjected)
def tell_of_an_objection(session, event) -> None:
    p, objection = session.get(Proposal, event.proposal_id), session.get(Objection, event.objection_id)
    if p is None or objection is None:
        return
    params, key = {"title": p.title}, f"objection/{objection.id}"
    url = f"{_url(p)}#objection-{objection.id}"
    people = audience.without(_answerers(p), objection.author_id, p.author_id)
    notify(session, people, "objection.asked", params, url, key, is_task=True)
    if p.author_id != objection.author_id:
        notify(session, p.author_id, "objection.raised", params, url, key)


@on(ObjectionAnswered)
def tell_of_an_answer(session, event) -> None:
    p, objection = session.get(Proposal, event.proposal_id), session.get(Objection, event.objection_id)
    if p is not None and objection is not None:
        params = {"title": p.title, "reason": excerpt(objection.answer, 300)}
        url = f"{_url(p)}#objection-{objection.id}"
        settle(session, _answerers(p), f"objection/{objection.id}", but=f"objection/{objection.id}/answered")
        notify(session, objection.author_id, "objection.answered", params, url, f"objection/{objection.id}/answered")


def _answerers(p: Proposal):
    return audience.holders(ROLES[Who.ANSWERER] - {Role.ACCEPTOR}, place=p.place_code, space=p.space_id)


def _url(p: Proposal) -> str:
    return f"/proposals/{p.id}"


def _key(p: Proposal, action: str) -> str:
    return f"proposal/{p.id}/{action}/{int(p.state_since.timestamp())}"
