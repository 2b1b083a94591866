"""Voting in a browser: choose, check, cast, receipt; refused with a reason; neutral to the last."""

import re

import pytest

from portal import clock
from portal.ballots.models import Ballot, Elector, Vote
from portal.clock import utcnow
from portal.policy import Level
from portal.spaces.rules import Majority, Results, RuleSet
from tests.factories import OTHER_COMMUNITY, save


def open_ballot(make, *voters, rules=None, **over):
    space = make.space(rules=rules) if rules else make.space()
    p = make.proposal(space=space, state="voting")
    ballot = make.ballot(p, state="open", eligible_count=len(voters) or 3, **over)
    p.ballot_id = ballot.id
    save(p)
    save(*(Elector(ballot_id=ballot.id, user_id=v.id, seat=f"u:{v.id}") for v in voters)) if voters else None
    return ballot


def test_the_whole_way_from_choice_to_receipt(client, make, session):
    voter = make.user()
    ballot = open_ballot(make, voter)
    client.sign_in(voter)
    assert client.get(f"/ballots/{ballot.id}").status_code == 200

    check = client.post(f"/en/ballots/{ballot.id}/check", data={"choice": "against"}, follow_redirects=True)
    assert check.status_code == 200
    assert "Not cast yet" in check.text
    assert session.get(Ballot, ballot.id, populate_existing=True).turnout == 0

    cast = client.post(f"/en/ballots/{ballot.id}/votes", data={"choice": "against"})
    assert cast.headers["Location"].endswith(f"/en/ballots/{ballot.id}/receipt")
    assert "You can change it until" in client.get(cast.headers["Location"]).text
    assert session.get(Ballot, ballot.id, populate_existing=True).against_count == 1


def test_coming_back_to_the_check_page_after_casting_leads_to_the_ballot(client, make):
    voter = make.user()
    ballot = open_ballot(make, voter)
    client.sign_in(voter)
    client.post(f"/ballots/{ballot.id}/check", data={"choice": "for"})
    assert client.get(f"/ballots/{ballot.id}/check").status_code == 200
    client.post(f"/ballots/{ballot.id}/votes", data={"choice": "for"})
    assert client.get(f"/ballots/{ballot.id}/check").headers["Location"].endswith(f"/ballots/{ballot.id}")


def test_pressing_twice_and_going_back_casts_once(client, make, session):
    voter = make.user()
    ballot = open_ballot(make, voter)
    client.sign_in(voter)
    for choice in ("for", "for", "abstain"):
        assert client.post(f"/ballots/{ballot.id}/votes", data={"choice": choice}).status_code == 303
    ballot = session.get(Ballot, ballot.id, populate_existing=True)
    assert (ballot.for_count, ballot.abstain_count, ballot.turnout) == (0, 1, 1)


def test_nothing_is_preselected_not_even_after_voting(client, make):
    voter = make.user()
    ballot = open_ballot(make, voter)
    client.sign_in(voter)
    client.post(f"/ballots/{ballot.id}/votes", data={"choice": "for"})
    for url in (f"/ballots/{ballot.id}", f"/proposals/{ballot.subject_id}"):
        page = client.get(url).text
        radios = re.findall(r'<input type="radio" name="choice"[^>]*>', page)
        assert len(radios) == 3
        assert not any("checked" in radio for radio in radios)


@pytest.mark.parametrize("data", [{}, {"choice": ""}, {"choice": "yes"}, {"choice": "\x00"}])
def test_a_vote_without_a_choice_asks_for_one(client, make, data):
    voter = make.user()
    ballot = open_ballot(make, voter)
    client.sign_in(voter)
    for door in ("check", "votes"):
        page = client.post(f"/en/ballots/{ballot.id}/{door}", data=data)
        assert page.status_code == 422
        assert "Choose one of the options." in page.text


def test_visitors_are_led_to_sign_in_and_back(client, make):
    ballot = open_ballot(make)
    page = client.get(f"/en/ballots/{ballot.id}").text
    assert f"/en/sign-in?next=/en/ballots/{ballot.id}" in page.replace("%2F", "/")
    assert "Confirmed residents of this place vote here. If you are one of them, please sign in." in page
    assert client.post(f"/ballots/{ballot.id}/votes", data={"choice": "for"}).status_code in (302, 403)


@pytest.mark.parametrize(("who", "sentence"), [
    ({"level": Level.REAL_NAME}, "Only confirmed residents vote here"),
    ({"home": OTHER_COMMUNITY}, "The residents of this place vote here. You are confirmed in another community."),
    ({}, "You are not on the list of voters"),
])  # fmt: skip
def test_whoever_may_not_vote_reads_why(client, make, who, sentence):
    ballot = open_ballot(make, make.user())
    client.sign_in(make.user(**who))
    assert sentence in client.get(f"/en/ballots/{ballot.id}").text
    refused = client.post(f"/en/ballots/{ballot.id}/check", data={"choice": "for"})
    assert refused.status_code == 403
    assert sentence in refused.text
    assert client.post(f"/en/ballots/{ballot.id}/votes", data={"choice": "for"}).status_code == 403


