"""What the desks keep for themselves."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.clock import utcnow
from portal.db import Base


class NotedAnswer(Base):
    """An official answer as an officer typed it, until it is published: nothing is lost on the way back and forth."""

    __tablename__ = "noted_answers"

    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposals.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), primary_key=True)
    typed: Mapped[dict]  # by field of the form
    at: Mapped[datetime] = mapped_column(default=utcnow)
