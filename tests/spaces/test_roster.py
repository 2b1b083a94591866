"""Joining, leaving, inviting, roles and terms; the number of members is always that of a recount."""

import threading
from contextlib import suppress
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal import audit, clock, db, outbox
from portal.accounts import service as accounts
from portal.accounts.models import Grant
from portal.clock import today, utcnow
from portal.db import transaction
from portal.errors import Conflict, Invalid, NotFound, PortalError, Refused
from portal.policy import GUEST, Level, Role
from portal.spaces import jobs, queries, service
from portal.spaces.models import Invitation, Space, SpaceKind
from portal.spaces.service import roster
from tests.factories import OTHER_COMMUNITY, STREET


def recount(session, space):
    """The stored number of members is the number of different people with a living role that has begun."""
    session.expire_all()
    living = sa.select(sa.func.count(sa.distinct(Grant.user_id))).where(
        Grant.on_kind == "space", Grant.on_ref == str(space.id), Grant.revoked_at.is_(None),
        Grant.begins_at.is_(None),
    )  # fmt: skip
    assert session.get(Space, space.id).member_count == session.scalar(living)


@pytest.mark.parametrize("kind", [SpaceKind.FORUM, SpaceKind.LIVING_ROOM])
def test_anybody_walks_into_a_forum_or_a_living_room(session, make, kind):
    room, neighbour = make.space(kind), make.user(level=Level.PHONE, home=OTHER_COMMUNITY)
    service.join(neighbour, room.id)
    recount(session, room)
    assert neighbour.has_role(Role.MEMBER, room.scope)
    with pytest.raises(Refused):
        service.join(neighbour, room.id)
    service.leave(neighbour, room.id)
    recount(session, room)
    with pytest.raises(Refused):
        service.leave(neighbour, room.id)
    with pytest.raises(Refused):
        service.join(GUEST, room.id)


def test_a_council_is_asked_once_and_answers(session, make):
    council, asker, chair = make.space(), make.user(), make.user()
    make.grant(chair, Role.CHAIR, space=council)
    wish = service.join(asker, council.id)
    assert service.join(asker, council.id).id == wish.id
    assert not asker.has_role(Role.MEMBER, council.scope)
    for who in (asker, make.user(), make.staff(Role.MODERATOR)):
        with pytest.raises(Refused):
            service.answer(who, wish.id, True)
    service.answer(chair, wish.id, True)
    session.expire_all()
    grant = session.scalars(sa.select(Grant).where(Grant.user_id == asker.id)).one()
    assert (grant.role, grant.granted_by) == (Role.MEMBER, chair.id)
    with pytest.raises(Refused):
        service.answer(chair, wish.id, False)


def test_an_invitation_with_a_role_and_a_term(session, make):
    council, guest, admin = make.space(), make.user(), make.user()
    make.grant(admin, Role.PLACE_ADMIN, place=STREET)
    ends = utcnow() + timedelta(days=30)
    asked = service.invite(admin, council.id, guest.username, "chair", title="召集人", ends_at=ends)
    again = service.invite(admin, council.id, guest.username, "chair", title="理事长", ends_at=ends)
    assert (again.id, again.title) == (asked.id, "理事长")
    assert "space.invited" in session.scalars(sa.select(outbox.Message.event)).all()

    service.answer(guest, asked.id, True)

    recount(session, council)
    grant = session.scalars(sa.select(Grant).where(Grant.user_id == guest.id)).one()
    assert (grant.role, grant.title, grant.ends_at, grant.granted_by) == (Role.CHAIR, "理事长", ends, admin.id)
    with pytest.raises(Invalid):
        service.invite(admin, council.id, guest.username, "chair")


def test_a_declined_invitation_gives_nothing(session, make):
    council, guest, chair = make.space(), make.user(), make.user()
    make.grant(chair, Role.CHAIR, space=council)
    asked = service.invite(chair, council.id, guest.username)
    service.answer(guest, asked.id, False)
    assert not guest.has_role(Role.MEMBER, council.scope)
    with pytest.raises(Refused):
        service.answer(guest, asked.id, True)


