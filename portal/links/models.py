"""The table of links."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.clock import utcnow
from portal.db import Base


class Link(Base):
    """`from` led to `to`: a finding became a case, a topic became a proposal. Read both ways."""

    __tablename__ = "links"
    __table_args__ = (sa.Index(None, "to_kind", "to_id"),)

    from_kind: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    from_id: Mapped[int] = mapped_column(primary_key=True)
    to_kind: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    to_id: Mapped[int] = mapped_column(primary_key=True)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
