"""The case desks as a browser sees them."""

import io
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal import audit, clock, db
from portal.cases import queries, service
from portal.cases.models import Case, urgency_of
from portal.cases.states import CaseState as S
from portal.clock import utcnow
from portal.policy import Role
from tests.cases import scenes
from tests.factories import COMMUNITY, OTHER_COMMUNITY


@pytest.fixture
def s(session):
    return scenes.staff()


def waiting_count(who) -> int:
    """The number in the staff bar."""
    return db.Session().scalar(sa.select(queries.how_many_wait(who)))


def post(client, who, case, action, **data):
    return client.sign_in(who).post(f"/staff/cases/{case.number}/moves", data={"action": action, **data},
                                    content_type="multipart/form-data")  # fmt: skip


def test_the_desk_is_for_staff_only(client, s):
    assert client.get("/staff/cases").status_code == 302
    assert client.sign_in(s.stranger).get("/staff/cases").status_code == 403
    assert client.sign_in(s.acceptor).get("/staff/cases").status_code == 200


@pytest.mark.parametrize(("who", "state"), [
    ("acceptor", "reported"), ("acceptor", "accepted_unchecked"), ("inspector", "verifying"), ("supervisor", "accepted"),
    ("dispatcher", "filed"), ("officer", "dispatched"), ("officer", "in_handling"), ("officer", "rework"), ("inspector", "handled"),
    ("supervisor", "inspecting"), ("supervisor", "returned"), ("dispatcher", "returned"), ("supervisor", "extension_requested"),
    ("command", "suspended"),
])  # fmt: skip
def test_a_case_waits_at_the_desk_whose_turn_it_is(s, who, state):
    if state == "accepted_unchecked":
        case = service.move(s.acceptor, scenes.reported(s).id, "accept")
    else:
        case = scenes.at(s, state)
    waiting = {name for name in ("acceptor", "supervisor", "dispatcher", "inspector", "command", "officer", "other_officer")
               if case in queries.desk(getattr(s, name)).rows}  # fmt: skip
    assert who in waiting
    assert "other_officer" not in waiting
    assert waiting_count(getattr(s, who)) == 1


def test_the_most_urgent_case_comes_first_and_paging_keeps_the_order(s, session):
    now = utcnow()
    hours = [5, 1, 9, 3, 7]
    for n, h in enumerate(hours):
        due = now + scenes.timedelta(hours=h)
        session.add(Case(number=f"2026{n:08}", title=f"{h} 小时", category_id=s.category.id, place_code=COMMUNITY, source="patrol",
                         co_unit_ids=[], accept_due_at=due, urgency=urgency_of(due)))  # fmt: skip
    session.commit()
    first = queries.desk(s.acceptor, "acceptor", size=2)
    second = queries.desk(s.acceptor, "acceptor", size=2, after=first.older)
    third = queries.desk(s.acceptor, "acceptor", size=2, after=second.older)
    assert [c.title for p in (first, second, third) for c in p.rows] == [f"{h} 小时" for h in sorted(hours)]


def test_figures_and_chips_count_what_the_lists_show(s, make):
    for state in ("reported", "filed", "handled", "in_handling", "suspended"):
        scenes.at(s, state)
    late = scenes.at(s, "in_handling")
    late.due_at = utcnow() - scenes.timedelta(hours=2)
    db.Session().commit()
    everything = make.staff(Role.ACCEPTOR, Role.SHIFT_SUPERVISOR, Role.DISPATCHER, Role.INSPECTOR, Role.COMMAND_LEAD)
    figures = queries.figures(everything)
    assert figures.to_inspect == 1
    assert figures.overdue == len(queries.desk(everything, "overdue").rows) == 1
    assert figures.all == len(queries.desk(everything, "all").rows) == 6
    assert figures.mine == len(queries.desk(everything, "mine").rows) == waiting_count(everything)
    for name, n in figures.desks.items():
        assert n == len(queries.desk(everything, name).rows)


def test_a_suspended_case_comes_back_on_the_day_of_its_review(s):
    case = scenes.at(s, "suspended")
    assert queries.desk(s.command, "overdue").rows == []
    assert case.urgency == urgency_of(case.review_at)
    with clock.travel(days=21):
        assert queries.desk(s.command, "overdue").rows == [case]