def test_who_may_invite_whom_to_what(session, make):
    council, host, chair, guest = make.space(), make.user(), make.user(), make.user()
    make.grant(host, Role.HOST, space=council)
    make.grant(chair, Role.CHAIR, space=council)
    elsewhere = make.user()
    make.grant(elsewhere, Role.CHAIR, space=make.space())
    service.invite(host, council.id, guest.username, "member")
    for who, role in (
        (host, "chair"),
        (elsewhere, "member"),
        (make.user(), "member"),
        (make.staff(Role.MODERATOR), "member"),
    ):
        with pytest.raises(Refused):
            service.invite(who, council.id, guest.username, role)
    for name, role in (
        ("nobody-there", "member"),
        ("", "member"),
        (guest.username, "admin"),
        (guest.username, "place_admin"),
    ):
        with pytest.raises(Invalid):
            service.invite(chair, council.id, name, role)
    with pytest.raises(Refused):
        service.invite(chair, council.id, chair.username, "secretary")
    with pytest.raises(Invalid):
        service.invite(chair, council.id, guest.username, "member", ends_at=utcnow())


def test_one_term_that_cannot_end_does_not_keep_the_others(session, make, caplog):
    council, chair = make.space(), make.user()
    ends = utcnow() - timedelta(minutes=1)
    broken = make.grant(make.user(), Role.HOST, space=council, ends_at=ends)
    broken.on_ref = "999999"  # its space is not there
    make.grant(chair, Role.HOST, space=council, ends_at=ends)
    session.flush()
    assert service.end_terms(utcnow()) == 1
    assert "deadline step" in caplog.text


def test_an_open_invitation_stands_on_ones_own_page(session, make, client):
    council, chair, guest = make.space(name="前海议事会"), make.user(), make.user()
    make.grant(chair, Role.CHAIR, space=council)
    asked = service.invite(chair, council.id, guest.username, "host")
    client.sign_in(guest)
    page = client.get("/en/me/").text
    assert "You are invited" in page
    assert f'href="/en/invitations/{asked.id}"' in page
    service.answer(guest, asked.id, False)
    assert "You are invited" not in client.get("/en/me/").text


def test_the_roster_says_the_last_day_as_it_was_typed(session, make, client):
    council, chair, guest = make.space(name="前海议事会"), make.user(), make.user()
    make.grant(chair, Role.CHAIR, space=council)
    last = today() + timedelta(days=90)
    client.sign_in(chair).post(
        f"/spaces/{council.id}/invitations", data={"username": guest.username, "role": "member", "last_day": f"{last}"}
    )
    [asked] = session.scalars(sa.select(Invitation))
    service.answer(guest, asked.id, True)
    assert f"{last.month}月{last.day}日" in client.get(f"/spaces/{council.id}/members").text.replace(" ", "")


def test_a_term_that_is_over_ends_by_itself_and_is_swept(session, make):
    council, chair, guest = make.space(), make.user(), make.user()
    make.grant(chair, Role.CHAIR, space=council)
    asked = service.invite(chair, council.id, guest.username, "host", ends_at=utcnow() + timedelta(days=3))
    late = service.invite(chair, council.id, make.user().username, "host", ends_at=utcnow() + timedelta(days=3))
    service.answer(guest, asked.id, True)
    with clock.travel(days=4):
        session.expire_all()
        assert not guest.has_role(Role.HOST, council.scope)
        assert service.end_terms(utcnow()) == 1
        assert service.end_terms(utcnow()) == 0
        session.refresh(council)
        assert council.member_count == 0  # the chair's role was given by hand
        invited = session.get(Invitation, late.id)
        from portal.accounts.queries import get_user

        with pytest.raises(Conflict):
            service.answer(get_user(invited.user_id), late.id, True)
    assert "grant.revoke" in session.scalars(sa.select(audit.Entry.action)).all()


