"""Tables of ballots: the question, who may vote (fixed at opening), the votes."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.ballots.states import BallotState
from portal.clock import utcnow
from portal.db import Base, Code
from portal.policy import Scope
from portal.spaces.rules import RuleSet


class Choice(StrEnum):
    FOR = "for"
    AGAINST = "against"
    ABSTAIN = "abstain"


class Ballot(Base):
    """One question put to an electorate."""

    __tablename__ = "ballots"
    __table_args__ = (sa.Index(None, "subject_kind", "subject_id"), sa.Index(None, "state", "closes_at"),
                      sa.Index(None, "state", "opens_at"))  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_kind: Mapped[str] = mapped_column(sa.String(24))
    subject_id: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)  # of the subject's text
    space_id: Mapped[int]
    place_code: Mapped[str] = mapped_column(Code)
    question: Mapped[str] = mapped_column(sa.String(250))
    state: Mapped[BallotState] = mapped_column(default=BallotState.ANNOUNCED)
    rules: Mapped[dict]  # the RuleSet it was announced with; a later change of the space's rules does not touch it
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    eligible_count: Mapped[int] = mapped_column(default=0)  # seats in the snapshot
    for_count: Mapped[int] = mapped_column(default=0)
    against_count: Mapped[int] = mapped_column(default=0)
    abstain_count: Mapped[int] = mapped_column(default=0)
    passed: Mapped[bool | None]
    quorate: Mapped[bool | None]
    annulled_reason: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=utcnow)

    @property
    def rule_set(self) -> RuleSet:
        return RuleSet.from_json(self.rules)

    @property
    def turnout(self) -> int:
        return self.for_count + self.against_count + self.abstain_count

    @property
    def scope(self) -> Scope:
        return Scope(place=self.place_code, space=self.space_id)


class Elector(Base):
    """One person who may vote, fixed when the ballot opened. `seat` is shared by a household that has one vote."""

    __tablename__ = "electors"
    __table_args__ = (sa.Index(None, "ballot_id", "seat"),)

    ballot_id: Mapped[int] = mapped_column(sa.ForeignKey("ballots.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), primary_key=True)
    seat: Mapped[str] = mapped_column(sa.String(100))  # "u:<id>" or "h:<community>/<household>"


class Vote(Base):
    """One vote of one seat; changed in place until the ballot closes. The key itself refuses a second one."""

    __tablename__ = "votes"

    ballot_id: Mapped[int] = mapped_column(sa.ForeignKey("ballots.id"), primary_key=True)
    seat: Mapped[str] = mapped_column(sa.String(100), primary_key=True)
    choice: Mapped[Choice]
    cast_by: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    cast_at: Mapped[datetime] = mapped_column(default=utcnow)
    changed_at: Mapped[datetime | None]
