"""No word is lost: what was typed stays on the page when it could not be taken."""

import re

import pytest
import sqlalchemy as sa

from portal import db
from portal.spaces import service as spaces
from portal.spaces.models import SpaceKind

WORDS = "坡道太陡，轮椅上不去。\n请改缓一些。"


def shown(page: str) -> str:
    """What stands in the text area to copy from."""
    found = re.search(r'<textarea[^>]*id="typed"[^>]*>\n?(.*?)</textarea>', page, re.DOTALL)
    return found.group(1) if found else ""


def topic_of(make):
    return spaces.start_topic(make.user(), make.space(SpaceKind.LIVING_ROOM).id, "坡道太陡了")


@pytest.fixture
def with_tokens(app):
    app.config["WTF_CSRF_ENABLED"] = True
    yield
    app.config["WTF_CSRF_ENABLED"] = False


def test_a_comment_sent_after_the_session_ended_stays_readable(client, make):
    topic = topic_of(make)
    data = {"body": WORDS, "next": f"/topics/{topic.id}", "client_key": "a1b2-c3d4", "password": "geheim word"}
    page = client.post(f"/threads/{topic.thread_id}/comments", data=data)
    assert page.status_code == 403
    assert shown(page.text) == WORDS
    assert "data-failed-page" in page.text
    assert f'href="/sign-in?next=/topics/{topic.id}"' in page.text
    assert "geheim" not in page.text
    assert "Please sign in first" in client.post(f"/en/threads/{topic.thread_id}/comments", data=data).text


def test_the_way_back_is_the_page_one_came_from(client, make):
    topic = topic_of(make)
    page = client.post(
        f"/en/threads/{topic.thread_id}/comments",
        data={"body": WORDS},
        headers={"Referer": "http://localhost/en/topics/7?after=3"},
    )
    assert 'href="/en/sign-in?next=/en/topics/7?after%3D3"' in page.text


def test_when_the_whole_session_is_gone_the_words_stay_too(client, make, with_tokens):
    topic = topic_of(make)
    door, data = f"/threads/{topic.thread_id}/comments", {"body": WORDS}
    ours = client.post(door, data=data, headers={"Referer": f"http://localhost/topics/{topic.id}"})
    assert (ours.status_code, shown(ours.text)) == (403, WORDS)
    assert f'href="/sign-in?next=/topics/{topic.id}"' in ours.text
    foreign = client.post(door, data=data, headers={"Referer": "https://elsewhere.example/"})
    assert (foreign.status_code, shown(foreign.text)) == (403, "")


def test_a_refusal_after_sending_keeps_the_words(client, make, session):
    client.sign_in(make.user())
    page = client.post("/proposals/99999/objections", data={"body": WORDS})
    assert (page.status_code, shown(page.text)) == (404, WORDS)


def test_nothing_is_shown_where_nothing_was_typed(client):
    assert shown(client.post("/proposals/1/seconds", data={"next": "/proposals/1"}).text) == ""
    assert shown(client.get("/nowhere?body=甲乙").text) == ""


@pytest.mark.parametrize(
    "url", ["sqlite:////nowhere/at/all.sqlite", "postgresql+psycopg://nobody@127.0.0.1:1/none?connect_timeout=1"]
)
@pytest.mark.parametrize("root", ["", "/en"])
def test_without_a_database_there_is_still_a_page(client, make, session, url, root):
    topic = topic_of(make)
    client.sign_in(make.user())
    bound = db.Session.session_factory.kw["bind"]
    db.Session.remove()
    db.Session.configure(bind=sa.create_engine(url))
    try:
        answers = [
            client.get(f"{root}/"),
            client.get(f"{root}/nowhere"),
            client.post(f"{root}/threads/{topic.thread_id}/comments", data={"body": WORDS}),
        ]
    finally:
        db.Session.remove()
        db.Session.configure(bind=bound)
    assert [a.status_code for a in answers] == [503, 404, 503]
    for answer in answers:
        assert answer.mimetype == "text/html"
        assert answer.text.count("<h1") == 1
        assert f'href="{root}/"' in answer.text
        assert answer.headers["Cache-Control"] == "private, no-store"
    assert shown(answers[2].text) == WORDS
