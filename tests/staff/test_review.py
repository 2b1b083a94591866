"""The review desk: what waits, for whom, the oldest first; decisions."""

from datetime import timedelta

from portal import clock, outbox
from portal.clock import utcnow
from portal.conversations import service as conversations
from portal.conversations.models import Comment, CommentState
from portal.moderation import service as moderation
from portal.moderation.models import Report, ReportState
from portal.policy import Role
from portal.spaces import service as spaces
from portal.spaces.models import SpaceKind
from portal.spaces.rules import RuleSet
from tests.factories import OTHER_COMMUNITY, save


def room_with_review(make):
    return make.space(SpaceKind.FORUM, rules=RuleSet(review_comments=True))


def test_everything_that_waits_stands_in_one_queue_the_oldest_first(client, session, make):
    room, author = room_with_review(make), make.user()
    topic = spaces.start_topic(author, room.id, "早市怎么摆")
    proposal = make.proposal(space=room, state="submitted", title="井盖加胶圈", submitted_at=utcnow() - timedelta(hours=3),
                             due_at=utcnow() + timedelta(days=6))  # fmt: skip
    waiting = conversations.comment(author, topic.thread_id, "我是租户，能不能投票？")
    open_thread = make.thread("topic", 10**6)
    said = conversations.comment(author, open_thread.id, "住 3 号院那家")
    moderation.report(make.user(), "comment", said.id, "private_data", "有门牌号")

    page = client.sign_in(make.staff(Role.MODERATOR)).get("/en/staff/review").text

    places = [page.index(words) for words in ("井盖加胶圈", "我是租户", "住 3 号院那家")]
    assert places == sorted(places)
    assert "有门牌号" in page
    assert "over 2 hours" not in page
    assert "over 5 work days" not in page
    assert f"/staff/proposals/{proposal.id}" in page
    assert "早市怎么摆" in page
    for show, sees in (("comments", "我是租户"), ("reports", "住 3 号院那家"), ("proposals", "井盖加胶圈")):
        part = client.get(f"/staff/review?show={show}").text
        assert sees in part
        assert sum(w in part for w in ("我是租户", "住 3 号院那家", "井盖加胶圈")) == 1
    assert waiting.state is CommentState.WAITING


def test_only_moderators_come_in_and_see_their_own_places(client, make):
    room = room_with_review(make)
    topic = spaces.start_topic(make.user(), room.id, "早市怎么摆")
    conversations.comment(make.user(), topic.thread_id, "前海的话")
    assert client.get("/staff/review").status_code == 302
    for who in (make.user(), make.staff(Role.ACCEPTOR)):
        assert client.sign_in(who).get("/staff/review").status_code == 403
    assert "前海的话" not in client.sign_in(make.staff(place=OTHER_COMMUNITY)).get("/staff/review").text
    of_room = make.user(home=OTHER_COMMUNITY)
    make.grant(of_room, Role.MODERATOR, space=room)
    assert "前海的话" in client.sign_in(of_room).get("/staff/review").text


def test_letting_through_and_sending_back(client, session, make):
    room, author = room_with_review(make), make.user()
    topic = spaces.start_topic(author, room.id, "早市怎么摆")
    first = conversations.comment(author, topic.thread_id, "第一句")
    second = conversations.comment(author, topic.thread_id, "第二句")
    client.sign_in(make.staff(Role.MODERATOR))
    one, two = f"/staff/review/comments/{first.id}", f"/en/staff/review/comments/{second.id}"
    assert client.post(one, data={f"comment-{first.id}-decision": "publish"}).status_code == 302
    refused = client.post(two, data={f"comment-{second.id}-decision": "return"})
    assert refused.status_code == 422
    assert "Tell the author what to change." in refused.text
    assert (
        client.post(
            two, data={f"comment-{second.id}-decision": "burn", f"comment-{second.id}-note": "留住"}
        ).status_code
        == 422
    )
    assert (
        client.post(
            two, data={f"comment-{second.id}-decision": "return", f"comment-{second.id}-note": "请去掉门牌号"}
        ).status_code
        == 302
    )
    assert client.post(one, data={f"comment-{first.id}-decision": "publish"}).status_code == 403
    session.expire_all()
    assert [c.state for c in session.query(Comment).order_by(Comment.id)] == [
        CommentState.PUBLISHED,
        CommentState.RETURNED,
    ]
    client.sign_in(author)
    assert "请去掉门牌号" in client.get(f"/topics/{topic.id}").text
    assert "请去掉门牌号" not in client.sign_in(make.user()).get(f"/topics/{topic.id}").text


