"""Reading brands, teams and applications."""

import sqlalchemy as sa
from sqlalchemy import orm

from portal import db
from portal.brands.models import ApplicationKind, ApplicationState, Brand, Team, TeamApplication
from portal.places.models import LENGTHS, Place
from portal.web.paging import Page, by_key


def list_brands() -> list[Brand]:
    """All brands with their place, in the order they were loaded."""
    return list(db.Session().scalars(sa.select(Brand).options(orm.joinedload(Brand.place)).order_by(Brand.id)))


def get_team(ident: int) -> Team:
    """With brand and place. Raises NoResultFound."""
    return db.Session().scalars(_teams().where(Team.id == ident)).one()


def find_teams(ids) -> list[Team]:
    """These teams, with brand and place, closed ones left out."""
    ids = list(ids)
    if not ids:
        return []
    return list(db.Session().scalars(_teams().where(Team.id.in_(ids), Team.closed_at.is_(None)).order_by(Team.id)))


def list_teams(
    brand_id: int | None = None, place_code: str | None = None, *, size: int = 20, after=None, before=None
) -> Page:
    """Open teams of a brand or in a place, newest first."""
    wanted = _teams().where(Team.closed_at.is_(None))
    if brand_id is not None:
        wanted = wanted.where(Team.brand_id == brand_id)
    if place_code is not None:
        wanted = wanted.where(db.prefix_range(Team.place_code, place_code))
    return by_key(db.Session(), wanted, [Team.id], size=size, after=after, before=before)


def applications(team_id: int) -> list[TeamApplication]:
    """What waits for an answer in a team, with the person, oldest first; at most fifty are shown at once."""
    waiting = sa.select(TeamApplication).where(TeamApplication.team_id == team_id, _WAITING)
    return list(
        db.Session().scalars(
            waiting.options(orm.joinedload(TeamApplication.user)).order_by(TeamApplication.id).limit(50)
        )
    )


def my_application(team_id: int, user_id: int | None) -> TeamApplication | None:
    """What of mine waits for an answer in that team."""
    if user_id is None:
        return None
    mine = sa.select(TeamApplication).where(
        TeamApplication.team_id == team_id, TeamApplication.user_id == user_id, _WAITING
    )
    return db.Session().scalars(mine).one_or_none()


def my_invitations(user_id: int) -> list[TeamApplication]:
    """The invitations to teams a person has not answered yet, with the team."""
    mine = sa.select(TeamApplication).where(
        TeamApplication.user_id == user_id, TeamApplication.kind == ApplicationKind.INVITE, _WAITING
    )
    return list(
        db.Session().scalars(mine.options(orm.joinedload(TeamApplication.team)).order_by(TeamApplication.id).limit(50))
    )


def places_for_team(code: str) -> list[Place]:
    """A place and the places one level below it, for a team that works there."""
    here = sa.or_(Place.code == code, Place.parent_code == code)
    return list(
        db.Session().scalars(sa.select(Place).where(here, Place.retired_at.is_(None)).order_by(Place.code).limit(200))
    )


def streets_of(codes: list[str]) -> list[Place]:
    """The streets inside these places (or the community itself), for the form that creates a team."""
    if not codes:
        return []
    inside = sa.or_(*(db.prefix_range(Place.code, code) for code in codes))
    street = sa.func.length(Place.code) == LENGTHS[2]
    wanted = sa.select(Place).where(sa.or_(sa.and_(inside, street), Place.code.in_(codes)), Place.retired_at.is_(None))
    return list(db.Session().scalars(wanted.order_by(Place.code).limit(400)))


def _teams():
    return sa.select(Team).options(orm.joinedload(Team.brand), orm.joinedload(Team.place))


_WAITING = TeamApplication.state == ApplicationState.WAITING
