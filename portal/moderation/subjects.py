"""Reports as the staff's ledger shows them. Never public."""

import sqlalchemy as sa

from portal.links import Subject, subject
from portal.moderation.models import Report
from portal.moderation.policy import scope_of
from portal.text.lazy import _l


@subject("report")
def reports(session, ids):
    for found in session.scalars(sa.select(Report).where(Report.id.in_(ids))):
        yield Subject(
            "report",
            found.id,
            f"{found.subject_kind} {found.subject_id}",
            "/staff/review",
            _l("Report of a reader"),
            scope_of(found),
            state=str(found.state),
            author_id=found.author_id,
            public=False,
        )
