"""Reading reports: the queue of a place, and the public figures of a month."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from portal import db
from portal.moderation.models import Report, Reporter, ReportState


def waiting(places: list[str], spaces: Iterable[int] = ()):
    """The open reports of these places and below, or of these spaces; a statement for the review desk."""
    near = (db.prefix_range(Report.place_code, code) for code in places)
    mine = sa.or_(sa.false(), *near, Report.space_id.in_(list(spaces)))
    return sa.select(Report).where(Report.state == ReportState.REPORTED, mine)


def get_report(report_id: int) -> Report:
    return db.Session().get_one(Report, report_id)


def reporters(report_ids: list[int]) -> dict[int, list[Reporter]]:
    """Who reported and what they wrote; for the desk, which shows the notes and never the names. One query."""
    found: dict[int, list[Reporter]] = {}
    if report_ids:
        raised = sa.select(Reporter).where(Reporter.report_id.in_(report_ids)).order_by(Reporter.created_at)
        for one in db.Session().scalars(raised.limit(500)):
            found.setdefault(one.report_id, []).append(one)
    return found


def decided_since(places: list[str], since: datetime) -> dict[str, int]:
    """How many reports ended how since then, by state. One query."""
    mine = sa.or_(sa.false(), *(db.prefix_range(Report.place_code, code) for code in places))
    counted = sa.select(Report.state, sa.func.count()).where(Report.decided_at >= since, mine).group_by(Report.state)
    return {str(state): n for state, n in db.Session().execute(counted)}