def test_a_household_has_one_vote(client, make):
    one, two = make.user(), make.user()
    ballot = open_ballot(make, rules=RuleSet(per_household=True))
    save(*(Elector(ballot_id=ballot.id, user_id=u.id, seat="h:1") for u in (one, two)))
    client.sign_in(one).post(f"/ballots/{ballot.id}/votes", data={"choice": "for"})
    assert (
        "Somebody in your household has cast its one vote" in client.sign_in(two).get(f"/en/ballots/{ballot.id}").text
    )


def test_after_the_end_the_vote_is_refused_and_nothing_is_lost(client, make):
    voter = make.user()
    ballot = open_ballot(make, voter)
    client.sign_in(voter)
    with clock.travel(days=8):
        answer = client.post(f"/en/ballots/{ballot.id}/votes", data={"choice": "for"})
        assert answer.status_code == 409
        assert "Voting has ended." in answer.text


def test_counts_are_hidden_until_the_end_unless_the_rules_show_them(client, make):
    hidden = open_ballot(make, for_count=2, against_count=1)
    page = client.get(f"/en/ballots/{hidden.id}").text
    assert "Counts are shown when the vote closes." in page
    assert "tally-n" not in page
    live = open_ballot(make, rules=RuleSet(results=Results.LIVE), for_count=2, against_count=1)
    assert "tally-n" in client.get(f"/en/ballots/{live.id}").text


def test_a_closed_ballot_says_how_it_ended_and_why(client, make):
    ballot = open_ballot(make, rules=RuleSet(majority=Majority.TWO_THIRDS))
    ballot.state, ballot.closed_at, ballot.passed, ballot.quorate = "published", utcnow(), False, False
    ballot.eligible_count, ballot.for_count = 40, 3
    save(ballot)
    page = client.get(f"/en/ballots/{ballot.id}").text
    assert "Not passed: only 3 of 40 took part, 50 % were needed." in page
    assert 'type="radio"' not in page


def test_an_annulled_ballot_says_why(client, make):
    ballot = open_ballot(make, annulled_reason="名单有误")
    ballot.state = "annulled"
    save(ballot)
    assert "名单有误" in client.get(f"/ballots/{ballot.id}").text


def test_a_receipt_is_only_for_who_voted(client, make):
    voter = make.user()
    ballot = open_ballot(make, voter)
    assert client.sign_in(voter).get(f"/ballots/{ballot.id}/receipt").status_code == 302


def test_an_unknown_ballot_is_not_found(client, make):
    make.places()
    assert client.get("/ballots/99999").status_code == 404


def household(make, **rules):
    """A ballot with one seat for two people, the first of whom has voted against."""
    one, two = make.user(), make.user()
    ballot = open_ballot(make, rules=RuleSet(per_household=True, **rules))
    save(*(Elector(ballot_id=ballot.id, user_id=u.id, seat="h:1") for u in (one, two)))
    save(Vote(ballot_id=ballot.id, seat="h:1", choice="against", cast_by=one.id, cast_at=utcnow()))
    return ballot, one, two


@pytest.mark.parametrize("state", ["open", "published"])
def test_what_a_household_chose_is_told_to_whoever_cast_it_and_to_nobody_else(client, make, state):
    ballot, one, two = household(make)
    ballot.state = state
    save(ballot)
    client.sign_in(two)
    for page in (client.get(f"/en/ballots/{ballot.id}/receipt").text, client.get(f"/en/ballots/{ballot.id}").text):
        assert "You chose" not in page
        assert "Your choice</" not in page
    assert "Your household has voted" in client.get(f"/en/ballots/{ballot.id}/receipt").text
    client.sign_in(one)
    assert "Your choice</" in client.get(f"/en/ballots/{ballot.id}/receipt").text
    assert "You chose “Against”." in client.get(f"/en/ballots/{ballot.id}").text


def test_after_voting_the_page_says_what_was_chosen_instead_of_not_cast_yet(client, make):
    voter = make.user()
    ballot = open_ballot(make, voter)
    client.sign_in(voter)
    assert "Not cast yet" in client.get(f"/en/ballots/{ballot.id}").text
    client.post(f"/ballots/{ballot.id}/votes", data={"choice": "abstain"})
    for url in (f"/en/ballots/{ballot.id}", f"/en/proposals/{ballot.subject_id}"):
        page = client.get(url).text
        assert "You chose “Abstain”." in page
        assert "Not cast yet" not in page


@pytest.mark.parametrize(("results", "state", "said"), [
    (Results.LIVE, "open", "Shown on the page of the vote while voting is open"), (Results.AFTER_CLOSE, "open", "Shown here when voting ends"),
    (Results.AFTER_CLOSE, "published", "Shown on the page of the vote<"),
])  # fmt: skip
def test_a_receipt_promises_a_later_result_only_where_it_comes_later(client, make, results, state, said):
    voter = make.user()
    ballot = open_ballot(make, voter, rules=RuleSet(results=results))
    client.sign_in(voter).post(f"/ballots/{ballot.id}/votes", data={"choice": "for"})
    ballot.state = state
    save(ballot)
    page = client.get(f"/en/ballots/{ballot.id}/receipt").text
    assert said in page
    assert said.startswith("Shown here") or "when voting ends" not in page
