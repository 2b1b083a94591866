"""How residents rate a closed case, and what becomes of it when the time for that is over."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from portal import audit, db, links, outbox
from portal.cases import policy
from portal.cases.events import CaseRated
from portal.cases.models import Case, CaseRating
from portal.cases.service import moves
from portal.cases.states import RATING_DAYS, CaseState
from portal.clock import utcnow
from portal.db import transaction
from portal.errors import Conflict, Invalid
from portal.policy import SYSTEM, require
from portal.text.clean import clean
from portal.text.lazy import _l

COMMENT = 500  # characters


def rate(actor, case_id: int | str, rating: str, comment: str = "") -> Case:
    """Whoever reported a case says how it went; "not solved" sends it back once."""
    try:
        rating = CaseRating(rating)
    except ValueError as problem:
        raise Invalid(_l("Choose one of the options.")) from problem
    comment = clean(comment)
    if len(comment) > COMMENT:
        raise Invalid(_l("At most %(max)s characters, please shorten it.", max=COMMENT))
    with transaction() as session:
        case = moves.locked(session, case_id)
        require(policy.why_not_rate(actor, case, has_proposal(session, case.id)))
        case.rating, case.rating_comment, case.rated_at = rating, comment, utcnow()
        audit.record(session, actor, "case.rate", ("case", case.id), role="reporter", rating=rating)
        outbox.publish(session, CaseRated(case.id, str(rating)))
        if policy.reopens(case, rating):
            moves.move(SYSTEM, case.id, "reopen", reason=str(rating))
        return case


def has_proposal(session, case_id: int) -> bool:
    """Did this case come from a proposal, whose people rate it?"""
    came_from, _ = links.linked(session, "case", case_id)
    return any(kind == "proposal" for kind, _ in came_from)


def evaluate_due(now: datetime, most: int = 200) -> int:
    """Count closed cases into the evaluation once nobody may rate them any more."""
    over = now - timedelta(days=RATING_DAYS)
    wanted = (
        sa.select(Case.id)
        .where(Case.state.in_((CaseState.CLOSED, CaseState.CLOSED_ABNORMAL)), Case.closed_at < over)
        .order_by(Case.closed_at, Case.id).limit(most)
    )  # fmt: skip
    done = 0
    for case_id in list(db.Session().scalars(wanted)):
        try:
            moves.move(SYSTEM, case_id, "evaluate")
            done += 1
        except Conflict:
            continue  # reopened, or another worker was faster
    return done
