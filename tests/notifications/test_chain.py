"""From the services through the outbox into people's lists: the real way, without a handler being called by hand."""

from datetime import timedelta

from portal import outbox
from portal.ballots.models import Choice
from portal.ballots.service import vote
from portal.clock import travel
from portal.notifications.models import Notification
from portal.policy import Role
from portal.proposals import service
from portal.proposals.models import Proposal
from portal.spaces.rules import RuleSet


def settle():
    for _ in range(10):
        did = sum(n for n in outbox.run_due().values() if n > 0)
        if not outbox.sweep(grace=timedelta(0)) and not did:
            return


def kinds(session, user):
    session.expire_all()
    return [n.kind for n in session.query(Notification).filter_by(user_id=user.id).order_by(Notification.id)]


def test_a_proposal_told_from_submission_to_publicity(session, make):
    space = make.space(rules=RuleSet(seconds_needed=2, deliberation_days=3, ballot_days=2, quorum_share=10))
    author, moderator = make.user(), make.staff(Role.MODERATOR)
    neighbours = [make.user() for _ in range(3)]
    draft = service.save_draft(author, space_id=space.id, place_code=space.place_code, theme="traffic", where="西街口",
                               title="在西街口设停车架", body="早晚停满车，轮椅过不去。", plan="")  # fmt: skip
    service.submit(author, draft.id)
    settle()
    assert kinds(session, moderator) == ["proposal.submit"]
    service.move(moderator, draft.id, "pass_review")
    for neighbour in neighbours[:2]:
        service.second(neighbour, draft.id)
    settle()
    assert kinds(session, author) == ["proposal.pass_review", "proposal.reach"]
    assert kinds(session, neighbours[0]) == ["proposal.reach"]
    with travel(days=4):
        settle()
        ballot_id = session.get(Proposal, draft.id).ballot_id
        assert kinds(session, neighbours[2]) == ["ballot.opened"]
        vote(neighbours[2], ballot_id, Choice.FOR)
        vote(neighbours[1], ballot_id, Choice.FOR)
    with travel(days=7):
        settle()
    assert kinds(session, neighbours[2]) == ["ballot.opened", "ballot.passed"]
    assert kinds(session, author)[-1] == "ballot.passed"
    assert session.query(outbox.Message).filter(outbox.Message.done_at.is_(None)).count() == 0
