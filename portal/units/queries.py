"""Asking about units."""

from collections.abc import Iterable

import sqlalchemy as sa

from portal import db
from portal.places.models import codes_above
from portal.units.models import Unit, UnitKind

LEADS = frozenset({UnitKind.STREET, UnitKind.DEPARTMENT, UnitKind.COMPANY})  # may be made responsible (JSJB21 art 17)


def units_for(place_code: str) -> list[Unit]:
    """The units that work in a place: its own and those of every place around it, the nearest first. One query."""
    wanted = sa.select(Unit).where(Unit.place_code.in_(codes_above(place_code)), Unit.retired_at.is_(None))
    return sorted(db.Session().scalars(wanted), key=lambda unit: (-len(unit.place_code), unit.trade, unit.id))


def by_ids(ids: Iterable[int]) -> dict[int, Unit]:
    """Units by id; no query for an empty list."""
    ids = list(ids)
    if not ids:
        return {}
    return {unit.id: unit for unit in db.Session().scalars(sa.select(Unit).where(Unit.id.in_(ids)))}