def test_a_seat_for_later_is_neither_listed_nor_counted_before_its_first_day(session, make, client):
    council, chair, guest = make.space(name="前海议事会"), make.user(), make.user(display_name="春节后来的人")
    make.grant(chair, Role.CHAIR, space=council)
    first = today() + timedelta(days=5)
    client.sign_in(chair)
    asked = client.post(
        f"/spaces/{council.id}/invitations",
        data={"username": guest.username, "role": "host", "first_day": f"{first}", "last_day": f"{first}"},
    )
    assert asked.status_code == 302
    [invitation] = session.scalars(sa.select(Invitation))
    service.answer(guest, invitation.id, True)

    def stands():
        """His seat: may he act, how many sit here, is he listed, is he listed as coming?"""
        session.expire_all()
        accounts.begin_terms(utcnow())
        outbox.sweep(grace=timedelta(0))
        sitting = [g.user_id for g in queries.roster(council)]
        coming = [g.user_id for g in queries.to_come(council)]
        return guest.has_role(Role.HOST, council.scope), council.member_count, guest.id in sitting, guest.id in coming

    assert stands() == (False, 1, False, True)  # the chair
    page = client.get(f"/en/spaces/{council.id}/members").text
    assert "Begins later" in page and f"from {first.day} {first:%b}" in page
    assert "春节后来的人" not in client.sign_in(make.user()).get(f"/spaces/{council.id}/members").text
    with clock.travel(days=5):
        assert stands() == (True, 2, True, False)
    with clock.travel(days=6):
        service.end_terms(utcnow())
        assert stands() == (False, 1, False, False)


def test_a_council_does_not_lose_its_only_chair_by_his_leaving(session, make, client):
    council, admin, chair, member = make.space(), make.staff(Role.PLACE_ADMIN), make.user(), make.user()
    for who, role in ((chair, "chair"), (member, "member")):
        service.answer(who, service.invite(admin, council.id, who.username, role).id, True)
    client.sign_in(chair)
    assert client.get(f"/en/spaces/{council.id}/departures").status_code == 403
    assert "You are the only chair here" in client.post(f"/en/spaces/{council.id}/departures").text
    seat = session.scalars(sa.select(Grant).where(Grant.user_id == chair.id, Grant.role == Role.CHAIR)).one()
    with pytest.raises(Refused):
        service.take_role(chair, council.id, seat.id)
    recount(session, council)
    service.give_role(chair, council.id, member.id, "chair")
    assert "Leave this room?" in client.get(f"/en/spaces/{council.id}/departures").text
    assert chair.has_role(Role.CHAIR, council.scope)  # only asked so far
    client.post(f"/en/spaces/{council.id}/departures")
    session.refresh(chair, ["grants"])
    assert not chair.has_role(Role.CHAIR, council.scope)
    recount(session, council)
    with pytest.raises(Refused):  # now the other one is the only one
        service.leave(member, council.id)


def test_a_seat_for_later_is_given_up_without_a_wrong_number(session, make):
    council, chair, guest = make.space(), make.staff(Role.PLACE_ADMIN), make.user()
    service.answer(guest, service.invite(chair, council.id, guest.username).id, True)
    later = service.give_role(chair, council.id, guest.id, "host", starts_at=utcnow() + timedelta(days=3))
    service.take_role(chair, council.id, later.id)
    recount(session, council)
    service.give_role(chair, council.id, guest.id, "host", starts_at=utcnow() + timedelta(days=3))
    service.leave(guest, council.id)
    recount(session, council)
    with clock.travel(days=4):
        session.expire_all()
        assert accounts.begin_terms(utcnow()) == 0


