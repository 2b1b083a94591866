"""Tables of cases."""

from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.cases.states import DUE, RATING_DAYS, TURN, VERIFY_FIRST, CaseSource, CaseState
from portal.categories.models import Category, LimitUnit
from portal.clock import utcnow
from portal.db import Base, Code, code
from portal.moderation.models import Moderated
from portal.places.models import Place
from portal.policy import Role, Scope
from portal.units.models import Unit


class CaseRating(StrEnum):
    SATISFIED = "satisfied"
    FAIR = "fair"
    NOT_SOLVED = "not_solved"


class Case(Moderated, Base):
    """One official case. What it came from (proposals, findings) are links."""

    __tablename__ = "cases"
    __table_args__ = (
        sa.Index(None, "state", "id"),
        sa.Index(None, "place_code", "id"),
        sa.Index(None, "lead_unit_id", "state"),
        sa.Index(None, "reporter_id", "id"),
        sa.Index(None, "state", "urgency", "id"),
        sa.Index(None, "closed_at"),
        sa.Index(None, "category_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(code(16), unique=True)  # digits with a check digit, read out in groups
    title: Mapped[str] = mapped_column(sa.String(250))
    description: Mapped[str] = mapped_column(default="")
    category_id: Mapped[int] = mapped_column(sa.ForeignKey("categories.id"))
    place_code: Mapped[str] = mapped_column(Code, sa.ForeignKey("places.code"))
    where: Mapped[str] = mapped_column(sa.String(120), default="")
    source: Mapped[CaseSource]
    reporter_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    state: Mapped[CaseState] = mapped_column(default=CaseState.REPORTED)
    state_since: Mapped[datetime] = mapped_column(default=utcnow)
    lead_unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("units.id"))
    co_unit_ids: Mapped[list]

    reported_at: Mapped[datetime] = mapped_column(default=utcnow)
    accept_due_at: Mapped[datetime | None]  # B4: an online request is taken in within 2 hours
    dispatch_due_at: Mapped[datetime | None]  # B4: and dispatched within 24; what a unit returned, within as many again
    accepted_at: Mapped[datetime | None]
    verified: Mapped[bool | None]  # found on the spot?
    filed_at: Mapped[datetime | None]
    dispatched_at: Mapped[datetime | None]
    handled_at: Mapped[datetime | None]
    inspected_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    limit_value: Mapped[int | None]  # copied from the category, so that later changes move no old deadline
    limit_unit: Mapped[LimitUnit | None]
    calendar_version: Mapped[str] = mapped_column(sa.String(40), default="")
    due_at: Mapped[datetime | None]
    first_due_at: Mapped[datetime | None]  # never moved by rework or extension
    stopped_at: Mapped[datetime | None]  # the clock stands still since
    return_until: Mapped[datetime | None]  # the unit may say "not ours" until then: a quarter of the limit
    supervise_at: Mapped[datetime | None]  # overdue by one further limit: supervised from then on
    urgency: Mapped[int] = mapped_column(
        default=lambda: urgency_of(utcnow())
    )  # the larger, the sooner its next step is due
    overdue_once: Mapped[bool] = mapped_column(default=False)  # an extension granted too late keeps this (K3)

    handled_by: Mapped[int | None]
    inspected_by: Mapped[int | None]
    extension_count: Mapped[int] = mapped_column(default=0)
    extension_until: Mapped[datetime | None]  # asked for
    return_count: Mapped[int] = mapped_column(default=0)
    rework_count: Mapped[int] = mapped_column(default=0)
    reopen_count: Mapped[int] = mapped_column(default=0)
    review_at: Mapped[datetime | None]  # of a suspension, at most 31 days ahead (K5)
    supervised_level: Mapped[str] = mapped_column(sa.String(16), default="")  # "", normal, key
    duplicate_of_id: Mapped[int | None] = mapped_column(sa.ForeignKey("cases.id"))
    result: Mapped[str] = mapped_column(default="")  # what the unit did
    public_note: Mapped[str] = mapped_column(default="")  # the last words to the residents
    reason_code: Mapped[str | None] = mapped_column(sa.String(24))

    rating: Mapped[CaseRating | None]  # by the reporter, where no proposal is rated instead
    rating_comment: Mapped[str] = mapped_column(default="")
    rated_at: Mapped[datetime | None]
    client_key: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    source_ref: Mapped[str | None] = mapped_column(sa.String(64), unique=True)

    category: Mapped[Category] = relationship(lazy="raise")
    place: Mapped[Place] = relationship(lazy="raise")
    reporter: Mapped[User | None] = relationship(lazy="raise")
    lead_unit: Mapped[Unit | None] = relationship(lazy="raise")

    @property
    def scope(self) -> Scope:
        return Scope(place=self.place_code, unit=self.lead_unit_id)

    @property
    def turn(self) -> Role | None:
        """The role whose turn it is; None where it is the unit's, or nobody's any more."""
        if self.state is CaseState.ACCEPTED and self.source in VERIFY_FIRST and self.verified is None:
            return Role.ACCEPTOR  # somebody has to be asked to look at it on the spot
        return TURN.get(self.state)

    @property
    def due_next(self) -> datetime | None:
        """By when the step that is owed now has to be taken; once it is closed, by when its reporter may rate it. None: no limit."""
        return getattr(self, DUE[self.state]) if self.state in DUE else self._rated_by

    @property
    def rating_ends_at(self) -> datetime | None:
        """Until when a closed case may be rated by whoever reported it."""
        return self.closed_at + timedelta(days=RATING_DAYS) if self.closed_at else None

    @property
    def _rated_by(self) -> datetime | None:
        """Nobody is asked where there is no reporter, where he has answered, and where a proposal is rated instead."""
        if self.state is not CaseState.CLOSED or self.closed_at is None:
            return None
        rated = self.rated_at is not None and self.rated_at >= self.closed_at
        asked = self.reporter_id is not None and self.source is not CaseSource.PROPOSAL and not rated
        return self.rating_ends_at if asked else None

    def is_supervised(self, now: datetime) -> bool:
        """Under supervision because somebody ordered it, or overdue by one further limit."""
        if self.supervised_level:
            return True
        return self.supervise_at is not None and (self.stopped_at or now) > self.supervise_at

    def is_overdue(self, now: datetime) -> bool:
        """Computed, never stored: the handling clock has run out and the work is not reported done."""
        if self.due_at is None:
            return False
        return (self.stopped_at or now) > self.due_at

    def is_late(self, now: datetime) -> bool:
        """What everybody sees as overdue: the step that is owed now, or handling that took longer than its limit."""
        due = self.due_next if self.state in DUE else None
        return self.is_overdue(now) or (due is not None and now > due)


def urgency_of(due: datetime) -> int:
    """A whole number that sorts the soonest due first when sorted descending, as lists page."""
    return -int(due.timestamp() // 60)


class CaseSerial(Base):
    """The last case number given in a year."""

    __tablename__ = "case_serials"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(default=0)


class CaseTerm(Base):
    """The search terms of the title and the whereabouts of a case; whoever may read these may find it by them."""

    __tablename__ = "case_terms"
    __table_args__ = (sa.Index(None, "case_id", "term"),)

    term: Mapped[str] = mapped_column(Code, primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), primary_key=True)
