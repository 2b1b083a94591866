"""Walking, handing in, confirming: behaviour through the services."""

import io
from datetime import timedelta

import pytest
import sqlalchemy as sa
from PIL import Image

from portal import clock, files
from portal.audit.models import Entry
from portal.brands.models import Brand, Team
from portal.errors import Conflict, Invalid, Refused
from portal.outbox.models import Message
from portal.patrols import policy, queries, service
from portal.patrols.errors import Contradicted, FindingsMissing, Wrong
from portal.patrols.models import Finding, Outcome, Patrol
from portal.patrols.states import PatrolState as S
from portal.places import counts
from portal.policy import Role
from tests.factories import CITY, COMMUNITY

OK = {str(n): "ok" for n in range(1, 11)}


def picture():
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "grey").save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def team(make):
    return make.team()


@pytest.fixture
def walker(make, team):
    user = make.user()
    make.grant(user, Role.VOLUNTEER, team=team)
    return user


@pytest.fixture
def lead(make, team):
    user = make.user()
    make.grant(user, Role.TEAM_LEAD, team=team)
    return user


@pytest.fixture
def patrol(walker, team):
    return service.start(walker, team.id, "前海北沿，东段往返", COMMUNITY, 2, "walk-1")


def recounted(session, kind):
    if kind == "patrol":
        rows = session.execute(sa.select(Patrol.state, sa.func.count()).group_by(Patrol.state))
    else:
        gone = Patrol.state != S.WITHDRAWN
        rows = session.execute(
            sa.select(Finding.outcome, sa.func.count()).join(Patrol).where(gone).group_by(Finding.outcome)
        )
    return {state.value: n for state, n in rows}


def test_a_walk_from_start_to_confirmation_leaves_a_trace_and_counts(session, patrol, walker, lead, team):
    service.add_finding(
        walker,
        patrol.id,
        item=10,
        where="前海北沿 12 号门口",
        outcome="on_the_spot",
        uploads=[picture()],
        alts=["门口的木板"],
    )
    service.add_finding(walker, patrol.id, item=8, where="前海北沿口", note="方砖碎了", uploads=[picture()])
    service.finish(
        walker,
        patrol.id,
        OK | {"8": "problem", "10": "problem", "5": "not_applicable"},
        ["cleaned", "returned"],
        "一路顺利",
    )
    service.move(lead, patrol.id, "confirm")
    session.expire_all()
    assert patrol.state is S.CONFIRMED
    assert (patrol.finding_count, patrol.on_spot_count, patrol.confirmed_by) == (2, 1, lead.id)
    assert patrol.score == pytest.approx(7 / 9)
    team, brand = session.get(Team, team.id), session.get(Brand, team.brand_id)
    for counted in (team, brand):
        assert (counted.patrol_count, counted.finding_count, counted.on_spot_count) == (1, 2, 1)
    assert list(session.scalars(sa.select(Entry.action).order_by(Entry.seq))) == [
        "patrol.start", "finding.add", "finding.add", "patrol.submit", "patrol.confirm"]  # fmt: skip
    assert [m.payload["action"] for m in session.scalars(sa.select(Message).order_by(Message.id))] == [
        "start",
        "submit",
        "confirm",
    ]
    for place in (COMMUNITY, CITY):
        assert counts.totals(session, "patrol", place).by_state == recounted(session, "patrol") == {"confirmed": 1}
        assert (
            counts.totals(session, "finding", place).by_state
            == recounted(session, "finding")
            == {"on_the_spot": 1, "open": 1}
        )


def test_the_same_form_sent_twice_is_one_patrol_and_one_finding(session, patrol, walker, team):
    assert service.start(walker, team.id, "前海北沿，东段往返", COMMUNITY, 2, "walk-1").id == patrol.id
    first = service.add_finding(walker, patrol.id, item=3, where="西口", client_key="f-1")
    assert service.add_finding(walker, patrol.id, item=3, where="西口", client_key="f-1").id == first.id
    service.remove_finding(walker, first.id)
    service.finish(walker, patrol.id, OK)
    service.finish(walker, patrol.id, OK)
    session.expire_all()
    assert patrol.finding_count == 0


