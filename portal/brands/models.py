"""Tables of brands and teams. A team's members are the grants on it (volunteer, team_lead)."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.clock import utcnow
from portal.db import Base, Code
from portal.places.models import Place
from portal.policy import Scope


class BrandKind(StrEnum):
    VOLUNTEER = "volunteer"
    CADRE = "cadre"
    ONLINE = "online"


class Brand(Base):
    """A brand (DOMAIN J1), the same for the whole district or city."""

    __tablename__ = "brands"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(40), unique=True)
    name: Mapped[str] = mapped_column(sa.String(40))
    name_en: Mapped[str] = mapped_column(sa.String(60))
    alias: Mapped[str] = mapped_column(sa.String(40), default="")
    place_code: Mapped[str] = mapped_column(Code, sa.ForeignKey("places.code"))
    kind: Mapped[BrandKind]
    slogan: Mapped[str] = mapped_column(sa.String(120), default="")
    duties: Mapped[list]
    about: Mapped[str] = mapped_column(default="")
    about_en: Mapped[str] = mapped_column(default="")
    team_count: Mapped[int] = mapped_column(default=0)
    member_count: Mapped[int] = mapped_column(default=0)
    patrol_count: Mapped[int] = mapped_column(default=0)  # confirmed ones
    finding_count: Mapped[int] = mapped_column(default=0)  # of confirmed patrols
    on_spot_count: Mapped[int] = mapped_column(default=0)  # of these, solved on the spot

    place: Mapped[Place] = relationship(lazy="raise")


class Team(Base):
    """A brand's team in a street (or community)."""

    __tablename__ = "teams"
    __table_args__ = (sa.Index(None, "brand_id", "place_code"), sa.Index(None, "place_code"))

    id: Mapped[int] = mapped_column(primary_key=True)
    brand_id: Mapped[int] = mapped_column(sa.ForeignKey("brands.id"))
    place_code: Mapped[str] = mapped_column(Code, sa.ForeignKey("places.code"))
    name: Mapped[str] = mapped_column(sa.String(80))
    about: Mapped[str] = mapped_column(default="")
    member_count: Mapped[int] = mapped_column(default=0)  # people with a role on it
    patrol_count: Mapped[int] = mapped_column(default=0)  # confirmed ones
    finding_count: Mapped[int] = mapped_column(default=0)  # of confirmed patrols
    on_spot_count: Mapped[int] = mapped_column(default=0)
    client_key: Mapped[str | None] = mapped_column(sa.String(64), unique=True)  # a form sent twice is one team
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    closed_at: Mapped[datetime | None]

    brand: Mapped[Brand] = relationship(lazy="raise")
    place: Mapped[Place] = relationship(lazy="raise")

    @property
    def scope(self) -> Scope:
        return Scope(place=self.place_code, team=self.id)


class ApplicationKind(StrEnum):
    ASK = "ask"  # somebody would like to join; a lead answers
    INVITE = "invite"  # a lead would like somebody to join; that person answers


class ApplicationState(StrEnum):
    WAITING = "waiting"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class TeamApplication(Base):
    """A wish to join a team, or an invitation to. Nobody becomes a member without both sides saying yes."""

    __tablename__ = "team_applications"
    __table_args__ = (
        sa.Index(None, "team_id", "state"),
        sa.Index(None, "user_id", "state"),
        sa.Index("team_applications_waiting_key", "team_id", "user_id", unique=True,
                 sqlite_where=sa.text("state = 'waiting'"), postgresql_where=sa.text("state = 'waiting'")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(sa.ForeignKey("teams.id"))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    kind: Mapped[ApplicationKind]
    state: Mapped[ApplicationState] = mapped_column(default=ApplicationState.WAITING)
    note: Mapped[str] = mapped_column(sa.String(200), default="")
    made_by: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None]

    team: Mapped[Team] = relationship(lazy="raise")
    user: Mapped[User] = relationship(lazy="raise")
