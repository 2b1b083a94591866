"""What a page says of time: waiting for the answer, late, days left; what came out of a deliberation; one's own rating."""

import re
from datetime import timedelta

import pytest

from portal import clock
from portal.clock import utcnow
from portal.policy import Role
from portal.proposals import service
from portal.proposals.models import OutcomeRating, Proposal, Second
from portal.proposals.states import ProposalState
from portal.spaces.rules import RuleSet
from portal.spaces.words import in_plain_words
from tests.factories import save

DAY = timedelta(days=1)


def on_notice(make, *, notice, answer, **over):
    """In its public notice: how many days until (or, negative, since) the end of the notice and the day of the answer."""
    return make.proposal(
        state="publicity", objections_until=utcnow() + notice * DAY, due_at=utcnow() + answer * DAY, **over
    )


def both(client, p):
    return client.get("/en/proposals/?place=all").text, client.get(f"/en/proposals/{p.id}").text


@pytest.mark.parametrize(("notice", "answer", "badge", "late"), [
    (3, 3, "On public notice", False), (-1, 10, "Waiting for the official answer", False), (-20, -2, "Waiting for the official answer", True),
])  # fmt: skip
def test_the_badge_says_when_the_answer_is_owed_and_when_it_is_late(client, make, notice, answer, badge, late):
    p = on_notice(make, notice=notice, answer=answer)
    for page in both(client, p):
        assert badge in page
        assert ("Late since" in page) is late
        assert badge == "On public notice" or "On public notice</span>" not in page
    listed, shown = both(client, p)
    assert ("Objections can be written now" in listed) is (notice > 0)
    assert ("and is late" in shown) is late


@pytest.mark.parametrize(("state", "promised", "late"), [
    ("in_progress", -2, True), ("accepted", -2, True), ("in_progress", 2, False), ("done", -2, False), ("confirmed", -2, False),
])  # fmt: skip
def test_work_that_was_promised_for_a_day_that_is_over_is_late(client, make, state, promised, late):
    due = utcnow() + promised * DAY
    p = make.proposal(
        state=state, promised_at=due, due_at=due, answer="街道来做。", responsible="街道", accepted_how="street_task"
    )
    for page in both(client, p):
        assert ("Late since" in page) is late


@pytest.mark.parametrize(("state", "joined"), [("gathering", True), ("publicity", False), ("done", False)])
def test_similar_proposals_suggest_seconding_only_what_can_be_seconded(client, make, state, joined):
    p = make.proposal(state=state)
    service.index_title(*_indexing(p))
    page = client.get(f"/en/proposals/similar?title={p.title}&place={p.place_code}").text
    assert p.title in page
    assert ("Seconding one together" in page) is joined


def _indexing(p):
    from portal import db

    return db.Session(), p


def test_the_days_left_are_the_same_wherever_they_stand(client, make):
    due = utcnow() + 54 * DAY + timedelta(hours=5)
    p = make.proposal(state="gathering", due_at=due, space=make.space(rules=RuleSet(seconds_needed=5)))
    listed, shown = both(client, p)
    for page in (listed, shown, client.get(f"/en/proposals/{p.id}/trace").text):
        assert set(re.findall(r"(\d+) days left", page)) <= {"55"}
    assert "55 days left" in listed
    assert shown.count("55 days left") >= 2
    assert clock.days_left(due, due) == clock.days_left(None, due) == 0


def test_whoever_has_sent_a_proposal_in_is_led_to_it(client, make):
    author = make.user()
    p = make.proposal(author=author, state="submitted", submitted_at=utcnow())
    assert client.sign_in(author).get(f"/proposals/{p.id}/check").headers["Location"].endswith(f"/proposals/{p.id}")
    assert client.sign_in(make.user()).get(f"/proposals/{p.id}/check").status_code == 404


def test_what_the_organisers_wrote_when_they_concluded_is_public(client, make, session):
    p, host = make.proposal(state="deliberating"), make.user()
    make.grant(host, Role.HOST, space=p.space_id)
    service.move(host, p.id, "conclude", note="都赞成装在西侧，夜里不响。")
    assert session.get(Proposal, p.id, populate_existing=True).state is ProposalState.VOTING
    for path in (f"/en/proposals/{p.id}", f"/en/proposals/{p.id}/trace"):
        page = client.get(path).text
        assert "What came out of the deliberation" in page
        assert "都赞成装在西侧，夜里不响。" in page
    assert "都赞成装在西侧" not in client.get(f"/en/proposals/{p.id}/trace.json").text


def test_the_rules_say_that_a_host_may_conclude_earlier():
    def said(days):
        return [str(s) for s in in_plain_words(RuleSet(deliberation_days=days)) if "conclude earlier" in str(s)]

    assert len(said(7)) == 1
    assert said(0) == []


def test_after_rating_one_sees_and_may_change_what_one_answered(client, make):
    author, neighbour = make.user(), make.user()
    p = make.proposal(author=author, state="done", result="装好了", seconds_count=3, due_at=utcnow() + 5 * DAY)
    save(Second(proposal_id=p.id, user_id=neighbour.id, version=1))
    client.sign_in(neighbour).post(f"/proposals/{p.id}/ratings", data={"answer": "fair", "comment": "少一个"})
    page = client.get(f"/en/proposals/{p.id}").text
    assert "You answered “Solved, more or less”" in page
    assert [r for r in re.findall(r'<input type="radio" name="answer"[^>]*>', page) if "checked" in r] == re.findall(
        r'<input type="radio" name="answer"[^>]*value="fair" checked>', page
    )
    assert "少一个" in page
    assert "You answered" not in client.sign_in(author).get(f"/en/proposals/{p.id}").text
    done = make.proposal(author=author, state="confirmed", result="装好了")
    save(OutcomeRating(proposal_id=done.id, user_id=author.id, answer="satisfied"))
    assert "You answered “Solved, and well done”." in client.get(f"/en/proposals/{done.id}").text
