"""What happened to cases."""

from portal.outbox import event


@event("case.moved")
class CaseMoved:
    case_id: int
    action: str  # a move of `states.MOVES`, or "report"
    actor_id: int | None


@event("case.rated")
class CaseRated:
    case_id: int
    rating: str
