"""Drafts that save themselves, photos, sending in."""

import io

import pytest
import sqlalchemy as sa
from PIL import Image

from portal import audit, clock, files, links
from portal.errors import Invalid, NotFound, Refused
from portal.files.models import Photo
from portal.patrols.models import Outcome
from portal.policy import GUEST, Level, Role
from portal.proposals import policy, queries, service
from portal.proposals.models import Follow, Proposal, ProposalVersion
from portal.proposals.service.drafts import MOST_DRAFTS
from portal.proposals.states import ProposalState
from portal.spaces.models import SpaceState, Topic
from portal.spaces.rules import RuleSet, WhoWrites
from tests.factories import COMMUNITY, DISTRICT, OTHER_COMMUNITY, STREET, save
from tests.proposals.helpers import TEXT, by_group, run_due, submitted

S = ProposalState


def picture():
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(out, "JPEG")
    return out.getvalue()


def count(session, model, *where):
    return session.scalar(sa.select(sa.func.count()).select_from(model).where(*where))


def test_the_same_form_sent_three_times_is_one_draft(session, make):
    author, space = make.user(level=Level.PHONE), make.space()
    ids = {
        service.save_draft(author, client_key="form-1", space_id=space.id, title=f"第{n}次保存").id for n in range(3)
    }
    assert len(ids) == 1
    assert session.get_one(Proposal, ids.pop()).title == "第2次保存"
    assert count(session, audit.Entry, audit.Entry.action == "proposal.draft") == 1
    assert count(session, Follow) == 1


def test_a_typed_key_is_ones_own(session, make):
    space, one, two = make.space(), make.user(), make.user()
    mine = service.save_draft(one, client_key="form-1", space_id=space.id, title="我的草稿")
    assert mine.client_key == f"u{one.id}:form-1"
    other = service.save_draft(two, client_key="form-1", space_id=space.id, title="另一份草稿")
    assert other.id != mine.id
    # a key that would be that of what something grows out of takes nobody's place
    topic = make.topic(space)
    typed = service.save_draft(two, client_key=f"topic-{topic.id}-{one.id}", space_id=space.id, title="占别人的位子")
    assert service.draft_from(one, ("topic", topic.id), space_id=space.id).id not in (typed.id, mine.id)
    assert len(service.save_draft(one, client_key="长" * 200, space_id=space.id).client_key) == 64


def test_what_was_sent_in_is_not_taken_for_the_next_draft_from_the_same_source(session, make):
    space, author, staff = make.space(), make.user(), make.staff()
    source = ("topic", make.topic(space).id)
    first = service.draft_from(author, source, space_id=space.id, **TEXT)
    assert service.draft_from(author, source, space_id=space.id).id == first.id
    service.submit(author, first.id)
    second = service.draft_from(author, source, space_id=space.id, **TEXT)
    assert second.id != first.id
    assert second.state is S.DRAFT
    assert service.draft_from(author, source, space_id=space.id).id == second.id
    service.submit(author, second.id)
    service.move(staff, second.id, "return", reason="请写清楚。")
    assert service.draft_from(author, source, space_id=space.id).id == second.id
    service.submit(author, second.id)
    third = service.draft_from(author, source, space_id=space.id)
    assert len({first.id, second.id, third.id}) == 3
    assert len(links.linked(session, *source)[1]) == 3


def test_photos_of_a_case_stay_with_the_case(session, make):
    author, space = make.user(), make.space()
    case = make.case(author, state="closed")
    files.attach_photos(session, author, ("case", case.id), [picture()])
    session.commit()
    p = service.draft_from(author, ("case", case.id), space_id=space.id)
    assert (p.photo_count, count(session, Photo, Photo.owner_kind == "proposal")) == (0, 0)


def test_what_is_left_out_stays_as_it_was(session, make):
    author, space = make.user(), make.space()
    p = service.save_draft(author, space_id=space.id, **TEXT)
    service.save_draft(author, p.id, plan="沿墙装六个。")
    assert (p.title, p.plan, p.plan_html, p.theme) == (
        TEXT["title"],
        "沿墙装六个。",
        "<p>沿墙装六个。</p>\n",
        TEXT["theme"],
    )
    service.save_draft(author, p.id, plan="", theme="")
    assert (p.plan, p.theme) == ("", None)


def test_the_place_lies_in_the_place_of_the_space(session, make):
    author, street = make.user(), make.space(place=STREET)
    p = service.save_draft(author, space_id=street.id)
    assert p.place_code == STREET
    service.save_draft(author, p.id, place_code=OTHER_COMMUNITY)
    assert p.place_code == OTHER_COMMUNITY
    near = make.space(place=COMMUNITY)
    service.save_draft(author, p.id, space_id=near.id)
    assert (p.space_id, p.place_code) == (near.id, COMMUNITY)
    for code in (OTHER_COMMUNITY, DISTRICT, "1101020030019", "nonsense", 7):
        with pytest.raises(Invalid):
            service.save_draft(author, p.id, place_code=code)


