"""How long something takes, in words."""

from datetime import timedelta
from typing import Any

from portal.text.lazy import _l, _ln


def how_long(length: timedelta) -> Any:
    """3 days 6 hours, 5 hours 20 minutes, 12 minutes."""
    minutes = max(0, int(length.total_seconds() // 60))
    days, hours = divmod(minutes // 60, 24)
    if days:
        return _l("%(days)s %(hours)s", days=_days(days), hours=_hours(hours)) if hours and days < 10 else _days(days)
    if hours:
        both = minutes % 60 and hours < 6
        return (
            _l("%(hours)s %(minutes)s", hours=_hours(hours), minutes=_minutes(minutes % 60)) if both else _hours(hours)
        )
    return _minutes(max(1, minutes))


def _days(n: int) -> Any:
    return _ln("%(num)s day", "%(num)s days", n)


def _hours(n: int) -> Any:
    return _ln("%(num)s hour", "%(num)s hours", n)


def _minutes(n: int) -> Any:
    return _ln("%(num)s minute", "%(num)s minutes", n)