def test_hiding_and_showing_again(client, session, make):
    thread = make.thread()
    author = make.user()
    said = conversations.comment(author, thread.id, "买一送一")
    found = moderation.report(make.user(), "comment", said.id, "advertising")
    client.sign_in(make.staff(Role.MODERATOR))
    url, pre = f"/staff/review/reports/{found.id}", f"report-{found.id}-"
    refused = client.post("/en" + url, data={pre + "decision": "hide", pre + "note": "这是广告"})
    assert refused.status_code == 422
    assert "这是广告" in refused.text
    assert (
        client.post(
            url, data={pre + "decision": "hide", pre + "reason": "advertising", pre + "note": "这是广告"}
        ).status_code
        == 302
    )
    assert "这是广告" in client.get("/staff/review?show=hidden").text
    for gave in ({"note": "看错了"}, {"reason": "king", "note": "看错了"}, {"reason": "other", "note": " "}):
        again = client.post(f"/en{url}/restorations", data={pre + name: words for name, words in gave.items()})
        assert again.status_code == 422
        assert gave["note"].strip() in again.text
    assert client.post(f"{url}/restorations", data={pre + "reason": "mistake"}).status_code == 302
    session.expire_all()
    assert session.get(Report, found.id).state is ReportState.RESTORED
    outbox.sweep(grace=timedelta(0))
    told = client.sign_in(author).get("/en/notifications/").text
    assert "What you wrote is shown again: it was hidden by mistake" in told


def test_own_words_and_own_reports_have_no_buttons(client, make):
    moderator = make.staff(Role.MODERATOR)
    thread = make.thread(review_first=True)
    make.comment(thread, moderator, state="waiting", body="我自己的话")
    said = make.comment(make.thread(), body="别人的话")
    moderation.report(moderator, "comment", said.id, "off_topic")
    page = client.sign_in(moderator).get("/en/staff/review").text
    assert page.count("A colleague has to decide.") == 2
    assert 'name="report' not in page


def test_hiding_directly_from_the_page(client, session, make):
    said = make.comment(make.thread(comment_count=1), body="骂人的话")
    client.sign_in(make.staff(Role.MODERATOR))
    assert client.get(f"/staff/review/hide?kind=comment&id={said.id}").status_code == 200
    data = {"kind": "comment", "id": said.id, "reason": "personal_attack", "note": "请对事不对人", "next": "/spaces/"}
    assert client.post("/staff/review/hide", data=data | {"note": ""}).status_code == 422
    done = client.post("/staff/review/hide", data=data)
    assert (done.status_code, done.location) == (302, "/spaces/")
    assert client.sign_in(make.user()).get(f"/staff/review/hide?kind=comment&id={said.id}").status_code == 403


def test_an_empty_desk_says_so(client, make):
    assert "Nothing waits" in client.sign_in(make.staff(Role.MODERATOR)).get("/en/staff/review").text


def test_the_queue_pages_to_its_end(client, session, make):
    thread, author, reporter = make.thread(review_first=True), make.user(), make.user()
    client.sign_in(make.staff(Role.MODERATOR))
    for many in (1, 49):
        made = utcnow()
        save(*[Comment(thread_id=thread.id, author_id=author.id, body=f"话{n}", html="", state=CommentState.WAITING, created_at=made)
               for n in range(many)], thread)  # fmt: skip
        for _ in range(min(many, 10)):
            moderation.report(reporter, "comment", make.comment(make.thread()).id, "off_topic")
            make.proposal(state="submitted", submitted_at=made)
    found, url = 0, "/staff/review"
    while url:
        page = client.get(url).text
        found += page.count("<article")
        more = page.split('rel="next" href="')[1:]
        url = more[0].split('"')[0].replace("&amp;", "&") if more else None
    assert found == 50 + 2 * 11
    for after in ("x", "~~", "2026-01-01~0~1", "2026-01-01T00:00:00+00:00~9~1", "%00"):
        assert client.get(f"/staff/review?after={after}").status_code == 200


def test_words_are_late_after_two_hours_and_proposals_after_their_deadline(client, session, make):
    room = room_with_review(make)
    topic = spaces.start_topic(make.user(), room.id, "早市怎么摆")
    conversations.comment(make.user(), topic.thread_id, "我是租户，能不能投票？")
    make.proposal(space=room, state="submitted", submitted_at=utcnow(), due_at=utcnow() + timedelta(days=7))
    client.sign_in(make.staff(Role.MODERATOR))
    for days, late in ((0, (0, 0)), (1, (1, 0)), (8, (1, 1))):
        with clock.travel(days=days):
            page = client.get("/en/staff/review").text
        assert (page.count("over 2 hours"), page.count("over 5 work days")) == late
