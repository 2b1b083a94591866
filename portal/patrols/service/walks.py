"""Beginning a patrol: now, or afterwards from memory."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from portal import audit, clock, outbox
from portal.accounts.models import User
from portal.brands.models import Team
from portal.db import transaction
from portal.errors import Conflict, NotFound
from portal.patrols import policy, privacy
from portal.patrols.errors import Wrong
from portal.patrols.events import PatrolMoved
from portal.patrols.models import LONGEST, Patrol
from portal.patrols.states import PatrolState
from portal.places import counts
from portal.places.models import Place
from portal.policy import require
from portal.text.clean import one_line
from portal.text.lazy import _l

LOOKBACK = timedelta(days=30)  # how long afterwards a patrol may be logged
MOST_COMPANIONS = 30


def start(
    actor, team_id: int, lane: str, place_code: str, companions: int = 0, client_key: str | None = None
) -> Patrol:
    """Set out now. The same form sent twice is one patrol; one person is on one patrol at a time."""
    with transaction() as session:
        alone(session, actor)
        if made := sent_before(session, Patrol, client_key, lambda patrol: patrol.volunteer_id == actor.id):
            return made
        if session.scalar(sa.select(Patrol.id).where(Patrol.volunteer_id == actor.id, _RUNNING).limit(1)):
            raise Conflict(_l("You are on patrol already. End that one first."))
        return _begin(
            session, actor, team_id, lane, place_code, companions, client_key, started_at=clock.utcnow(), ended_at=None
        )


def log(actor, team_id: int, lane: str, place_code: str, companions: int, started_at: datetime, ended_at: datetime,
        client_key: str | None = None) -> Patrol:  # fmt: skip
    """Write up a patrol that is over. Findings and the checklist follow, then it is handed in like any other."""
    with transaction() as session:
        alone(session, actor)
        if made := sent_before(session, Patrol, client_key, lambda patrol: patrol.volunteer_id == actor.id):
            return made
        if started_at < clock.utcnow() - LOOKBACK:
            raise Wrong("started_at", _l("Patrols are logged within %(days)s days.", days=LOOKBACK.days))
        check_times(session, actor, started_at, ended_at)
        return _begin(
            session, actor, team_id, lane, place_code, companions, client_key, started_at=started_at, ended_at=ended_at
        )


def check_times(session, actor, started_at: datetime, ended_at: datetime, not_id: int | None = None) -> None:
    """An end after the start, not in the future, at most twelve hours, and no second patrol at the same time."""
    now = clock.utcnow()
    if ended_at > now + timedelta(minutes=1):
        raise Wrong("ended_at", _l("The end lies in the future."))
    if ended_at <= started_at:
        raise Wrong("ended_at", _l("The end must be after the start."))
    if ended_at - started_at > LONGEST:
        raise Wrong("ended_at", _l("A patrol lasts at most %(hours)s hours. Enter when it really ended.", hours=12))
    other = sa.select(Patrol.id).where(
        Patrol.volunteer_id == actor.id, Patrol.state.not_in([PatrolState.PLANNED, PatrolState.WITHDRAWN]),
        Patrol.started_at < ended_at, sa.func.coalesce(Patrol.ended_at, sa.literal(now, Patrol.ended_at.type)) > started_at,
    )  # fmt: skip
    if not_id is not None:
        other = other.where(Patrol.id != not_id)
    if session.scalar(other.limit(1)):
        raise Wrong("started_at", _l("You have logged another patrol at that time."))


def alone(session, actor) -> None:
    """What one person does with patrols happens one after the other."""
    session.execute(sa.select(User.id).where(User.id == actor.id).with_for_update(key_share=True))


def sent_before(session, model, client_key: str | None, is_mine):
    """What the same form made when it was sent the first time."""
    if not client_key:
        return None
    made = session.scalars(sa.select(model).where(model.client_key == client_key)).one_or_none()
    if made is not None and not is_mine(made):
        raise Conflict(_l("This form was used before. Open it again."))
    return made


def _begin(session, actor, team_id, lane, place_code, companions, client_key, *, started_at, ended_at) -> Patrol:
    team = session.get(Team, team_id)
    if team is None:
        raise NotFound(_l("There is no such team."))
    require(policy.why_not_start(actor, team))
    lane, place = one_line(lane), session.get(Place, one_line(place_code)[:24])
    if not 2 <= len(lane) <= 60:
        raise Wrong("lane", _l("Which lane or post? 2 to 60 characters."))
    if place is None or place.retired_at or not place.code.startswith(team.place_code):
        raise Wrong("place", _l("Choose a place where this team works."))
    if not 0 <= companions <= MOST_COMPANIONS:
        raise Wrong("companions", _l("Between 0 and %(most)s companions.", most=MOST_COMPANIONS))
    if why := privacy.why_not(lane):
        raise Wrong("lane", why)
    patrol = Patrol(team_id=team.id, volunteer_id=actor.id, place_code=place.code, lane=lane, companions=companions, state=PatrolState.ON_PATROL,
                    started_at=started_at, ended_at=ended_at, checklist={}, by_hand=[], client_key=client_key or None)  # fmt: skip
    session.add(patrol)
    session.flush()
    audit.record(
        session,
        actor,
        "patrol.start",
        ("patrol", patrol.id),
        after=patrol.state,
        team=team.id,
        afterwards=ended_at is not None or None,
    )
    counts.moved(session, "patrol", patrol.place_code, None, patrol.state)
    outbox.publish(session, PatrolMoved(patrol.id, "start", actor.id))
    return patrol


_RUNNING = sa.and_(Patrol.state == PatrolState.ON_PATROL, Patrol.ended_at.is_(None))
