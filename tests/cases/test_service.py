"""The life of a case through its services."""

from datetime import datetime, time, timedelta

import pytest
import sqlalchemy as sa

from portal import audit, clock, files
from portal.cases import policy, service
from portal.cases.models import Case, CaseRating
from portal.cases.states import BEFORE_UNIT, FINAL, MOVES, CaseSource
from portal.cases.states import CaseState as S
from portal.clock import utcnow
from portal.errors import Conflict, Invalid, NotFound, Refused
from portal.moderation import service as moderation
from portal.outbox import Message
from portal.places.models import PlaceCount
from portal.policy import SYSTEM, Role
from tests.cases import scenes
from tests.factories import CITY, COMMUNITY, STREET


@pytest.fixture
def s(session):
    return scenes.staff()


def last_entry(session, case):
    return audit.history(session, [("case", case.id)])[-1]


def test_the_straight_way_leads_from_a_report_to_the_evaluation(session, s):
    case = scenes.at(s, "closed")
    assert case.state is S.CLOSED
    assert case.result == "已清运"
    with clock.travel(days=31):
        assert service.evaluate_due(clock.utcnow()) == 1
    session.refresh(case)
    assert case.state is S.EVALUATED
    actions = [e.action.removeprefix("case.") for e in audit.history(session, [("case", case.id)])]
    assert actions == ["report", *scenes.straight(s), "evaluate"]
    assert all(e.role and e.at for e in audit.history(session, [("case", case.id)]))


def test_every_move_is_counted_told_and_written_down(session, s):
    case = scenes.reported(s)
    service.move(s.acceptor, case.id, "accept", public_note="已收到，明天来看。", note="内部：联系物业")
    entry = last_entry(session, case)
    assert (entry.action, entry.actor_id, entry.role, entry.before, entry.after) == (
        "case.accept", s.acceptor.id, "acceptor", "reported", "accepted")  # fmt: skip
    assert entry.details == {"public": "已收到，明天来看。", "note": "内部：联系物业"}
    message = session.scalars(sa.select(Message).order_by(Message.id.desc()).limit(1)).one()
    assert message.payload == {"case_id": case.id, "action": "accept", "actor_id": s.acceptor.id}
    here = PlaceCount.kind == "case", PlaceCount.place_code == CITY, PlaceCount.n != 0
    counted = dict(session.execute(sa.select(PlaceCount.state, PlaceCount.n).where(*here)).tuples().all())
    assert counted == {"accepted": 1}


@pytest.mark.parametrize("action", sorted(set(MOVES) - {"evaluate", "reopen"}))
def test_a_move_is_made_only_from_the_states_of_the_table(session, s, make, action):
    everything = make.staff(Role.ACCEPTOR, Role.SHIFT_SUPERVISOR, Role.DISPATCHER, Role.COMMAND_LEAD, Role.INSPECTOR)
    actors = {"reporter": s.resident, Role.UNIT_OFFICER: s.officer}
    actor = actors.get(next(iter(MOVES[action].who)), everything)
    for state in sorted(set(S) - MOVES[action].come_from):
        case = make.case(reporter=s.resident, state=state, lead_unit_id=None if state in BEFORE_UNIT else s.unit.id)
        with pytest.raises((Refused, Conflict)):
            service.move(actor, case.id, action, reason="为什么")
        assert audit.history(session, [("case", case.id)]) == []


STRANGERS = ["stranger", "resident", "other_officer", "acceptor", "dispatcher", "inspector", "officer"]


@pytest.mark.parametrize("who", STRANGERS)
def test_nobody_makes_the_move_of_another_role(session, s, make, who):
    actor = getattr(s, who)
    roles = {g.role for g in actor.grants} if who != "other_officer" else set()
    for action, step in MOVES.items():
        if roles & set(step.who) or (who == "resident" and "reporter" in step.who):
            continue
        case = make.case(reporter=s.resident, state=sorted(step.come_from)[0], lead_unit_id=s.unit.id)
        with pytest.raises(Refused):
            service.move(actor, case.id, action, reason="为什么")


