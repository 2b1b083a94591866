"""What happened to people's accounts."""

from portal.outbox import event


@event("verification.asked")
class VerificationAsked:
    verification_id: int
    place_code: str


@event("verification.decided")
class VerificationDecided:
    verification_id: int
    user_id: int
    state: str


@event("grant.changed")
class GrantChanged:
    grant_id: int
    user_id: int
    given: bool
