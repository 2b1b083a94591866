"""Case numbers."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from portal import db
from portal.cases import numbers, queries
from portal.cases.models import Case
from portal.errors import Conflict, NotFound
from tests.cases import scenes

SERIALS = st.tuples(st.integers(2024, 2099), st.integers(1, 999_999))


def test_a_number_is_read_out_in_groups():
    assert numbers.grouped(numbers.compose(2026, 427)) == "2026-0004-27-5"


@given(SERIALS, st.integers(0, 10), st.integers(1, 9))
def test_every_single_wrong_digit_is_noticed(serial, position, by):
    right = numbers.compose(*serial)
    wrong = right[:position] + str((int(right[position]) + by) % 10) + right[position + 1 :]
    assert numbers.is_right(right)
    assert not numbers.is_right(wrong)


@given(SERIALS, st.integers(0, 9))
def test_two_neighbours_exchanged_are_noticed(serial, position):
    right = numbers.compose(*serial)
    wrong = right[:position] + right[position + 1] + right[position] + right[position + 2 :]
    assert numbers.is_right(wrong) is (wrong == right)


@pytest.mark.parametrize(
    "typed", ["2026-0004-27-5", "20260004275", " 2026 0004 27 5 ", "2026.0004.27.5", "２０２６-0004-27-5"]
)
def test_any_spacing_finds_the_case(session, make, typed):
    case = make.case(number="20260004275")
    assert queries.get_case(typed).id == case.id


@pytest.mark.parametrize(("typed", "sentence"), [
    ("2026-0004-27-6", "typo"), ("2026-0004-27", "typo"), ("2026-0004-28-8", "typo|no case"), ("x", "no case"), ("", "no case"),
    ("9" * 400, "no case"), ("٢٠٢٦٠٠٠٤٢٧٥", "no case"), ("2026\x00", "no case"),
])  # fmt: skip
def test_what_is_not_found_is_said_in_a_sentence(session, typed, sentence):
    with pytest.raises(NotFound, match=sentence):
        queries.get_case(typed)


def test_numbers_have_no_gaps_and_no_twins_under_eight_threads(real_db):
    s = scenes.staff()
    category = s.category.id

    def report(n):
        with db.scope():
            case = scenes.service.report(s.resident, title=f"事 {n}", description="", category_id=category,
                                         place_code=scenes.factories.COMMUNITY, uploads=[scenes.photo()])  # fmt: skip
            return case.number

    with ThreadPoolExecutor(8) as pool:
        given = sorted(pool.map(report, range(24)))
    with db.scope():
        kept = sorted(db.Session().scalars(sa.select(Case.number)))
    assert given == kept
    assert [int(n[4:10]) for n in given] == list(range(1, 25))


def test_two_dispatchers_at_once_leave_one_dispatch(real_db):
    s = scenes.staff()
    case_id = scenes.at(s, "filed").id
    units = [s.unit.id, s.other.id]

    def dispatch(unit):
        with db.scope():
            try:
                scenes.service.move(s.dispatcher, case_id, "dispatch", lead_unit_id=unit)
                return "done"
            except Conflict:
                return "conflict"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(dispatch, units)) == ["conflict", "done"]
