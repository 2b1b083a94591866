"""The shell of the demo: only there in demo mode."""

import dataclasses
from datetime import timedelta

import pytest

from portal import clock, create_app, outbox
from portal.ballots.models import Ballot
from portal.ballots.states import BallotState
from portal.demo.accounts import ACCOUNTS
from tests.conftest import browser


@pytest.fixture
def demo(settings, session, tmp_path):
    """The portal in demo mode, with a clock of its own."""
    handlers = {name: list(found) for name, found in outbox.service._handlers.items()}
    app = create_app(
        dataclasses.replace(settings, demo=True, data_dir=tmp_path), engine=session.get_bind(), queue=False
    )
    app.config.update(WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False, PROPAGATE_EXCEPTIONS=False)
    from portal import db

    db.Session.configure(bind=session.get_bind(), join_transaction_mode="create_savepoint")
    assert {name: list(found) for name, found in outbox.service._handlers.items()} == handlers  # nothing twice
    return browser(app)


@pytest.mark.parametrize("path", ["/demo/clock", "/demo/sign-in"])
def test_there_is_no_demo_outside_demo_mode(client, path):
    assert client.post(path, data={"days": 1, "username": "resident"}).status_code == 404
    assert client.get("/demo/").status_code == 404


def test_moving_the_clock_lets_happen_what_falls_due(demo, make, session):
    proposal = make.proposal(state="voting")
    ballot = make.ballot(proposal, state=BallotState.OPEN, closes_at=clock.utcnow() + timedelta(days=2))
    proposal.ballot_id = ballot.id
    session.commit()
    before = clock.utcnow()
    answer = demo.post("/en/demo/clock", data={"days": "3", "next": "/en/proposals/"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/en/proposals/")
    assert timedelta(days=3) <= clock.utcnow() - before < timedelta(days=3, minutes=1)
    session.expire_all()
    assert session.get(Ballot, ballot.id).state in (
        BallotState.CLOSED,
        BallotState.PUBLISHED,
        BallotState.FINAL,
        BallotState.TALLIED,
    )
    said = demo.get("/en/demo/").text
    assert "It is now" in said
    assert "1 ballot closed." in said
    assert session.query(outbox.Message).filter(outbox.Message.done_at.is_(None)).count() == 0


@pytest.mark.parametrize("days", ["", "0", "61", "-1", "1.5", "x", "１", "9" * 30, "\x00"])
def test_a_wrong_number_of_days_is_said(demo, make, days):
    make.places()
    before = clock.utcnow()
    assert demo.post("/demo/clock", data={"days": days}).status_code == 422
    assert clock.utcnow() - before < timedelta(minutes=1)


def test_nothing_leads_away_from_here(demo, make):
    make.places()
    answer = demo.post("/demo/clock", data={"days": "1", "next": "https://example.org/"})
    assert answer.headers["Location"] == "/"


def test_one_press_signs_in_and_only_as_a_demo_account(demo, make):
    make.user(username="resident", display_name="槐树下的街坊")
    make.user(username="somebody")
    assert demo.post("/demo/sign-in", data={"username": "somebody"}).status_code == 404
    assert demo.post("/demo/sign-in", data={"username": "admin"}).status_code == 404  # not loaded
    assert demo.post("/demo/sign-in", data={"username": "resident", "next": "/notifications/"}).status_code == 303
    assert "槐树下的街坊" in demo.get("/notifications/").text


def test_the_page_offers_every_account(demo, make):
    make.places()
    page = demo.get("/demo/").text
    assert all(f'value="{account.username}"' in page for account in ACCOUNTS)


def test_a_forged_form_moves_no_clock(demo, make):
    make.places()
    demo.application.config["WTF_CSRF_ENABLED"] = True
    before = clock.utcnow()
    assert demo.post("/demo/clock", data={"days": "5"}).status_code == 400
    assert clock.utcnow() - before < timedelta(minutes=1)
