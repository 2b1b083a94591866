"""Reading patrols and findings."""

from datetime import timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import orm

from portal import clock, db, files
from portal.brands.models import Team
from portal.brands.policy import LEADS
from portal.categories.models import Category
from portal.links import Link, Subject, describe
from portal.patrols.checklist import BY_NUMBER
from portal.patrols.models import Finding, Patrol
from portal.patrols.states import PatrolState
from portal.web.paging import Page, by_key

S = PatrolState


class Row(NamedTuple):
    """A patrol as a list shows it: with its visible findings and the first photo of them."""

    patrol: Patrol
    findings: list[Finding]
    photo: files.Photo | None


class Found(NamedTuple):
    """What is found how often: the word of a checklist item, or the name of a category in both languages."""

    name: Any
    name_en: Any
    n: int


def get_patrol(ident: int) -> Patrol:
    """With team, brand, place and volunteer. Raises NoResultFound."""
    everything = (
        orm.joinedload(Patrol.team).joinedload(Team.brand),
        orm.joinedload(Patrol.place),
        orm.joinedload(Patrol.volunteer),
    )
    return db.Session().scalars(sa.select(Patrol).where(Patrol.id == ident).options(*everything)).one()


def findings_of(patrol_ids) -> list[Finding]:
    """All findings of these patrols with their category, oldest first. One query."""
    ids = list(patrol_ids)
    if not ids:
        return []
    wanted = sa.select(Finding).where(Finding.patrol_id.in_(ids)).options(orm.joinedload(Finding.category))
    return list(db.Session().scalars(wanted.order_by(Finding.id)))


def find_running(user_id: int | None) -> Patrol | None:
    """The patrol this person is on right now."""
    if user_id is None:
        return None
    mine = sa.select(Patrol).where(
        Patrol.volunteer_id == user_id, Patrol.state == S.ON_PATROL, Patrol.ended_at.is_(None)
    )
    return db.Session().scalars(mine).one_or_none()


def list_unfinished(user_id: int) -> list[Patrol]:
    """Everything this person still has to write on: out there, being written up, or returned."""
    mine = sa.select(Patrol).where(Patrol.volunteer_id == user_id, Patrol.state.in_([S.ON_PATROL, S.RETURNED]))
    return list(db.Session().scalars(mine.options(orm.joinedload(Patrol.team)).order_by(Patrol.id.desc()).limit(20)))


def list_mine(user_id: int, *, size: int = 20, after=None, before=None) -> Page:
    """All patrols of a person, newest first."""
    mine = sa.select(Patrol).where(Patrol.volunteer_id == user_id, Patrol.state != S.WITHDRAWN)
    return by_key(
        db.Session(), mine.options(orm.joinedload(Patrol.team)), [Patrol.id], size=size, after=after, before=before
    )


def list_patrols(
    *, brand_id=None, team_id=None, place_code=None, size: int = 20, total=None, after=None, before=None
) -> Page:
    """Confirmed patrols of a brand, a team or a place as Rows, newest first. Three queries."""
    wanted = (
        sa.select(Patrol).where(Patrol.state == S.CONFIRMED).options(orm.joinedload(Patrol.team).joinedload(Team.brand))
    )
    if brand_id is not None:
        wanted = wanted.where(Patrol.team_id.in_(sa.select(Team.id).where(Team.brand_id == brand_id)))
    if team_id is not None:
        wanted = wanted.where(Patrol.team_id == team_id)
    if place_code is not None:
        wanted = wanted.where(db.prefix_range(Patrol.place_code, place_code))
    page = by_key(db.Session(), wanted, [Patrol.id], size=size, total=total, after=after, before=before)
    return page._replace(rows=as_rows(page.rows))


