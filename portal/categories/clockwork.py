"""When something is due, in working or calendar time (DOMAIN A4).

Work hours are those of `data/office_hours.json`, on Chinese working days: public holidays are off, and the weekends that
make up for them (调休) are worked. A work day counts from the day after the start and ends when the office closes. Urgent
hours and calendar days run day and night. A year whose make-up weekends are not announced yet is marked with "?" in the
calendar version kept on each case, so that nobody takes such a date for exact.
"""

import json
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from pathlib import Path

from portal.categories.models import LimitUnit
from portal.clock import BEIJING

_OFFICE = json.loads((Path(__file__).parent / "data" / "office_hours.json").read_text(encoding="utf-8"))
OFFICE_VERSION: str = _OFFICE["version"]
PERIODS = tuple((time.fromisoformat(start), time.fromisoformat(end)) for start, end in _OFFICE["periods"])
WORKING = (LimitUnit.WORK_HOUR, LimitUnit.WORK_DAY)


def due_at(start: datetime, value: int, unit: LimitUnit) -> datetime:
    """The moment by which `value` units have passed since `start`."""
    if unit is LimitUnit.CALENDAR_DAY:
        return start + timedelta(days=value)
    if unit is LimitUnit.URGENT_HOUR:
        return start + timedelta(hours=value)
    if unit is LimitUnit.WORK_HOUR:
        return add_working_time(start, timedelta(hours=value))
    day = start.astimezone(BEIJING).date()
    while value > 0:
        day += timedelta(days=1)
        value -= is_working_day(day)
    return _at(day, PERIODS[-1][1]).astimezone(start.tzinfo)


def share_of(start: datetime, due: datetime, unit: LimitUnit, share: float) -> datetime:
    """The moment at which this share of the time between start and due has passed, in the clock of the unit."""
    if unit in WORKING:
        return add_working_time(start, working_time(start, due) * share)
    return start + (due - start) * share


def resumed(due: datetime, stopped: datetime, now: datetime, unit: LimitUnit) -> datetime:
    """The new due time of a clock that stood still from `stopped` until `now` (K5)."""
    if unit in WORKING and stopped < due:
        return add_working_time(now, working_time(stopped, due))
    return due + (now - stopped)


def add_working_time(start: datetime, amount: timedelta) -> datetime:
    """`amount` of office time after `start`."""
    for opens, closes in _office(start):
        if closes - opens >= amount:
            return (opens + amount).astimezone(start.tzinfo)
        amount -= closes - opens
    raise AssertionError("the office never opens again")


def working_time(start: datetime, end: datetime) -> timedelta:
    """How much office time lies between two moments."""
    total = timedelta(0)
    for opens, closes in _office(start):
        if opens >= end:
            break
        total += min(closes, end) - opens
    return total


def is_working_day(day: date) -> bool:
    """Is the office open that day, by what is announced so far?"""
    off, made_up, _ = _year(day.year)
    return day in made_up or (day.weekday() < 5 and day not in off)


def calendar_version(start: datetime, end: datetime) -> str:
    """Which hours and which years' holidays a due time was computed with: "office-1 CN2026 CN2027?"."""
    years = range(start.astimezone(BEIJING).year, end.astimezone(BEIJING).year + 1)
    return " ".join([OFFICE_VERSION, *(f"CN{year}{'' if _year(year)[2] else '?'}" for year in years)])[:40]


def _office(start: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The stretches of office time from `start` on."""
    local = start.astimezone(BEIJING)
    for n in range(40_000):
        day = local.date() + timedelta(days=n)
        if is_working_day(day):
            for opens, closes in PERIODS:
                if _at(day, closes) > local:
                    yield max(_at(day, opens), local), _at(day, closes)


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, BEIJING)


@lru_cache(maxsize=64)
def _year(year: int) -> tuple[frozenset[date], frozenset[date], bool]:
    """(days off, weekends worked, announced?) of a year. The make-up weekends are announced the autumn before."""
    found = _holidays()(year)
    made_up = frozenset(day for day in found.weekend_workdays if day.year == year)
    return frozenset(found), made_up, bool(made_up)


@cache
def _holidays():
    import holidays  # only whoever computes a date needs it

    return lambda year: holidays.country_holidays("CN", years=[year])
