"""Stored counts: how many proposals, cases, … of each state a place has, kept in the transaction of the change."""

from collections import Counter, defaultdict
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import orm

from portal import db
from portal.places.models import Place, PlaceCount, codes_above


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


class Totals(NamedTuple):
    """How many things of a kind a place has, by state (zeros left out), and whether that is a good part of all there are."""

    by_state: dict[str, int]
    many: bool


def totals(session: orm.Session, kind: str, place_code: str) -> Totals:
    """Of one kind, in a place or (without one) everywhere. One statement."""
    if not place_code:
        return Totals(dict(session.execute(_EVERYWHERE, {"kind": kind}).tuples().all()), many=False)
    return of_every_kind(session, place_code, kind).get(kind, Totals({}, many=False))


def of_every_kind(session: orm.Session, place_code: str, kind: str | None = None) -> dict[str, Totals]:
    """Everything that is counted in a place, by kind. One statement."""
    top = codes_above(place_code)[0]
    wanted = _HERE_AND_ABOVE if kind is None else _HERE_AND_ABOVE.where(PlaceCount.kind == kind)
    here: defaultdict[str, dict[str, int]] = defaultdict(dict)
    everywhere: Counter = Counter()
    for code, what, state, n in session.execute(wanted, {"codes": {place_code, top}}):
        if code == top:
            everywhere[what] += n
        if code == place_code:
            here[what][state] = n
    return {what: Totals(states, sum(states.values()) ** 2 > 20 * everywhere[what]) for what, states in here.items()}


def inside(column, place_code, *, many: bool):
    """A place (its code, or the parameter that will hold it) and everything below it, for a list in an order of its own.

    A place with few rows is read by its code and then sorted. One that holds a good part of them all is better read in the
    order of the list until the page is full; a code that is not the bare column lets no index take the lead.
    """
    return db.prefix_range(column + sa.literal_column("''", sa.String) if many else column, place_code)


_HERE_AND_ABOVE = sa.select(PlaceCount.place_code, PlaceCount.kind, PlaceCount.state, PlaceCount.n).where(
    PlaceCount.place_code.in_(sa.bindparam("codes", expanding=True)), PlaceCount.n > 0)  # fmt: skip
_EVERYWHERE = db.plan_once(
    sa.select(PlaceCount.state, sa.cast(sa.func.sum(PlaceCount.n), sa.Integer))
    .where(
        PlaceCount.kind == sa.bindparam("kind"),
        PlaceCount.place_code.in_(sa.select(Place.code).where(Place.parent_code.is_(None))),
    )
    .group_by(PlaceCount.state)
)
