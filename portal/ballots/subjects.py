"""Ballots as others see them."""

import sqlalchemy as sa

from portal import links
from portal.ballots.models import Ballot
from portal.links import Subject, subject
from portal.text.lazy import _l


@subject("ballot")
def ballots(session, ids):
    found = list(session.scalars(sa.select(Ballot).where(Ballot.id.in_(ids))))
    above = links.describe(session, {(b.subject_kind, b.subject_id) for b in found})
    for b in found:
        about = above.get((b.subject_kind, b.subject_id))
        shown = about is None or about.public  # its question is the title of what is voted on
        yield Subject(
            "ballot", b.id, b.question, f"/ballots/{b.id}", _l("Ballot"), b.scope, b.state.value, public=shown
        )
