"""The doors of accounts."""

import json

import pytest

from portal.accounts import passwords, sms
from portal.accounts.models import VerificationState
from portal.web.limits import limiter
from tests.conftest import browser
from tests.factories import COMMUNITY

GOOD = "槐树下乘凉 2026"


@pytest.fixture(autouse=True)
def box(app, tmp_path):
    path = tmp_path / "sms.jsonl"
    sms.use(path.as_uri())
    yield lambda: [json.loads(line)["code"] for line in path.read_text().splitlines()]
    sms.use("console:")


def test_signing_in_with_a_code_from_the_first_page_to_ones_own(client, session, box):
    answer = client.post("/sign-in/codes", data={"phone": "138 1234 5678", "next": "/proposals/?x=1"})
    assert answer.status_code == 303
    page = client.get(answer.headers["Location"]).text
    assert "138 1234 5678" in page
    given = {"phone": "13812345678", "code": box()[0], "next": "/proposals/?x=1"}
    asked = client.post("/en/sign-in", data=given)  # a new phone agrees, as whoever registers with a user name
    assert asked.status_code == 422
    assert "Please read both pages and tick this." in asked.text
    assert f'value="{given["code"]}"' in asked.text
    answer = client.post("/en/sign-in", data=given | {"agreed": "y"})
    assert answer.headers["Location"] == "/proposals/?x=1"
    page = client.get("/en/me/").text
    assert "Welcome. Others see you as" in page
    assert '<a href="/en/me/name">Change this name</a>' in page


def test_whoever_is_known_here_is_not_asked_to_agree_again(client, make, box):
    make.user(phone="+8613812345678")
    client.post("/sign-in/codes", data={"phone": "13812345678"})
    assert 'name="agreed"' not in client.get("/sign-in").text
    assert client.post("/sign-in", data={"phone": "13812345678", "code": box()[0]}).status_code == 303


def test_enter_in_the_phone_field_sends_the_code(client, session, box):
    assert client.post("/sign-in", data={"phone": "13812345678", "code": ""}).status_code == 303
    assert len(box()) == 1


def test_signing_in_without_the_code_that_was_sent_asks_for_it(client, session, box):
    client.post("/sign-in/codes", data={"phone": "13812345678"})
    page = client.post("/en/sign-in", data={"phone": "13812345678", "code": " "})
    assert page.status_code == 422
    assert 'href="#code"' in page.text
    assert 'href="#phone"' not in page.text
    assert len(box()) == 1


@pytest.mark.parametrize(
    "next", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "\x00//x"]
)
def test_nothing_leads_away_after_signing_in(client, make, next):
    make.user(username="huaishu", password_hash=passwords.make(GOOD))
    answer = client.post("/sign-in/password", data={"name": "huaishu", "password": GOOD, "next": next})
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/me/"


def test_a_wrong_password_keeps_the_name_that_was_typed(client, session):
    answer = client.post("/sign-in/password", data={"name": "huaishu", "password": "wrong"})
    assert answer.status_code == 422
    assert 'value="huaishu"' in answer.text
    assert "wrong" not in answer.text


@pytest.mark.parametrize(
    "path", ["/sign-in", "/sign-in/codes", "/sign-in/password", "/register", "/reset", "/reset/codes"]
)
@pytest.mark.parametrize("typed", ["", "\x00", "x" * 5000, "\u202e王", "' OR 1=1 --", "%s%(x)s{phone}"])
def test_strange_input_gets_a_sentence(client, session, path, typed):
    names = ("phone", "code", "name", "username", "password", "next", "agreed", "stay")
    assert client.post(path, data=dict.fromkeys(names, typed)).status_code == 422


def test_registering_without_a_phone(client, session, sql):
    with sql() as seen:
        answer = client.post("/register", data={"username": "huaishu", "password": GOOD, "agreed": "y"})
    assert answer.status_code == 303
    assert len(seen) <= 10
    assert client.get("/me/").status_code == 200
    again = client.post("/register", data={"username": "huaishu", "password": GOOD, "agreed": "y"})
    assert again.status_code == 422
    assert client.post("/register", data={"username": "huaishu2", "password": GOOD}).status_code == 422


def test_signing_out_everywhere_ends_the_other_browser_too(app, client, make):
    user = make.user()
    other = browser(app).sign_in(user)
    client.sign_in(user)
    assert other.get("/me/").status_code == 200
    assert client.post("/sign-out/everywhere").status_code == 303
    assert client.get("/me/").status_code == 302
    assert other.get("/me/").status_code == 302


def test_signing_out(client, make):
    client.sign_in(make.user())
    client.post("/sign-out")
    assert client.get("/me/").headers["Location"].startswith("/sign-in")
    assert client.post("/sign-out").status_code == 303


