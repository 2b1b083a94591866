"""Any sequence of moves by anybody keeps the invariants of DOMAIN K that concern cases: K1 to K5 and K14."""

from datetime import timedelta
from itertools import pairwise
from types import SimpleNamespace

import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from portal import audit, clock, db
from portal.cases import policy, service
from portal.cases.models import Case
from portal.cases.states import FINAL, MOVES, CaseState
from portal.errors import Invalid, PortalError
from portal.places.models import PlaceCount
from portal.policy import SYSTEM, Role
from tests.cases import scenes
from tests.factories import CITY, STREET, make_grant

PEOPLE = (
    "acceptor",
    "supervisor",
    "dispatcher",
    "inspector",
    "command",
    "officer",
    "other_officer",
    "resident",
    "stranger",
    "mixed",
)


STARTS = (
    "in_handling",
    "dispatched",
    "filed",
    "handled",
    "inspecting",
    "rework",
    "suspended",
    "returned",
    "closed",
    "reported",
)


class Life(RuleBasedStateMachine):
    start: str  # a state on the straight way, or one step beside it

    def __init__(self):
        super().__init__()
        self.hours = 0.0
        self.s: SimpleNamespace = STAFF[0]

    @initialize()
    def begin(self):
        """A case that has come some way."""
        with clock.travel(hours=self.hours):
            self.case = scenes.at(self.s, self.start)
        self.first_due, self.was_overdue = None, False

    @rule()
    @precondition(lambda self: self.case.state in FINAL)
    def another_one(self):
        self.begin()

    def given(self, action, lead):
        with clock.travel(hours=self.hours):
            now = clock.utcnow()
        pool = {
            "reason": "理由", "reason_code": "out_of_area" if action in ("not_accept", "void") else "ownership_dispute",
            "lead_unit_id": getattr(self.s, lead).id, "until": (self.case.due_at or now) + timedelta(days=9), "review_at": now + timedelta(days=9),
            "result": "办了", "note": "看了", "summary": "完了", "found": "yes",
            "uploads": [scenes.photo()] if action == "report_handled" else (),
        }  # fmt: skip
        return {k: pool[k] for k in (*MOVES[action].needs, "uploads")}

    def attempt(self, actor, action, lead="unit"):
        with clock.travel(hours=self.hours):
            due, late = self.case.due_at, self.case.is_overdue(clock.utcnow())
            allowed = policy.why_not_move(actor, self.case, action) is None
            if action in ("dispatch", "redispatch") and lead == "community":  # K14
                DONE.update(["no committee"] if allowed else [])
                allowed = False
            try:
                self.case = service.move(actor, self.case.id, action, **self.given(action, lead))
                refused = False
                assert not late or self.case.due_at == due or self.case.overdue_once  # K3
                assert action != "resume" or self.case.due_at >= due  # K5
                DONE.update([action], ["granted too late"] if late and action == "grant_extension" else [])
            except Invalid:  # allowed, but the demo values do not fit (a date that has passed meanwhile)
                refused = not allowed
            except PortalError:
                refused = True
        assert refused is not allowed

    leads = st.sampled_from(["unit", "other", "community"])

    @rule(who=st.sampled_from(PEOPLE), action=st.sampled_from(sorted(MOVES)), lead=leads)
    def anybody_tries_anything(self, who, action, lead):
        self.attempt(getattr(self.s, who), action, lead)

    @rule(action=st.sampled_from(["reopen", "evaluate"]))
    @precondition(lambda self: self.case.state in (CaseState.CLOSED, CaseState.EVALUATED, CaseState.CLOSED_ABNORMAL))
    def the_portal_acts(self, action):
        self.attempt(SYSTEM, action)

    @rule()
    @precondition(lambda self: self.case.state is CaseState.IN_HANDLING)
    def more_time_is_granted_too_late(self):
        mine = self.case.lead_unit_id == self.s.unit.id
        self.attempt(self.s.officer if mine else self.s.other_officer, "ask_extension")
        self.hours += 30
        self.attempt(self.s.supervisor, "grant_extension")

    @rule()
    @precondition(lambda self: self.case.state is CaseState.SUSPENDED)
    def it_goes_on_after_a_while(self):
        self.hours += 30
        self.attempt(self.s.command, "resume")

    @rule(lead=leads)
    @precondition(lambda self: self.case.state in (CaseState.FILED, CaseState.RETURNED))
    def a_unit_is_chosen(self, lead):
        self.attempt(self.s.dispatcher, "dispatch" if self.case.state is CaseState.FILED else "redispatch", lead)

    @rule(action=st.sampled_from(["pass_inspection", "fail_inspection", "close", "close_abnormal"]))
    @precondition(lambda self: self.case.state in (CaseState.HANDLED, CaseState.INSPECTING))
    def a_unit_judges_its_own_work(self, action):
        self.attempt(self.s.mixed, action)
        DONE.add("own work")

    @rule(data=st.data(), lead=leads)
    @precondition(lambda self: self.case.state not in FINAL)
    def somebody_does_what_is_open(self, data, lead):
        with clock.travel(hours=self.hours):
            people = [getattr(self.s, name) for name in PEOPLE]
            open_now = [(p, a) for p in people for a in policy.open_moves(p, self.case) if MOVES[a].go_to not in FINAL]
        if open_now:
            self.attempt(*data.draw(st.sampled_from(open_now)), lead)

    @rule(hours=st.sampled_from([1, 7, 30, 200]))
    def time_passes(self, hours):
        self.hours += hours

    @invariant()
    def the_invariants_hold(self):
        case, session = self.case, db.Session()
        entries = audit.history(session, [("case", case.id)])
        assert all(e.role and e.at for e in entries)
        assert str(entries[-1].after) == str(case.state)
        for before, after in pairwise(entries):
            assert before.after == after.before
        for entry in entries:
            step = MOVES.get(entry.action.removeprefix("case."))
            if step and "reason" in step.needs:
                assert entry.details.get("reason")
        if case.first_due_at is not None:
            self.first_due = self.first_due or case.first_due_at
            assert case.first_due_at == self.first_due
        assert case.overdue_once or not self.was_overdue  # K3: once is for ever
        self.was_overdue = case.overdue_once
        handlers = {e.actor_id for e in entries if e.action in ("case.report_handled", "case.sign")}
        judges = {
            e.actor_id for e in entries if e.action in ("case.pass_inspection", "case.fail_inspection", "case.close")
        }
        assert not handlers & judges
        self.no_unit_judges_its_own_work(entries)
        assert case.extension_count <= 2
        assert case.reopen_count <= 1
        assert case.lead_unit_id in (None, self.s.unit.id, self.s.other.id)  # K14: never the residents' committee
        assert (
            case.review_at is None
            or case.state is not CaseState.SUSPENDED
            or case.review_at <= case.stopped_at + timedelta(days=31)
        )

    def no_unit_judges_its_own_work(self, entries):
        """K2: whoever holds a role in the unit that leads at that time neither inspects nor closes."""
        s, lead = self.s, None
        officers = {s.unit.id: {s.officer.id, s.mixed.id}, s.other.id: {s.other_officer.id}}
        for entry in entries:
            lead = entry.details.get("unit_id", lead)
            if entry.action in ("case.pass_inspection", "case.fail_inspection", "case.close", "case.close_abnormal"):
                assert entry.actor_id not in officers.get(lead, ())

    def teardown(self):
        session = db.Session()
        states = session.execute(sa.select(Case.state, sa.func.count()).group_by(Case.state)).tuples().all()
        stored = session.execute(sa.select(PlaceCount.state, PlaceCount.n).where(*counted()))
        assert {str(state): n for state, n in states} == dict(stored.tuples().all())


