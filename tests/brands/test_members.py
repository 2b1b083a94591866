from datetime import timedelta
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa

from portal import clock, db, features
from portal.accounts.models import Grant, User
from portal.audit.models import Entry
from portal.brands import policy, service
from portal.brands.models import ApplicationState, Brand, BrandKind, Team, TeamApplication
from portal.errors import Conflict, Invalid, Refused
from portal.outbox.models import Message
from portal.outbox.service import deliver
from portal.policy import GUEST, Level, Role
from tests import factories


@pytest.fixture
def team(make):
    return make.team()


@pytest.fixture
def lead(make, team):
    user = make.user()
    make.grant(user, Role.TEAM_LEAD, team=team)
    return user


@pytest.fixture
def admin(make):
    return make.staff(Role.PLACE_ADMIN)


def counted(session, team):
    """(stored for the team, stored for the brand, recounted)"""
    session.expire_all()
    members = sa.select(sa.func.count(sa.distinct(Grant.user_id))).where(
        Grant.on_kind == "team", Grant.on_ref == str(team.id), Grant.revoked_at.is_(None)
    )
    return (
        session.get(Team, team.id).member_count,
        session.get(Brand, team.brand_id).member_count,
        session.scalar(members),
    )


def test_who_asks_becomes_a_member_when_the_lead_accepts(session, make, team, lead):
    walker = make.user()
    application = service.ask(walker, team.id, "住在前海，早上有空")
    assert not policy.is_member(walker, team)
    service.answer(lead, application.id, True)
    assert walker.has_role(Role.VOLUNTEER, team.scope)
    assert counted(session, team) == (2, 2, 2)
    actions = list(session.scalars(sa.select(Entry.action).order_by(Entry.seq)))
    assert actions == ["team.ask", "grant.give", "team.answer"]


def test_asking_twice_is_asking_once_and_answering_twice_is_answering_once(session, make, team, lead):
    walker = make.user()
    assert service.ask(walker, team.id).id == service.ask(walker, team.id).id
    ident = session.scalars(sa.select(TeamApplication.id)).one()
    service.answer(lead, ident, True)
    service.answer(lead, ident, True)
    with pytest.raises(Conflict):
        service.answer(lead, ident, False)
    assert counted(session, team)[2] == 2


def test_an_invited_person_becomes_a_member_only_by_accepting(session, make, team, lead):
    walker = make.user()
    invitation = service.invite(lead, team.id, f" {walker.username.upper()} ")
    assert counted(session, team)[2] == 1
    with pytest.raises(Refused):
        service.answer(lead, invitation.id, True)
    service.answer(walker, invitation.id, True)
    assert counted(session, team) == (2, 2, 2)


def test_an_invitation_meets_a_question_and_both_sides_have_said_yes(session, make, team, lead):
    walker, other = make.user(), make.user()
    service.ask(walker, team.id)
    assert service.invite(lead, team.id, walker.username).state is ApplicationState.ACCEPTED
    service.invite(lead, team.id, other.username)
    assert service.ask(other, team.id).state is ApplicationState.ACCEPTED


def test_nobody_enrols_as_a_lane_chief(session, make):
    team = make.team(make.brand(kind=BrandKind.CADRE))
    with pytest.raises(Refused):
        service.ask(make.user(), team.id)


@pytest.mark.parametrize("level", [Level.VISITOR, Level.PHONE])
def test_volunteers_have_confirmed_their_real_name(session, make, team, level):
    assert policy.why_not_join(make.user(level=level), team, team_brand(session, team)).remedy == "accounts.verify"


def test_a_guest_is_asked_to_sign_in(session, team):
    assert policy.why_not_join(GUEST, team, team_brand(session, team)).remedy == "accounts.sign_in"


def team_brand(session, team):
    return session.get(Brand, team.brand_id)


def test_the_lead_of_another_team_answers_nothing_here(session, make, team):
    stranger = make.user()
    make.grant(stranger, Role.TEAM_LEAD, team=make.team())
    application = service.ask(make.user(), team.id)
    for act in (lambda: service.answer(stranger, application.id, True), lambda: service.invite(stranger, team.id, "x"),
                lambda: service.remove(stranger, team.id, 1)):  # fmt: skip
        with pytest.raises(Refused):
            act()


