"""Who has asked to be confirmed is not asked to ask: every page says how the wish stands."""

import pytest

from portal.accounts import service
from portal.spaces import service as spaces
from portal.spaces.models import SpaceKind
from tests.factories import COMMUNITY

ASK, WAITS, MORE = "Get verified</a>", "Your confirmation is being looked at", "The desk needs something more"


@pytest.fixture
def pages(make):
    """A page with a form for comments, one with a button to second, one's own page, a refusal."""
    topic = spaces.start_topic(make.user(), make.space(SpaceKind.COUNCIL).id, "坡道太陡了")
    proposal = make.proposal(state="gathering")
    return [f"/en/topics/{topic.id}", f"/en/proposals/{proposal.id}", "/en/me/", "/en/proposals/new"]


def test_the_boxes_say_how_the_wish_stands(client, make, session, pages):
    person, clerk = make.user(level=0, home=COMMUNITY), make.staff()
    client.sign_in(person)
    assert [ASK in client.get(url).text for url in pages] == [True] * 4
    wish = service.ask(person, COMMUNITY, "王小明", building="3 号楼")
    for url in pages:
        page = client.get(url).text
        assert ASK not in page, url
        assert WAITS in page, url
    service.decide(clerk, wish.id, "ask_more", reason="请带租房合同。")
    assert [MORE in client.get(url).text for url in pages] == [True] * 4
    service.decide(clerk, wish.id, "reject", reason="不住在本社区。")
    assert [ASK in client.get(url).text for url in pages] == [True] * 4


def test_a_door_that_refuses_says_it_too(client, make, pages):
    person = make.user(level=0, home=COMMUNITY)
    service.ask(person, COMMUNITY, "王小明", building="3 号楼")
    client.sign_in(person)
    page = client.post(f"{pages[1]}/seconds")
    assert page.status_code == 403
    assert WAITS in page.text
