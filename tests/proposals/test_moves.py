"""Every move: from the right states, by the right people, with what it needs. Nothing else goes."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal import audit
from portal.clock import utcnow
from portal.conversations.models import Thread
from portal.errors import Conflict, Invalid, NotFound, PortalError, Refused
from portal.outbox import Message
from portal.places import counts as place_counts
from portal.policy import GUEST, SYSTEM, Role
from portal.proposals import policy, service
from portal.proposals.models import ProposalTerm
from portal.proposals.states import FINAL, MOVES, PRIVATE, ROLES, AcceptedHow, ProposalState, Who, destination
from portal.spaces.rules import RuleSet
from portal.text.terms import index_terms
from tests.factories import CITY, COMMUNITY, OTHER_COMMUNITY, STREET
from tests.proposals.helpers import ANSWER, by_group, promise, submitted

S = ProposalState
BY_PEOPLE = ("pass_review", "return", "refuse", "conclude", "accept", "decline", "start", "finish", "withdraw")
GIVEN = {
    "return": {"reason": "请写清楚"}, "refuse": {"reason": "已有同样的提案", "reason_code": "duplicate"}, "decline": {"answer": "这条路归区里管。"},
    "finish": {"result": "装好了。"}, "conclude": {"note": "大家同意。"},
}  # fmt: skip


def given(action):
    return {**ANSWER, "promised_at": promise()} if action == "accept" else GIVEN.get(action, {})


def in_state(make, state, **over):
    """A proposal whose times are over, so that only state and person decide."""
    return make.proposal(
        state=state, due_at=utcnow() - timedelta(hours=1), objections_until=utcnow() - timedelta(hours=2), **over
    )


def entries(session):
    return session.scalar(sa.select(sa.func.count()).select_from(audit.Entry))


@pytest.mark.parametrize("action", BY_PEOPLE)
def test_a_move_is_made_from_its_states_and_refused_from_every_other(session, make, action):
    author, staff = make.user(), make.staff()
    space = make.space()
    actor = author if Who.AUTHOR in MOVES[action].who else staff
    for state in S:
        p = in_state(make, state, author=author, space=space)
        before, noted = p.state, entries(session)
        if state in MOVES[action].come_from:
            service.move(actor, p.id, action, **given(action))
            assert p.state in MOVES[action].go_to
            entry = session.scalars(
                sa.select(audit.Entry)
                .where(audit.Entry.action == f"proposal.{action}")
                .order_by(audit.Entry.seq.desc())
            ).first()
            assert (entry.actor_id, entry.before, entry.after) == (actor.id, before, p.state)
            assert entry.role
        else:
            with pytest.raises((Refused, Conflict)):
                service.move(actor, p.id, action, **given(action))
            assert (p.state, entries(session)) == (before, noted)


@pytest.mark.parametrize("action", BY_PEOPLE)
def test_a_move_is_refused_to_every_wrong_person(session, make, action):
    author = make.staff(*Role)
    p = in_state(make, min(MOVES[action].come_from), author=author)
    allowed = set().union(*(ROLES.get(who, set()) for who in MOVES[action].who))
    wrong = [
        GUEST,
        make.user(),
        make.staff(Role.MODERATOR, Role.PLACE_ADMIN, Role.ACCEPTOR, Role.CHAIR, place=OTHER_COMMUNITY),
    ]
    wrong += [make.staff(role) for role in Role if role not in allowed]
    wrong += [make.staff(*allowed, is_suspended=True)] if allowed else []
    wrong += [author] if Who.AUTHOR not in MOVES[action].who else []
    if Who.SYSTEM not in MOVES[action].who:
        wrong.append(SYSTEM)
    for actor in wrong:
        before = p.state
        assert policy.why_not_move(actor, p, action), actor
        with pytest.raises(Refused):
            service.move(actor, p.id, action, **given(action))
        assert p.state is before
    assert entries(session) == 0


@pytest.mark.parametrize("action", BY_PEOPLE)
def test_a_move_without_what_it_needs_is_refused(session, make, action):
    if not MOVES[action].needs:
        return
    staff, p = make.staff(), in_state(make, min(MOVES[action].come_from))
    for name in MOVES[action].needs:
        for nothing in (None, "", " \x00 "):
            with pytest.raises(Invalid):
                service.move(staff, p.id, action, **{**given(action), name: nothing})
    assert p.state is min(MOVES[action].come_from)


@pytest.mark.parametrize("over", [
    {"how": "magic"}, {"promised_at": "tomorrow"}, {"promised_at": utcnow() - timedelta(days=1)}, {"promised_at": utcnow() + timedelta(days=4000)},
    {"responsible": ""}, {"responsible": "", "unit_id": 999_999}, {"unit_id": "x"}, {"unit_id": True}, {"answer": "长" * 2001},
])  # fmt: skip
def test_an_answer_says_how_who_and_by_when(session, make, over):
    p = in_state(make, S.PUBLICITY)
    with pytest.raises(Invalid):
        service.move(make.staff(), p.id, "accept", **{**given("accept"), **over})
    assert p.state is S.PUBLICITY


def test_an_answer_may_name_a_unit(session, make):
    p, unit = in_state(make, S.PUBLICITY), make.unit()
    service.move(make.staff(), p.id, "accept", **{**given("accept"), "responsible": "", "unit_id": unit.id})
    assert (p.unit_id, p.responsible, p.accepted_how, p.due_at) == (
        unit.id,
        unit.name,
        AcceptedHow.STREET_TASK,
        p.promised_at,
    )


def test_moves_of_the_portal_and_moves_that_do_not_exist_are_nobodys(session, make):
    staff = make.staff(*Role)
    for action in [*(set(MOVES) - set(BY_PEOPLE) - {"submit", "merge"}), "confirm_all", ""]:
        p = in_state(make, S.GATHERING)
        for actor in (staff, SYSTEM, GUEST):
            with pytest.raises(Refused):
                service.move(actor, p.id, action)
    with pytest.raises(NotFound):
        service.move(staff, 999_999, "start")


def test_two_reviewers_at_once_one_of_them_hears_that_it_is_done(session, make):
    p = submitted(make.user(), make.space())
    service.move(make.staff(), p.id, "pass_review")
    with pytest.raises(Conflict):
        service.move(make.staff(), p.id, "refuse", **GIVEN["refuse"])
    assert p.state is S.GATHERING


def test_review_and_answer_are_never_skipped_whatever_the_rules(session, make):
    author, staff = make.user(), make.staff()
    nothing = RuleSet(seconds_needed=0, seconds_share=0, deliberation_days=0, ballot=False, publicity_days=0)
    p = submitted(author, make.space(rules=nothing))
    assert p.state is S.SUBMITTED
    service.move(staff, p.id, "pass_review")
    assert p.state is S.PUBLICITY
    service.move(staff, p.id, "accept", **given("accept"))
    assert p.state is S.ACCEPTED
    for rules in (
        nothing,
        RuleSet(),
        nothing.but(seconds_share=5),
        nothing.but(ballot=True),
        nothing.but(deliberation_days=1),
    ):
        assert destination("submit", rules) is S.SUBMITTED
        for action in ("reach", "conclude", "pass_ballot", "annul_ballot"):
            assert destination(action, rules) in MOVES[action].go_to
    reached = {S.SUBMITTED}
    for action, move in MOVES.items():
        if S.ACCEPTED in move.go_to:
            assert (action, move.who) == ("accept", frozenset({Who.ANSWERER}))
        if move.come_from & reached:
            assert move.who <= {Who.REVIEWER, Who.AUTHOR}


def test_the_desk_role_is_held_where_the_proposal_lies(session, make):
    p = in_state(make, S.SUBMITTED)
    for where, may in (({"place": COMMUNITY}, True), ({"place": STREET}, True), ({"place": CITY}, True), ({"space": p.space_id}, True),
                       ({"place": OTHER_COMMUNITY}, False), ({"space": make.space().id}, False), ({"team": 1}, False)):  # fmt: skip
        actor = make.user()
        make.grant(actor, Role.MODERATOR, **where)
        assert (policy.why_not_move(actor, p, "pass_review") is None) is may
        assert ("pass_review" in policy.open_moves(actor, p)) is may


def test_passing_review_makes_it_public_and_opens_its_thread(session, make):
    author, staff, reader = make.user(), make.staff(), make.user()
    space = make.space(rules=RuleSet(seconds_needed=3, write_level=3, review_comments=True))
    p = submitted(author, space)
    assert policy.why_not_see(reader, p)
    assert policy.why_not_see(staff, p) is None
    assert place_counts.totals(session, "proposal", COMMUNITY).by_state == {}
    service.move(staff, p.id, "pass_review")
    thread = session.get_one(Thread, p.thread_id)
    assert (thread.subject_kind, thread.subject_id, thread.write_level, thread.review_first, thread.is_open) == (
        "proposal",
        p.id,
        3,
        True,
        True,
    )
    assert policy.why_not_see(GUEST, p) is None
    assert set(session.scalars(sa.select(ProposalTerm.term).where(ProposalTerm.proposal_id == p.id))) == set(
        index_terms(p.title)
    )
    session.refresh(space)
    assert space.proposal_count == 1
    for code in (COMMUNITY, STREET, CITY):
        assert place_counts.totals(session, "proposal", code).by_state == {"gathering": 1}
    events = [
        m.payload
        for m in session.scalars(sa.select(Message).where(Message.event == "proposal.moved").order_by(Message.id))
    ]
    assert [(e["action"], e["actor_id"]) for e in events] == [("submit", author.id), ("pass_review", staff.id)]


def test_a_refused_proposal_stays_between_author_and_staff(session, make):
    author, staff = make.user(), make.staff()
    p = submitted(author, make.space())
    service.move(staff, p.id, "refuse", **GIVEN["refuse"])
    assert (p.state, p.reason_code, p.closing_note, p.due_at) == (S.REFUSED, "duplicate", "已有同样的提案", None)
    assert policy.why_not_see(make.user(), p)
    assert policy.why_not_see(author, p) is None
    with pytest.raises(Invalid):
        service.move(staff, submitted(author, make.space()).id, "refuse", reason="不好", reason_code="mood")
    assert by_group(COMMUNITY)["all"] == 0


def test_a_withdrawn_public_proposal_stays_readable_and_its_thread_closes(session, make):
    author, staff = make.user(), make.staff()
    p = submitted(author, make.space())
    service.move(staff, p.id, "pass_review")
    service.move(author, p.id, "withdraw", reason="邻居已经自己解决了")
    assert (p.state, p.closing_note) == (S.WITHDRAWN, "邻居已经自己解决了")
    assert p.is_public
    assert not session.get_one(Thread, p.thread_id).is_open
    assert place_counts.totals(session, "proposal", COMMUNITY).by_state == {"withdrawn": 1}


def test_every_state_has_its_place_and_only_the_meant_ones_are_final():
    leads_on = set().union(*(move.come_from for move in MOVES.values()))
    assert set(S) - leads_on == FINAL
    reachable = {S.DRAFT}.union(*(move.go_to for move in MOVES.values()))
    assert reachable == set(S)
    assert all(
        move.needs for action, move in MOVES.items() if action in ("return", "refuse", "accept", "decline", "finish")
    )
    assert {S.DRAFT, S.SUBMITTED, S.RETURNED, S.REFUSED} == PRIVATE


def test_the_portal_moves_nothing_before_its_time(session, make):
    for action in policy.BY_DEADLINE:
        state = S.GATHERING if action == "lapse" else min(MOVES[action].come_from)
        p = make.proposal(state=state, due_at=utcnow() + timedelta(hours=1))
        assert policy.why_not_move(SYSTEM, p, action)
        assert policy.why_not_move(SYSTEM, p, action, utcnow() + timedelta(hours=2)) is None


def test_a_notice_shorter_than_fifteen_days_is_no_disclosure():
    assert not policy.is_disclosure(RuleSet(publicity_days=14))
    assert policy.is_disclosure(RuleSet(publicity_days=15))


def test_what_goes_wrong_at_the_end_leaves_nothing_behind(session, make):
    """The state, the ledger and the counts stand or fall together."""
    staff, p = make.staff(), in_state(make, S.PUBLICITY, ballot_id=None)
    with pytest.raises(PortalError):
        service.move(staff, p.id, "accept", **{**given("accept"), "how": "magic"})
    session.expire_all()
    assert (p.state, p.answer, p.accepted_how, entries(session)) == (S.PUBLICITY, "", None, 0)
    assert place_counts.totals(session, "proposal", COMMUNITY).by_state == {}
