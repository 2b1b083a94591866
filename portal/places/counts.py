"""Stored counts: how many proposals, cases, … of each state a place has, kept in the transaction of the change."""

from collections import Counter

import sqlalchemy as sa
from sqlalchemy import orm

from portal import db
from portal.places.models import PlaceCount, codes_above


def moved(session: orm.Session, kind: str, place_code: str, before, after) -> None:
    """A thing of `kind` in a place went from one state to another; None means it was not there, or is gone."""
    changes: Counter = session.info.setdefault("place_counts", Counter())
    for state, by in ((before, -1), (after, +1)):
        if state is not None:
            for code in codes_above(place_code):
                changes[code, kind, str(state)] += by


@db.before_commit
def _write(session: orm.Session) -> None:
    changes = session.info.pop("place_counts", None)
    rows = [
        {"place_code": code, "kind": kind, "state": state, "n": by}
        for (code, kind, state), by in sorted((changes or {}).items())
        if by
    ]
    if rows:
        statement = db.insert(session, PlaceCount).values(rows)
        session.execute(
            statement.on_conflict_do_update(
                index_elements=["place_code", "kind", "state"], set_={"n": PlaceCount.n + statement.excluded.n}
            )
        )


def of(session: orm.Session, kind: str, place_code: str) -> dict[str, int]:
    """How many things of this kind the place has, by state (zeros left out). One query."""
    wanted = sa.select(PlaceCount.state, PlaceCount.n).where(
        PlaceCount.place_code == place_code, PlaceCount.kind == kind, PlaceCount.n > 0
    )
    return dict(session.execute(wanted).tuples().all())
