"""Creating and closing teams, and the counts that patrols bring."""

import sqlalchemy as sa

from portal import audit, clock, db, outbox
from portal.accounts import service as accounts
from portal.brands import policy
from portal.brands.events import TeamCreated
from portal.brands.models import Brand, Team
from portal.brands.service.members import person, recount
from portal.db import transaction
from portal.errors import Invalid
from portal.places.models import Place
from portal.policy import Role, require
from portal.text.clean import clean, one_line
from portal.text.lazy import _l


def create_team(
    actor, *, brand_id: int, place_code: str, name: str, about: str = "", lead: str = "", client_key: str | None = None
) -> Team:
    """Set up a brand's team in a street or community, with its first lead if a user name is given."""
    with transaction() as session:
        place_code, name, about = one_line(place_code)[:24], one_line(name), clean(about)
        require(policy.why_not_create_team(actor, place_code))
        # two equal forms sent at once wait for each other here: the second finds the team of the first
        brand = session.get(Brand, brand_id, with_for_update=True)
        if client_key and (made := session.scalars(sa.select(Team).where(Team.client_key == client_key)).one_or_none()):
            return made
        place = session.get(Place, place_code)
        if brand is None or place is None or place.retired_at:
            raise Invalid(_l("Choose a brand and a street."))
        if not place.code.startswith(brand.place_code):
            raise Invalid(_l("This brand belongs to another district."))
        if not 2 <= len(name) <= 40 or len(about) > 600:
            raise Invalid(_l("Give the team a name of 2 to 40 characters; at most 600 about what it does."))
        team = Team(brand_id=brand.id, place_code=place.code, name=name, about=about, client_key=client_key or None)
        session.add(team)
        session.flush()
        _count_teams(session, brand.id, +1)
        audit.record(
            session, actor, "team.create", ("team", team.id), role=Role.PLACE_ADMIN, brand=brand.slug, place=place.code
        )
        outbox.publish(session, TeamCreated(team.id, actor.id))
        if lead:
            accounts.give(session, actor, person(session, lead).id, Role.TEAM_LEAD, ("team", team.id))
            recount(session, team)
        return team


def close_team(actor, team_id: int) -> Team:
    """End a team; its patrols stay. Doing it again changes nothing."""
    with transaction() as session:
        team = db.locked(session, Team, team_id)
        if team.closed_at:
            return team
        require(policy.why_not_appoint(actor, team))
        team.closed_at = clock.utcnow()
        _count_teams(session, team.brand_id, -1)
        audit.record(session, actor, "team.close", ("team", team.id), role=Role.PLACE_ADMIN)
        return team


def patrol_confirmed(session, team_id: int, *, findings: int, on_spot: int) -> None:
    """A patrol of this team counts from now on: in the caller's transaction, for team and brand."""
    for table, here in (
        (Team, Team.id == team_id),
        (Brand, Brand.id == sa.select(Team.brand_id).where(Team.id == team_id).scalar_subquery()),
    ):
        session.execute(sa.update(table).where(here).values(
            patrol_count=table.patrol_count + 1, finding_count=table.finding_count + findings, on_spot_count=table.on_spot_count + on_spot,
        ).execution_options(synchronize_session=False))  # fmt: skip


def _count_teams(session, brand_id: int, by: int) -> None:
    more = sa.update(Brand).where(Brand.id == brand_id).values(team_count=Brand.team_count + by)
    session.execute(more.execution_options(synchronize_session=False))
