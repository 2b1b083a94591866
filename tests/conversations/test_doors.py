"""Speaking up in the browser: with and without scripts, refused, answered, changed; and what speaking costs."""

from portal.conversations import queries, service
from portal.conversations.models import Comment, CommentState, Thread
from portal.moderation import service as moderation
from portal.policy import GUEST, Role
from portal.spaces import service as spaces
from portal.spaces.models import SpaceKind
from tests.factories import save


def topic_of(make, **over):
    return spaces.start_topic(make.user(), make.space(SpaceKind.LIVING_ROOM, **over).id, "坡道太陡了")


def test_what_is_sent_stands_on_the_page_one_comes_back_to(client, session, make):
    topic = topic_of(make)
    client.sign_in(make.user())
    done = client.post(
        f"/threads/{topic.thread_id}/comments", data={"body": "坡长一倍就好推了。", "next": f"/topics/{topic.id}"}
    )
    said = session.query(Comment).one()
    assert (done.status_code, done.location) == (302, f"/topics/{topic.id}#comment-{said.id}")
    assert f'id="comment-{said.id}"' in client.get(f"/topics/{topic.id}").text
    home = client.post(f"/threads/{topic.thread_id}/comments", data={"body": "再说一句", "next": "//evil.example/x"})
    assert home.location.startswith(f"/topics/{topic.id}#comment-")


def test_a_closed_conversation_offers_no_answer(client, session, make):
    topic = topic_of(make)
    said = service.comment(make.user(), topic.thread_id, "坡长一倍就好推了。")
    answer = f"/comments/{said.id}#write"
    for reader in (None, make.user()):
        if reader:
            client.sign_in(reader)
        assert answer in client.get(f"/topics/{topic.id}").text
        session.get_one(Thread, topic.thread_id).is_open = False
        session.commit()
        assert answer not in client.get(f"/topics/{topic.id}").text
        session.get_one(Thread, topic.thread_id).is_open = True
        session.commit()


def test_with_htmx_only_the_conversation_comes_back(client, make):
    topic = topic_of(make)
    client.sign_in(make.user())
    part = client.post(
        f"/threads/{topic.thread_id}/comments",
        data={"body": "赞成", "next": f"/topics/{topic.id}"},
        headers={"HX-Request": "true"},
    )
    assert part.status_code == 200
    assert "赞成" in part.text
    assert "<html" not in part.text


def test_refused_words_are_kept(client, make):
    topic = topic_of(make)
    client.sign_in(make.user())
    for data in ({"body": "长" * 501}, {"body": "留住我", "parent_id": "99999999"}, {"body": "留住我", "parent_id": "x"},
                 {"body": "留住我", "stance": "maybe"}, {"body": " "}):  # fmt: skip
        page = client.post(f"/en/threads/{topic.thread_id}/comments", data=data)
        assert page.status_code == 422
        assert data["body"].strip() in page.text
    assert client.post("/threads/2147483647/comments", data={"body": "谁在"}).status_code == 404


def test_a_guest_is_asked_to_sign_in(client, make):
    topic = topic_of(make)
    assert client.post(f"/threads/{topic.thread_id}/comments", data={"body": "赞成"}).status_code == 403
    assert "Sign in to join in." in client.get(f"/en/topics/{topic.id}").text


def test_answering_changing_and_withdrawing(client, session, make):
    topic, author, other = topic_of(make), make.user(), make.user()
    said = service.comment(author, topic.thread_id, "写错了字")
    client.sign_in(other)
    client.post(
        f"/threads/{topic.thread_id}/comments",
        data={"body": "我来答", "parent_id": said.id, "next": f"/comments/{said.id}"},
    )
    assert "我来答" in client.get(f"/comments/{said.id}").text
    assert client.get(f"/comments/{said.id}/edit").status_code == 403
    client.sign_in(author)
    assert client.get(f"/comments/{said.id}/edit").status_code == 200
    assert client.post(f"/comments/{said.id}/edit", data={"body": ""}).status_code == 422
    assert client.post(f"/comments/{said.id}/edit", data={"body": "改好了字"}).status_code == 302
    assert "写错了字" in client.get(f"/comments/{said.id}/versions").text
    assert f"/comments/{said.id}/versions" in client.get(f"/topics/{topic.id}").text
    assert client.post(f"/comments/{said.id}/withdrawal").status_code == 302
    page = client.get(f"/topics/{topic.id}").text
    assert "改好了字" not in page
    assert "我来答" in page
    assert client.get(f"/comments/{said.id}/versions").status_code == 404


