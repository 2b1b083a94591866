"""Starting, stopping and resuming the handling clock of a case (DOMAIN A4, K3 to K5)."""

from datetime import datetime, timedelta

from portal.cases.models import Case, urgency_of
from portal.cases.states import DUE, Clock
from portal.categories import clockwork
from portal.categories.models import Category, LimitUnit


def run(session, case: Case, what: Clock, now: datetime) -> None:
    """Do to the clock what the move says. What was overdue once stays marked, whatever the clock does next."""
    if what is Clock.KEEP:
        return
    if case.is_overdue(now):
        case.overdue_once = True
    if what is Clock.STOP:
        case.stopped_at = case.stopped_at or now
    elif what is Clock.START:
        _start(session, case, now)
    elif case.stopped_at is not None and case.due_at is not None:
        case.due_at = clockwork.resumed(case.due_at, case.stopped_at, now, _unit(case))
        case.stopped_at = None
        _note(case, now)


def extend(case: Case, until: datetime, now: datetime) -> None:
    """A new due time by grant; granted too late, the case stays marked as overdue (K3)."""
    if case.is_overdue(now):
        case.overdue_once = True
    case.due_at = until
    _note(case, now)


def _start(session, case: Case, now: datetime) -> None:
    if case.limit_value is None or case.limit_unit is None:  # a case that began before limits were copied
        category = session.get_one(Category, case.category_id)
        case.limit_value, case.limit_unit = category.limit_value, category.limit_unit
    case.due_at = clockwork.due_at(now, case.limit_value, _unit(case))
    case.first_due_at = case.first_due_at or case.due_at
    case.stopped_at = None
    _note(case, now)


def _note(case: Case, now: datetime) -> None:
    """Everything that follows from a new due time."""
    if case.due_at is None:
        return
    case.supervise_at = clockwork.due_at(case.due_at, case.limit_value or 1, _unit(case))
    case.calendar_version = clockwork.calendar_version(now, case.supervise_at)


def rank(case: Case) -> None:
    """Where the desks list it: by when the step is owed that comes next. What has no limit keeps its place."""
    if case.state in DUE and case.due_next is not None:
        case.urgency = urgency_of(case.due_next)


def return_until(case: Case, now: datetime) -> datetime:
    """A wrong dispatch is to be noticed within a quarter of the limit."""
    due = case.due_at or now + timedelta(hours=1)
    return clockwork.share_of(now, due, _unit(case), 0.25)


def _unit(case: Case) -> LimitUnit:
    return case.limit_unit or LimitUnit.CALENDAR_DAY
