"""Becoming a confirmed resident, and moving away."""

import threading

import pytest
import sqlalchemy as sa

from portal import audit, db, outbox
from portal.accounts import queries, service
from portal.accounts.models import User, Verification, VerificationState
from portal.errors import Conflict, Invalid, Refused
from portal.places import counts
from portal.policy import Level, Role
from tests import factories
from tests.factories import COMMUNITY, OTHER_COMMUNITY, STREET

GIVEN = {"evidence": "lease", "household": "3-2-501", "building": "3 号楼"}


def wish(make, user=None, place=COMMUNITY):
    return service.ask(user or make.user(level=1, home=None), place, "王小明", building="3 号楼")


def events(session):
    return session.scalars(sa.select(outbox.Message.event).order_by(outbox.Message.id)).all()


def test_the_desk_confirms_a_resident(session, make):
    person, clerk = make.user(level=1, home=None), make.staff()
    asked = wish(make, person)
    assert [w.id for w in queries.waiting_wishes(clerk)] == [asked.id]
    assert session.scalar(sa.select(queries.how_many_wait(clerk))) == 1

    service.decide(clerk, asked.id, "approve", **GIVEN)

    session.refresh(person)
    assert (person.level, person.home_code, person.real_name, person.building) == (3, COMMUNITY, "王小明", "3 号楼")
    assert person.household == f"{COMMUNITY}:3-2-501"
    assert person.resident_since is not None
    assert person.lives_in(STREET)
    assert queries.resident_count(COMMUNITY) == queries.resident_count("11") == 1
    assert events(session) == ["verification.asked", "verification.decided"]
    details = session.scalars(sa.select(audit.Entry.details)).all()
    assert not any("王" in str(d) or "501" in str(d) for d in details)


def test_a_real_name_alone_makes_level_two_and_no_resident(session, make):
    person, clerk = make.user(level=1, home=None), make.staff()
    service.decide(clerk, wish(make, person).id, "approve", level=Level.REAL_NAME, evidence="id_card")
    session.refresh(person)
    assert (person.level, person.household, person.resident_since) == (2, None, None)
    assert queries.resident_count(COMMUNITY) == 0


def test_what_is_missing_is_asked_for_and_sent_again(session, make):
    person, clerk = make.user(level=1, home=None), make.staff()
    asked = wish(make, person)
    with pytest.raises(Invalid):
        service.decide(clerk, asked.id, "ask_more")
    service.decide(clerk, asked.id, "ask_more", reason="请带租房合同。")
    assert asked.state is VerificationState.NEEDS_MORE
    again = service.ask(person, COMMUNITY, "王小明", building="4 号楼")
    assert (again.id, again.state, again.building) == (asked.id, VerificationState.WAITING, "4 号楼")


def test_after_a_rejection_one_may_ask_anew(session, make):
    person, clerk = make.user(level=1, home=None), make.staff()
    first = wish(make, person)
    service.decide(clerk, first.id, "reject", reason="不住在本社区。")
    second = wish(make, person, OTHER_COMMUNITY)
    assert second.id != first.id
    assert queries.newest_wish(person.id).id == second.id


def test_a_withdrawn_wish_forgets_what_was_written(session, make):
    person = make.user(level=1, home=None)
    asked = wish(make, person)
    service.withdraw(person)
    service.withdraw(person)
    session.refresh(asked)
    assert (asked.state, asked.real_name, asked.building) == (VerificationState.WITHDRAWN, "", "")


def test_a_known_paper_is_needed(session, make):
    clerk, asked = make.staff(), wish(make)
    for given in (GIVEN | {"evidence": ""}, GIVEN | {"evidence": "photo"}):
        with pytest.raises(Invalid) as refused:
            service.decide(clerk, asked.id, "approve", **given)
        assert refused.value.field == "evidence"
    session.refresh(asked)
    assert asked.state is VerificationState.WAITING


def test_who_has_no_number_at_the_door_is_a_resident_too(session, make):
    person, clerk = make.user(level=1, home=None), make.staff()
    service.decide(clerk, wish(make, person).id, "approve", **GIVEN | {"household": " "})
    session.refresh(person)
    assert (person.level, person.household) == (3, None)
    for household, kept in (("3-2-501", f"{COMMUNITY}:3-2-501"), ("", f"{COMMUNITY}:3-2-501")):
        given = GIVEN | {"household": household}
        service.confirm_at_window(clerk, person.id, COMMUNITY, Level.RESIDENT, real_name="王小明", **given)
        session.refresh(person)
        assert person.household == kept
    service.confirm_at_window(
        clerk, person.id, OTHER_COMMUNITY, Level.RESIDENT, real_name="王小明", **GIVEN | {"household": ""}
    )
    session.refresh(person)
    assert person.household is None