def test_a_desk_reaches_no_further_than_its_place(s, client, make):
    far = make.staff(Role.ACCEPTOR, place=OTHER_COMMUNITY)
    case = scenes.reported(s)
    assert queries.desk(far).rows == []
    assert client.sign_in(far).get(f"/staff/cases/{case.number}").status_code == 404
    assert post(client, far, case, "accept").status_code == 403


def test_the_panel_shows_exactly_the_open_moves(client, s):
    case = scenes.at(s, "dispatched")
    page = client.sign_in(s.officer).get(f"/staff/cases/{case.number}").text
    assert 'name="action" value="sign"' in page
    assert "do=return" in page
    assert "do=close_abnormal" not in page
    asked = client.get(f"/staff/cases/{case.number}?do=return").text
    assert 'name="reason"' in asked
    assert 'value="close"' not in client.get(f"/staff/cases/{case.number}?do=close").text
    assert "轮到" in client.sign_in(s.inspector).get(f"/staff/cases/{case.number}").text


def test_a_case_walks_through_the_desks(client, s, session):
    case = scenes.reported(s)
    steps = [
        (s.acceptor, "accept", {"public_note": "已收到，明天派人去看。"}), (s.acceptor, "ask_verification", {}),
        (s.inspector, "verify", {"found": "yes", "note": "确有垃圾"}), (s.supervisor, "file", {}),
        (s.dispatcher, "dispatch", {"lead_unit_id": str(s.unit.id), "co_unit_ids": [str(s.community.id)]}), (s.officer, "sign", {}),
        (s.officer, "ask_extension", {"reason": "车坏了", "until": f"{utcnow() + timedelta(days=60):%Y-%m-%dT18:00}"}), (s.supervisor, "grant_extension", {"reason": "同意"}),
        (s.officer, "report_handled", {"result": "清运完毕", "photos": (io.BytesIO(scenes.photo()), "b.jpg")}),
        (s.inspector, "pass_inspection", {"note": "干净"}),
    ]  # fmt: skip
    for who, action, data in steps:
        answer = post(client, who, case, action, **data)
        assert answer.status_code == 302, (action, answer.text[-2500:])
    public = client.get(f"/cases/{case.number}").text
    assert "已收到，明天派人去看。" in public
    assert "清运完毕" in public
    assert "车坏了" not in public
    assert "确有垃圾" not in public
    assert "车坏了" in client.sign_in(s.command).get(f"/staff/cases/{case.number}").text
    session.refresh(case)
    assert (case.state, case.co_unit_ids) == (S.INSPECTING, [s.community.id])


def test_closing_is_looked_at_once_more(client, s, session):
    case = scenes.at(s, "inspecting")
    check = post(client, s.supervisor, case, "close", summary="办好了")
    assert check.status_code == 200
    assert 'name="confirmed" value="1"' in check.text
    session.refresh(case)
    assert case.state is S.INSPECTING
    assert post(client, s.supervisor, case, "close", summary="办好了", confirmed="1").status_code == 302
    session.refresh(case)
    assert case.state is S.CLOSED


@pytest.mark.parametrize("data", [
    {}, {"lead_unit_id": ""}, {"lead_unit_id": "x"}, {"lead_unit_id": "99999"}, {"lead_unit_id": "1e9"}, {"lead_unit_id": "\x00"},
])  # fmt: skip
def test_an_incomplete_step_is_shown_again(client, s, data):
    case = scenes.at(s, "filed")
    page = post(client, s.dispatcher, case, "dispatch", public_note="写了一半的话", **data)
    assert page.status_code == 422
    assert "写了一半的话" in page.text


def test_a_residents_committee_is_not_offered_as_lead_nor_taken(client, s, session):
    case = scenes.at(s, "filed")
    page = client.sign_in(s.dispatcher).get(f"/staff/cases/{case.number}").text
    select = page[page.index('id="lead_unit_id"') : page.index("</select>")]
    assert s.unit.name in select
    assert s.community.name not in select
    assert post(client, s.dispatcher, case, "dispatch", lead_unit_id=str(s.community.id)).status_code == 403


