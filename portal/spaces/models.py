"""Tables of spaces, their rule versions, topics and invitations."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.clock import utcnow
from portal.db import Base, Code
from portal.moderation.models import Moderated
from portal.places.models import Place
from portal.policy import Scope
from portal.spaces.rules import RuleSet


class SpaceKind(StrEnum):
    COUNCIL = "council"
    HALL = "hall"
    FORUM = "forum"
    LIVING_ROOM = "living_room"


class SpaceState(StrEnum):
    FORMING = "forming"
    ACTIVE = "active"
    DORMANT = "dormant"
    CLOSED = "closed"


class Space(Base):
    """A room in which people of a place govern together."""

    __tablename__ = "spaces"
    __table_args__ = (sa.Index(None, "place_code", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[SpaceKind]
    name: Mapped[str] = mapped_column(sa.String(80))
    place_code: Mapped[str] = mapped_column(Code, sa.ForeignKey("places.code"))
    purpose: Mapped[str] = mapped_column(default="")
    access: Mapped[str] = mapped_column(default="")  # where it is, ramps, hearing aids
    state: Mapped[SpaceState] = mapped_column(default=SpaceState.ACTIVE)
    rules: Mapped[dict]  # RuleSet as JSON; always written through RuleSet
    rules_version: Mapped[int] = mapped_column(default=1)
    member_count: Mapped[int] = mapped_column(default=0)
    topic_count: Mapped[int] = mapped_column(default=0)
    proposal_count: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    last_active_at: Mapped[datetime] = mapped_column(default=utcnow)
    source_ref: Mapped[str | None] = mapped_column(sa.String(64), unique=True)  # of an imported space

    place: Mapped[Place] = relationship(lazy="raise")

    @property
    def rule_set(self) -> RuleSet:
        return RuleSet.from_json(self.rules)

    @property
    def scope(self) -> Scope:
        return Scope(place=self.place_code, space=self.id)


class RuleVersion(Base):
    """Every rule set a space ever had, and who wrote it."""

    __tablename__ = "rule_versions"

    space_id: Mapped[int] = mapped_column(sa.ForeignKey("spaces.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    rules: Mapped[dict]
    written_by: Mapped[int | None]
    written_at: Mapped[datetime] = mapped_column(default=utcnow)


class Topic(Moderated, Base):
    """Something to talk about in a space; its conversation is a thread of kind `topic`."""

    __tablename__ = "topics"
    __table_args__ = (sa.Index(None, "space_id", "last_active_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    space_id: Mapped[int] = mapped_column(sa.ForeignKey("spaces.id"))
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    title: Mapped[str] = mapped_column(sa.String(120))
    body: Mapped[str] = mapped_column(default="")
    html: Mapped[str] = mapped_column(default="")
    thread_id: Mapped[int | None] = mapped_column(sa.ForeignKey("threads.id"))
    is_open: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    last_active_at: Mapped[datetime] = mapped_column(default=utcnow)

    author: Mapped[User] = relationship(lazy="raise")
    space: Mapped[Space] = relationship(lazy="raise")


class Invitation(Base):
    """An invitation to join a space in a role; the invited person accepts or declines."""

    __tablename__ = "invitations"
    __table_args__ = (sa.Index(None, "user_id"), sa.Index(None, "space_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    space_id: Mapped[int] = mapped_column(sa.ForeignKey("spaces.id"))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    role: Mapped[str] = mapped_column(sa.String(32))
    title: Mapped[str] = mapped_column(sa.String(60), default="")
    starts_at: Mapped[datetime | None]  # first day of the term; nothing: as soon as it is accepted
    ends_at: Mapped[datetime | None]
    invited_by: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    answered_at: Mapped[datetime | None]
    accepted: Mapped[bool | None]

    space: Mapped[Space] = relationship(lazy="raise")
    user: Mapped[User] = relationship(lazy="raise")
