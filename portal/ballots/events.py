"""What happened to a ballot."""

from portal.outbox import event


@event("ballot.opened")
class BallotOpened:
    ballot_id: int
    subject_kind: str
    subject_id: int


@event("ballot.closed")
class BallotClosed:
    """Closed and tallied."""

    ballot_id: int
    subject_kind: str
    subject_id: int
    passed: bool