def test_leaving_and_being_let_go_are_counted(session, make, team, lead):
    walkers = [make.user(), make.user()]
    for walker in walkers:
        service.answer(walker, service.invite(lead, team.id, walker.username).id, True)
    service.leave(walkers[0], team.id)
    service.remove(lead, team.id, walkers[1].id)
    assert counted(session, team) == (1, 1, 1)
    with pytest.raises(Refused):
        service.leave(walkers[0], team.id)


def test_the_only_lead_stays_until_another_one_is_named(session, make, team, lead, admin):
    with pytest.raises(Refused, match="name another first"):
        service.leave(lead, team.id)
    service.appoint(admin, team.id, make.user().username)
    service.leave(lead, team.id)
    assert counted(session, team) == (1, 1, 1)


def test_the_only_lead_of_a_closed_team_may_go(session, team, lead):
    team.closed_at = clock.utcnow()
    session.commit()
    service.leave(lead, team.id)
    assert counted(session, team) == (0, 0, 0)


def test_whoever_leaves_or_is_let_go_is_asked_about_once_more(client, make, team, lead):
    here, walker = f"/en/teams/{team.id}", make.user()
    make.grant(walker, Role.VOLUNTEER, team=team)
    page = client.sign_in(lead).get(here).text
    assert "You are the only lead of this team" in page
    assert f'href="{here}/members/{walker.id}/removals"' in page
    assert walker.display_name in client.get(f"{here}/members/{walker.id}/removals").text
    assert client.get(f"{here}/members/{lead.id}/removals").status_code == 403
    assert client.get(f"{here}/members/{make.user().id}/removals").status_code == 404
    assert "Leave this team?" in client.sign_in(walker).get(f"{here}/departures").text
    assert walker.has_role(Role.VOLUNTEER, team.scope)
    assert client.post(f"{here}/departures").status_code == 302


def test_the_administrator_appoints_and_relieves_leads_never_himself(session, make, team, admin):
    walker = make.user()
    service.appoint(admin, team.id, walker.username)
    assert walker.has_role(Role.TEAM_LEAD, team.scope)
    with pytest.raises(Refused):
        service.remove(walker, team.id, walker.id)
    service.relieve(admin, team.id, walker.id)
    assert walker.has_role(Role.VOLUNTEER, team.scope)
    assert not walker.has_role(Role.TEAM_LEAD, team.scope)
    assert counted(session, team) == (1, 1, 1)
    with pytest.raises(Refused):
        service.appoint(admin, team.id, admin.username)


def test_a_role_given_at_the_staff_desk_is_counted_when_its_event_arrives(session, make, team, admin):
    from portal.accounts import service as accounts

    features.load_handlers()
    walker = make.user()
    accounts.grant(admin, walker.id, Role.VOLUNTEER, "team", str(team.id))
    deliver(list(session.scalars(sa.select(Message.id))))
    deliver(list(session.scalars(sa.select(Message.id))))
    assert counted(session, team) == (1, 1, 1)


def test_a_volunteer_who_begins_later_is_counted_on_his_first_day(session, make, team, admin):
    from portal.accounts import service as accounts

    features.load_handlers()
    walker, first = make.user(), clock.utcnow() + timedelta(days=2)
    accounts.grant(admin, walker.id, Role.VOLUNTEER, "team", str(team.id), starts_at=first)
    for days, members in ((0, 0), (3, 1)):
        with clock.travel(days=days):
            accounts.begin_terms(clock.utcnow())
            deliver(list(session.scalars(sa.select(Message.id))))
            session.expire_all()
            assert team.member_count == members


def test_only_the_administrator_of_the_street_sets_up_a_team_and_a_form_sent_twice_is_one(session, make, admin):
    brand, lead = make.brand(), make.user()
    given = {
        "brand_id": brand.id,
        "place_code": factories.STREET,
        "name": "前海晨巡队",
        "lead": lead.username,
        "client_key": "k1",
    }
    with pytest.raises(Refused):
        service.create_team(make.user(), **given)
    team = service.create_team(admin, **given)
    assert service.create_team(admin, **given).id == team.id
    session.expire_all()
    assert (brand.team_count, brand.member_count, team.member_count) == (1, 1, 1)
    service.close_team(admin, team.id)
    service.close_team(admin, team.id)
    session.expire_all()
    assert brand.team_count == 0


