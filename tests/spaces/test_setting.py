"""Defaults, plain words, versions of rules, the life of a space."""

import pytest
import sqlalchemy as sa

from portal import audit
from portal.conversations.models import Thread
from portal.errors import Invalid, Refused
from portal.places import counts
from portal.policy import GUEST, Level, Role
from portal.spaces import policy, queries, service
from portal.spaces.defaults import DEFAULTS
from portal.spaces.models import RuleVersion, Space, SpaceKind, SpaceState
from portal.spaces.rules import RuleSet, WhoWrites
from portal.spaces.states import MOVES
from portal.spaces.words import in_plain_words
from tests.factories import CITY, COMMUNITY, DISTRICT, OTHER_COMMUNITY, STREET


@pytest.mark.parametrize("kind", SpaceKind)
def test_every_kind_begins_with_rules_that_make_sense(kind):
    rules = DEFAULTS[kind].checked()
    assert RuleSet.from_json(rules.to_json()) == rules
    said = " ".join(str(sentence) for sentence in in_plain_words(rules))
    for number in (
        "seconds_needed",
        "gather_days",
        "deliberation_days",
        "publicity_days",
        "answer_days",
        "rating_days",
    ):
        assert str(getattr(rules, number)) in said, number


def test_the_plain_words_follow_the_numbers():
    said = [str(s) for s in in_plain_words(RuleSet(seconds_needed=20))]
    assert "20 residents must second a proposal before it is deliberated." in said
    assert any("needs no seconds" in str(s) for s in in_plain_words(RuleSet(seconds_needed=0)))
    assert any("no vote" in str(s) for s in in_plain_words(RuleSet(ballot=False)))


def admin_of(make, place=STREET):
    admin = make.user()
    make.grant(admin, Role.PLACE_ADMIN, place=place)
    return admin


def test_a_new_space_is_counted_and_begins_by_being_set_up(session, make):
    space = service.create(admin_of(make), "hall", COMMUNITY, " 前海 议事厅 ")
    assert (space.name, space.state, space.rule_set) == ("前海 议事厅", SpaceState.FORMING, DEFAULTS[SpaceKind.HALL])
    assert counts.totals(session, "space", CITY).by_state == {"forming": 1}
    service.move(admin_of(make), space.id, "open")
    assert counts.totals(session, "space", CITY).by_state == {"active": 1}


def test_spaces_are_set_up_where_one_administers(make, session):
    for who in (make.user(), GUEST, make.staff(Role.MODERATOR), admin_of(make, OTHER_COMMUNITY)):
        with pytest.raises(Refused):
            service.create(who, "hall", COMMUNITY, "议事厅")
    for kind, code, name in (("palace", COMMUNITY, "厅名"), ("hall", "999", "厅名"), ("hall", COMMUNITY, " ")):
        with pytest.raises(Invalid):
            service.create(admin_of(make), kind, code, name)


@pytest.mark.parametrize("state", SpaceState)
@pytest.mark.parametrize("action", MOVES)
def test_a_space_moves_only_as_the_table_says(session, make, state, action):
    space, admin = make.space(state=state), admin_of(make)
    if state in MOVES[action].come_from:
        assert service.move(admin, space.id, action, "有原因").state is MOVES[action].go_to
    else:
        with pytest.raises(Refused):
            service.move(admin, space.id, action, "有原因")


def test_new_rules_are_a_new_version_and_leave_what_runs_alone(session, make):
    space, secretary, author = make.space(SpaceKind.FORUM), make.user(), make.user()
    make.grant(secretary, Role.SECRETARY, space=space)
    topic = service.start_topic(author, space.id, "先开始的话题")

    service.change_rules(secretary, space.id, who_writes="members", seconds_needed=9)

    session.expire_all()
    fresh = session.get(Space, space.id)
    assert (fresh.rules_version, fresh.rule_set.who_writes, fresh.rule_set.seconds_needed) == (2, WhoWrites.MEMBERS, 9)
    assert session.scalars(sa.select(RuleVersion.version).order_by(RuleVersion.version)).all() == [1, 2]
    assert session.get(Thread, topic.thread_id).members_only is False
    entry = session.scalars(sa.select(audit.Entry).where(audit.Entry.action == "space.rules")).one()
    assert entry.details["changed"] == {"who_writes": "members", "seconds_needed": 9}
    assert service.change_rules(secretary, space.id, seconds_needed=9).rules_version == 2


@pytest.mark.parametrize("changes", [{"gather_days": 0}, {"quorum_share": 101}, {"who_writes": "dogs"}, {"breadth": 50, "seconds_needed": 2},
                                     {"seconds_needed": True}, {"write_level": 0}])  # fmt: skip
def test_rules_that_make_no_sense_are_refused(session, make, changes):
    space = make.space()
    with pytest.raises(Invalid):
        service.change_rules(admin_of(make), space.id, **changes)
    assert session.get(Space, space.id).rules_version == 1


def test_who_may_write_is_a_rule(make, session):
    stranger, resident, phone = make.user(home=OTHER_COMMUNITY), make.user(), make.user(level=Level.PHONE)
    everybody = make.space(rules=RuleSet())
    residents = make.space(rules=RuleSet(who_writes=WhoWrites.RESIDENTS, write_level=3))
    members = make.space(rules=RuleSet(who_writes=WhoWrites.MEMBERS))
    assert policy.why_not_write(stranger, everybody) is None
    assert policy.why_not_write(stranger, residents) is not None
    assert policy.why_not_write(resident, residents) is None
    assert policy.why_not_write(resident, members) is not None
    assert policy.why_not_write(phone, everybody).remedy == "accounts.verify"
    assert policy.why_not_write(GUEST, everybody).remedy == "accounts.sign_in"
    make.grant(stranger, Role.MEMBER, space=members)
    assert policy.why_not_write(stranger, members) is None
    assert policy.why_not_write(resident, make.space(state=SpaceState.DORMANT)) is not None


def test_a_proposal_may_go_to_the_spaces_of_its_place_and_above(make, session):
    here, street, district = make.space(), make.space(place=STREET), make.space(place=DISTRICT)
    make.space(place=OTHER_COMMUNITY)
    make.space(state=SpaceState.CLOSED)
    assert [s.id for s in queries.spaces_for(COMMUNITY)] == [here.id, street.id, district.id]
    assert [s.id for s in queries.spaces_for(STREET)] == [street.id, district.id]


def test_a_topic_sent_twice_is_one(session, make):
    space, author = make.space(), make.user()
    first = service.start_topic(author, space.id, "路灯不亮")
    assert service.start_topic(author, space.id, " 路灯不亮 ").id == first.id
    session.expire_all()
    assert session.get(Space, space.id).topic_count == 1
    assert session.get(Thread, first.thread_id).subject_id == first.id