@pytest.mark.parametrize(
    ("action", "needs"), [(a, m.needs) for a, m in MOVES.items() if m.needs and "system" not in m.who]
)
def test_what_a_move_needs_has_to_be_given(session, s, make, action, needs):
    state = {"ask_extension": "in_handling"}.get(action, sorted(MOVES[action].come_from)[0])
    case = make.case(
        reporter=s.resident, state=state, lead_unit_id=s.unit.id, return_until=utcnow() + timedelta(hours=1)
    )
    everything = make.staff(Role.ACCEPTOR, Role.SHIFT_SUPERVISOR, Role.DISPATCHER, Role.COMMAND_LEAD, Role.INSPECTOR)
    actor = s.officer if Role.UNIT_OFFICER in MOVES[action].who else everything
    for blank in (None, "", "   \n "):
        with pytest.raises(Invalid):
            service.move(actor, case.id, action, **dict.fromkeys(needs, blank))
    session.refresh(case)
    assert str(case.state) == state


def test_a_report_of_a_resident_is_checked_on_site_before_it_is_filed(s):
    case = scenes.reported(s)
    service.move(s.acceptor, case.id, "accept")
    with pytest.raises(Refused, match="checked on site"):
        service.move(s.supervisor, case.id, "file")
    service.move(s.acceptor, case.id, "ask_verification")
    service.move(s.inspector, case.id, "verify", found="no", note="没有看到")
    with pytest.raises(Refused, match="found nothing"):
        service.move(s.supervisor, case.id, "file")


def test_a_patrol_report_needs_no_check(s):
    case = scenes.reported(s, source=CaseSource.PATROL)
    service.move(s.acceptor, case.id, "accept")
    assert service.move(s.supervisor, case.id, "file").state is S.FILED


def test_a_visible_problem_needs_a_photo_and_an_audible_one_does_not(s, make):
    with pytest.raises(Invalid, match="photo"):
        scenes.reported(s, uploads=[])
    noise = make.category(visible_problem=False)
    assert scenes.reported(s, uploads=[], category_id=noise.id).state is S.REPORTED


def test_photos_of_before_and_after_are_told_apart(session, s):
    case = scenes.at(s, "handled")
    assert [p.purpose for p in files.photos_of(session, "case", [case.id])[case.id]] == ["before", "after"]
    other = scenes.at(s, "in_handling")
    with pytest.raises(Invalid, match="how it looks now"):
        service.move(s.officer, other.id, "report_handled", result="好了")


@pytest.mark.parametrize("unit", ["community", "far", "unknown", "retired"])
def test_a_case_is_led_by_one_unit_that_may_lead_here(s, make, unit):
    case = scenes.at(s, "filed")
    ids = {"community": s.community.id, "far": make.unit(place_code=COMMUNITY[:-1] + "2").id, "unknown": 999999,
           "retired": make.unit(retired_at=utcnow()).id}  # fmt: skip
    with pytest.raises((Refused, Invalid)):
        service.move(s.dispatcher, case.id, "dispatch", lead_unit_id=ids[unit])


def test_a_residents_committee_may_help(s):
    case = scenes.at(s, "filed")
    service.move(
        s.dispatcher,
        case.id,
        "dispatch",
        lead_unit_id=str(s.unit.id),
        co_unit_ids=[s.community.id, str(s.unit.id), s.other.id],
    )
    assert (case.lead_unit_id, case.co_unit_ids) == (s.unit.id, [s.community.id, s.other.id])


def test_an_officer_of_the_place_is_not_an_officer_of_the_unit(s, make):
    case = scenes.at(s, "dispatched")
    on_place = make.staff(Role.UNIT_OFFICER)
    with pytest.raises(Refused):
        service.move(on_place, case.id, "sign")


def test_the_unit_that_handled_a_case_never_inspects_or_closes_it(s, make):
    case = scenes.at(s, "handled")
    for action, given in (("pass_inspection", {"note": "好"}), ("fail_inspection", {"reason": "不好"})):
        colleague = make.staff(Role.INSPECTOR)
        make.grant(colleague, Role.UNIT_OFFICER, unit=s.unit)
        with pytest.raises(Refused, match="Your unit handled"):
            service.move(colleague, case.id, action, **given)
    service.move(s.inspector, case.id, "pass_inspection", note="好")
    for person in (s.officer, s.inspector):
        make.grant(person, Role.SHIFT_SUPERVISOR, place=STREET)
        with pytest.raises(Refused):
            service.move(person, case.id, "close", summary="完")
    make.grant(s.supervisor, Role.UNIT_OFFICER, unit=s.unit)
    with pytest.raises(Refused):
        service.move(s.supervisor, case.id, "close", summary="完")


