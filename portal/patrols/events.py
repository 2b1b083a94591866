"""What happened on patrols."""

from portal.outbox import event


@event("patrol.moved")
class PatrolMoved:
    patrol_id: int
    action: str
    actor_id: int | None
