"""The page of notifications."""

import re

from portal import db
from portal.notifications import notify
from portal.notifications.models import Notification


def tell(user, n, kind="comment.reply", **over):
    with db.transaction() as session:
        notify(session, user.id, kind, {"title": f"停车架{n}"}, f"/proposals/{n}", f"k{n}", **over)


def test_strangers_are_led_to_sign_in(client):
    assert client.get("/notifications/").status_code == 302


def test_nothing_yet_is_said_with_something_to_do(client, make):
    page = client.sign_in(make.user()).get("/en/notifications/")
    assert "No messages yet" in page.text
    assert 'href="/en/proposals/"' in page.text


def test_the_newest_is_on_top_and_new_ones_say_so_in_words(client, make):
    user = make.user()
    tell(user, 1)
    tell(user, 2, "ballot.opened", is_task=True)
    page = client.sign_in(user).get("/en/notifications/").text
    assert page.index("停车架2") < page.index("停车架1")
    assert page.count(">New<") == 2
    assert "Waits for you" in page
    assert "Somebody answered you" in page
    assert "有人回应了您" in client.get("/notifications/").text


def test_opening_one_marks_it_read_and_leads_on(client, make, session):
    user, stranger = make.user(), make.user()
    tell(user, 7)
    found = session.query(Notification).one()
    assert client.sign_in(user).get(f"/notifications/{found.id}/readings").headers["Location"] == "/notifications"
    assert found.read_at is None
    answer = client.post(f"/en/notifications/{found.id}/readings")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/en/proposals/7")
    session.refresh(found)
    assert found.read_at is not None
    assert client.sign_in(stranger).post(f"/notifications/{found.id}/readings").status_code == 404


def test_all_are_marked_but_what_arrived_meanwhile_stays_new(client, make, session):
    user = make.user()
    tell(user, 1)
    tell(user, 2)
    page = client.sign_in(user).get("/notifications/").text
    up_to = re.search(r'name="up_to" value="(\d+)"', page).group(1)
    tell(user, 3)
    client.post("/notifications/readings", data={"up_to": up_to})
    assert [n.read_at is None for n in session.query(Notification).order_by(Notification.id)] == [False, False, True]
    for odd in ("", "x", "9" * 40, "-1", "１"):
        assert client.post("/notifications/readings", data={"up_to": odd}).status_code == 303


def test_pages_by_key(client, make):
    user = make.user()
    for n in range(25):
        tell(user, n)
    client.sign_in(user)
    first = client.get("/notifications/?show=odd&after=%00x")
    older = re.search(r'rel="next" href="([^"]+)"', first.text).group(1).replace("&amp;", "&")
    assert client.get(older).text.count('name="csrf_token"') >= 5
    assert "停车架24" in first.text
    assert "停车架24" not in client.get(older).text


def test_the_badge_counts_what_is_new(client, make):
    user = make.user()
    tell(user, 1)
    assert 'class="dot-badge">1<' in client.sign_in(user).get("/notifications/").text