def as_rows(patrols: list[Patrol]) -> list[Row]:
    """With findings and a photo each. Two queries."""
    findings = [f for f in findings_of(p.id for p in patrols) if not f.is_hidden]
    photos = files.photos_of(db.Session(), "finding", [f.id for f in findings]) if findings else {}
    return [
        Row(
            patrol,
            mine := [f for f in findings if f.patrol_id == patrol.id],
            next((photos[f.id][0] for f in mine if f.id in photos), None),
        )
        for patrol in patrols
    ]


def list_waiting(team_id: int) -> list[Patrol]:
    """What waits for the lead of a team, oldest first; at most fifty at once."""
    wanted = (
        sa.select(Patrol)
        .where(Patrol.team_id == team_id, Patrol.state == S.SUBMITTED)
        .options(orm.joinedload(Patrol.volunteer))
    )
    return list(db.Session().scalars(wanted.order_by(Patrol.submitted_at, Patrol.id).limit(50)))


def list_waiting_for(actor, size: int = 20) -> list[Patrol]:
    """The patrols that wait for this person's confirmation, oldest first."""
    if not actor.has_role(LEADS):
        return []
    wanted = sa.select(Patrol).where(_waits_for(actor)).options(orm.joinedload(Patrol.volunteer))
    return list(db.Session().scalars(wanted.order_by(Patrol.submitted_at, Patrol.id).limit(size)))


def _waits_for(actor):
    here = [
        Patrol.team_id.in_(actor.refs_with("team", LEADS)),
        *(db.prefix_range(Patrol.place_code, code) for code in actor.places_with(LEADS)),
    ]
    return sa.and_(Patrol.state == S.SUBMITTED, Patrol.volunteer_id != actor.id, sa.or_(*here))


def most_found(*, brand_id=None, team_id=None, days: int = 90, most: int = 6) -> list[Found]:
    """What confirmed patrols of the last days found most. One query."""
    since = clock.utcnow() - timedelta(days=days)
    n = sa.func.count().label("n")
    wanted = (
        sa.select(Finding.item, Category.name, Category.name_en, n)
        .join(Patrol, Patrol.id == Finding.patrol_id)
        .outerjoin(Category, sa.and_(Category.id == Finding.category_id, Finding.item.is_(None)))
        .where(Patrol.state == S.CONFIRMED, Patrol.ended_at >= since, Finding.hidden_at.is_(None))
        .group_by(Finding.item, Category.name, Category.name_en)
        .order_by(n.desc(), Finding.item, Category.name)
        .limit(most)
    )
    if brand_id is not None:
        wanted = wanted.where(Patrol.team_id.in_(sa.select(Team.id).where(Team.brand_id == brand_id)))
    if team_id is not None:
        wanted = wanted.where(Patrol.team_id == team_id)
    rows = db.Session().execute(wanted).all()
    return [
        Found(BY_NUMBER[r.item].seen, BY_NUMBER[r.item].seen, r.n) if r.item else Found(r.name, r.name_en, r.n)
        for r in rows
    ]


def list_categories() -> list[Category]:
    """Classes a finding may have, besides those that an item of the checklist stands for."""
    on_list = {identifier for item in BY_NUMBER.values() for identifier in item.categories}
    wanted = sa.select(Category).where(Category.retired.is_(False), Category.identifier.not_in(on_list))
    return list(db.Session().scalars(wanted.order_by(Category.family, Category.code)))


def led_on(findings) -> dict[int, list[Subject]]:
    """What each finding became (case, proposal) as others show it. One query, and one for each kind there is."""
    ids = [finding.id for finding in findings]
    if not ids:
        return {}
    session = db.Session()
    rows = list(
        session.scalars(
            sa.select(Link).where(Link.from_kind == "finding", Link.from_id.in_(ids)).order_by(Link.created_at)
        )
    )
    described = describe(session, {(row.to_kind, row.to_id) for row in rows})
    found: dict[int, list[Subject]] = {}
    for row in rows:
        if thing := described.get((row.to_kind, row.to_id)):
            found.setdefault(row.from_id, []).append(thing)
    return found