def test_a_helping_unit_does_not_inspect_either(s, make):
    case = scenes.at(s, "filed")
    service.move(s.dispatcher, case.id, "dispatch", lead_unit_id=s.unit.id, co_unit_ids=[s.other.id])
    service.move(s.officer, case.id, "sign")
    service.move(s.officer, case.id, "report_handled", result="好", uploads=[scenes.photo()])
    make.grant(s.other_officer, Role.INSPECTOR, place=STREET)
    with pytest.raises(Refused, match="Your unit"):
        service.move(s.other_officer, case.id, "pass_inspection", note="好")


def test_whoever_reported_a_case_does_not_decide_about_it(s, make):
    make.grant(s.resident, Role.ACCEPTOR, place=STREET)
    case = scenes.reported(s)
    with pytest.raises(Refused, match="reported this case yourself"):
        service.move(s.resident, case.id, "accept")


def test_a_wrong_dispatch_is_returned_in_the_first_quarter_only(s):
    late, soon = scenes.at(s, "dispatched"), scenes.at(s, "dispatched")
    assert service.move(s.officer, soon.id, "return", reason="不归我们").return_count == 1
    with clock.travel(days=9), pytest.raises(Refused, match="first quarter"):
        service.move(s.officer, late.id, "return", reason="不归我们")


def test_a_rejected_return_cannot_be_returned_again_and_its_time_is_not_lost(s):
    case = scenes.at(s, "returned")
    due = case.due_at
    with clock.travel(days=30):  # longer than any row of holidays: some of it was work time
        service.move(s.supervisor, case.id, "reject_return", reason="归你们")
        assert case.due_at > due
        with pytest.raises(Refused):
            service.move(s.officer, case.id, "return", reason="还是不归")


def test_a_redispatch_starts_the_clock_for_the_new_unit(s):
    case = scenes.at(s, "redispatched")
    assert case.lead_unit_id == s.other.id
    with pytest.raises(Refused):
        service.move(s.officer, case.id, "sign")
    service.move(s.other_officer, case.id, "sign")


def test_time_is_extended_twice_at_most_and_by_the_right_people(s):
    case = scenes.at(s, "in_handling")
    day = utcnow() + timedelta(days=100)
    service.move(s.officer, case.id, "ask_extension", reason="雪", until=day)
    service.move(s.supervisor, case.id, "grant_extension", reason="同意")
    assert case.due_at == day
    service.move(s.officer, case.id, "ask_extension", reason="还在下", until=day + timedelta(days=9))
    with pytest.raises(Refused, match="command centre"):
        service.move(s.supervisor, case.id, "grant_extension", reason="同意")
    service.move(s.command, case.id, "grant_extension", reason="同意")
    with pytest.raises(Refused, match="twice"):
        service.move(s.officer, case.id, "ask_extension", reason="第三次", until=day + timedelta(days=20))


def test_an_extension_granted_too_late_keeps_the_case_overdue(s):
    case = scenes.at(s, "extension_requested")
    with clock.travel(days=20):
        assert case.is_overdue(clock.utcnow())
        service.move(s.supervisor, case.id, "grant_extension", reason="同意")
        assert not case.is_overdue(clock.utcnow())
        assert case.overdue_once


def test_time_is_asked_for_before_the_deadline_and_for_a_later_day(s):
    case = scenes.at(s, "in_handling")
    with pytest.raises(Invalid):
        service.move(s.officer, case.id, "ask_extension", reason="雪", until=utcnow() - timedelta(days=1))
    with pytest.raises(Invalid):
        service.move(s.officer, case.id, "ask_extension", reason="雪", until=utcnow() + timedelta(days=900))
    with clock.travel(days=20), pytest.raises(Refused, match="before the deadline"):
        service.move(s.officer, case.id, "ask_extension", reason="雪", until=clock.utcnow() + timedelta(days=30))


def test_rework_starts_the_clock_anew_but_never_the_first_due_time(s):
    case = scenes.at(s, "handled")
    first = case.first_due_at
    with clock.travel(days=4):
        service.move(s.inspector, case.id, "fail_inspection", reason="没干净")
        assert case.due_at > clock.utcnow()
    assert case.first_due_at == first
    assert case.rework_count == 1


def test_suspended_time_does_not_count(s):
    case = scenes.at(s, "suspended")
    due = case.due_at
    with clock.travel(days=15):
        assert not case.is_overdue(clock.utcnow())
        service.move(s.command, case.id, "resume")
        assert case.due_at - due > timedelta(days=5)  # the holidays among the 15 days count in neither
        assert not case.is_overdue(clock.utcnow())


