"""Giving and taking back roles."""

import os
import subprocess
import sys
import threading
from datetime import UTC, datetime, time, timedelta

import pytest
import sqlalchemy as sa

from portal import audit, clock, db, outbox
from portal.accounts import queries, service
from portal.accounts.models import Grant, User
from portal.db import transaction
from portal.errors import Invalid, NotFound, Refused
from portal.places.models import Place, PlaceLevel
from portal.policy import SYSTEM, Role, Scope
from tests import factories
from tests.factories import COMMUNITY, DISTRICT, OTHER_COMMUNITY, STREET

PLACE_ADMIN, MODERATOR = Role.PLACE_ADMIN, Role.MODERATOR


def test_a_role_given_twice_is_one_grant(session, make):
    user = make.user()
    with transaction() as s:
        first = service.give(s, SYSTEM, user.id, Role.MEMBER, ("space", 7))
        again = service.give(s, SYSTEM, user.id, Role.MEMBER, ("space", 7), title="厅长")

    assert first.id == again.id
    assert again.title == "厅长"
    assert user.has_role(Role.MEMBER, Scope(space=7))
    assert [g.user.display_name for g in queries.roster("space", 7)] == [user.display_name]


def test_a_place_admin_gives_and_takes_back_and_it_is_in_the_ledger(session, make):
    admin, user = make.staff(PLACE_ADMIN), make.user()

    grant = service.grant(admin, user.id, MODERATOR, "place", COMMUNITY)
    assert user.has_role(MODERATOR, Scope(place=COMMUNITY))
    service.revoke(admin, grant.id)
    service.revoke(admin, grant.id)  # twice is once

    assert not user.has_role(MODERATOR, Scope(place=COMMUNITY))
    done = session.scalars(sa.select(audit.Entry.action).where(audit.Entry.subject_id == str(user.id))).all()
    assert done == ["grant.give", "grant.revoke"]
    assert session.scalars(sa.select(outbox.Message.event)).all() == ["grant.changed", "grant.changed"]


def test_a_role_ends_on_its_last_day_and_may_be_given_again(session, make):
    admin, user = make.staff(PLACE_ADMIN), make.user()
    first = service.grant(admin, user.id, MODERATOR, "place", COMMUNITY, clock.utcnow() + timedelta(days=2))
    with clock.travel(days=3):
        assert not user.has_role(MODERATOR, Scope(place=COMMUNITY))
        again = service.grant(admin, user.id, MODERATOR, "place", COMMUNITY)
        assert again.id == first.id
        assert user.has_role(MODERATOR, Scope(place=COMMUNITY))


def first_minute(days: int) -> datetime:
    """Of a day from today on, in Beijing."""
    return datetime.combine(clock.today() + timedelta(days=days), time(0), clock.BEIJING).astimezone(UTC)


def test_a_role_given_for_later_has_no_power_before_its_first_day(session, make):
    admin, user, first = make.staff(PLACE_ADMIN), make.user(), first_minute(2)
    over = first + timedelta(days=9)
    grant = service.grant(admin, user.id, MODERATOR, "place", COMMUNITY, over, starts_at=first)
    moderates = lambda: user.has_role(MODERATOR, Scope(place=COMMUNITY))  # noqa: E731
    listed = lambda: [g.user_id for g in queries.roster("place", COMMUNITY)]  # noqa: E731

    assert (moderates(), listed(), user.is_staff, user.places_with(MODERATOR)) == (False, [], False, [])
    with clock.at(first - timedelta(seconds=1)):
        assert (moderates(), listed(), service.begin_terms(clock.utcnow())) == (False, [], 0)
    with clock.at(first):
        assert (moderates(), listed()) == (True, [user.id])
        assert (service.begin_terms(clock.utcnow()), service.begin_terms(clock.utcnow())) == (1, 0)
    with clock.at(over):
        assert (moderates(), listed()) == (False, [])
    noted = sa.select(audit.Entry.action, audit.Entry.details).where(audit.Entry.subject_id == str(user.id))
    (given, details), (begun, _) = session.execute(noted.order_by(audit.Entry.seq)).all()
    assert (given, begun) == ("grant.give", "grant.begin")
    assert [datetime.fromisoformat(details[name]) for name in ("starts_at", "ends_at")] == [first, over]
    assert session.get(Grant, grant.id).begins_at is None


