"""Pages of spaces: what is on them, and for whom."""

from datetime import timedelta

import pytest
from werkzeug.datastructures import MultiDict

from portal import clock
from portal.conversations import service as conversations
from portal.moderation import service as moderation
from portal.policy import Role
from portal.spaces import service
from portal.spaces.models import Invitation, Space, SpaceKind, SpaceState, Topic
from tests.factories import COMMUNITY, OTHER_COMMUNITY, STREET


@pytest.fixture
def room(make):
    return make.space(SpaceKind.LIVING_ROOM, purpose="路过就坐下说一句")


def test_every_page_answers_in_both_languages(client, make, room):
    chair, author = make.user(), make.user()
    make.grant(chair, Role.CHAIR, space=room)
    topic = service.start_topic(author, room.id, "坡道太陡", "推轮椅上不去。")
    conversations.comment(author, topic.thread_id, "坡长一倍就好推了。")
    invitation = service.invite(chair, room.id, author.username, "member", title="楼门长")
    client.sign_in(chair)
    for path in ("/spaces/", f"/spaces/{room.id}", f"/spaces/{room.id}/rules", f"/spaces/{room.id}/rules/edit", f"/spaces/{room.id}/edit",
                 f"/spaces/{room.id}/members", f"/spaces/{room.id}/invitations", f"/spaces/{room.id}/topics", f"/spaces/{room.id}/topics/new",
                 f"/topics/{topic.id}", f"/invitations/{invitation.id}", f"/spaces/{room.id}/members/{chair.grants[0].id}",
                 f"/reports/new?kind=topic&id={topic.id}"):  # fmt: skip
        for prefix in ("", "/en"):
            answer = client.get(prefix + path)
            assert answer.status_code == 200, (path, answer.text[:400])
            assert answer.text.count("<h1") == 1


def test_the_rooms_of_a_community_include_those_of_its_street_and_say_so(client, make, room):
    hall, elsewhere = (
        make.space(SpaceKind.HALL, place_code=STREET),
        make.space(SpaceKind.HALL, place_code=OTHER_COMMUNITY),
    )
    page = client.get(f"/en/spaces/?place={COMMUNITY}").text
    assert f'/spaces/{room.id}"' in page
    assert f'/spaces/{hall.id}"' in page
    assert "For all of Shichahai" in page
    assert f'/spaces/{elsewhere.id}"' not in page
    assert "2 rooms" in page
    assert "For all of" not in client.get(f"/en/spaces/?place={STREET}").text


def test_a_guest_reads_and_is_told_how_to_write(client, room):
    page = client.get(f"/en/spaces/{room.id}").text
    assert "路过就坐下说一句" in page
    assert "Sign in to join in." in page
    assert client.get(f"/spaces/{room.id}/topics/new").status_code == 302
    assert client.get("/spaces/2147483647").status_code == 404


def test_only_whoever_administers_the_place_sets_up_a_space(client, make):
    admin = make.user()
    make.grant(admin, Role.PLACE_ADMIN, place=STREET)
    assert client.sign_in(make.user()).get("/spaces/new").status_code == 403
    client.sign_in(admin)
    typed = {"kind": "council", "place_code": COMMUNITY, "name": "新理事会", "purpose": "一起商量"}
    refused = client.post("/en/spaces/new", data=typed | {"name": "", "place_code": "110105"})
    assert refused.status_code == 422
    assert "一起商量" in refused.text
    assert client.post("/spaces/new", data=typed | {"place_code": "110105001001"}).status_code == 422
    assert client.post("/spaces/new", data=typed | {"place_code": "前海"}).status_code == 302
    asked = client.post("/spaces/new", data=typed | {"place_code": "社区"})
    assert asked.status_code == 422
    assert f'type="radio" name="place_code" value="{COMMUNITY}"' in asked.text
    answered = MultiDict([*typed.items(), ("place_code", OTHER_COMMUNITY)])
    answered.setlist("place_code", ["社区", OTHER_COMMUNITY])
    assert client.post("/spaces/new", data=answered).status_code == 302
    answered.setlist("place_code", ["前海", OTHER_COMMUNITY])  # ticked before something else was typed
    assert f"/places/{COMMUNITY}" in client.get(client.post("/spaces/new", data=answered).location).text
    done = client.post("/spaces/new", data=typed)
    assert done.status_code == 302
    assert client.get(done.location).status_code == 200


