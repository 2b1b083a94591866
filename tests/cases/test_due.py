"""By when the step is owed that comes next: one answer for page, thread and desks, whatever the state."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal import clock
from portal.cases import face, queries, service
from portal.cases.models import Case, urgency_of
from portal.cases.states import ACCEPT_HOURS, DISPATCH_HOURS, DUE, MOVES, OPEN, RATING_DAYS, CaseSource, CaseState
from portal.policy import SYSTEM, Role
from tests.cases import scenes


@pytest.fixture
def s(session):
    return scenes.staff()


def come_to(s, state: str) -> Case:
    """A case in any of the states; the clock goes on before its last step, so that no two moments are the same. By less
    than a quarter of four work hours: whatever the hour, the case may still be returned."""
    ends = {
        "not_accepted": ("reported", s.acceptor, "not_accept", {"reason_code": "beyond_scope", "reason": "不归街道"}),
        "void": ("filed", s.supervisor, "void", {"reason_code": "test", "reason": "误录"}),
        "withdrawn": ("reported", s.resident, "withdraw", {}),
        "closed_abnormal": ("in_handling", s.command, "close_abnormal", {"reason_code": "ownership_dispute", "reason": "权属不清"}),
        "returned": ("dispatched", s.officer, "return", {"reason": "不归我们"}),
        "evaluated": ("closed", SYSTEM, "evaluate", {}),
    }  # fmt: skip
    if state not in ends:
        return scenes.at(s, state)
    before, who, action, given = ends[state]
    case = scenes.at(s, before)
    with clock.travel(minutes=30):
        return service.move(who, case.id, action, **given)


def after(moment: str, hours: int):
    return lambda case: getattr(case, moment) + timedelta(hours=hours)


def handling(case):
    return case.due_at


def none(case):
    return None


TABLE = {
    "reported": after("reported_at", ACCEPT_HOURS), "accepted": after("reported_at", DISPATCH_HOURS),
    "verifying": after("reported_at", DISPATCH_HOURS), "filed": after("reported_at", DISPATCH_HOURS), "dispatched": handling,
    "in_handling": handling, "returned": after("state_since", DISPATCH_HOURS), "redispatched": handling,
    "extension_requested": handling, "suspended": lambda case: case.review_at, "handled": none, "inspecting": none,
    "rework": handling, "closed": after("closed_at", RATING_DAYS * 24), "closed_abnormal": none, "not_accepted": none, "void": none,
    "withdrawn": none, "evaluated": none,
}  # fmt: skip


def test_every_state_has_its_row():
    assert set(TABLE) == {str(state) for state in CaseState}
    assert set(DUE) < OPEN


@pytest.mark.parametrize("state", TABLE)
def test_by_when_the_step_is_owed_that_comes_next(s, session, state):
    case = come_to(s, state)
    assert str(case.state) == state
    due = case.due_next
    assert due == TABLE[state](case)
    if case.state in OPEN:
        assert session.scalar(sa.select(queries.due_next()).where(Case.id == case.id)) == due
    if case.state in DUE:
        assert case.urgency == urgency_of(due)


@pytest.mark.parametrize("state", [str(state) for state in CaseState if state in OPEN])
def test_whatever_is_owed_and_not_done_is_overdue_for_everybody(s, state):
    case = come_to(s, state)
    owed = case.state in DUE
    for days, late in ((0, False), (400, owed)):
        with clock.travel(days=days, hours=1):
            now = clock.utcnow()
            assert case.is_late(now) is late
            assert (case in queries.list_cases(overdue=True).rows) is late
            assert (case in queries.desk(s.command, "overdue").rows) is late
            assert (face.read(case, now).tone == "alert") is late


def test_nobody_is_asked_to_rate_what_he_has_rated_or_what_its_proposal_is_rated_for(s):
    case = scenes.at(s, "closed")
    case.source = CaseSource.PROPOSAL
    assert case.due_next is None
    case.source, case.reporter_id = CaseSource.RESIDENT, None
    assert case.due_next is None
    case.reporter_id, case.rated_at = s.resident.id, case.closed_at
    assert case.due_next is None


def test_no_clock_runs_for_what_was_filed_before_the_portal(make):
    assert make.case(state="filed", source_ref="x:1").due_next is None


@pytest.mark.parametrize(("state", "row"), [
    ("reported", "Taken in by"), ("verifying", "Dispatched by"), ("returned", "Dispatched by"), ("in_handling", "Handling limit"),
    ("suspended", "Looked at again"), ("closed", "To be rated by"),
])  # fmt: skip
def test_the_page_of_a_case_says_by_when(client, s, state, row):
    case = come_to(s, state)
    page = client.sign_in(s.resident).get(f"/en/cases/{case.number}").text
    assert row in page
    assert f'datetime="{case.due_next.astimezone(clock.BEIJING):%Y-%m-%dT%H:%M}' in page


def test_a_residents_report_is_with_the_case_desk_until_somebody_looked_at_it_on_the_spot(s):
    case = scenes.reported(s)
    service.move(s.acceptor, case.id, "accept")
    assert (case.source, case.turn) == (CaseSource.RESIDENT, Role.ACCEPTOR)
    service.move(s.acceptor, case.id, "ask_verification")
    assert case.turn is Role.INSPECTOR
    service.move(s.inspector, case.id, "verify", found="yes", note="看到了")
    assert case.turn is Role.SHIFT_SUPERVISOR


def test_whoevers_turn_it_is_has_a_step_to_take(s):
    """What a page says to whom it waits for, that role can do."""
    for state in OPEN:
        case = come_to(s, state)
        role = case.turn or Role.UNIT_OFFICER
        can = [name for name, move in MOVES.items() if case.state in move.come_from and role in move.who]
        assert can, (state, role)
