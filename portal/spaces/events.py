"""What happened in spaces."""

from portal.outbox import event


@event("space.invited")
class Invited:
    invitation_id: int
    user_id: int
    space_id: int