def test_refused_rules_keep_what_was_typed(client, session, make, room):
    chair = make.user()
    make.grant(chair, Role.CHAIR, space=room)
    client.sign_in(chair)
    typed = {k: str(v) for k, v in room.rules.items() if not isinstance(v, bool)} | {
        "seconds_needed": "viele",
        "gather_days": "999",
        "decider": "街道",
    }
    page = client.post(f"/en/spaces/{room.id}/rules/edit", data=typed)
    assert page.status_code == 422
    assert 'value="viele"' in page.text
    assert 'value="999"' in page.text
    assert "How many seconds does a proposal need? Enter a whole number." in page.text  # above the form: no colon after the ?
    assert session.get(Space, room.id, populate_existing=True).rules_version == 1
    assert (
        client.post(
            f"/spaces/{room.id}/rules/edit", data=typed | {"seconds_needed": "7", "gather_days": "30"}
        ).status_code
        == 302
    )
    fresh = session.get(Space, room.id, populate_existing=True)
    assert (fresh.rules_version, fresh.rule_set.seconds_needed, fresh.rule_set.ballot) == (2, 7, False)
    assert "7 residents must second" in client.get(f"/en/spaces/{room.id}/rules").text
    assert client.get(f"/en/spaces/{room.id}/rules?version=1").status_code == 200


def test_rules_are_written_by_those_who_may(client, make, room):
    for who in (make.user(), make.staff(Role.MODERATOR), make.staff(Role.PLACE_ADMIN, place=OTHER_COMMUNITY)):
        assert client.sign_in(who).get(f"/spaces/{room.id}/rules/edit").status_code == 403


def test_starting_and_closing_a_topic(client, session, make, room):
    author, host = make.user(), make.user()
    make.grant(host, Role.HOST, space=room)
    client.sign_in(author)
    short = client.post(f"/spaces/{room.id}/topics/new", data={"title": "短", "body": "留住这些字"})
    assert short.status_code == 422
    assert "留住这些字" in short.text
    done = client.post(f"/spaces/{room.id}/topics/new", data={"title": "坡道太陡了", "body": "推不上去"})
    topic = session.query(Topic).one()
    assert done.location == f"/topics/{topic.id}"
    assert f"/proposals/new?from=topic:{topic.id}" in client.get(done.location).text
    assert client.post(f"/topics/{topic.id}/closures").status_code == 403
    assert client.sign_in(host).post(f"/topics/{topic.id}/closures").status_code == 302
    assert client.post(f"/topics/{topic.id}/closures").status_code == 409
    assert (
        client.sign_in(author).post(f"/threads/{topic.thread_id}/comments", data={"body": "还能说吗"}).status_code
        == 422
    )
    assert client.sign_in(host).post(f"/topics/{topic.id}/openings").status_code == 302


def test_a_hidden_topic_leaves_a_stub(client, session, make, room):
    author, moderator = make.user(), make.staff(Role.MODERATOR)
    topic = service.start_topic(author, room.id, "某某家的事情", "住 3 号院")
    said = conversations.comment(make.user(), topic.thread_id, "我也见过")
    moderation.hide(moderator, "topic", topic.id, "private_data", "含住址")
    page = client.get(f"/en/topics/{topic.id}").text
    assert "3 号院" not in page
    assert "某某家" not in page
    assert "private data" in page
    assert "某某家" not in client.get(f"/spaces/{room.id}").text
    assert session.get(Space, room.id, populate_existing=True).topic_count == 0
    assert client.get(f"/comments/{said.id}").status_code == 404
    client.sign_in(make.user())
    assert client.post(f"/threads/{topic.thread_id}/comments", data={"body": "接着说"}).status_code == 422
    assert "含住址" in client.sign_in(author).get(f"/topics/{topic.id}").text
    moderation.restore(moderator, "topic", topic.id, "mistake")
    assert client.post(f"/threads/{topic.thread_id}/comments", data={"body": "接着说"}).status_code == 302
    assert session.get(Space, room.id, populate_existing=True).topic_count == 1


