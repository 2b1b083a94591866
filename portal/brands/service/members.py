"""Joining and leaving a team. The roster is the grants on it; each member holds exactly one of volunteer and team_lead."""

import sqlalchemy as sa

from portal import audit, clock, db, outbox
from portal.accounts import queries as people
from portal.accounts import service as accounts
from portal.accounts.models import Grant, User
from portal.brands import policy
from portal.brands.events import ApplicationMoved
from portal.brands.models import ApplicationKind, ApplicationState, Brand, Team, TeamApplication
from portal.db import transaction
from portal.errors import Conflict, Invalid, Refused
from portal.policy import Level, Role, require
from portal.text.clean import one_line
from portal.text.lazy import _l

K, S = ApplicationKind, ApplicationState


def ask(actor, team_id: int, note: str = "") -> TeamApplication | None:
    """Ask to join. Who was invited joins at once; asking twice is asking once."""
    with transaction() as session:
        team = db.locked(session, Team, team_id)
        require(policy.why_not_join(actor, team, session.get_one(Brand, team.brand_id)))
        waiting = _waiting(session, team.id, actor.id)
        if waiting and waiting.kind is K.INVITE:
            return _accept(session, actor, team, waiting)
        return waiting or _apply(session, actor, team, actor.id, K.ASK, note)


def invite(actor, team_id: int, username: str) -> TeamApplication:
    """Invite somebody by user name. Who asked already is accepted at once; inviting twice is inviting once."""
    with transaction() as session:
        team = db.locked(session, Team, team_id)
        require(policy.why_not_manage(actor, team))
        other = person(session, username)
        if other.id == actor.id:
            raise Invalid(_l("You cannot invite yourself."))
        if _grants(session, team, other.id):
            raise Invalid(_l("%(name)s is a member already.", name=other.display_name))
        if other.level < Level.REAL_NAME:
            raise Invalid(_l("%(name)s has not confirmed a real name yet.", name=other.display_name))
        waiting = _waiting(session, team.id, other.id)
        if waiting and waiting.kind is K.ASK:
            return _accept(session, actor, team, waiting)
        return waiting or _apply(session, actor, team, other.id, K.INVITE, "")


def answer(actor, application_id: int, accept: bool) -> TeamApplication:
    """Say yes or no to who asks (a lead) or to an invitation (the invited)."""
    with transaction() as session:
        team, application = _load(session, application_id)
        require(policy.why_not_answer(actor, application, team))
        wanted = S.ACCEPTED if accept else S.DECLINED
        if application.state is wanted:
            return application
        _still_waiting(application)
        if accept:
            return _accept(session, actor, team, application)
        return _decide(session, actor, application, S.DECLINED)


def withdraw(actor, application_id: int) -> TeamApplication:
    """Take back a wish to join, or an invitation."""
    with transaction() as session:
        team, application = _load(session, application_id)
        require(policy.why_not_withdraw(actor, application, team))
        if application.state is S.WITHDRAWN:
            return application
        _still_waiting(application)
        return _decide(session, actor, application, S.WITHDRAWN)


def leave(actor, team_id: int) -> None:
    """Leave a team. What was patrolled stays on record. The only lead names another one first."""
    with transaction() as session:
        team = db.locked(session, Team, team_id)
        require(policy.why_not_leave(actor, team, people.roster("team", team.id, [Role.TEAM_LEAD])))
        _end(session, actor, team, _grants(session, team, actor.id))


def remove(actor, team_id: int, user_id: int) -> None:
    """A lead lets a volunteer go; a lead is relieved first, by the administrator."""
    with transaction() as session:
        team = db.locked(session, Team, team_id)
        held = _grants(session, team, user_id)
        require(policy.why_not_remove(actor, team, held))
        _end(session, actor, team, held)


def appoint(actor, team_id: int, username: str) -> None:
    """The administrator makes somebody lead of the team; a volunteer moves up."""
    with transaction() as session:
        team = db.locked(session, Team, team_id)
        require(policy.why_not_appoint(actor, team))
        other = person(session, username)
        if other.id == actor.id:
            raise Refused(_l("Nobody gives himself a role. Ask a colleague."))
        _swap(session, actor, team, other.id, _grants(session, team, other.id), Role.TEAM_LEAD)