def test_a_key_of_somebody_else_is_no_way_into_his_patrol(patrol, make, team):
    other = make.user()
    make.grant(other, Role.VOLUNTEER, team=team)
    with pytest.raises(Conflict):
        service.start(other, team.id, "后海南沿", COMMUNITY, 0, "walk-1")


def test_one_person_is_on_one_patrol_at_a_time(patrol, walker, team):
    with pytest.raises(Conflict):
        service.start(walker, team.id, "后海南沿", COMMUNITY, 0, "walk-2")
    service.move(walker, patrol.id, "withdraw")
    assert service.start(walker, team.id, "后海南沿", COMMUNITY, 0, "walk-3").id != patrol.id


def test_strangers_and_closed_teams_start_nothing(session, make, team, walker):
    with pytest.raises(Refused):
        service.start(make.user(), team.id, "前海北沿", COMMUNITY)
    team.closed_at = clock.utcnow()
    session.commit()
    with pytest.raises(Refused):
        service.start(walker, team.id, "前海北沿", COMMUNITY)


@pytest.mark.parametrize("place", ["110105", "11", "", "x" * 400, "110102003999"])
def test_a_patrol_lies_where_its_team_works(walker, team, place):
    with pytest.raises(Wrong):
        service.start(walker, team.id, "前海北沿", place)


def test_a_problem_needs_a_finding_with_a_photo(walker, patrol):
    service.add_finding(walker, patrol.id, item=10, where="12 号门口")
    with pytest.raises(FindingsMissing) as caught:
        service.finish(walker, patrol.id, OK | {"3": "problem", "10": "problem"})
    assert caught.value.items == [3, 10]
    assert patrol.state is S.ON_PATROL


def test_an_item_with_a_finding_is_a_problem_whatever_its_mark(session, walker, patrol):
    first, second = (
        service.add_finding(walker, patrol.id, item=3, where=w, uploads=[picture()]) for w in ("东口", "西口")
    )
    service.add_finding(walker, patrol.id, item=8, where="西口", uploads=[picture()])
    assert patrol.checklist == {"3": "problem", "8": "problem"}
    service.keep(walker, patrol.id, OK)
    assert patrol.checklist == OK | {"3": "problem", "8": "problem"}
    with pytest.raises(Contradicted) as caught:
        service.finish(walker, patrol.id, OK | {"8": "not_applicable"})
    assert caught.value.items == [3, 8]
    service.remove_finding(walker, first.id)
    assert patrol.checklist["3"] == "problem"
    service.remove_finding(walker, second.id)
    assert "3" not in patrol.checklist  # to be judged anew
    service.finish(walker, patrol.id, OK | {"8": "problem"})
    assert patrol.score == pytest.approx(9 / 10)


@pytest.mark.parametrize("marks", [{}, {"1": "ok"}, OK | {"4": "fine"}, OK | {"7": None}, OK | {"7": ["ok"]}])
def test_every_item_is_judged_in_one_of_three_words(walker, patrol, marks):
    with pytest.raises(Wrong):
        service.finish(walker, patrol.id, marks)


def test_what_is_filled_in_so_far_is_kept(session, walker, patrol):
    service.keep(walker, patrol.id, {"1": "ok", "99": "ok", "2": "nonsense"}, ["cleaned", "beaten"], "还没走完")
    session.expire_all()
    assert (patrol.checklist, patrol.by_hand, patrol.note) == ({"1": "ok"}, ["cleaned"], "还没走完")


def test_nobody_confirms_his_own_patrol_not_even_a_lead_or_administrator(session, make, team):
    both = make.staff(Role.PLACE_ADMIN)
    make.grant(both, Role.TEAM_LEAD, team=team)
    patrol = service.start(both, team.id, "前海北沿", COMMUNITY)
    service.finish(both, patrol.id, OK)
    for action in ("confirm", "return"):
        with pytest.raises(Refused):
            service.move(both, patrol.id, action, "改一下吧")
    service.move(make.staff(Role.PLACE_ADMIN), patrol.id, "confirm")


