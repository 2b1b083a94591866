"""Cases as a browser sees them."""

import io
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal import db
from portal.cases import service
from portal.cases.models import Case
from portal.cases.states import CaseState as S
from portal.clock import utcnow
from portal.policy import Level
from tests.cases import scenes
from tests.factories import COMMUNITY, STREET


@pytest.fixture
def s(session):
    return scenes.staff()


def sent(s, photos=None, **over):
    upload = io.BytesIO(scenes.photo() if photos is None else photos), "a.jpg" if photos != b"" else ""
    return {"place": COMMUNITY, "where": "前海北沿 12 号", "title": "垃圾三天没清", "description": "一直没人管", "source": "resident",
            "client_key": "k-1", "photos": upload} | over  # fmt: skip


def test_anybody_reads_the_list_and_a_case_without_names(client, s):
    case = scenes.at(s, "closed")
    listed = client.get(f"/cases/?place={STREET}")
    assert listed.status_code == 200
    assert case.title in listed.text
    page = client.get(f"/cases/{case.number}")
    assert page.status_code == 200
    for hidden in (s.resident.display_name, s.officer.display_name, "看到了"):
        assert hidden not in page.text
    assert "已清运并核查" in page.text


def test_english_pages_are_english(client, s):
    case = scenes.at(s, "in_handling")
    page = client.get(f"/en/cases/{case.number}").text
    assert "In handling" in page
    assert "Time left until the handling limit" in page


def test_chips_overdue_and_words_narrow_the_list(client, s):
    closed, running = scenes.at(s, "closed", title="已经好了"), scenes.at(s, "in_handling", title="还没弄好")
    page = client.get(f"/cases/?place={STREET}&group=closed").text
    assert closed.title in page
    assert running.title not in page
    running.due_at = utcnow() - timedelta(hours=1)
    db.Session().commit()
    late = client.get(f"/cases/?place={STREET}&group=overdue").text
    assert running.title in late
    assert closed.title not in late
    assert running.title in client.get("/cases/?q=还没").text
    assert running.title not in client.get("/cases/?q=100%25").text


def test_a_number_in_the_search_box_leads_to_its_case_and_a_typo_is_told(client, s):
    case = scenes.reported(s)
    found = client.get("/cases/", query_string={"q": f"{case.number[:4]}-{case.number[4:8]} {case.number[8:]}"})
    assert found.status_code == 302
    assert found.location.endswith(f"/cases/{case.number}")
    wrong = case.number[:-1] + str((int(case.number[-1]) + 1) % 10)
    told = client.get(f"/cases/?q={wrong}").text
    assert told.index("输错了") < told.index("最新案件") < told.index(f"/cases/{case.number}")
    gone = client.get(f"/cases/{wrong}")
    assert gone.status_code == 404
    assert "输错了" in gone.text


def test_the_beginning_of_a_number_lists_the_cases_that_begin_so_wherever_they_are(client, s):
    case = scenes.reported(s)
    client.set_cookie("place", "110101001001")
    page = client.get("/cases/", query_string={"q": f"{case.number[:4]}-{case.number[4:8]}"}).text
    assert f"/cases/{case.number}" in page
    assert "输错了" not in page
    assert f"/cases/{case.number}" not in client.get("/cases/?q=199900").text


def test_any_spelling_of_a_number_opens_its_page(client, s):
    n = scenes.reported(s).number
    assert client.get(f"/cases/{n[:4]}-{n[4:8]}-{n[8:10]}-{n[10:]}").status_code == 200


@pytest.mark.parametrize("query", [
    "place=%00", "place=zzz", "group=%F0%9F%90%89", "after=nonsense", "before=eyJ9", "q=%00%00", "q=" + "9" * 900,
    "place=" + "1" * 300, "q=%ED%A0%80", "group[]=1",
])  # fmt: skip
def test_odd_addresses_are_forgiven(client, s, query):
    assert client.get(f"/cases/?{query}").status_code == 200


@pytest.mark.parametrize("number", ["x", "%00", "2026%00", "1" * 500, "٢٠٢٦", "..%2f..", "0"])
def test_odd_numbers_are_not_found(client, session, number):
    assert client.get(f"/cases/{number}").status_code == 404


def test_what_a_resident_wrote_is_public_once_it_is_taken_in(client, s):
    case = scenes.reported(s, description="他家门口总堆东西")
    assert "他家门口" not in client.get(f"/cases/{case.number}").text
    assert "他家门口" in client.sign_in(s.resident).get(f"/cases/{case.number}").text
    assert "他家门口" in client.sign_in(s.acceptor).get(f"/cases/{case.number}").text
    service.move(s.acceptor, case.id, "accept")
    assert "他家门口" in client.sign_in(s.stranger).get(f"/cases/{case.number}").text