def test_an_invitation_is_shown_to_its_person_only(client, make, room):
    chair, guest = make.user(), make.user()
    make.grant(chair, Role.CHAIR, space=room)
    invitation = service.invite(chair, room.id, guest.username, "host", title="主持人")
    assert client.sign_in(make.user()).get(f"/invitations/{invitation.id}").status_code == 404
    client.sign_in(guest)
    assert "主持人" in client.get(f"/invitations/{invitation.id}").text
    assert f"/invitations/{invitation.id}" in client.get(f"/spaces/{room.id}").text
    assert client.post(f"/invitations/{invitation.id}/answers", data={"answer": "yes"}).status_code == 302
    assert client.post(f"/invitations/{invitation.id}/answers", data={"answer": "yes"}).status_code == 403
    assert "主持人" in client.get(f"/spaces/{room.id}").text


def test_members_are_shown_by_the_name_they_chose(client, make, room):
    member = make.user(display_name="槐树下", real_name="王小明", phone="+8613800000000")
    make.grant(member, Role.MEMBER, space=room)
    for path in (f"/spaces/{room.id}", f"/spaces/{room.id}/members"):
        page = client.get(path).text
        assert "槐树下" in page
        assert "王小明" not in page
        assert "13800000000" not in page


def test_a_refused_role_comes_back_beside_its_field(client, make, room):
    chair, member = make.user(), make.user()
    make.grant(chair, Role.CHAIR, space=room)
    held = make.grant(member, Role.MEMBER, space=room)
    typed = {"role": "member", "title": "楼门长", "first_day": str(clock.today() + timedelta(days=9))}
    answer = client.sign_in(chair).post(f"/en/spaces/{room.id}/members/{held.id}", data=typed)
    assert answer.status_code == 422
    assert "This person holds this role now." in answer.text
    assert "楼门长" in answer.text


def test_strange_parameters_are_read_forgivingly(client, room):
    for query in (
        "place=%00",
        "place=' or 1=1",
        "kind=palace",
        "after=xx",
        "before=" + "9" * 500,
        "place=" + "1" * 300,
        "after=%F0%9F%98%80",
    ):
        assert client.get(f"/spaces/?{query}").status_code == 200
        assert client.get(f"/spaces/{room.id}/topics?{query}").status_code == 200
    assert client.get("/spaces/99999999999999999999").status_code == 404


def test_asking_to_join_a_hall_waits_for_a_yes(client, session, make):
    hall, chair, asker = make.space(SpaceKind.HALL), make.user(), make.user()
    make.grant(chair, Role.CHAIR, space=hall)
    assert client.sign_in(asker).post(f"/spaces/{hall.id}/members").status_code == 302
    wish = session.query(Invitation).one()
    assert client.post(f"/invitations/{wish.id}/answers", data={"answer": "yes"}).status_code == 403
    client.sign_in(chair)
    assert asker.display_name in client.get(f"/spaces/{hall.id}/members").text
    client.post(f"/invitations/{wish.id}/answers", data={"answer": "yes"})
    assert session.get(Space, hall.id, populate_existing=True).member_count == 1


def test_a_closed_space_takes_nothing_new(client, session, make, room):
    admin = make.user()
    make.grant(admin, Role.PLACE_ADMIN, place=STREET)
    client.sign_in(admin)
    assert client.post(f"/spaces/{room.id}/moves", data={"action": "close"}).status_code == 422
    assert client.post(f"/spaces/{room.id}/moves", data={"action": "close", "reason": "搬走了"}).status_code == 302
    assert client.post(f"/spaces/{room.id}/moves", data={"action": "open"}).status_code == 403
    assert session.get(Space, room.id, populate_existing=True).state is SpaceState.CLOSED
    assert (
        client.sign_in(make.user()).post(f"/spaces/{room.id}/topics/new", data={"title": "还能说吗这里"}).status_code
        == 403
    )
    assert room.name not in client.get("/spaces/").text
