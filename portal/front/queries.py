"""What is going on here, for the home page and the page of a place. Few statements, whatever there is to show."""

from collections.abc import Iterable
from datetime import datetime, time
from functools import cache, lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import orm

from portal import clock, db, files
from portal.accounts.models import User
from portal.ballots.models import Ballot
from portal.ballots.queries import open_for
from portal.brands.models import Brand, Team
from portal.cases.models import Case
from portal.clock import BEIJING
from portal.links import Link
from portal.patrols.models import Patrol
from portal.patrols.states import PatrolState
from portal.places.models import Place, PlaceCount, PlaceLevel
from portal.proposals.models import Proposal
from portal.proposals.states import ProposalState as S
from portal.spaces.models import Space, SpaceState
from portal.text.lazy import _l

FOREIGN = "A"  # official codes are digits; those of imported sources begin with a letter
FINISHED = (S.DONE, S.CONFIRMED, S.UNCONFIRMED)
LONG = [
    orm.defer(text, raiseload=True) for text in (Proposal.body, Proposal.body_html, Proposal.plan, Proposal.plan_html)
]
_CODE = sa.bindparam("code", type_=sa.String)
RECENT = 400  # so many of the latest patrols are looked at for those of today


class Matter(NamedTuple):
    """A proposal with its ballot and the case it became, if there is one."""

    proposal: Proposal
    ballot: Ballot | None = None
    case: Case | None = None


class OnDuty(NamedTuple):
    """What a brand's volunteers did today."""

    slug: str
    name: str
    name_en: str
    people: int
    patrols: int
    findings: int


class Doors(NamedTuple):
    kind: str
    n: int
    last: datetime


def _inside(column, somewhere: bool):
    """In the place `code` or below it; everywhere in the official tree where no place was named."""
    return db.prefix_range(column, _CODE) if somewhere else column < FOREIGN


def _arm(label: str, somewhere: bool, many: bool, states: Iterable[S], order, limit: int):
    state: Any = Proposal.state
    if somewhere and not many:  # then its place finds it; a state that is not the bare column lets no index of states take the lead
        state = sa.type_coerce(state + sa.literal_column("''", sa.String), state.type)
    shown = [state.in_(states), Proposal.hidden_at.is_(None), _inside(Proposal.place_code, somewhere)]
    if S.VOTING in states:  # what is only announced is not being voted on
        shown.append(Proposal.ballot_opens_at.is_(None))
    ids = (
        sa.select(sa.literal(label).label("label"), Proposal.id.label("id")).where(*shown).order_by(*order).limit(db.only(limit))
    )
    return sa.select(ids.subquery())


def matters(code: str, wanted: dict[str, int], *, many: bool) -> dict[str, list[Matter]]:
    """Proposals of a place by heading: `voting` (deadline first), `finished`, `gathering`, `latest`. One statement.

    `many` is what `places.counts.totals` says of the place.
    """
    rows = db.Session().execute(_matters(tuple(wanted.items()), bool(code), many), {"code": code})
    out: dict[str, dict[int, Matter]] = {label: {} for label in wanted}
    for label, proposal, ballot, case in rows:
        out[label].setdefault(proposal.id, Matter(proposal, ballot, case))
    return {label: sorted(found.values(), key=HEADINGS[label][2]) for label, found in out.items()}


@lru_cache
def _matters(wanted: tuple[tuple[str, int], ...], somewhere: bool, many: bool) -> sa.Select:
    """The statement for so many proposals under these headings, built once. Like those below it knows its place as `code`."""
    arms = [_arm(label, somewhere, many, *HEADINGS[label][:2], limit) for label, limit in wanted]
    found = sa.union_all(*arms).subquery()
    link = sa.and_(Link.from_kind == "proposal", Link.from_id == Proposal.id, Link.to_kind == "case")
    return (
        sa.select(found.c.label, Proposal, Ballot, Case)
        .join(Proposal, Proposal.id == found.c.id)
        .outerjoin(Ballot, Ballot.id == Proposal.ballot_id)
        .outerjoin(Link, link)
        .outerjoin(Case, Case.id == Link.to_id)
        .options(orm.joinedload(Proposal.author, innerjoin=True).load_only(User.display_name), *LONG)
    )


def _by_deadline(matter: Matter):
    return (matter.ballot.closes_at if matter.ballot else matter.proposal.state_since), matter.proposal.id


def _newest(name: str):
    def key(matter: Matter):
        return -(getattr(matter.proposal, name) or matter.proposal.created_at).timestamp(), -matter.proposal.id

    return key


MOVING = (S.GATHERING, S.DELIBERATING, S.PUBLICITY, S.ACCEPTED, S.IN_PROGRESS)
_DONE, _PUBLISHED = (Proposal.done_at.desc(), Proposal.id.desc()), (Proposal.published_at.desc(), Proposal.id.desc())
HEADINGS = {  # the states under a heading, their order in SQL, and the same order in Python
    "voting": ((S.VOTING,), (Proposal.due_at, Proposal.id), _by_deadline),
    "finished": (FINISHED, _DONE, _newest("done_at")),
    "gathering": ((S.GATHERING,), _PUBLISHED, _newest("published_at")),
    "latest": (MOVING, _PUBLISHED, _newest("published_at")),
}


