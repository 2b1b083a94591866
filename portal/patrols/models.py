"""Tables of patrols and findings."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.brands.models import Team
from portal.categories.models import Category
from portal.clock import utcnow
from portal.db import Base, Code
from portal.moderation.models import Moderated
from portal.patrols.states import PatrolState
from portal.policy import Scope


class Patrol(Base):
    """One walk of one volunteer (and companions) for a team."""

    __tablename__ = "patrols"
    __table_args__ = (
        sa.Index(None, "team_id", "id"),
        sa.Index(None, "volunteer_id", "id"),
        sa.Index(None, "place_code", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(sa.ForeignKey("teams.id"))
    volunteer_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    place_code: Mapped[str] = mapped_column(Code, sa.ForeignKey("places.code"))
    lane: Mapped[str] = mapped_column(sa.String(80))  # the lane or post, in words
    companions: Mapped[int] = mapped_column(default=0)
    state: Mapped[PatrolState] = mapped_column(default=PatrolState.ON_PATROL)
    started_at: Mapped[datetime] = mapped_column(default=utcnow)
    ended_at: Mapped[datetime | None]
    checklist: Mapped[dict]  # {"1": "ok" | "problem" | "not_applicable", …}: the ten-no standard (DOMAIN J3)
    by_hand: Mapped[list]  # what was done on the spot: cleaned, persuaded, returned, guided, visited
    note: Mapped[str] = mapped_column(default="")
    return_reason: Mapped[str] = mapped_column(default="")
    finding_count: Mapped[int] = mapped_column(default=0)
    submitted_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[int | None]
    client_key: Mapped[str | None] = mapped_column(sa.String(64), unique=True)  # a form sent twice is one patrol

    team: Mapped[Team] = relationship(lazy="raise")
    volunteer: Mapped[User] = relationship(lazy="raise")

    @property
    def scope(self) -> Scope:
        return Scope(place=self.place_code, team=self.team_id)


class Outcome(StrEnum):
    ON_THE_SPOT = "on_the_spot"  # 当场解决
    OPEN = "open"  # to be reported
    REPORTED = "reported"  # became a case
    PROPOSED = "proposed"  # became a proposal draft


class Finding(Moderated, Base):
    """One thing seen on a patrol. Which case or proposal it became is a link (finding → case | proposal)."""

    __tablename__ = "findings"
    __table_args__ = (sa.Index(None, "patrol_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    patrol_id: Mapped[int] = mapped_column(sa.ForeignKey("patrols.id"))
    item: Mapped[int | None] = mapped_column(sa.SmallInteger)  # number on the ten-no checklist
    category_id: Mapped[int | None] = mapped_column(sa.ForeignKey("categories.id"))
    where: Mapped[str] = mapped_column(sa.String(120))
    note: Mapped[str] = mapped_column(default="")
    outcome: Mapped[Outcome] = mapped_column(default=Outcome.OPEN)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    client_key: Mapped[str | None] = mapped_column(sa.String(64), unique=True)

    patrol: Mapped[Patrol] = relationship(lazy="raise")
    category: Mapped[Category | None] = relationship(lazy="raise")
