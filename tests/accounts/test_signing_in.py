"""Codes, registering, signing in both ways, passwords."""

import http.server
import json
import threading

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from portal import audit, clock, db
from portal.accounts import passwords, service, sms
from portal.accounts.models import SignInCode, User
from portal.accounts.service import codes
from portal.accounts.service.signing_in import NotAgreed
from portal.errors import Conflict, Invalid, Refused
from portal.policy import Level
from tests.factories import COMMUNITY, STREET

PHONE, GOOD = "13812345678", "槐树下乘凉 2026"


@pytest.fixture(autouse=True)
def box(tmp_path):
    """Messages go into a file; `box()` reads them."""
    path = tmp_path / "sms.jsonl"
    sms.use(path.as_uri())
    yield lambda: [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    sms.use("console:")


def test_a_new_phone_is_registered_by_its_code(session, make, box):
    make.places()
    service.ask_for_code("138 1234 5678")
    message = box()[0]
    assert message["phone"] == "+8613812345678"
    assert message["code"] in message["text"]

    with pytest.raises(NotAgreed):  # and the code stays good
        service.sign_in_by_code(PHONE, message["code"], place_code=COMMUNITY)
    assert session.scalars(sa.select(User)).all() == []
    user = service.sign_in_by_code(PHONE, message["code"], agreed=True, place_code=COMMUNITY)
    assert (user.phone, user.level, user.home_code) == ("+8613812345678", Level.PHONE, COMMUNITY)
    assert user.display_name
    assert session.scalars(sa.select(audit.Entry.action)).all() == ["user.register"]

    with clock.travel(minutes=2):
        assert service.sign_in_by_code(PHONE, service.ask_for_code(PHONE)).id == user.id


def test_a_code_is_kept_as_a_hash_and_works_once(session):
    code = service.ask_for_code(PHONE)
    row = session.scalars(sa.select(SignInCode)).one()
    assert code not in row.code_hash
    service.sign_in_by_code(PHONE, f" {code[:3]} {code[3:]} ", agreed=True)
    with pytest.raises(Invalid):
        service.sign_in_by_code(PHONE, code)


def test_a_code_ends_after_ten_minutes(session):
    code = service.ask_for_code(PHONE)
    with clock.travel(minutes=10, seconds=1), pytest.raises(Invalid):
        service.sign_in_by_code(PHONE, code)


def test_a_code_ends_after_five_wrong_tries(session):
    code = service.ask_for_code(PHONE)
    wrong = f"{(int(code) + 1) % 10**6:06}"
    for _ in range(5):
        with pytest.raises(Invalid):
            service.sign_in_by_code(PHONE, wrong)
    with pytest.raises(Invalid):
        service.sign_in_by_code(PHONE, code)
    assert session.scalars(sa.select(User)).all() == []


def test_only_the_newest_code_counts(session):
    first = service.ask_for_code(PHONE)
    with clock.travel(seconds=61):
        second = service.ask_for_code(PHONE)
        if first != second:
            with pytest.raises(Invalid):
                service.sign_in_by_code(PHONE, first)
        service.sign_in_by_code(PHONE, second, agreed=True)


def test_a_second_code_within_a_minute_is_not_sent(session, box):
    service.ask_for_code(PHONE)
    with pytest.raises(Conflict):
        service.ask_for_code("+86" + PHONE)
    assert len(box()) == 1


def test_a_phone_gets_five_codes_an_hour_and_an_address_thirty(session):
    for n in range(5):
        with clock.travel(seconds=61 * n):
            service.ask_for_code(PHONE)
    with clock.travel(seconds=61 * 5), pytest.raises(Conflict):
        service.ask_for_code(PHONE)
    for n in range(30):
        service.ask_for_code(f"139000000{n:02}", "10.0.0.1")
    with pytest.raises(Conflict):
        service.ask_for_code("13900000099", "10.0.0.1")
    service.ask_for_code("13900000099", "10.0.0.2")


def test_old_codes_are_forgotten(session):
    service.ask_for_code(PHONE)
    with clock.travel(days=3):
        assert codes.forget_old(clock.utcnow()) == 1


def test_a_user_name_is_registered_once_whatever_its_case(session):
    user = service.register("HuaiShu", GOOD)
    assert (user.username, user.level, user.phone) == ("huaishu", Level.VISITOR, None)
    with pytest.raises(Invalid):
        service.register("huaishu", GOOD)
    assert service.sign_in_by_password("HUAISHU ", GOOD).id == user.id


def test_every_mistake_at_the_door_has_the_same_sentence(session):
    service.register("huaishu", GOOD)
    said = set()
    for name, password in (("huaishu", "wrong password"), ("nobody", GOOD), (PHONE, GOOD), ("", "")):
        with pytest.raises(Invalid) as problem:
            service.sign_in_by_password(name, password)
        said.add(str(problem.value.why))
    assert len(said) == 1


def test_a_suspended_person_stays_outside(session, make):
    make.user(username="away", password_hash=passwords.make(GOOD), is_suspended=True)
    with pytest.raises(Refused):
        service.sign_in_by_password("away", GOOD)
    with pytest.raises(Invalid):
        service.sign_in_by_password("away", "wrong password")


def test_a_hash_of_other_parameters_is_renewed_at_the_next_sign_in(session, make):
    user = make.user(
        username="old", password_hash=PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(GOOD)
    )
    service.sign_in_by_password("old", GOOD)
    session.refresh(user)
    assert "m=19456,t=2,p=1" in user.password_hash


def test_a_new_password_ends_the_other_sessions(session, make):
    user = make.user(password_hash=passwords.make(GOOD))
    epoch = user.session_epoch
    with pytest.raises(Invalid):
        service.change_password(user, "wrong password", "another good one")
    service.change_password(user, GOOD, "another good one")
    assert user.session_epoch == epoch + 1
    assert passwords.check(user.password_hash, "another good one")


def test_a_password_is_set_again_with_a_code_to_the_phone(session, make):
    user = make.user(phone="+86" + PHONE)
    service.reset_password(PHONE, service.ask_for_code(PHONE), GOOD)
    assert service.sign_in_by_password(PHONE, GOOD).id == user.id


def test_a_password_is_set_again_with_a_code_from_the_desk(session, make):
    clerk, user = make.staff(), make.user()
    code = service.issue_at_desk(clerk, user.id)
    with clock.travel(hours=23):
        assert service.reset_password(user.username, code, GOOD).id == user.id
        with pytest.raises(Invalid):
            service.reset_password(user.username, code, GOOD)
    assert "user.issue_code" in session.scalars(sa.select(audit.Entry.action)).all()


def test_the_desk_of_another_street_issues_no_code_and_nobody_for_a_colleague(session, make):
    user, colleague = make.user(), make.staff()
    make.places()
    elsewhere = make.staff(place="110101001")
    for clerk, person in ((elsewhere, user), (make.staff(), colleague), (colleague, colleague)):
        with pytest.raises(Refused):
            service.issue_at_desk(clerk, person.id)


def test_a_phone_is_added_to_an_account_without_one(session, make):
    user, other = make.user(level=0), make.user(phone="+8613900000000")
    service.add_phone(user, PHONE, service.ask_for_code(PHONE))
    assert (user.phone, user.level) == ("+86" + PHONE, Level.PHONE)
    with pytest.raises(Invalid):
        service.add_phone(user, "13900000000", service.ask_for_code("13900000000"))
    assert other.phone == "+8613900000000"


def test_a_street_is_not_taken_for_a_community_at_registration(session, make):
    make.places()
    assert service.register("huaishu", GOOD, place_code=STREET).home_code is None


class Gateway(http.server.BaseHTTPRequestHandler):
    seen: list = []
    status = 200

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.seen.append((self.path, self.headers.get("Authorization"), json.loads(body)))
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def gateway():
    Gateway.seen, Gateway.status = [], 200
    server = http.server.HTTPServer(("127.0.0.1", 0), Gateway)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sms.use(f"http://user:key@127.0.0.1:{server.server_port}/send?to={{phone}}&sign=gz&content={{text}}")
    yield Gateway
    server.shutdown()
    server.server_close()


def test_a_gateway_gets_json_made_from_the_settings(session, gateway):
    code = service.ask_for_code(PHONE)
    path, authorization, body = gateway.seen[0]
    assert (path, body["to"], body["sign"]) == ("/send", "+86" + PHONE, "gz")
    assert authorization.startswith("Basic ")
    assert code in body["content"]


def test_a_failing_gateway_is_told_and_does_not_count(session, gateway):
    gateway.status = 500
    with pytest.raises(sms.NotSent):
        service.ask_for_code(PHONE)
    gateway.status = 200
    service.ask_for_code(PHONE)


def test_an_unreachable_gateway_is_told(session):
    sms.use("http://127.0.0.1:9/")
    with pytest.raises(sms.NotSent):
        service.ask_for_code(PHONE)


def _at_once(*calls):
    """Run these at the same moment; returns what each gave or raised."""
    gate, out = threading.Barrier(len(calls)), []

    def run(call):
        with db.scope():
            gate.wait()
            try:
                out.append(call())
            except (Invalid, Conflict) as problem:
                out.append(problem)

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return out


def test_a_code_pressed_twice_at_once_lets_in_once(real_db):
    code = service.ask_for_code(PHONE)
    out = _at_once(*[lambda: service.sign_in_by_code(PHONE, code, agreed=True)] * 4)
    assert sum(isinstance(o, User) for o in out) == 1
    assert sum(isinstance(o, Invalid) for o in out) == 3


def test_a_code_asked_for_twice_at_once_is_sent_once(real_db, box):
    out = _at_once(*[lambda: service.ask_for_code(PHONE)] * 4)
    assert sum(isinstance(o, str) for o in out) == 1
    assert len(box()) == 1


def test_two_registrations_of_one_name_at_once_are_one_account(real_db):
    out = _at_once(*[lambda: service.register("huaishu", GOOD)] * 3)
    assert sum(isinstance(o, User) for o in out) == 1
    assert db.Session().scalar(sa.select(sa.func.count()).select_from(User)) == 1
