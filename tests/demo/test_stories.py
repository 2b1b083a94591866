"""The demo's stories are told by the portal's own services."""

import os
import subprocess
import sys
from datetime import datetime, time, timedelta
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from portal import audit, clock, db, links
from portal.accounts.models import Grant, User
from portal.cases.models import Case
from portal.cases.states import CaseState
from portal.config import SettingsError
from portal.demo import accounts, cases, content
from portal.demo.cast import QIANHAI, SHICHAHAI
from portal.patrols.models import Finding, Outcome
from portal.places.models import Place, PlaceLevel
from portal.policy import SYSTEM, Level, Role
from portal.proposals.states import ProposalState
from tests import factories
from tests.factories import DISTRICT, make_category, make_grant, make_staff, make_team, make_unit, make_user, save


@pytest.fixture
def cast(session):
    factories.make_places()
    save(Place(code=SHICHAHAI, parent_code=DISTRICT, level=PlaceLevel.STREET, name="什刹海街道"))
    save(Place(code=QIANHAI, parent_code=SHICHAHAI, level=PlaceLevel.COMMUNITY, name="前海社区"))
    team, unit = make_team(place_code=SHICHAHAI), make_unit(trade="SAN", place_code=SHICHAHAI)
    volunteer, lead = make_user(level=Level.RESIDENT, home=QIANHAI), make_user(home=QIANHAI)
    make_grant(volunteer, Role.VOLUNTEER, team=team)
    make_grant(lead, Role.TEAM_LEAD, team=team)
    people = SimpleNamespace(
        volunteer=volunteer, teamlead=lead, teams={"aunties": team}, units={"SAN": unit}, categories={"clutter_piled": make_category()},
        acceptor=make_staff(Role.ACCEPTOR, place=SHICHAHAI), inspector=make_staff(Role.INSPECTOR, place=SHICHAHAI),
        dispatcher=make_staff(Role.DISPATCHER, Role.SHIFT_SUPERVISOR, place=SHICHAHAI), officer=make_staff(Role.UNIT_OFFICER, unit=unit),
    )  # fmt: skip
    session.execute(sa.update(Grant).values(starts_at=clock.utcnow() - timedelta(days=90)))
    session.commit()
    for user in session.scalars(sa.select(User)):
        session.refresh(user, ["grants"])
        for grant in user.grants:
            session.refresh(grant)
    return people


def test_the_finding_of_the_closed_case_is_not_left_open(session, cast):
    content.tell([cases.fixed_litter(cast)], clock.utcnow(), lambda what: None)
    session.expire_all()
    finding, case = session.scalars(sa.select(Finding)).one(), session.scalars(sa.select(Case)).one()
    assert finding.outcome is Outcome.REPORTED
    assert case.state in (CaseState.CLOSED, CaseState.EVALUATED)
    assert links.linked(session, "case", case.id)[0] == [("finding", finding.id)]


@pytest.mark.parametrize("hour", range(24))
def test_at_whatever_hour_they_are_told_the_stories_happen_by_day_and_in_their_order(hour):
    now = datetime.combine(clock.today(), time(hour), clock.BEIJING)
    days = [80, 36, 35.9, 12.5, 12, 1.2, 0.7, 0.15, 0.03, 0]
    moments = [content.moment_of(n, now) for n in days]
    assert moments == sorted(moments)
    assert moments[-1] == now
    assert all(time(8, 30) <= m.astimezone(clock.BEIJING).time() < time(19, 30) for m in moments[:7])


@pytest.fixture
def portal(tmp_path):
    """The command in demo mode, on a data directory of its own."""
    environment = os.environ | {"PORTAL_DATA_DIR": str(tmp_path), "PORTAL_DATABASE_URL": "", "PORTAL_DEMO": "1"}

    def run(*words):
        command = [sys.executable, "-c", "from portal.cli import main; main()", *words]
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=240, check=False)

    return run


# What stands when all is told: every state in which something waits for somebody, and every way in which a matter may end.
STANDING = {
    "proposals.state": {str(state) for state in ProposalState},
    "proposals.accepted_how": {"case", "street_task", "self_handling", "convention"},
    "cases.state": {"reported", "accepted", "verifying", "filed", "dispatched", "in_handling", "returned", "extension_requested", "suspended",
                    "handled", "inspecting", "rework", "closed"},
    "ballots.state": {"announced", "open"},
    "patrols.state": {"submitted", "returned", "confirmed"},
    "findings.outcome": {"open", "on_the_spot", "reported"},
    "comments.state": {"published", "waiting"},
    "reports.state": {"reported", "hidden"},
    "verifications.state": {"waiting"},
}  # fmt: skip


@pytest.mark.slow
def test_something_stands_at_every_state_when_all_is_told(portal, tmp_path):
    for words in (
        ("db", "upgrade"),
        *(("load", what) for what in ("places", "categories", "brands")),
        ("demo", "load"),
    ):
        said = portal(*words)
        assert said.returncode == 0, said.stderr
    engine = db.make_engine(f"sqlite:///{tmp_path / 'portal.sqlite'}")
    with engine.connect() as connection:
        for column, wanted in STANDING.items():
            table, name = column.split(".")
            standing = set(connection.scalars(sa.text(f"SELECT DISTINCT {name} FROM {table}")))
            assert wanted <= standing, column
    engine.dispose()
    for words in (("ledger", "verify"), ("proposals", "recount"), ("doctor",)):
        assert portal(*words).returncode == 0, words


def test_loading_the_demo_into_an_empty_database_ends_with_a_sentence(portal):
    assert portal("db", "upgrade").returncode == 0
    said = portal("demo", "load")
    assert said.returncode == 1
    assert "portal load places" in said.stderr
    assert "Traceback" not in said.stderr


def test_what_was_interrupted_is_not_taken_for_the_whole(session):
    make_user(username="resident")
    with pytest.raises(content.HalfTold):
        content.load()
    with db.transaction() as open_:
        audit.record(open_, SYSTEM, "demo.told", content.TOLD)
    assert content.load() is False


def test_what_holds_demo_accounts_opens_in_demo_mode_only(real_db):
    accounts.refuse_outside_demo(real_db)
    somebody = make_user(username="admin")  # the name alone says nothing
    accounts.refuse_outside_demo(real_db)
    with db.transaction() as session:
        audit.record(session, SYSTEM, "user.demo", ("user", somebody.id))
    with pytest.raises(SettingsError, match="Set PORTAL_DEMO=1"):
        accounts.refuse_outside_demo(real_db)
