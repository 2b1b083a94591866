"""Reading reports: the queue of a place, and the public figures of a month."""

from datetime import datetime

import sqlalchemy as sa

from portal import db
from portal.moderation.models import HIDE_REASONS, HideReason, Report, Reporter, ReportState


def waiting(places: list[str]):
    """The open reports of these places and below, as a statement; for the review desk."""
    mine = sa.or_(sa.false(), *(db.prefix_range(Report.place_code, code) for code in places))
    return sa.select(Report).where(Report.state == ReportState.REPORTED, mine)


def get_report(report_id: int) -> Report:
    return db.Session().get_one(Report, report_id)


def notes(report_ids: list[int]) -> dict[int, list[Reporter]]:
    """What reporters wrote, for moderators only; never who they are. One query."""
    found: dict[int, list[Reporter]] = {}
    if report_ids:
        written = (
            sa.select(Reporter)
            .where(Reporter.report_id.in_(report_ids), Reporter.note != "")
            .order_by(Reporter.created_at)
        )
        for one in db.Session().scalars(written.limit(200)):
            found.setdefault(one.report_id, []).append(one)
    return found


def decided_since(places: list[str], since: datetime) -> dict[str, int]:
    """How many reports ended how since then, by state. One query."""
    mine = sa.or_(sa.false(), *(db.prefix_range(Report.place_code, code) for code in places))
    counted = sa.select(Report.state, sa.func.count()).where(Report.decided_at >= since, mine).group_by(Report.state)
    return {str(state): n for state, n in db.Session().execute(counted)}


def reason_label(code: str | None):
    """The broken rule in words; for stubs."""
    return HIDE_REASONS[HideReason(code)] if code in set(HideReason) else None
