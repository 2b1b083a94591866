"""What waits for me: every desk of this person with its number and the oldest deadline."""

from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import render_template
from flask_login import current_user

from portal import clock, db
from portal.accounts.models import Verification, VerificationState
from portal.accounts.policy import DESK
from portal.cases.models import Case
from portal.cases.queries import DESKS, desks_of, due_next, waiting_at
from portal.conversations.models import Comment, CommentState, Thread
from portal.moderation.models import Report, ReportState
from portal.policy import STAFF_ROLES, Role
from portal.proposals.models import Proposal
from portal.proposals.queries import wants_answer
from portal.proposals.states import ROLES, AcceptedHow, Who
from portal.proposals.states import ProposalState as S
from portal.staff.desk import bp, tab
from portal.text.lazy import _l
from portal.web.guards import staff

tab(_l("What waits"), "staff.overview", STAFF_ROLES)

MODERATORS = frozenset({Role.MODERATOR, Role.PLACE_ADMIN})
CASE_DESKS = {
    "acceptor": _l("Cases to take in"), "supervisor": _l("Cases to file, close or decide on"), "dispatcher": _l("Cases to dispatch"),
    "officer": _l("Cases with my unit"), "inspector": _l("Cases to verify or inspect"), "command": _l("Cases that stand still"),
}  # fmt: skip


class Pile(NamedTuple):
    """What waits at one desk."""

    label: Any
    path: str  # below the site root
    n: int
    oldest: datetime | None  # the deadline that comes first, or since when the first one waits
    is_deadline: bool = True


@bp.get("/")
@staff
def overview():
    now = clock.utcnow()
    piles = [*_proposals(current_user, now), *_cases(current_user), *_words(current_user), *_residents(current_user)]
    return render_template(
        "staff/overview.html", piles=sorted(piles, key=lambda p: p.n == 0), waiting=[p for p in piles if p.n], now=now
    )


def _counted(table_from, columns: list[tuple[Any, Any]]) -> list[tuple[int, datetime | None]]:
    """(how many, earliest) for each (condition, moment), in one statement."""
    wanted = []
    for condition, moment in columns:
        wanted += [
            sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0),
            sa.func.min(sa.case((condition, moment))),
        ]
    row = db.Session().execute(table_from(sa.select(*wanted))).one()
    return [(int(row[i]), row[i + 1]) for i in range(0, len(row), 2)]


def _reach(actor, roles, place, space=None):
    """The rows that lie where this person holds one of these roles."""
    parts = [db.prefix_range(place, code) for code in actor.places_with(roles)]
    if space is not None and (ids := actor.refs_with("space", roles)):
        parts.append(space.in_(ids))
    return sa.or_(sa.false(), *parts)


def _proposals(actor, now) -> list[Pile]:
    roles = ROLES[Who.REVIEWER] | ROLES[Who.ANSWERER]
    if not actor.has_role(roles):
        return []
    review = sa.and_(
        Proposal.state == S.SUBMITTED, _reach(actor, ROLES[Who.REVIEWER], Proposal.place_code, Proposal.space_id)
    )
    mine = _reach(actor, ROLES[Who.ANSWERER], Proposal.place_code, Proposal.space_id)
    answer = sa.and_(Proposal.state == S.PUBLICITY, wants_answer(now), mine)
    ours = Proposal.state.in_((S.ACCEPTED, S.IN_PROGRESS)), Proposal.accepted_how != AcceptedHow.CASE
    work = sa.and_(*ours, mine)
    states = (S.SUBMITTED, S.PUBLICITY, S.ACCEPTED, S.IN_PROGRESS)
    numbers = _counted(
        lambda q: q.where(
            Proposal.state.in_(states),
            Proposal.author_id != actor.id,
            _reach(actor, roles, Proposal.place_code, Proposal.space_id),
        ),
        [(review, Proposal.due_at), (answer, Proposal.due_at), (work, Proposal.promised_at)],
    )
    labels = {
        "review": _l("Proposals to review"),
        "notice": _l("Proposals to answer"),
        "work": _l("Promised work under way"),
    }
    return [
        Pile(label, f"/staff/proposals?show={show}", *number)
        for (show, label), number in zip(labels.items(), numbers, strict=True)
    ]


def _cases(actor) -> list[Pile]:
    names = desks_of(actor)
    if not names:
        return []
    due = due_next()
    units = actor.refs_with("unit", {Role.UNIT_OFFICER})
    reach = {
        name: Case.lead_unit_id.in_(units) if name == "officer" else _reach(actor, {DESKS[name]}, Case.place_code)
        for name in names
    }
    here = [sa.and_(waiting_at(name), reach[name]) for name in names]
    numbers = _counted(lambda q: q.where(sa.or_(*here)), [(condition, due) for condition in here])
    return [
        Pile(CASE_DESKS[name], f"/staff/cases?desk={name}", *number)
        for name, number in zip(names, numbers, strict=True)
    ]


def _words(actor) -> list[Pile]:
    """Comments that wait for a look, and what readers reported."""
    if not actor.has_role(MODERATORS):
        return []
    comment = sa.and_(Comment.state == CommentState.WAITING, Comment.author_id != actor.id)
    comments = _counted(
        lambda q: q.join_from(Comment, Thread).where(
            comment, _reach(actor, MODERATORS, Thread.place_code, Thread.space_id)
        ),
        [(comment, Comment.created_at)],
    )
    report = sa.and_(Report.state == ReportState.REPORTED, sa.func.coalesce(Report.author_id, 0) != actor.id)
    reports = _counted(
        lambda q: q.where(report, _reach(actor, MODERATORS, Report.place_code, Report.space_id)),
        [(report, Report.opened_at)],
    )
    return [
        Pile(_l("Comments to look at"), "/staff/review", *comments[0], is_deadline=False),
        Pile(_l("Reports by readers"), "/staff/review", *reports[0], is_deadline=False),
    ]


def _residents(actor) -> list[Pile]:
    if not actor.has_role(DESK):
        return []
    waiting = Verification.state == VerificationState.WAITING
    numbers = _counted(
        lambda q: q.where(waiting, _reach(actor, DESK, Verification.place_code)), [(waiting, Verification.created_at)]
    )
    return [Pile(_l("Residents to verify"), "/staff/residents", *numbers[0], is_deadline=False)]