def counted():
    return PlaceCount.kind == "case", PlaceCount.place_code == CITY, PlaceCount.n != 0


STAFF: list = []
DONE: set[str] = set()


def test_any_sequence_of_moves_keeps_the_invariants(session):
    s = scenes.staff()
    s.mixed = scenes.factories.make_staff(Role.INSPECTOR, Role.SHIFT_SUPERVISOR)
    make_grant(s.mixed, Role.UNIT_OFFICER, unit=s.unit)
    make_grant(s.mixed, Role.DISPATCHER, place=STREET)
    STAFF[:] = [s]
    for state in STARTS:
        run_state_machine_as_test(
            type(f"From{state}", (Life,), {"start": state}),
            settings=settings(
                max_examples=3,
                stateful_step_count=40,
                deadline=None,
                suppress_health_check=list(HealthCheck),
                phases=[Phase.generate],
                derandomize=True,
            ),
        )
    assert {"dispatch", "resume", "close", "reopen", "granted too late", "no committee", "own work"} <= DONE, DONE


def test_every_state_can_be_reached(session):
    s = scenes.staff()
    straight = {str(scenes.at(s, state).state) for state in (
        "reported", "accepted", "verifying", "filed", "dispatched", "in_handling", "returned", "redispatched", "extension_requested",
        "suspended", "handled", "inspecting", "rework", "closed")}  # fmt: skip
    ends = {
        "not_accepted": (s.acceptor, "not_accept", "reported", {"reason_code": "out_of_area", "reason": "不在"}),
        "void": (s.supervisor, "void", "filed", {"reason_code": "test", "reason": "误录"}),
        "withdrawn": (s.resident, "withdraw", "reported", {}),
        "closed_abnormal": (s.command, "close_abnormal", "in_handling", {"reason_code": "ownership_dispute", "reason": "权属"}),
        "evaluated": (SYSTEM, "evaluate", "closed", {}),
    }  # fmt: skip
    for end, (who, action, start, given) in ends.items():
        assert str(service.move(who, scenes.at(s, start).id, action, **given).state) == end
    assert straight | set(ends) == {str(state) for state in CaseState}
