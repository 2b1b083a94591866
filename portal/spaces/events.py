"""What happened in spaces."""

from portal.outbox import event


@event("space.invited")
class Invited:
    invitation_id: int
    user_id: int
    space_id: int


@event("space.asked")
class Asked:
    """Somebody would like to be let in; whoever may invite there answers."""

    invitation_id: int
    user_id: int
    space_id: int