@pytest.mark.parametrize("days", [-1, 32, 400])
def test_a_suspension_is_looked_at_within_a_month(s, days):
    case = scenes.at(s, "in_handling")
    with pytest.raises(Invalid):
        service.move(s.command, case.id, "suspend", reason="冬季", review_at=utcnow() + timedelta(days=days))


def test_the_whole_of_the_last_day_of_that_month_may_be_chosen(s):
    case = scenes.at(s, "in_handling")
    last = datetime.combine(clock.today() + timedelta(days=31), time(23, 59, 59), clock.BEIJING)
    with pytest.raises(Invalid):
        service.move(s.command, case.id, "suspend", reason="冬季", review_at=last + timedelta(seconds=1))
    service.move(s.command, case.id, "suspend", reason="冬季", review_at=last)


def test_a_case_is_supervised_by_order_or_when_a_further_limit_has_passed(session, s):
    case = scenes.at(s, "in_handling")
    assert not case.is_supervised(utcnow())
    with clock.travel(days=30):
        assert case.is_overdue(clock.utcnow())
        assert case.is_supervised(clock.utcnow())
    with pytest.raises(Refused):
        service.supervise(s.supervisor, case.id, "key", "很急")
    with pytest.raises(Invalid):
        service.supervise(s.command, case.id, "key", " ")
    service.supervise(s.command, case.id, "key", "很急")
    assert case.is_supervised(utcnow())
    assert last_entry(session, case).action == "case.supervise"


def test_a_duplicate_names_the_case_it_repeats(s):
    first, second, third = (scenes.reported(s) for _ in range(3))
    for typed in ("", "2026", second.number, "1" * 40):
        with pytest.raises(Invalid):
            service.move(s.supervisor, second.id, "void", reason_code="duplicate", reason="重复", duplicate_of=typed)
    service.move(s.supervisor, second.id, "void", reason_code="duplicate", reason="重复", duplicate_of=first.number)
    assert second.duplicate_of_id == first.id
    with pytest.raises(Invalid, match="original"):
        service.move(s.supervisor, third.id, "void", reason_code="duplicate", reason="重复", duplicate_of=second.number)


def test_a_reason_code_of_another_move_is_not_accepted(s):
    case = scenes.reported(s)
    for code in ("fixed", "nonsense", 7, ["test"]):
        with pytest.raises(Invalid):
            service.move(s.supervisor, case.id, "void", reason_code=code, reason="因为")


def test_only_final_states_have_no_way_on():
    leaving = {state for step in MOVES.values() for state in step.come_from}
    assert set(S) - leaving == set(FINAL)


def test_a_form_sent_twice_is_one_case(session, s):
    first, again = scenes.reported(s, client_key="k1"), scenes.reported(s, client_key="k1")
    assert first.id == again.id
    assert session.scalar(sa.select(sa.func.count()).select_from(Case)) == 1


@pytest.mark.parametrize(
    "over", [{"title": " "}, {"title": "长" * 121}, {"category_id": 99999}, {"place_code": "999"}, {"place_code": ""}]
)
def test_an_unusable_report_is_refused(s, over):
    with pytest.raises(Invalid):
        scenes.reported(s, **over)


def test_a_report_asks_for_a_confirmed_phone_and_other_channels_for_the_case_desk(s, make):
    with pytest.raises(Refused):
        service.report(make.user(level=0), title="x", description="", category_id=s.category.id, place_code=COMMUNITY)
    with pytest.raises(Refused):
        scenes.reported(s, source=CaseSource.HOTLINE)
    case = service.report(s.acceptor, title="热线", description="", category_id=s.category.id, place_code=COMMUNITY,
                          source=CaseSource.HOTLINE)  # fmt: skip
    assert case.reporter_id is None


def test_the_reporter_rates_once_and_not_solved_reopens_once(session, s):
    case = scenes.at(s, "closed")
    with pytest.raises(Refused):
        service.rate(s.stranger, case.id, "satisfied")
    service.rate(s.resident, case.id, "not_solved", "还在")
    assert (case.state, case.reopen_count, case.closed_at) == (S.REWORK, 1, None)
    assert last_entry(session, case).actor_kind == "system"
    for action in ("sign", "report_handled", "pass_inspection", "close"):
        who, given = scenes.straight(s)[action]
        service.move(who, case.id, action, **given)
    service.rate(s.resident, case.id, "not_solved")
    assert (case.state, case.rating) == (S.CLOSED, CaseRating.NOT_SOLVED)
    with pytest.raises(Refused, match="already"):
        service.rate(s.resident, case.id, "satisfied")