@pytest.mark.parametrize("end", ["approve", "reject", "withdraw", "window"])
def test_a_wish_that_is_over_keeps_nothing_of_what_was_written(session, make, end):
    person, clerk = make.user(level=1, home=None), make.staff()
    asked = service.ask(person, COMMUNITY, "王小明", building="3 号楼", household="3-2-501", note="我是租客")
    if end == "withdraw":
        service.withdraw(person)
    elif end == "window":
        service.confirm_at_window(clerk, person.id, COMMUNITY, Level.RESIDENT, real_name="王小明", **GIVEN)
    else:
        service.decide(clerk, asked.id, end, reason="不住在本社区。" if end == "reject" else "", **GIVEN)
    session.refresh(asked)
    assert (asked.real_name, asked.building, asked.household, asked.note) == ("", "", "", "")
    if end in ("approve", "window"):
        assert (asked.state, asked.evidence, asked.wanted_level) == (VerificationState.APPROVED, "lease", 3)
        assert asked.decided_at is not None
    actions = session.scalars(sa.select(audit.Entry.action).where(audit.Entry.subject_kind == "verification")).all()
    assert actions == ["verification.ask", f"verification.{'approve' if end == 'window' else end}"]


def test_nobody_confirms_himself_and_no_other_street_sees_it(session, make):
    asked = wish(make)
    himself = make.staff(level=1, home=None)
    own = wish(make, himself)
    elsewhere = make.staff(place="110101001")
    for clerk, what in ((himself, own), (elsewhere, asked), (make.user(), asked), (make.staff(Role.DISPATCHER), asked)):
        with pytest.raises(Refused):
            service.decide(clerk, what.id, "approve", **GIVEN)
    assert queries.waiting_wishes(elsewhere) == []


def test_a_decided_wish_is_not_decided_again(session, make):
    asked = wish(make)
    service.decide(make.staff(), asked.id, "approve", **GIVEN)
    with pytest.raises(Conflict):
        service.decide(make.staff(), asked.id, "reject", reason="x")


@pytest.mark.parametrize("place", ["", "x", STREET, "9" * 12])
def test_only_a_community_can_be_asked_for(session, make, place):
    with pytest.raises(Invalid):
        wish(make, place=place)


def test_the_window_confirms_at_once_and_answers_an_open_wish(session, make):
    person, clerk = make.user(level=0, home=None), make.staff()
    asked = wish(make, person)
    service.confirm_at_window(clerk, person.id, COMMUNITY, Level.RESIDENT, real_name="王小明", **GIVEN)
    session.refresh(asked)
    session.refresh(person)
    assert (person.level, asked.state) == (3, VerificationState.APPROVED)
    for who, whom in ((clerk, clerk), (make.staff(place="110101001"), person)):
        with pytest.raises(Refused):
            service.confirm_at_window(who, whom.id, COMMUNITY, Level.RESIDENT, real_name="王小明", **GIVEN)


def test_moving_house_moves_the_count_and_moving_away_ends_it(session, make):
    person, clerk = make.user(level=1, home=None), make.staff()
    service.decide(clerk, wish(make, person).id, "approve", **GIVEN)
    service.decide(clerk, wish(make, person, OTHER_COMMUNITY).id, "approve", **GIVEN)
    assert [queries.resident_count(c) for c in (COMMUNITY, OTHER_COMMUNITY, STREET)] == [0, 1, 1]

    service.moved_away(person, person.id)
    session.refresh(person)
    assert (person.level, person.home_code, person.household) == (2, None, None)
    assert counts.totals(session, "resident", STREET).by_state == {}
    with pytest.raises(Refused):
        service.moved_away(make.user(), make.user().id)


def test_two_colleagues_decide_at_once_and_one_is_told(real_db):
    factories.make_places()
    person, clerks = factories.make_user(level=1, home=None), [factories.make_staff(), factories.make_staff()]
    asked = service.ask(person, COMMUNITY, "王小明", building="3 号楼")
    out, gate = [], threading.Barrier(2)

    def run(clerk):
        with db.scope():
            gate.wait()
            try:
                out.append(service.decide(clerk, asked.id, "approve", **GIVEN))
            except Conflict as problem:
                out.append(problem)

    threads = [threading.Thread(target=run, args=(clerk,)) for clerk in clerks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(type(o).__name__ for o in out) == ["Conflict", "Verification"]
    assert queries.resident_count(COMMUNITY) == 1


def test_asking_twice_at_once_is_one_wish(real_db):
    person = factories.make_user(level=1, home=None)
    gate = threading.Barrier(3)

    def run():
        with db.scope():
            gate.wait()
            service.ask(person, COMMUNITY, "王小明", building="3 号楼")

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert db.Session().scalar(sa.select(sa.func.count()).select_from(Verification)) == 1
    assert db.Session().get(User, person.id).level == 1
