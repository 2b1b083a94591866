"""Whatever goes wrong ends in a sentence and a way on; for machines in a problem document."""

import pytest

MISSING = ["/nowhere", "/photos/abc/320.jpg", "/photos/..%2f..%2fetc/320.jpg", "/cases/%00", "/places/%ff%fe", "/proposals/99999999999999999999",
           "/proposals/-1", "/spaces/0", "/pages/../../etc", "/static/../portal/db.py", "/%F0%9F%98%80"]  # fmt: skip


@pytest.mark.parametrize("path", MISSING)
def test_what_is_not_there_is_a_page_that_says_so(client, path):
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.text.count("<h1") == 1
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    ("path", "headers"), [("/api/v1/nowhere", {}), ("/nowhere.json", {}), ("/nowhere", {"Accept": "application/json"})]
)
def test_machines_get_a_problem(client, path, headers):
    answer = client.get(path, headers=headers)
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")
    assert answer.json["status"] == 404
    assert answer.json["title"]


def test_a_browser_that_also_takes_json_gets_a_page(client):
    accepts = "text/html,application/xhtml+xml,application/json;q=0.9,*/*;q=0.8"
    assert client.get("/nowhere", headers={"Accept": accepts}).mimetype == "text/html"


def test_the_wrong_kind_of_request_is_told_so(client):
    assert client.post("/gallery").status_code == 405


@pytest.mark.parametrize(("address", "page"), [
    ("/en/patrols/8/moves", "/en/patrols/8"), ("/staff/proposals/28/moves/return", "/staff/proposals/28"), ("/sign-in/codes", "/sign-in"),
])  # fmt: skip
def test_who_comes_by_reading_to_where_only_forms_go_is_led_to_the_page_above(client, address, page):
    """After a refused form: the other language, or the address entered again."""
    answer = client.get(address)
    assert (answer.status_code, answer.headers["Location"]) == (302, page)
    assert client.delete(address).status_code == 405
    assert client.get("/sign-out").status_code == 405  # nothing is above it


@pytest.mark.parametrize(("came_from", "back"), [
    (None, "/proposals/{id}"), ("/staff/review?kind=proposal", "/staff/review?kind=proposal"),
    ("/proposals/{id}/withdrawal", "/proposals/{id}"), ("/proposals/{id}/seconds", "/proposals/{id}"), ("//elsewhere.example/", "/proposals/{id}"),
])  # fmt: skip
def test_whoever_came_too_late_sees_how_it_stands_now(client, make, came_from, back):
    author = make.user()
    p = make.proposal(author=author, state="withdrawn")
    came_from = f"http://localhost{came_from.format(id=p.id)}" if came_from else None
    answer = client.sign_in(author).get(
        f"/proposals/{p.id}/withdrawal", headers={"Referer": came_from} if came_from else {}
    )
    assert answer.status_code == 409
    assert f'<a class="btn btn-primary" href="{back.format(id=p.id)}">' in answer.text


def test_a_page_from_before_somebody_else_signed_in_says_so(app, client, make, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    client.sign_in(make.user(display_name="槐树下"))
    headers = {"Referer": "http://localhost/en/me/name"}
    answer = client.post(
        "/en/me/name", data={"display_name": "石榴", "csrf_token": "of-an-earlier-page"}, headers=headers
    )
    assert answer.status_code == 400
    assert "somebody has signed in here anew" in answer.text
    assert "This page is out of date" in answer.text
    assert 'href="/en/me/name">Open the page again' in answer.text
    assert ">\n石榴</textarea>" in answer.text


def test_an_error_speaks_the_language_of_the_address(client):
    assert "There is nothing at this address" in client.get("/en/nowhere").text
    assert "There is nothing at this address" not in client.get("/nowhere").text


def test_too_much_is_refused_before_it_is_kept(client):
    assert client.post("/sign-in", data={"username": "x" * 700_000}).status_code == 413
    many = {f"f{n}": "x" for n in range(400)}
    assert client.post("/sign-in", data=many, content_type="multipart/form-data").status_code == 413
    assert (
        client.post("/sign-in", data={"username": "x" * 700_000}, content_type="multipart/form-data").status_code == 413
    )


def test_who_must_sign_in_is_led_there_and_back(client):
    answer = client.get("/notifications/")
    assert answer.status_code == 302
    assert answer.location == "/sign-in?next=/notifications/"


def test_what_nobody_expected_is_a_page_with_a_reference(app, client, caplog):
    def broken():
        raise RuntimeError("secret detail")

    view, app.view_functions["home.healthz"] = app.view_functions["home.healthz"], broken
    try:
        answer = client.get("/healthz")
    finally:
        app.view_functions["home.healthz"] = view
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    reference = caplog.records[-1].getMessage().split()[1]
    assert reference in answer.text
