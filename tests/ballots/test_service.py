"""Announcing, opening, voting, closing, annulling."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

import portal.ballots.jobs  # noqa: F401 — what the worker knows
from portal import audit, clock, db, outbox
from portal.ballots import policy, queries, service
from portal.ballots.models import Ballot, Choice, Elector, Vote
from portal.ballots.states import MOVES, BallotState
from portal.clock import utcnow
from portal.db import transaction
from portal.errors import Conflict, Invalid, NotFound, Refused
from portal.outbox import Message
from portal.policy import GUEST, SYSTEM, Level, Role
from portal.spaces.rules import Electorate, RuleSet
from tests.factories import COMMUNITY, OTHER_COMMUNITY, STREET, save

S = BallotState


def announce(make, *, subject=("nothing", 1), place=COMMUNITY, opens_in=timedelta(0), days=7, **rules):
    """A ballot of a kind of thing nobody has signed up, so that it moves alone."""
    space = make.space(place=place)
    now = utcnow()
    with transaction() as session:
        return service.announce(session, SYSTEM, subject=subject, version=1, space=space, question="停车架装不装？", rules=RuleSet(**rules),
                                opens_at=now + opens_in, closes_at=now + opens_in + timedelta(days=days))  # fmt: skip


def opened(make, **given):
    box = announce(make, **given)
    assert service.open_ballot(box.id, utcnow())
    return box


def counts(box):
    return box.for_count, box.against_count, box.abstain_count


def recount(session, box):
    rows = dict(
        session.execute(sa.select(Vote.choice, sa.func.count()).where(Vote.ballot_id == box.id).group_by(Vote.choice))
        .tuples()
        .all()
    )
    return tuple(rows.get(choice, 0) for choice in Choice)


@pytest.mark.parametrize(("late", "longer"), [({"minutes": 5}, False), ({"days": 4}, True), ({"days": 30}, True)])
def test_a_ballot_that_opens_late_lasts_as_long_as_its_rules_say(session, make, late, longer):
    make.user()
    space, now = make.space(), utcnow()
    opens_at = clock.days_later(now, 3)
    with transaction() as s:
        box = service.announce(s, SYSTEM, subject=("nothing", 1), version=1, space=space, question="停车架装不装？", rules=RuleSet(ballot_days=7),
                               opens_at=opens_at, closes_at=clock.days_later(opens_at, 7))  # fmt: skip
    announced, opened_at = box.closes_at, opens_at + timedelta(**late)
    assert service.open_ballot(box.id, opened_at)
    assert (box.closes_at > announced) is longer
    assert not longer or box.closes_at >= opened_at + timedelta(days=7)


def test_a_ballot_opens_at_its_time_and_not_before(session, make):
    make.user()
    box = announce(make, opens_in=timedelta(days=3))
    assert service.open_due(utcnow()) == 0
    assert not service.open_ballot(box.id, utcnow())
    assert box.state is S.ANNOUNCED
    with clock.travel(days=3):
        assert service.open_due(utcnow()) == 1
        assert service.open_due(utcnow()) == 0
    assert (box.state, box.eligible_count) == (S.OPEN, 1)
    assert [m.event for m in session.scalars(sa.select(Message).order_by(Message.id))] == [
        "ballot.announced",
        "ballot.opened",
    ]


def test_a_ballot_announced_for_now_opens_as_soon_as_the_worker_hears_of_it(session, make):
    make.user()
    box = announce(make)
    outbox.sweep(utcnow() + timedelta(minutes=1))
    assert box.state is S.OPEN


def test_the_electorate_are_the_confirmed_residents_of_the_place(session, make):
    here, also = make.user(), make.user()
    (
        make.user(home=OTHER_COMMUNITY),
        make.user(level=Level.REAL_NAME),
        make.user(is_suspended=True),
        make.user(kind="outside"),
    )
    box = opened(make)
    assert set(session.scalars(sa.select(Elector.user_id).where(Elector.ballot_id == box.id))) == {here.id, also.id}
    assert box.eligible_count == 2


def test_a_street_votes_with_all_its_communities(session, make):
    make.user(), make.user(home=OTHER_COMMUNITY)
    assert opened(make, place=STREET).eligible_count == 2


def test_a_council_votes_with_its_roster(session, make):
    box = announce(make, electorate=Electorate.MEMBERS)
    member, chair, gone, ended, low = (
        make.user(),
        make.user(home=OTHER_COMMUNITY),
        make.user(),
        make.user(),
        make.user(level=Level.REAL_NAME),
    )
    make.user()
    now = utcnow()
    make.grant(member, Role.MEMBER, space=box.space_id)
    make.grant(chair, Role.CHAIR, space=box.space_id)
    make.grant(chair, Role.MEMBER, space=box.space_id)
    make.grant(gone, Role.MEMBER, space=box.space_id, revoked_at=now)
    make.grant(ended, Role.MEMBER, space=box.space_id, ends_at=now - timedelta(hours=1))
    make.grant(low, Role.MEMBER, space=box.space_id)
    service.open_due(utcnow())
    assert set(session.scalars(sa.select(Elector.user_id))) == {member.id, chair.id}
    assert box.eligible_count == 2


def test_the_list_of_voters_does_not_move_with_the_people(session, make):
    stays, moves_away = make.user(), make.user()
    box = opened(make)
    newcomer = make.user()
    moves_away.home_code = OTHER_COMMUNITY
    save(moves_away)
    service.vote(moves_away, box.id, "for")
    with pytest.raises(Refused, match="fixed when voting began"):
        service.vote(newcomer, box.id, "for")
    service.vote(stays, box.id, "against")
    assert (box.eligible_count, counts(box)) == (2, (1, 1, 0))


def test_a_vote_is_counted_once_and_may_be_changed_until_the_end(session, make):
    voter = make.user()
    box = opened(make)
    for choice, now in (
        ("for", (1, 0, 0)),
        ("for", (1, 0, 0)),
        ("against", (0, 1, 0)),
        ("abstain", (0, 0, 1)),
        ("for", (1, 0, 0)),
    ):
        assert service.vote(voter, box.id, choice).choice == choice
        assert counts(box) == now == recount(session, box)
    with clock.travel(days=7):
        with pytest.raises(Conflict):
            service.vote(voter, box.id, "against")
        service.close_due(utcnow())
        with pytest.raises(Conflict):
            service.vote(voter, box.id, "against")
    assert counts(box) == (1, 0, 0)


def test_the_ledger_says_that_somebody_voted_never_how(session, make):
    voter = make.user()
    box = opened(make)
    service.vote(voter, box.id, "for")
    service.vote(voter, box.id, "against")
    entries = session.scalars(
        sa.select(audit.Entry).where(audit.Entry.action.in_(("ballot.vote", "ballot.change_vote")))
    ).all()
    assert [(e.action, e.actor_id, e.before, e.after, e.details) for e in entries] == [
        ("ballot.vote", voter.id, None, None, {}), ("ballot.change_vote", voter.id, None, None, {}),
    ]  # fmt: skip
    told = session.scalars(sa.select(Message.payload).where(Message.event == "ballot.voted")).all()
    assert told == [{"ballot_id": box.id, "user_id": voter.id}]


def test_a_household_has_one_vote(session, make):
    one, two = make.user(household="3-201"), make.user(household="3-201")
    other, alone, empty = make.user(household="3-202"), make.user(), make.user(household="")
    elsewhere = make.user(household="3-201", home=OTHER_COMMUNITY)
    box = opened(make, place=STREET, per_household=True)
    assert box.eligible_count == 5
    service.vote(one, box.id, "for")
    with pytest.raises(Refused, match="household"):
        service.vote(two, box.id, "against")
    service.vote(one, box.id, "against")
    for voter in (other, alone, empty, elsewhere):
        service.vote(voter, box.id, "for")
    assert counts(box) == (4, 1, 0) == recount(session, box)


def test_the_same_household_votes_person_by_person_where_the_rules_say_so(session, make):
    one, two = make.user(household="3-201"), make.user(household="3-201")
    box = opened(make)
    service.vote(one, box.id, "for")
    service.vote(two, box.id, "against")
    assert (box.eligible_count, counts(box)) == (2, (1, 1, 0))


def test_who_may_not_vote_is_told_why(session, make):
    voter, suspended = make.user(), make.user()
    box = announce(make)
    with pytest.raises(Refused, match="not begun"):
        service.vote(voter, box.id, "for")
    service.open_due(utcnow())
    suspended.is_suspended = True
    save(suspended)
    for actor, why, remedy in (
        (GUEST, "sign in", "accounts.sign_in"), (suspended, "may not vote", None), (make.user(level=Level.REAL_NAME), "Get verified", "accounts.verify"),
        (make.user(home=OTHER_COMMUNITY), "residents of this place vote", None),
        (make.staff(home=OTHER_COMMUNITY), "residents of this place vote", None),
        (make.user(), "fixed when voting began", None),  # confirmed too late
    ):  # fmt: skip
        with pytest.raises(Refused, match=why) as refused:
            service.vote(actor, box.id, "for")
        assert refused.value.remedy == remedy
    with pytest.raises(Invalid):
        service.vote(voter, box.id, "maybe")
    assert counts(box) == (0, 0, 0)


def test_where_the_members_vote_whoever_is_none_is_told_so(session, make):
    box = announce(make, electorate=Electorate.MEMBERS)
    member, late, known = make.user(), make.user(), make.user(level=Level.REAL_NAME)
    for one in (member, known):
        make.grant(one, Role.MEMBER, space=box.space_id)
    service.open_ballot(box.id, utcnow())
    service.vote(member, box.id, "for")
    make.grant(late, Role.MEMBER, space=box.space_id)
    for actor, why in (
        (make.user(), "The members of this body vote here"),
        (make.user(level=Level.REAL_NAME), "The members of this body vote here"),
        (make.staff(), "The members of this body vote here"),
        (known, "Only confirmed residents"),
        (late, "fixed when voting began"),
    ):
        with pytest.raises(Refused, match=why):
            service.vote(actor, box.id, "for")


def test_the_key_of_the_table_refuses_a_second_vote_of_a_seat(session, make):
    voter = make.user()
    box = opened(make)
    service.vote(voter, box.id, "for")
    row = {"ballot_id": box.id, "seat": f"u:{voter.id}", "choice": "for", "cast_by": voter.id, "cast_at": utcnow()}
    with pytest.raises(sa.exc.IntegrityError), session.begin_nested():
        session.execute(sa.insert(Vote), [row])


def test_quorum_is_asked_at_the_end_and_of_the_list_of_voters(session, make):
    voters = [make.user() for _ in range(4)]
    box = opened(make, quorum_share=50)
    [make.user() for _ in range(10)]  # newcomers are not on the list
    service.vote(voters[0], box.id, "for")
    service.vote(voters[1], box.id, "abstain")
    with clock.travel(days=7):
        assert service.close_due(utcnow()) == 1
        assert service.close_due(utcnow()) == 0
    assert (box.state, box.quorate, box.passed) == (S.PUBLISHED, True, True)
    steps = session.execute(sa.select(audit.Entry.action, audit.Entry.before, audit.Entry.after).where(audit.Entry.subject_kind == "ballot")
                            .order_by(audit.Entry.seq)).tuples().all()  # fmt: skip
    assert [s for s in steps if s[0] != "ballot.vote"] == [
        ("ballot.announce", "designed", "announced"), ("ballot.open", "announced", "open"), ("ballot.close", "open", "closed"),
        ("ballot.tally", "closed", "tallied"), ("ballot.publish", "tallied", "published"),
    ]  # fmt: skip


def test_too_few_votes_decide_nothing(session, make):
    voters = [make.user() for _ in range(4)]
    box = opened(make, quorum_share=50)
    service.vote(voters[0], box.id, "for")
    with clock.travel(days=7):
        service.close_due(utcnow())
    assert (box.quorate, box.passed) == (False, False)


def test_where_nobody_may_vote_nothing_passes(session, make):
    box = opened(make, quorum_share=0)
    with clock.travel(days=7):
        service.close_due(utcnow())
    assert (box.eligible_count, box.quorate, box.passed) == (0, False, False)


@pytest.mark.parametrize("state", BallotState)
def test_a_ballot_is_annulled_by_staff_with_a_reason_while_it_means_something(session, make, state):
    staff = make.staff()
    box = make.ballot(make.proposal(state="draft"), state=state)
    if state in MOVES["annul"].come_from:
        service.annul(staff, box.id, "  选票漏发了一栋楼  ")
        assert (box.state, box.annulled_reason) == (S.ANNULLED, "选票漏发了一栋楼")
    else:
        with pytest.raises(Refused):
            service.annul(staff, box.id, "漏发")
        assert box.state is state


def test_who_may_not_annul(session, make):
    author = make.staff()
    box = make.ballot(make.proposal(author=author, state="voting"), state=S.OPEN)
    chair = make.user()
    make.grant(chair, Role.CHAIR, space=box.space_id)
    assert policy.why_not_annul(author, box, author.id)
    for actor in (GUEST, SYSTEM, make.user(), chair, make.staff(place=OTHER_COMMUNITY), make.staff(is_suspended=True)):
        assert policy.why_not_annul(actor, box)
        with pytest.raises(Refused):
            service.annul(actor, box.id, "漏发")
    with pytest.raises(Invalid):
        service.annul(make.staff(), box.id, " \x00 ")
    with pytest.raises(NotFound):
        service.annul(make.staff(), 999_999, "漏发")


def test_an_annulled_ballot_takes_no_votes_and_shows_no_counts(session, make):
    voter, staff = make.user(), make.staff()
    box = opened(make)
    service.vote(voter, box.id, "for")
    service.annul(staff, box.id, "选票漏发了一栋楼")
    with pytest.raises(Refused, match="annulled"):
        service.vote(voter, box.id, "against")
    with clock.travel(days=7):
        assert service.close_due(utcnow()) == 0


def test_a_vote_costs_nine_statements_at_most(session, make, sql):
    voter = make.user()
    box = opened(make)
    with sql() as seen:
        service.vote(voter, box.id, "for")
    assert len(seen) <= 9, "\n".join(seen)
    with sql() as seen:
        service.vote(voter, box.id, "against")
    assert len(seen) <= 9, "\n".join(seen)


def test_opening_costs_the_same_for_two_and_for_two_hundred(session, make, sql):
    make.user()
    box = announce(make)
    with sql() as seen:
        service.open_ballot(box.id, utcnow())
    few = len(seen)
    [make.user() for _ in range(60)]
    box = announce(make)
    with sql() as seen:
        service.open_ballot(box.id, utcnow())
    assert len(seen) == few


def test_reading_what_one_may_do(session, make, sql):
    voter, other = make.user(), make.user()
    box, second = opened(make), opened(make, days=3)
    assert [b.id for b in queries.open_for(voter)] == [second.id, box.id]
    service.vote(voter, box.id, "for")
    assert [b.id for b in queries.open_for(voter)] == [second.id]
    assert queries.my_vote(box, voter).choice is Choice.FOR
    assert queries.my_vote(box, other) is None
    assert queries.my_vote(box, GUEST) is None
    assert queries.why_not_vote(box, voter) is None
    assert "sign in" in str(queries.why_not_vote(box, GUEST).why)
    with sql() as seen:
        queries.seat(box, voter)
    assert len(seen) == 1
    assert {b.id for b in queries.running(STREET)} == {box.id, second.id}
    assert queries.running(OTHER_COMMUNITY) == []


def test_one_broken_ballot_does_not_hold_up_the_others(session, make):
    make.user()
    broken, fine = announce(make), announce(make)
    session.execute(sa.update(Ballot).where(Ballot.id == broken.id).values(rules={"majority": "by shouting"}))
    session.commit()
    db.Session().expire_all()
    assert service.open_due(utcnow()) == 1
    assert fine.state is S.OPEN
