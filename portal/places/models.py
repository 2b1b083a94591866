"""Tables of places and their stored counts."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Code
from portal.policy import Scope

LENGTHS = (2, 6, 9, 12)  # city, district, street, community: where an official code may be cut (GB/T 2260, 10114)


class PlaceLevel(StrEnum):
    CITY = "city"
    DISTRICT = "district"
    STREET = "street"  # 街道, 镇 or 乡: an administrative level, not a road
    COMMUNITY = "community"  # residents' or villagers' committee
    GRID = "grid"
    LANE = "lane"  # 胡同, 街巷; its code is the community's followed by L and a number
    OUTSIDE = "outside"  # a place of an imported source


class Place(Base):
    """A place with its statistical code. Never deleted, a code is never used again; `retired_at` ends it."""

    __tablename__ = "places"
    __table_args__ = (sa.Index(None, "parent_code"),)

    code: Mapped[str] = mapped_column(Code, primary_key=True)
    parent_code: Mapped[str | None] = mapped_column(Code, sa.ForeignKey("places.code"))
    level: Mapped[PlaceLevel]
    name: Mapped[str] = mapped_column(sa.String(80))
    pinyin: Mapped[str] = mapped_column(sa.String(160), default="")  # Dashilan Jiedao, for English pages
    initials: Mapped[str] = mapped_column(sa.String(40), default="")  # dsljd, for typing
    phone: Mapped[str] = mapped_column(sa.String(32), default="")  # help line shown to residents
    retired_at: Mapped[datetime | None]

    @property
    def ancestors(self) -> list[str]:
        """Codes from the city down to this place itself."""
        return codes_above(self.code)

    @property
    def scope(self) -> Scope:
        return Scope(place=self.code)


class PlaceTerm(Base):
    """What an official place is found by (written by `finding.write`)."""

    __tablename__ = "place_terms"
    __table_args__ = (sa.Index(None, "place_code", "term"),)

    term: Mapped[str] = mapped_column(Code, primary_key=True)
    # the order of what is found; odd where a name only contains the term
    rank: Mapped[int] = mapped_column(primary_key=True)
    place_code: Mapped[str] = mapped_column(Code, sa.ForeignKey("places.code"), primary_key=True)


class PlaceCount(Base):
    """How many things of a kind and state there are in a place and everything below it."""

    __tablename__ = "place_counts"

    place_code: Mapped[str] = mapped_column(Code, sa.ForeignKey("places.code"), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(24), primary_key=True)  # proposal, case, space, patrol, …
    state: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    n: Mapped[int] = mapped_column(default=0)


def codes_above(code: str) -> list[str]:
    """The codes of a place and everything that contains it, highest first."""
    if not code[:1].isdigit():  # an outside source: root, then root + two digits
        return [code] if len(code) <= 5 else [code[:5], code]
    return [*(code[:n] for n in LENGTHS if n < len(code)), code]
