"""The table of notifications."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.clock import utcnow
from portal.db import Base, code


class Notification(Base):
    """One thing a person should know. `kind` chooses the sentence, `params` fill it; the key makes it once only."""

    __tablename__ = "notifications"
    __table_args__ = (
        sa.UniqueConstraint("user_id", "key"),
        sa.Index(None, "user_id", "id"),
        sa.Index("notifications_unread_idx", "user_id", sqlite_where=sa.text("read_at IS NULL"),
                 postgresql_where=sa.text("read_at IS NULL")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    kind: Mapped[str] = mapped_column(sa.String(48))
    params: Mapped[dict]
    url: Mapped[str] = mapped_column(sa.String(200))
    key: Mapped[str] = mapped_column(code(120))
    is_task: Mapped[bool] = mapped_column(default=False)  # something waits for me
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    read_at: Mapped[datetime | None]
