"""The last word: whoever proposed or seconded says whether it is solved."""

from datetime import datetime

import sqlalchemy as sa

from portal import audit, outbox
from portal.clock import utcnow
from portal.db import transaction
from portal.errors import Invalid
from portal.policy import SYSTEM, require
from portal.proposals import policy, queries
from portal.proposals.events import ProposalRated
from portal.proposals.models import OutcomeAnswer, OutcomeRating, Proposal
from portal.proposals.service.steps import load, step
from portal.proposals.states import ProposalState
from portal.text.clean import clean
from portal.text.lazy import _l

MOST = 500


def rate(actor, proposal_id: int, answer: str, comment: str = "") -> OutcomeRating:
    """Rate the finished work, or change one's rating. When everybody entitled has answered, the result stands at once."""
    try:
        answer = OutcomeAnswer(answer)
    except ValueError as problem:
        raise Invalid(_l("Choose one of the options.")) from problem
    comment = clean(comment) if isinstance(comment, str) else ""
    if len(comment) > MOST:
        raise Invalid(_l("At most %(max)s characters, please shorten it.", max=MOST))
    with transaction() as session:
        p, now = load(session, proposal_id), utcnow()
        mine = queries.my_part(p, actor)
        require(policy.why_not_rate(actor, p, mine.second, now))
        rating = mine.rating
        if rating is not None and (rating.answer, rating.comment) == (answer, comment):
            return rating
        if rating is None:
            rating = OutcomeRating(proposal_id=p.id, user_id=actor.id, round=p.redo_count, answer=answer)
            session.add(rating)
        else:
            _count(p, rating.answer, -1)
        rating.answer, rating.comment, rating.at = answer, comment, now
        _count(p, answer, +1)
        audit.record(session, actor, "proposal.rate", ("proposal", p.id), round=p.redo_count)  # never the answer
        outbox.publish(session, ProposalRated(p.id, actor.id))
        if p.rating_yes_count + p.rating_no_count >= entitled(p):
            with session.no_autoflush:  # the proposal is written once, at the end
                settle(session, p, now, follows=True)
        return rating


def entitled(p: Proposal) -> int:
    """How many people may rate: the proposer and everybody whose second stands."""
    return 1 + p.seconds_count


def close_rating(proposal_id: int, now: datetime) -> bool:
    """The time for ratings is over."""
    with transaction() as session:
        p = load(session, proposal_id)
        if p.state is not ProposalState.DONE or p.due_at is None or now < p.due_at:
            return False
        settle(session, p, now)
        return True


def settle(session, p: Proposal, now: datetime, follows: bool | None = None) -> None:
    """What the ratings amount to. A tie is no confirmation; what is disputed is done again, once.

    `follows`: the last rating that was still missing brings it about, not the end of the time.
    """
    numbers = {"follows": follows, "solved": p.rating_yes_count, "not_solved": p.rating_no_count, "round": p.redo_count}
    if p.rating_yes_count + p.rating_no_count == 0:
        step(session, SYSTEM, p, "leave_unanswered", now)
    elif p.rating_yes_count > p.rating_no_count:
        step(session, SYSTEM, p, "confirm", now, **numbers)
    else:
        step(session, SYSTEM, p, "dispute", now, **numbers)
        if policy.why_not_move(SYSTEM, p, "redo", now) is None:
            p.redo_count += 1
            p.rating_yes_count = p.rating_no_count = 0  # a new round
            step(session, SYSTEM, p, "redo", now, round=p.redo_count)


def recount(session, proposal_id: int, round_: int) -> tuple[int, int]:
    """(solved, not solved) as the rows say; for checking the stored numbers."""
    rows = dict(
        session.execute(
            sa.select(OutcomeRating.answer, sa.func.count())
            .where(OutcomeRating.proposal_id == proposal_id, OutcomeRating.round == round_)
            .group_by(OutcomeRating.answer)
        ).tuples().all()
    )  # fmt: skip
    no = rows.get(OutcomeAnswer.NOT_SOLVED, 0)
    return sum(rows.values()) - no, no


def _count(p: Proposal, answer: OutcomeAnswer, by: int) -> None:
    if answer is OutcomeAnswer.NOT_SOLVED:
        p.rating_no_count += by
    else:
        p.rating_yes_count += by