def test_a_new_password_keeps_this_browser_and_ends_the_others(app, client, make):
    user = make.user(password_hash=passwords.make(GOOD))
    other = browser(app).sign_in(user)
    client.sign_in(user)
    wrong = client.post("/me/password", data={"old": "no", "password": "another good one"})
    assert wrong.status_code == 422
    assert client.post("/me/password", data={"old": GOOD, "password": "another good one"}).status_code == 303
    assert client.get("/me/").status_code == 200
    assert other.get("/me/").status_code == 302


def test_ones_own_page_stays_within_its_budget(client, make, sql):
    from portal.policy import Role

    user = make.staff(Role.MODERATOR, Role.INSPECTOR, phone="+8613812345678", real_name="王小明")
    client.sign_in(user)
    with sql() as seen:
        page = client.get("/me/").text
    assert user.display_name in page
    assert "前海社区" in page
    assert "13812345678" not in page
    assert len(seen) <= 12


def test_what_is_kept_is_shown_masked(client, make):
    client.sign_in(make.user(phone="+8613812345678", real_name="王小明", household=COMMUNITY + ":1"))
    page = client.get("/me/privacy").text
    assert "138****5678" in page
    assert "王**" in page
    assert "王小明" not in page


def test_the_display_name_changes(client, make, session):
    user = make.user()
    client.sign_in(user)
    assert client.post("/me/name", data={"display_name": "管理员"}).status_code == 422
    assert client.post("/me/name", data={"display_name": "槐树下"}).status_code == 303
    session.refresh(user)
    assert user.display_name == "槐树下"


def test_a_phone_is_confirmed_from_ones_own_page(client, make, session, box):
    user = make.user(level=0, home=None)
    client.sign_in(user)
    assert client.post("/me/phone/codes", data={"phone": "13812345678"}).status_code == 303
    assert client.post("/me/phone", data={"phone": "13812345678", "code": box()[0]}).status_code == 303
    session.refresh(user)
    assert (user.phone, user.level) == ("+8613812345678", 1)


def test_asking_to_be_confirmed_and_withdrawing(client, make, session):
    person = make.user(level=1, home=None)
    client.sign_in(person)
    assert "/places/choose?next=/verify" in client.get("/verify").text
    assert client.post("/verify", data={"real_name": "王小明"}).status_code == 422
    asked = client.post("/verify", data={"place_code": COMMUNITY, "real_name": "王小明", "building": "3 号楼"})
    assert asked.status_code == 303
    assert "王小明" in client.get("/verify").text
    assert client.post("/verify/withdrawal").status_code == 303
    assert "王小明" not in client.get("/verify").text


def test_a_resident_who_moves_chooses_anew(client, make, session):
    person = make.user()
    client.sign_in(person)
    assert (
        client.post("/verify", data={"place_code": COMMUNITY, "real_name": "王小明", "building": "1"}).status_code
        == 422
    )
    assert client.post("/verify/move").status_code == 303
    session.refresh(person)
    assert (person.level, person.home_code) == (2, None)


def test_demo_accounts_are_no_door_outside_demo_mode(client, make):
    make.user(username="resident", password_hash=passwords.make("gongzhi-demo"))
    assert client.post("/demo/sign-in", data={"username": "resident"}).status_code == 404


@pytest.mark.parametrize("path", ["/sign-in", "/sign-in/password", "/register", "/reset"])
def test_the_doors_open_in_both_languages_without_a_query(client, session, sql, path):
    with sql() as seen:
        assert client.get(path).status_code == client.get("/en" + path).status_code == 200
    assert seen == []


def test_too_many_tries_at_the_door_are_slowed_down(client, session):
    limiter.enabled = True
    try:
        said = [
            client.post("/sign-in/password", data={"name": "huaishu", "password": f"{n}"}).status_code
            for n in range(25)
        ]
    finally:
        limiter.enabled = False
        limiter.reset()
    assert said[:20] == [422] * 20
    assert said[20:] == [429] * 5


def test_states_have_words():
    from portal.accounts import states

    assert set(states.STATE_LABELS) == set(states.STATE_TONES) == set(VerificationState)


def test_messages_stand_first_on_ones_own_page_with_their_number(client, make, session):
    from portal.notifications.service import notify

    user = make.user()
    client.sign_in(user)
    assert "unread" not in client.get("/en/me/").text.split("<main")[1]
    notify(session, [user.id], "verification.approved", {}, "/verify", "k1")
    session.flush()
    main = client.get("/en/me/").text.split("<main")[1]
    assert "Messages, 1 unread" in main
    assert main.index('href="/en/notifications/"') < main.index("<section")


def test_a_number_is_confirmed_with_words_of_its_own(client, make):
    client.sign_in(make.user())
    assert client.get("/en/me/phone").text.count("Confirm this number") == 2
    assert "核验通过" not in client.get("/me/phone").text
