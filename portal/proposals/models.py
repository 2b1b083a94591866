"""Tables of proposals, their versions, seconds, objections and ratings."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from portal.accounts.models import User
from portal.ballots.models import Ballot
from portal.categories.models import Category, Theme
from portal.clock import utcnow
from portal.conversations.models import Thread
from portal.db import Base, Code
from portal.moderation.models import Moderated
from portal.places.models import Place
from portal.policy import Scope
from portal.proposals.states import PRIVATE, AcceptedHow, ProposalState
from portal.spaces.models import Space
from portal.spaces.rules import RuleSet


class Proposal(Moderated, Base):
    """A matter a resident wants done. The text shown is that of the current version, kept here as well."""

    __tablename__ = "proposals"
    __table_args__ = (
        sa.Index(None, "state", "published_at", "id"),
        sa.Index(None, "place_code", "id"),
        sa.Index(None, "space_id", "id"),
        sa.Index(None, "author_id", "id"),
        sa.Index(None, "state", "due_at"),
        sa.Index(None, "published_at", "id"),
        sa.Index(None, "seconds_count", "id"),
        sa.Index(None, "due_at", "id"),
        sa.Index(None, "category_id", "theme", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    space_id: Mapped[int] = mapped_column(sa.ForeignKey("spaces.id"))
    place_code: Mapped[str] = mapped_column(Code, sa.ForeignKey("places.code"))
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    theme: Mapped[Theme | None]
    category_id: Mapped[int | None] = mapped_column(sa.ForeignKey("categories.id"))
    where: Mapped[str] = mapped_column(sa.String(120), default="")  # crossing, door, lane
    title: Mapped[str] = mapped_column(sa.String(250))
    body: Mapped[str] = mapped_column(default="")  # what it is about and why; Markdown
    opening: Mapped[str] = column_property(sa.func.substr(body.column, 1, 400), deferred=True)  # of the body, for lists
    plan: Mapped[str] = mapped_column(default="")  # how it could be done; Markdown
    body_html: Mapped[str] = mapped_column(default="")
    plan_html: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)
    state: Mapped[ProposalState] = mapped_column(default=ProposalState.DRAFT)
    state_since: Mapped[datetime] = mapped_column(default=utcnow)
    due_at: Mapped[datetime | None]  # when this state's next step is owed
    ballot_opens_at: Mapped[datetime | None]  # as long as its ballot is announced and not open
    objections_until: Mapped[datetime | None]  # end of the public notice; the official answer may not come earlier
    rules: Mapped[dict]  # the RuleSet at submission
    rules_version: Mapped[int] = mapped_column(default=1)

    seconds_count: Mapped[int] = mapped_column(default=0)  # of the current version, distinct people
    stale_seconds_count: Mapped[int] = mapped_column(default=0)  # to be reconfirmed after a material edit
    seconds_needed: Mapped[int] = mapped_column(default=0)  # fixed when gathering began
    comment_count: Mapped[int] = mapped_column(default=0)
    objection_count: Mapped[int] = mapped_column(default=0)  # shown
    open_objection_count: Mapped[int] = mapped_column(default=0)  # shown and not answered yet
    photo_count: Mapped[int] = mapped_column(default=0)
    rating_yes_count: Mapped[int] = mapped_column(default=0)  # solved
    rating_no_count: Mapped[int] = mapped_column(default=0)  # not solved
    thread_id: Mapped[int | None] = mapped_column(sa.ForeignKey("threads.id"))
    ballot_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ballots.id"))
    merged_into_id: Mapped[int | None] = mapped_column(sa.ForeignKey("proposals.id"))
    redo_count: Mapped[int] = mapped_column(default=0)

    accepted_how: Mapped[AcceptedHow | None]
    responsible: Mapped[str] = mapped_column(sa.String(80), default="")  # unit, in words
    unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("units.id"))
    promised_at: Mapped[datetime | None]  # by when it will be done
    answer: Mapped[str] = mapped_column(default="")  # the official answer
    result: Mapped[str] = mapped_column(default="")  # what was done
    closing_note: Mapped[str] = mapped_column(default="")  # reason of a return, refusal, …
    reason_code: Mapped[str | None] = mapped_column(sa.String(24))

    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    updated_at: Mapped[datetime] = mapped_column(default=utcnow)
    submitted_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]  # passed review
    answered_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    client_key: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    source_ref: Mapped[str | None] = mapped_column(sa.String(64), unique=True)  # of an imported proposal
    source_name: Mapped[str] = mapped_column(sa.String(80), default="")
    outside_votes: Mapped[int | None]  # counted elsewhere, never mixed with residents' seconds

    author: Mapped[User] = relationship(lazy="raise")
    space: Mapped[Space] = relationship(lazy="raise")
    place: Mapped[Place] = relationship(lazy="raise")
    category: Mapped[Category | None] = relationship(lazy="raise")
    thread: Mapped[Thread | None] = relationship(lazy="raise")
    ballot: Mapped[Ballot | None] = relationship(lazy="raise")  # the present one

    @property
    def rule_set(self) -> RuleSet:
        return RuleSet.from_json(self.rules)

    @property
    def scope(self) -> Scope:
        return Scope(place=self.place_code, space=self.space_id)

    @property
    def is_deleted(self) -> bool:
        """A draft that its author deleted: nothing but the row is left."""
        return self.state is ProposalState.WITHDRAWN and not (self.title or self.body or self.submitted_at)

    @property
    def is_announced(self) -> bool:
        """Is its ballot announced and not open yet? Then `due_at` is the time of its opening."""
        return self.state is ProposalState.VOTING and self.ballot_opens_at is not None

    @property
    def is_published(self) -> bool:
        """Has it ever been let through? A draft that was withdrawn never becomes public."""
        return self.published_at is not None and self.state not in PRIVATE

    @property
    def is_public(self) -> bool:
        """Published and not hidden: in lists and in every count."""
        return self.is_published and self.hidden_at is None


class ProposalVersion(Base):
    """What a proposal said; a material change asks those who seconded to look again."""

    __tablename__ = "proposal_versions"

    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposals.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(sa.String(250))
    body: Mapped[str]
    plan: Mapped[str] = mapped_column(default="")
    material: Mapped[bool] = mapped_column(default=True)
    why: Mapped[str] = mapped_column(sa.String(200), default="")  # the author on the change
    written_by: Mapped[int | None]
    written_at: Mapped[datetime] = mapped_column(default=utcnow)


class Second(Base):
    """One person seconds one proposal, for a version of its text. The key itself refuses a second row."""

    __tablename__ = "seconds"
    __table_args__ = (sa.Index(None, "user_id"),)

    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposals.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), primary_key=True)
    version: Mapped[int]
    stale: Mapped[bool] = mapped_column(default=False)  # the text changed materially since
    building: Mapped[str] = mapped_column(sa.String(40), default="")
    carried_from: Mapped[int | None]  # the merged proposal it came from
    at: Mapped[datetime] = mapped_column(default=utcnow)


class Objection(Moderated, Base):
    """What somebody says against a proposal on public notice, and the answer to it."""

    __tablename__ = "objections"
    __table_args__ = (
        sa.Index(None, "proposal_id", "id"),
        # one unanswered objection per person
        sa.Index("objections_open_key", "proposal_id", "author_id", unique=True,
                 sqlite_where=sa.text("answered_at IS NULL"), postgresql_where=sa.text("answered_at IS NULL")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposals.id"))
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    body: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    answer: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None]

    author: Mapped[User] = relationship(lazy="raise")
    proposal: Mapped[Proposal] = relationship(lazy="raise")


class OutcomeAnswer(StrEnum):
    SATISFIED = "satisfied"
    FAIR = "fair"
    NOT_SOLVED = "not_solved"


class OutcomeRating(Base):
    """How somebody who proposed or seconded rates the finished work; one each, changeable until the window ends."""

    __tablename__ = "outcome_ratings"

    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposals.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True, default=0)  # the proposal's redo_count
    answer: Mapped[OutcomeAnswer]
    comment: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(default=utcnow)


class ProposalTerm(Base):
    """The search terms of a title, for "similar proposals" and search-as-you-type on every engine alike."""

    __tablename__ = "proposal_terms"
    __table_args__ = (sa.Index(None, "proposal_id", "term"),)

    term: Mapped[str] = mapped_column(Code, primary_key=True)
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposals.id"), primary_key=True)


class Follow(Base):
    """Somebody wants to be told what becomes of a proposal."""

    __tablename__ = "follows"
    __table_args__ = (sa.Index(None, "user_id"),)

    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposals.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(default=utcnow)
