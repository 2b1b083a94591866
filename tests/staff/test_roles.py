"""The desk of roles."""

from datetime import timedelta

import pytest

from portal import clock
from portal.places.models import Place, PlaceLevel
from portal.policy import Role, Scope
from tests.factories import COMMUNITY, OTHER_COMMUNITY, STREET, save


@pytest.fixture
def boss(make, client):
    user = make.staff(Role.PLACE_ADMIN)
    client.sign_in(user)
    return user


def give(client, user, **over):
    return client.post(
        "/staff/roles", data={"username": user.username, "role": "moderator", "on": COMMUNITY, "until": ""} | over
    )


def test_a_role_is_given_shown_and_taken_back(client, boss, make, session):
    person = make.user()
    assert give(client, person, until="2099-12-31").status_code == 303
    session.refresh(person, ["grants"])
    assert person.has_role(Role.MODERATOR, Scope(place=COMMUNITY))
    page = client.get("/staff/roles").text
    assert person.username in page
    end = f"/staff/roles/{person.grants[0].id}/end"
    assert end in page
    asked = client.get("/en" + end).text
    assert person.display_name in asked
    assert "Moderator" in asked
    assert "前海社区" in asked
    assert client.post(end).status_code == 303
    assert person.username not in client.get("/staff/roles").text
    assert client.get(end).status_code == 404


def test_a_role_begins_on_its_first_day_and_the_list_says_so(client, boss, make, session):
    person, first = make.user(), clock.today() + timedelta(days=400)  # of another year: the day is said with it
    answer = give(client, person, first_day=f"{first}", until=f"{first + timedelta(days=30)}")
    assert answer.status_code == 303
    session.refresh(person, ["grants"])
    day = f"{first.day} {first:%b %Y}"
    page = client.get("/en/staff/roles").text
    assert f"{first.year}年{first.month}月{first.day}日 起担任这个角色" in page
    assert f'{day} <span class="meta">(to come)</span>' in page
    ask = client.get(f"/en/staff/roles/{person.grants[0].id}/end").text
    assert "First day" in ask and day in ask
    own = client.sign_in(person).get("/en/me/").text
    assert f"from {day}" in own
    assert client.get("/staff/review").status_code == 403
    with clock.at(person.grants[0].starts_at):
        assert client.sign_in(person).get("/staff/review").status_code == 200
        assert "(to come)" not in client.sign_in(boss).get("/en/staff/roles").text


def test_a_first_day_that_does_not_fit_is_said_beside_it(client, boss, make):
    person = make.user()
    make.grant(person, Role.MODERATOR, place=COMMUNITY)
    page = give(client, person, first_day=f"{clock.today() + timedelta(days=3)}")
    assert page.status_code == 422
    assert 'id="first_day-error"' in page.text


@pytest.mark.parametrize("on", ["/places/" + COMMUNITY, "http://localhost/places/" + COMMUNITY, "前海社区"])
def test_a_place_is_named_in_many_ways(client, boss, make, on):
    assert give(client, make.user(), on=on).status_code == 303


def test_a_role_on_a_space_a_team_and_a_unit(client, boss, make, session):
    space, team = make.space(), make.team()
    chair, volunteer = (
        ("chair", f"/spaces/{space.id}", Scope(space=space.id)),
        ("volunteer", f"/teams/{team.id}", Scope(team=team.id)),
    )
    for role, on, scope in (chair, volunteer):
        person = make.user()
        answer = give(client, person, role=role, on=on)
        assert answer.status_code == 303, answer.text
        session.refresh(person, ["grants"])
        assert person.has_role(Role(role), scope)
        assert person.username in client.get(f"/staff/roles?on={on}").text


@pytest.mark.parametrize("change", [
    {"username": "nobody"}, {"role": "king"}, {"role": "admin"}, {"role": "chair"}, {"on": "nowhere"}, {"on": "110101001"},
    {"on": "/spaces/999999"}, {"on": "/units/1L"}, {"until": "2020-01-01"}, {"until": "soon"}, {"until": "9999-12-31"}, {"on": "\x00"}, {"first_day": "2020-01-01"}, {"first_day": "2098-05-01", "until": "2098-04-30"},
])  # fmt: skip
def test_what_does_not_fit_is_said_beside_the_field(client, boss, make, change):
    assert give(client, make.user(), **change).status_code == 422


def test_a_role_on_a_lane_or_on_a_place_that_is_no_more_can_be_taken_back(client, boss, make, session):
    lane = save(Place(code=f"{COMMUNITY}L01", parent_code=COMMUNITY, level=PlaceLevel.LANE, name="前海北沿"))
    session.get(Place, OTHER_COMMUNITY).retired_at = None
    on_lane, on_place = make.user(), make.user()
    assert give(client, on_lane, on=f"/places/{lane.code}").status_code == 303
    assert give(client, on_place, on=OTHER_COMMUNITY).status_code == 303
    session.get(Place, OTHER_COMMUNITY).retired_at = clock.utcnow()
    session.commit()
    assert give(client, make.user(), on=OTHER_COMMUNITY).status_code == 422  # no new ones
    for person in (on_lane, on_place):
        session.refresh(person, ["grants"])
        end = f"/staff/roles/{person.grants[0].id}/end"
        assert end in client.get("/staff/roles").text
        assert client.get(end).status_code == 200
        assert client.post(end).status_code == 303
        session.refresh(person, ["grants"])
        assert not person.grants


def test_a_space_is_named_by_its_name(client, boss, make, session):
    person, space = make.user(), make.space(name="前海社区理事会")
    assert give(client, person, on="前海社区理事会", role="member").status_code == 303
    session.refresh(person, ["grants"])
    assert person.has_role(Role.MEMBER, space.scope)
    make.space(name="前海社区理事会")
    assert give(client, make.user(), on="前海社区理事会", role="member").status_code == 422  # which of the two?


def test_nobody_gives_himself_a_role(client, boss):
    assert give(client, boss).status_code == 422


def test_other_staff_and_other_places_have_no_say(client, boss, make):
    person = make.user()
    grant = make.grant(person, Role.MODERATOR, place=COMMUNITY)
    for other in (make.staff(Role.MODERATOR), make.staff(Role.PLACE_ADMIN, place="110101001")):
        client.sign_in(other)
        assert client.get(f"/staff/roles/{grant.id}/end").status_code == 403
        assert client.post(f"/staff/roles/{grant.id}/end").status_code == 403
    assert person.username not in client.get("/staff/roles").text
    client.sign_in(make.staff(Role.MODERATOR, place=STREET))
    assert client.get("/staff/roles").status_code == 403
