"""What every answer says about itself."""

import re

import pytest


def policy(answer) -> dict[str, str]:
    return dict(
        part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";") if part.strip()
    )


@pytest.mark.parametrize("path", ["/", "/gallery", "/nowhere", "/healthz", "/static/dist/portal.css", "/en/gallery"])
def test_every_answer_is_strict(client, path):
    answer = client.get(path)
    said = policy(answer)
    assert said["default-src"] == "'self'"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    for name in ("object-src", "base-uri", "frame-ancestors"):
        assert said[name] == "'none'"
    assert said["form-action"] == "'self'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"


def test_a_public_page_is_answered_again_with_nothing_new(client):
    first = client.get("/pages/about")
    etag = first.headers["ETag"]
    assert first.headers["Cache-Control"] == "no-cache"
    assert "Cookie" in first.headers["Vary"]
    again = client.get("/pages/about", headers={"If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")


def test_the_page_of_somebody_signed_in_is_nobody_elses(client, make):
    client.sign_in(make.user())
    answer = client.get("/gallery")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "ETag" not in answer.headers


def test_hashed_files_are_kept_for_ever(client):
    page = client.get("/gallery").text
    address = re.search(r'href="(/static/dist/portal\.css\?v=\w+)"', page).group(1)
    assert "immutable" in client.get(address).headers["Cache-Control"]
    assert "immutable" not in client.get("/static/dist/portal.css").headers["Cache-Control"]


def test_cookies_are_out_of_reach(client):
    cookie = client.get("/elder?on=1").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_doors_for_machines_answer(client):
    assert client.get("/healthz").json == {"status": "ok"}
    assert client.get("/readyz").json == {"status": "ready"}
