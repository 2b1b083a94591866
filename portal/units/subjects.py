"""How others see a unit."""

import sqlalchemy as sa

from portal.links import Subject, subject
from portal.text.lazy import _l
from portal.units.models import Unit


@subject("unit")
def units(session, ids):
    for unit in session.scalars(sa.select(Unit).where(Unit.id.in_(ids))):
        yield Subject("unit", unit.id, unit.name, "", _l("Unit"), unit.scope)
