"""What happened to a ballot."""

from portal.outbox import event


@event("ballot.announced")
class BallotAnnounced:
    """The question is fixed and posted; it opens at its time."""

    ballot_id: int


@event("ballot.opened")
class BallotOpened:
    ballot_id: int
    subject_kind: str
    subject_id: int


@event("ballot.voted")
class BallotVoted:
    """A seat has voted for the first time; never what."""

    ballot_id: int
    user_id: int


@event("ballot.closed")
class BallotClosed:
    """Closed and tallied."""

    ballot_id: int
    subject_kind: str
    subject_id: int
    passed: bool


@event("ballot.annulled")
class BallotAnnulled:
    ballot_id: int
    subject_kind: str
    subject_id: int
    actor_id: int | None
