"""What happened in conversations."""

from portal.outbox import event


@event("comment.published")
class CommentPublished:
    comment_id: int
    thread_id: int
    subject_kind: str
    subject_id: int
    parent_id: int | None
    author_id: int


@event("comment.reviewed")
class CommentReviewed:
    """A comment that waited was returned to its author."""

    comment_id: int
    author_id: int
