"""The desk of residents."""

import pytest

from portal.accounts import queries, service
from portal.policy import Role
from tests.factories import COMMUNITY

GIVEN = {"action": "approve", "level": "3", "evidence": "lease", "household": "3-2-501", "building": "3 号楼"}


@pytest.fixture
def wish(session, make):
    return service.ask(make.user(level=1, home=None, phone="+8613812345678"), COMMUNITY, "王小明", building="3 号楼")


def look_up(client, person):
    return client.post("/staff/residents/searches", data={"find": person.username})


@pytest.fixture
def clerk(make, client):
    user = make.staff()
    client.sign_in(user)
    return user


def test_the_queue_leads_to_the_wish_and_the_wish_to_a_resident(client, clerk, wish, sql, session):
    assert f"/staff/residents/{wish.id}" in client.get("/staff/residents").text
    page = client.get(f"/staff/residents/{wish.id}").text
    assert "138****5678" in page
    assert "13812345678" not in page
    with sql() as seen:
        assert client.post(f"/staff/residents/{wish.id}", data=GIVEN).status_code == 303
    assert len(seen) <= 10, seen
    assert queries.get_user(wish.user_id).level == 3
    assert f"/staff/residents/{wish.id}" not in client.get("/staff/residents").text


WRONG = [
    {"level": "1"},
    {"level": "9"},
    {"evidence": ""},
    {"evidence": "x"},
    {"household": "x" * 41},
    {"level": "\x00"},
]


@pytest.mark.parametrize("change", WRONG)
def test_what_is_missing_is_said_and_nothing_changes(client, clerk, wish, session, change):
    assert client.post(f"/staff/residents/{wish.id}", data=GIVEN | change).status_code == 422
    session.refresh(wish)
    assert wish.state == "waiting"


def test_what_is_wrong_is_said_beside_its_own_field(client, clerk, wish, make):
    person = make.user(level=1, home=None)
    look_up(client, person)
    window = GIVEN | {"place_code": COMMUNITY, "real_name": "王小明"}
    for url, data in (
        (f"/staff/residents/{wish.id}", GIVEN),
        (f"/staff/residents/people/{person.id}/confirmations", window),
    ):
        page = client.post(url, data=data | {"evidence": ""}).text
        assert 'id="evidence-error"' in page
        assert 'id="household-error"' not in page
    page = client.post(url, data=window | {"real_name": "王"}).text
    assert 'id="real_name-error"' in page


def test_more_is_asked_for_with_a_reason(client, clerk, wish, session):
    assert client.post(f"/staff/residents/{wish.id}", data={"action": "ask_more", "reason": ""}).status_code == 422
    assert (
        client.post(f"/staff/residents/{wish.id}", data={"action": "ask_more", "reason": "请带租房合同。"}).status_code
        == 303
    )
    assert f"/staff/residents/{wish.id}" in client.get("/staff/residents?state=needs_more").text
    assert client.post(f"/staff/residents/{wish.id}", data={"action": "burn"}).status_code == 422


def test_another_street_and_other_staff_do_not_see_it(client, make, wish):
    for other in (make.staff(place="110101001"), make.staff(Role.DISPATCHER), make.user()):
        client.sign_in(other)
        assert client.get(f"/staff/residents/{wish.id}").status_code == 403
        assert client.post(f"/staff/residents/{wish.id}", data=GIVEN).status_code == 403
        assert "王小明" not in client.get("/staff/residents").text


def test_somebody_at_the_window_is_found_by_the_whole_number_only(client, clerk, wish, make):
    found = client.post("/staff/residents/searches", data={"find": "138 1234 5678"})
    assert found.headers["Location"].endswith(f"/staff/residents/people/{wish.user_id}")
    for typed in ("1381234", "", "\x00", "x" * 500):
        assert client.post("/staff/residents/searches", data={"find": typed}).status_code == 422


