"""Verification, roles, invitations."""

from portal import clock, links
from portal.accounts.events import GrantChanged, VerificationAsked, VerificationDecided
from portal.accounts.models import Grant, Verification
from portal.brands.events import ApplicationMoved
from portal.brands.models import ApplicationKind, ApplicationState, Team
from portal.brands.policy import LEADS
from portal.notifications import audience
from portal.notifications.service import notify, settle
from portal.outbox import on
from portal.places.models import Place
from portal.policy import Role
from portal.spaces.events import Asked, Invited
from portal.spaces.models import Invitation, Space
from portal.spaces.policy import HOSTS, RULERS
from portal.text.clean import excerpt
from portal.units.models import Unit

DESK = (Role.MODERATOR, Role.PLACE_ADMIN)


@on(VerificationAsked)
def tell_the_desk(session, event) -> None:
    """A task for the desk of that place and of the places above it. No name: that is for the desk's own page."""
    place = session.get(Place, event.place_code)
    params = {"title": place.name if place else ""}
    key = f"verification/{event.verification_id}/asked"
    asked = session.get(Verification, event.verification_id)
    desk = audience.without(audience.holders(DESK, place=event.place_code), asked.user_id if asked else None)
    notify(session, desk, "verification.asked", params, "/staff/residents", key, is_task=True)


@on(VerificationDecided)
def tell_the_applicant(session, event) -> None:
    asked = session.get(Verification, event.verification_id)
    if asked is not None:
        settle(session, audience.holders(DESK, place=asked.place_code), f"verification/{event.verification_id}/asked")
    place = session.get(Place, asked.place_code) if asked else None
    params = {"title": place.name if place else "", "reason": excerpt(asked.reason if asked else "", 300)}
    kind = f"verification.{event.state}"
    task = event.state == "needs_more"
    key = f"verification/{event.verification_id}/{event.state}"
    notify(session, event.user_id, kind, params, "/verify" if task else "/me/", key, is_task=task)


@on(GrantChanged)
def tell_of_a_role(session, event) -> None:
    grant = session.get(Grant, event.grant_id)
    if grant is None:
        return
    name, url = _on_what(session, grant)
    params = {"title": name, "role": str(grant.role), "as": grant.title}
    key = f"grant/{grant.id}/{'given' if event.given else 'taken'}"
    if event.given and grant.starts_at > clock.utcnow():
        day = grant.starts_at.isoformat()
        notify(session, event.user_id, "role.to_come", params | {"day": day}, url, f"{key}/from/{day}")
    else:
        notify(session, event.user_id, "role.given" if event.given else "role.taken", params, url, key)


@on(Invited)
def tell_the_invited(session, event) -> None:
    space = session.get(Space, event.space_id)
    invitation = session.get(Invitation, event.invitation_id)
    if space is None or invitation is None or invitation.answered_at is not None:
        return
    params = {"title": space.name, "role": invitation.role, "as": invitation.title}
    later = invitation.starts_at is not None and invitation.starts_at > clock.utcnow()
    if later:
        params["day"] = invitation.starts_at.isoformat()
    notify(
        session,
        event.user_id,
        "space.invited_later" if later else "space.invited",
        params,
        f"/invitations/{invitation.id}",
        f"invitation/{invitation.id}",
        is_task=True,
    )


@on(Asked)
def tell_who_lets_in(session, event) -> None:
    """Somebody would like to join a space: a task for those who keep its roster."""
    space, wish = session.get(Space, event.space_id), session.get(Invitation, event.invitation_id)
    if space is None or wish is None or wish.answered_at is not None:
        return
    keepers = audience.holders(RULERS | HOSTS, place=space.place_code, space=space.id)
    people = audience.without(keepers, event.user_id)
    url, key = f"/invitations/{wish.id}", f"invitation/{wish.id}/asked"
    notify(session, people, "space.asked", {"title": space.name}, url, key, is_task=True)


@on(ApplicationMoved)
def tell_of_an_application(session, event) -> None:
    """Joining a team: whoever has to answer is asked, whoever waits hears the answer."""
    team = session.get(Team, event.team_id)
    if team is None:
        return
    params, key = {"title": team.name}, f"application/{event.application_id}/{event.state}"
    asked_by_person = event.kind == ApplicationKind.ASK
    leads = audience.without(audience.holders(LEADS, place=team.place_code, team=team.id), event.user_id)
    url = f"/teams/{team.id}"
    if event.state == ApplicationState.WAITING:
        whom = leads if asked_by_person else event.user_id
        notify(session, whom, f"team.{event.kind}", params, url, key, is_task=True)
        return
    for whom in (leads, event.user_id):
        settle(session, whom, f"application/{event.application_id}/waiting")
    if event.state in (ApplicationState.ACCEPTED, ApplicationState.DECLINED):
        if asked_by_person:
            notify(session, event.user_id, f"team.{event.state}", params, url, key)
        else:
            notify(session, leads, f"team.invitation_{event.state}", params, url, key)


def _on_what(session, grant: Grant) -> tuple[str, str]:
    """The name and page of what a role is on."""
    if grant.on_kind == "place":
        place = session.get(Place, grant.on_ref)
        return (place.name if place else grant.on_ref), f"/places/{grant.on_ref}"
    if grant.on_kind == "unit":
        unit = session.get(Unit, int(grant.on_ref))
        return (unit.name if unit else ""), "/staff/"
    found = links.describe(session, [(grant.on_kind, int(grant.on_ref))])
    subject = next(iter(found.values()), None)
    return (subject.title, subject.url) if subject else ("", "/me/")
