"""Places as others see them."""

import sqlalchemy as sa

from portal.links import Subject, subject
from portal.places.models import Place
from portal.text.lazy import _l


@subject("place")
def places(session, ids):
    """Official places only: their codes are numbers."""
    for place in session.scalars(sa.select(Place).where(Place.code.in_([str(ident) for ident in ids]))):
        yield Subject("place", int(place.code), place.name, f"/places/{place.code}", _l("Place"), place.scope)
