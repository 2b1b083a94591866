"""The home page: what is going on around me."""

from datetime import timedelta

from portal import db, links
from portal.ballots.models import Elector
from portal.ballots.states import BallotState
from portal.clock import utcnow
from portal.files import Photo
from portal.patrols.states import PatrolState
from portal.proposals.models import Proposal
from tests.factories import COMMUNITY, save


def voting(make, title, closes_in=3, **over):
    proposal = make.proposal(state="voting", title=title)
    ballot = make.ballot(
        proposal, state=BallotState.OPEN, closes_at=utcnow() + timedelta(days=closes_in), eligible_count=9, **over
    )
    proposal.ballot_id, proposal.due_at = ballot.id, ballot.closes_at
    save(proposal)
    return ballot


def finished(make, title="公厕加装扶手"):
    proposal = make.proposal(state="confirmed", title=title, done_at=utcnow() - timedelta(days=1), answered_at=utcnow(),
                             rating_yes_count=4, result="加装了扶手")  # fmt: skip
    case = make.case(state="evaluated")
    with db.transaction() as session:
        links.add(session, ("proposal", proposal.id), ("case", case.id))
    return proposal, case


def test_an_empty_portal_still_says_what_to_do(client, make):
    make.places()
    page = client.get("/en/").text
    assert page.count("<h1") == 1
    assert "Everything you say can be traced" in page.replace('<span class="phrase">', "").replace("</span>", "")
    assert "Reading needs no sign-in" in page
    for path in ("/en/proposals/new", "/en/cases/new", "/en/patrols/new", "/en/cases/", "/en/search"):
        assert f'"{path}"' in page


def test_what_closes_first_is_on_top_and_the_finished_chain_is_shown(client, make):
    voting(make, "晚的", 5)
    voting(make, "早的", 1)
    _, case = finished(make)
    page = client.get("/").text
    assert page.index("早的") < page.index("晚的")
    assert 'class="trace trace-row"' in page
    assert f"/cases/{case.number}" in page
    assert "加装了扶手" in page


def test_the_latest_finished_matter_shows_before_and_after(client, make, sql):
    _, case = finished(make)
    for purpose in ("before", "after"):
        save(Photo(key=f"k{purpose}{case.id}", owner_kind="case", owner_id=case.id, purpose=purpose, width=640, height=480,
                   widths=[320, 640], alt="巷口"))  # fmt: skip
    client.set_cookie("place", COMMUNITY)
    with sql() as seen:
        page = client.get("/en/").text
    assert len(seen) <= 5
    assert page.count("<figcaption>") == 2
    assert "Before" in page


def test_a_secret_vote_shows_turnout_only(client, make):
    voting(make, "秘密的", for_count=7, against_count=1)
    page = client.get("/en/").text
    assert "8 of 9" in page
    assert 'class="tally"' not in page


def test_somebody_signed_in_sees_how_many_votes_wait(client, make):
    user = make.user()
    for title in ("一", "二"):
        ballot = voting(make, title)
        save(Elector(ballot_id=ballot.id, user_id=user.id, seat=f"u:{user.id}"))
    assert "2 votes wait for you" in client.sign_in(user).get("/en/").text


def test_a_quiet_street_shows_the_city_but_a_lively_one_itself(client, make):
    make.proposal(state="gathering", title="西城的", space=make.space(place=COMMUNITY))
    client.set_cookie("place", "110102001001")
    assert "西城的" in client.get("/").text
    client.set_cookie("place", COMMUNITY)
    assert "西城的" in client.get("/").text


def test_hidden_and_private_matters_are_not_shown(client, make):
    make.proposal(state="gathering", title="藏起来的", hidden_at=utcnow())
    make.proposal(state="submitted", title="没审的")
    page = client.get("/").text
    assert "藏起来的" not in page
    assert "没审的" not in page


def test_todays_patrols_are_counted_by_brand(client, make):
    team = make.team()
    make.patrol(team=team, companions=2, finding_count=3)
    make.patrol(team=team, started_at=utcnow() - timedelta(days=2))
    make.patrol(team=team, state=PatrolState.PLANNED)
    page = client.get("/en/").text
    assert "3 neighbours out today" in page
    assert "1 patrol<" in page
    assert "3 things noted" in page


def test_elder_mode_asks_what_one_wants_to_do(client, make):
    make.places()
    client.set_cookie("elder", "1")
    page = client.get("/en/").text
    assert 'data-mode="elder"' in page
    assert "what would you like to do today" in page
    assert "Ask somebody for help" in page


def test_outside_proposals_are_not_news_here(client, make, session):
    from portal.places.models import Place, PlaceLevel

    save(Place(code="BCN", level=PlaceLevel.OUTSIDE, name="Barcelona"))
    proposal = make.proposal(state="gathering", title="Carril bici")
    session.get(Proposal, proposal.id).place_code = "BCN"
    session.commit()
    assert "Carril bici" not in client.get("/").text
    assert "Carril bici" in client.get("/places/BCN").text


def test_large_print_keeps_the_search_and_the_choice_of_a_community(client, make):
    make.places()
    client.set_cookie("elder", "1")
    page = client.get("/en/").text
    assert 'data-mode="elder"' in page
    hero = page.split('class="hero"')[1].split('class="quick')[0]
    assert 'action="/en/search"' in hero
    assert 'href="/en/places/choose"' in hero


def test_robots_read_what_is_public_only(client):
    answer = client.get("/robots.txt")
    assert (answer.status_code, answer.mimetype) == (200, "text/plain")
    assert {"Disallow: /staff/", "Disallow: /en/search", "User-agent: *"} <= set(answer.text.splitlines())
