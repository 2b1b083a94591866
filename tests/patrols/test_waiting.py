"""Who leads a team sees on the own page what waits for a confirmation."""

from portal.clock import utcnow
from portal.patrols.states import PatrolState
from portal.policy import Role


def test_the_lead_of_a_team_sees_what_waits(client, make, session, sql):
    team, lead = make.team(), make.user()
    make.grant(lead, Role.TEAM_LEAD, team=team)
    walked = make.patrol(team=team, state=PatrolState.SUBMITTED, submitted_at=utcnow(), lane="前海南沿")
    make.patrol(state=PatrolState.SUBMITTED, submitted_at=utcnow())  # of another team
    own = make.patrol(lead, team, state=PatrolState.SUBMITTED, submitted_at=utcnow())
    client.sign_in(lead)
    with sql() as seen:
        page = client.get("/en/me/").text
    assert len(seen) <= 12, len(seen)
    section = page.split("Patrols that wait for me")[1].split("</section>")[0]
    assert f"/patrols/{walked.id}" in section
    assert f"/patrols/{own.id}" not in section
    assert section.count("<li>") == 1
    client.sign_in(make.user())
    assert "Patrols that wait for me" not in client.get("/en/me/").text
