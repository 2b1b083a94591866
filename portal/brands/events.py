"""What happened in teams."""

from portal.outbox import event


@event("team.application")
class ApplicationMoved:
    """Somebody asked to join a team or was invited (state waiting), or that was answered."""

    application_id: int
    team_id: int
    user_id: int  # the person who would join
    kind: str  # ask or invite
    state: str
    actor_id: int | None


@event("team.created")
class TeamCreated:
    team_id: int
    actor_id: int | None
