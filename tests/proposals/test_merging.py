"""Two proposals about the same matter become one: its proposer, seconds and follows go along, each person once."""

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal import audit, links
from portal.conversations.models import Thread
from portal.errors import Conflict, Invalid, NotFound, Refused
from portal.places import counts as place_counts
from portal.policy import GUEST, SYSTEM, Level, Role
from portal.proposals import policy, queries, service
from portal.proposals.models import Follow, Second
from portal.proposals.states import SECONDABLE, ProposalState
from portal.spaces.rules import RuleSet
from tests.factories import COMMUNITY, OTHER_COMMUNITY, save
from tests.proposals.helpers import submitted

S = ProposalState
MANY = RuleSet(seconds_needed=50)


def seconds(session, p):
    return {row.user_id: row.stale for row in session.scalars(sa.select(Second).where(Second.proposal_id == p.id))}


def two(make, rules=MANY):
    staff, authors, space = make.staff(), [make.user(), make.user()], make.space(rules=rules)
    pair = [submitted(author, space, title=f"在西街口设停车架之{n}") for n, author in enumerate(authors)]
    for p in pair:
        service.move(staff, p.id, "pass_review")
    return staff, authors, pair


def test_the_other_takes_in_seconds_follows_and_leaves_the_comments_here(session, make):
    staff, authors, (p, into) = two(make)
    both, only_here = make.user(building="3号楼"), make.user(building="4号楼")
    for person in (both, only_here, authors[1]):
        service.second(person, p.id)
    service.second(both, into.id)
    service.follow(make.user(), p.id)
    service.move(staff, p.id, "merge", into=into.id)
    assert (p.state, p.merged_into_id, into.state) == (S.MERGED, into.id, S.GATHERING)
    assert seconds(session, into) == {both.id: False, only_here.id: False, authors[0].id: False}
    assert into.seconds_count == 3
    carried = session.get_one(Second, (into.id, only_here.id))
    assert (carried.carried_from, carried.building, carried.version) == (p.id, "4号楼", 1)
    followers = set(session.scalars(sa.select(Follow.user_id).where(Follow.proposal_id == into.id)))
    assert followers >= set(session.scalars(sa.select(Follow.user_id).where(Follow.proposal_id == p.id)))
    assert links.linked(session, "proposal", p.id) == ([], [("proposal", into.id)])
    assert not session.get_one(Thread, p.thread_id).is_open
    assert session.get_one(Thread, into.thread_id).is_open
    assert place_counts.totals(session, "proposal", COMMUNITY).by_state == {"gathering": 1, "merged": 1}
    assert queries.title_of(p.merged_into_id) == (into.id, into.title)
    assert {e.action for e in audit.history(session, [("proposal", into.id)])} >= {"proposal.take_in"}


def test_seconds_that_come_along_may_be_the_ones_that_were_missing(session, make):
    staff, _, (p, into) = two(make, RuleSet(seconds_needed=3))
    for target, n in ((p, 1), (into, 1)):  # and whoever proposed it
        for _ in range(n):
            service.second(make.user(), target.id)
    service.move(staff, p.id, "merge", into=into.id)
    assert (into.state, into.seconds_count) == (S.DELIBERATING, 3)


def test_seconds_do_not_come_along_where_they_could_not_be_given(session, make):
    staff, authors, (p, _) = two(make)
    strict = make.proposal(state="gathering", space=make.space(rules=RuleSet(seconds_needed=50, second_level=3)))
    resident, low, elsewhere, suspended = (
        make.user(),
        make.user(level=Level.REAL_NAME),
        make.user(home=OTHER_COMMUNITY),
        make.user(),
    )
    for person in (resident, low, elsewhere, suspended):
        service.second(person, p.id)
    suspended.is_suspended = True
    save(suspended)
    service.move(staff, p.id, "merge", into=strict.id)
    assert seconds(session, strict) == {resident.id: False, authors[0].id: False}


