"""Paging by key: every row once, in both directions, whatever is put into the address."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.links.models import Link
from portal.web import paging

START = datetime(2026, 5, 1, tzinfo=UTC)
KEYS = [Link.created_at, Link.to_id]


def fill(session, moments):
    session.execute(sa.delete(Link))
    session.execute(sa.insert(Link), [
        {"from_kind": "a", "from_id": 1, "to_kind": "b", "to_id": n, "created_at": START + timedelta(minutes=m)} for n, m in enumerate(moments)
    ])  # fmt: skip


def page(session, **at):
    return paging.by_key(session, sa.select(Link), KEYS, size=3, **at)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(moments=st.lists(st.integers(0, 4), min_size=1, max_size=14))
def test_there_and_back_again_every_row_is_seen_once(session, moments):
    fill(session, moments)
    expected = sorted(range(len(moments)), key=lambda n: (moments[n], n), reverse=True)
    there, cursor, pages = [], None, []
    while True:
        one = page(session, after=cursor)
        pages.append([row.to_id for row in one.rows])
        there += pages[-1]
        if not one.older:
            break
        cursor = one.older
    assert there == expected
    for wanted in reversed(pages[:-1]):
        one = page(session, before=one.newer)
        assert [row.to_id for row in one.rows] == wanted
        assert one.older
    assert one.newer is None


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(weights=st.lists(st.integers(1, 6), min_size=1, max_size=12))
def test_pages_of_heavy_rows_are_short_and_lose_none(session, weights):
    fill(session, [0] * len(weights))

    def rows(**at):
        one = page(session, weight=lambda row: weights[row.to_id], **at)
        found = [row.to_id for row in one.rows]
        assert sum(weights[n] for n in found) <= 3 or len(found) == 1
        return one, found

    last, there = rows()
    while last.older:
        last, found = rows(after=last.older)
        there += found
    assert there == list(reversed(range(len(weights))))
    one, back = last, [row.to_id for row in last.rows]
    while one.newer:
        one, found = rows(before=one.newer)
        back = found + back
    assert back == there


def test_one_page_has_no_neighbours(session):
    fill(session, [1, 2, 3])
    one = page(session)
    assert (len(one.rows), one.older, one.newer) == (3, None, None)


def test_an_empty_list_is_a_page(session):
    one = page(session)
    assert one == paging.Page([], None, None, None)


def test_a_row_that_is_new_meanwhile_shifts_nothing(session):
    fill(session, [1, 2, 3, 4, 5])
    first = page(session)
    session.add(Link(from_kind="a", from_id=1, to_kind="b", to_id=99, created_at=START + timedelta(days=1)))
    session.flush()
    assert [row.to_id for row in page(session, after=first.older).rows] == [1, 0]


@pytest.mark.parametrize("cursor", [
    "x", "....", "eA", "W10", "WzFd", "bnVsbA", "e30", "WyIyMDI2LTA1LTAxIiwxXQ", "WyJ4IiwxXQ", "WyIyMDI2LTA1LTAxVDAwOjAwOjAwKzAwOjAwIix0cnVlXQ",
    "WyIyMDI2LTA1LTAxVDAwOjAwOjAwKzAwOjAwIiw5OTk5OTk5OTk5OTk5OTk5OTld", "W" * 400, "中文", "\x00", "W1tbW1tbW1tbW1tbW1tbW1tb", "' OR 1=1 --",
    "WyIwMDAxLTAxLTAxVDAwOjAwOjAwKzIzOjU5IiwxXQ", "WyI5OTk5LTEyLTMxVDIzOjU5OjU5LTIzOjU5IiwxXQ",
])  # fmt: skip
def test_a_malformed_cursor_is_the_first_page(session, cursor):
    fill(session, [1, 2, 3, 4, 5])
    for at in ({"after": cursor}, {"before": cursor}):
        assert [row.to_id for row in page(session, **at).rows] == [4, 3, 2]
