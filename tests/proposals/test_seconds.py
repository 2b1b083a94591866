"""Seconding: distinct people, the threshold, breadth, taking back, looking again after a change."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal.clock import days_later, utcnow
from portal.errors import Conflict, Invalid, NotFound, Refused
from portal.places.models import PlaceCount
from portal.policy import GUEST, SYSTEM, Level, Role
from portal.proposals import jobs, queries, service
from portal.proposals.models import Follow, ProposalVersion, Second
from portal.proposals.service.steps import needed
from portal.proposals.service.versions import is_small
from portal.proposals.states import SECONDABLE, ProposalState
from portal.spaces.rules import RuleSet, WhoWrites
from tests.factories import COMMUNITY, OTHER_COMMUNITY, save
from tests.proposals.helpers import submitted

S = ProposalState


def gathering(make, **rules):
    rules = RuleSet(**{"seconds_needed": 2, **rules})
    author = make.user()
    p = make.proposal(author=author, state="gathering", space=make.space(rules=rules))
    p.by = author
    return p


def recount(session, p):
    rows = list(
        session.scalars(sa.select(Second).where(Second.proposal_id == p.id).execution_options(populate_existing=True))
    )
    return sum(not row.stale for row in rows), sum(row.stale for row in rows)


def test_the_second_that_was_still_missing_moves_it_on_at_once(session, make):
    p = gathering(make)
    service.second(make.user(), p.id)
    assert (p.state, p.seconds_count) == (S.GATHERING, 1)
    service.second(make.user(), p.id)
    assert (p.state, p.seconds_count) == (S.DELIBERATING, 2)


def test_seconding_twice_is_seconding_once(session, make):
    p, neighbour = gathering(make), make.user()
    for _ in range(3):
        service.second(neighbour, p.id)
    assert (p.seconds_count, recount(session, p)) == (1, (1, 0))


def test_who_seconds_follows(session, make):
    p, neighbour = gathering(make), make.user()
    service.second(neighbour, p.id)
    assert session.get(Follow, (p.id, neighbour.id))


def test_a_second_can_be_taken_back_while_the_text_is_discussed(session, make):
    p, neighbour = gathering(make), make.user()
    service.second(neighbour, p.id)
    service.unsecond(neighbour, p.id)
    service.unsecond(neighbour, p.id)
    assert (p.seconds_count, recount(session, p)) == (0, (0, 0))
    p.state = S.VOTING
    save(p)
    with pytest.raises(Refused):
        service.unsecond(neighbour, p.id)
    with pytest.raises(Refused):
        service.unsecond(GUEST, p.id)


def test_seconds_must_come_from_several_buildings_where_the_rules_ask_for_it(session, make):
    p = gathering(make, breadth=2)
    for building in ("3号楼", "3号楼", "", "3号楼"):
        service.second(make.user(building=building), p.id)
    assert (p.state, p.seconds_count) == (S.GATHERING, 4)
    service.second(make.user(building="4号楼"), p.id)
    assert p.state is S.DELIBERATING


def test_the_threshold_is_a_number_or_a_share_whichever_is_more():
    assert needed(RuleSet(seconds_needed=20), 5000) == 20
    assert needed(RuleSet(seconds_needed=20, seconds_share=1), 5000) == 50
    assert needed(RuleSet(seconds_needed=20, seconds_share=1), 1999) == 20
    assert needed(RuleSet(seconds_needed=0, seconds_share=3), 101) == 4
    assert needed(RuleSet(seconds_needed=0, seconds_share=3), 0) == 1


def test_the_threshold_is_fixed_when_gathering_begins(session, make):
    space = make.space(rules=RuleSet(seconds_needed=1, seconds_share=10))
    save(PlaceCount(place_code=COMMUNITY, kind="resident", state="resident", n=25))
    p = submitted(make.user(), space)
    service.move(make.staff(), p.id, "pass_review")
    assert p.seconds_needed == 3
    session.execute(sa.update(PlaceCount).where(PlaceCount.kind == "resident").values(n=500))
    session.commit()
    for _ in range(3):
        service.second(make.user(), p.id)
    assert p.state is S.DELIBERATING


def test_who_may_not_second_is_told_why(session, make):
    p, local = gathering(make), gathering(make, second_level=3)
    residents = gathering(make, who_writes=WhoWrites.RESIDENTS)
    for actor, it, remedy in (
        (GUEST, p, "accounts.sign_in"), (make.user(level=Level.PHONE), p, "accounts.verify"), (p.by, p, None),
        (make.user(level=Level.REAL_NAME), local, "accounts.verify"), (make.user(home=OTHER_COMMUNITY), local, None),
        (make.staff(home=OTHER_COMMUNITY), local, None), (make.user(home=OTHER_COMMUNITY), residents, None),
        (make.user(is_suspended=True), p, None), (SYSTEM, p, "accounts.verify"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            service.second(actor, it.id)
        assert refused.value.remedy == remedy
        assert it.seconds_count == 0
    with pytest.raises(NotFound):
        service.second(make.user(), 999_999)
    service.second(make.user(level=Level.REAL_NAME, home=OTHER_COMMUNITY), p.id)


@pytest.mark.parametrize("state", sorted(set(S) - SECONDABLE))
def test_seconds_are_given_only_while_the_text_is_discussed(session, make, state):
    p = make.proposal(state=state)
    with pytest.raises(Refused):
        service.second(make.user(), p.id)
    assert recount(session, p) == (0, 0)


def test_a_hidden_proposal_takes_no_seconds(session, make):
    p = gathering(make)
    p.hidden_at = utcnow()
    save(p)
    with pytest.raises(Refused, match="not shown"):
        service.second(make.user(), p.id)


def test_the_key_of_the_table_refuses_a_second_row_of_a_person(session, make):
    p, neighbour = gathering(make), make.user()
    service.second(neighbour, p.id)
    row = {"proposal_id": p.id, "user_id": neighbour.id, "version": 1, "stale": False, "building": "", "at": utcnow()}
    with pytest.raises(sa.exc.IntegrityError), session.begin_nested():
        session.execute(sa.insert(Second), [row])


def revise(p, **over):
    text = {"title": p.title, "body": p.body, "plan": p.plan, "why": "路口更窄", "material": True}
    return service.revise(p.by, p.id, **text | over)


def test_after_a_material_change_everybody_looks_again(session, make):
    p = gathering(make, seconds_needed=3)
    first, other = make.user(), make.user()
    service.second(first, p.id), service.second(other, p.id)
    revise(p, body="改在东街口，早晚停满车，轮椅过不去，消防车也进不来。")
    assert (p.version, p.seconds_count, p.stale_seconds_count) == (2, 0, 2)
    service.second(first, p.id)
    service.second(first, p.id)
    service.second(make.user(), p.id)
    assert (p.seconds_count, p.stale_seconds_count) == (2, 1) == recount(session, p)
    assert session.get_one(Second, (p.id, first.id)).version == 2
    service.unsecond(other, p.id)
    assert (p.seconds_count, p.stale_seconds_count) == (2, 0) == recount(session, p)
    service.second(make.user(), p.id)
    assert p.state is S.DELIBERATING
    assert [v.material for v in queries.versions(p.id)] == [True, True]


def test_correcting_a_slip_keeps_the_seconds(session, make):
    p = gathering(make, seconds_needed=3)
    service.second(make.user(), p.id)
    revise(p, body="早晚停满车，轮椅过不去了。", material=False, why="")
    assert (p.version, p.seconds_count, p.stale_seconds_count) == (2, 1, 0)
    assert queries.version(p.id, 2).material is False


def test_many_small_corrections_are_one_change(session, make):
    """Each adds a word that alone would be a slip; together they are not what people seconded."""
    body = "早晚停满车，轮椅过不去，大家都盼着街道把这件事办好。" * 6
    p = gathering(make, seconds_needed=3)
    revise(p, body=body)
    service.second(make.user(), p.id)
    for n in range(20):
        text = body + "再加几句" * (n + 1)
        try:
            revise(p, body=text, material=False, why="")
        except Invalid:
            break
        assert (p.seconds_count, p.stale_seconds_count) == (1, 0)
    else:
        pytest.fail("one can rewrite a seconded text bit by bit")
    assert n > 0  # the first one was a slip
    revise(p, body=text, material=False, why="加了几句")
    assert (p.seconds_count, p.stale_seconds_count) == (0, 1)


def test_what_is_called_a_slip_and_is_none_counts_as_a_change(session, make):
    p = gathering(make, seconds_needed=3)
    service.second(make.user(), p.id)
    with pytest.raises(Invalid, match="one sentence"):
        revise(p, body="把停车场改成花园，再也不让停车了。", material=False, why="")
    revise(p, body="把停车场改成花园，再也不让停车了。", material=False)
    assert (p.seconds_count, p.stale_seconds_count) == (0, 1)


@pytest.mark.parametrize(("before", "after", "small"), [
    ("胡同里晚上很黑，老人不敢出门。", "胡同里晚上很黑，老人不敢出门了。", True),
    ("这里可以停车，请装护栏。", "这里不可以停车，请装护栏。", False),
    ("请装 3 盏路灯，每盏都要亮。", "请装 30 盏路灯，每盏都要亮。", False),
    ("请装三盏路灯。", "请装五盏路灯。", False),
    ("路灯坏了", "路灯坏了，" + "请修" * 40, False),
    ("", "", True),
])  # fmt: skip
def test_how_small_a_slip_is(before, after, small):
    assert is_small({"body": before}, {"body": after}) is small


def test_the_largest_texts_are_compared_in_a_moment():
    import time

    began = time.monotonic()
    for one, two in (
        ("，" * 10_000, "，" * 9_990),
        ("ab" * 5000, "ba" * 5000),
        ("一二，" * 3300, "二一，" * 3300),
        ("啊，" * 5000, "啊。" * 5000),
    ):
        is_small({"body": one}, {"body": two})
    assert time.monotonic() - began < 5


def test_saving_the_same_text_again_is_no_new_version(session, make):
    p = gathering(make)
    revise(p)
    assert p.version == 1
    assert session.scalar(sa.select(sa.func.count()).select_from(ProposalVersion)) == 1


@pytest.mark.parametrize(
    "over", [{"title": "短"}, {"body": " "}, {"title": "长" * 121}, {"body": "长" * 10_001}, {"plan": "长" * 10_001}]
)
def test_a_version_that_cannot_be_used_is_refused(session, make, over):
    p = gathering(make)
    with pytest.raises(Invalid):
        revise(p, **over)
    assert p.version == 1


def test_only_the_author_writes_versions_and_only_until_voting(session, make):
    p = gathering(make)
    for actor in (GUEST, make.user(), make.staff()):
        with pytest.raises(Refused):
            service.revise(actor, p.id, title="换个题目行吗", body="正文正文", why="试试")
    for state in sorted(set(S) - SECONDABLE):
        other = make.proposal(author=p.by, state=state)
        with pytest.raises((Refused, Conflict)):
            service.revise(p.by, other.id, title="换个题目行吗", body="正文正文", why="试试")
        assert other.version == 1


def test_a_member_only_room_lets_every_resident_second(session, make):
    p = gathering(make, who_writes=WhoWrites.MEMBERS)
    member = make.user()
    make.grant(member, Role.MEMBER, space=p.space_id)
    for actor in (make.user(), member):
        service.second(actor, p.id)
    assert p.seconds_count == 2


def test_a_second_costs_nine_statements_at_most_even_the_deciding_one(session, make, sql):
    p = gathering(make)
    one, two = make.user(), make.user()
    for neighbour in (one, two):
        with sql() as seen:
            service.second(neighbour, p.id)
        assert len(seen) <= 9, "\n".join(seen)
    assert p.state is S.DELIBERATING


def under_deliberation(make, *neighbours):
    """A matter that two have seconded, its organiser, and the last day of its deliberation."""
    p, staff = gathering(make, deliberation_days=3, ballot_days=5), make.staff()
    for neighbour in neighbours:
        service.second(neighbour, p.id)
    assert p.state is S.DELIBERATING
    return p, staff, p.due_at


def test_what_too_few_still_second_does_not_come_to_a_vote(session, make):
    one, other = make.user(), make.user()
    p, staff, until = under_deliberation(make, one, other)
    service.unsecond(one, p.id)
    with pytest.raises(Refused, match="seconds it takes"):
        service.move(staff, p.id, "conclude")
    jobs.conclude(until)
    assert p.state is S.DELIBERATING
    service.second(one, p.id)
    service.move(staff, p.id, "conclude")
    assert p.state is S.VOTING


def test_when_the_deliberation_is_over_and_too_few_second_it_lapses(session, make):
    one, other = make.user(), make.user()
    p, _staff, until = under_deliberation(make, one, other)
    service.unsecond(one, p.id)
    assert (jobs.lapse(until - timedelta(seconds=1)), p.state) == (0, S.DELIBERATING)
    assert (jobs.lapse(until), p.state) == (1, S.LAPSED)
    q, _staff, until = under_deliberation(make, make.user(), make.user())
    assert (jobs.lapse(until), jobs.conclude(until), q.state) == (0, 1, S.VOTING)


def test_whoever_has_to_look_again_has_a_week_for_it(session, make):
    one, other = make.user(), make.user()
    p, staff, until = under_deliberation(make, one, other)
    service.revise(p.by, p.id, title=p.title, body="整段改写，要办的事不一样了。", why="换了做法")
    assert p.seconds_count == 0
    assert p.due_at == days_later(utcnow(), 7) > until
    with pytest.raises(Refused):
        service.move(staff, p.id, "conclude")
    for neighbour in (one, other):
        service.second(neighbour, p.id)
    assert (jobs.lapse(p.due_at), jobs.conclude(p.due_at), p.state) == (0, 1, S.VOTING)