def test_a_returned_patrol_is_corrected_and_handed_in_again(session, walker, lead, patrol):
    service.finish(walker, patrol.id, OK)
    with pytest.raises(Wrong):
        service.move(lead, patrol.id, "return", " ")
    service.move(lead, patrol.id, "return", "第三项请补一句在哪儿")
    service.add_finding(walker, patrol.id, item=3, where="西口", uploads=[picture()])
    ended = patrol.ended_at
    service.finish(walker, patrol.id, OK | {"3": "problem"})
    assert (patrol.return_reason, patrol.ended_at) == ("", ended)
    service.move(lead, patrol.id, "confirm")
    with pytest.raises(Refused):
        service.add_finding(walker, patrol.id, item=3, where="西口")


def test_a_patrol_is_logged_afterwards_without_overlap(walker, team, patrol):
    now = clock.utcnow()
    service.move(walker, patrol.id, "withdraw")
    given = [walker, team.id, "后海南沿", COMMUNITY, 0]
    logged = service.log(*given, now - timedelta(hours=3), now - timedelta(hours=2), "log-1")
    assert service.log(*given, now - timedelta(hours=3), now - timedelta(hours=2), "log-1").id == logged.id
    assert (logged.state, logged.lasted) == (S.ON_PATROL, timedelta(hours=1))
    for begin, end in ((2.5, 1), (3.5, 2.5), (2.8, 2.2), (4, 1)):  # overlapping in every way
        with pytest.raises(Wrong, match="another patrol"):
            service.log(*given, now - timedelta(hours=begin), now - timedelta(hours=end))
    service.log(*given, now - timedelta(hours=2), now - timedelta(hours=1))  # one right after the other
    for begin, end in ((1, -1), (1, 2), (50, 30), (31 * 24, 31 * 24 - 1), (1, 1)):
        with pytest.raises(Wrong):
            service.log(*given, now - timedelta(hours=begin), now - timedelta(hours=end))


def test_a_patrol_forgotten_overnight_is_ended_at_the_time_it_really_ended(walker, patrol):
    with clock.travel(hours=20):
        with pytest.raises(Wrong, match="at most"):
            service.finish(walker, patrol.id, OK)
        service.finish(walker, patrol.id, OK, ended_at=patrol.started_at + timedelta(minutes=50))
    assert patrol.lasted == timedelta(minutes=50)


@pytest.mark.parametrize("text", [
    "找 13812345678 就行", "电话 138 1234 5678", "+86 13812345678", "138-1234-5678", "１３８１２３４５６７８", "010-66123456", "0311 86612345",
    "110102196503071234", "11010219650307123X", "京A12345", "京A·12345", "京 AD12345", "冀b·8k321", "沪A D98765",
])  # fmt: skip
def test_what_identifies_a_person_is_turned_back(session, walker, patrol, text):
    for field in ("where", "note"):
        with pytest.raises(Wrong, match="leave out"):
            service.add_finding(walker, patrol.id, item=3, **{"where": "西口", field: f"见 {text} 处"})
    with pytest.raises(Wrong, match="leave out"):
        service.finish(walker, patrol.id, OK, note=text)
    assert session.scalars(sa.select(Finding)).all() == []


@pytest.mark.parametrize("text", [
    "前海北沿 12 号门口", "方砖碎了 3 块", "2026-11-24 07:30 看见", "扶正单车 11 辆", "路灯杆号 20230415", "井盖编号 1010203040", "110102003001", "京剧团门口 A3 展板",
    "拨打 12345 已报", "新街口东街 31 号", "13 号院到 18 号院", "面积 1380 平方米", "蓝色三轮车 1 辆",
])  # fmt: skip
def test_places_and_things_pass(walker, patrol, text):
    service.add_finding(walker, patrol.id, item=3, where="西口", note=text)


def test_findings_are_for_the_volunteer_to_write_and_hostile_values_are_sentences(walker, lead, patrol):
    with pytest.raises(Refused):
        service.add_finding(lead, patrol.id, item=3, where="西口")
    for wrong in ({"item": 11}, {"item": 0}, {"item": None}, {"category_id": 999}, {"outcome": "reported"}, {"outcome": ""}, {"where": " "},
                  {"where": "长" * 61}, {"note": "长" * 401}, {"uploads": [b"not a photo"]}, {"uploads": [picture()] * 7}):  # fmt: skip
        with pytest.raises(Invalid):
            service.add_finding(walker, patrol.id, **{"item": 3, "where": "西口"} | wrong)
    assert queries.findings_of([patrol.id]) == []