def test_name_and_home_are_shown_to_the_own_desk_only(client, make):
    person = make.user(real_name="王小明", building="3 号楼")
    client.sign_in(make.staff())
    look_up(client, person)
    assert "王小明" in client.get(f"/staff/residents/people/{person.id}").text
    client.sign_in(make.staff(place="110101001"))
    look_up(client, person)
    assert "王小明" not in client.get(f"/staff/residents/people/{person.id}").text


def test_the_window_confirms_and_issues_a_code(client, clerk, make, session):
    person = make.user(level=0, home=None)
    look_up(client, person)
    url = f"/staff/residents/people/{person.id}"
    data = GIVEN | {"place_code": COMMUNITY, "real_name": "王小明"}
    assert client.post(f"{url}/confirmations", data=data | {"place_code": "x"}).status_code == 422
    assert client.post(f"{url}/confirmations", data=data | {"place_code": "前海"}).status_code == 303
    session.refresh(person)
    assert (person.level, person.home_code) == (3, COMMUNITY)
    page = client.post(f"{url}/codes")
    assert page.status_code == 200
    assert "确认已搬走" in client.get(f"{url}/move").text
    session.refresh(person)
    assert person.level == 3  # only asked so far
    assert client.post(f"{url}/move").status_code == 303
    session.refresh(person)
    assert (person.level, person.home_code, person.household) == (2, None, None)
    assert client.get(f"{url}/move").status_code == 403


def test_nobody_does_it_for_himself(client, clerk):
    look_up(client, clerk)
    url = f"/staff/residents/people/{clerk.id}"
    assert client.get(url).status_code == 200
    data = GIVEN | {"place_code": COMMUNITY, "real_name": "王小明"}
    assert client.post(f"{url}/confirmations", data=data).status_code == 403
    assert client.post(f"{url}/codes").status_code == 403


def test_a_moderator_of_a_forum_is_no_desk(client, make, wish):
    moderator = make.user()
    make.grant(moderator, Role.MODERATOR, space=make.space())
    client.sign_in(moderator)
    person, url = queries.get_user(wish.user_id), f"/staff/residents/people/{wish.user_id}"
    answers = [look_up(client, person), client.get(url), client.post(f"{url}/codes"), client.post(f"{url}/move"),
               client.post(f"{url}/confirmations", data=GIVEN | {"place_code": COMMUNITY, "real_name": "王小明"})]  # fmt: skip
    assert [a.status_code for a in answers] == [403] * 5
    assert not [a for a in answers if person.display_name in a.text or "138****5678" in a.text]


def test_people_are_not_found_by_counting_up_their_ids(client, clerk, make, session):
    person = make.user(real_name="王小明")
    url = f"/staff/residents/people/{person.id}"
    answers = [
        client.get(url),
        client.get("/staff/residents/people/999999"),
        client.post(f"{url}/codes"),
        client.post(f"{url}/move"),
    ]
    assert [a.status_code for a in answers] == [404] * 4
    assert not [a for a in answers if "王小明" in a.text or person.display_name in a.text]
    session.refresh(person)
    assert person.level == 3
    look_up(client, person)
    assert client.get(url).status_code == 200
    client.sign_in(make.staff())
    assert client.get(url).status_code == 404


def test_whoever_asked_this_desk_is_seen_without_a_search_and_stays_so_when_confirmed(client, make, wish):
    url = f"/staff/residents/people/{wish.user_id}"
    client.sign_in(make.staff(place="110101001"))
    assert client.get(url).status_code == 404
    client.sign_in(make.staff())
    data = GIVEN | {"place_code": COMMUNITY, "real_name": "王小明"}
    assert client.post(f"{url}/confirmations", data=data).status_code == 303
    assert client.get(url).status_code == 200


def test_an_account_without_a_home_gets_a_code_from_the_city_only(client, make):
    person = make.user(level=1, home=None)
    for officer, status in (
        (make.staff(), 403),
        (make.staff(Role.PLACE_ADMIN), 403),
        (make.staff(Role.PLACE_ADMIN, place="11"), 200),
    ):
        client.sign_in(officer)
        look_up(client, person)
        assert client.post(f"/staff/residents/people/{person.id}/codes").status_code == status
