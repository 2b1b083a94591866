"""What happened to cases."""

from portal.outbox import event


@event("case.moved")
class CaseMoved:
    case_id: int
    action: str  # a move of `states.MOVES`, or "report"
    actor_id: int | None


@event("case.none_open")
class NoCaseOpen:
    """A proposal that became a case has none left that is open, and is not done: community staff carry it on."""

    proposal_id: int


@event("case.rated")
class CaseRated:
    case_id: int
    rating: str