@pytest.mark.parametrize("fields", [
    {"space_id": 999_999}, {"space_id": "x"}, {"space_id": True}, {"space_id": 2**40}, {"theme": "weather"}, {"theme": 3},
    {"category_id": 999_999}, {"category_id": "1; DROP"}, {"title": "长" * 121}, {"where": "长" * 121}, {"body": "长" * 10_001},
])  # fmt: skip
def test_what_cannot_be_used_is_said_and_not_stored(session, make, fields):
    author = make.user()
    p = service.save_draft(author, space_id=make.space().id, **TEXT)
    with pytest.raises(Invalid):
        service.save_draft(author, p.id, **fields)
    session.refresh(p)
    assert (p.title, p.body) == (TEXT["title"], TEXT["body"])


def test_a_draft_needs_a_space(session, make):
    with pytest.raises(Invalid):
        service.save_draft(make.user(), title="没有地方")


def test_hostile_text_is_cleaned(session, make):
    p = service.save_draft(
        make.user(),
        space_id=make.space().id,
        title=" 路\x00灯\u202e\n坏了 ",
        body="<script>alert(1)</script>\r\n*急*",
        where=[1],
    )
    assert (p.title, p.where) == ("路灯 坏了", "")
    assert "<script" not in p.body_html


def test_who_may_not_draft(session, make):
    space = make.space()
    for actor in (GUEST, make.user(level=Level.VISITOR), make.user(is_suspended=True)):
        with pytest.raises(Refused):
            service.save_draft(actor, space_id=space.id)
    p = service.save_draft(make.user(), space_id=space.id)
    for actor in (make.user(), make.staff()):
        with pytest.raises(Refused):
            service.save_draft(actor, p.id, title="改别人的草稿")
        assert policy.why_not_see(actor, p)
        with pytest.raises(Refused):
            service.submit(actor, p.id)


def test_nobody_keeps_more_than_twenty_drafts(session, make):
    author, space = make.user(), make.space()
    for _ in range(MOST_DRAFTS):
        service.save_draft(author, space_id=space.id)
    with pytest.raises(Refused):
        service.save_draft(author, space_id=space.id)


def test_an_untouched_draft_expires_and_never_becomes_public(session, make):
    author, space = make.user(), make.space()
    p = service.save_draft(author, space_id=space.id, **TEXT)
    with clock.travel(days=29):
        service.save_draft(author, p.id, plan="还在写")
    run_due(days=31)
    assert p.state is S.DRAFT
    run_due(days=60)
    run_due(days=60)
    assert p.state is S.WITHDRAWN
    assert not p.is_public
    assert policy.why_not_see(make.staff(), p)
    assert policy.why_not_see(author, p) is None
    assert queries.list_proposals().rows == []
    assert by_group(COMMUNITY)["all"] == 0
    assert count(session, audit.Entry, audit.Entry.action == "proposal.expire") == 1


@pytest.mark.parametrize("missing", ["title", "body", "theme"])
def test_only_a_complete_proposal_is_sent_in(session, make, missing):
    author = make.user()
    p = service.save_draft(author, space_id=make.space().id, **{**TEXT, missing: ""})
    with pytest.raises(Invalid):
        service.submit(author, p.id)
    assert p.state is S.DRAFT


def test_sent_in_twice_is_sent_in_once(session, make):
    author, space = make.user(), make.space(rules=RuleSet(seconds_needed=7))
    p = submitted(author, space)
    service.submit(author, p.id)
    assert count(session, audit.Entry, audit.Entry.action == "proposal.submit") == 1
    with pytest.raises(Refused):
        service.save_draft(author, p.id, title="送审后再改")
    assert session.get(ProposalVersion, (p.id, 1)).title == TEXT["title"]


def test_it_keeps_the_rules_it_was_sent_in_with(session, make):
    author, space = make.user(), make.space(rules=RuleSet(seconds_needed=7))
    p = submitted(author, space)
    space.rules, space.rules_version = RuleSet(seconds_needed=99).to_json(), 2
    save(space)
    service.move(make.staff(), p.id, "pass_review")
    assert (p.rule_set.seconds_needed, p.seconds_needed, p.rules_version) == (7, 7, 1)


def test_where_one_may_not_propose_one_may_still_write(session, make):
    cases = [
        (make.user(level=Level.PHONE), {}), (make.user(home=OTHER_COMMUNITY), {"rules": RuleSet(who_writes=WhoWrites.RESIDENTS)}),
        (make.user(), {"rules": RuleSet(who_writes=WhoWrites.MEMBERS)}), (make.user(), {"state": SpaceState.CLOSED}),
    ]  # fmt: skip
    for author, space in cases:
        with pytest.raises(Refused):
            submitted(author, make.space(**space))
    member, council = make.user(), make.space(rules=RuleSet(who_writes=WhoWrites.MEMBERS))
    make.grant(member, Role.MEMBER, space=council)
    assert submitted(member, council).state is S.SUBMITTED


