"""Tables of threads and comments."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.clock import utcnow
from portal.db import Base, Code
from portal.moderation.models import Moderated
from portal.policy import Scope


class Stance(StrEnum):
    FOR = "for"
    WORRY = "worry"


class CommentState(StrEnum):
    WAITING = "waiting"  # to be reviewed first, where the space asks for it
    PUBLISHED = "published"
    RETURNED = "returned"  # to the author, with a reason
    WITHDRAWN = "withdrawn"


class Thread(Base):
    """The conversation about one thing. Who may write is copied here from the rules it started with."""

    __tablename__ = "threads"
    __table_args__ = (sa.UniqueConstraint("subject_kind", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_kind: Mapped[str] = mapped_column(sa.String(24))
    subject_id: Mapped[int]
    place_code: Mapped[str] = mapped_column(Code)
    space_id: Mapped[int | None]
    write_level: Mapped[int] = mapped_column(sa.SmallInteger, default=2)
    members_only: Mapped[bool] = mapped_column(default=False)  # only the space's members write
    residents_only: Mapped[bool] = mapped_column(default=False)  # only confirmed residents of the place write
    review_first: Mapped[bool] = mapped_column(default=False)
    is_open: Mapped[bool] = mapped_column(default=True)
    comment_count: Mapped[int] = mapped_column(default=0)  # published and not hidden
    for_count: Mapped[int] = mapped_column(default=0)
    worry_count: Mapped[int] = mapped_column(default=0)
    last_comment_at: Mapped[datetime | None]

    @property
    def scope(self) -> Scope:
        return Scope(place=self.place_code, space=self.space_id)


class Comment(Moderated, Base):
    """One comment, or a reply to one. Rendered on write."""

    __tablename__ = "comments"
    __table_args__ = (sa.Index(None, "thread_id", "parent_id", "id"), sa.Index(None, "author_id", "id"),
                      sa.Index(None, "state", "id"))  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    thread_id: Mapped[int] = mapped_column(sa.ForeignKey("threads.id"))
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("comments.id"))
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    stance: Mapped[Stance | None]
    body: Mapped[str]  # Markdown, as typed
    html: Mapped[str]
    state: Mapped[CommentState] = mapped_column(default=CommentState.PUBLISHED)
    review_note: Mapped[str] = mapped_column(default="")
    reply_count: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    edited_at: Mapped[datetime | None]
    source_ref: Mapped[str | None] = mapped_column(sa.String(64), unique=True)  # of an imported comment
    outside_votes: Mapped[dict | None]  # {"likes": 3, "dislikes": 1}, counted elsewhere

    author: Mapped[User] = relationship(lazy="raise")
    thread: Mapped[Thread] = relationship(lazy="raise")


class CommentVersion(Base):
    """What a comment said before it was edited."""

    __tablename__ = "comment_versions"

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(sa.ForeignKey("comments.id"), index=True)
    body: Mapped[str]
    replaced_at: Mapped[datetime] = mapped_column(default=utcnow)