def test_a_role_to_come_is_given_again_for_another_day_or_at_once(session, make):
    admin, user = make.staff(PLACE_ADMIN), make.user()

    def give(day=None):
        starts_at = first_minute(day) if day is not None else None
        return service.grant(admin, user.id, MODERATOR, "place", COMMUNITY, starts_at=starts_at)

    first = give(5)
    give(5)  # twice is once
    assert len(session.scalars(sa.select(outbox.Message.event)).all()) == 1
    assert give(3).id == first.id
    with clock.at(first_minute(3)):
        assert user.has_role(MODERATOR)
        assert service.begin_terms(clock.utcnow()) == 1
    with clock.travel(seconds=0):
        service.revoke(admin, first.id)
        assert give(3).id != first.id
        give()
        assert user.has_role(MODERATOR)
        with pytest.raises(service.WrongFirstDay):
            give(3)  # he holds it today
        assert service.begin_terms(first_minute(9)) == 0


def test_a_role_taken_back_before_its_first_day_never_begins(session, make):
    admin, user = make.staff(PLACE_ADMIN), make.user()
    grant = service.grant(admin, user.id, MODERATOR, "place", COMMUNITY, starts_at=first_minute(1))
    service.revoke(admin, grant.id)
    with clock.travel(days=2):
        assert service.begin_terms(clock.utcnow()) == 0
        assert not user.has_role(MODERATOR)


def test_a_term_begins_neither_in_the_past_nor_after_its_end(session, make):
    admin, user = make.staff(PLACE_ADMIN), make.user()

    def give(first, last=None):
        return service.grant(admin, user.id, MODERATOR, "place", COMMUNITY, last, starts_at=first)

    for first, last in (
        (first_minute(-1), None),
        (first_minute(3), first_minute(2)),
        (first_minute(3), first_minute(3)),
    ):
        with pytest.raises(service.WrongFirstDay):
            give(first, last)
    give(first_minute(0))  # today is now
    assert user.has_role(MODERATOR)


def test_nobody_gives_himself_a_role(session, make):
    admin = make.staff(PLACE_ADMIN)
    with pytest.raises(Refused):
        service.grant(admin, admin.id, MODERATOR, "place", STREET)


def test_a_place_admin_appoints_neither_administrators_nor_his_equals(session, make):
    admin, user = make.staff(PLACE_ADMIN), make.user()
    for role, place in ((Role.ADMIN, COMMUNITY), (PLACE_ADMIN, STREET), (MODERATOR, DISTRICT)):
        with pytest.raises(Refused):
            service.grant(admin, user.id, role, "place", place)
    service.grant(admin, user.id, PLACE_ADMIN, "place", OTHER_COMMUNITY)


def test_a_moderator_gives_no_roles(session, make):
    with pytest.raises(Refused):
        service.grant(make.staff(MODERATOR), make.user().id, MODERATOR, "place", COMMUNITY)


NOTHING = [("place", "999999"), ("place", "\x00"), ("space", "x"), ("space", "9" * 30), ("moon", "1"), ("space", "²")]


@pytest.mark.parametrize(("kind", "ref"), NOTHING)
def test_a_role_on_nothing_is_not_found(session, make, kind, ref):
    with pytest.raises(NotFound):
        service.grant(make.staff(PLACE_ADMIN), make.user().id, MODERATOR, kind, ref)


def test_an_end_in_the_past_is_invalid(session, make):
    yesterday = clock.utcnow() - timedelta(days=1)
    with pytest.raises(Invalid):
        service.grant(make.staff(PLACE_ADMIN), make.user().id, MODERATOR, "place", COMMUNITY, yesterday)


def test_an_administrator_is_not_locked_out_by_himself(session, make):
    admin = make.staff(Role.ADMIN, place="11")
    with pytest.raises(Refused):
        service.revoke(admin, admin.grants[0].id)


def test_a_role_given_at_once_by_many_is_one_grant(real_db):
    user, gate, out = factories.make_user(), threading.Barrier(4), []

    def run():
        with db.scope():
            gate.wait()
            with transaction() as session:
                out.append(service.give(session, SYSTEM, user.id, Role.MEMBER, ("space", 7)).id)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(out) == 4
    assert len(set(out)) == 1


def test_the_first_administrator_is_appointed_by_command(tmp_path):
    url = f"sqlite:///{tmp_path / 'portal.sqlite'}"
    engine = sa.create_engine(url)
    db.Base.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(sa.insert(Place).values(code="11", level=PlaceLevel.CITY, name="北京市"))
        connection.execute(sa.insert(User).values(username="first", display_name="邻居1"))
    environment = os.environ | {"PORTAL_DATA_DIR": str(tmp_path), "PORTAL_DATABASE_URL": url}

    def appoint(*words):
        command = [sys.executable, "-c", "from portal.cli import main; main()", "appoint", *words]
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)

    assert "first holds admin on 11" in appoint("first").stdout
    assert "nobody has the user name" in appoint("second").stderr
    assert appoint("first", "--place", "99").returncode == 1
