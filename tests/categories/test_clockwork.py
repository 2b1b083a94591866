"""When something is due: checked by hand around holidays, and against a slow second reckoning everywhere else."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.categories import clockwork
from portal.categories.models import LimitUnit as U
from portal.clock import BEIJING


def at(*parts) -> datetime:
    return datetime(*parts, tzinfo=BEIJING)


# 2026: Spring Festival 15 to 23 February, made up for on Saturday 14 and Saturday 28; National Day 1 to 7 October, made up
# for on Sunday 20 September and Saturday 10 October.
@pytest.mark.parametrize(("start", "value", "unit", "due"), [
    (at(2026, 5, 21, 9, 0), 4, U.WORK_HOUR, at(2026, 5, 21, 14, 0)),
    (at(2026, 5, 21, 9, 0), 3, U.WORK_HOUR, at(2026, 5, 21, 12, 0)),
    (at(2026, 5, 21, 12, 30), 3, U.WORK_HOUR, at(2026, 5, 21, 16, 0)),
    (at(2026, 5, 21, 17, 30), 1, U.WORK_HOUR, at(2026, 5, 22, 9, 30)),
    (at(2026, 5, 22, 17, 0), 2, U.WORK_HOUR, at(2026, 5, 25, 10, 0)),
    (at(2026, 5, 23, 3, 0), 8, U.WORK_HOUR, at(2026, 5, 25, 18, 0)),
    (at(2026, 2, 13, 16, 0), 4, U.WORK_HOUR, at(2026, 2, 14, 11, 0)),
    (at(2026, 2, 14, 17, 0), 2, U.WORK_HOUR, at(2026, 2, 24, 10, 0)),
    (at(2026, 2, 13, 16, 0), 1, U.WORK_DAY, at(2026, 2, 14, 18, 0)),
    (at(2026, 2, 13, 16, 0), 5, U.WORK_DAY, at(2026, 2, 27, 18, 0)),
    (at(2026, 2, 27, 16, 0), 1, U.WORK_DAY, at(2026, 2, 28, 18, 0)),
    (at(2026, 9, 19, 10, 0), 1, U.WORK_DAY, at(2026, 9, 20, 18, 0)),
    (at(2026, 9, 30, 10, 0), 3, U.WORK_DAY, at(2026, 10, 10, 18, 0)),
    (at(2026, 9, 30, 17, 0), 3, U.WORK_HOUR, at(2026, 10, 8, 11, 0)),
    (at(2025, 12, 31, 17, 0), 2, U.WORK_HOUR, at(2026, 1, 4, 10, 0)),
    (at(2026, 5, 22, 23, 0), 6, U.URGENT_HOUR, at(2026, 5, 23, 5, 0)),
    (at(2026, 2, 15, 8, 0), 7, U.CALENDAR_DAY, at(2026, 2, 22, 8, 0)),
])  # fmt: skip
def test_due_times_checked_by_hand(start, value, unit, due):
    assert clockwork.due_at(start, value, unit) == due


@pytest.mark.parametrize(("day", "worked"), [
    ((2026, 2, 14), True), ((2026, 2, 15), False), ((2026, 2, 16), False), ((2026, 2, 23), False), ((2026, 2, 24), True),
    ((2026, 2, 28), True), ((2026, 9, 20), True), ((2026, 10, 1), False), ((2026, 10, 7), False), ((2026, 10, 10), True),
    ((2026, 10, 11), False), ((2026, 5, 9), True), ((2026, 5, 5), False), ((2026, 1, 4), True), ((2026, 1, 2), False),
])  # fmt: skip
def test_holidays_and_the_weekends_that_make_up_for_them(day, worked):
    assert clockwork.is_working_day(date(*day)) is worked


def test_a_year_that_is_not_announced_yet_is_marked():
    assert clockwork.calendar_version(at(2026, 5, 1), at(2026, 5, 2)) == "office-1 CN2026"
    assert clockwork.calendar_version(at(2026, 12, 30), at(2027, 1, 4)) == "office-1 CN2026 CN2027?"


MOMENTS = st.integers(0, 2_000_000).map(lambda minutes: at(2024, 1, 1) + timedelta(minutes=minutes))


@given(MOMENTS, st.integers(1, 60))
def test_work_hours_agree_with_counting_minute_by_minute(start, hours):
    due, minutes, now = clockwork.due_at(start, hours, U.WORK_HOUR), 0, start
    while minutes < hours * 60:
        if not clockwork.is_working_day(now.date()):
            now = (now + timedelta(days=1)).replace(hour=0, minute=0)
            continue
        minutes += 9 <= now.hour < 12 or 13 <= now.hour < 18
        now += timedelta(minutes=1)
    assert due == now


@given(MOMENTS, st.integers(1, 40))
def test_work_days_end_when_the_office_closes_on_a_working_day(start, days):
    due = clockwork.due_at(start, days, U.WORK_DAY).astimezone(BEIJING)
    between = (start.date() + timedelta(days=n) for n in range(1, (due.date() - start.date()).days + 1))
    assert sum(clockwork.is_working_day(day) for day in between) == days
    assert (due.hour, due.minute) == (18, 0)


@given(MOMENTS, st.integers(1, 30), st.sampled_from(list(U)))
def test_more_time_is_never_due_earlier(start, value, unit):
    assert start < clockwork.due_at(start, value, unit) < clockwork.due_at(start, value + 1, unit)


@given(MOMENTS, st.integers(1, 30), st.sampled_from(list(U)), st.integers(0, 20_000), st.integers(0, 60_000))
def test_a_clock_that_stood_still_has_the_same_time_left(start, value, unit, ran, stood):
    due, stopped = clockwork.due_at(start, value, unit), start + timedelta(minutes=ran)
    now = stopped + timedelta(minutes=stood)
    again = clockwork.resumed(due, stopped, now, unit)
    if unit in clockwork.WORKING and stopped < due:
        assert clockwork.working_time(now, again) == clockwork.working_time(stopped, due)
    else:
        assert again - now == due - stopped


@given(MOMENTS, st.integers(1, 20), st.sampled_from(list(U)))
def test_a_quarter_lies_between_the_start_and_the_end(start, value, unit):
    due = clockwork.due_at(start, value, unit)
    assert start < clockwork.share_of(start, due, unit, 0.25) < due
