"""The page of a place: one template from the city to the community."""

import pytest

from portal import db
from portal.places import counts
from portal.spaces.models import SpaceKind
from tests.factories import CITY, COMMUNITY, DISTRICT, STREET


def counted(kind, *states, place=COMMUNITY):
    with db.transaction() as session:
        for state in states:
            counts.moved(session, kind, place, None, state)


@pytest.mark.parametrize("code", [CITY, DISTRICT, STREET, COMMUNITY])
def test_every_level_has_its_page(client, make, code):
    make.places()
    page = client.get(f"/places/{code}").text
    assert page.count("<h1") == 1
    assert "plate-lg" in page
    assert "tel:12345" in page


def test_the_figures_come_from_what_is_counted(client, make):
    make.places()
    counted("proposal", "voting", "gathering", "draft", "submitted")
    counted("case", "reported", "in_handling", "closed")
    counted("resident", "resident", "resident")
    page = client.get(f"/en/places/{STREET}").text
    assert "<dt>Cases being handled</dt><dd>2</dd>" in page
    assert "<dt>Voting now</dt><dd>1</dd>" in page
    assert "<dt>Proposals</dt><dd>2</dd>" in page
    assert "2 verified residents" in page
    assert '<td data-label="Proposals" class="n">2</td><td data-label="Cases being handled" class="n">2</td>' in page


def test_a_street_has_doors_and_a_table_and_a_community_its_council(client, make):
    council = make.space(SpaceKind.COUNCIL, COMMUNITY, name="前海理事会")
    street, community = (client.get(f"/en/places/{code}").text for code in (STREET, COMMUNITY))
    assert f"/en/spaces/?place={STREET}&amp;kind=council" in street
    assert "Communities" in street
    assert f'/en/spaces/{council.id}"' in community
    assert "<table" not in community


def test_one_presses_once_to_say_this_is_my_community(client, make):
    user = make.user(home=None, level=1)
    client.sign_in(user)
    page = client.get(f"/en/places/{COMMUNITY}").text
    assert 'action="/en/me/community"' in page
    user.home_code = COMMUNITY
    db.Session().commit()
    page = client.get(f"/en/places/{COMMUNITY}").text
    assert 'action="/en/me/community"' not in page
    assert "This is my community" in page


def test_english_pages_spell_places_in_latin(client, make):
    make.places()
    page = client.get(f"/en/places/{COMMUNITY}").text
    assert "<title>Qianhai" in page


@pytest.mark.parametrize("code", ["99", "abc", "1" * 400, "%00", "110102003001L001", "~"])
def test_an_unknown_code_is_no_page(client, make, code):
    make.places()
    assert client.get(f"/places/{code}").status_code == 404


@pytest.mark.parametrize("name", ["about", "rules", "privacy", "accessibility", "source"])
@pytest.mark.parametrize("root", ["", "/en"])
def test_fixed_pages_cost_nothing(client, sql, name, root):
    with sql() as seen:
        page = client.get(f"{root}/pages/{name}")
    assert page.status_code == 200
    assert page.text.count("<h1") == 1
    assert seen == []