def test_a_hidden_case_is_a_stub(client, s):
    case = scenes.at(s, "accepted", title="骂人的标题")
    case.hidden_at, case.hidden_reason = utcnow(), "personal_attack"
    db.Session().commit()
    page = client.get(f"/cases/{case.number}")
    assert page.status_code == 200
    assert "骂人" not in page.text
    assert "骂人" not in client.get(f"/cases/?place={STREET}").text
    assert "骂人" in client.sign_in(s.acceptor).get(f"/staff/cases/{case.number}").text


def test_reporting_asks_to_sign_in_and_for_a_phone(client, s, make):
    assert client.get("/cases/new").status_code == 302
    assert client.sign_in(make.user(level=Level.VISITOR)).get("/cases/new").status_code == 403


def test_the_way_of_a_report_without_javascript(client, s, session):
    browser = client.sign_in(s.resident)
    assert f"category={s.category.id}" in browser.get("/cases/new").text
    assert s.category.name in browser.get("/cases/new", query_string={"q": s.category.name}).text
    assert browser.get("/cases/new?q=没有这种").status_code == 200
    url = f"/cases/new?category={s.category.id}"
    assert "client_key" in browser.get(url).text
    answer = browser.post(url, data=sent(s), content_type="multipart/form-data", follow_redirects=True)
    case = session.scalars(sa.select(Case)).one()
    assert answer.status_code == 200
    assert re.search(r"\d{4}-\d{4}-\d{2}-\d", answer.text)
    assert (case.place_code, case.reporter_id, case.state) == (COMMUNITY, s.resident.id, S.REPORTED)
    browser.post(url, data=sent(s, source="hotline"), content_type="multipart/form-data")
    assert len(session.scalars(sa.select(Case)).all()) == 1


@pytest.mark.parametrize("over", [
    {"title": ""}, {"where": " "}, {"title": "长" * 200}, {"photos": b""}, {"place": "11"},
    {"description": "长" * 5000}, {"photos": b"no picture"}, {"title": "\x00\x01"},
])  # fmt: skip
def test_a_refused_report_keeps_what_was_typed(client, s, session, over):
    url = f"/cases/new?category={s.category.id}"
    page = client.sign_in(s.resident).post(url, data=sent(s, **over), content_type="multipart/form-data")
    assert page.status_code == 422
    assert "error-summary" in page.text
    if "description" not in over:
        assert "一直没人管" in page.text
    assert session.scalars(sa.select(Case)).all() == []


def test_the_form_says_beforehand_whether_a_photo_is_needed(client, s, make):
    noise = make.category(visible_problem=False, code="77", identifier="noise")
    for reporter, category, needed in ((s.resident, s.category, True), (s.resident, noise, False), (s.acceptor, s.category, False)):
        page = client.sign_in(reporter).get(f"/cases/new?category={category.id}").text
        assert ("至少 1 张" in page, "最多 6 张" in page) == (needed, True), (reporter.username, category.name)


def test_an_emergency_shows_whom_to_call_before_the_form(client, s, make):
    gas = make.category(emergency_call="119")
    page = client.sign_in(s.resident).get(f"/cases/new?category={gas.id}").text
    assert page.index("tel:119") < page.index("<textarea")


def test_open_cases_of_the_same_kind_are_shown_before_sending(client, s):
    case = scenes.at(s, "accepted", title="同一堆垃圾")
    assert "同一堆垃圾" in client.sign_in(s.stranger).get(f"/cases/new?category={s.category.id}").text
    case.state = S.CLOSED
    db.Session().commit()
    assert "同一堆垃圾" not in client.get(f"/cases/new?category={s.category.id}").text


@pytest.mark.parametrize("category", ["x", "-1", "99999", "9" * 30, "%00"])
def test_an_unknown_category_shows_the_list(client, s, category):
    assert client.sign_in(s.resident).get(f"/cases/new?category={category}").status_code == 200


def test_somebody_without_a_community_chooses_one_first(client, s, make):
    page = client.sign_in(make.user(home=None, level=Level.PHONE)).get(f"/cases/new?category={s.category.id}")
    assert "/places/choose" in page.text