def test_a_brand_of_another_district_has_no_team_here(session, make, admin):
    from portal.places.models import Place, PlaceLevel

    make.places()
    factories.save(Place(code="110105", parent_code="11", level=PlaceLevel.DISTRICT, name="朝阳区"))
    with pytest.raises(Invalid):
        service.create_team(
            admin, brand_id=make.brand(place_code="110105").id, place_code=factories.STREET, name="不该有的队"
        )


def test_ten_people_joining_at_once_are_counted_right(real_db):
    factories.make_places()
    brand = factories.make_brand()
    teams = [factories.make_team(brand).id, factories.make_team(brand).id]
    leads, asked = [], []
    for team_id in teams:
        lead = factories.make_user()
        factories.make_grant(lead, Role.TEAM_LEAD, team=team_id)
        leads.append(lead.id)
        asked += [(lead.id, service.ask(factories.make_user(), team_id).id) for _ in range(5)]
    brand_id, gate, failed = brand.id, Barrier(10, timeout=20), []

    def accept(lead_id, ident):
        with db.scope():
            lead = db.Session().get(User, lead_id, options=[sa.orm.joinedload(User.grants)])
            db.Session().commit()
            gate.wait()
            try:
                service.answer(lead, ident, True)
            except Exception as problem:  # noqa: BLE001
                failed.append(problem)

    threads = [Thread(target=accept, args=pair) for pair in asked]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert not failed
    with db.scope():
        session = db.Session()
        assert [session.get(Team, t).member_count for t in teams] == [6, 6]
        assert session.get(Brand, brand_id).member_count == 12


def test_two_equal_forms_sent_at_once_are_one_team(real_db):
    factories.make_places()
    brand, admins = factories.make_brand(), [factories.make_staff(Role.PLACE_ADMIN) for _ in range(4)]
    brand_id, made, failed, gate = brand.id, [], [], Barrier(4, timeout=20)

    def create(admin_id):
        with db.scope():
            admin = db.Session().get(User, admin_id, options=[sa.orm.joinedload(User.grants)])
            db.Session().commit()
            gate.wait()
            try:
                made.append(
                    service.create_team(
                        admin, brand_id=brand_id, place_code=factories.STREET, name="什刹海一队", client_key="k" * 24
                    ).id
                )
            except Exception as problem:  # noqa: BLE001
                failed.append(problem)

    threads = [Thread(target=create, args=(a.id,)) for a in admins]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert not failed
    assert len(made) == 4
    assert len(set(made)) == 1
    with db.scope():
        assert db.Session().get(Brand, brand_id).team_count == 1


def test_an_invitation_to_a_team_stands_on_ones_own_page(session, make, team, lead, client):
    walker = make.user()
    service.invite(lead, team.id, walker.username)
    client.sign_in(walker)
    page = client.get("/en/me/").text
    assert "You are invited" in page
    assert f'href="/en/teams/{team.id}"' in page
    other = make.user()
    service.ask(other, team.id)
    client.sign_in(other)
    assert "You are invited" not in client.get("/en/me/").text


def test_a_team_is_closed_after_one_more_look_by_who_may(client, make):
    team = make.team(name="前海队")
    admin = make.staff(Role.PLACE_ADMIN)
    page = client.sign_in(admin).get(f"/teams/{team.id}/closures")
    assert page.status_code == 200 and "前海队" in page.text and "不能重新打开" in page.text
    assert db.Session().get(Team, team.id).closed_at is None
    assert client.sign_in(make.user()).get(f"/teams/{team.id}/closures").status_code == 403
    assert client.sign_in(admin).post(f"/teams/{team.id}/closures").status_code == 302
    assert db.Session().get(Team, team.id, populate_existing=True).closed_at
    assert client.get(f"/teams/{team.id}/closures").status_code == 403