def test_a_returned_proposal_is_changed_and_sent_again_as_its_first_version(session, make):
    author, staff = make.user(), make.staff()
    p = submitted(author, make.space())
    service.move(staff, p.id, "return", reason="请写清楚是哪个路口。")
    assert (p.state, p.closing_note) == (S.RETURNED, "请写清楚是哪个路口。")
    service.save_draft(author, p.id, title="在西街口北侧设停车架")
    service.submit(author, p.id)
    service.move(staff, p.id, "pass_review")
    assert [(v.number, v.title) for v in queries.versions(p.id)] == [(1, "在西街口北侧设停车架")]
    assert p.closing_note == ""


def test_photos_come_and_go_with_their_number(session, make):
    author = make.user()
    p = service.save_draft(author, space_id=make.space().id)
    one, two = service.add_photos(author, p.id, [picture(), picture()], ["路口"])
    assert (p.photo_count, one.alt, two.alt) == (2, "路口", "")
    service.remove_photo(author, p.id, one.id)
    service.remove_photo(author, p.id, one.id)
    assert p.photo_count == 1 == count(session, Photo)
    other = service.save_draft(author, space_id=p.space_id)
    service.remove_photo(author, other.id, two.id)
    assert count(session, Photo) == 1
    with pytest.raises(Invalid):
        service.add_photos(author, p.id, [b"not a picture"])
    with pytest.raises(Invalid):
        service.add_photos(author, p.id, [picture()] * 6)
    with pytest.raises(Refused):
        service.add_photos(make.user(), p.id, [picture()])
    assert p.photo_count == 1


def test_a_topic_grows_into_one_draft_a_person(session, make):
    topic = save(Topic(space_id=make.space().id, author_id=make.user().id, title="晚上太黑"))
    author = make.user()
    fields = {"space_id": topic.space_id, "title": "北沿装路灯", "client_key": "from-the-form"}
    p = service.draft_from(author, ("topic", topic.id), **fields)
    assert service.draft_from(author, ("topic", topic.id), **fields) is p
    assert service.draft_from(make.user(), ("topic", topic.id), **fields) is not p
    assert links.linked(session, "proposal", p.id) == ([("topic", topic.id)], [])
    topic.hidden_at = clock.utcnow()
    save(topic)
    with pytest.raises(NotFound):
        service.draft_from(make.user(), ("topic", topic.id), **fields)
    with pytest.raises(NotFound):
        service.draft_from(author, ("dream", 1), **fields)


def test_a_draft_from_a_topic_begins_with_its_title_and_for_its_author_with_its_words(session, make):
    author, space = make.user(), make.space()
    topic = save(Topic(space_id=space.id, author_id=author.id, title="晚上太黑", body="北沿三盏灯都不亮。"))
    own, other = (service.draft_from(who, ("topic", topic.id), space_id=space.id) for who in (author, make.user()))
    assert [(p.title, p.body) for p in (own, other)] == [("晚上太黑", "北沿三盏灯都不亮。"), ("晚上太黑", "")]


@pytest.mark.parametrize("retired", [False, True])
def test_a_draft_from_a_finding_knows_what_kind_of_thing_was_found(session, make, retired):
    volunteer = make.user()
    category = make.category(retired=retired)
    finding = make.finding(make.patrol(volunteer, state="submitted"), category_id=category.id)
    p = service.draft_from(volunteer, ("finding", finding.id), space_id=make.space().id)
    assert (p.where, p.body, p.theme) == (finding.where, finding.note, category.theme)
    assert p.category_id == (None if retired else category.id)


def test_a_deleted_draft_leaves_no_words_and_no_photos(session, make):
    author = make.user()
    p = service.save_draft(author, space_id=make.space().id, **TEXT)
    service.add_photos(author, p.id, [picture()])
    service.move(author, p.id, "withdraw")
    p = session.get(Proposal, p.id, populate_existing=True)
    assert not any((p.title, p.where, p.body, p.plan, p.body_html, p.plan_html, p.theme, p.photo_count))
    assert count(session, Photo) == 0
    assert policy.why_not_see(author, p) is not None
    assert count(session, audit.Entry, audit.Entry.action == "proposal.withdraw") == 1


def test_a_finding_grows_into_a_draft_with_its_photos(session, make):
    volunteer = make.user()
    patrol = make.patrol(volunteer, state="submitted")
    finding, space = make.finding(patrol), make.space()
    files.attach_photos(session, volunteer, ("finding", finding.id), [picture()])
    session.commit()
    with pytest.raises(Refused):
        service.draft_from(make.user(), ("finding", finding.id), space_id=space.id)
    p = service.draft_from(volunteer, ("finding", finding.id), space_id=space.id)
    assert (p.photo_count, finding.outcome) == (1, Outcome.PROPOSED)
    assert service.draft_from(volunteer, ("finding", finding.id), space_id=space.id) is p
    assert links.linked(session, "finding", finding.id)[1] == [("proposal", p.id)]
    with pytest.raises(NotFound):
        service.draft_from(volunteer, ("finding", 999_999), space_id=space.id)