def test_the_reporter_rates_on_the_page(client, s, session):
    case = scenes.at(s, "closed")
    assert "/ratings" not in client.get(f"/cases/{case.number}").text
    browser = client.sign_in(s.resident)
    assert f"/cases/{case.number}/ratings" in browser.get(f"/cases/{case.number}").text
    assert browser.post(f"/cases/{case.number}/ratings", data={"rating": "great"}).status_code == 422
    assert browser.post(f"/cases/{case.number}/ratings", data={"rating": "fair", "comment": "还行"}).status_code == 302
    session.refresh(case)
    assert case.rating == "fair"
    assert "还行" in client.get(f"/cases/{case.number}").text
    assert browser.post(f"/cases/{case.number}/ratings", data={"rating": "fair"}).status_code == 403


def test_a_report_is_withdrawn_after_a_second_look(client, s, session):
    case = scenes.reported(s)
    browser = client.sign_in(s.resident)
    assert case.title in browser.get(f"/cases/{case.number}/withdrawal").text
    assert browser.post(f"/cases/{case.number}/withdrawal").status_code == 302
    session.refresh(case)
    assert case.state is S.WITHDRAWN


def test_a_finding_is_reported_with_one_button(client, session, make):
    make.category(identifier="other_matter")
    patrol = make.patrol(state="submitted")
    finding = make.finding(patrol)
    walker = session.get_one(type(make.user()), patrol.volunteer_id)
    answer = client.sign_in(walker).post(f"/findings/{finding.id}/cases")
    case = session.scalars(sa.select(Case)).one()
    assert answer.location.endswith(f"/cases/{case.number}")
    assert client.post(f"/findings/{finding.id}/cases").status_code == 302
    assert client.post("/findings/99999/cases").status_code == 404


def test_the_list_is_light(client, s, session):
    session.add_all([Case(number=f"2026{n:08}", title="前海北沿 12 号门口垃圾三天没有人清运", category_id=s.category.id, place_code=COMMUNITY,
                          source="patrol", where="前海北沿", co_unit_ids=[]) for n in range(60)])  # fmt: skip
    session.commit()
    assert len(client.get(f"/cases/?place={STREET}").data) < 30_000


def test_everybody_sees_what_is_overdue_in_taking_in_or_handling(client, s, session):
    waiting, running, fresh = (
        scenes.reported(s),
        scenes.at(s, "in_handling", title="路灯不亮"),
        scenes.at(s, "in_handling", title="刚派出去"),
    )
    waiting.accept_due_at = running.due_at = utcnow() - timedelta(hours=1)
    session.commit()
    late = client.get(f"/en/cases/?place={STREET}&group=overdue").text
    assert waiting.number in late.replace("-", "")
    assert running.title in late
    assert fresh.title not in late
    for case, shown in ((waiting, True), (running, True), (fresh, False)):
        page = client.get(f"/en/cases/{case.number}").text
        assert ('<use href="/static/' in page) and (("Overdue</span>" in page.split("<h1")[0]) is shown), case.title


def test_the_first_limit_the_returns_and_extensions_are_public(client, s):
    case = scenes.at(s, "extension_requested")
    service.move(s.supervisor, case.id, "grant_extension", reason="同意")
    page = client.get(f"/en/cases/{case.number}").text
    assert "First handling limit" in page
    assert "Handling limit" in page
    assert "Extended" in page
    again = client.get(f"/en/cases/{scenes.at(s, 'redispatched').number}").text
    assert "Returned" in again


def test_a_case_given_back_to_the_unit_that_returned_it_is_not_called_dispatched_anew(client, s):
    anew = client.get(f"/en/cases/{scenes.at(s, 'redispatched').number}").text
    assert "Dispatched anew, to" in anew
    case = scenes.at(s, "returned")
    service.move(s.dispatcher, case.id, "redispatch", lead_unit_id=s.unit.id)
    page = client.get(f"/en/cases/{case.number}").text
    assert "which had returned it." in page
    assert "Dispatched anew, to" not in page


def test_words_of_an_emergency_show_the_number_before_the_report_is_sent(client, s, session):
    client.sign_in(s.resident)
    url = f"/cases/new?category={s.category.id}&place={COMMUNITY}"
    first = client.post(url, data=sent(s, title="楼道着火了"), content_type="multipart/form-data")
    assert first.status_code == 422
    assert 'href="tel:119"' in first.text
    assert 'name="no_emergency"' in first.text
    assert session.scalar(sa.select(sa.func.count(Case.id))) == 0
    again = client.post(url, data=sent(s, title="楼道着火了", no_emergency="y"), content_type="multipart/form-data")
    assert again.status_code == 302
    assert session.scalar(sa.select(sa.func.count(Case.id))) == 1