def test_a_finding_recorded_by_mistake_goes_with_its_photos(session, walker, lead, patrol):
    finding = service.add_finding(walker, patrol.id, item=3, where="西口", outcome="on_the_spot", uploads=[picture()])
    with pytest.raises(Refused):
        service.remove_finding(lead, finding.id)
    service.remove_finding(walker, finding.id)
    session.expire_all()
    assert (patrol.finding_count, patrol.on_spot_count) == (0, 0)
    assert session.scalars(sa.select(files.Photo)).all() == []
    assert counts.totals(session, "finding", COMMUNITY).by_state == {}


def test_a_discarded_patrol_leaves_the_counts(session, walker, patrol):
    service.add_finding(walker, patrol.id, item=3, where="西口")
    service.move(walker, patrol.id, "withdraw")
    assert counts.totals(session, "finding", COMMUNITY).by_state == recounted(session, "finding") == {}
    assert counts.totals(session, "patrol", COMMUNITY).by_state == {"withdrawn": 1}


def test_a_finding_is_led_on_once_the_patrol_is_handed_in(session, make, walker, lead, patrol):
    finding = service.add_finding(walker, patrol.id, item=8, where="西口", uploads=[picture()])
    stranger = make.user()
    assert policy.why_not_lead_on(walker, finding, patrol)
    service.finish(walker, patrol.id, OK | {"8": "problem"})
    assert policy.why_not_lead_on(walker, finding, patrol) is None
    assert policy.why_not_lead_on(lead, finding, patrol) is None
    assert policy.why_not_lead_on(stranger, finding, patrol)
    from portal.db import transaction

    with transaction() as inner:
        service.led_to(inner, finding.id, Outcome.REPORTED)
        service.led_to(inner, finding.id, "reported")
    with pytest.raises(Conflict), transaction() as inner:
        service.led_to(inner, finding.id, Outcome.PROPOSED)
    session.expire_all()
    assert counts.totals(session, "finding", COMMUNITY).by_state == {"reported": 1}
    service.move(lead, patrol.id, "return", "请改一下说明")
    with pytest.raises(Conflict):
        service.remove_finding(walker, finding.id)
    with pytest.raises(Conflict):
        service.move(walker, patrol.id, "withdraw")


def test_an_item_brings_its_usual_category(make, walker, patrol):
    usual = make.category(identifier="road_damage")
    other = make.category()
    assert service.add_finding(walker, patrol.id, item=8, where="西口").category_id == usual.id
    assert service.add_finding(walker, patrol.id, item=8, category_id=other.id, where="西口").category_id == other.id
    assert service.add_finding(walker, patrol.id, category_id=other.id, where="西口").item is None


def test_what_is_found_most_counts_confirmed_patrols_only(make, walker, lead, patrol, team):
    lamp = make.category(name="路灯", name_en="Street lamp")
    for given in ({"item": 3}, {"item": 3}, {"category_id": lamp.id}):
        service.add_finding(walker, patrol.id, where="西口", uploads=[picture()], **given)
    assert queries.most_found(team_id=team.id) == []
    service.finish(walker, patrol.id, OK | {"3": "problem"})
    service.move(lead, patrol.id, "confirm")
    assert [(str(f.name), f.n) for f in queries.most_found(brand_id=team.brand_id)] == [
        ("Disorderly parking", 2),
        ("路灯", 1),
    ]


def test_the_public_sees_times_rounded_to_a_quarter_of_an_hour(make):
    from datetime import UTC, datetime

    patrol = make.patrol(
        started_at=datetime(2026, 5, 1, 7, 7, 29, tzinfo=UTC), ended_at=datetime(2026, 5, 1, 7, 8, tzinfo=UTC)
    )
    assert (patrol.public_start.minute, patrol.public_end.minute) == (0, 15)
    patrol.started_at = datetime(2026, 5, 1, 7, 52, 30, tzinfo=UTC)
    assert (patrol.public_start.hour, patrol.public_start.minute) == (8, 0)
