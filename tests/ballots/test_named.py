"""A vote by name says so beforehand and shows who chose what; a secret one never does."""

import pytest

from portal import clock, outbox
from portal.ballots import queries, service
from portal.clock import utcnow
from portal.policy import GUEST
from portal.spaces.rules import Results, RuleSet
from tests.factories import save

SENTENCE = "This vote is by name"


@pytest.fixture
def voted(make):
    """A function: an open ballot under these rules in which two people have voted."""

    def run(**rules):
        one, two = make.user(display_name="东屋石榴"), make.user(display_name="西院海棠")
        p = make.proposal(space=make.space(rules=RuleSet(quorum_share=0, **rules)), state="voting")
        ballot = make.ballot(p)
        p.ballot_id = ballot.id
        save(p)
        service.open_ballot(ballot.id, utcnow())
        service.vote(one, ballot.id, "for")
        service.vote(two, ballot.id, "against")
        return ballot, one, two

    return run


def pages(client, ballot):
    return [
        client.get(url).text
        for url in (
            f"/en/ballots/{ballot.id}",
            f"/en/proposals/{ballot.subject_id}",
            f"/en/proposals/{ballot.subject_id}/trace",
        )
    ]


def test_a_named_vote_with_live_counts_lists_who_chose_what(client, voted):
    ballot, one, two = voted(secret=False, results=Results.LIVE)
    page = client.get(f"/en/ballots/{ballot.id}").text
    assert page.index("东屋石榴") < page.index("西院海棠")
    assert SENTENCE in page
    client.sign_in(one)
    check = client.post(f"/en/ballots/{ballot.id}/check", data={"choice": "against"}, follow_redirects=True).text
    assert "everybody sees at once what you chose, under your display name" in check
    assert "everybody sees at once what you chose" in client.get(f"/en/ballots/{ballot.id}/receipt").text
    service.vote(two, ballot.id, "for")
    assert [v.choice for v in queries.named_votes(ballot, utcnow()).rows] == ["for", "for"]


def test_a_named_vote_with_hidden_counts_names_nobody_before_it_closes(client, voted):
    ballot, one, _ = voted(secret=False, results=Results.AFTER_CLOSE)
    assert queries.named_votes(ballot, utcnow()) is None
    for page in pages(client, ballot):
        assert "东屋石榴" not in page
    assert (
        "when it has ended, everybody sees what you chose" in client.sign_in(one).get(f"/en/ballots/{ballot.id}").text
    )
    with clock.travel(days=8):
        service.close_due(utcnow())
        assert "东屋石榴" in client.get(f"/en/ballots/{ballot.id}").text


@pytest.mark.parametrize("results", list(Results))
def test_a_secret_vote_names_nobody_ever(client, voted, results):
    ballot, *_ = voted(secret=True, results=results)
    for days in (0, 8):
        with clock.travel(days=days):
            service.close_due(utcnow())
            assert queries.named_votes(ballot, utcnow()) is None
            for page in pages(client, ballot):
                assert "东屋石榴" not in page
                assert SENTENCE not in page
                assert "Who chose what" not in page


def test_the_names_page_by_key(session, make, voted):
    ballot, one, two = voted(secret=False, results=Results.LIVE)
    first = queries.named_votes(ballot, utcnow(), size=1)
    second = queries.named_votes(ballot, utcnow(), size=1, after=first.older)
    assert [v.cast_by for v in (*first.rows, *second.rows)] == [one.id, two.id]
    assert (first.total, second.older) == (2, None)


def test_an_announced_ballot_opens_at_its_time_and_is_called_announced_until_then(client, make, session, sql):
    from portal.proposals import service as proposals
    from tests.proposals.helpers import fresh, submitted

    author, staff = make.user(), make.staff()
    rules = RuleSet(seconds_needed=0, deliberation_days=0, notice_days=3, ballot_days=5)
    p = submitted(author, make.space(rules=rules))
    proposals.move(staff, p.id, "pass_review")
    ballot = queries.get_ballot(p.ballot_id)
    assert (p.state, p.is_announced, p.due_at) == ("voting", True, ballot.opens_at)
    assert ballot.opens_at == clock.days_later(p.state_since, 3)
    assert ballot.closes_at == clock.days_later(ballot.opens_at, 5)
    outbox.run_due()
    assert ballot.state == "announced"
    assert "not begun" in str(queries.why_not_vote(ballot, GUEST).why)
    for url in (f"/en/ballots/{ballot.id}", f"/en/proposals/{p.id}", "/en/proposals/"):
        page = client.get(url).text
        assert "Voting begins" in page
        assert "Vote announced" in page or url.startswith("/en/ballots")
    assert client.sign_in(author).post(f"/ballots/{ballot.id}/votes", data={"choice": "for"}).status_code == 403
    with clock.at(ballot.opens_at):
        outbox.run_due()
        p = fresh(session, p)
        assert (p.is_announced, p.due_at) == (False, queries.get_ballot(p.ballot_id).closes_at)
        assert queries.get_ballot(p.ballot_id).state == "open"


def test_deadlines_fall_in_the_evening_after_all_of_their_days():
    for hour in range(0, 24):
        start = clock.datetime(2026, 5, 18, hour, 30, tzinfo=clock.BEIJING)
        end = clock.days_later(start, 3)
        assert end.astimezone(clock.BEIJING).hour == 20
        assert clock.timedelta(days=3) <= end - start < clock.timedelta(days=4)
    assert clock.days_later(start, 0) == start
    exact = clock.datetime(2026, 5, 18, 20, tzinfo=clock.BEIJING)
    assert clock.days_later(exact, 3) - exact == clock.timedelta(days=3)
