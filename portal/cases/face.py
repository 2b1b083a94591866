"""The clock of a case in words: how long until the limit, standing still, overdue, or over."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from portal.cases.models import Case
from portal.cases.states import CLOSED_STATES, DUE, CaseState
from portal.text.lazy import _l
from portal.text.lengths import how_long


class Face(NamedTuple):
    """What the clock shows. `kind` is none, accept, dispatch, running, overdue, stopped, suspended, or over."""

    kind: str
    title: Any
    span: Any
    tone: str = ""
    share: float = 0.0  # of the time that has passed


def read(case: Case, now: datetime) -> Face:
    """The clock of a case as it stands now."""
    if case.state in CLOSED_STATES:
        late = case.overdue_once or (
            case.due_at is not None and (case.stopped_at or case.closed_at or now) > case.due_at
        )
        return Face("over", _l("Finished late") if late else _l("Finished"), None, "alert" if late else "good", 1.0)
    if case.state is CaseState.SUSPENDED:
        if case.review_at is not None and now > case.review_at:
            return Face("suspended", _l("Has to be looked at again"), None, "alert")
        return Face("suspended", _l("The clock stands still"), None, "now")
    if case.due_next is not None:
        return _running(case, case.due_next, now)
    if case.due_at is None or case.stopped_at is None:
        return Face("none", _l("No limit runs at present"), None)
    late = case.stopped_at > case.due_at
    title = _l("Handled late") if late else _l("The clock stands still")
    return Face(
        "stopped", title, None, "alert" if late else "", _share(case.dispatched_at, case.due_at, case.stopped_at)
    )


RUNNING = {
    "accept_due_at": ("accept", _l("Time left to take it in")),
    "dispatch_due_at": ("dispatch", _l("Time left to dispatch it")),
    "due_at": ("running", _l("Time left until the handling limit")),
}


def _running(case: Case, due: datetime, now: datetime) -> Face:
    if now > due:
        return Face("overdue", _l("Overdue by"), how_long(now - due), "alert", 1.0)
    kind, title = RUNNING[DUE[case.state]]
    start = case.state_since if case.state is CaseState.RETURNED else case.reported_at
    if kind == "running":
        start = case.dispatched_at or start
    return Face(
        kind, title, how_long(due - now), "now" if due - now < timedelta(hours=24) else "", _share(start, due, now)
    )


def short(case: Case, now: datetime) -> tuple[Any, str]:
    """(words, tone) for the last column of a list; tone "" is unremarkable."""
    face = read(case, now)
    if face.kind == "overdue":
        return _l("Overdue %(span)s", span=face.span), "alert"
    if face.kind == "accept":
        return _l("Take in within %(span)s", span=face.span), face.tone
    if face.kind == "dispatch":
        return _l("Dispatch within %(span)s", span=face.span), face.tone
    if face.kind == "running":
        return _l("%(span)s left", span=face.span), face.tone
    return face.title, face.tone


def _share(start: datetime | None, due: datetime, now: datetime) -> float:
    if start is None or due <= start:
        return 1.0
    return max(0.0, min(1.0, (now - start) / (due - start)))