def test_rating_ends_after_thirty_days(s):
    case = scenes.at(s, "closed")
    with clock.travel(days=31), pytest.raises(Refused, match="over"):
        service.rate(s.resident, case.id, "satisfied")


def test_only_the_portal_itself_evaluates_and_reopens(s):
    case = scenes.at(s, "closed")
    for action in ("evaluate", "reopen"):
        with pytest.raises(Refused):
            service.move(s.command, case.id, action, reason="x")
    service.move(SYSTEM, case.id, "reopen", reason="x")
    with pytest.raises(Conflict):
        service.move(SYSTEM, case.id, "reopen", reason="x")


def test_open_moves_are_exactly_those_the_service_lets_through(s):
    case = scenes.at(s, "in_handling")
    assert policy.open_moves(s.officer, case) == ["ask_extension", "report_handled"]
    assert policy.open_moves(s.command, case) == ["suspend", "close_abnormal"]
    assert policy.open_moves(s.stranger, case) == []


def test_an_unknown_step_or_case_is_a_sentence(s):
    with pytest.raises(Invalid):
        service.move(s.acceptor, 1, "explode")
    with pytest.raises(NotFound):
        service.move(s.acceptor, 999, "accept")
    with pytest.raises(NotFound, match="typo"):
        service.move(s.acceptor, "2026-0004-27-6", "accept")


def test_a_hidden_case_is_handled_on_without_being_counted(session, s, make):
    case, moderator = scenes.at(s, "accepted"), make.staff(Role.MODERATOR)

    def counted():
        here = PlaceCount.kind == "case", PlaceCount.place_code == CITY, PlaceCount.n != 0
        return dict(session.execute(sa.select(PlaceCount.state, PlaceCount.n).where(*here)).tuples().all())

    moderation.hide(moderator, "case", case.id, "private_data", "写了别人家的电话")
    assert counted() == {}
    assert files.photos_of(session, "case", [case.id]) == {}
    service.move(s.supervisor, case.id, "file")
    assert counted() == {}
    moderation.restore(moderator, "case", case.id, "corrected")
    assert counted() == {"filed": 1}


@pytest.mark.parametrize(("state", "action", "role", "given"), [
    ("in_handling", "close_abnormal", Role.COMMAND_LEAD, {"reason_code": "beyond_scope", "reason": "x"}),
    ("in_handling", "suspend", Role.COMMAND_LEAD, {"reason": "x", "review_at": utcnow() + timedelta(days=9)}),
    ("returned", "reject_return", Role.SHIFT_SUPERVISOR, {"reason": "x"}),
    ("returned", "redispatch", Role.DISPATCHER, {}),
])  # fmt: skip
def test_the_unit_decides_nothing_about_its_own_case(s, make, state, action, role, given):
    case, judge = scenes.at(s, state), make.staff(role)
    make.grant(judge, Role.UNIT_OFFICER, unit=s.unit)
    given = given or {"lead_unit_id": s.other.id}
    with pytest.raises(Refused, match="Your unit"):
        service.move(judge, case.id, action, **given)


def test_a_case_no_unit_ever_had_is_not_reopened(session, s):
    case = scenes.at(s, "filed")
    service.move(s.command, case.id, "close_abnormal", reason_code="beyond_scope", reason="x")
    service.move(SYSTEM, case.id, "evaluate")
    service.rate(s.resident, case.id, "not_solved")
    assert (case.state, case.rating) == (S.EVALUATED, CaseRating.NOT_SOLVED)
    with pytest.raises(Refused):
        service.move(SYSTEM, case.id, "reopen", reason="x")


def test_a_key_typed_by_somebody_else_gives_no_foreign_case(s, make):
    first = scenes.reported(s, client_key="k")
    assert scenes.reported(s, client_key="k").id == first.id
    other = make.user(level=2)
    again = service.report(other, title="别的事", description="", category_id=s.category.id, place_code=first.place_code,
                           uploads=[scenes.photo()], client_key="k")  # fmt: skip
    assert again.id != first.id and again.reporter_id == other.id
