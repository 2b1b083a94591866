"""Table of units."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Code
from portal.policy import Scope


class UnitKind(StrEnum):
    STREET = "street"
    DEPARTMENT = "department"
    COMPANY = "company"  # water, power, gas, heating, property management
    COMMUNITY = "community"  # residents' committee: may support, never lead (JSJB21 art 17)
    CENTRE = "centre"  # supervision or command centre


class Unit(Base):
    """A body that can be made responsible for a case. `trade` is its kind of work (DOMAIN J2: CM, ST, SAN, …)."""

    __tablename__ = "units"
    __table_args__ = (sa.Index(None, "place_code", "trade"), sa.UniqueConstraint("place_code", "name"))

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    name_en: Mapped[str] = mapped_column(sa.String(120), default="")
    kind: Mapped[UnitKind]
    trade: Mapped[str] = mapped_column(sa.String(8), default="")
    place_code: Mapped[str] = mapped_column(Code, sa.ForeignKey("places.code"))
    phone: Mapped[str] = mapped_column(sa.String(32), default="")
    retired_at: Mapped[datetime | None]

    @property
    def scope(self) -> Scope:
        return Scope(place=self.place_code, unit=self.id)
