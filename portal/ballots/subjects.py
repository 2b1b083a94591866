"""Ballots as others see them."""

import sqlalchemy as sa

from portal.ballots.models import Ballot
from portal.links import Subject, subject
from portal.text.lazy import _l


@subject("ballot")
def ballots(session, ids):
    for b in session.scalars(sa.select(Ballot).where(Ballot.id.in_(ids))):
        yield Subject("ballot", b.id, b.question, f"/ballots/{b.id}", _l("Ballot"), b.scope, b.state.value)
