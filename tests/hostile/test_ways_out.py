"""Where a page may lead, what a cookie may say, and how a machine is answered."""

import pytest

from tests.hostile.answers import complaint
from tests.hostile.test_addresses import addresses, rules

AWAY = ["https://evil.example/", "//evil.example/", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)", "/%0d%0aSet-Cookie: a=b", "/\r\nSet-Cookie: a=b", "http:evil.example",
        "/\t/evil.example", "\x00//evil.example", "/\x00/evil.example", " //evil.example", "/@evil.example/../..//evil.example", "///evil.example", "/" + "x" * 5000, "data:text/html,x"]  # fmt: skip
TAKES_A_WAY_BACK = {  # POST doors that lead back to where one came from
    "/sign-in/password": {"username": "nobody", "password": "x"}, "/me/community": {"code": "110102003001"}, "/sign-out": {}, "/notifications/readings": {},
}  # fmt: skip


def leads_away(answer) -> bool:
    place = answer.headers.get("Location", "")
    return bool(place) and (not place.startswith("/") or place.startswith(("//", "/\\")))


@pytest.mark.parametrize("away", AWAY)
def test_no_way_back_leads_away(door, away):
    w = door.world
    wrong = []
    asked = [(who, "GET", f"{page}", {"query_string": {"next": away, "on": "1", "to": "dark"}}) for who in ("guest", "resident")
             for page in ("/elder", "/theme", "/sign-in", "/sign-in/password", "/register", "/reset", "/places/choose")]  # fmt: skip
    asked += [("resident", "POST", path, {"data": {**data, "next": away}}) for path, data in TAKES_A_WAY_BACK.items()]
    asked += [("resident", "POST", f"/threads/{w.thread.id}/comments", {"data": {"body": "同意", "next": away}}),
              ("owner", "POST", f"/comments/{w.comments['owners'].id}/withdrawal", {"data": {"next": away}}),
              ("resident", "POST", f"/reports/new?next={'/'}", {"data": {"kind": "comment", "id": w.comments["owners"].id, "reason": "advertising", "next": away}}),
              ("moderator", "POST", "/staff/review/hide", {"data": {"kind": "comment", "id": w.comments["owners"].id, "reason": "advertising", "next": away}}),
              ("owner", "POST", f"/findings/{w.finding.id}/cases", {"headers": {"Referer": "https://evil.example/x"}})]  # fmt: skip
    for who, method, path, sent in asked:
        answer = door.ask(who, path, method, **sent)
        if (
            leads_away(answer)
            or complaint(answer, path)
            or "evil" in "".join(v for k, v in answer.headers if k == "Set-Cookie")
        ):
            wrong.append(f"{who} {method} {path}: {answer.status_code} {answer.headers.get('Location')}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    "cookie", ["x" * 4000, "", "{}", ".", "eyJfdXNlcl9pZCI6IjEuMCJ9.aa.bb", "\u00e9", "a" * 20 + ";;;;", "%00", '"']
)
def test_a_forged_cookie_is_nobody(door, cookie):
    for name in ("session", "remember_token", "theme", "elder", "place", "community"):
        with door.undone():
            client = door.app.test_client()
            answer = client.get("/notifications/", headers={"Cookie": f"{name}={cookie}"})
            assert answer.status_code == 302, name
            assert client.get("/", headers={"Cookie": f"{name}={cookie}"}).status_code == 200, name


def test_a_session_that_names_nobody_is_nobody(door):
    for ident in (
        "0.0",
        "-1.0",
        f"{10**30}.0",
        "abc",
        "1",
        "1.99",
        "\u00b2.0",
        "1.\u00b2",
        "1." + "9" * 5000,
        "None.None",
        None,
        5,
        ["1"],
        "\x00.0",
    ):
        with door.undone():
            client = door.app.test_client()
            with client.session_transaction() as cookie:
                cookie["_user_id"] = ident
            assert client.get("/notifications/").status_code in (302, 401), ident
            assert client.get("/").status_code == 200, ident


def test_machines_get_a_problem_wherever_a_page_would_refuse(door):
    """But for a form that is shown again."""
    wrong = []
    for rule in rules(door.app):
        for path in addresses(rule, door.world, ["0", "x"])[:2]:
            answer = door.ask(
                "guest", path, "GET" if "GET" in rule.methods else "POST", headers={"Accept": "application/json"}
            )
            if answer.status_code >= 500 or (
                answer.status_code >= 400
                and answer.status_code != 422
                and answer.content_type != "application/problem+json"
            ):
                wrong.append(f"{path}: {answer.status_code} {answer.content_type}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("headers", [
    {"Host": "evil.example"}, {"Host": "a b"}, {"X-Forwarded-Host": "evil.example"}, {"Accept": "x" * 9000}, {"Accept-Language": "\u00ff" * 500}, {"Referer": "http://[::1"},
    {"Content-Type": "multipart/form-data"}, {"If-None-Match": "\""}, {"If-Modified-Since": "yesterday"}, {"Range": "bytes=9999999999-"}, {"HX-Request": "true"}, {"Content-Length": "abc"},
    {"Transfer-Encoding": "chunked"}, {"Cookie": "=;=;;"},
], ids=str)  # fmt: skip
def test_odd_headers_are_answered(door, headers):
    for path in (
        "/",
        "/proposals/",
        "/nowhere",
        f"/proposals/{door.world.proposals['gathering'].id}",
        "/search?q=停车",
    ):
        for method in ("GET", "POST"):
            answer = door.ask("guest", path, method, headers=headers)
            assert answer.status_code < 500, (method, path)
            assert "evil.example" not in answer.text
            assert not leads_away(answer)


@pytest.mark.parametrize("asked", ["q=\xff", "q=\xe4\xbd", "\xff=1", "q=\xe5\x81\x9c", "\xc3\x28&place=\x80"], ids=repr)
def test_bytes_in_an_address_that_are_no_text_are_answered(door, asked):
    for path in ("/", "/proposals/", "/search", "/nowhere", "/pages/about", "/sign-in"):
        for prefix in ("", "/en"):
            answer = door.ask("guest", prefix + path, environ_overrides={"QUERY_STRING": asked})
            assert answer.status_code in (200, 404), (path, answer.status_code)


def test_a_public_page_is_not_sent_again_to_a_guest(door):
    for page in (
        "/pages/about",
        "/proposals/",
        f"/proposals/{door.world.proposals['confirmed'].id}/versions",
        "/spaces/",
        "/brands/",
    ):
        first = door.ask("guest", page)
        assert first.status_code == 200, page
        again = door.ask("guest", page, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b""), page
        assert "ETag" not in door.ask("resident", page).headers
