"""Too often is refused with a sentence, counted for each person and each address by itself."""

import pytest

from portal.web.limits import limiter
from tests.conftest import browser


@pytest.fixture(autouse=True)
def limited(app):
    limiter.enabled = True
    limiter.reset()
    yield
    limiter.reset()
    limiter.enabled = False


def report(client):
    return client.post("/reports/new?kind=comment&id=1", data={})


def until_refused(client, most=60) -> int:
    for n in range(1, most + 1):
        if report(client).status_code == 429:
            return n
    raise AssertionError("never refused")


def test_too_often_is_refused_with_a_sentence(client, make):
    client.sign_in(make.user())
    assert until_refused(client) == 21
    answer = client.post("/en/reports/new?kind=comment&id=1")
    assert answer.status_code == 429
    assert "Wait a little and try again" in answer.text


def test_one_person_does_not_use_up_what_another_may_do(app, client, make):
    client.sign_in(make.user())
    until_refused(client)
    other = browser(app).sign_in(make.user())
    assert report(other).status_code != 429


def test_reading_is_not_limited(client, make):
    client.sign_in(make.user())
    until_refused(client)
    assert client.get("/").status_code == 200


def test_passwords_cannot_be_tried_for_ever(client):
    answers = [
        client.post("/sign-in", data={"username": f"somebody{n}", "password": "guess"}).status_code for n in range(60)
    ]
    assert 429 in answers
