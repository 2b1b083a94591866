"""The table of photos."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.clock import utcnow
from portal.db import Base


class Photo(Base):
    """One picture of a thing, in several widths. Its key is random: who does not know the page cannot guess it."""

    __tablename__ = "photos"
    __table_args__ = (sa.Index(None, "owner_kind", "owner_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(32), unique=True)
    owner_kind: Mapped[str] = mapped_column(sa.String(24))
    owner_id: Mapped[int]
    purpose: Mapped[str] = mapped_column(sa.String(16), default="")  # before, after, or nothing
    width: Mapped[int]
    height: Mapped[int]
    widths: Mapped[list]
    alt: Mapped[str] = mapped_column(default="")
    uploaded_by: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    hidden_at: Mapped[datetime | None]

    def path(self, width: int) -> str:
        return f"/photos/{self.key}/{width}.jpg"

    def nearest(self, wanted: int) -> int:
        """The smallest stored width that is at least `wanted` pixels, else the largest."""
        return min((w for w in self.widths if w >= wanted), default=max(self.widths))

    @property
    def srcset(self) -> str:
        return ", ".join(f"{self.path(w)} {w}w" for w in self.widths)
