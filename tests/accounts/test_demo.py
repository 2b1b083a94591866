"""What signing in offers where demo mode is on, and nowhere else."""

import dataclasses
import re

import pytest

from portal.demo.accounts import ACCOUNTS
from tests.conftest import browser


@pytest.fixture
def demo(app, settings):
    """A browser of the same portal with demo mode switched on."""
    app.config["PORTAL"] = dataclasses.replace(settings, demo=True)
    yield browser(app)
    app.config["PORTAL"] = settings


def test_every_demo_account_is_offered_as_a_button(demo, make):
    make.places()
    assert demo.get("/sign-in").text.count('action="/demo/sign-in"') == len(ACCOUNTS) == 11


def test_the_code_is_shown_on_the_page(demo, make):
    page = demo.post("/sign-in/codes", data={"phone": "13812345678"}, follow_redirects=True).text
    code = re.search(r"[0-9]{6}。", page)[0][:6]
    wrong = demo.post("/sign-in", data={"phone": "13812345678", "code": "0"})
    assert f"{code}。" in wrong.text  # still there after a mistake
    assert demo.post("/sign-in", data={"phone": "13812345678", "code": code, "agreed": "y"}).status_code == 303


def test_outside_demo_mode_nothing_is_offered_and_no_code_is_shown(client, make):
    make.places()
    assert "/demo/sign-in" not in client.get("/sign-in").text
    page = client.post("/sign-in/codes", data={"phone": "13812345678"}, follow_redirects=True).text
    assert not re.search(r"[^0-9][0-9]{6}。", page)
