"""How others see a case."""

import sqlalchemy as sa
from sqlalchemy import orm

from portal import db
from portal.accounts import me
from portal.cases import shown
from portal.cases.models import Case
from portal.cases.states import LABELS
from portal.links import Subject, subject
from portal.moderation.service import reportable
from portal.places import counts
from portal.text.lazy import _l


@subject("case")
def cases(session, ids):
    for case in session.scalars(
        sa.select(Case).where(Case.id.in_(ids)).options(orm.joinedload(Case.category, innerjoin=True))
    ):
        yield Subject(
            "case", case.id, shown.plain_title(case), f"/cases/{case.number}", _l("Case"), case.scope, state=str(case.state),
            author_id=case.reporter_id, public=not case.is_hidden, thing=case,
        )  # fmt: skip


def _mine(actor):
    """What this person has reported, newest first."""
    mine = (
        sa.select(Case.title, Case.number, Case.state)
        .where(Case.reporter_id == actor.id)
        .order_by(Case.id.desc())
        .limit(10)
    )
    for title, number, state in db.Session().execute(mine):
        yield title, f"/cases/{number}", LABELS[state]


def _hide(session, case: Case, hide: bool) -> None:
    """A hidden case is not counted among those a place shows."""
    before, after = (case.state, None) if hide else (None, case.state)
    counts.moved(session, "case", case.place_code, before, after)


reportable("case", Case, hide=_hide, photos=True)
me.section(_l("What I reported"), _mine)
