"""Demo content: everything is done by the portal's own services, at the moments at which it is said to have happened.

Each story is a generator: it does something, then yields how many days before now it goes on. The stories are told
together in order of time, with the deadlines that fall due in between, so that the ledger reads like two real months.
People do things by day, the worker follows each of them at once.
"""

import heapq
import itertools
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, time, timedelta

import sqlalchemy as sa

from portal import audit, clock, db, outbox
from portal.accounts.models import User
from portal.brands.models import Brand
from portal.categories.models import Category
from portal.demo import cases, exits, proposals, waiting
from portal.demo.cast import QIANHAI, Cast
from portal.places.models import Place
from portal.policy import SYSTEM

MARK = "resident"  # whose account tells that the stories were begun
TOLD = ("demo", "content")  # what the ledger says when all are told
MORNING, DUSK = time(8, 30), time(19, 30)  # before the deadlines of the evening, in Beijing
TOLD_AT = 0.5  # the share of today that lies behind whoever tells the stories, whatever the hour of loading


def missing() -> list[str]:
    """What has to be loaded before the stories can be told."""
    session = db.Session()
    wanted = {
        "places": sa.select(Place.code).where(Place.code == QIANHAI),
        "categories": sa.select(Category.id),
        "brands": sa.select(Brand.id),
    }
    return [name for name, rows in wanted.items() if session.scalar(rows.limit(1)) is None]


class HalfTold(Exception):
    """Loading was interrupted: the stories stand in the database up to somewhere."""


def load(progress: Callable[[str], None] = lambda what: None) -> bool:
    """Tell all stories; returns False when they were told before. Places, categories and brands must be loaded.

    Raises HalfTold where it was interrupted before its end.
    """
    if audit.history(db.Session(), [TOLD]):
        return False
    if db.Session().scalar(sa.select(User.id).where(User.username == MARK)):
        raise HalfTold
    now = clock.utcnow()
    with clock.at(moment_of(80, now)):
        cast = Cast.assemble(progress)
    tell([*proposals.stories(cast), *exits.stories(cast), *cases.stories(cast), *waiting.stories(cast)], now, progress)
    with db.transaction() as session:
        audit.record(session, SYSTEM, "demo.told", TOLD)
    return True


def moment_of(days: float, now: datetime) -> datetime:
    """What a story calls so many days ago: always by day in Beijing, today between this morning and `now`."""
    back, share = divmod(TOLD_AT - days, 1)
    date = now.astimezone(clock.BEIJING).date() + timedelta(days=back)
    first, last = (datetime.combine(date, hour, clock.BEIJING) for hour in (MORNING, DUSK))
    if back == 0:
        first, last, share = min(first, now - timedelta(hours=1)), now, share / TOLD_AT
    return (first + share * (last - first)).astimezone(UTC)


def tell(stories: Iterable[Iterator[float]], now: datetime, progress: Callable[[str], None]) -> None:
    """Run the stories in order of time. A story that yields 12.5 goes on twelve and a half days before `now`."""
    order = itertools.count()
    waiting: list[tuple[float, int, Iterator[float]]] = []
    for story in stories:
        heapq.heappush(waiting, (-next(story), next(order), story))
    day, evening = None, clock.days_later(now - timedelta(days=81), 1)
    while waiting:
        days, _, story = heapq.heappop(waiting)
        moment = moment_of(-days, now)
        while evening <= min(moment, now):  # deadlines fall in the evening, and the worker is there
            with clock.at(evening):
                _catch_up()
            evening += timedelta(days=1)
        if moment.date() != day:
            day = moment.date()
            progress(f"{day:%Y-%m-%d}")
        with clock.at(moment):
            following = next(story, None)
            _catch_up()
        if following is not None:
            heapq.heappush(waiting, (max(-following, days), next(order), story))
    while evening <= now:
        with clock.at(evening):
            _catch_up()
        evening += timedelta(days=1)
    _catch_up()


def _catch_up() -> None:
    outbox.run_due()
    while outbox.sweep(grace=timedelta(0)):
        pass