def test_whoever_proposed_it_seconds_the_other_and_may_rate_what_comes_of_it(session, make):
    staff, authors, (p, into) = two(make)
    service.second(authors[0], into.id)  # he liked it before
    service.move(staff, p.id, "merge", into=into.id)
    assert seconds(session, into) == {authors[0].id: False}
    assert session.get_one(Second, (into.id, authors[0].id)).carried_from is None
    with pytest.raises(Refused):
        service.second(authors[1], into.id)  # it is still his own
    third = submitted(make.user(), make.space(rules=MANY), title="在西街口设停车架之三")
    service.move(staff, third.id, "pass_review")
    service.move(staff, into.id, "merge", into=third.id)
    assert set(seconds(session, third)) == {author.id for author in authors}
    assert (
        policy.why_not_rate(authors[0], make.proposal(state="done"), session.get_one(Second, (third.id, authors[0].id)))
        is None
    )
    service.unsecond(authors[0], third.id)
    assert third.seconds_count == 1


def test_two_of_the_same_proposer_do_not_second_each_other(session, make):
    staff, author, space = make.staff(), make.user(), make.space(rules=MANY)
    p, into = (make.proposal(author, state="gathering", space=space) for _ in range(2))
    service.move(staff, p.id, "merge", into=into.id)
    assert seconds(session, into) == {}
    assert into.seconds_count == 0


def test_a_proposer_who_could_not_second_the_other_does_not(session, make):
    staff, space = make.staff(), make.space(rules=RuleSet(seconds_needed=50, second_level=3))
    into = make.proposal(state="gathering", space=space)
    for author in (make.user(level=Level.REAL_NAME), make.user(home=OTHER_COMMUNITY), make.user(is_suspended=True)):
        p = make.proposal(author, state="gathering")
        service.move(staff, p.id, "merge", into=into.id)
    assert seconds(session, into) == {}


def test_who_may_merge_and_what(session, make):
    staff, authors, (p, into) = two(make)
    elsewhere = make.proposal(state="gathering", space=make.space(place=OTHER_COMMUNITY))
    for author in authors:
        make.grant(author, Role.MODERATOR, place=COMMUNITY)
    here_only = make.staff(place=COMMUNITY)
    for actor, target in ((GUEST, into), (make.user(), into), (SYSTEM, into), (authors[0], into), (authors[1], into), (here_only, elsewhere),
                          (make.staff(Role.ACCEPTOR), into), (staff, p)):  # fmt: skip
        with pytest.raises(Refused):
            service.move(actor, p.id, "merge", into=target.id)
    for nothing in (None, "x", True, -1, 2**40):
        with pytest.raises(Invalid):
            service.move(staff, p.id, "merge", into=nothing)
    with pytest.raises(NotFound):
        service.move(staff, p.id, "merge", into=999_999)
    for state in sorted(set(S) - SECONDABLE):
        other = make.proposal(state=state)
        with pytest.raises((Refused, Conflict)):
            service.move(staff, p.id, "merge", into=other.id)
        with pytest.raises((Refused, Conflict)):
            service.move(staff, other.id, "merge", into=p.id)
    assert p.state is S.GATHERING
    service.move(staff, p.id, "merge", into=into.id)
    with pytest.raises(Conflict):
        service.move(staff, p.id, "merge", into=into.id)


one = st.integers(0, 7)
people = st.sets(one)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(fresh=st.tuples(people, people, people), stale=st.tuples(people, people, people),
       wrote=st.tuples(one, one, one), order=st.booleans())  # fmt: skip
def test_whoever_is_behind_any_of_them_counts_once_in_the_last_one(session, make, fresh, stale, wrote, order):
    """Three proposals with any overlap of those who proposed and seconded them, merged one after the other."""
    staff, crowd = make.staff(), [make.user() for _ in range(8)]
    three = [make.proposal(crowd[n], state="gathering", space=make.space(rules=MANY)) for n in wrote]
    fresh, stale = ([who - {n} for who, n in zip(sets, wrote, strict=True)] for sets in (fresh, stale))
    for p, valid, old in zip(three, fresh, stale, strict=True):
        rows = dict.fromkeys(valid, False) | dict.fromkeys(old - valid, True)
        session.add_all(Second(proposal_id=p.id, user_id=crowd[n].id, version=1, stale=s) for n, s in rows.items())
        p.seconds_count, p.stale_seconds_count = len(valid), len(old - valid)
    session.commit()
    a, b, c = three
    for source, target in ((a, b), (b, c)) if order else ((b, c), (a, c)):
        service.move(staff, source.id, "merge", into=target.id)
    rows = seconds(session, c)
    assert set(rows) == {crowd[n].id for n in set().union(*fresh, *stale, wrote) - {wrote[2]}}
    assert c.seconds_count == sum(not s for s in rows.values())
    assert c.stale_seconds_count == sum(rows.values())