def test_who_comes_second_is_told_so(client, s):
    case = scenes.at(s, "filed")
    assert post(client, s.dispatcher, case, "dispatch", lead_unit_id=str(s.unit.id)).status_code == 302
    second = post(client, s.dispatcher, case, "dispatch", lead_unit_id=str(s.other.id))
    assert second.status_code == 409
    assert "可能同事先办了" in second.text


@pytest.mark.parametrize("action", ["", "explode", "reopen", "evaluate", "\x00", "accept" * 50])
def test_unknown_steps_are_refused(client, s, action):
    assert post(client, s.acceptor, scenes.reported(s), action).status_code == 422


@pytest.mark.parametrize("value", ["", "yesterday", "0001-01-01T00:00", "9999-12-31T23:59", "2026-13-40T99:99", "\x00"])
def test_unusable_dates_are_told(client, s, value):
    case = scenes.at(s, "in_handling")
    assert post(client, s.officer, case, "ask_extension", reason="雪", until=value).status_code == 422
    assert post(client, s.command, case, "suspend", reason="雪", review_at=value).status_code == 422


def test_supervision_is_ordered_with_a_reason(client, s, session):
    case = scenes.at(s, "in_handling")
    assert client.sign_in(s.officer).get(f"/staff/cases/{case.number}/supervision").status_code == 403
    browser = client.sign_in(s.command)
    assert (
        browser.post(f"/staff/cases/{case.number}/supervision", data={"level": "key", "reason": ""}).status_code == 422
    )
    assert (
        browser.post(f"/staff/cases/{case.number}/supervision", data={"level": "key", "reason": "群众急"}).status_code
        == 302
    )
    assert audit.history(session, [("case", case.id)])[-1].action == "case.supervise"
    assert case in queries.desk(s.command, "supervised").rows


def test_a_step_needs_few_statements(s, sql, session):
    case = scenes.at(s, "filed")
    with sql() as seen:
        service.move(s.dispatcher, case.number, "dispatch", lead_unit_id=s.unit.id)
    assert len(seen) <= 9, seen


def test_a_step_through_the_door_needs_at_most_ten_statements(client, s, sql):
    case = scenes.at(s, "filed")
    browser = client.sign_in(s.dispatcher)
    with sql() as seen:
        answer = browser.post(
            f"/staff/cases/{case.number}/moves", data={"action": "dispatch", "lead_unit_id": str(s.unit.id)}
        )
    assert answer.status_code == 302
    assert len(seen) <= 10, seen


def test_administrators_add_a_local_category_without_code(client, s, make, session):
    admin = make.staff(Role.PLACE_ADMIN)
    browser = client.sign_in(admin)
    assert browser.get("/staff/categories").status_code == 200
    new = {
        "name": "共享充电宝占道",
        "theme": "order",
        "lead_trades": ["ST"],
        "limit_value": "3",
        "limit_unit": "work_day",
    }
    assert browser.post("/staff/categories", data=new).status_code == 302
    assert "X-9101" in browser.get("/staff/categories").text
    assert browser.post("/staff/categories", data=new).status_code == 422
    for wrong in ({"limit_value": "0"}, {"limit_value": "x"}, {"lead_trades": []}, {"theme": "?"}, {"name": " "}):
        assert browser.post("/staff/categories", data=new | {"name": "另一个"} | wrong).status_code == 422
    assert client.sign_in(s.acceptor).post("/staff/categories", data=new | {"name": "再一个"}).status_code == 403


def beside(page, name):
    """The words of the error beside this field."""
    found = re.search(rf'id="{name}-error">.*?<span>(.*?)</span>', page.text, re.DOTALL)
    return found[1] if found else None


