"""From a finding to a case or a proposal, and back again by the link."""

import sqlalchemy as sa

from portal.cases import service as cases
from portal.links import Link
from portal.patrols import service as patrols
from portal.patrols.models import Finding, Outcome
from portal.policy import Role
from tests.patrols.test_pages import handed_in


def ready(make):
    team, walker = make.team(), make.user()
    make.grant(walker, Role.VOLUNTEER, team=team)
    make.category(identifier="road_damage")
    return team, walker


def test_a_finding_becomes_a_case_in_one_press_and_the_patrol_shows_it(session, client, make):
    team, walker = ready(make)
    patrol = handed_in(walker, team)
    finding = session.scalars(sa.select(Finding)).one()
    client.sign_in(walker)
    answer = client.post(f"/en/findings/{finding.id}/cases")
    assert answer.status_code in (302, 303), answer.text
    session.expire_all()
    assert finding.outcome is Outcome.REPORTED
    page = client.get(f"/en/patrols/{patrol.id}").text
    assert "/en/cases/" in page
    assert f"/findings/{finding.id}/cases" not in page


def test_a_finding_becomes_a_draft_of_a_proposal_in_one_press(session, client, make):
    team, walker = ready(make)
    make.space()
    patrol = handed_in(walker, team)
    finding = session.scalars(sa.select(Finding)).one()
    client.sign_in(walker)
    answer = client.post(f"/en/findings/{finding.id}/proposals")
    assert answer.status_code in (302, 303), answer.text
    session.expire_all()
    assert finding.outcome is Outcome.PROPOSED
    assert "/en/proposals/" in client.get(f"/en/patrols/{patrol.id}").text


def test_nobody_else_leads_a_finding_on(session, client, make):
    team, walker = ready(make)
    handed_in(walker, team)
    ident = session.scalars(sa.select(Finding.id)).one()
    client.sign_in(make.user())
    for door in ("cases", "proposals"):
        client.post(f"/findings/{ident}/{door}")  # refused, or led back with the reason
    assert session.scalars(sa.select(Finding.outcome)).one() is Outcome.OPEN
    assert session.scalars(sa.select(Link)).all() == []


def test_the_volunteer_is_not_named_to_the_public_beside_what_became_of_a_finding(session, client, make):
    team, walker = ready(make)
    walker.display_name = "不愿留名的红袖标"
    session.commit()
    lead = make.user()
    make.grant(lead, Role.TEAM_LEAD, team=team)
    patrol = handed_in(walker, team)
    patrols.move(lead, patrol.id, "confirm")
    case = cases.from_finding(walker, session.scalars(sa.select(Finding.id)).one())
    for page in (f"/patrols/{patrol.id}", f"/cases/{case.number}", "/patrols/", f"/teams/{team.id}"):
        answer = client.get(page)
        assert answer.status_code == 200, page
        assert walker.display_name not in answer.text, page
