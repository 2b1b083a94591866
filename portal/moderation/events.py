"""What moderators decided."""

from portal.outbox import event


@event("moderation.decided")
class ModerationDecided:
    subject_kind: str
    subject_id: int
    author_id: int | None
    decision: str  # hidden, kept, restored
    report_id: int | None