def test_what_waits_is_not_at_its_address_for_others(client, make):
    said = make.comment(make.thread(review_first=True), body="还没看过", state=CommentState.WAITING)
    for who in (GUEST, make.user()):
        if who is not GUEST:
            client.sign_in(who)
        assert client.get(f"/comments/{said.id}").status_code == 404
    assert client.sign_in(make.staff(Role.MODERATOR)).get(f"/comments/{said.id}").status_code == 200


def test_the_author_of_hidden_words_reads_why_others_read_which_rule(client, make):
    topic, author = topic_of(make), make.user()
    said = service.comment(author, topic.thread_id, "住 3 号院那家")
    moderation.hide(make.staff(Role.MODERATOR), "comment", said.id, "private_data", "请去掉门牌号")
    page = client.get(f"/en/topics/{topic.id}").text
    assert "private data" in page
    assert "3 号院" not in page
    assert "请去掉门牌号" not in page
    assert "请去掉门牌号" in client.sign_in(author).get(f"/en/topics/{topic.id}").text


def test_words_cannot_carry_markup(client, make):
    topic = topic_of(make)
    service.comment(
        make.user(),
        topic.thread_id,
        "<script>alert(1)</script> [点我](javascript:alert(1)) <img src=x onerror=alert(1)>",
    )
    page = client.get(f"/topics/{topic.id}").text
    assert "<script>alert" not in page
    assert 'href="javascript:' not in page
    assert "<img src=x" not in page


def test_a_thread_of_337_comments_with_150_answers_is_light_and_pages_to_its_end(client, session, make):
    topic, people = topic_of(make), [make.user() for _ in range(5)]
    thread = session.get(Thread, topic.thread_id)
    rows = [
        Comment(thread_id=thread.id, author_id=people[n % 5].id, body=f"第{n}句", html=f"<p>第{n}句</p>")
        for n in range(337)
    ]
    save(*rows)
    top = rows[-1]
    answers = [
        Comment(thread_id=thread.id, author_id=people[n % 5].id, parent_id=top.id, body=f"答{n}", html=f"<p>答{n}</p>")
        for n in range(150)
    ]
    top.reply_count, thread.comment_count = len(answers), len(rows) + len(answers)
    save(*answers, top, thread)
    assert len(client.get(f"/topics/{topic.id}").data) < 60_000

    seen, cursor = [], None
    while True:
        tp = queries.thread_page(thread.id, GUEST, after=cursor)
        seen += [c.id for c in tp.page.rows]
        assert all(len(c.replies) <= 3 for c in tp.page.rows)
        cursor = tp.page.older
        if not cursor:
            break
    assert len(seen) == len(set(seen)) == 337
    answers_seen, after = [], None
    while True:
        rp = queries.reply_page(top.id, GUEST, after)
        answers_seen += [c.id for c in rp.rows]
        after = rp.after
        if not after:
            break
    assert len(answers_seen) == len(set(answers_seen)) == 150


def test_speaking_and_answering_cost_at_most_ten_statements(client, session, make, sql):
    topic = topic_of(make)
    client.sign_in(make.user())
    for data in ({"body": "第一句"}, {"body": "答一句", "parent_id": "top"}):
        top = session.query(Comment.id).order_by(Comment.id).first()
        if "parent_id" in data:
            data["parent_id"] = top[0]
        with sql() as statements:
            assert client.post(f"/threads/{topic.thread_id}/comments", data=data | {"next": "/"}).status_code == 302
        assert len(statements) <= 10, statements