@pytest.mark.parametrize(("state", "who", "action", "data", "field"), [
    ("in_handling", "officer", "ask_extension", {"reason": "车坏了", "until": "2020-01-01T10:00"}, "until"),
    ("in_handling", "command", "suspend", {"reason": "停工", "review_at": "2099-01-01"}, "review_at"),
    ("filed", "dispatcher", "dispatch", {"lead_unit_id": "99999"}, "lead_unit_id"),
    ("in_handling", "officer", "report_handled", {"result": "清了"}, "photos"),
    ("reported", "supervisor", "void", {"reason_code": "duplicate", "reason": "重复"}, "duplicate_of"),
    ("reported", "supervisor", "void", {"reason_code": "duplicate", "reason": "重复", "duplicate_of": "20260000000"}, "duplicate_of"),
])  # fmt: skip
def test_what_is_wrong_is_said_beside_its_own_field(client, s, state, who, action, data, field):
    page = post(client, getattr(s, who), scenes.at(s, state), action, **data)
    assert page.status_code == 422
    assert beside(page, field)
    assert beside(page, "public_note") is None


def test_words_and_photo_of_what_was_handled_are_missed_at_once(client, s):
    page = post(client, s.officer, scenes.at(s, "in_handling"), "report_handled", result="")
    assert beside(page, "result")
    assert beside(page, "photos")


def test_the_page_of_a_duplicate_leads_to_the_original(client, s):
    first, again = scenes.at(s, "filed"), scenes.reported(s)
    said = {"reason_code": "duplicate", "reason": "与前一件相同", "duplicate_of": first.number}
    check = post(client, s.supervisor, again, "void", **said)
    assert check.status_code == 200
    assert post(client, s.supervisor, again, "void", confirmed="1", **said).status_code == 302
    assert f'href="/cases/{first.number}"' in client.get(f"/cases/{again.number}").text


def test_after_a_return_no_unit_is_chosen_beforehand(client, s):
    case = scenes.at(s, "returned")
    page = client.sign_in(s.dispatcher).get(f"/staff/cases/{case.number}?do=redispatch").text
    options = re.findall(
        r'<option([^>]*) value="(\d*)"', re.search(r'<select[^>]*name="lead_unit_id".*?</select>', page, re.DOTALL)[0]
    )
    assert options[0][1] == ""
    assert options[-1][1] == str(s.unit.id)
    assert [value for chosen, value in options if "selected" in chosen] in ([], [""])
    assert post(client, s.dispatcher, case, "redispatch", lead_unit_id="").status_code == 422


def test_every_field_says_whether_the_public_reads_it(client, s):
    for state, who, actions in (("in_handling", s.officer, ("ask_extension", "report_handled")), ("in_handling", s.command, ("suspend", "close_abnormal")),
                                ("filed", s.dispatcher, ("dispatch",)), ("verifying", s.inspector, ("verify",)), ("inspecting", s.supervisor, ("close",))):  # fmt: skip
        case = scenes.at(s, state)
        for action in actions:
            page = client.sign_in(who).get(f"/staff/cases/{case.number}?do={action}").text
            form = re.search(r'<input type="hidden" name="action".*?</form>', page, re.DOTALL)[0]
            fields = [
                name
                for name in re.findall(r'name="(\w+)"', form)
                if name not in ("action", "csrf_token", "confirmed", "alt")
            ]
            for name in dict.fromkeys(fields):
                assert f'id="{name}-hint"' in form, (action, name)


def test_whoever_comes_second_reads_so_at_the_desk_and_keeps_what_he_wrote(client, s):
    case = scenes.at(s, "filed")
    service.move(s.dispatcher, case.id, "dispatch", lead_unit_id=s.unit.id)
    late = post(client, s.dispatcher, case, "dispatch", lead_unit_id=str(s.other.id), public_note="请城管委处理")
    assert late.status_code == 409
    assert f'href="/staff/cases/{case.number}"' in late.text
    assert "请城管委处理" in late.text
    assert 'href="/staff/"' in late.text


def test_english_pages_name_units_in_english_where_there_is_a_name(client, s, session):
    s.unit.name_en = "Street Cleaning Centre"
    session.commit()
    case = scenes.at(s, "in_handling")
    page = client.get(f"/en/cases/{case.number}").text
    assert "Dispatched to Street Cleaning Centre." in page
    assert s.unit.name not in page
    assert s.unit.name in client.get(f"/cases/{case.number}").text
