"""Pages kept for readers who are not signed in: true at once after every change, and only what is everybody's."""

import dataclasses

import pytest

from portal import clock, create_app, db
from portal.conversations import service as conversations
from tests.conftest import browser

ONE = 1  # statement: where the ledger stands


@pytest.fixture
def portal(settings, session):
    """A portal that keeps pages, on the database of this test."""
    app = create_app(dataclasses.replace(settings, kept_pages=1), engine=session.get_bind(), queue=False)
    app.config.update(PROPAGATE_EXCEPTIONS=False)
    db.Session.configure(bind=session.get_bind(), join_transaction_mode="create_savepoint")
    return app


@pytest.fixture
def reader(portal):
    return browser(portal)


@pytest.fixture
def proposal(make):
    return make.proposal(state="gathering", title="南锣鼓巷口装路灯")


def test_a_page_read_again_costs_one_statement_whoever_reads_it(portal, reader, proposal, sql):
    page = f"/proposals/{proposal.id}"
    first = reader.get(page)
    with sql() as seen:
        again = browser(portal).get(page)
    assert len(seen) == ONE
    assert again.data == first.data
    same = ("Content-Type", "ETag", "Vary", "Cache-Control", "Content-Security-Policy")
    assert [again.headers[name] for name in same] == [first.headers[name] for name in same]
    assert reader.get(page, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


def test_what_somebody_says_is_on_the_page_at_once(reader, proposal, make):
    page = f"/proposals/{proposal.id}"
    assert "赞成，晚上太黑" not in reader.get(page).text
    conversations.comment(make.user(), proposal.thread_id, "赞成，晚上太黑")
    assert "赞成，晚上太黑" in reader.get(page).text


def test_what_moves_with_the_clock_is_drawn_again_every_minute(reader, proposal):
    now = reader.get("/proposals/?place=all").text
    with clock.travel(days=2):
        later = reader.get("/proposals/?place=all").text
    assert "还剩 7 天" in now
    assert "还剩 5 天" in later


def test_who_is_signed_in_reads_a_page_of_his_own(portal, reader, proposal, make):
    page, me = f"/proposals/{proposal.id}", make.user(display_name="柳荫街的猫")
    mine = browser(portal).sign_in(me).get(page)
    assert "柳荫街的猫" in mine.text
    assert "柳荫街的猫" not in reader.get(page).text
    assert "柳荫街的猫" in browser(portal).sign_in(me).get(page).text


def test_each_language_size_colour_place_and_part_of_a_page_is_kept_for_itself(portal, reader, proposal, make):
    def page(path="/proposals/?place=", headers=None, **cookies):
        client = browser(portal)
        for name, value in cookies.items():
            client.set_cookie(name, value)
        return client.get(path, headers=headers).data

    ways = [{}, {"path": "/en/proposals/?place="}, {"elder": "1"}, {"theme": "dark"}, {"place": "110102"}, {"headers": {"HX-Request": "true"}}]
    first = [page(**way) for way in ways]
    assert len(set(first)) == len(ways)
    assert [page(**way) for way in reversed(ways)] == first[::-1]


def test_a_page_with_a_form_is_made_anew_for_everybody(settings, session, proposal):
    app = create_app(dataclasses.replace(settings, kept_pages=1), engine=session.get_bind(), queue=False)
    one, two = browser(app).get("/sign-in"), browser(app).get("/sign-in")
    assert "csrf_token" in one.text
    assert one.data != two.data
    assert "Set-Cookie" in two.headers


def test_what_is_to_be_said_once_is_said_to_the_one_it_concerns(portal, reader, proposal):
    page = f"/proposals/{proposal.id}"
    with reader.session_transaction() as cookie:
        cookie["_flashes"] = [("good", "已退出")]
    assert "已退出" in reader.get(page).text
    assert "已退出" not in browser(portal).get(page).text
    assert "已退出" not in reader.get(page).text


def test_nothing_is_kept_of_what_is_not_there(reader, make, sql):
    make.places()
    assert reader.get("/proposals/4711").status_code == 404
    with sql() as seen:
        assert reader.get("/proposals/4711").status_code == 404
    assert len(seen) > ONE


def test_no_more_is_kept_than_there_is_room_for(portal, make, reader):
    make.places()
    for n in range(240):
        assert reader.get(f"/cases/?q={n:x}").status_code == 200
    room = portal.extensions["kept"]
    assert room.currsize <= room.maxsize == 2**20
    assert 100 < len(room) < 240


@pytest.mark.parametrize("headers", [{"Host": "a b"}, {"Host": "evil.example"}, {"Cookie": "place=" + "9" * 4000}])
def test_odd_requests_get_pages_as_well(reader, proposal, headers):
    for _ in range(2):
        assert reader.get("/proposals/", headers=headers).status_code in (200, 400)


def test_what_needs_no_database_is_there_while_it_is_away(reader, tmp_path):
    db.bind(db.make_engine(f"sqlite:///{tmp_path / 'away.sqlite'}"))
    assert reader.get("/pages/about").status_code == 200
