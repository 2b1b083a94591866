"""What waits for me: every desk of this person with its number and the oldest deadline."""

from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import render_template
from flask_login import current_user

from portal import clock, db
from portal.accounts import queries as accounts
from portal.accounts.models import Verification
from portal.accounts.policy import DESK
from portal.cases import queries as cases
from portal.policy import STAFF_ROLES, Role
from portal.proposals import queries as proposals
from portal.proposals.models import Proposal
from portal.proposals.states import ROLES, Who
from portal.staff import queue
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


class Waiting(NamedTuple):
    """What waits at one desk, as a statement; `moment` is what its rows are urgent by."""

    label: Any
    path: str
    rows: sa.Select
    moment: Any
    is_deadline: bool = True


@bp.get("/")
@staff
def overview():
    piles = _piles([*_proposals(current_user), *_cases(current_user), *_words(current_user), *_residents(current_user)])
    return render_template(
        "staff/overview.html", piles=sorted(piles, key=lambda p: p.n == 0), waiting=[p for p in piles if p.n], now=clock.utcnow()
    )  # fmt: skip


def _piles(desks: list[Waiting]) -> list[Pile]:
    """How many wait at each desk, and the most urgent moment among them. One statement."""
    wanted = []
    for desk in desks:
        wanted += [
            desk.rows.with_only_columns(sa.func.count()).scalar_subquery(),
            desk.rows.with_only_columns(sa.func.min(desk.moment)).scalar_subquery(),
        ]
    row = db.Session().execute(sa.select(*wanted)).one() if wanted else ()
    return [Pile(d.label, d.path, int(row[2 * n]), row[2 * n + 1], d.is_deadline) for n, d in enumerate(desks)]


def _proposals(actor) -> list[Waiting]:
    if not actor.has_role(ROLES[Who.REVIEWER] | ROLES[Who.ANSWERER]):
        return []
    labels = {
        "review": _l("Proposals to review"),
        "notice": _l("Proposals to answer"),
        "work": _l("Promised work under way"),
    }
    return [
        Waiting(label, f"/staff/proposals?show={show}", proposals.waiting(actor, show), Proposal.due_at)
        for show, label in labels.items()
    ]


def _cases(actor) -> list[Waiting]:
    return [
        Waiting(CASE_DESKS[name], f"/staff/cases?desk={name}", rows, cases.due_next())
        for name, rows in cases.waiting(actor).items()
    ]


def _words(actor) -> list[Waiting]:
    """Comments that wait for a look, and what readers reported."""
    if not actor.has_role(MODERATORS):
        return []
    rows = queue.for_me(actor)
    return [
        Waiting(_l("Comments to look at"), "/staff/review?show=comments", rows["comment"], queue.WHEN["comment"], is_deadline=False),
        Waiting(_l("Reports by readers"), "/staff/review?show=reports", rows["report"], queue.WHEN["report"], is_deadline=False),
    ]  # fmt: skip


def _residents(actor) -> list[Waiting]:
    if not actor.has_role(DESK):
        return []
    rows = accounts.waiting(actor)
    return [Waiting(_l("Residents to verify"), "/staff/residents", rows, Verification.created_at, is_deadline=False)]
