"""Everybody with a role finds the way to where he works, and nobody is led before a shut door."""

import re

import pytest

from portal.policy import Role


def desk_link(page: str) -> str | None:
    found = re.search(r'<a class="tool hide-phone" href="([^"]+)"><svg[^>]*><use href="[^"]*#i-inboxes"', page)
    return found.group(1) if found else None


@pytest.mark.parametrize("role", [Role.CHAIR, Role.SECRETARY, Role.HOST])
def test_who_has_a_role_in_a_room_only_gets_to_the_desk_of_proposals(client, make, session, role):
    room, chair = make.space(), make.user()
    make.grant(chair, role, space=room)
    proposal = make.proposal(space=room, state="deliberating")
    client.sign_in(chair)
    assert desk_link(client.get("/en/").text) == "/en/staff/proposals"
    assert f'href="/en/staff/proposals/{proposal.id}"' in client.get(f"/en/proposals/{proposal.id}").text
    desk = client.get("/en/staff/proposals")
    assert desk.status_code == 200
    logo = re.search(r'class="brandmark" href="([^"]+)"', desk.text).group(1)
    assert client.get(logo).status_code == 200
    assert "/en/staff/proposals" in client.get("/en/me/").text.split("My roles")[1]


def test_staff_start_with_what_waits_and_team_leads_with_their_team(client, make, session):
    team, lead, neighbour = make.team(), make.user(), make.user()
    make.grant(lead, Role.TEAM_LEAD, team=team)
    wanted = (
        (make.staff(Role.MODERATOR), "/staff/"),
        (make.staff(Role.INSPECTOR), "/staff/"),
        (lead, f"/teams/{team.id}"),
        (neighbour, None),
    )
    for who, url in wanted:
        assert desk_link(client.sign_in(who).get("/proposals/").text) == url
        if url:
            assert client.get(url).status_code == 200
