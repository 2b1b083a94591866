"""Tables of patrols and findings."""

from datetime import datetime, timedelta
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
from portal.places.models import Place
from portal.policy import Scope

LONGEST = timedelta(hours=12)  # of one patrol


class Patrol(Base):
    """One walk of one volunteer (and companions) for a team."""

    __tablename__ = "patrols"
    __table_args__ = (
        sa.Index(None, "team_id", "id"),
        sa.Index(None, "volunteer_id", "id"),
        sa.Index(None, "place_code", "state", "id"),
        # one running patrol per person; one that is only being written up afterwards has its end already
        sa.Index("patrols_running_key", "volunteer_id", unique=True,
                 sqlite_where=sa.text("state = 'on_patrol' AND ended_at IS NULL"),
                 postgresql_where=sa.text("state = 'on_patrol' AND ended_at IS NULL")),
    )  # fmt: skip

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
    by_hand: Mapped[list]  # what was done by hand: ByHand values
    note: Mapped[str] = mapped_column(default="")
    return_reason: Mapped[str] = mapped_column(default="")
    finding_count: Mapped[int] = mapped_column(default=0)
    on_spot_count: Mapped[int] = mapped_column(default=0)  # findings solved on the spot
    submitted_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[int | None]
    client_key: Mapped[str | None] = mapped_column(sa.String(64), unique=True)  # a form sent twice is one patrol

    team: Mapped[Team] = relationship(lazy="raise")
    volunteer: Mapped[User] = relationship(lazy="raise")
    place: Mapped[Place] = relationship(lazy="raise")

    @property
    def is_running(self) -> bool:
        """Is somebody out in the lanes right now?"""
        return self.state is PatrolState.ON_PATROL and self.ended_at is None

    def is_forgotten(self, now: datetime) -> bool:
        """Has it been running for longer than a patrol lasts?"""
        return self.is_running and now - self.started_at > LONGEST

    @property
    def lasted(self) -> timedelta | None:
        """How long it took, once the end is known."""
        return self.ended_at - self.started_at if self.ended_at else None

    @property
    def public_start(self) -> datetime:
        """Rounded to a quarter of an hour: the public need not know who passed where at which minute."""
        return _quarter(self.started_at)

    @property
    def public_end(self) -> datetime | None:
        return max(_quarter(self.ended_at), self.public_start + timedelta(minutes=15)) if self.ended_at else None

    @property
    def score(self) -> float | None:
        """Share of checklist items in order among those that could be judged (DOMAIN J3); None where none could."""
        marks = list((self.checklist or {}).values())
        judged = marks.count("ok") + marks.count("problem")
        return marks.count("ok") / judged if judged else None

    @property
    def scope(self) -> Scope:
        return Scope(place=self.place_code, team=self.team_id)


class ByHand(StrEnum):
    """What a volunteer does by hand; never force, never a fine."""

    CLEANED = "cleaned"
    PERSUADED = "persuaded"
    RETURNED = "returned"
    GUIDED = "guided"
    VISITED = "visited"
    OTHER = "other"


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


def _quarter(at: datetime) -> datetime:
    """The nearest quarter of an hour."""
    past = timedelta(minutes=at.minute % 15, seconds=at.second, microseconds=at.microsecond)
    return at - past + (timedelta(minutes=15) if past >= timedelta(minutes=7, seconds=30) else timedelta(0))