def relieve(actor, team_id: int, user_id: int) -> None:
    """The administrator relieves a lead, who stays in the team as a volunteer."""
    with transaction() as session:
        team = db.locked(session, Team, team_id)
        require(policy.why_not_appoint(actor, team))
        held = _grants(session, team, user_id)
        if not any(grant.role is Role.TEAM_LEAD for grant in held):
            raise Conflict(_l("This person is not a lead of the team (any more)."))
        _swap(session, actor, team, user_id, held, Role.VOLUNTEER)


def recount(session, team: Team) -> None:
    """Bring the number of members of a locked team, and of its brand, in line with the roster."""
    session.flush()
    members = sa.select(sa.func.count(sa.distinct(Grant.user_id))).where(
        *_on(team), Grant.role.in_(policy.MEMBERS), Grant.begins_at.is_(None)
    )
    now = session.scalar(members)
    if now != team.member_count:
        more = (
            sa.update(Brand)
            .where(Brand.id == team.brand_id)
            .values(member_count=Brand.member_count + now - team.member_count)
        )
        session.execute(more.execution_options(synchronize_session=False))
        team.member_count = now


def person(session, username: str) -> User:
    """An account in use, by user name. Raises Invalid with what to do."""
    found = people.find_by_username(one_line(username)[:80])
    if found is None or not found.is_active:
        raise Invalid(_l("There is no account with this user name. Ask the person how it is written."))
    return found


def _load(session, application_id: int) -> tuple[Team, TeamApplication]:
    its_team = sa.select(Team).join(TeamApplication).where(TeamApplication.id == application_id)
    # always the team first: members and counts change under one lock
    team = session.scalars(its_team.with_for_update(of=Team).execution_options(populate_existing=True)).one()
    return team, db.locked(session, TeamApplication, application_id)


def _still_waiting(application: TeamApplication) -> None:
    if application.state is not S.WAITING:
        raise Conflict(_l("This has been answered already."))


def _apply(session, actor, team, user_id: int, kind: ApplicationKind, note: str) -> TeamApplication:
    application = TeamApplication(
        team_id=team.id, user_id=user_id, kind=kind, note=one_line(note)[:200], made_by=actor.id
    )
    session.add(application)
    session.flush()
    audit.record(session, actor, f"team.{kind.value}", ("team", team.id), user=user_id)
    _tell(session, actor, application)
    return application


def _accept(session, actor, team, application: TeamApplication) -> TeamApplication:
    if not any(grant.holds(clock.utcnow()) for grant in _grants(session, team, application.user_id)):
        accounts.give(session, actor, application.user_id, Role.VOLUNTEER, ("team", team.id))
    recount(session, team)
    return _decide(session, actor, application, S.ACCEPTED)


def _decide(session, actor, application: TeamApplication, state: ApplicationState) -> TeamApplication:
    before, application.state = application.state, state
    application.decided_at, application.decided_by = clock.utcnow(), actor.id
    audit.record(
        session,
        actor,
        "team.answer",
        ("team", application.team_id),
        before=before,
        after=state,
        user=application.user_id,
    )
    _tell(session, actor, application)
    return application


def _tell(session, actor, application: TeamApplication) -> None:
    outbox.publish(session, ApplicationMoved(application.id, application.team_id, application.user_id, application.kind.value,
                                             application.state.value, actor.id))  # fmt: skip


def _swap(session, actor, team, user_id: int, held: list[Grant], role: Role) -> None:
    for grant in held:
        if grant.role is not role:
            accounts.take_back(session, actor, grant)
    accounts.give(session, actor, user_id, role, ("team", team.id))
    waiting = _waiting(session, team.id, user_id)
    if waiting:
        _decide(session, actor, waiting, S.ACCEPTED)
    recount(session, team)


def _end(session, actor, team, held: list[Grant]) -> None:
    for grant in held:
        accounts.take_back(session, actor, grant)
    recount(session, team)


def _grants(session, team, user_id: int) -> list[Grant]:
    return list(
        session.scalars(sa.select(Grant).where(*_on(team), Grant.user_id == user_id, Grant.role.in_(policy.MEMBERS)))
    )


def _on(team):
    return Grant.on_kind == "team", Grant.on_ref == str(team.id), Grant.revoked_at.is_(None)


def _waiting(session, team_id: int, user_id: int) -> TeamApplication | None:
    mine = (TeamApplication.team_id == team_id, TeamApplication.user_id == user_id, TeamApplication.state == S.WAITING)
    return session.scalars(sa.select(TeamApplication).where(*mine)).one_or_none()
