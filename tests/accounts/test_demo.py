"""What signing in offers where demo mode is on, and nowhere else."""

import dataclasses
import re

import pytest

from portal.accounts import passwords
from portal.demo.accounts import ACCOUNTS, PASSWORD
from tests.conftest import browser


@pytest.fixture
def demo(app, settings):
    """A browser of the same portal with demo mode switched on."""
    app.config["PORTAL"] = dataclasses.replace(settings, demo=True)
    yield browser(app)
    app.config["PORTAL"] = settings


def test_one_press_signs_in_as_a_demo_account(demo, make):
    user = make.user(username="resident", password_hash=passwords.make(PASSWORD))
    assert demo.get("/sign-in").text.count('action="/sign-in/demo"') == len(ACCOUNTS) == 11
    answer = demo.post("/sign-in/demo", data={"username": "resident", "next": "//evil.example"})
    assert answer.headers["Location"] == "/me/"
    assert user.display_name in demo.get("/me/").text


def test_nobody_but_the_demo_accounts_is_offered(demo, make):
    make.user(username="someone", password_hash=passwords.make(PASSWORD))
    assert demo.post("/sign-in/demo", data={"username": "someone"}).status_code == 404


def test_the_code_is_shown_on_the_page(demo, make):
    page = demo.post("/sign-in/codes", data={"phone": "13812345678"}, follow_redirects=True).text
    code = re.search(r"[0-9]{6}。", page)[0][:6]
    assert demo.post("/sign-in", data={"phone": "13812345678", "code": code}).status_code == 303


def test_outside_demo_mode_nothing_is_offered_and_no_code_is_shown(client, make):
    make.places()
    assert "/sign-in/demo" not in client.get("/sign-in").text
    page = client.post("/sign-in/codes", data={"phone": "13812345678"}, follow_redirects=True).text
    assert not re.search(r"[^0-9][0-9]{6}。", page)