def test_another_role_for_somebody_who_sits_here(session, make):
    council, chair = make.space(), make.user()
    make.grant(chair, Role.CHAIR, space=council)
    guest = make.user()
    with pytest.raises(Invalid):
        service.give_role(chair, council.id, guest.id, "secretary")
    service.answer(guest, service.invite(chair, council.id, guest.username).id, True)
    given = service.give_role(chair, council.id, guest.id, "secretary")
    assert service.give_role(chair, council.id, guest.id, "secretary").id == given.id
    service.take_role(chair, council.id, given.id)
    session.expire_all()
    assert session.get(Space, council.id).member_count == 1
    with pytest.raises(Refused):
        service.give_role(guest, council.id, chair.id, "member")


def test_a_role_of_another_space_cannot_be_taken_here(session, make):
    council, other, chair = make.space(), make.space(), make.user()
    make.grant(chair, Role.CHAIR, space=council)
    theirs = make.grant(make.user(), Role.MEMBER, space=other)
    placed = make.grant(make.user(), Role.MODERATOR, place=STREET)
    for grant in (theirs, placed):
        with pytest.raises(NotFound):
            service.take_role(chair, council.id, grant.id)


def test_a_role_given_at_the_desk_is_counted_by_the_worker(session, make):
    council, neighbour = make.space(), make.user()
    with transaction() as inner:
        given = accounts.give(inner, make.user(), neighbour.id, Role.MEMBER, ("space", council.id))
    with transaction() as inner:
        from portal.accounts.events import GrantChanged

        jobs.keep_the_count(inner, GrantChanged(given.id, neighbour.id, True))
    recount(session, council)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["join", "leave", "invite", "give", "later", "take", "sweep", "begin"]), st.integers(0, 11)
    ),
    max_size=20,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_any_sequence_of_steps_leaves_the_right_number(session, make, steps):
    room, admin = make.space(SpaceKind.FORUM), make.user()
    make.grant(admin, Role.PLACE_ADMIN, place=STREET)
    people = [make.user() for _ in range(3)]
    for step, pick in steps:
        one = people[pick % 3]
        try:
            if step in ("join", "leave"):
                getattr(service, step)(one, room.id)
            elif step == "invite":
                service.answer(one, service.invite(admin, room.id, one.username, "host").id, pick % 2 == 0)
            elif step == "give":
                service.give_role(
                    admin, room.id, one.id, ["member", "chair"][pick % 2], ends_at=utcnow() + timedelta(days=pick + 1)
                )
            elif step == "later":
                first = utcnow() + timedelta(days=pick + 1)
                service.answer(one, service.invite(admin, room.id, one.username, "secretary", starts_at=first).id, True)
            elif step == "begin":
                accounts.begin_terms(utcnow() + timedelta(days=pick))
                with transaction() as inner:
                    roster.recount(inner, room.id)
            elif step == "take":
                grants = list(
                    session.scalars(sa.select(Grant.id).where(Grant.on_kind == "space", Grant.on_ref == str(room.id)))
                )
                if grants:
                    service.take_role(admin, room.id, grants[pick % len(grants)])
            else:
                service.end_terms(utcnow() + timedelta(days=pick))
        except PortalError:
            session.rollback()
        session.expire_all()
    recount(session, room)


def _at_once(jobs_):
    ready = threading.Barrier(len(jobs_))

    def run(job):
        with db.scope():
            ready.wait()
            with suppress(PortalError):
                job()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs_]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    db.Session().rollback()  # what was read before they ran is no longer true


def test_joining_twice_at_once_is_one_member(real_db):
    from tests import factories as make

    room, neighbours = make.make_space(SpaceKind.FORUM), [make.make_user() for _ in range(3)]
    for n in neighbours:
        list(n.grants)
    _at_once([lambda n=n: service.join(n, room.id) for n in neighbours for _ in range(3)])
    recount(db.Session(), room)
    assert db.Session().get(Space, room.id).member_count == 3
    _at_once([lambda n=n: service.leave(n, room.id) for n in neighbours for _ in range(2)])
    recount(db.Session(), room)
