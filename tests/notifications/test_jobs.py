"""Who hears of which event."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal import clock, db, links, outbox
from portal.accounts.events import GrantChanged, VerificationAsked, VerificationDecided
from portal.accounts.models import Grant, Verification
from portal.ballots import service as ballot_service
from portal.ballots.events import BallotClosed, BallotOpened
from portal.ballots.models import Choice, Elector, Vote
from portal.brands.events import ApplicationMoved
from portal.cases.events import CaseMoved, CaseRated
from portal.conversations.events import CommentPublished, CommentReviewed
from portal.conversations.models import CommentState
from portal.moderation.events import ModerationDecided
from portal.moderation.models import Report, Reporter, ReportState
from portal.notifications import texts
from portal.notifications.jobs import ballots, cases, patrols, people, proposals, words
from portal.notifications.models import Notification
from portal.patrols.events import PatrolMoved
from portal.policy import Role
from portal.proposals import service as proposal_service
from portal.proposals.events import ObjectionAnswered, ProposalMoved, ProposalObjected, ProposalRevised
from portal.proposals.models import AcceptedHow, Follow, Objection, Second
from portal.proposals.policy import why_not_rate
from portal.proposals.states import ProposalState
from portal.spaces.events import Asked, Invited
from portal.spaces.models import Invitation
from tests.factories import COMMUNITY, STREET, save


def tell(handler, event):
    """Handle the event twice, as a worker that crashed would."""
    for _ in range(2):
        with db.transaction() as session:
            handler(session, event)


def told(user=None):
    """(user, kind, is_task) of everything that was told, or (kind, is_task) for one person."""
    rows = db.Session().scalars(sa.select(Notification).order_by(Notification.id)).all()
    if user is None:
        return sorted((n.user_id, n.kind, n.is_task) for n in rows)
    return [(n.kind, n.is_task) for n in rows if n.user_id == user.id]


def one(user) -> Notification:
    return db.Session().scalars(sa.select(Notification).where(Notification.user_id == user.id)).one()


def test_every_kind_a_handler_sends_has_its_sentence():
    import re
    from pathlib import Path

    for path in Path(proposals.__file__).parent.glob("*.py"):
        for kind in re.findall(r'notify\([^"]*?"([a-z_]+\.[a-z_.]+)"', path.read_text(), re.DOTALL):
            assert kind in texts.TEXTS, kind
    for action in proposals.TELLINGS:
        assert f"proposal.{action}" in texts.TEXTS
    for action in cases.NEXT:
        assert f"case.do.{action}" in texts.TEXTS
    for action in cases.REPORTER_HEARS | cases.FOLLOWERS_HEAR:
        assert f"case.{action}" in texts.TEXTS


def test_a_comment_tells_whose_matter_it_is_and_whoever_is_answered_but_never_oneself(session, make):
    author, first, second = make.user(), make.user(), make.user()
    proposal = make.proposal(author, state="gathering")
    thread = session.get(words.Thread, proposal.thread_id)
    comment = make.comment(thread, first)
    answer = make.comment(thread, second, parent_id=comment.id)
    tell(words.tell_of_a_comment, CommentPublished(comment.id, thread.id, "proposal", proposal.id, None, first.id))
    tell(
        words.tell_of_a_comment, CommentPublished(answer.id, thread.id, "proposal", proposal.id, comment.id, second.id)
    )
    own = make.comment(thread, author)
    tell(words.tell_of_a_comment, CommentPublished(own.id, thread.id, "proposal", proposal.id, None, author.id))
    assert told(author) == [("comment.new", False), ("comment.new", False)]
    assert told(first) == [("comment.reply", False)]
    assert told(second) == []
    assert one(first).url.endswith(f"#comment-{answer.id}")


def test_a_comment_hidden_meanwhile_is_not_told_of(session, make):
    proposal = make.proposal(state="gathering")
    comment = make.comment(session.get(words.Thread, proposal.thread_id), hidden_at=clock.utcnow())
    tell(
        words.tell_of_a_comment,
        CommentPublished(comment.id, comment.thread_id, "proposal", proposal.id, None, comment.author_id),
    )
    assert told() == []


def test_a_returned_comment_tells_its_author_why(session, make):
    proposal, user = make.proposal(state="gathering"), make.user()
    thread = session.get(words.Thread, proposal.thread_id)
    comment = make.comment(thread, user, state=CommentState.RETURNED, review_note="请去掉门牌号")
    tell(words.tell_of_a_review, CommentReviewed(comment.id, user.id))
    assert (one(user).kind, one(user).params["reason"]) == ("comment.returned", "请去掉门牌号")


def test_what_was_hidden_tells_the_author_the_rule_and_the_reporters_the_outcome(session, make):
    author, reader = make.user(), make.user()
    proposal = make.proposal(author, state="gathering")
    report = save(Report(subject_kind="proposal", subject_id=proposal.id, place_code=COMMUNITY, author_id=author.id, reasons={},
                         state=ReportState.HIDDEN, reason="private_data", note="含住址"))  # fmt: skip
    save(Reporter(report_id=report.id, user_id=reader.id, reason="private_data"))
    tell(words.tell_of_a_decision, ModerationDecided("proposal", proposal.id, author.id, "hidden", report.id))
    assert (one(author).kind, one(author).params["rule"], one(author).params["reason"]) == (
        "moderation.hidden",
        "private_data",
        "含住址",
    )
    assert (one(reader).kind, "reason" in one(reader).params) == ("report.hidden", False)


def test_a_wish_to_be_verified_is_a_task_for_the_desks_above_the_place_only(session, make):
    desk, far = make.staff(Role.MODERATOR, place=STREET), make.staff(Role.PLACE_ADMIN, place="110101")
    over = make.staff(Role.MODERATOR, place=STREET)
    session.get(Grant, over.grants[0].id).revoked_at = clock.utcnow()
    session.commit()
    asker = make.user()
    wish = save(Verification(user_id=asker.id, place_code=COMMUNITY, real_name="王小明"))
    tell(people.tell_the_desk, VerificationAsked(wish.id, COMMUNITY))
    assert told() == [(desk.id, "verification.asked", True)]
    assert "王" not in str(one(desk).params)
    assert told(far) == []


def test_a_decided_verification_a_role_and_an_invitation_reach_the_person(session, make):
    user, space = make.user(), make.space()
    wish = save(Verification(user_id=user.id, place_code=COMMUNITY, real_name="王小明", reason="请补充楼号"))
    tell(people.tell_the_applicant, VerificationDecided(wish.id, user.id, "needs_more"))
    grant = make.grant(user, Role.MEMBER, space=space)
    tell(people.tell_of_a_role, GrantChanged(grant.id, user.id, True))
    tell(people.tell_of_a_role, GrantChanged(grant.id, user.id, False))
    invitation = save(Invitation(space_id=space.id, user_id=user.id, role="chair", invited_by=make.user().id))
    tell(people.tell_the_invited, Invited(invitation.id, user.id, space.id))
    assert told(user) == [
        ("verification.needs_more", True),
        ("role.given", False),
        ("role.taken", False),
        ("space.invited", True),
    ]


def test_a_role_for_later_is_told_with_its_day_and_again_when_it_begins(session, make, client):
    user, space, first = make.user(), make.space(), clock.utcnow() + timedelta(days=400)
    grant = make.grant(user, Role.CHAIR, space=space, starts_at=first)
    for _ in range(2):
        tell(people.tell_of_a_role, GrantChanged(grant.id, user.id, True))
    assert told(user) == [("role.to_come", False)]
    day = first.astimezone(clock.BEIJING)
    assert (
        f"From {day.day} {day:%b %Y} you hold the role of chair" in client.sign_in(user).get("/en/notifications/").text
    )
    with clock.at(first):
        tell(people.tell_of_a_role, GrantChanged(grant.id, user.id, True))
    assert told(user)[1:] == [("role.given", False)]
    invitation = save(
        Invitation(space_id=space.id, user_id=user.id, role="host", invited_by=make.user().id, starts_at=first)
    )
    tell(people.tell_the_invited, Invited(invitation.id, user.id, space.id))
    assert told(user)[2:] == [("space.invited_later", True)]


def test_wishes_to_join_are_tasks_for_whoever_answers_and_the_answer_goes_back(session, make):
    user, chair, lead = make.user(), make.user(), make.user()
    space, team = make.space(), make.team()
    make.grant(chair, Role.CHAIR, space=space)
    make.grant(lead, Role.TEAM_LEAD, team=team)
    wish = save(Invitation(space_id=space.id, user_id=user.id, role="member", invited_by=user.id))
    tell(people.tell_who_lets_in, Asked(wish.id, user.id, space.id))
    for kind, state in (("ask", "waiting"), ("ask", "accepted")):
        tell(people.tell_of_an_application, ApplicationMoved(1, team.id, user.id, kind, state, user.id))
    for kind, state in (("invite", "waiting"), ("invite", "declined")):
        tell(people.tell_of_an_application, ApplicationMoved(2, team.id, user.id, kind, state, lead.id))
    assert told(chair) == [("space.asked", True)]
    assert told(lead) == [("team.ask", True), ("team.invitation_declined", False)]
    assert told(user) == [("team.accepted", False), ("team.invite", True)]


def test_electors_are_asked_and_everybody_concerned_hears_the_result_once(session, make):
    author, second, elector, voter = (make.user() for _ in range(4))
    proposal = make.proposal(author, state="voting")
    ballot = make.ballot(proposal, for_count=1, eligible_count=2, quorate=True)
    save(*(Elector(ballot_id=ballot.id, user_id=u.id, seat=f"u:{u.id}") for u in (elector, voter)))
    save(Vote(ballot_id=ballot.id, seat=f"u:{voter.id}", choice=Choice.FOR, cast_by=voter.id))
    save(
        Second(proposal_id=proposal.id, user_id=second.id, version=1),
        Follow(proposal_id=proposal.id, user_id=second.id),
    )
    tell(ballots.ask_the_electors, BallotOpened(ballot.id, "proposal", proposal.id))
    tell(ballots.tell_the_result, BallotClosed(ballot.id, "proposal", proposal.id, True))
    tell(proposals.tell_of_a_move, ProposalMoved(proposal.id, "pass_ballot", None))
    assert told() == sorted([
        (elector.id, "ballot.opened", True), (voter.id, "ballot.opened", True), (voter.id, "ballot.passed", False),
        (author.id, "ballot.passed", False), (second.id, "ballot.passed", False),
    ])  # fmt: skip


def test_a_ballot_without_quorum_is_said_to_have_failed_for_that(session, make):
    ballot = make.ballot(quorate=False, eligible_count=9)
    tell(ballots.tell_the_result, BallotClosed(ballot.id, "proposal", ballot.subject_id, False))
    assert [kind for _, kind, _ in told()] == ["ballot.no_quorum"]


@pytest.mark.parametrize(
    ("action", "state", "author_hears", "second_hears", "follower_hears"),
    [
        ("return", "returned", ("proposal.return", True), None, None),
        ("refuse", "refused", ("proposal.refuse", False), None, None),
        ("pass_review", "gathering", ("proposal.pass_review", False), None, None),
        ("reach", "deliberating", *[("proposal.reach", False)] * 3),
        ("lapse", "lapsed", *[("proposal.lapse", False)] * 3),
        ("conclude", "voting", *[("proposal.conclude", False)] * 3),
        ("accept", "accepted", *[("proposal.accept", False)] * 3),
        ("decline", "declined", *[("proposal.decline", False)] * 3),
        ("start", "in_progress", *[("proposal.start", False)] * 3),
        ("finish", "done", ("proposal.finish", True), ("proposal.finish", True), ("proposal.finished", False)),
        ("confirm", "confirmed", *[("proposal.confirm", False)] * 3),
        ("dispute", "disputed", *[("proposal.dispute", False)] * 3),
        ("redo", "in_progress", *[("proposal.redo", False)] * 3),
        ("leave_unanswered", "unconfirmed", *[("proposal.leave_unanswered", False)] * 3),
    ],
)
def test_each_step_of_a_proposal_reaches_whom_it_concerns(
    session, make, action, state, author_hears, second_hears, follower_hears
):
    author, second, follower, staff = (make.user() for _ in range(4))
    proposal = make.proposal(
        author,
        state=state,
        accepted_how=AcceptedHow.CASE,
        promised_at=clock.utcnow(),
        closing_note="请写清地点",
        answer="同意",
    )
    save(
        Second(proposal_id=proposal.id, user_id=second.id, version=1),
        Follow(proposal_id=proposal.id, user_id=follower.id),
    )
    tell(proposals.tell_of_a_move, ProposalMoved(proposal.id, action, staff.id))
    for user, expected in ((author, author_hears), (second, second_hears), (follower, follower_hears), (staff, None)):
        assert told(user) == ([expected] if expected else [])


def test_only_who_may_rate_is_asked_to(session, make):
    author, stands, stale = make.user(), make.user(), make.user()
    proposal = make.proposal(author, state="done", version=2, seconds_count=1, stale_seconds_count=1)
    save(
        Second(proposal_id=proposal.id, user_id=stands.id, version=2),
        Second(proposal_id=proposal.id, user_id=stale.id, version=1, stale=True),
    )
    tell(proposals.tell_of_a_move, ProposalMoved(proposal.id, "finish", None))
    assert told(author) == told(stands) == [("proposal.finish", True)]
    assert told(stale) == [("proposal.finished", False)]
    for user, second in ((author, None), (stands, stands), (stale, stale)):
        row = session.get(Second, (proposal.id, second.id)) if second else None
        assert (why_not_rate(user, proposal, row) is None) is told(user)[0][1]


def test_whoever_makes_the_step_is_not_told_of_it(session, make):
    author, second = make.user(), make.user()
    proposal = make.proposal(author, state="withdrawn")
    save(Second(proposal_id=proposal.id, user_id=second.id, version=1))
    tell(proposals.tell_of_a_move, ProposalMoved(proposal.id, "withdraw", author.id))
    assert told() == [(second.id, "proposal.withdraw", False)]


def test_a_dispute_that_sets_the_work_going_again_is_told_once(session, make):
    author = make.user()
    proposal = make.proposal(author, state="in_progress")
    tell(proposals.tell_of_a_move, ProposalMoved(proposal.id, "dispute", None))
    tell(proposals.tell_of_a_move, ProposalMoved(proposal.id, "redo", None))
    assert told() == [(author.id, "proposal.redo", False)]


def test_a_merger_leads_to_the_other_proposal(session, make):
    author = make.user()
    into = make.proposal(state="gathering")
    proposal = make.proposal(author, state="merged", merged_into_id=into.id)
    tell(proposals.tell_of_a_move, ProposalMoved(proposal.id, "merge", None))
    assert (one(author).url, one(author).params["into"]) == (f"/proposals/{into.id}", into.title)


def test_a_submitted_proposal_is_a_task_for_reviewers_but_not_for_its_author(session, make):
    reviewer, author = make.staff(Role.MODERATOR), make.staff(Role.MODERATOR)
    proposal = make.proposal(author, state="submitted")
    tell(proposals.tell_of_a_move, ProposalMoved(proposal.id, "submit", author.id))
    assert told() == [(reviewer.id, "proposal.submit", True)]


def test_a_material_revision_asks_those_who_seconded_to_look_again(session, make):
    author, second, follower = make.user(), make.user(), make.user()
    proposal = make.proposal(author, state="gathering")
    save(
        Second(proposal_id=proposal.id, user_id=second.id, version=1),
        Follow(proposal_id=proposal.id, user_id=follower.id),
    )
    tell(proposals.tell_of_a_revision, ProposalRevised(proposal.id, 2, True))
    tell(proposals.tell_of_a_revision, ProposalRevised(proposal.id, 3, False))
    assert told(second) == [("proposal.reconfirm", True)]
    assert told(follower) == [("proposal.revised", False)] * 2
    assert told(author) == []


def test_a_material_change_of_a_public_text_is_told_to_those_who_let_it_through(session, make):
    reviewer, elsewhere, author = make.staff(Role.MODERATOR), make.staff(place="110102999"), make.staff(Role.MODERATOR)
    proposal = make.proposal(author, state="gathering")
    tell(proposals.tell_of_a_revision, ProposalRevised(proposal.id, 2, True))
    tell(proposals.tell_of_a_revision, ProposalRevised(proposal.id, 3, False))
    assert told() == [(reviewer.id, "proposal.changed", False)]
    assert one(reviewer).url == f"/proposals/{proposal.id}/versions"
    assert told(elsewhere) == told(author) == []


def test_whoever_has_voted_or_rated_is_not_asked_to_any_more(session, make):
    one, mate, other = make.user(), make.user(), make.user()
    proposal = make.proposal(state="voting")
    ballot = make.ballot(proposal, state="open", eligible_count=2)
    seats = {one: "h:1", mate: "h:1", other: "u:3"}
    save(*(Elector(ballot_id=ballot.id, user_id=u.id, seat=seat) for u, seat in seats.items()))
    tell(ballots.ask_the_electors, BallotOpened(ballot.id, "proposal", proposal.id))
    ballot_service.vote(one, ballot.id, "for")
    outbox.sweep(grace=timedelta(0))
    assert [waiting(u) for u in seats] == [0, 0, 1]
    done = make.proposal(state="done", seconds_count=2)
    save(*(Second(proposal_id=done.id, user_id=u.id, version=1) for u in (one, other)))
    tell(proposals.tell_of_a_move, ProposalMoved(done.id, "finish", None))
    assert [waiting(u) for u in (one, other)] == [1, 2]
    proposal_service.rate(one, done.id, "fair")
    outbox.sweep(grace=timedelta(0))
    assert [waiting(u) for u in (one, other)] == [0, 2]
    payloads = session.scalars(
        sa.select(outbox.Message.payload).where(outbox.Message.event.in_(("ballot.voted", "proposal.rated")))
    ).all()
    assert all(set(p) == {"user_id", "ballot_id"} or set(p) == {"user_id", "proposal_id"} for p in payloads)


def test_nobody_is_asked_to_vote_on_what_is_hidden(session, make):
    user, proposal = make.user(), make.proposal(state="voting", hidden_at=clock.utcnow())
    ballot = make.ballot(proposal, state="open")
    save(Elector(ballot_id=ballot.id, user_id=user.id, seat=f"u:{user.id}"))
    tell(ballots.ask_the_electors, BallotOpened(ballot.id, "proposal", proposal.id))
    assert told() == []


def test_an_objection_goes_to_the_author_and_the_desk_and_its_answer_back(session, make):
    author, objector, desk = make.user(), make.user(), make.staff(Role.MODERATOR)
    proposal = make.proposal(author, state="publicity")
    objection = save(Objection(proposal_id=proposal.id, author_id=objector.id, body="挡了窗", answer="已让开"))
    tell(proposals.tell_of_an_objection, ProposalObjected(proposal.id, objection.id))
    tell(proposals.tell_of_an_answer, ObjectionAnswered(proposal.id, objection.id))
    assert told(author) == [("objection.raised", False)]
    assert told(desk) == [("objection.asked", True)]
    assert told(objector) == [("objection.answered", False)]


def test_a_patrol_goes_to_the_leads_and_its_fate_to_the_volunteer(session, make):
    team, lead, volunteer = make.team(), make.user(), make.user()
    make.grant(lead, Role.TEAM_LEAD, team=team)
    make.grant(volunteer, Role.TEAM_LEAD, team=team)  # leads too, but does not confirm himself
    patrol = make.patrol(volunteer, team, submitted_at=clock.utcnow(), return_reason="缺结束时间")
    for action in ("start", "submit", "return"):
        tell(patrols.tell_of_a_patrol, PatrolMoved(patrol.id, action, volunteer.id))
    assert told(lead) == [("patrol.submit", True)]
    assert told(volunteer) == [("patrol.return", True)]
    tell(patrols.tell_of_a_patrol, PatrolMoved(patrol.id, "confirm", lead.id))
    assert told(volunteer)[-1] == ("patrol.confirm", False)


def test_a_case_goes_from_desk_to_desk_and_the_reporter_hears(session, make):
    reporter, acceptor, inspector = make.user(), make.staff(Role.ACCEPTOR), make.staff(Role.INSPECTOR)
    unit = make.unit()
    officer = make.staff(Role.UNIT_OFFICER, unit=unit)
    case = make.case(reporter, lead_unit_id=unit.id)
    proposal, follower = make.proposal(state="accepted"), make.user()
    save(Follow(proposal_id=proposal.id, user_id=follower.id))
    with db.transaction() as s:
        links.add(s, ("proposal", proposal.id), ("case", case.id))
    for action, who in (("report", reporter), ("dispatch", None), ("report_handled", officer), ("close", None)):
        tell(cases.tell_of_a_move, CaseMoved(case.id, action, who.id if who else None))
    tell(cases.tell_of_a_rating, CaseRated(case.id, "fair"))
    assert told(acceptor) == [("case.do.report", True)]
    assert told(officer) == [("case.do.dispatch", True), ("case.rated", False)]
    assert told(inspector) == [("case.do.report_handled", True)]
    assert told(reporter) == [("case.dispatch", False), ("case.report_handled", False), ("case.closed", False)]
    assert told(follower) == [("case.report_handled", False)]


def waiting(user) -> int:
    from portal.notifications.queries import unread

    return unread(user).tasks


def test_what_somebody_else_did_stops_waiting_for_the_others(session, make):
    first, second, author = make.staff(Role.MODERATOR), make.staff(Role.MODERATOR), make.user()
    proposal, other = make.proposal(author, state="submitted"), make.proposal(state="submitted")
    for p in (proposal, other):
        tell(proposals.tell_of_a_move, ProposalMoved(p.id, "submit", p.author_id))
    assert waiting(first) == waiting(second) == 2
    proposal.state = ProposalState.RETURNED
    tell(proposals.tell_of_a_move, ProposalMoved(proposal.id, "return", first.id))
    assert waiting(first) == waiting(second) == 1
    assert waiting(author) == 1
    proposal.state = ProposalState.SUBMITTED
    proposal.state_since = clock.utcnow() + timedelta(hours=1)
    tell(proposals.tell_of_a_move, ProposalMoved(proposal.id, "submit", author.id))
    assert (waiting(author), waiting(second)) == (0, 2)


def test_whoever_reported_a_case_of_his_own_is_asked_to_rate_it(session, make):
    reporter = make.user()
    case = make.case(reporter)
    tell(cases.tell_of_a_move, CaseMoved(case.id, "close", None))
    assert told(reporter) == [("case.close", True)]


def test_a_case_waits_at_one_desk_at_a_time(session, make):
    acceptor, inspector = make.staff(Role.ACCEPTOR), make.staff(Role.INSPECTOR)
    case = make.case(make.user())
    tell(cases.tell_of_a_move, CaseMoved(case.id, "report", None))
    assert (waiting(acceptor), waiting(inspector)) == (1, 0)
    tell(cases.tell_of_a_move, CaseMoved(case.id, "ask_verification", acceptor.id))
    assert (waiting(acceptor), waiting(inspector)) == (0, 1)


def test_a_ballot_that_closed_waits_for_nobody(session, make):
    user, ballot = make.user(), make.ballot()
    save(Elector(ballot_id=ballot.id, user_id=user.id, seat=f"u:{user.id}"))
    tell(ballots.ask_the_electors, BallotOpened(ballot.id, "proposal", ballot.subject_id))
    assert waiting(user) == 1
    tell(ballots.tell_the_result, BallotClosed(ballot.id, "proposal", ballot.subject_id, False))
    assert waiting(user) == 0


def test_a_message_that_comes_too_late_asks_nobody_to_review(session, make):
    make.staff(Role.MODERATOR)
    proposal = make.proposal(state="gathering")
    tell(proposals.tell_of_a_move, ProposalMoved(proposal.id, "submit", proposal.author_id))
    assert told() == []


def test_the_statements_do_not_grow_with_the_crowd(session, make, sql):
    proposal = make.proposal(state="accepted")
    save(*(Second(proposal_id=proposal.id, user_id=make.user().id, version=1) for _ in range(25)))
    with sql() as seen, db.transaction() as s:
        proposals.tell_of_a_move(s, ProposalMoved(proposal.id, "confirm", None))
    assert len(seen) <= 3
    assert len(told()) == 26
