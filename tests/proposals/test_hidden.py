"""A hidden proposal: nobody talks, votes or rates, and its title stands nowhere, until it is shown again."""

from datetime import timedelta

import pytest

from portal import links
from portal.ballots import queries
from portal.ballots import service as ballots
from portal.ballots.models import Elector
from portal.clock import utcnow
from portal.conversations import service as conversations
from portal.conversations.models import Thread
from portal.errors import Refused
from portal.moderation import service as moderation
from portal.policy import Role
from portal.proposals import service
from portal.proposals.models import Proposal
from tests.factories import save


def hide(make, p):
    moderation.hide(make.staff(Role.MODERATOR), "proposal", p.id, "private_data", "写了门牌号")


def restore(make, p):
    moderation.restore(make.staff(Role.MODERATOR), "proposal", p.id, "corrected")


def is_open(session, p):
    return session.get(Thread, p.thread_id, populate_existing=True).is_open


def voted_on(make):
    p, voter = make.proposal(state="voting"), make.user()
    ballot = make.ballot(p, state="open", eligible_count=1)
    p.ballot_id = ballot.id
    save(p, Elector(ballot_id=ballot.id, user_id=voter.id, seat=f"u:{voter.id}"))
    return p, ballot, voter


@pytest.mark.parametrize(("state", "again"), [("gathering", True), ("publicity", True), ("declined", False)])
def test_nobody_talks_about_it_until_it_is_shown_again(session, make, state, again):
    p, neighbour = make.proposal(state=state), make.user()
    hide(make, p)
    assert not is_open(session, p)
    with pytest.raises(Refused):
        conversations.comment(neighbour, p.thread_id, "我也这么想")
    restore(make, p)
    assert is_open(session, p) is again


def test_nobody_votes_on_it_until_it_is_shown_again(session, make):
    p, ballot, voter = voted_on(make)
    hide(make, p)
    with pytest.raises(Refused, match="not shown at present"):
        ballots.vote(voter, ballot.id, "for")
    assert queries.open_for(voter) == queries.running() == []
    assert not links.describe(session, [("ballot", ballot.id)])[("ballot", ballot.id)].public
    restore(make, p)
    ballots.vote(voter, ballot.id, "for")
    assert links.describe(session, [("ballot", ballot.id)])[("ballot", ballot.id)].public


def test_the_page_of_its_vote_does_not_show_its_title(client, make):
    p, ballot, voter = voted_on(make)
    client.sign_in(voter).post(f"/ballots/{ballot.id}/check", data={"choice": "for"})
    hide(make, p)
    for path in ("", "/check", "/receipt"):
        page = client.get(f"/en/ballots/{ballot.id}{path}", follow_redirects=True)
        assert page.status_code == 404
        assert p.title not in page.text
        assert "Nobody votes until it is shown again" in page.text
    for door in ("check", "votes"):
        page = client.post(f"/en/ballots/{ballot.id}/{door}", data={"choice": "for"})
        assert page.status_code == 403
        assert p.title not in page.text
    assert client.post(f"/en/ballots/{ballot.id}/votes", data={}).status_code == 404
    p = make.proposal(state="voting")
    assert p.title in client.get(f"/ballots/{make.ballot(p, state='open').id}").text


def test_nobody_rates_it_until_it_is_shown_again(session, make):
    author = make.user()
    p = make.proposal(
        author=author, state="done", result="装好了", seconds_count=3, due_at=utcnow() + timedelta(days=5)
    )
    hide(make, p)
    with pytest.raises(Refused, match="not shown at present"):
        service.rate(author, p.id, "satisfied")
    restore(make, p)
    service.rate(author, p.id, "satisfied")
    assert session.get(Proposal, p.id, populate_existing=True).rating_yes_count == 1
