"""What a move is given, checked before anything changes: every need of the table is read here, whoever sends it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from portal.cases.models import Case
from portal.cases.states import MOVES, REASONS, REVIEW_DAYS, ClosingReason
from portal.clock import BEIJING, today, utcnow
from portal.errors import Invalid
from portal.text.clean import clean
from portal.text.lazy import _l

WORDS = 2000  # characters of a reason, a note, a result

MISSING = {
    "reason": _l("Write down the reason."), "reason_code": _l("Choose a reason from the list."),
    "lead_unit_id": _l("Choose the unit that leads."), "until": _l("Write by when it can be done."),
    "review_at": _l("Write on which day it is looked at again."), "result": _l("Write what was done."),
    "note": _l("Write what was seen on the spot."), "summary": _l("Write in one or two sentences how it ended."),
    "found": _l("Say whether the problem was found."),
}  # fmt: skip


def read(case: Case, action: str, given: dict[str, Any]) -> dict[str, Any]:
    """The given values, clean and complete. Raises Invalid with what to write."""
    out = {name: _read(case, action, name, given.get(name)) for name in MOVES[action].needs}
    for name in ("public_note", "note"):
        out.setdefault(name, text(given.get(name), name))
    return out


def _read(case: Case, action: str, name: str, value: Any) -> Any:
    if value in (None, "", []):
        raise Invalid(MISSING[name], field=name)
    if name == "reason_code":
        return _reason_code(action, value)
    if name in _READERS:
        return _READERS[name](case, value)
    words = text(value, name)
    if not words:
        raise Invalid(MISSING[name], field=name)
    return words


def text(value: Any, name: str = "") -> str:
    """Typed words, clean and not too long."""
    words = clean(value if isinstance(value, str) else "")
    if len(words) > WORDS:
        raise Invalid(_l("At most %(max)s characters, please shorten it.", max=WORDS), field=name)
    return words


def _reason_code(action: str, value: Any) -> ClosingReason:
    if not isinstance(value, str) or value not in {str(reason) for reason in REASONS[action]}:
        raise Invalid(MISSING["reason_code"], field="reason_code")
    return ClosingReason(value)


def _found(case: Case, value: Any) -> bool:
    if value in (True, "yes"):
        return True
    if value == "no":
        return False
    raise Invalid(MISSING["found"], field="found")


def _unit(case: Case, value: Any) -> int:
    return unit_id(value, "lead_unit_id")


def unit_id(value: Any, name: str = "lead_unit_id") -> int:
    """A unit's id as typed or picked."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**31:
        return value
    if isinstance(value, str) and value.isascii() and value.isdigit() and 0 < int(value[:11]) < 2**31:
        return int(value)
    raise Invalid(MISSING["lead_unit_id"], field=name)


def _until(case: Case, value: Any) -> datetime:
    now = utcnow()
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise Invalid(MISSING["until"], field="until")
    if value <= max(now, case.due_at or now):
        raise Invalid(_l("The new date has to be later than the present one."), field="until")
    if value > now + timedelta(days=366):
        raise Invalid(_l("At most one year ahead. Suspend the case if it takes longer."), field="until")
    return value


def _review(case: Case, value: Any) -> datetime:
    now = utcnow()
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise Invalid(MISSING["review_at"], field="review_at")
    if value <= now or value.astimezone(BEIJING).date() > today() + timedelta(days=REVIEW_DAYS):
        raise Invalid(
            _l("A suspended case is looked at again within %(days)s days.", days=REVIEW_DAYS), field="review_at"
        )
    return value


_READERS: dict[str, Callable[[Case, Any], Any]] = {
    "found": _found,
    "lead_unit_id": _unit,
    "until": _until,
    "review_at": _review,
}