def before_and_after(case: Case) -> list[dict]:
    """The first photo before and the first photo after the work, as the photo component draws them; both or none."""
    photos = files.photos_of(db.Session(), "case", [case.id]).get(case.id, [])
    pair = [next((p for p in photos if p.purpose == purpose), None) for purpose in ("before", "after")]
    if None in pair:
        return []
    labels = (_l("Before"), _l("After"))
    return [
        {
            "src": p.path(p.nearest(640)),
            "srcset": p.srcset,
            "width": p.width,
            "height": p.height,
            "alt": p.alt,
            "caption": label,
        }
        for p, label in zip(pair, labels, strict=True)
    ]


def ballots_waiting(actor, limit: int = 20) -> int:
    """In how many open ballots this person may vote and has not (counted to the limit)."""
    return len(open_for(actor, limit))


def active_spaces(code: str, limit: int) -> list[Space]:
    """Spaces in which something happened lately, the latest first."""
    return list(db.Session().scalars(_active_spaces(bool(code), limit), {"code": code}))


@lru_cache
def _active_spaces(somewhere: bool, limit: int) -> sa.Select:
    here = Space.state == SpaceState.ACTIVE, _inside(Space.place_code, somewhere)
    wanted = sa.select(Space).where(*here).order_by(Space.last_active_at.desc(), Space.id.desc()).limit(db.only(limit))
    return wanted.options(orm.load_only(Space.kind, Space.name, Space.last_active_at))


def doors(code: str) -> dict[str, Doors]:
    """How many spaces of each kind a place has, and when something last happened there."""
    found = db.Session().execute(_DOORS, {"code": code}).tuples()
    return {kind.value: Doors(kind.value, n, last) for kind, n, last in found}


_DOORS = (
    sa.select(Space.kind, sa.func.count(), sa.func.max(Space.last_active_at))
    .where(Space.state != SpaceState.CLOSED, _inside(Space.place_code, True))
    .group_by(Space.kind)
)


def on_duty(code: str) -> list[OnDuty]:
    """Today's patrols by brand. Looks at the latest patrols only, so that the cost does not grow with the years."""
    today = datetime.combine(clock.today(), time(), BEIJING)
    found = db.Session().execute(_on_duty(bool(code)), {"code": code, "today": today}).tuples()
    return [OnDuty(*row) for row in found]


@cache
def _on_duty(somewhere: bool) -> sa.Select:
    latest = (
        sa.select(Patrol.team_id, Patrol.volunteer_id, Patrol.companions, Patrol.finding_count, Patrol.started_at)
        .where(Patrol.state != PatrolState.PLANNED, _inside(Patrol.place_code, somewhere))
        .order_by(Patrol.id.desc())
        .limit(db.only(RECENT))
        .subquery()
    )
    people = sa.func.count(sa.distinct(latest.c.volunteer_id)) + sa.func.coalesce(sa.func.sum(latest.c.companions), 0)
    return (
        sa.select(Brand.slug, Brand.name, Brand.name_en, people, sa.func.count(), sa.func.sum(latest.c.finding_count))
        .join(Team, Team.id == latest.c.team_id)
        .join(Brand, Brand.id == Team.brand_id)
        .where(latest.c.started_at >= sa.bindparam("today", type_=latest.c.started_at.type))
        .group_by(Brand.id, Brand.slug, Brand.name, Brand.name_en)
        .order_by(Brand.id)
    )


class Part(NamedTuple):
    """A place directly below, with its counts by kind and state."""

    place: Place
    counts: dict[str, dict[str, int]]


def parts(code: str) -> list[Part]:
    """The places directly below with what is counted in them. One statement."""
    out: dict[str, Part] = {}
    for place, kind, state, n in db.Session().execute(_PARTS, {"code": code}).tuples():
        part = out.setdefault(place.code, Part(place, {}))
        if kind:
            part.counts.setdefault(kind, {})[state] = n
    return list(out.values())


_PARTS = (
    sa.select(Place, PlaceCount.kind, PlaceCount.state, PlaceCount.n)
    .outerjoin(PlaceCount, sa.and_(
        PlaceCount.place_code == Place.code, PlaceCount.kind.in_(("proposal", "case", "resident")), PlaceCount.n > 0,
    ))
    .where(Place.parent_code == _CODE, Place.retired_at.is_(None), Place.level.not_in((PlaceLevel.LANE, PlaceLevel.GRID)))
    .order_by(Place.code)
)  # fmt: skip


def community_spaces(code: str, limit: int = 6) -> list[Space]:
    """The rooms of a community itself, its council first."""
    wanted = sa.select(Space).where(Space.place_code == code, Space.state != SpaceState.CLOSED)
    return list(db.Session().scalars(wanted.order_by(Space.kind, Space.id).limit(limit)))
